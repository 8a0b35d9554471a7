"""The limitation period of a loan (诉讼时效): until when the office can still sue, where it has not said so itself, and
by which acts it was interrupted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Any, Literal

PERIOD_YEARS = 3
"""民法典 (Civil Code of the PRC) art. 188."""

ActKind = Literal["payment", "demand", "acknowledgement"]
Effect = Literal["before", "interrupts", "after"]


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """Something that may begin the period anew (art. 195): a payment, a demand that reached the customer, the
    customer's own acknowledgement of the debt. `what`: where it is on record."""

    day: date
    kind: ActKind
    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """What an act did: the period had not begun (`before`), it began anew (`interrupts`), or it was over already
    (`after`: for a lawyer to judge, art. 192). `until`: the last day of the period after it."""

    act: Act
    effect: Effect
    until: date


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The period as the record has it: from which day it ran first, each act in order, and the last day of it."""

    begins: date
    steps: tuple[Step, ...]
    ends: date


def reckoning(loan: Mapping[str, Any], acts: Iterable[Act]) -> Reckoning | None:
    """How the period runs by all that is on record; None without the loan's last day, or where it never ends.

    A debt in instalments runs from the due date of the last one (art. 189), for three years (art. 188). Each act within
    the period begins it anew (art. 195); one after its end does not by itself: the customer may have given up the
    defence (art. 192), which a lawyer has to judge.
    """
    if not loan.get("end_date"):
        return None
    begins = date.fromisoformat(loan["end_date"])
    ends = _three_years_after(begins)
    if ends is None:
        return None
    steps: list[Step] = []
    for act in sorted(acts):
        if act.day <= begins:
            steps.append(Step(act, "before", ends))
        elif act.day > ends:
            steps.append(Step(act, "after", ends))
        else:
            ends = _three_years_after(act.day) or ends
            steps.append(Step(act, "interrupts", ends))
    return Reckoning(begins, tuple(steps), ends)


def reckoned(loan: Mapping[str, Any]) -> date | None:
    """The earliest day on which the period can end by what the case file says; None without the loan's last day.

    `loan`: the case's loan as stored, dates ISO. A debt in instalments runs from the due date of the last one
    (art. 189); a payment begins the period anew (art. 195). What else interrupts it (a demand that reached the
    customer, an acknowledgement, a suit) is the office's to know, so that the true day may be later, never earlier,
    unless the loan was called in before its end.
    """
    if not loan.get("end_date"):
        return None
    begins = max(date.fromisoformat(loan[key]) for key in ("end_date", "last_payment_date") if loan.get(key))
    return _three_years_after(begins)


def _three_years_after(day: date) -> date | None:
    if day.year + PERIOD_YEARS > MAXYEAR:  # 9999-12-31 stands in some files for a loan without an end
        return None
    try:
        return day.replace(year=day.year + PERIOD_YEARS)
    except ValueError:  # 29 February
        return date(day.year + PERIOD_YEARS, 3, 1)
