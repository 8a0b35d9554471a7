"""Checking out with a buddy (报备): when each visit should be over, and what the buddy does when no word comes.

An offline program cannot raise an alarm; another person with a phone can. The steps are house policy, no law.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SLACK_MIN = 15  # beyond the planned end, before anybody is waited for: visits run over
STEPS = (("call_agent", 0), ("call_again", 10), ("supervisor", 15), ("police", 20))
"""What the buddy does, so many minutes after the time on the sheet."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One visit as the buddy sees it: where, from when, and by when the agent has called. No customer is named."""

    seq: int
    place: str
    arrive: datetime
    due: datetime

    @property
    def steps(self) -> tuple[tuple[str, datetime], ...]:
        """What to do and when, where no word came."""
        return tuple((step, self.due + timedelta(minutes=minutes)) for step, minutes in STEPS)


def checkpoints(stops: Iterable[tuple[int, str, datetime, datetime]]) -> list[Checkpoint]:
    """The sheet's lines from (number, address, arrival, planned end) of each stop, in the order of time."""
    slack = timedelta(minutes=SLACK_MIN)
    return [Checkpoint(seq, place, arrive, leave + slack) for seq, place, arrive, leave in sorted(stops, key=_begin)]


def _begin(stop: tuple[int, str, datetime, datetime]) -> datetime:
    return stop[2]


def vevent(point: Checkpoint, title: str) -> str:
    """The checkpoint as a calendar entry with an alarm (RFC 5545), short enough to be scanned from a screen: every
    phone's calendar raises the alarm by itself."""
    stamp = f"{point.due:%Y%m%dT%H%M%S}"
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:PT0S", "END:VALARM")
    lines = ("BEGIN:VEVENT", f"SUMMARY:{title}", f"DTSTART:{stamp}", f"DTEND:{stamp}", *alarm, "END:VEVENT")
    return "\r\n".join(lines)
