"""Schedules, annual rates and arrears: known figures to the fen, and what must hold of every loan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visitcli.domain.amortisation import (
    Schedule,
    after_pause,
    balloon,
    due_dates,
    equal_instalments,
    equal_principal,
    evenly,
    flat_fee,
    interest_only,
    total,
    with_others,
)
from visitcli.domain.annual import AnnualRate, annual, monthly_irr, worth
from visitcli.domain.arrears import Arrears, Overdue, allocated, arrears_of, split

LENT = 100_000_00
RATE = Decimal("10.8")


def payments(schedule: Schedule) -> list[int]:
    return [one.total_fen for one in schedule]


def interest(schedule: Schedule) -> int:
    return sum(one.interest_fen for one in schedule)


def test_equal_instalments_to_the_fen() -> None:
    found = equal_instalments(LENT, RATE, 36)
    assert (payments(found)[0], payments(found)[-1], interest(found)) == (3264_41, 3264_34, 17518_69)
    assert len(set(payments(found)[:-1])) == 1
    assert annual(LENT, payments(found)) == AnnualRate(10.80, 11.35)
    assert monthly_irr(LENT, payments(found)) == pytest.approx(0.009, abs=5e-8)


def test_equal_principal_to_the_fen() -> None:
    found = equal_principal(LENT, RATE, 36)
    assert (payments(found)[0], payments(found)[-1], interest(found)) == (3677_78, 2802_70, 16650_00)


def test_a_fee_taken_from_the_proceeds_makes_the_loan_dearer() -> None:
    assert annual(LENT - 3000_00, payments(equal_instalments(LENT, RATE, 36))) == AnnualRate(12.92, 13.71)


def test_a_flat_fee_is_nearly_twice_what_it_looks_like() -> None:
    assert annual(LENT, payments(flat_fee(LENT, Decimal("0.5"), 36))) == AnnualRate(11.08, 11.66)


def test_arrears_item_by_item_to_the_fen() -> None:
    schedule = equal_instalments(LENT, RATE, 36)
    unpaid = [
        Overdue(one.principal_fen, one.interest_fen, days)
        for one, days in zip(schedule[12:15], (75, 45, 14), strict=True)
    ]
    found = arrears_of(unpaid, Decimal("16.2"), compound=True)
    assert found == Arrears(7969_68, 1823_55, 159_54, 37_31)
    assert found.total_fen == 9990_08
    assert schedule[14].balance_fen == 62209_93
    assert schedule[14].balance_fen + found.total_fen == 72200_01
    assert arrears_of(unpaid, Decimal("16.2")).compound_fen == 0
    assert split(schedule[11].balance_fen, 3264_41, RATE, 3) == (7969_68, 1823_55)


@pytest.mark.parametrize(
    ("rate", "each", "last"), [("10.8", 3264_41, None), ("5.4", 3091_46, None), ("0", 2924_15, 2924_16)]
)
def test_what_is_left_re_amortised_to_the_fen(rate: str, each: int, last: int | None) -> None:
    found = payments(equal_instalments(70179_61, Decimal(rate), 24))
    assert found[0] == each
    assert last in (None, found[-1])


def test_a_day_of_grace_costs_nothing_and_the_day_after_costs_all_of_them() -> None:
    one = Overdue(1000_00, 0, 3)
    assert arrears_of([one], Decimal(18), grace_days=3).penalty_fen == 0
    assert arrears_of([one], Decimal(18), grace_days=2).penalty_fen == 1_50
    assert arrears_of([one], Decimal(18), day_basis=365).penalty_fen == 1_48


def test_a_payment_goes_to_costs_then_interest_then_principal() -> None:
    owed = Arrears(7969_68, 1823_55, 159_54, 37_31)
    assert allocated(200_00, owed) == Arrears(7969_68, 1820_40, 0, 0)
    assert allocated(10**9, owed).total_fen == 0
    assert allocated(100_00, owed, ("principal", "interest", "penalty", "compound")).principal_fen == 7869_68


def test_due_dates_keep_their_day_where_the_month_has_it() -> None:
    assert due_dates(date(2026, 12, 31), 4) == [
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
    ]
    assert due_dates(date(2028, 1, 30), 2)[1] == date(2028, 2, 29)


LOANS = st.tuples(
    st.integers(1_00, 3_000_000_00),
    st.decimals(min_value=0, max_value=36, places=2),
    st.integers(1, 96),
)


@settings(max_examples=2000)
@given(LOANS, st.sampled_from(["instalments", "principal", "interest_only", "balloon", "flat"]))
def test_schedules_sum_exactly_balances_end_at_zero_and_the_irr_inverts(
    loan: tuple[int, Decimal, int], kind: str
) -> None:
    lent, rate, months = loan
    schedule = {
        "instalments": lambda: equal_instalments(lent, rate, months),
        "principal": lambda: equal_principal(lent, rate, months),
        "interest_only": lambda: interest_only(lent, rate, months),
        "balloon": lambda: balloon(lent, rate, months, lent // 3),
        "flat": lambda: flat_fee(lent, rate / 12, months),
    }[kind]()
    assert [one.number for one in schedule] == list(range(1, months + 1))
    assert sum(one.principal_fen for one in schedule) == lent
    assert schedule[-1].balance_fen == 0
    assert all(min(one.principal_fen, one.interest_fen, one.other_fen, one.balance_fen) >= 0 for one in schedule)
    balance = lent
    for one in schedule:
        balance -= one.principal_fen
        assert one.balance_fen == balance
    paid = payments(schedule)
    assert total(schedule) == sum(paid) == lent + sum(one.interest_fen + one.other_fen for one in schedule)
    found = monthly_irr(lent, paid)
    assert found is not None
    assert worth(paid, found) == pytest.approx(lent, rel=1e-9)
    if kind in ("instalments", "principal") and lent > 10_000_00:
        assert found == pytest.approx(float(rate) / 1200, abs=2e-6)


@given(st.integers(0, 10**10), st.integers(1, 600))
def test_equal_parts_add_up_and_none_is_negative(amount: int, parts: int) -> None:
    found = evenly(amount, parts)
    assert (sum(found), len(found)) == (amount, parts)
    assert min(found) >= 0 and len(set(found[:-1])) <= 1
    assert abs(found[-1] - found[0]) <= parts


def test_a_pause_moves_the_schedule_and_something_beside_it_adds_up() -> None:
    schedule = equal_instalments(1000_00, RATE, 3)
    paused = after_pause(schedule, 2, 1000_00)
    assert [one.number for one in paused] == [1, 2, 3, 4, 5]
    assert payments(paused) == [0, 0, *payments(schedule)]
    assert total(with_others(schedule, [5, 7])) == total(schedule) + 12


@pytest.mark.parametrize(("received", "paid"), [(0, [1]), (100, [50]), (100, [-1, 200])])
def test_where_there_is_no_rate_none_is_made_up(received: int, paid: list[int]) -> None:
    assert annual(received, paid) is None
