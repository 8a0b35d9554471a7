"""The guards let real workbooks through and end in one kind of error on anything else."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.torture.hostile import xls_that_spans

from hostile_files import SOUND_ROWS, biff, compound, sheet_xml, sound_xls, sound_xlsx, xlsx
from visitcli.domain.errors import BadInputError
from visitcli.formats.ole_guard import guard_xls
from visitcli.formats.recognise import recognise
from visitcli.formats.tables import open_tables
from visitcli.formats.vocabulary_file import shipped
from visitcli.formats.workbook_guard import guard_xlsx


def test_real_workbooks_pass(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, 300):
        for column in range(1, 60):
            sheet.cell(row, column, "同样的文字" if column % 2 else row * column)
    file = tmp_path / "wide.xlsx"
    book.save(file)
    guard_xlsx(file)
    guard_xls(sound_xls(tmp_path / "old.xls"))


def test_parts_that_are_no_sheets_are_not_measured_as_sheets(tmp_path: Path) -> None:
    chain = "<calcChain>" + "".join(f'<c r="A{n}" i="1"/>' for n in range(1, 9_000)) + "</calcChain>"
    styles = "<styleSheet><cellXfs>" + "<xf/><color/>" * 5_000 + "</cellXfs></styleSheet>"
    more = {"xl/calcChain.xml": chain.encode(), "xl/styles2.xml": styles.encode(), "xl/media/a.png": bytes(9_000_000)}
    guard_xlsx(xlsx(tmp_path / "parts.xlsx", sheet_xml(SOUND_ROWS), more=more))


@pytest.mark.parametrize(
    "cell",
    [
        'r="XFD1048576"',
        "r='XFD1048576'",
        'r = "XFD9"',
        '\n\tr\n=\n"A1048577"',
        'r="xfd1"',
        's="1" r="ZZZ1"',
        'r="CV200000"',
    ],
)
def test_far_cells_in_any_spelling(cell: str, tmp_path: Path) -> None:
    sheet = sheet_xml(SOUND_ROWS).replace("</sheetData>", f"<row><c {cell}><v>1</v></c></row></sheetData>")
    with pytest.raises(BadInputError, match="far_cells"):
        guard_xlsx(xlsx(tmp_path / "far.xlsx", sheet))


def test_cells_without_references_are_counted(tmp_path: Path) -> None:
    sheet = f"<sheetData><row>{'<c/>' * 16_000}<c><v>1</v></c></row></sheetData>"
    with pytest.raises(BadInputError, match="far_cells"):
        guard_xlsx(xlsx(tmp_path / "wide.xlsx", sheet))


def test_a_bomb_is_refused_in_little_memory(tmp_path: Path) -> None:
    file = xlsx(tmp_path / "bomb.xlsx", sheet_xml(SOUND_ROWS) + " " * 80_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(BadInputError, match="bomb"):
            guard_xlsx(file)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_part_named_twice_is_refused(tmp_path: Path) -> None:
    file = sound_xlsx(tmp_path / "twice.xlsx")
    with zipfile.ZipFile(file, "a") as book, pytest.warns(UserWarning, match="Duplicate"):
        book.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    with pytest.raises(BadInputError, match="bomb"):
        guard_xlsx(file)


SCRATCHES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scratches=SCRATCHES)
def test_scratched_workbooks_are_read_or_refused(kind: str, scratches: list[tuple[int, int]], tmp_path: Path) -> None:
    file = tmp_path / f"scratched.{kind}"
    if kind == "xlsx":
        sound_xlsx(file)
    else:
        compound(file, {"Workbook": biff(SOUND_ROWS)})
    content = bytearray(file.read_bytes())
    for at, byte in scratches:
        content[at % len(content)] = byte
    file.write_bytes(content)
    with contextlib.suppress(BadInputError):
        for table in open_tables(recognise(file), shipped()):
            list(table.rows())


@pytest.mark.parametrize(
    ("spans", "refused"),
    [((0, 4, 0, 3), False), ((0, 0, 0, 0), False), ((0, 65_536, 0, 256), False), ((5, 9, 2, 3), False),
     ((0, 65_537, 0, 3), True), ((0, 4, 0, 257), True), ((9, 3, 0, 3), True), ((0, 0xFFFFFFF0, 0, 0x7FFF), True)],
)  # fmt: skip
def test_what_an_xls_says_it_spans(spans: tuple[int, ...], refused: bool, tmp_path: Path) -> None:
    file = tmp_path / "a.xls"
    file.write_bytes(xls_that_spans(struct.pack("<2I2H", *spans)))
    if refused:
        with pytest.raises(BadInputError) as error:
            guard_xls(file)
        assert error.value.code == "import.damaged"
    else:
        guard_xls(file)
