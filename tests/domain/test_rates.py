"""Percent or fractions: the sign says it, else the column."""

from __future__ import annotations

from decimal import Decimal

import pytest

from visitcli.domain.columns import match
from visitcli.domain.rates import in_fractions
from visitcli.formats.vocabulary_file import shipped


@pytest.mark.parametrize(
    ("heading", "scale"),
    [
        ("年利率", None), ("年利率(%)", "1"), ("年利率（％）", "1"), ("年利率%", "1"), ("年利率（百分比）", "1"),
        ("年利率百分比", "1"), ("APR %", "1"), ("Interest rate (percent)", "1"), ("rate pct", "1"),
        ("年利率(‰)", "0.1"), ("罚息利率", None),
    ],
)  # fmt: skip
def test_what_a_heading_says_of_its_rates(heading: str, scale: str | None) -> None:
    column = match(heading, shipped())
    assert column.field in ("rate", "penalty_rate")
    assert column.rate_scale == (Decimal(scale) if scale else None)


@pytest.mark.parametrize(
    ("cells", "fractions"),
    [
        ([0.108, 0.0999, 0], True),
        ([0.108, "9.99%", ""], True),
        ([0.45, 0.99], False),
        ([0.108, 10.8], False),
        (["10.8"], False),
        (["0.05%"], False),
        ([0, "无", "many", None], False),
        ([], False),
    ],
)
def test_the_largest_bare_rate_decides(cells: list[object], fractions: bool) -> None:
    assert in_fractions(("rate", cell) for cell in cells) == ({"rate"} if fractions else set())


def test_each_column_for_itself() -> None:
    assert in_fractions([("rate", 8.8), ("penalty_rate", 0.12)]) == {"penalty_rate"}
