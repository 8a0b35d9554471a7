"""The clock of a visit: two reminders, and its end by the length of the talk or by the hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from scripts import shipped

from visitcli.domain.session import Event, replay
from visitcli.domain.visit_clock import notice

NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
END = datetime.fromisoformat("2026-11-23T22:00:00+08:00")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, None), (14.9, None), (15, "quarter"), (29.9, "quarter"), (30, "half"), (44.9, "half"), (45, "long")],
)
def test_what_the_clock_says_of_the_length(minutes: float, said: str | None) -> None:
    assert notice(timedelta(minutes=minutes), NOON, END) == said
    assert notice(timedelta(minutes=minutes), NOON, None) == said


@pytest.mark.parametrize(("before", "said"), [(10.1, None), (10, "hours"), (0, "hours"), (-1, "hours")])
def test_ten_minutes_before_the_hours_end_it_is_time(before: float, said: str | None) -> None:
    assert notice(timedelta(minutes=5), END - timedelta(minutes=before), END) == said


def test_pauses_and_corrections_are_no_time_at_the_door() -> None:
    def at(minute: int, kind: str, **payload: object) -> Event:
        return Event(minute, kind, (NOON + timedelta(minutes=minute)).isoformat(), payload)

    events = [at(0, "begun"), at(10, "paused"), at(70, "resumed")]
    assert replay(shipped(), events).spent(NOON + timedelta(minutes=75)) == timedelta(minutes=15)
    assert replay(shipped(), events[:2]).spent(NOON + timedelta(minutes=60)) == timedelta(minutes=10)
    corrected = [*events, at(80, "stopped", code="leave_now"), at(200, "reopened", reason="x")]
    assert replay(shipped(), corrected).spent(NOON + timedelta(minutes=300)) == timedelta(minutes=20)
