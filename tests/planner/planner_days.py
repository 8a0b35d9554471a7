"""Made-up days for the planner's tests, and the rules that every plan must keep, written from their text alone.

Nothing here uses the planner's own arithmetic: the checker walks the clock second by second where breaks matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import asin, ceil, cos, radians, sin, sqrt
from random import Random

from visitcli.planner.model import Alternative, Candidate, Day, Must, Pace, Place, Problem, Route, Solution, Window
from visitcli.planner.travel import AffineTravel

HOUR = 3600
PARTS = (Window(0, 12 * HOUR - 1), Window(12 * HOUR, 17 * HOUR - 1), Window(17 * HOUR, 24 * HOUR))


def random_day(seed: int, cases: int, *, days: int = 1) -> Problem:
    """Days around Shanghai: homes and workplaces, narrow and split windows, parts of the day with values of their own,
    paces and a buffer or none, lunch or none, places or none."""
    random = Random(seed)
    by_parts, paced = random.random() < 0.4, random.random() < 0.5

    def place() -> Place:
        return Place(round(31.2 + random.gauss(0, 0.08), 5), round(121.4 + random.gauss(0, 0.1), 5))

    def windows() -> tuple[Window, ...]:
        kind = random.random()
        if kind < 0.5:
            return (Window(8 * HOUR, 22 * HOUR),)
        if kind < 0.7:
            return (Window(9 * HOUR, 17 * HOUR),)
        if kind < 0.85:
            return (Window(8 * HOUR, 10 * HOUR), Window(int(15.5 * HOUR), 21 * HOUR))
        opens = random.randrange(6, 20) * HOUR
        return (Window(opens, opens + random.choice([1800, HOUR, 3 * HOUR])),)

    def alternatives() -> Iterator[Alternative]:
        value = random.lognormvariate(3, 0.6)
        for index in range(random.choice([1, 1, 2, 3])):
            there, open_at, service = place(), windows(), random.choice([600, 1200, 2100])
            for day in range(days):
                for part in PARTS if by_parts else (None,):
                    yield Alternative(
                        place=there,
                        windows=open_at,
                        service_s=service,
                        value=round(value * random.choice([1, 1, 0.7]), 2),
                        day=day,
                        begins=part,
                        address_kind="work" if index else "home",
                        address_index=index,
                    )

    candidates = []
    for number in range(cases):
        drawn = random.random()
        must: Must | None = "asked" if drawn < 0.03 else "promised" if drawn < 0.08 else None
        candidates.append(Candidate(case_id=f"C{number}", alternatives=tuple(alternatives()), must_visit=must))
    return Problem(
        days=tuple(
            Day(
                start_s=random.choice([8, 9, 12, 13]) * HOUR,
                end_s=random.choice([17, 18, 20]) * HOUR,
                start=place() if random.random() < 0.7 else None,
                end=place() if random.random() < 0.5 else None,
                breaks=random.choice(
                    [(), (Window(12 * HOUR, 13 * HOUR),), (Window(41000, 44000), Window(57000, 58000))]
                ),
            )
            for _ in range(days)
        ),
        candidates=tuple(candidates),
        travel=AffineTravel(random.choice([0, 300, 480]), random.choice([60.0, 120.0, 180.0])),
        paces=(Pace(Window(27000, 34200), 1.5), Pace(Window(61200, 68400), 1.3)) if paced else (),
        buffer=random.choice([0.1, 0.15]) if paced else 0.0,
    )


def faults(problem: Problem, solution: Solution) -> list[str]:
    """Every rule of a plan that this one breaks, by name; empty for a valid plan."""
    found = _each_case_once(problem, solution)
    if len(solution.routes) != len(problem.days):
        found.append("a route for each day")
    for number, (day, route) in enumerate(zip(problem.days, solution.routes, strict=False)):
        found += _faults_of_a_day(problem, number, day, route)
    return found


def _faults_of_a_day(problem: Problem, number: int, day: Day, route: Route) -> list[str]:
    found: list[str] = []
    here, clock = day.start, day.start_s
    value, metres, seconds, service, buffer = 0.0, 0.0, 0, 0, 0
    for stop in route.stops:
        name, there = stop.candidate.case_id, stop.alternative.place
        distance, takes, kept = leg(problem, here, there, stop.start_s)
        if stop.alternative not in stop.candidate.alternatives:
            found.append(f"{name}: not one of its alternatives")
        if stop.alternative.day != number:
            found.append(f"{name}: another day's alternative")
        if abs(stop.travel_m - distance) > 1 or stop.travel_s != takes or stop.buffer_s != kept:
            found.append(f"{name}: travel")
        if stop.arrive_s < after_work(day, clock, stop.travel_s):
            found.append(f"{name}: arrives before it can")
        if not stop.arrive_s <= stop.start_s:
            found.append(f"{name}: begins before it is there")
        if stop.leave_s - stop.start_s != stop.alternative.service_s:
            found.append(f"{name}: service time")
        if not any(w.open_s <= stop.start_s and stop.leave_s <= w.close_s for w in stop.alternative.windows):
            found.append(f"{name}: outside its windows")
        begins = stop.alternative.begins
        if begins and not begins.open_s <= stop.start_s <= begins.close_s:
            found.append(f"{name}: outside its part of the day")
        if any(stop.start_s < pause.close_s and pause.open_s < stop.leave_s for pause in day.breaks):
            found.append(f"{name}: in a break")
        here, clock = there, stop.leave_s
        value, metres = value + stop.alternative.value, metres + stop.travel_m
        seconds, service, buffer = seconds + stop.travel_s, service + stop.alternative.service_s, buffer + stop.buffer_s
    distance, takes, kept = leg(problem, here, day.end, day.end_s) if route.stops else (0, 0, 0)
    if not after_work(day, clock, takes) - 1 <= route.ends_s <= day.end_s:
        found.append("the day's end")
    totals = (route.travel_m, route.travel_s, route.service_s, route.buffer_s)
    walked = (metres + distance, seconds + takes, service, buffer + kept)
    if any(abs(a - b) > 1 for a, b in zip(totals, walked, strict=True)):
        found.append("totals")
    if abs(route.score - value) > 0.006:
        found.append("score")
    return found


def best_by_force(problem: Problem) -> tuple[float, int]:
    """The most value there is in the one day and the least travel that gives it: every order, alternative, window and
    time of day with a pace of its own is tried.

    Must-visit cases count like others, so the problem should have none.
    """
    best, day = (0.0, 0), problem.days[0]

    def go(here: Place | None, clock: int, left: frozenset[int], value: float, travelled: int) -> None:
        nonlocal best
        takes = leg(problem, here, day.end, day.end_s)[1] if value else 0
        if after_work(day, clock, takes) > day.end_s:
            return
        best = max(best, (round(value, 2), -(travelled + takes)))
        for index in left:
            for alternative in problem.candidates[index].alternatives:
                for begins, takes in first_begins(problem, here, clock, alternative):
                    then = begins + alternative.service_s
                    go(alternative.place, then, left - {index}, value + alternative.value, travelled + takes)

    go(day.start, day.start_s, frozenset(range(len(problem.candidates))), 0.0, 0)
    return best[0], -best[1]


def first_begins(
    problem: Problem, here: Place | None, clock: int, alternative: Alternative
) -> Iterator[tuple[int, int]]:
    """For each time of day with a pace of its own: the first second in it at which the visit can begin, and the
    seconds of the leg; none where it cannot."""
    day = problem.days[alternative.day]
    edges = {0, 24 * HOUR, *(edge for p in problem.paces for edge in (p.window.open_s, p.window.close_s))}
    for opens, closes in zip(sorted(edges), sorted(edges)[1:], strict=False):
        takes = leg(problem, here, alternative.place, opens)[1]
        tries = {after_work(day, clock, takes), opens, *(w.open_s for w in alternative.windows)}
        tries |= {pause.close_s for pause in day.breaks} | (
            {alternative.begins.open_s} if alternative.begins else set()
        )
        for begins in sorted(second for second in tries if after_work(day, clock, takes) <= second < closes):
            if begins >= opens and _may_begin(day, alternative, begins):
                yield begins, takes
                break


def _may_begin(day: Day, alternative: Alternative, start: int) -> bool:
    end, part = start + alternative.service_s, alternative.begins
    return (
        any(w.open_s <= start and end <= w.close_s for w in alternative.windows)
        and (part is None or part.open_s <= start <= part.close_s)
        and not any(start < b.close_s and b.open_s < end for b in day.breaks)
        and end <= day.end_s
    )


def _each_case_once(problem: Problem, solution: Solution) -> list[str]:
    listed = [stop.candidate.case_id for route in solution.routes for stop in route.stops]
    listed += [left.case_id for left in solution.left_out]
    return [] if sorted(listed) == sorted(c.case_id for c in problem.candidates) else ["each case once"]


def after_work(day: Day, second: int, work: int) -> int:
    """The clock after so much working time, which stands still in breaks."""
    pauses = sorted(day.breaks, key=lambda pause: pause.open_s)
    for pause in pauses:
        if not work or second + work <= pause.open_s:
            break
        if second < pause.close_s:
            work -= max(0, pause.open_s - second)
            second = max(second, pause.close_s)
    return second + work


def leg(problem: Problem, here: Place | None, there: Place | None, begins: int) -> tuple[float, int, int]:
    """Metres by the spherical law of cosines' better-behaved form, seconds at the pace of the time at which the visit
    there begins, and what of them is the buffer."""
    if here is None or there is None:
        return 0, 0, 0
    travel = problem.travel
    assert isinstance(travel, AffineTravel)
    a, b = radians(here.lat), radians(there.lat)
    square = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(there.lon - here.lon) / 2) ** 2
    metres = 2 * 6371008.8 * asin(sqrt(square))
    whole = int(metres * travel.pace_s_per_km / 1000)
    moving = whole + (whole < metres * travel.pace_s_per_km / 1000)
    factor = next((p.factor for p in problem.paces if p.window.open_s <= begins < p.window.close_s), 1.0)
    bare = ceil(moving * Fraction(str(factor)))
    full = ceil(moving * Fraction(str(factor)) * (1 + Fraction(str(problem.buffer))))
    return metres, travel.leg_s + full, full - bare
