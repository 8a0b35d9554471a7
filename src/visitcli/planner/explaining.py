"""Why a case is on the plan or not: what its visit is worth and by which terms, the chance to meet at each address and
part of the day, what the visit costs, and what would have to give for it.

What would give is not guessed: the days are solved again, once more with the case as a must beside the stops that
were chosen, or without it and with all that was left out. The other stops stay as far as they can, so that what is
named is what this one case costs, and not how the days would look if they were planned anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from visitcli.domain.case import AddressKind
from visitcli.domain.clock import clock
from visitcli.planner.candidates import WHOLE_DAY, Habits, candidate_over, is_weekend, visiting_windows
from visitcli.planner.chance import Chance, Chances, Part, part_of
from visitcli.planner.model import (
    Alternative,
    Candidate,
    Day,
    Legs,
    Place,
    Problem,
    Reason,
    Solution,
    Stop,
    Travel,
    Window,
    leg_s,
)
from visitcli.planner.solver import solve
from visitcli.planner.value import Facts, Score, score

ITERATIONS = 2000  # most stops are given already: an answer needs less search than a plan, and is never cut short
LOOK_AHEAD_DAYS = 14  # for the next day on which an address can be visited at all


class RememberedTravel:
    """Travel that is measured once: places asked for again, or some of them, are answered from what is known."""

    def __init__(self, travel: Travel) -> None:
        self._travel = travel
        self._at: dict[Place, int] = {}
        self._legs = Legs([], [])

    def legs(self, places: Sequence[Place]) -> Legs:
        """The ways from each place to each."""
        if any(place not in self._at for place in places):
            every = list(dict.fromkeys((*self._at, *places)))
            self._legs, self._at = self._travel.legs(every), {place: index for index, place in enumerate(every)}
        rows = [self._at[place] for place in places]
        metres, moving = self._legs.metres, self._legs.moving_s
        return Legs(
            [[metres[a][b] for b in rows] for a in rows],
            [[moving[a][b] for b in rows] for a in rows],
            self._legs.fixed_s,
        )


def remembering(problem: Problem) -> Problem:
    """The same problem, with all its ways measured now and never again: whatever is asked of it from here on, with a
    case more or fewer, is answered from those."""
    travel = RememberedTravel(problem.travel)
    places = dict.fromkeys(place for day in problem.days for place in (day.start, day.end) if place)
    places.update(dict.fromkeys(way.place for one in problem.candidates for way in one.alternatives))
    travel.legs(list(places))
    return replace(problem, travel=travel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to visit the case: where, on which day (an index), in which part of it; the chance to meet and what it
    came from; `value` is worth x chance. `agreed`: at a time that was agreed, whose chance may be better."""

    address_index: int
    address_kind: AddressKind
    day: int
    part: Part
    chance: Chance
    value: float
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A case that comes onto the plan or goes off it, and the points that it has there."""

    case_id: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The days without the case and with it. `fits`: with it as a must there is room. `stop` and `cost_s`: its visit
    on the plan that has it, and by how much the visit and its way lengthen that day. `swapped`: what goes off for it,
    or comes in for it where it is dropped, the least worth first."""

    fits: bool
    score_without: float
    score_with: float
    stop: Stop | None = None
    cost_s: int = 0
    swapped: tuple[Swap, ...] = ()

    @property
    def short(self) -> float:
        """By how many points the days are worse with the case than without it; what the case lacks to come in."""
        return max(0.0, round(self.score_without - self.score_with, 2))


def worth_of(facts: Facts, candidate: Candidate | None, days: Sequence[date], habits: Habits) -> Score:
    """The terms of the worth that the candidate was given (on the first day, where it is none)."""
    at = min((alternative.day for alternative in candidate.alternatives), default=0) if candidate else 0
    return score(facts, days[at], habits.weights)


def ways(
    facts: Facts, candidate: Candidate | None, days: Sequence[date], habits: Habits, chances: Chances
) -> tuple[Way, ...]:
    """Every way to visit the case, in the order of day, address and part; those that it would have, where a rule keeps
    it from being a candidate."""
    if candidate is None:
        found = candidate_over(facts, days, habits, chances)
        candidate = found if isinstance(found, Candidate) else None
    alternatives = [a for a in candidate.alternatives if a.windows] if candidate else []
    listed = [_way(facts, alternative, days, chances) for alternative in alternatives]
    return tuple(sorted(listed, key=lambda way: (way.day, way.address_index)))


