from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from planner_days import HOUR, best_by_force, faults, random_day

from visitcli.planner.model import Alternative, Candidate, Day, Must, Place, Problem, Solution, Window
from visitcli.planner.solver import solve
from visitcli.planner.travel import AffineTravel

ALL_DAY = (Window(8 * HOUR, 22 * HOUR),)
HERE = Place(31.2, 121.4)
TRAVEL = AffineTravel(480, 180.0)


def case(name: str, value: float = 10.0, *, east_km: float = 0.0, minutes: int = 60, **more: object) -> Candidate:
    place = Place(HERE.lat, HERE.lon + east_km / 95.1)  # a degree of longitude is 95.1 km at 31.2 degrees north
    alternative = Alternative(place=place, windows=ALL_DAY, service_s=minutes * 60, value=value)
    return Candidate(case_id=name, alternatives=(replace(alternative, **more),))


def day_of(*candidates: Candidate, until: int = 18, **more: object) -> Problem:
    day = replace(Day(start_s=9 * HOUR, end_s=until * HOUR, start=HERE), **more)
    return Problem(days=(day,), candidates=candidates, travel=TRAVEL)


def left(solution: Solution) -> dict[str, str]:
    return {out.case_id: out.code for out in solution.left_out}


def visited(solution: Solution) -> list[str]:
    return [stop.candidate.case_id for stop in solution.routes[0].stops]


def musts(solution: Solution) -> tuple[int, int]:
    """How many of the stops were asked for, and how many were promised."""
    kinds = [stop.candidate.must_visit for stop in solution.routes[0].stops]
    return kinds.count("asked"), kinds.count("promised")


