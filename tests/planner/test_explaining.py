"""Why a case is on the plan or not: the trade with the other visits, and what does not fit even alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from visitcli.domain.case import Address, Promise
from visitcli.planner.candidates import Habits, candidate_over
from visitcli.planner.chance import PARTS, Chances, Observation, Prior
from visitcli.planner.explaining import (
    RememberedTravel,
    cost_s,
    if_dropped,
    if_visited,
    out_of_hours,
    remembering,
    too_far,
    ways,
    worth_of,
)
from visitcli.planner.model import Alternative, Candidate, Day, Legs, Must, Place, Problem, Window
from visitcli.planner.solver import solve
from visitcli.planner.travel import AffineTravel
from visitcli.planner.value import Facts, Weights

HOUR = 3600
TODAY = date(2026, 11, 23)  # a Monday
BASE = Place(31.2, 121.4)
TRAVEL = AffineTravel(480, 180.0)
HABITS = Habits(
    home=Window(8 * HOUR, 21 * HOUR),
    work=Window(9 * HOUR, 18 * HOUR),
    service_s={"first_visit": 1800, "follow_up": 1800, "promise_check": 900},
    weights=Weights(),
)
PRIOR = Prior(home=dict.fromkeys(PARTS, 0.4), work=dict.fromkeys(PARTS, 0.5))


def case(name: str, value: float, km_north: float, must: Must | None = None) -> Candidate:
    """A case so far north of the base, open all day, half an hour at the door."""
    place = Place(31.2 + km_north / 111.2, 121.4)
    way = Alternative(place=place, windows=(Window(8 * HOUR, 21 * HOUR),), service_s=1800, value=value)
    return Candidate(case_id=name, alternatives=(way,), must_visit=must)


def problem(*candidates: Candidate, hours: float = 2.0) -> Problem:
    day = Day(start_s=9 * HOUR, end_s=9 * HOUR + int(hours * HOUR), start=BASE, end=BASE)
    return Problem(days=(day,), candidates=candidates, travel=TRAVEL)


def test_what_was_left_out_names_the_weakest_stop_in_its_way_and_what_it_costs() -> None:
    # Two hours hold two visits within 2 km of the base and no third.
    asked = problem(case("strong", 50, 1), case("weak", 20, 2), case("out", 8, 1.5))
    plan = solve(asked, seed=1, iterations=300)
    assert {left.case_id: left.code for left in plan.left_out} == {"out": "no_time_left"}
    trade = if_visited(asked, plan, "out", seed=1)
    assert trade.fits
    assert [(swap.case_id, swap.value) for swap in trade.swapped] == [("weak", 20)]
    assert (trade.score_without, trade.score_with, trade.short) == (70, 58, 12)
    assert trade.stop is not None
    assert trade.stop.candidate.case_id == "out"
    assert 1800 + 480 <= trade.cost_s <= 1800 + 480 + 2 * 3 * 180


def test_what_is_on_the_plan_says_who_would_come_in_without_it() -> None:
    asked = problem(case("strong", 50, 1), case("weak", 20, 2), case("out", 8, 1.5))
    plan = solve(asked, seed=1, iterations=300)
    trade = if_dropped(asked, plan, "weak", seed=1)
    assert [(swap.case_id, swap.value) for swap in trade.swapped] == [("out", 8)]
    assert trade.score_with - trade.score_without == pytest.approx(12)
    assert trade.short == 0
    alone = if_dropped(problem(case("strong", 50, 1)), solve(problem(case("strong", 50, 1)), seed=1), "strong", seed=1)
    assert (alone.swapped, alone.score_without, alone.score_with) == ((), 0, 50)


def test_the_other_stops_stay_and_what_else_was_left_out_does_not_come_in() -> None:
    many = [case(f"c{number}", 10 + number, 1 + number % 5) for number in range(20)]
    asked = problem(*many, hours=5)
    plan = solve(asked, seed=1, iterations=2000)
    chosen = {stop.candidate.case_id for stop in plan.routes[0].stops}
    for left in plan.left_out:
        trade = if_visited(asked, plan, left.case_id, seed=1)
        own = next(c.alternatives[0].value for c in many if c.case_id == left.case_id)
        assert {swap.case_id for swap in trade.swapped} <= chosen
        assert trade.short == pytest.approx(max(0, sum(swap.value for swap in trade.swapped) - own))
        assert [swap.value for swap in trade.swapped] == sorted(swap.value for swap in trade.swapped)
    for case_id in chosen:
        trade = if_dropped(asked, plan, case_id, seed=1)
        assert not {swap.case_id for swap in trade.swapped} & chosen
        assert trade.score_with - trade.score_without >= -0.01


def test_where_only_musts_stand_in_the_way_there_is_no_room() -> None:
    asked = problem(case("a", 5, 1, "locked"), case("b", 5, 2, "locked"), case("out", 80, 1.5))
    plan = solve(asked, seed=1, iterations=300)
    assert [left.case_id for left in plan.left_out] == ["out"]
    assert not if_visited(asked, plan, "out", seed=1).fits


def test_a_visit_costs_the_door_and_the_detour() -> None:
    asked = problem(case("near", 10, 2), case("far", 10, 4), hours=4)
    plan = solve(asked, seed=1, iterations=300)
    # Farther on the same line: 2 km there and 2 km back, one more leg.
    assert cost_s(asked, plan, "far") == pytest.approx(1800 + 480 + 4 * 180, abs=10)
    assert cost_s(asked, plan, "near") == pytest.approx(1800 + 480, abs=10)
    assert cost_s(asked, plan, "nobody") == 0


def test_what_is_remembered_is_what_was_measured_and_is_measured_once() -> None:
    asked: list[int] = []

    class Counting:
        def legs(self, places: list[Place]) -> Legs:
            asked.append(len(places))
            return TRAVEL.legs(places)

    places = [Place(31.2 + number / 100, 121.4 + number % 3 / 100) for number in range(6)]
    travel = RememberedTravel(Counting())  # type: ignore[arg-type]
    for some in (places, places[2:5], [places[4], places[0]], places[:2]):
        assert travel.legs(some) == TRAVEL.legs(some)
    assert asked == [6]
    more = [*places[:2], Place(31.3, 121.3)]
    assert travel.legs(more) == TRAVEL.legs(more)
    assert asked == [6, 7]


def test_explaining_measures_the_ways_once() -> None:
    asked: list[int] = []

    class Counting:
        def legs(self, places: list[Place]) -> Legs:
            asked.append(len(places))
            return TRAVEL.legs(places)

    day = problem(case("strong", 50, 1), case("weak", 20, 2), case("out", 8, 1.5))
    plan = solve(day, seed=1, iterations=300)
    known = remembering(replace(day, travel=Counting()))  # type: ignore[arg-type]
    assert if_dropped(known, plan, "weak", seed=1) == if_dropped(day, plan, "weak", seed=1)
    assert if_visited(known, plan, "out", seed=1) == if_visited(day, plan, "out", seed=1)
    assert asked == [4]  # the base and three homes


def test_a_place_that_many_ways_lead_to_is_measured_and_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # 500 cases, each at the times of five days, asked for a matrix of ten thousand places: eleven seconds, and 1.6 GB.
    asked: list[int] = []
    legs = RememberedTravel.legs

    def counting(self: RememberedTravel, places: Sequence[Place]) -> Legs:
        asked.append(len(places))
        return legs(self, places)

    monkeypatch.setattr(RememberedTravel, "legs", counting)
    often = [replace(one, alternatives=one.alternatives * 20) for one in (case("a", 9, 1), case("b", 8, 2))]
    remembering(problem(*often))
    assert asked == [3]


# -- not even alone --------------------------------------------------------------------------------------------------


def known(hours: str = "", lat: float = 31.21, **more: object) -> Facts:
    home = Address(kind="home", text="上海市嘉定区安亭镇无名路1号", lat=lat, lon=121.4, hours=hours)
    return Facts(case_id="A", addresses=(home,), **more)  # type: ignore[arg-type]


def candidate(facts: Facts) -> Candidate:
    found = candidate_over(facts, (TODAY,), HABITS, Chances(PRIOR))
    assert isinstance(found, Candidate)
    return found


@pytest.mark.parametrize(
    ("hours", "code", "context"),
    [
        ("19:30以后", "needs_until", {"day": "2026-11-23", "time": "20:00"}),
        ("8:00-9:30", "needs_from", {"day": "2026-11-23", "time": "09:00"}),
        ("周末", "closed", {"hours": "周末", "next": "2026-11-28"}),
        ("5:00-7:00", "closed", {"hours": "5:00-7:00", "next": ""}),
    ],
)
def test_outside_the_hours_of_the_day_the_least_change_is_named(hours: str, code: str, context: object) -> None:
    facts = known(hours)
    day = Day(start_s=10 * HOUR, end_s=18 * HOUR)
    asked = Problem(days=(day,), candidates=(candidate(facts),), travel=TRAVEL)
    assert [left.code for left in solve(asked, seed=1).left_out] == ["outside_hours"]
    found = out_of_hours(facts, asked.candidates[0], asked, (TODAY,), HABITS)
    assert (found.code, dict(found.context)) == (code, context)


@pytest.mark.parametrize(
    ("days_off", "return_date", "following"),
    [
        ((), None, "2026-11-28"),
        ((6,), None, "2026-11-29"),
        ((6, 7), None, "2026-11-28"),  # only on a day off: better known than not
        ((6,), date(2026, 11, 28), "2026-11-28"),
        ((), date(2026, 11, 27), ""),
    ],
)
def test_the_next_open_day_is_worked_on_and_before_the_case_goes_back(
    days_off: tuple[int, ...], return_date: date | None, following: str
) -> None:
    facts, habits = known("周末", return_date=return_date), replace(HABITS, days_off=days_off)
    asked = Problem(days=(Day(start_s=9 * HOUR, end_s=18 * HOUR),), candidates=(candidate(facts),), travel=TRAVEL)
    found = out_of_hours(facts, asked.candidates[0], asked, (TODAY,), habits)
    assert found.context["next"] == following


def test_a_break_that_covers_the_only_hours_is_named() -> None:
    facts = known("12:00-13:00")
    day = Day(start_s=9 * HOUR, end_s=18 * HOUR, breaks=(Window(12 * HOUR, 13 * HOUR),))
    asked = Problem(days=(day,), candidates=(candidate(facts),), travel=TRAVEL)
    assert [left.code for left in solve(asked, seed=1).left_out] == ["outside_hours"]
    assert out_of_hours(facts, asked.candidates[0], asked, (TODAY,), HABITS).code == "break_in_the_way"


def test_too_far_says_how_long_it_would_take_alone() -> None:
    facts = known(lat=32.2)
    day = Day(start_s=9 * HOUR, end_s=14 * HOUR, start=BASE, end=BASE, breaks=(Window(12 * HOUR, 13 * HOUR),))
    asked = Problem(days=(day,), candidates=(candidate(facts),), travel=TRAVEL)
    assert [left.code for left in solve(asked, seed=1).left_out] == ["too_far"]
    found = too_far(asked.candidates[0], asked)
    way = 480 + 111.2 * 180
    assert found.code == "alone_too_long"
    assert found.context["way_s"] == found.context["back_s"] == pytest.approx(way, rel=0.01)
    assert found.context["needs_s"] == pytest.approx(2 * way + 1800, rel=0.01)
    assert (found.context["has_s"], found.context["service_s"]) == (4 * HOUR, 1800)
    assert found.context["km"] == pytest.approx(111.2, abs=0.3)


def test_a_visit_between_two_doors_of_one_house_costs_the_detour() -> None:
    def at(one: Candidate, hour: float) -> Candidate:
        begins = Window(int(hour * HOUR), int(hour * HOUR))
        return replace(one, alternatives=(replace(one.alternatives[0], begins=begins),))

    asked = problem(at(case("a", 30, 2), 9.5), case("b", 9, 4), at(case("c", 30, 2), 13), hours=6)
    plan = solve(asked, seed=1, iterations=300)
    stops = [stop.candidate.case_id for stop in plan.routes[0].stops]
    assert stops == ["a", "b", "c"]
    # 2 km there and 2 km back, and one leg more than from door to door of one house, which is a leg too.
    assert cost_s(asked, plan, "b") == pytest.approx(1800 + 480 + 4 * 180, abs=10)


def test_the_only_visit_costs_all_of_its_way() -> None:
    far = replace(problem(case("a", 30, 2), hours=6).days[0], end=Place(31.3, 121.4))
    asked = replace(problem(case("a", 30, 2)), days=(far,))
    plan = solve(asked, seed=1, iterations=300)
    assert cost_s(asked, plan, "a") == 1800 + plan.routes[0].travel_s


def test_a_way_takes_what_it_takes_on_the_plan() -> None:
    # 0.1 kept in hand: 480 x 1.1 is 528 and, in floating point, a little more.
    one = case("far", 10, 1)

    class Even:
        def legs(self, places: list[Place]) -> Legs:
            apart = [[0 if a == b else 480 for b in places] for a in places]
            return Legs(apart, apart, 60)

    asked = replace(problem(one), travel=Even(), buffer=0.1)  # type: ignore[arg-type]
    plan = solve(asked, seed=1)
    assert plan.routes[0].stops[0].travel_s == 60 + 528
    assert too_far(one, asked).context["way_s"] == 60 + 528
    assert cost_s(asked, plan, "far") == 1800 + 2 * (60 + 528)


# -- points and chances ----------------------------------------------------------------------------------------------


def test_the_ways_have_the_values_that_the_planner_chose_by() -> None:
    facts = known(seen=(Observation(False, "home", "morning", False),))
    chances = Chances(PRIOR, [Observation(True, "home", "evening", False)] * 5)
    found = candidate_over(facts, (TODAY,), HABITS, chances)
    assert isinstance(found, Candidate)
    listed = ways(facts, found, (TODAY,), HABITS, chances)
    assert [(way.part, way.value) for way in listed] == [(a.part, a.value) for a in found.alternatives]
    assert [round(way.chance.value, 3) for way in listed] == [a.chance for a in found.alternatives]
    evening = next(way for way in listed if way.part == "evening")
    assert (evening.chance.seen, evening.chance.met, evening.chance.own_seen, evening.chance.own_met) == (5, 5, 1, 0)
    assert ways(facts, None, (TODAY,), HABITS, chances) == listed  # what a rule keeps away has its chances too
    nowhere = replace(facts, addresses=(replace(facts.addresses[0], lat=None, lon=None),))
    assert ways(nowhere, None, (TODAY,), HABITS, chances) == ()


def test_the_terms_are_those_of_the_day_on_which_the_case_is_offered() -> None:
    due = TODAY + timedelta(days=2)
    facts = known(promises=(Promise(due_date=due),))
    days = tuple(TODAY + timedelta(days=index) for index in range(3))
    found = candidate_over(facts, days, HABITS, Chances(PRIOR))
    assert isinstance(found, Candidate)
    terms = {term.reason.code: term.points for term in worth_of(facts, found, days, HABITS).terms}
    assert terms["promise_due"] == 40
    assert sum(terms.values()) * 0.4 == pytest.approx(found.alternatives[0].value, abs=0.01)
