from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.case import Address, Promise
from visitcli.planner.candidates import Habits, candidate_of, visit_kind
from visitcli.planner.model import Candidate, LeftOut, Window
from visitcli.planner.value import Facts, Score, Weights, score

TODAY = date(2026, 11, 23)  # a Monday
HOME = Address(kind="home", text="上海市嘉定区安亭镇无名路1号", lat=31.29, lon=121.16)
PLAIN = Facts(case_id="A", addresses=(HOME,), stage="phone", last_contact=TODAY)
HABITS = Habits(
    home=Window(6 * 3600, 23 * 3600),
    work=Window(9 * 3600, 18 * 3600),
    service_s={"first_visit": 2100, "follow_up": 1500, "promise_check": 900},
    weights=Weights(),
)


def points(facts: Facts) -> dict[str, float]:
    return {term.reason.code: term.points for term in score(facts, TODAY, Weights()).terms}


def promised(days: int, status: str = "open") -> Facts:
    return replace(PLAIN, promises=(Promise(due_date=TODAY + timedelta(days=days), status=status),))  # type: ignore[arg-type]


dates = st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1))
facts = st.builds(
    Facts,
    case_id=st.just("A"),
    addresses=st.just((HOME,)),
    stage=st.sampled_from(["phone", "on_site", "legal"]),
    days_overdue=st.none() | st.integers(-5, 2000),
    overdue_fen=st.none() | st.integers(-100, 10**10),
    return_date=dates,
    promises=st.lists(
        st.builds(
            Promise,
            due_date=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
            status=st.sampled_from(["open", "kept", "broken"]),
        ),
        max_size=3,
    ).map(tuple),
    last_contact=dates,
)


@given(facts)
def test_a_score_is_the_sum_of_its_terms_and_within_the_weights(case: Facts) -> None:
    found = score(case, TODAY, Weights())
    assert found.value == pytest.approx(sum(term.points for term in found.terms), abs=0.006)
    assert 0 <= found.value <= 10 + 30 + 20 + 40 + 25 + 15 + 10
    reasons = found.reasons()
    worth = [next(t.points for t in found.terms if t.reason is reason) for reason in reasons]
    assert worth == sorted(worth, reverse=True)
    assert len(reasons) <= 3
    assert all(point > 0 for point in worth)


@given(facts, st.sampled_from(["days_overdue", "amount", "promise", "return_date", "last_contact", "stage"]))
def test_a_weight_of_nothing_silences_its_term(case: Facts, weight: str) -> None:
    quiet = replace(Weights(), **{weight: 0.0})
    codes = {term.reason.code for term in score(case, TODAY, quiet).terms}
    assert len(codes) >= len({term.reason.code for term in score(case, TODAY, Weights()).terms}) - 1
    assert sum(abs(term.points) for term in score(case, TODAY, quiet).terms) <= sum(
        abs(term.points) for term in score(case, TODAY, Weights()).terms
    )


@pytest.mark.parametrize(("days", "expected"), [(0, None), (1, 9), (30, 9), (31, 15), (61, 21), (91, 27), (181, 30)])
def test_days_overdue_count_by_bucket(days: int, expected: float | None) -> None:
    assert points(replace(PLAIN, days_overdue=days)).get("overdue") == expected


def test_the_amount_counts_by_its_root_up_to_thirty_thousand_yuan() -> None:
    amounts = [points(replace(PLAIN, overdue_fen=fen))["amount"] for fen in (750_000, 3_000_000, 90_000_000)]
    assert amounts == [10, 20, 20]


