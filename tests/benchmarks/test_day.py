"""The days' task and the checker agree, the simple rules keep every rule, and the ratios are what they say."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from benchmarks.agents_day import agents_day
from benchmarks.day import Result, Run, comparison, main, ratios, spread
from benchmarks.day_rules import Walk, beginnings, task_of, walked
from benchmarks.day_simple import SIMPLE
from benchmarks.own import solved
from benchmarks.peers import Clock, Way, by_their_times

from visitcli.planner.model import Alternative, Day, Place, Window

HOUR = 3600
DAY = Day(start_s=8 * HOUR, end_s=18 * HOUR, breaks=(Window(12 * HOUR, 13 * HOUR),))


def alternative(*windows: Window, begins: Window | None = None) -> Alternative:
    return Alternative(place=Place(0, 0), windows=windows, service_s=HOUR, value=1.0, begins=begins)


def test_a_visit_begins_so_that_it_lies_in_a_window_and_overlaps_no_break() -> None:
    whole = alternative(Window(9 * HOUR, 17 * HOUR))
    assert beginnings(whole, DAY) == [Window(9 * HOUR, 11 * HOUR), Window(13 * HOUR, 16 * HOUR)]
    afternoon = alternative(Window(9 * HOUR, 17 * HOUR), begins=Window(12 * HOUR, 15 * HOUR))
    assert beginnings(afternoon, DAY) == [Window(13 * HOUR, 15 * HOUR)]
    assert beginnings(alternative(Window(11 * HOUR + 1, 13 * HOUR + 3599)), DAY) == []


@pytest.mark.parametrize("seed", range(6))
def test_simple_rules_give_days_that_the_checker_takes_and_to_which_nothing_can_be_added(seed: int) -> None:
    day = agents_day(seed, 25)
    task = task_of(day)
    for name, rule in SIMPLE.items():
        choices = [(way.case, way.name) for way in rule(task)]
        walk = walked(day, choices)
        assert walk.fault is None, name
        assert walk.stops == len(choices) > 0
        if name == "greedy, 1 address":
            assert all(way.node == task.cases[way.case][0].node for way in rule(task))
            continue
        taken = {case for case, _ in choices}
        for case, ways in enumerate(task.cases):
            if case not in taken:
                assert all(walked(day, [*choices, (case, way.name)]).fault for way in ways), name


@pytest.mark.parametrize("seed", range(6))
def test_task_and_checker_judge_alike(seed: int) -> None:
    """On the axis without lunch and on the wall clock: the same orders are feasible."""
    day = agents_day(seed, 4)
    task = task_of(day)
    first = [ways[-1] for ways in task.cases if ways] + [task.cases[0][0]]
    for order in permutations(first, 3):
        if len({way.case for way in order}) == 3:
            feasible = walked(day, [(way.case, way.name) for way in order]).fault is None
            assert feasible is _feasible(order, task.opens, task.closes, task.legs)


def _feasible(order: tuple[Way, ...], clock: int, closes: int, legs: list[list[int]]) -> bool:
    here = 0
    for way in order:
        clock = max(clock + legs[here][way.node], way.earliest)
        if clock > way.latest:
            return False
        clock, here = clock + way.service, way.node
    return clock + legs[here][0] <= closes


def test_the_checker_refuses_a_case_twice_and_a_day_that_ends_late() -> None:
    day = agents_day(2, 25)
    order = [(way.case, way.name) for way in SIMPLE["greedy"](task_of(day))]
    assert walked(day, [*order, order[0]]).fault == "a case twice"
    hours = day.problem.days[0]
    shorter = replace(day, problem=replace(day.problem, days=(replace(hours, end_s=hours.start_s + HOUR),)))
    assert walked(shorter, order).fault is not None
    assert walked(day, []) == Walk()


def test_what_a_walk_counts() -> None:
    day = agents_day(2, 25)
    (case, index), *_ = [(way.case, way.name) for way in SIMPLE["greedy"](task_of(day))]
    walk, name = walked(day, [(case, index)]), day.problem.candidates[case].case_id
    assert walk.planned == day.problem.candidates[case].alternatives[index].value
    assert walk.contacts == day.truth[name][index]
    assert walk.expected == pytest.approx(day.worth[name] * day.truth[name][index])
    assert walk.km > 0


def test_our_own_plan_passes_the_checker_and_is_worth_what_it_says() -> None:
    day = agents_day(7, 30)
    route = solved(day.problem, Clock(0.3), 0).routes[0]
    numbers = {candidate.case_id: case for case, candidate in enumerate(day.problem.candidates)}
    choices = [(numbers[s.candidate.case_id], s.candidate.alternatives.index(s.alternative)) for s in route.stops]
    walk = walked(day, choices)
    assert walk.fault is None
    assert walk.planned == pytest.approx(route.score, abs=0.01 * walk.stops)


def test_windows_of_one_case_become_ways_by_the_time_of_arrival() -> None:
    day = agents_day(3, 10)
    task = replace(task_of(day), opens=0, legs=[[0, 50], [50, 0]])
    early, late = Way(0, "early", 1, 0, 40, 5, 1.0), Way(0, "late", 1, 60, 90, 5, 1.0)
    assert by_their_times(task, [[early, late]]) == [late]
    assert by_their_times(replace(task, legs=[[0, 30], [30, 0]]), [[early, late]]) == [early]


def _results(solver: str, contacts: list[float]) -> list[Result]:
    return [Result(Run(day, 9, solver, 1), Walk(contacts=value), 0.0) for day, value in enumerate(contacts)]


def test_ratios_are_of_the_sums_and_day_by_day() -> None:
    whole, daily = ratios(_results("ours", [6.0, 3.0]), _results("greedy", [3.0, 3.0]))
    assert whole == pytest.approx(1.5)
    assert (daily.mean, daily.low, daily.high) == (pytest.approx(1.5), pytest.approx(1.1), pytest.approx(1.9))
    assert spread([4.0]).sd == 0.0


def test_the_comparison_names_its_targets() -> None:
    found = comparison([*_results("greedy", [2.0, 4.0]), *_results("ours", [3.0, 6.0])])
    assert found["contacts_ratio"] == [
        {
            "planner": "ours",
            "to": "greedy",
            "ratio": 1.5,
            "mean": 1.5,
            "sd": 0.0,
            "low": 1.5,
            "high": 1.5,
            "target": 1.2,
        }
    ]


def test_long_runs_are_kept_and_not_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "reference.json"
    asked = [
        "--reference",
        str(kept),
        "--days",
        "1",
        "--cases",
        "8",
        "--seconds",
        "0.05",
        "--long",
        "0.1",
        "--runs",
        "2",
    ]
    assert main([*asked, "--solvers", "ours"]) == 0
    first = json.loads(kept.read_text("utf-8"))
    assert len(first) in (2, 4)  # with or without PyVRP
    kept.write_text(json.dumps({key: value * 2 for key, value in first.items()}), "utf-8")
    capsys.readouterr()
    assert main([*asked, "--solvers", "ours", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["reference"] == {"1": 2 * max(first.values())}
    assert 0 < said["share"]["ours"][0] <= 51
