"""CSV files: the clean one for measuring, and the ones as they come from an office, with the usual dirt."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from random import Random

from visitcli.domain.case import Case
from visitcli.domain.money import yuan, yuan_grouped

from .columns import AT, COLUMNS, HEADINGS, Column, Value

_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
_DATES = ("{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}", "{0:%Y-%m-%d}")


def clean(column: Column, value: Value) -> str:
    """A value as a careful office writes it."""
    if value is None:
        return ""
    if column.kind == "money" and isinstance(value, int):
        return yuan(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


class Dirt:
    """How one row is written by hand: its date style, separators, a unit in the cell, the width of its digits."""

    def __init__(self, case_id: str, principal_in_wan: bool) -> None:
        self._principal_in_wan = principal_in_wan
        rng = Random(f"dirt/{case_id}")
        self._date = rng.choice(_DATES)
        self._grouped = rng.random() < 0.3
        self._unit = rng.choice(("万元", "万")) if rng.random() < 0.2 else ""
        self._wide = rng.choice(("手机号", "逾期天数", "逾期金额", "委案日期")) if rng.random() < 0.15 else ""
        self._space = rng.choice((" ", "　", "")) if rng.random() < 0.15 else ""

    def write(self, column: Column, value: Value) -> str:
        """A value as it stands in the file; the value itself is not changed."""
        text = self._plain(column, value)
        if column.heading == self._wide:
            return text.translate(_FULL_WIDTH)
        return f"{self._space}{text}{self._space}" if column.heading == "客户姓名" else text

    def _plain(self, column: Column, value: Value) -> str:
        if column.kind == "money" and isinstance(value, int):
            if column.heading == "贷款本金" and (self._principal_in_wan or self._unit):
                unit = "" if self._principal_in_wan else self._unit
                return f"{(Decimal(value) / 1_000_000).normalize():f}{unit}"
            return yuan_grouped(value) if self._grouped else yuan(value)
        return self._date.format(value) if isinstance(value, date) else clean(column, value)


def clean_row(case: Case) -> list[str]:
    """A case as a row without dirt."""
    return [clean(column, column.of(case)) for column in COLUMNS]


def office_csv(cases: Sequence[Case], today: date, principal_in_wan: bool = False) -> bytes:
    """The office's file: two title rows, headings, cases, an empty row, the total, more empty rows. GB18030.

    `principal_in_wan`: the principal's heading says that the column is in units of ten thousand yuan.
    """
    empty = [""] * len(COLUMNS)
    title = ["示例汽车金融有限公司 委外催收案件清单（人物、门牌、号码、贷款均为虚构）", *empty[1:]]
    exported = [f"导出日期：{today.year}年{today.month}月{today.day}日　金额单位：元", *empty[1:]]
    headings = [f"{name}（万元）" if principal_in_wan and name == "贷款本金" else name for name in HEADINGS]
    rows = [_dirty_row(case, principal_in_wan) for case in cases]
    total = _total(cases, principal_in_wan)
    return table([title, exported, headings, *rows, empty, total, empty, empty], "gb18030")


def _dirty_row(case: Case, principal_in_wan: bool) -> list[str]:
    dirt = Dirt(case.case_id, principal_in_wan)
    return [dirt.write(column, column.of(case)) for column in COLUMNS]


def _total(cases: Sequence[Case], principal_in_wan: bool) -> list[str]:
    sums = [
        yuan_grouped(sum(_fen(column.of(case)) for case in cases)) if column.kind == "money" else ""
        for column in COLUMNS
    ]
    if principal_in_wan:
        sums[AT["贷款本金"]] = f"{sum(case.loan.principal_fen or 0 for case in cases) / 1_000_000:.2f}"
    return ["合计", *sums[1:]]


def _fen(value: Value) -> int:
    return value if isinstance(value, int) else 0


def table(rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    """Rows as a CSV file with the line ends of a spreadsheet program."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def flat_rows(cases: Sequence[Case], count: int) -> Iterator[list[str]]:
    """Any number of clean rows from a few cases: each row has numbers of its own, the loans come round again."""
    patterns = [clean_row(case) for case in cases]
    for number in range(count):
        row = list(patterns[number % len(patterns)])
        row[AT["案件编号"]] = f"BM{number + 1:08d}"
        row[AT["合同号"]] = f"CLBM{number + 1:08d}"
        row[AT["手机号"]] = f"154{number:08d}"
        yield row
