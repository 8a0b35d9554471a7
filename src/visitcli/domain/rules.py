"""What must hold before a visit is planned or begun. The rule packs of the law come with their own issue; these are
the ones without which no case file can be worked at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
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


def more_than_owed(question: str, value: object, loan: Mapping[str, Any]) -> int | None:
    """What is owed at most, in fen, where a promise is for more than that: the balance and what is overdue on it."""
    balance = loan.get("balance_fen")
    if question != "promise_amount" or balance is None:
        return None
    owed = int(balance) + int(loan.get("overdue_fen") or 0) + int(loan.get("penalty_fen") or 0)
    return owed if Decimal(str(value)) * 100 > owed > 0 else None


@dataclass(frozen=True, slots=True)
class Rest:
    """Nobody goes there until after `until` (None: until somebody clears it), because of what a visit recorded."""

    code: str
    until: date | None


def against_a_visit(body: Mapping[str, Any], day: date, rest: Rest | None = None) -> list[Finding]:
    """Why this case may not be visited on this day; empty where nothing is against it.

    `body`: the case as stored. `rest`: what the visits so far ask for, the longest of it.
    Codes: `not_open`, `not_yet`, `returned`, `held`, `stopped`.
    """
    return [*_assignment(body, day), *_holds(body.get("holds", ()), day), *_resting(rest, day)]


def outside_hours(now: datetime) -> bool:
    """Whether nobody may be visited at this local time."""
    return not VISITING_FROM_HOUR <= now.hour < VISITING_UNTIL_HOUR


def beyond_authority(question: str, value: object, max_instalments: int) -> bool:
    """Whether an answer agrees to more than the agent may: more instalments than the office allows."""
    return question == "instalment_count" and isinstance(value, int) and value > max_instalments


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


def _resting(rest: Rest | None, day: date) -> Iterable[Finding]:
    if rest is not None and (rest.until is None or rest.until >= day):
        yield Finding("stopped", {"stop": rest.code, "until": rest.until.isoformat() if rest.until else ""})