@pytest.mark.parametrize(
    ("case", "code", "expected"),
    [
        (promised(0), "promise_due", 40),
        (promised(5), "promise_running", -10),
        (promised(-1), "promise_broken", 30),
        (promised(-3, "broken"), "promise_broken", 30),
        (promised(-40, "broken"), "promise_long_broken", 10),
        (replace(PLAIN, promises=(*promised(-3).promises, *promised(0).promises)), "promise_due", 40),
        (replace(PLAIN, return_date=TODAY), "return_near", 25),
        (replace(PLAIN, last_contact=TODAY - timedelta(days=15)), "silence", 7.5),
        (replace(PLAIN, last_contact=TODAY - timedelta(days=400)), "silence", 15),
        (replace(PLAIN, last_contact=None), "never_contacted", 15),
        (replace(PLAIN, stage="on_site"), "stage_on_site", 10),
    ],
)
def test_the_terms(case: Facts, code: str, expected: float) -> None:
    assert points(case)[code] == expected


def test_a_promise_kept_a_return_date_far_off_and_a_contact_today_say_nothing() -> None:
    assert points(replace(promised(0, "kept"), return_date=TODAY + timedelta(days=15))) == {
        "any_visit": 10,
        "stage_phone": 3,
    }


def test_what_speaks_against_a_visit_is_a_term_but_no_reason() -> None:
    found: Score = score(promised(5), TODAY, Weights())
    assert [reason.code for reason in found.reasons()] == ["stage_phone"]


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
    candidate = candidate_of(case, TODAY, HABITS)
    assert isinstance(candidate, Candidate)
    assert candidate.alternatives[0].service_s == HABITS.service_s[kind]  # type: ignore[index]


def windows(address: Address, day: date = TODAY) -> list[list[tuple[float, float]]]:
    candidate = candidate_of(replace(PLAIN, addresses=(address,)), day, HABITS)
    assert isinstance(candidate, Candidate)
    return [[(w.open_s / 3600, w.close_s / 3600) for w in a.windows] for a in candidate.alternatives]


def test_nobody_is_visited_before_eight_or_after_ten_whatever_the_settings_say() -> None:
    assert windows(HOME) == [[(8.0, 22.0)]]
    assert windows(replace(HOME, hours="5:00-7:30")) == [[]]
    assert windows(replace(HOME, hours="19:00以后")) == [[(19.0, 22.0)]]


def test_a_workplace_has_its_own_hours_and_days() -> None:
    work = replace(HOME, kind="work", hours="周一至周五 08:00-17:30")
    assert windows(work) == [[(9.0, 17.5)]]
    assert windows(work, date(2026, 11, 28)) == [[]]


def test_a_case_without_a_point_is_left_out_and_one_point_is_enough() -> None:
    nowhere = replace(HOME, lat=None, lon=None)
    assert candidate_of(replace(PLAIN, addresses=(nowhere,)), TODAY, HABITS) == LeftOut(case_id="A", code="no_place")
    both = candidate_of(replace(PLAIN, addresses=(nowhere, HOME)), TODAY, HABITS, asked=True)
    assert isinstance(both, Candidate)
    assert [(a.address_index, both.must_visit) for a in both.alternatives] == [(1, "asked")]


@pytest.mark.parametrize(
    ("case", "must"), [(PLAIN, None), (promised(0), "promised"), (promised(-1), None), (promised(1), None)]
)
def test_a_promise_due_on_the_day_must_be_visited(case: Facts, must: str | None) -> None:
    candidate = candidate_of(case, TODAY, HABITS)
    assert candidate.must_visit == must
    asked = candidate_of(case, TODAY, HABITS, asked=True)
    assert asked.must_visit == "asked"


def test_a_promise_that_makes_the_visit_a_must_is_its_first_reason_whatever_its_weight() -> None:
    case = replace(promised(0), days_overdue=200, overdue_fen=3_000_000, last_contact=None)
    for weight in (0.0, 1.0, 40.0):
        candidate = candidate_of(case, TODAY, replace(HABITS, weights=Weights(promise=weight)))
        assert isinstance(candidate, Candidate)
        assert [reason.code for reason in candidate.reasons] == ["promise_due", "overdue", "amount"]
        assert candidate.alternatives[0].value == pytest.approx(10 + 30 + 20 + weight + 15 + 3)
