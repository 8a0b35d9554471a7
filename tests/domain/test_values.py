"""What cells say: amounts, dates, phones, identity numbers, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain import identity, values
from visitcli.domain.money import yuan, yuan_grouped
from visitcli.domain.values import CellError

CELLS = st.one_of(
    st.text(max_size=40),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.integers(),
)
CONVERTERS = [
    values.text, values.number_text, values.capitals, values.fen, values.count, values.percent, values.day,
    values.moment, values.id_number, values.degrees, values.point,
]  # fmt: skip


@pytest.mark.parametrize("convert", CONVERTERS, ids=lambda convert: convert.__name__)
@given(cell=CELLS)
def test_any_cell_is_read_or_refused(convert: Any, cell: object) -> None:
    try:
        convert(cell)
    except CellError as refused:
        assert refused.code.startswith("import.")


@given(CELLS)
def test_any_cell_has_a_text_that_can_be_stored(cell: object) -> None:
    text = values.plain(cell)
    assert "\x00" not in text
    text.encode("utf-8")
    assert values.plain(text) in (text, text[1:].strip(), text.strip())
    values.phones(cell)


@given(st.integers(0, values.MOST_FEN))
def test_money_comes_back_from_every_way_to_write_it(fen: int) -> None:
    for written in (yuan(fen), yuan_grouped(fen), f"¥{yuan_grouped(fen)}", f"{yuan(fen)}元", f"￥ {yuan(fen)}"):
        assert values.fen(written) == fen
    assert values.fen(str(Decimal(fen) / 1_000_000) + "万元") == fen
    wide = yuan(fen).translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    assert values.fen(wide) == fen


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_dates_come_back_from_every_way_to_write_them(day: date) -> None:
    iso = day.isoformat()
    written: list[object] = [
        day,
        datetime(day.year, day.month, day.day, 9, 30),
        iso,
        f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}",
    ]
    written += [f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日", f"{iso} 09:30:00"]
    written += [f"{day.year}.{day.month}.{day.day}", f"{iso}T00:00"]
    serial = (day - date(1899, 12, 30)).days
    written += [float(serial), str(serial)] if serial >= 20_000 else []
    assert {values.day(each) for each in written} == {iso}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-11-03 14:05", "2026-11-03T14:05"),
        (datetime(2026, 11, 3, 14, 5), "2026-11-03T14:05"),
        ("2026年11月3日 14时05分", "2026-11-03T14:05"),
        ("2026/11/3", "2026-11-03"),
    ],
)
def test_moments(cell: object, expected: str) -> None:
    assert values.moment(cell) == expected


@pytest.mark.parametrize("cell", ["2026/13/45", "2026-02-30", "11/3/2026", "昨天", "1", True, time(9), "3026-01-01"])
def test_no_dates(cell: object) -> None:
    with pytest.raises(CellError, match=r"import\.date"):
        values.day(cell)


@pytest.mark.parametrize("cell", ["面议", "-5", "1.2.3", "1e30", "12斤", "１２a", True, date(2026, 1, 1)])
def test_no_amounts(cell: object) -> None:
    with pytest.raises(CellError, match=r"import\.amount"):
        values.fen(cell)


def test_a_unit_in_the_cell_counts_for_more_than_the_headings() -> None:
    assert values.fen("3.5", scale=10_000) == 3_500_000
    assert values.fen("35000元", scale=10_000) == 3_500_000
    assert values.fen(0.1 + 0.2) == 30


@pytest.mark.parametrize("cell", ["", " ", "　", "-", "——", "无", "N/A", "#N/A", "NULL", "/", None, float("nan")])
def test_cells_that_say_nothing(cell: object) -> None:
    for convert in (values.text, values.fen, values.day, values.count, values.percent, values.id_number):
        assert convert(cell) is None
    assert values.phones(cell) == ([], [])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1001", "1001"), (1001.0, "1001"), ("'001", "001"), ('="001"', "001"), ("ＡＪ００１", "AJ001"),
        ("\ufeffAJ\x001\u200b", "AJ1"), ("A\n1", "A 1"),
    ],
)  # fmt: skip
def test_numbers_that_name_something(cell: object, expected: str) -> None:
    assert values.number_text(cell) == expected


@pytest.mark.parametrize("cell", ["1.10101E+17", "3.1E+14", 1.2345678901234567e17])
def test_numbers_that_have_lost_their_last_digits(cell: object) -> None:
    with pytest.raises(CellError, match="rounded"):
        values.number_text(cell)


@pytest.mark.parametrize(
    ("cell", "good", "bad"),
    [
        ("+86 138-0000-0001", ["13800000001"], []),
        ("8613800000001", ["13800000001"], []),
        (13800000001.0, ["13800000001"], []),
        ("138****0001", ["138****0001"], []),
        ("1380000xxxx", ["1380000xxxx"], []),
        ("13800000001/13900000002；021-55556666", ["13800000001", "13900000002", "02155556666"], []),
        ("13800000001 13900000002", ["13800000001", "13900000002"], []),
        ("154123456", [], ["154123456"]),
        ("13800000001、12345", ["13800000001"], ["12345"]),
        ("400-800-1234", ["4008001234"], []),
        ("+1 415 555 0100", ["+14155550100"], []),
        ("无", [], []),
        ("见备注", [], ["见备注"]),
    ],
)
def test_phones(cell: object, good: list[str], bad: list[str]) -> None:
    assert values.phones(cell) == (good, bad)


@pytest.mark.parametrize(
    ("cell", "scale", "expected"),
    [
        ("8.88%", 1, "8.88"), ("8.88", 1, "8.88"), (0.45, 1, "0.45"), ("12", 1, "12"), ("０．５％", 1, "0.5"),
        (0.0888, 100, "8.88"), ("8.88%", 100, "8.88"), ("0.05%", 100, "0.05"), ("45‰", 100, "4.5"), ("0", 100, "0"),
        (45, "0.1", "4.5"), ("无", 1, None),
    ],
)  # fmt: skip
def test_rates(cell: object, scale: int | str, expected: str | None) -> None:
    assert values.percent(cell, Decimal(scale)) == expected


def test_a_rate_that_makes_no_sense_as_the_columns_others_do_is_none() -> None:
    with pytest.raises(CellError, match=r"import\.percent"):
        values.percent("10.8", Decimal(100))


@pytest.mark.parametrize(
    ("cell", "expected"), [("45天", 45), ("第3期", 3), (45.0, 45), ("１，２３４", 1234), ("每月15日", 15)]
)
def test_counts(cell: object, expected: int) -> None:
    assert values.count(cell) == expected


@pytest.mark.parametrize("cell", ["-3", "4.5", "many", True])
def test_no_counts(cell: object) -> None:
    with pytest.raises(CellError, match=r"import\.number"):
        values.count(cell)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("11010519491231002X", None),  # the example of GB 11643
        ("110105194912310021", "checksum"),
        ("110105194902300024", "birth_date"),
        ("110105194912310000", "rounded"),
        ("1.10101E+17", "rounded"),
        ("11010519491231002", "length"),
        ("110105491231002", None),
        ("110105491331002", "birth_date"),
        ("1101**********002X", None),
        ("E12345678", None),
    ],
)
def test_identity_numbers(number: str, fault: str | None) -> None:
    assert identity.fault(number) == fault


@given(st.integers(0, 10**17 - 1))
def test_exactly_one_check_digit_fits(body: int) -> None:
    first = f"{body:017d}"
    fits = [last for last in "0123456789X" if identity.fault(first + last) not in ("checksum", "rounded", "birth_date")]
    assert fits in ([], [identity.check_digit(first)])
