"""The ways out in a few words each, to stand beside the choices of a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitcli.cli.desk import Desk
from visitcli.domain.errors import VisitcliError

if TYPE_CHECKING:
    from visitcli.app.visiting import Visit
    from visitcli.domain.options import Option


def figures(desk: Desk, visit: Visit) -> dict[str, str]:
    """By the option's code, what it comes to with the budget that was just told; under "" that only a pause can be
    offered. Nothing where the case file does not suffice: the choices stand without figures then."""
    from visitcli.app import offering

    said = visit.session.answers
    income, essentials, first = (
        str(said[name]) if name in said else None for name in ("income", "essentials", "priority_debts")
    )
    people = said.get("dependants")
    asked = offering.Asked(
        income=income,
        essentials=essentials,
        priority_debts=first,
        dependants=people if isinstance(people, int) else None,
    )
    try:
        ways = offering.offer(desk.runtime, visit.case_id, asked).ways
    except VisitcliError:
        return {}
    found: dict[str, str] = {option.code: _figure(desk, option) for option in ways.options}
    if ways.only_a_pause:
        found[""] = desk.words("options.only_a_pause")
    return found


def _figure(desk: Desk, option: Option) -> str:
    from visitcli.domain.money import yuan_grouped

    if not option.available:
        return "" if option.authority else desk.words("options.no_authority")
    once = len(option.schedule) == 1
    amount = yuan_grouped(option.total_fen if once else option.highest_fen)
    key = "screen.option.once" if once else "screen.option.monthly"
    text = desk.words(key, amount=amount, last=option.last_date)
    carried = {True: "options.carried", False: "options.not_carried", None: ""}[option.carried]
    return f"{text}  {desk.words(carried)}" if carried else text
