"""Ways out: they add up, keep to the budget and to the agent's authority, and say what is missing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visitcli.domain.amortisation import total
from visitcli.domain.arrears import Arrears
from visitcli.domain.budget import Budget
from visitcli.domain.loan import LoanFacts
from visitcli.domain.options import CODES, Authority, Option, Ways, Wish, options_for

TODAY = date(2026, 11, 24)
LOAN = LoanFacts(
    balance_fen=143157_69, overdue_fen=17938_98, penalty_fen=430_20, instalment_fen=2918_13, rate=Decimal("5.71"),
    penalty_rate=Decimal("8.56"), instalments_total=60, instalments_paid=4, instalments_overdue=6, due_day=27,
)  # fmt: skip
ALL = Authority(penalty_percent=50, settlement_percent=10)
HOUSEHOLD = Budget(income_fen=13800_00, essentials_fen=5000_00, dependants=2, floor_fen=1000_00)


def ways(loan: LoanFacts = LOAN, budget: Budget | None = None, authority: Authority = ALL, **wish: Any) -> Ways:
    return options_for(loan, budget, authority, TODAY, Wish(**wish))


def by_code(found: Ways) -> dict[str, Option]:
    return {option.code: option for option in found.options}


def test_what_is_overdue_item_by_item() -> None:
    assert LOAN.arrears() == Arrears(13582_31, 3926_47, 430_20, reckoned=True)
    assert replace(LOAN, overdue_fen=17508_78).arrears() == Arrears(13582_31, 3926_47, 430_20, reckoned=True)
    assert replace(LOAN, rate=None).arrears() == Arrears(17508_78, 0, 430_20)
    assert replace(LOAN, overdue_fen=None).arrears() is None


def test_every_option_with_all_its_figures() -> None:
    found = by_code(ways(budget=HOUSEHOLD))
    assert tuple(found) == CODES
    assert (found["full"].total_fen, found["full"].last_date) == (17938_98, date(2026, 12, 4))
    assert found["catch_up"].months == 9 and found["catch_up"].carried
    assert found["catch_up"].highest_fen <= HOUSEHOLD.most_fen
    assert (found["extension"].months, len(found["extension"].schedule)) == (6, 62)
    assert [one.total_fen for one in found["pause"].schedule[:3]] == [0, 0, 0]
    assert found["reduced_penalty"].waived_fen == 215_10
    assert found["settlement"].total_fen == 143157_69 + 3533_83 + 387_18
    assert found["equal_principal"].cost_fen < found["equal_instalments"].cost_fen
    for option in found.values():
        assert len(option.dates) == len(option.schedule)
        assert bool(option.missed_fen_a_day) is (len(option.schedule) > 1)
        if len(option.schedule) > 1:
            assert option.rate and option.rate.effective > option.rate.nominal > 5.71  # the penalty is a cost too
            assert option.dates[0] == date(2026, 11, 27)


def test_all_principal_is_paid_back_in_every_plan() -> None:
    for code, option in by_code(ways()).items():
        paid = sum(one.principal_fen for one in option.schedule)
        assert paid == (13582_31 if code in ("full", "reduced_penalty") else 143157_69), code
        if len(option.schedule) > 1:
            assert option.schedule[-1].balance_fen == 0


def test_what_the_lender_does_not_allow_is_not_offered() -> None:
    tight = Authority(catch_up_months=6, pause_months=0, extension_months=3)
    found = by_code(ways(authority=tight, catch_up_months=12, extension_months=4))
    for code in ("catch_up", "extension", "pause", "equal_instalments", "equal_principal", "reduced_penalty"):
        assert (found[code].available, found[code].authority) == (False, False), code
    assert found["settlement"].waived_fen == 0 and found["settlement"].available


def test_nothing_left_is_a_pause_and_never_a_plan() -> None:
    found = ways(budget=replace(HOUSEHOLD, essentials_fen=10800_00))
    assert found.only_a_pause and [option.code for option in found.options] == ["pause"]
    one_fen_left = ways(budget=replace(HOUSEHOLD, essentials_fen=10799_99))
    assert not one_fen_left.only_a_pause
    assert not any(option.carried for option in one_fen_left.options)


def test_a_household_keeps_what_it_lives_on() -> None:
    assert HOUSEHOLD.living_fen == 5000_00
    assert replace(HOUSEHOLD, dependants_fen=700_00).living_fen == 5700_00
    assert HOUSEHOLD.surplus_fen == 13800_00 - 5000_00 - 3 * 1000_00
    assert replace(HOUSEHOLD, income_fen=40000_05).buffer_fen == 4000_01
    assert replace(HOUSEHOLD, dependants=0, floor_fen=1380_01).buffer_fen == 1380_01
    assert replace(HOUSEHOLD, essentials_fen=0, income_fen=3000_00).surplus_fen == 0
    assert replace(HOUSEHOLD, dependants_fen=800_00).surplus_fen == 5000_00
    assert replace(HOUSEHOLD, priority_debts_fen=800_00).surplus_fen == 5000_00
    assert (HOUSEHOLD.carries(5220_00), HOUSEHOLD.carries(5220_01)) == (True, False)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("overdue_fen", set(CODES)),
        ("balance_fen", {"extension", "pause", "equal_instalments", "equal_principal", "settlement"}),
        ("rate", {"extension", "pause", "equal_instalments", "equal_principal"}),
        ("instalments_total", {"extension", "pause", "equal_instalments", "equal_principal"}),
    ],
)
def test_what_the_file_does_not_say_is_said_to_be_missing(name: str, codes: set[str]) -> None:
    found = by_code(ways(replace(LOAN, **{name: None})))  # type: ignore[arg-type]
    assert {code for code, option in found.items() if option.missing} == codes
    assert not any(option.available for option in found.values() if option.missing)


def test_without_a_penalty_rate_nobody_guesses_what_a_day_costs() -> None:
    assert by_code(ways(replace(LOAN, penalty_rate=None)))["catch_up"].missed_fen_a_day is None


AMOUNT = st.integers(0, 500_000_00)
MAYBE = st.one_of(st.none(), AMOUNT)
PERCENT = st.one_of(st.none(), st.decimals(0, 36, places=2))
COUNT = st.one_of(st.none(), st.integers(0, 120))
LOANS = st.builds(
    LoanFacts, balance_fen=MAYBE, overdue_fen=MAYBE, penalty_fen=st.integers(0, 10_000_00), instalment_fen=MAYBE,
    rate=PERCENT, penalty_rate=PERCENT, instalments_total=COUNT, instalments_paid=COUNT, instalments_overdue=COUNT,
    due_day=st.one_of(st.none(), st.integers(1, 31)),
)  # fmt: skip
BUDGETS = st.builds(
    Budget, income_fen=AMOUNT, essentials_fen=AMOUNT, dependants=st.integers(0, 8),
    priority_debts_fen=st.integers(0, 10_000_00), floor_fen=st.integers(0, 3000_00),
)  # fmt: skip
AUTHORITIES = st.builds(
    Authority, catch_up_months=st.integers(1, 60), pause_months=st.integers(0, 12),
    extension_months=st.integers(0, 60), penalty_percent=st.integers(0, 100), settlement_percent=st.integers(0, 100),
)  # fmt: skip


@settings(max_examples=400)
@given(LOANS, st.one_of(st.none(), BUDGETS), AUTHORITIES, st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_whatever_the_file_says_the_options_add_up_and_keep_to_the_budget(
    loan: LoanFacts, budget: Budget | None, authority: Authority, today: date
) -> None:
    found = options_for(loan, budget, authority, today)
    if budget is not None and budget.surplus_fen <= 0:
        assert {option.code for option in found.options} <= {"pause"}
    for option in found.options:
        assert option.available or option.missing or not option.authority or option.code == "reduced_penalty"
        assert all(
            min(one.principal_fen, one.interest_fen, one.other_fen, one.balance_fen) >= 0 for one in option.schedule
        )
        assert option.total_fen == total(option.schedule) == option.cost_fen + option.principal_fen
        assert list(option.dates) == sorted(set(option.dates))
        assert all(day > today for day in option.dates)
        if option.carried:
            assert budget is not None
            assert option.highest_fen * 10 <= budget.surplus_fen * 9
            assert not option.holds_shock or budget.shocked.surplus_fen * 9 >= option.highest_fen * 10


def test_the_facts_of_a_loan_are_the_files() -> None:
    stored = {"balance_fen": 1, "overdue_fen": 2, "rate": "5.71", "penalty_rate": 8.5, "due_day": 3}
    facts = LoanFacts.of(stored)
    assert (facts.balance_fen, facts.rate, facts.penalty_rate, facts.penalty_fen) == (
        1,
        Decimal("5.71"),
        Decimal("8.5"),
        0,
    )
    assert {item.name for item in fields(LoanFacts)} >= stored.keys()