def _way(facts: Facts, alternative: Alternative, days: Sequence[date], chances: Chances) -> Way:
    begins = alternative.begins or Window(alternative.windows[0].open_s, alternative.windows[0].close_s)
    part = part_of(begins.open_s)
    return Way(
        address_index=alternative.address_index,
        address_kind=alternative.address_kind,
        day=alternative.day,
        part=part,
        chance=chances.of_case(alternative.address_kind, part, is_weekend(days[alternative.day]), facts.seen),
        value=alternative.value,
        agreed=begins.open_s == begins.close_s,
    )


# -- what would have to give -----------------------------------------------------------------------------------------


def if_visited(
    problem: Problem,
    solution: Solution,
    case_id: str,
    *,
    seed: int,
) -> Trade:
    """For a case that was left out: the chosen stops and this case as a must, whatever else was left out."""
    chosen = _values(solution)
    among = tuple(
        _must(one) if one.case_id == case_id else one
        for one in problem.candidates
        if one.case_id == case_id or one.case_id in chosen
    )
    after = solve(replace(problem, candidates=among), seed=seed, iterations=ITERATIONS)
    stop = _stop_of(after, case_id)
    if stop is None:
        return Trade(fits=False, score_without=_score(solution), score_with=_score(solution))
    return Trade(
        fits=True,
        score_without=_score(solution),
        score_with=_score(after),
        stop=stop,
        cost_s=cost_s(problem, after, case_id),
        swapped=_swapped(solution, after),
    )


def if_dropped(
    problem: Problem,
    solution: Solution,
    case_id: str,
    *,
    seed: int,
) -> Trade:
    """For a case that is on the plan: the other stops as musts, and what was left out where there is room for it."""
    chosen = _values(solution)
    among = tuple(_must(one) if one.case_id in chosen else one for one in problem.candidates if one.case_id != case_id)
    after = solve(replace(problem, candidates=among), seed=seed, iterations=ITERATIONS)
    return Trade(
        fits=True,
        score_without=_score(after),
        score_with=_score(solution),
        stop=_stop_of(solution, case_id),
        cost_s=cost_s(problem, solution, case_id),
        swapped=_swapped(after, solution, case_id),
    )


def cost_s(problem: Problem, solution: Solution, case_id: str) -> int:
    """The seconds that a visit takes with its way: the time at the door, the way there and onward, less the way that
    would lead past it. A day without another stop has no way at all."""
    for at, route in enumerate(solution.routes):
        for index, stop in enumerate(route.stops):
            if stop.candidate.case_id == case_id:
                before = route.stops[index - 1].alternative.place if index else problem.days[at].start
                after = route.stops[index + 1] if index + 1 < len(route.stops) else None
                to = after.alternative.place if after else problem.days[at].end
                home = route.travel_s - sum(each.travel_s for each in route.stops)
                onward = after.travel_s if after else home
                at_s = after.start_s if after else problem.days[at].end_s
                past = _leg_s(problem, before, to, at_s) if len(route.stops) > 1 else 0
                return stop.alternative.service_s + stop.travel_s + onward - past
    return 0


def _leg_s(problem: Problem, origin: Place | None, to: Place | None, at_s: int) -> int:
    """What the leg takes (`model.Problem`), from door to door of one house too; nothing from or to nowhere."""
    if origin is None or to is None:
        return 0
    legs = problem.travel.legs([origin, to])
    return leg_s(legs.fixed_s, legs.moving_s[0][1], problem.permille_at(at_s))


def _must(candidate: Candidate) -> Candidate:
    return candidate if candidate.must_visit else replace(candidate, must_visit="asked")


def _score(solution: Solution) -> float:
    return round(sum(route.score for route in solution.routes), 2)


def _values(solution: Solution) -> dict[str, float]:
    return {stop.candidate.case_id: stop.alternative.value for route in solution.routes for stop in route.stops}


