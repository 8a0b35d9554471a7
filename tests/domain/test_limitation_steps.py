"""How the limitation period runs, step by step."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.limitation import Act, reckoned, reckoning

LOAN = {"end_date": "2023-06-30"}


def demand(*day: int) -> Act:
    return Act(date(*day), "demand", "letter")


def test_it_runs_three_years_from_the_last_instalment() -> None:
    found = reckoning(LOAN, [])
    assert found is not None
    assert (found.begins, found.ends, found.steps) == (date(2023, 6, 30), date(2026, 6, 30), ())
    assert reckoning({}, []) is None and reckoning({"end_date": "9999-12-31"}, []) is None


def test_an_act_within_it_begins_it_anew_and_one_after_it_is_for_a_lawyer() -> None:
    acts = [demand(2026, 6, 30), demand(2022, 1, 1), Act(date(2029, 7, 1), "payment", "transfer")]
    found = reckoning(LOAN, acts)
    assert found is not None
    assert [(step.effect, step.until) for step in found.steps] == [
        ("before", date(2026, 6, 30)),
        ("interrupts", date(2029, 6, 30)),
        ("after", date(2029, 6, 30)),
    ]
    assert found.ends == date(2029, 6, 30)


def test_from_the_29th_of_february_it_ends_on_the_first_of_march() -> None:
    found = reckoning({"end_date": "2024-02-29"}, [])
    assert found is not None and found.ends == date(2027, 3, 1)


DAYS = st.dates(date(2015, 1, 1), date(2040, 1, 1))
ACTS = st.lists(
    st.builds(Act, DAYS, st.sampled_from(["payment", "demand", "acknowledgement"]), st.just("x")), max_size=8
)


@given(DAYS, ACTS)
def test_it_never_ends_before_three_years_and_only_acts_within_it_move_it(last: date, acts: list[Act]) -> None:
    found = reckoning({"end_date": last.isoformat()}, acts)
    assert found is not None
    assert found.ends >= last + timedelta(days=3 * 365)
    until = reckoning({"end_date": last.isoformat()}, [])
    assert until is not None
    ends = until.ends
    for step in found.steps:
        if step.effect == "interrupts":
            assert last < step.act.day <= ends < step.until or step.until == ends
        else:
            assert step.act.day <= last or step.act.day > ends
        ends = step.until
    assert ends == found.ends
    assert [step.act for step in found.steps] == sorted(acts)
    simple = reckoned({"end_date": last.isoformat()})
    assert simple == until.ends
