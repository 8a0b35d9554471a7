"""What comes next (下一步), proposed by the record: the least that fits, with the reason; people decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Code = Literal["close", "rest", "support", "office_review", "wait", "phone", "legal", "visit"]
CALL_AFTER_DAYS = 3  # when somebody wanted to think it over
PHONE_AFTER_UNMET = 3
LEGAL_AFTER_DAYS = 180  # days overdue
LIMITATION_NEAR_DAYS = 90
REVIEWED = frozenset({"disputed", "legal_check", "represented", "court_stay", "bereavement", "visit_declined"})
NO_AGREEMENT = frozenset({"refused", "no_agreement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the record says today. `resting_until`: the last day of the longest hold (None: it has no end) where it
    `rests`; `free_from`: the first day on which the rules allow a visit again; `outcome`: of the last visit;
    `agreed_day`: the day that the agent noted for the next step."""

    today: date
    status: str = "open"
    rests: bool = False
    resting_until: date | None = None
    outcome: str = ""
    last_visit: date | None = None
    complaint: bool = False
    in_need: bool = False
    promise_due: date | None = None
    unmet_in_a_row: int = 0
    days_overdue: int | None = None
    limitation: date | None = None
    free_from: date | None = None
    agreed_day: date | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The proposal: what, from which day on (None: now, or nobody knows), and why (a code)."""

    step: Code
    day: date | None
    why: str


def proposed(known: Known) -> NextStep:
    """The next step. A person's need and the office's review come before any demand, and a call before a door."""
    today = known.today
    if known.status != "open":
        return NextStep("close", None, "not_open")
    if known.in_need or known.outcome == "needs_care":
        return NextStep("support", today, "in_need")
    if known.complaint or known.outcome in REVIEWED:
        return NextStep("office_review", today, "complaint" if known.complaint else known.outcome)
    if known.rests:
        return NextStep("rest", known.resting_until, "hold")
    if known.promise_due and known.promise_due >= today:
        return NextStep("wait", known.promise_due, "promise")
    if known.unmet_in_a_row >= PHONE_AFTER_UNMET:
        return NextStep("phone", today, "never_met")
    if known.outcome in NO_AGREEMENT and _is_legal(known):
        return NextStep("legal", today, "no_agreement")
    if known.outcome == "considering" and known.last_visit:
        return NextStep("phone", known.agreed_day or known.last_visit + timedelta(days=CALL_AFTER_DAYS), "thinking")
    day = max((one for one in (known.agreed_day, known.free_from) if one), default=today)
    return NextStep("visit", max(day, today), "agreed" if known.agreed_day == day else "rules")


def _is_legal(known: Known) -> bool:
    """Long overdue, or with little time left to sue."""
    near = known.limitation is not None and known.limitation <= known.today + timedelta(days=LIMITATION_NEAR_DAYS)
    return near or (known.days_overdue or 0) > LEGAL_AFTER_DAYS
