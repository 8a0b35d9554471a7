"""What a calendar was last told of a visit, and how what it is told next follows from that.

RFC 5545, 3.8.7.4: an event keeps its UID for ever and raises its SEQUENCE with each change that matters, so that a
calendar which takes the file again moves the event and does not make a second one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event as a file has it. `date` is the day of the plan; `begins`, `ends`, `changed` are ISO 8601 with offset;
    `digest` says when and where it is, and is empty where the visit was called off. Nothing here names a customer."""

    uid: str
    date: str
    begins: str
    ends: str
    digest: str
    changed: str
    sequence: int = 0

    @property
    def cancelled(self) -> bool:
        """Whether the visit has been called off."""
        return not self.digest


def uid_of(agent: str, date: str, case_id: str, occurrence: int) -> str:
    """The UID of an agent's visit to a case on a date: the same over replans and on each device of the agent. The case
    number cannot be read from it. `occurrence` counts the visits to that case on that day from 1."""
    said = "\0".join(("visitcli", agent, date, case_id, str(occurrence)))
    return f"{sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@visitcli"


def revised(
    fresh: Iterable[Entry], before: Mapping[str, Entry], dates: Collection[str], changed: str
) -> dict[str, Entry]:
    """What a calendar is to be told now, by UID.

    `fresh`: the visits as planned. `before`: what was last written. An entry that says the same stays as it was, to the
    byte; one that moved, or is back, follows upon the old one; one of these `dates` that is planned no more is
    cancelled, and stays cancelled, so that a file which was lost on the way does no harm.
    """
    told = {entry.uid: _following(entry, before.get(entry.uid)) for entry in fresh}
    for uid, old in before.items():
        if old.date in dates and uid not in told:
            told[uid] = old if old.cancelled else _following(replace(old, digest="", changed=changed), old)
    return told


def _following(entry: Entry, old: Entry | None) -> Entry:
    if old is None:
        return entry
    return old if old.digest == entry.digest else replace(entry, sequence=old.sequence + 1)