@pytest.mark.parametrize("block", range(20))
def test_every_plan_keeps_every_rule(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        problem = random_day(seed, cases=seed % 41, days=(1, 1, 2, 3)[seed % 4])
        solution = solve(problem, seed=seed, iterations=80)
        assert faults(problem, solution) == [], seed


def test_the_checker_sees_what_is_wrong() -> None:
    problem = random_day(9, cases=20)
    solution = solve(problem, seed=1, iterations=50)
    stops = solution.routes[0].stops
    assert len(stops) > 3
    wrong = (
        replace(stops[1], start_s=stops[1].start_s - 7200, leave_s=stops[1].leave_s - 7200),
        replace(stops[1], travel_s=stops[1].travel_s - 60),
        replace(stops[1], leave_s=stops[1].leave_s + 60),
    )
    for stop in wrong:
        broken = replace(solution, routes=(replace(solution.routes[0], stops=(stops[0], stop, *stops[2:])),))
        assert faults(problem, broken)
    assert faults(problem, replace(solution, left_out=())) == ["each case once"]


def test_tiny_days_are_solved_to_the_optimum() -> None:
    """The value always; the least travel at that value, which only breaks ties, nine times in ten at least."""
    shortest = 0
    for seed in range(200):
        problem = random_day(1000 + seed, cases=1 + seed % 6)
        problem = replace(problem, candidates=tuple(replace(c, must_visit=None) for c in problem.candidates))
        route = solve(problem, seed=seed, iterations=1500).routes[0]
        value, travel = best_by_force(problem)
        assert (route.score, route.travel_s >= travel) == (value, True), seed
        shortest += route.travel_s == travel
    assert shortest >= 180


def test_a_seed_gives_the_same_route_and_seeds_differ() -> None:
    problem = random_day(5, cases=80)
    first, again = (solve(problem, seed=3, iterations=300) for _ in range(2))
    assert first == again
    assert len({tuple(visited(solve(problem, seed=seed, iterations=300))) for seed in range(6)}) > 1


@pytest.mark.parametrize("seed", range(12))
def test_never_worse_than_greedy(seed: int) -> None:
    problem = random_day(seed, cases=50)
    greedy_plan, searched = solve(problem, seed=seed, iterations=0), solve(problem, seed=seed, iterations=300)
    before, after = ((*musts(plan), plan.routes[0].score) for plan in (greedy_plan, searched))
    assert after >= before


def test_it_stops_when_told_to_and_says_so() -> None:
    problem = random_day(5, cases=40)
    asked: list[int] = []

    def enough(done: int) -> bool:
        asked.append(done)
        return done >= 25

    solution = solve(problem, seed=1, iterations=5000, should_stop=enough)
    assert (solution.cut, solution.iterations) == (True, 25)
    assert asked == list(range(26))
    assert faults(problem, solution) == []
    assert not solve(problem, seed=1, iterations=30).cut


def test_stopped_before_it_began_it_still_has_the_greedy_day() -> None:
    solution = solve(random_day(5, cases=40), seed=1, should_stop=lambda _: True)
    assert solution.routes[0].stops
    assert solution.cut


def test_more_iterations_never_give_less() -> None:
    problem = random_day(21, cases=100)
    scores = [
        solve(problem, seed=2, iterations=count, should_stop=lambda _: False).routes[0].score for count in (0, 2000)
    ]
    assert scores[1] > scores[0]


def test_the_codes_of_what_is_left_out() -> None:
    solution = solve(
        day_of(
            case("near", 50.0, minutes=240),
            case("weak", 5.0, minutes=240),
            case("night", windows=(Window(20 * HOUR, 22 * HOUR),)),
            case("short", windows=(Window(10 * HOUR, 10 * HOUR + 60),)),
            case("far", east_km=300),
            until=14,
        ),
        seed=1,
    )
    assert visited(solution) == ["near"]
    assert left(solution) == {
        "weak": "no_time_left",
        "night": "outside_hours",
        "short": "outside_hours",
        "far": "too_far",
    }


def test_too_far_also_means_the_way_to_the_days_end() -> None:
    there = case("there", east_km=40, minutes=60)
    assert visited(solve(day_of(there, until=13), seed=1)) == ["there"]
    assert left(solve(day_of(there, until=13, end=HERE), seed=1)) == {"there": "too_far"}


@pytest.mark.parametrize("must", ["asked", "promised"])
def test_a_must_visit_goes_before_any_value(must: Must) -> None:
    poor = replace(case("poor", 0.0, minutes=300), must_visit=must)
    rich = [case(f"rich{i}", 500.0, minutes=200) for i in range(4)]
    solution = solve(day_of(poor, *rich, until=16), seed=1)
    assert "poor" in visited(solution)
    assert solution.routes[0].score < 1000


def test_what_the_user_asked_for_goes_before_what_was_promised() -> None:
    asked = replace(case("asked", 1.0, minutes=300), must_visit="asked")
    promised = [replace(case(f"P{i}", 500.0), must_visit="promised") for i in range(5)]
    solution = solve(day_of(asked, *promised, until=16), seed=1)
    assert musts(solution) == (1, 1)
    assert solution.routes[0].score == 501


def test_tiny_days_make_as_many_must_visits_as_can_be_made() -> None:
    """What was asked for first, then what was promised, then the value."""
    extra = {None: 0, "promised": 10_000, "asked": 1_000_000}
    for seed in range(80):
        problem, random = random_day(3000 + seed, cases=2 + seed % 5), Random(seed)
        ranked = [replace(c, must_visit=random.choice([None, "promised", "asked"])) for c in problem.candidates]
        raised = [
            replace(c, alternatives=tuple(replace(a, value=a.value + extra[c.must_visit]) for a in c.alternatives))
            for c in ranked
        ]
        solution = solve(replace(problem, candidates=tuple(ranked)), seed=seed, iterations=1500)
        reached = sum(stop.alternative.value + extra[stop.candidate.must_visit] for stop in solution.routes[0].stops)
        best, _ = best_by_force(replace(problem, candidates=tuple(raised)))
        assert round(reached, 2) == best, seed


def test_must_visits_that_cannot_all_be_made_are_named() -> None:
    long = [replace(case(f"M{i}", minutes=300), must_visit="asked") for i in range(2)]
    away = replace(case("away", east_km=300), must_visit="promised")
    solution = solve(day_of(*long, away, until=16), seed=1)
    assert len(visited(solution)) == 1
    assert {(out.code, out.must_visit) for out in solution.left_out} == {
        ("other_musts", "asked"),
        ("too_far", "promised"),
    }


def test_no_visit_overlaps_lunch_but_travel_pauses_in_it() -> None:
    lunch = (Window(12 * HOUR, 13 * HOUR),)
    solution = solve(day_of(case("A", minutes=100), case("B", east_km=10, minutes=60), breaks=lunch), seed=1)
    for stop in solution.routes[0].stops:
        assert stop.leave_s <= 12 * HOUR or stop.start_s >= 13 * HOUR
    long_way = solve(day_of(case("C", east_km=80, minutes=60), breaks=lunch), seed=1).routes[0].stops[0]
    assert long_way.arrive_s == 9 * HOUR + long_way.travel_s + HOUR


def test_two_cases_at_one_door_still_park_twice() -> None:
    solution = solve(day_of(case("A"), case("B"), start=None), seed=1)
    assert [stop.travel_s for stop in solution.routes[0].stops] == [0, 480]
    assert [stop.travel_m for stop in solution.routes[0].stops] == [0, 0]


def test_one_alternative_of_a_case_and_the_one_that_is_open() -> None:
    home, work = case("A", east_km=1), case("A", east_km=2)
    both = Candidate(
        case_id="A",
        alternatives=(
            replace(home.alternatives[0], windows=(Window(20 * HOUR, 22 * HOUR),)),
            replace(work.alternatives[0], address_kind="work"),
        ),
    )
    stops = solve(day_of(both), seed=1).routes[0].stops
    assert [stop.alternative.address_kind for stop in stops] == ["work"]


def test_two_alternatives_alike_but_for_their_address_are_no_obstacle() -> None:
    problem = random_day(9, cases=12)
    twice = tuple(
        replace(c, alternatives=(*c.alternatives, *(replace(a, address_index=7) for a in c.alternatives)))
        for c in problem.candidates
    )
    doubled = replace(problem, candidates=twice)
    assert (
        solve(doubled, seed=1, iterations=300).routes[0].score == solve(problem, seed=1, iterations=300).routes[0].score
    )


def test_a_day_without_cases_is_an_empty_route() -> None:
    solution = solve(day_of(end=HERE), seed=1)
    assert (solution.routes[0].stops, solution.left_out, solution.routes[0].ends_s) == ((), (), 9 * HOUR)
    assert (solution.routes[0].travel_s, solution.cut) == (0, False)
