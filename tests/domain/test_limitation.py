"""The limitation period, reckoned where the office has not given it."""

from __future__ import annotations

from datetime import date

import pytest

from visitcli.domain.limitation import reckoned


@pytest.mark.parametrize(
    ("loan", "expected"),
    [
        ({}, None),
        ({"last_payment_date": "2026-01-05"}, None),
        ({"end_date": "2024-01-10"}, date(2027, 1, 10)),
        ({"end_date": "2024-01-10", "last_payment_date": "2023-12-01"}, date(2027, 1, 10)),
        ({"end_date": "2024-01-10", "last_payment_date": "2024-06-01"}, date(2027, 6, 1)),
        ({"end_date": "2024-02-29"}, date(2027, 3, 1)),
    ],
)
def test_three_years_from_the_last_instalment_or_a_later_payment(loan: dict[str, str], expected: date | None) -> None:
    assert reckoned(loan) == expected


@pytest.mark.parametrize("year", [9996, 9997, 9999])
def test_a_loan_without_an_end_has_no_last_day(year: int) -> None:
    expected = date(9999, 12, 31) if year == 9996 else None
    assert reckoned({"end_date": f"{year}-12-31"}) == expected
