"""Tables read row by row: CSV by the standard library, workbooks by calamine after the guard has looked at them."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from visitcli.domain.errors import BadInputError
from visitcli.domain.values import folded
from visitcli.domain.vocabulary import CASES, Vocabulary
from visitcli.formats.recognise import Recognised

MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
LONGEST_CELL = 131_072  # characters
LONGEST_LINE = 2_000_000

Row = Sequence[Any]
Numbered = tuple[int, Row]

_DELIMITERS = (",", "\t", ";", "|")
_SNIFFED_LINES, _SNIFFED = 60, 500_000  # characters


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `rows()` begins anew at the first row each time, numbered from 1 as a spreadsheet shows them;
    `read()` is the share of the file that has been read, 0 to 1."""

    name: str
    rows: Callable[[], Iterator[Numbered]]
    read: Callable[[], float]


def open_tables(file: Recognised, words: Vocabulary) -> list[Table]:
    """The sheets of a table file. Raises BadInputError, here or while rows are read: `import.cut`, `import.quotes`,
    `import.cell_too_long`, `import.too_many_rows`, `import.too_many_columns`, those of the workbook guards."""
    return [_csv_table(file, words)] if file.kind == "csv" else _workbook_tables(file)


# -- CSV -------------------------------------------------------------------------------------------------------------


def _csv_table(file: Recognised, words: Vocabulary) -> Table:
    delimiter = _delimiter(file, words)
    progress = [0.0]
    totals = words.totals

    def rows() -> Iterator[Numbered]:
        csv.field_size_limit(LONGEST_CELL)
        with file.path.open("rb") as raw, io.TextIOWrapper(raw, encoding=file.encoding, newline="") as text:
            reader = csv.reader(_lines(text, file.path), delimiter=delimiter, strict=True)
            number, last, width = 0, [""], 0  # `width`: of the row before the last
            try:
                for number, row in enumerate(reader, start=1):
                    if number % 1024 == 0:
                        progress[0] = raw.tell() / file.size
                        _refuse_rows(number, file.path)
                    if len(row) > MOST_COLUMNS:
                        raise BadInputError(
                            "import.too_many_columns", file=file.path.name, row=number, most=MOST_COLUMNS
                        )
                    width, last = len(last), row
                    yield number, row
            except csv.Error as error:
                raise _csv_fault(error, file.path, number + 1) from error
            if _is_cut(last, width, file, totals):
                raise BadInputError("import.cut", file=file.path.name, row=number)

    return Table("", rows, lambda: progress[0])


def _head(text: IO[str]) -> Iterator[str]:
    left = _SNIFFED
    while left > 0 and (line := text.readline(LONGEST_CELL)):
        left -= len(line)
        yield line


def _lines(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    """The lines, none longer than a row may be: what has no line ends would be read whole into memory."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise BadInputError("import.cell_too_long", file=path.name, row=number, most=LONGEST_CELL)
        yield line


def _is_cut(last: Sequence[str], width: int, file: Recognised, totals: frozenset[str]) -> bool:
    """Whether the file ends in the middle of a row: fewer cells than the row before and no line end."""
    if len(last) >= width or folded(last[0] if last else "") in totals:
        return False
    with file.path.open("rb") as raw:
        raw.seek(-min(4, file.size), 2)
        return not raw.read().rstrip(b"\x00").endswith((b"\n", b"\r"))


def _csv_fault(error: csv.Error, path: Path, row: int) -> BadInputError:
    reason = str(error)
    if "unexpected end" in reason:
        return BadInputError("import.cut", file=path.name, row=row)
    if "field limit" in reason:
        return BadInputError("import.cell_too_long", file=path.name, row=row, most=LONGEST_CELL)
    return BadInputError("import.quotes", file=path.name, row=row)


def _refuse_rows(number: int, path: Path) -> None:
    if number > MOST_ROWS:
        raise BadInputError("import.too_many_rows", file=path.name, most=MOST_ROWS)


def _delimiter(file: Recognised, words: Vocabulary) -> str:
    """The delimiter under which most headings are known; where none is, the one that makes most columns."""
    csv.field_size_limit(LONGEST_CELL)
    known = words.sheets[CASES]
    with file.path.open(encoding=file.encoding, newline="") as text:
        lines = list(islice(_head(text), _SNIFFED_LINES))
    best, best_rank = ",", (-1, -1)
    for delimiter in _DELIMITERS:
        rows: list[list[str]] = []
        with contextlib.suppress(csv.Error):
            rows.extend(csv.reader(lines, delimiter=delimiter))
        rank = (
            max((sum(folded(cell) in known for cell in row) for row in rows), default=0),
            max((len(row) for row in rows), default=0),
        )
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


# -- workbooks -------------------------------------------------------------------------------------------------------


def _workbook_tables(file: Recognised) -> list[Table]:
    if file.kind == "xlsx":
        from visitcli.formats.workbook_guard import guard_xlsx

        guard_xlsx(file.path)
    else:
        from visitcli.formats.ole_guard import guard_xls

        guard_xls(file.path)
    import python_calamine

    with _explained(file.path), _silent():
        with file.path.open("rb") as raw:
            book = python_calamine.CalamineWorkbook.from_filelike(raw)
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        sheets = [book.get_sheet_by_name(name) for name in names]
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise BadInputError("import.empty", file=file.path.name)
    return [_sheet_table(sheet, file.path, len(filled) > 1) for sheet in filled]


def _sheet_table(sheet: Any, path: Path, named: bool) -> Table:
    progress = [0.0]
    lead: list[Any] = [""] * (sheet.start[1] if sheet.start else 0)
    height = max(sheet.total_height, 1)

    def rows() -> Iterator[Numbered]:
        down = _merged_down(sheet)
        with _explained(path):
            for number, row in enumerate(sheet.iter_rows(), start=1):
                if number % 1024 == 0:
                    progress[0] = min(number / height, 1.0)
                cells = [*lead, *row] if lead else row
                yield number, down.filled(number, cells) if down else cells

    return Table(sheet.name if named else "", rows, lambda: progress[0])


class _MergedDown:
    """Cells merged over several rows of one column: only the first has the value, and all of them mean it."""

    def __init__(self, ranges: Sequence[tuple[int, int, int]]) -> None:
        self._ranges = ranges
        self._values: dict[int, tuple[int, Any]] = {}  # column -> (last row, value)

    def filled(self, number: int, row: Row) -> Row:
        cells = list(row)
        for column, (last, value) in list(self._values.items()):
            if number > last:
                del self._values[column]
            elif column < len(cells) and cells[column] == "":
                cells[column] = value
        for column, first, last in self._ranges:
            if number == first and column < len(cells):
                self._values[column] = (last, cells[column])
        return cells


def _merged_down(sheet: Any) -> _MergedDown | None:
    ranges = [
        (start[1], start[0] + 1, end[0] + 1)
        for start, end in sheet.merged_cell_ranges or ()
        if start[1] == end[1] and start[0] < end[0]
    ]
    return _MergedDown(ranges) if ranges else None


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """A parser that gives up writes its own story to the process's stderr, past Python: nobody can use it there."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """calamine's complaints, its panics too, as one that says what to do."""
    try:
        yield
    except (BadInputError, GeneratorExit, KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:
        name = type(error).__name__
        if name == "PasswordError" or "password" in str(error).lower():
            raise BadInputError("import.password", file=path.name) from error
        if name in ("CalamineError", "XmlError", "ZipError", "PanicException", "WorksheetNotFound"):
            raise BadInputError("import.damaged", file=path.name) from error
        raise
