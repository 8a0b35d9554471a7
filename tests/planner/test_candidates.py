"""From a case to what the solver chooses from: addresses, days, parts of the day, hours, chances, musts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.case import Address, Promise
from visitcli.planner.candidates import Habits, Lock, candidate_over, visit_kind
from visitcli.planner.chance import PARTS, Chances, Observation, Prior
from visitcli.planner.model import Alternative, Candidate, LeftOut, Window
from visitcli.planner.value import Facts, Weights, score

TODAY = date(2026, 11, 23)  # a Monday
SATURDAY = date(2026, 11, 28)
HOME = Address(kind="home", text="上海市嘉定区安亭镇无名路1号", lat=31.29, lon=121.16)
WORK = replace(HOME, kind="work", lat=31.22)
PLAIN = Facts(case_id="A", addresses=(HOME,), stage="phone", last_contact=TODAY)


def eight_to_ten(_day: date, _kind: str, _agreed: bool) -> Window:
    return Window(8 * 3600, 22 * 3600)


HABITS = Habits(
    allowed=eight_to_ten,
    home=Window(6 * 3600, 23 * 3600),
    work=Window(9 * 3600, 18 * 3600),
    service_s={"first_visit": 2100, "follow_up": 1500, "promise_check": 900},
    weights=Weights(),
)
PRIOR = Prior(
    home=dict(zip(PARTS, (0.40, 0.25, 0.30, 0.25, 0.45, 0.60), strict=True)),
    work=dict(zip(PARTS, (0.30, 0.50, 0.35, 0.50, 0.25, 0.05), strict=True)),
)
CHANCES = Chances(PRIOR)


def promised(days: int, status: str = "open") -> Facts:
    return replace(PLAIN, promises=(Promise(due_date=TODAY + timedelta(days=days), status=status),))  # type: ignore[arg-type]


def over(facts: Facts, days: Sequence[date] = (TODAY,), **more: Any) -> Candidate:
    found = candidate_over(facts, days, more.pop("habits", HABITS), more.pop("chances", CHANCES), **more)
    assert isinstance(found, Candidate)
    return found


def ways(candidate: Candidate) -> list[tuple[str, int, str]]:
    return [(a.address_kind, a.day, a.part) for a in candidate.alternatives]


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        (PLAIN, "first_visit"),
        (replace(PLAIN, visits=2), "follow_up"),
        (replace(promised(0), visits=2), "promise_check"),
        (promised(-2), "promise_check"),
        (promised(-90), "first_visit"),
        (promised(9), "first_visit"),
    ],
)
def test_the_kind_of_visit_decides_the_time_at_the_door(case: Facts, kind: str) -> None:
    assert visit_kind(case, TODAY) == kind
    assert {a.service_s for a in over(case).alternatives} == {HABITS.service_s[kind]}  # type: ignore[index]


def windows(address: Address, day: date = TODAY) -> list[list[tuple[float, float]]]:
    found = {a.windows for a in over(replace(PLAIN, addresses=(address,)), (day,)).alternatives}
    return [[(w.open_s / 3600, w.close_s / 3600) for w in each] for each in found]


def test_nobody_is_visited_before_eight_or_after_ten_whatever_the_settings_say() -> None:
    assert windows(HOME) == [[(8.0, 22.0)]]
    assert windows(replace(HOME, hours="5:00-7:30")) == [[]]
    assert windows(replace(HOME, hours="19:00以后")) == [[(19.0, 22.0)]]


def test_where_the_rules_let_nobody_be_visited_there_is_no_window() -> None:
    nobody_at_work = replace(HABITS, allowed=lambda _day, kind, _agreed: Window(0, 0 if kind == "work" else 86400))
    found = candidate_over(replace(PLAIN, addresses=(WORK, HOME)), (TODAY,), nobody_at_work, CHANCES)
    assert isinstance(found, Candidate)
    assert {alternative.address_kind for alternative in found.alternatives} == {"home"}
    agreed = Lock(day=0, begin_s=10 * 3600, address_index=0)
    locked = candidate_over(replace(PLAIN, addresses=(WORK,)), (TODAY,), nobody_at_work, CHANCES, locked=agreed)
    assert isinstance(locked, Candidate)
    assert [alternative.windows for alternative in locked.alternatives] == [(Window(0, 0),)]


def test_a_workplace_has_its_own_hours_and_days() -> None:
    work = replace(HOME, kind="work", hours="周一至周五 08:00-17:30")
    assert windows(work) == [[(9.0, 17.5)]]
    assert windows(work, SATURDAY) == [[]]


def test_a_case_without_a_point_is_left_out_and_one_point_is_enough() -> None:
    nowhere = replace(HOME, lat=None, lon=None)
    lost = candidate_over(replace(PLAIN, addresses=(nowhere,)), (TODAY,), HABITS, CHANCES)
    assert lost == LeftOut(case_id="A", code="no_place")
    both = over(replace(PLAIN, addresses=(nowhere, HOME)), asked=True)
    assert {(a.address_index, both.must_visit) for a in both.alternatives} == {(1, "asked")}


# -- parts of the day ------------------------------------------------------------------------------------------------


def test_every_part_of_the_day_at_every_address_is_a_way_of_its_own() -> None:
    found = over(replace(PLAIN, addresses=(HOME, WORK)))
    # A first visit takes 35 minutes: at work, until 18:00, none begins in the evening.
    assert ways(found) == [("home", 0, part) for part in PARTS] + [("work", 0, part) for part in PARTS[:-1]]


@given(st.lists(st.sampled_from([HOME, WORK, replace(HOME, hours="10:00-11:00,18:30以后")]), min_size=1, max_size=3))
def test_the_parts_of_an_address_do_not_overlap_and_leave_no_gap(addresses: list[Address]) -> None:
    for index in range(len(addresses)):
        begins = [
            a.begins for a in over(replace(PLAIN, addresses=tuple(addresses))).alternatives if a.address_index == index
        ]
        for one, after in pairwise(begins):
            assert one is not None
            assert after is not None
            assert one.open_s <= one.close_s < after.open_s
            if not addresses[index].hours:
                assert after.open_s == one.close_s + 1


def test_a_value_is_the_worth_of_the_visit_times_the_chance() -> None:
    worth = score(PLAIN, TODAY, Weights()).value
    for alternative in over(replace(PLAIN, addresses=(HOME, WORK))).alternatives:
        expected = PRIOR.chance(alternative.address_kind, alternative.part, False)  # type: ignore[arg-type]
        assert alternative.chance == pytest.approx(expected)
        assert alternative.value == pytest.approx(worth * expected, abs=0.006)


def chance(facts: Facts, part: str) -> float:
    return next(a.chance for a in over(facts).alternatives if a.part == part)


def test_nobody_home_this_morning_leaves_the_evening_its_better_chance() -> None:
    missed = replace(PLAIN, seen=(Observation(False, "home", "morning", False),))
    assert chance(missed, "morning") == pytest.approx(0.2)
    assert chance(missed, "evening") > 0.55


def test_a_weekend_has_its_own_chances() -> None:
    saturday = over(replace(PLAIN, addresses=(HOME, WORK)), (SATURDAY,))
    assert {(a.address_kind, a.chance) for a in saturday.alternatives if a.part == "morning"} == {
        ("home", 0.5), ("work", 0.1),
    }  # fmt: skip


def test_no_visit_begins_before_the_earliest_second_of_its_day() -> None:
    found = over(PLAIN, (TODAY, SATURDAY), earliest_s=(15 * 3600, 0))
    first = [a for a in found.alternatives if a.day == 0]
    assert [a.part for a in first] == ["afternoon", "after_work", "evening"]
    assert first[0].begins == Window(15 * 3600, 17 * 3600 - 1)
    assert len([a for a in found.alternatives if a.day == 1]) == len(PARTS)


def test_an_address_without_hours_is_still_a_candidate_for_the_solver_to_refuse() -> None:
    shut = over(replace(PLAIN, addresses=(replace(HOME, hours="5:00-7:30"),)))
    assert [(a.windows, a.begins, a.value) for a in shut.alternatives] == [((), None, 0.0)]


# -- days ------------------------------------------------------------------------------------------------------------


DAYS = tuple(TODAY + timedelta(days=index) for index in range(5))


def test_over_several_days_a_case_is_one_candidate_with_the_ways_of_each() -> None:
    assert ways(over(PLAIN, DAYS)) == [("home", day, part) for day in range(5) for part in PARTS]


def test_a_promise_is_seen_about_on_its_day_and_must_be() -> None:
    found = over(promised(2), DAYS)
    assert {a.day for a in found.alternatives} == {2}
    assert (found.must_visit, found.reasons[0].code) == ("promised", "promise_due")
    assert {a.service_s for a in found.alternatives} == {900}
    barred = over(promised(2), DAYS, barred={2})
    assert barred.must_visit is None
    assert {a.day for a in barred.alternatives} == {0, 1, 3, 4}


def test_nothing_gains_by_being_put_off() -> None:
    returning = replace(PLAIN, return_date=DAYS[4], last_contact=TODAY - timedelta(days=3))
    worth = {(a.day, a.part): a.value for a in over(returning, DAYS, barred={3}).alternatives}
    assert {day for day, _ in worth} == {0, 1, 2, 4}
    assert all(value == worth[0, part] for (_, part), value in worth.items())


def test_an_agreed_time_is_that_moment_and_its_chance() -> None:
    lock = Lock(day=1, begin_s=20 * 3600 + 1800, address_index=1)
    found = over(replace(promised(3), addresses=(WORK, HOME)), DAYS, locked=lock, asked=True)
    (only,) = found.alternatives
    assert (found.must_visit, found.reasons[0].code, found.reasons[0].context) == (
        "locked", "appointment", {"time": "20:30"},
    )  # fmt: skip
    moment = Window(lock.begin_s, lock.begin_s)
    assert (only.day, only.begins, only.address_index, only.part) == (1, moment, 1, "evening")
    assert (only.windows, only.chance) == ((Window(8 * 3600, 22 * 3600),), PRIOR.appointment)
    anywhere = over(replace(PLAIN, addresses=(WORK, HOME)), DAYS, locked=replace(lock, address_index=None))
    assert [a.address_index for a in anywhere.alternatives] == [0, 1]


def test_an_agreed_time_whose_chance_is_known_to_be_better_keeps_it() -> None:
    always = Chances(PRIOR, [Observation(True, "home", "evening", False)] * 500)
    (only,) = over(PLAIN, chances=always, locked=Lock(day=0, begin_s=20 * 3600)).alternatives
    assert only.chance > 0.95


# -- what must be ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "must"), [(PLAIN, None), (promised(0), "promised"), (promised(-1), None), (promised(1), None)]
)
def test_a_promise_due_on_the_day_must_be_visited(case: Facts, must: str | None) -> None:
    assert over(case).must_visit == must
    assert over(case, asked=True).must_visit == "asked"


def test_a_promise_that_makes_the_visit_a_must_is_its_first_reason_whatever_its_weight() -> None:
    case = replace(promised(0), days_overdue=200, overdue_fen=3_000_000, last_contact=None)
    for weight in (0.0, 1.0, 40.0):
        candidate = over(case, habits=replace(HABITS, weights=Weights(promise=weight)))
        assert [reason.code for reason in candidate.reasons] == ["promise_due", "overdue", "amount"]
        first: Alternative = candidate.alternatives[0]
        assert first.value == pytest.approx((10 + 30 + 20 + weight + 15 + 3) * first.chance)
