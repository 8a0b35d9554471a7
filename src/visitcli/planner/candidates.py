"""From a case to a candidate for a day: the addresses that can be visited, when, for how long, and for what value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from visitcli.domain.case import Address
from visitcli.domain.rules import VISITING_FROM_HOUR, VISITING_UNTIL_HOUR
from visitcli.planner.hours import open_windows
from visitcli.planner.model import Alternative, Candidate, LeftOut, Must, Place, Reason, Window
from visitcli.planner.value import MOST_REASONS, Facts, Weights, promise_state, score

VISITING = Window(VISITING_FROM_HOUR * 3600, VISITING_UNTIL_HOUR * 3600)  # whatever the settings say
VisitKind = Literal["first_visit", "follow_up", "promise_check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How this agent works: when homes and workplaces are visited, seconds by kind of visit, what counts."""

    home: Window
    work: Window
    service_s: dict[VisitKind, int]
    weights: Weights


def visit_kind(facts: Facts, day: date) -> VisitKind:
    """Seeing about a promise that is due or freshly broken, else a first visit, else one of several."""
    promise = promise_state(facts, day)
    if promise and promise[1].code in ("promise_due", "promise_broken"):
        return "promise_check"
    return "follow_up" if facts.visits else "first_visit"


def must_visit(facts: Facts, day: date, *, asked: bool) -> Must | None:
    """Whether the case goes before any value: the user asked for it, or it promised to pay on this day."""
    if asked:
        return "asked"
    return "promised" if _promise_due(facts, day) else None


def _promise_due(facts: Facts, day: date) -> Reason | None:
    promise = promise_state(facts, day)
    return promise[1] if promise and promise[1].code == "promise_due" else None


def candidate_of(facts: Facts, day: date, habits: Habits, *, asked: bool = False) -> Candidate | LeftOut:
    """The case as a candidate for this day; left out as `no_place` when no address has a point. `asked`: the user
    wants it visited."""
    worth, must = score(facts, day, habits.weights), must_visit(facts, day, asked=asked)
    service_s = habits.service_s[visit_kind(facts, day)]
    alternatives = tuple(
        Alternative(
            place=Place(address.lat, address.lon),
            windows=_windows(address, day, habits),
            service_s=service_s,
            value=worth.value,
            address_kind=address.kind,
            address_index=index,
            approximate=address.approximate,
        )
        for index, address in enumerate(facts.addresses)
        if address.lat is not None and address.lon is not None
    )
    if not alternatives:
        return LeftOut(case_id=facts.case_id, code="no_place", must_visit=must)
    reasons, due = worth.reasons(), _promise_due(facts, day)
    if due:  # whatever its weight: it is why the visit must be made
        reasons = (due, *(reason for reason in reasons if reason != due))[:MOST_REASONS]
    return Candidate(case_id=facts.case_id, alternatives=alternatives, reasons=reasons, must_visit=must)


def _windows(address: Address, day: date, habits: Habits) -> tuple[Window, ...]:
    usual = habits.work if address.kind == "work" else habits.home
    opens, closes = max(usual.open_s, VISITING.open_s), min(usual.close_s, VISITING.close_s)
    said = open_windows(address.hours, day.weekday()) if address.hours else None
    if said is None:
        said = (Window(opens, closes),)
    clipped = (Window(max(w.open_s, opens), min(w.close_s, closes)) for w in said)
    return tuple(w for w in clipped if w.open_s < w.close_s)