def _stop_of(solution: Solution, case_id: str) -> Stop | None:
    return next((s for route in solution.routes for s in route.stops if s.candidate.case_id == case_id), None)


def _swapped(has: Solution, has_not: Solution, besides: str = "") -> tuple[Swap, ...]:
    """What the first plan has and the second has not, the least worth first."""
    others = _values(has_not)
    gone = [(value, case_id) for case_id, value in _values(has).items() if case_id not in others and case_id != besides]
    return tuple(Swap(case_id=case_id, value=value) for value, case_id in sorted(gone))


# -- what does not fit even alone ------------------------------------------------------------------------------------


def out_of_hours(facts: Facts, candidate: Candidate, problem: Problem, days: Sequence[date], habits: Habits) -> Reason:
    """What would have to change for a case that no window leaves room for: `needs_until` or `needs_from` a time of day
    on that `day` (the least change), `break_in_the_way` where only the break stands in it, else `closed` with the
    `next` date on which it can be visited ("" for none within two weeks) and the `hours` that the office said."""
    changes: list[tuple[int, Reason]] = []
    for alternative in candidate.alternatives:
        day, on = problem.days[alternative.day], {"day": days[alternative.day].isoformat()}
        for earliest, latest in _begins(alternative):
            late = max(earliest, day.start_s) + alternative.service_s - day.end_s
            if latest < day.start_s:
                changes.append((day.start_s - latest, Reason("needs_from", {**on, "time": clock(latest)})))
            elif late > 0:
                changes.append((late, Reason("needs_until", {**on, "time": clock(day.end_s + late)})))
            else:
                changes.append((0, Reason("break_in_the_way", on)))
    if changes:
        return min(changes, key=lambda change: change[0])[1]
    hours = next((address.hours for address in facts.addresses if address.hours), "")
    return Reason("closed", {"hours": hours, "next": _next_open(facts, days[-1], habits)})


def _begins(alternative: Alternative) -> list[tuple[int, int]]:
    """The earliest and latest begin of the visit in each window."""
    begins = alternative.begins or WHOLE_DAY
    found = [
        (max(w.open_s, begins.open_s), min(w.close_s - alternative.service_s, begins.close_s))
        for w in alternative.windows
    ]
    return [(earliest, latest) for earliest, latest in found if earliest <= latest]


def _next_open(facts: Facts, after: date, habits: Habits) -> str:
    """A working day if there is one, else a day off; none after the case goes back to the office."""
    ahead = (after + timedelta(days=number) for number in range(1, LOOK_AHEAD_DAYS + 1))
    days = [day for day in ahead if day <= (facts.return_date or day) and _is_open(facts, day, habits)]
    worked = [day for day in days if day.isoweekday() not in habits.days_off]
    return next((day.isoformat() for day in (*worked, *days)), "")


def _is_open(facts: Facts, day: date, habits: Habits) -> bool:
    """Whether a visit has room in the hours of one of the addresses."""
    least = min(habits.service_s.values())
    windows = (visiting_windows(address, day, habits) for address in facts.addresses if address.lat is not None)
    return any(window.close_s - window.open_s >= least for found in windows for window in found)


def too_far(candidate: Candidate, problem: Problem) -> Reason:
    """How long the nearest way to visit the case takes alone (`way_s`, `service_s`, `back_s`; `km` by the way there),
    and how long the day is (`has_s`)."""
    return min(
        (_alone(alternative, problem, problem.days[alternative.day]) for alternative in candidate.alternatives),
        key=lambda reason: float(str(reason.context["needs_s"])),
    )


def _alone(alternative: Alternative, problem: Problem, day: Day) -> Reason:
    there = _leg_s(problem, day.start, alternative.place, day.start_s)
    back = _leg_s(problem, alternative.place, day.end, day.end_s)
    legs = problem.travel.legs([day.start or alternative.place, alternative.place])
    breaks = sum(pause.close_s - pause.open_s for pause in day.breaks)
    context: Mapping[str, object] = {
        "way_s": there,
        "service_s": alternative.service_s,
        "back_s": back,
        "needs_s": there + alternative.service_s + back,
        "has_s": day.end_s - day.start_s - breaks,
        "km": round(legs.metres[0][-1] / 1000, 1),
    }
    return Reason("alone_too_long", context)
