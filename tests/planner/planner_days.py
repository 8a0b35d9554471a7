"""Made-up days for the planner's tests, and the rules that every plan must keep, written from their text alone.

Nothing here uses the planner's own arithmetic: the checker walks the clock second by second where breaks matter.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from random import Random

from visitcli.planner.model import Alternative, Candidate, Day, Must, Place, Problem, Solution, Window
from visitcli.planner.travel import AffineTravel

HOUR = 3600


def random_day(seed: int, cases: int) -> Problem:
    """A day around Shanghai: homes and workplaces, narrow and split windows, lunch or none, places or none."""
    random = Random(seed)

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

    candidates = []
    for number in range(cases):
        value = round(random.lognormvariate(3, 0.6), 2)
        alternatives = [
            Alternative(
                place=place(),
                windows=windows(),
                service_s=random.choice([600, 1200, 2100]),
                value=round(value * random.choice([1, 1, 0.7]), 2),
                address_kind="work" if index else "home",
                address_index=index,
            )
            for index in range(random.choice([1, 1, 2, 3]))
        ]
        drawn = random.random()
        must: Must | None = "asked" if drawn < 0.03 else "promised" if drawn < 0.08 else None
        candidates.append(Candidate(case_id=f"C{number}", alternatives=tuple(alternatives), must_visit=must))
    breaks = random.choice([(), (Window(12 * HOUR, 13 * HOUR),), (Window(41000, 44000), Window(57000, 58000))])
    day = Day(
        start_s=random.choice([8, 9, 12, 13]) * HOUR,
        end_s=random.choice([17, 18, 20]) * HOUR,
        start=place() if random.random() < 0.7 else None,
        end=place() if random.random() < 0.5 else None,
        breaks=breaks,
    )
    travel = AffineTravel(random.choice([0, 300, 480]), random.choice([60.0, 120.0, 180.0]))
    return Problem(days=(day,), candidates=tuple(candidates), travel=travel)


def faults(problem: Problem, solution: Solution) -> list[str]:
    """Every rule of a plan that this one breaks, by name; empty for a valid plan."""
    found: list[str] = []
    found += _each_case_once(problem, solution)
    day = problem.days[0]
    here, clock = day.start, day.start_s
    value, metres, seconds, service = 0.0, 0, 0, 0
    for stop in solution.routes[0].stops:
        name, there = stop.candidate.case_id, stop.alternative.place
        distance, takes = _leg(problem, here, there)
        if stop.alternative not in stop.candidate.alternatives:
            found.append(f"{name}: not one of its alternatives")
        if abs(stop.travel_m - distance) > 1 or abs(stop.travel_s - takes) > 1:
            found.append(f"{name}: travel")
        if stop.arrive_s < _after_work(day, clock, stop.travel_s):
            found.append(f"{name}: arrives before it can")
        if not stop.arrive_s <= stop.start_s:
            found.append(f"{name}: begins before it is there")
        if stop.leave_s - stop.start_s != stop.alternative.service_s:
            found.append(f"{name}: service time")
        if not any(w.open_s <= stop.start_s and stop.leave_s <= w.close_s for w in stop.alternative.windows):
            found.append(f"{name}: outside its windows")
        if any(stop.start_s < pause.close_s and pause.open_s < stop.leave_s for pause in day.breaks):
            found.append(f"{name}: in a break")
        here, clock = there, stop.leave_s
        value, metres = value + stop.alternative.value, metres + stop.travel_m
        seconds, service = seconds + stop.travel_s, service + stop.alternative.service_s
    route = solution.routes[0]
    distance, takes = _leg(problem, here, day.end) if route.stops else (0, 0)
    if not _after_work(day, clock, takes) - 1 <= route.ends_s <= day.end_s:
        found.append("the day's end")
    totals = (route.travel_m, route.travel_s, route.service_s)
    if any(abs(a - b) > 1 for a, b in zip(totals, (metres + distance, seconds + takes, service), strict=True)):
        found.append("totals")
    if abs(route.score - value) > 0.006:
        found.append("score")
    return found


def best_by_force(problem: Problem) -> tuple[float, int]:
    """The most value there is and the least travel that gives it: every order, alternative and window is tried.

    Must-visit cases count like others, so the problem should have none.
    """
    best = (0.0, 0)

    def go(here: Place | None, clock: int, left: frozenset[int], value: float, travelled: int) -> None:
        nonlocal best
        takes = _leg(problem, here, problem.days[0].end)[1] if value else 0
        if _after_work(problem.days[0], clock, takes) > problem.days[0].end_s:
            return
        best = max(best, (round(value, 2), -(travelled + takes)))
        for index in left:
            for alternative in problem.candidates[index].alternatives:
                takes = _leg(problem, here, alternative.place)[1]
                arrives = _after_work(problem.days[0], clock, takes)
                begins = _first_start(problem, alternative, arrives)
                if begins is not None:
                    then = begins + alternative.service_s
                    go(alternative.place, then, left - {index}, value + alternative.value, travelled + takes)

    go(problem.days[0].start, problem.days[0].start_s, frozenset(range(len(problem.candidates))), 0.0, 0)
    return best[0], -best[1]


def _first_start(problem: Problem, alternative: Alternative, arrives: int) -> int | None:
    """The first second, from arriving on, at which the visit can begin: it lies in a window and in no break."""
    tries = [arrives, *(w.open_s for w in alternative.windows), *(b.close_s for b in problem.days[0].breaks)]
    for start in sorted(second for second in tries if second >= arrives):
        end = start + alternative.service_s
        open_now = any(w.open_s <= start and end <= w.close_s for w in alternative.windows)
        if open_now and not any(start < b.close_s and b.open_s < end for b in problem.days[0].breaks):
            return start if end <= problem.days[0].end_s else None
    return None


def _each_case_once(problem: Problem, solution: Solution) -> list[str]:
    listed = [stop.candidate.case_id for stop in solution.routes[0].stops] + [
        left.case_id for left in solution.left_out
    ]
    return [] if sorted(listed) == sorted(c.case_id for c in problem.candidates) else ["each case once"]


def _after_work(day: Day, second: int, work: int) -> int:
    """The clock after so much working time, which stands still in breaks."""
    pauses = sorted(day.breaks, key=lambda pause: pause.open_s)
    for pause in pauses:
        if not work or second + work <= pause.open_s:
            break
        if second < pause.close_s:
            work -= max(0, pause.open_s - second)
            second = max(second, pause.close_s)
    return second + work


def _leg(problem: Problem, here: Place | None, there: Place | None) -> tuple[float, float]:
    """Metres by the spherical law of cosines' better-behaved form, and seconds from the two numbers of the pace."""
    if here is None or there is None:
        return 0, 0
    travel = problem.travel
    assert isinstance(travel, AffineTravel)
    a, b = radians(here.lat), radians(there.lat)
    square = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(there.lon - here.lon) / 2) ** 2
    metres = 2 * 6371008.8 * asin(sqrt(square))
    whole = int(metres * travel.pace_s_per_km / 1000)
    return metres, travel.leg_s + whole + (whole < metres * travel.pace_s_per_km / 1000)
