"""The cases as a workbook with further sheets, as an office's system writes it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]

from visitcli.domain.case import Case

from .columns import COLUMNS, CONTACTS, HEADINGS, PLACES, PROMISES, Column, Value

Cell = str | int | float | date | datetime | None
_FORMATS = {"money": "#,##0.00", "date": "yyyy/m/d", "degrees": "0.000000", "percent": "0.00"}
_SHEETS = {
    "还款记录": ("案件编号", "应还日期", "应还金额", "实还日期", "实还金额"),
    "催收记录": ("案件编号", "催收时间", "催收方式", "催收结果", "备注", "催收员"),
    "承诺还款": ("案件编号", "承诺时间", "承诺还款日", "承诺金额", "承诺状态"),
    "地址": ("案件编号", "地址类型", "详细地址", "经度", "纬度", "可访时间"),
}


def office_workbook(cases: Sequence[Case], today: date) -> bytes:
    """Sheet 案件 with two merged title rows, Excel dates and numbers, and a sheet for each kind of record."""
    book = openpyxl.Workbook()
    main: Any = book.active
    main.title = "案件"
    main.append(["示例汽车金融有限公司 委外催收案件清单（人物、门牌、号码、贷款均为虚构）"])
    main.append([f"导出日期：{today.year}年{today.month}月{today.day}日　金额单位：元"])
    main.append(list(HEADINGS))
    for case in cases:
        main.append([_cell(column, column.of(case)) for column in COLUMNS])
    for row in (1, 2):
        main.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(COLUMNS))
    main["A1"].font, main["A1"].alignment = Font(bold=True, size=14), Alignment(horizontal="center")
    main.freeze_panes = "D4"
    _format(main)
    for name, headings in _SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.append(list(headings))
        for record in _records(name, cases):
            sheet.append(list(record))
    return _fixed(book, today)


def _cell(column: Column, value: Value) -> Cell:
    if isinstance(value, Decimal):
        return float(value)
    return value / 100 if column.kind == "money" and isinstance(value, int) else value


def _format(sheet: Any) -> None:
    for index, column in enumerate(COLUMNS, start=1):
        shape = _FORMATS.get(column.kind)
        if shape:
            for (cell,) in sheet.iter_rows(min_row=4, min_col=index, max_col=index):
                cell.number_format = shape


def _records(sheet: str, cases: Sequence[Case]) -> Iterator[tuple[Cell, ...]]:
    lines = {"还款记录": _payments, "催收记录": _contacts, "承诺还款": _promises, "地址": _places}[sheet]
    for case in cases:
        for line in lines(case):
            yield (case.case_id, *line)


def _payments(case: Case) -> Iterator[tuple[Cell, ...]]:
    for item in case.payments:
        yield item.due_date, _yuan(item.due_fen), item.paid_date, _yuan(item.paid_fen)


def _contacts(case: Case) -> Iterator[tuple[Cell, ...]]:
    for item in case.contacts:
        at = datetime.fromisoformat(item.at)
        yield at if "T" in item.at else at.date(), CONTACTS[item.by], item.result, item.note, item.who


def _promises(case: Case) -> Iterator[tuple[Cell, ...]]:
    for item in case.promises:
        yield item.made_at, item.due_date, _yuan(item.amount_fen), PROMISES[item.status]


def _places(case: Case) -> Iterator[tuple[Cell, ...]]:
    for item in case.addresses:
        yield PLACES[item.kind], item.text, item.source_lon, item.source_lat, item.hours


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100


def _fixed(book: Any, today: date) -> bytes:
    """The workbook's bytes without the moment at which it was made: the same cases give the same file."""
    book.properties.creator = "visitcli examples/make_cases.py"
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    stamp = f"{today:%Y-%m-%d}T00:00:00Z"
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp.encode(), content)
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()
