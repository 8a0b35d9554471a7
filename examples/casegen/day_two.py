"""What has become of the cases overnight: paid off, taken back, partly paid, new, and one that is simply gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from visitcli.domain.case import Case

from .loans import after_instalment
from .story import World, case, settled

_OF_EACH_150 = {"closed": 5, "withdrawn": 4, "changed": 14, "gone": 1}
_NEW = 6


def second_day(world: World, cases: Sequence[Case]) -> list[Case]:
    """The next day's file. Cases that nothing happened to stand as they were."""
    rng = Random(f"{world.seed}/second day")
    tomorrow = world.today + timedelta(days=1)
    open_cases = [made for made in cases if made.status == "open"]
    fates = [fate for fate, share in _OF_EACH_150.items() for _ in range(-(-share * len(open_cases) // 150))]
    chosen = rng.sample(open_cases, min(len(fates), len(open_cases)))
    fate_of = {made.case_id: fate for made, fate in zip(chosen, fates, strict=False)}
    after = [_after(made, fate_of.get(made.case_id, ""), tomorrow) for made in cases]
    arrived = [
        replace(case(world, number), assigned_date=tomorrow, return_date=tomorrow + timedelta(days=30))
        for number in range(len(cases) + 1, len(cases) + _NEW + 1)
    ]
    return [made for made in after if made is not None] + arrived


def _after(made: Case, fate: str, tomorrow: date) -> Case | None:
    if fate in ("closed", "withdrawn"):
        return settled(made, fate)
    if fate == "changed":
        return _partly_paid(made, tomorrow)
    return None if fate == "gone" else made


def _partly_paid(made: Case, tomorrow: date) -> Case:
    """One instalment came in; where it was the only one, the case is paid off."""
    if made.loan.instalments_overdue == 1:
        return settled(made, "closed")
    terms, payments = after_instalment(made.loan, made.payments, tomorrow)
    return replace(made, loan=terms, payments=payments)
