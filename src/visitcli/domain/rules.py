"""What must hold before a visit is planned or begun. The rule packs of the law come with their own issue; these are
the ones without which no case file can be worked at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

VISITING_FROM_HOUR, VISITING_UNTIL_HOUR = 8, 22
"""Nobody is visited between 22:00 and 08:00 (GB/T 45251-2025; 中银协催收工作指引 2026: 外访 included)."""

IN_PAIRS = frozenset({"cn"})
"""Where visits go in pairs: 中银协催收工作指引 2026 asks for more than one collector at a 外访."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason why a case may not be visited on a day: its code and what the sentence needs."""

    code: str
    context: dict[str, object] = field(default_factory=dict)


def against_a_visit(body: Mapping[str, Any], day: date, last_stop: LastStop | None = None) -> list[Finding]:
    """Why this case may not be visited on this day; empty where nothing is against it.

    `body`: the case as stored. `last_stop`: the stop condition that ended the last visit, where one did.
    Codes: `not_open`, `not_yet`, `returned`, `held`, `stopped`.
    """
    return [*_assignment(body, day), *_holds(body.get("holds", ()), day), *_after_stop(last_stop, day)]


@dataclass(frozen=True, slots=True)
class LastStop:
    """A stop condition's code, the day it was applied, and for how long nobody goes there (None: until cleared)."""

    code: str
    day: date
    hold_days: int | None


def _assignment(body: Mapping[str, Any], day: date) -> Iterable[Finding]:
    status = body.get("status", "open")
    if status != "open":
        yield Finding("not_open", {"status": status})
    assigned, returned = body.get("assigned_date"), body.get("return_date")
    if assigned and date.fromisoformat(assigned) > day:
        yield Finding("not_yet", {"date": assigned})
    if returned and date.fromisoformat(returned) < day:
        yield Finding("returned", {"date": returned})


def _holds(holds: Iterable[Mapping[str, Any]], day: date) -> Iterable[Finding]:
    for hold in holds:
        since, until = hold.get("since"), hold.get("until")
        begun = not since or date.fromisoformat(since) <= day
        if begun and (not until or date.fromisoformat(until) >= day):
            yield Finding("held", {"hold": hold["code"], "until": until or ""})


def _after_stop(stop: LastStop | None, day: date) -> Iterable[Finding]:
    if stop is None or stop.hold_days == 0:
        return
    until = None if stop.hold_days is None else stop.day + timedelta(days=stop.hold_days)
    if until is None or until >= day:
        yield Finding("stopped", {"stop": stop.code, "until": until.isoformat() if until else ""})
