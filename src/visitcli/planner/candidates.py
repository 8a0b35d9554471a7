"""From a case to a candidate: the addresses that can be visited, on which day, in which part of it, for how long, and
for what value: the worth of the visit times the chance to meet the customer there and then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from visitcli.domain.case import Address, AddressKind
from visitcli.planner.chance import PART_STARTS, PARTS, Chances, Part, part_ends, part_of
from visitcli.planner.hours import open_windows
from visitcli.planner.model import Alternative, Candidate, LeftOut, Must, Place, Reason, Window
from visitcli.planner.value import MOST_REASONS, Facts, Weights, promise_state, score

WHOLE_DAY = Window(0, 24 * 3600)
SATURDAY = 5
VisitKind = Literal["first_visit", "follow_up", "promise_check"]


def any_hour(_day: date, _kind: AddressKind, _agreed: bool) -> Window:
    """No rule about hours and places."""
    return WHOLE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How this agent works: when homes and workplaces are visited, seconds by kind of visit, what counts. `allowed`:
    within which hours the rules let a visit be, by day, kind of address, and whether its time is agreed; an empty
    window where they do not. `days_off`: of the week, Monday is 1."""

    home: Window
    work: Window
    service_s: dict[VisitKind, int]
    weights: Weights
    allowed: Callable[[date, AddressKind, bool], Window] = any_hour
    days_off: Collection[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A visit whose time is agreed: the day (an index), the second of the day at which it begins, and at which of the
    case's addresses (None: at any)."""

    day: int
    begin_s: int
    address_index: int | None = None


def visit_kind(facts: Facts, day: date) -> VisitKind:
    """Seeing about a promise that is due or freshly broken, else a first visit, else one of several."""
    promise = promise_state(facts, day)
    if promise and promise[1].code in ("promise_due", "promise_broken"):
        return "promise_check"
    return "follow_up" if facts.visits else "first_visit"


def is_weekend(day: date) -> bool:
    """Saturday or Sunday. (Public holidays and the working days moved for them are not known here.)"""
    return day.weekday() >= SATURDAY


def candidate_over(
    facts: Facts,
    days: Sequence[date],
    habits: Habits,
    chances: Chances,
    *,
    asked: bool = False,
    locked: Lock | None = None,
    earliest_s: Sequence[int] | None = None,
    barred: Collection[int] = (),
) -> Candidate | LeftOut:
    """The case as a candidate for these days: one alternative for each address, day and part of the day.

    Left out as `no_place` when no address has a point. `asked`: the user wants it visited. `earliest_s`: for each day,
    the second before which no visit of this case begins. `barred`: days (indexes) on which it must not be visited; not
    all of them may be. A case that promised to pay on one of the days is offered on that day only, a locked one at its
    moment only. Worth and kind of visit are those of the first day on which it is offered, so that nothing gains by
    being put off.
    """
    promised = next((index for index, day in enumerate(days) if index not in barred and _promise_due(facts, day)), None)
    offered = _offered(len(days), barred, locked.day if locked else promised)
    first = days[offered[0]]
    must: Must | None = "locked" if locked else "asked" if asked else "promised" if promised is not None else None
    worth, service_s = score(facts, first, habits.weights), habits.service_s[visit_kind(facts, first)]
    offer = _Offer(facts, habits, chances, worth.value, service_s)
    places = [index for index, address in enumerate(facts.addresses) if address.lat is not None]
    if locked and locked.address_index is not None:
        places = [index for index in places if index == locked.address_index]
    if not places:
        return LeftOut(case_id=facts.case_id, code="no_place", must_visit=must)
    alternatives = [
        alternative
        for index in places
        for at in offered
        for alternative in (
            [offer.agreed(index, days[at], locked)]
            if locked
            else offer.by_parts(index, days[at], at, earliest_s[at] if earliest_s else 0)
        )
    ]
    return Candidate(
        case_id=facts.case_id,
        alternatives=tuple(alternatives) or (offer.never(places[0], offered[0]),),
        reasons=_reasons(worth.reasons(), _promise_due(facts, first), locked),
        must_visit=must,
    )


def _offered(days: int, barred: Collection[int], only: int | None) -> list[int]:
    return [index for index in range(days) if index not in barred] if only is None else [only]


def _promise_due(facts: Facts, day: date) -> Reason | None:
    promise = promise_state(facts, day)
    return promise[1] if promise and promise[1].code == "promise_due" else None


def _reasons(telling: tuple[Reason, ...], due: Reason | None, locked: Lock | None) -> tuple[Reason, ...]:
    """What makes the visit a must comes first, whatever its weight."""
    first = [due] if due else []
    if locked:
        time = f"{locked.begin_s // 3600:02d}:{locked.begin_s % 3600 // 60:02d}"
        first = [Reason("appointment", {"time": time}), *first]
    return (*first, *(reason for reason in telling if reason not in first))[:MOST_REASONS]


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the alternatives of a case have in common."""

    facts: Facts
    habits: Habits
    chances: Chances
    worth: float
    service_s: int

    def by_parts(self, index: int, day: date, at: int, earliest_s: int) -> Iterator[Alternative]:
        """An alternative for each part of the day in which a visit to this address can begin."""
        windows = visiting_windows(self.facts.addresses[index], day, self.habits)
        for part in PARTS:
            begins = Window(max(PART_STARTS[part], earliest_s), part_ends(part) - 1)
            if any(max(w.open_s, begins.open_s) <= min(w.close_s - self.service_s, begins.close_s) for w in windows):
                yield self._alternative(index, at, windows, begins, part, self._chance(index, day, part))

    def agreed(self, index: int, day: date, locked: Lock) -> Alternative:
        """The moment that was agreed, in no hours but those that the rules allow."""
        begins, part = Window(locked.begin_s, locked.begin_s), part_of(locked.begin_s)
        chance = max(self._chance(index, day, part), self.chances.prior.appointment)
        hours = self.habits.allowed(day, self.facts.addresses[index].kind, True)
        return self._alternative(index, locked.day, (hours,), begins, part, chance)

    def never(self, index: int, at: int) -> Alternative:
        """Where no hours leave room for the visit: what the solver finds outside the hours of the day."""
        return self._alternative(index, at, (), None, "", 0.0)

    def _chance(self, index: int, day: date, part: Part) -> float:
        kind = self.facts.addresses[index].kind
        return self.chances.of_case(kind, part, is_weekend(day), self.facts.seen).value

    def _alternative(
        self,
        index: int,
        at: int,
        windows: tuple[Window, ...],
        begins: Window | None,
        part: Part | Literal[""],
        chance: float,
    ) -> Alternative:
        address = self.facts.addresses[index]
        return Alternative(
            place=_place(address),
            windows=windows,
            service_s=self.service_s,
            value=round(self.worth * chance, 2),
            day=at,
            begins=begins,
            part=part,
            chance=round(chance, 3),
            address_kind=address.kind,
            address_index=index,
            approximate=address.approximate,
        )


def _place(address: Address) -> Place:
    if address.lat is None or address.lon is None:
        raise ValueError(address.kind)
    return Place(address.lat, address.lon)


def visiting_windows(address: Address, day: date, habits: Habits) -> tuple[Window, ...]:
    """When this address can be visited on a day: what the office said of its hours, within the habits and the rules."""
    usual, allowed = habits.work if address.kind == "work" else habits.home, habits.allowed(day, address.kind, False)
    opens, closes = max(usual.open_s, allowed.open_s), min(usual.close_s, allowed.close_s)
    said = open_windows(address.hours, day.weekday()) if address.hours else None
    if said is None:
        said = (Window(opens, closes),)
    clipped = (Window(max(w.open_s, opens), min(w.close_s, closes)) for w in said)
    return tuple(w for w in clipped if w.open_s < w.close_s)
