"""Whether the rates of a file are percent or fractions, where nothing says which.

A sign decides, in the cell or in the heading: 8.88%, 年利率(%). Where a column has none, all its bare cells mean the
same: a spreadsheet that shows 10.80 % keeps 0.108, and the 9.99 % below it as 0.0999; a column with a 10.8 means
percent by its 0.99 too. So the largest decides: below a half, all are fractions. No car loan costs 50 % a year, and
hardly one costs less than half a percent without costing nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from visitcli.domain import values

FRACTIONS_BELOW = Decimal("0.5")
OF_FRACTIONS = Decimal(100)


def in_fractions(cells: Iterable[tuple[str, object]]) -> frozenset[str]:
    """The fields whose bare rates are fractions, from (field, cell) of a file's rows. Zero is zero in either."""
    highest: dict[str, Decimal] = {}
    for field, cell in cells:
        rate = values.bare_rate(cell)
        if rate:
            highest[field] = max(rate, highest.get(field, rate))
    return frozenset(field for field, rate in highest.items() if rate < FRACTIONS_BELOW)
