from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.case import Address, Promise
from visitcli.planner.value import Facts, Score, Weights, score

TODAY = date(2026, 11, 23)  # a Monday
HOME = Address(kind="home", text="上海市嘉定区安亭镇无名路1号", lat=31.29, lon=121.16)
PLAIN = Facts(case_id="A", addresses=(HOME,), stage="phone", last_contact=TODAY)


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
    limitation_date=dates,
    limitation_reckoned=st.booleans(),
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
    assert found.value == pytest.approx(max(0, sum(term.points for term in found.terms)), abs=0.006)
    assert 0 <= found.value <= 10 + 30 + 20 + 40 + 25 + 20 + 15 + 10
    reasons = found.reasons()
    worth = [next(t.points for t in found.terms if t.reason is reason) for reason in reasons]
    assert worth == sorted(worth, reverse=True)
    assert len(reasons) <= 3
    assert all(point > 0 for point in worth)


@given(
    facts, st.sampled_from(["days_overdue", "amount", "promise", "return_date", "limitation", "last_contact", "stage"])
)
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
        (replace(PLAIN, limitation_date=TODAY), "limitation_near", 20),
        (replace(PLAIN, limitation_date=TODAY + timedelta(days=45)), "limitation_near", 10.11),
        (replace(PLAIN, limitation_date=TODAY, limitation_reckoned=True), "limitation_reckoned", 20),
        (replace(PLAIN, limitation_date=TODAY - timedelta(days=1)), "limitation_passed", -10),
        (replace(PLAIN, last_contact=TODAY - timedelta(days=15)), "silence", 7.5),
        (replace(PLAIN, last_contact=TODAY - timedelta(days=400)), "silence", 15),
        (replace(PLAIN, last_contact=None), "never_contacted", 15),
        (replace(PLAIN, stage="on_site"), "stage_on_site", 10),
    ],
)
def test_the_terms(case: Facts, code: str, expected: float) -> None:
    assert points(case)[code] == expected


def test_a_promise_kept_dates_far_off_and_a_contact_today_say_nothing() -> None:
    case = replace(promised(0, "kept"), return_date=TODAY + timedelta(days=15))
    for limitation, ours in ((TODAY + timedelta(days=91), False), (TODAY - timedelta(days=1), True)):
        dated = replace(case, limitation_date=limitation, limitation_reckoned=ours)
        assert points(dated) == {"any_visit": 10, "stage_phone": 3}


def test_what_speaks_against_a_visit_is_a_term_but_no_reason() -> None:
    found: Score = score(promised(5), TODAY, Weights())
    assert [reason.code for reason in found.reasons()] == ["stage_phone"]
