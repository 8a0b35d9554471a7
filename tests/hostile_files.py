"""Workbooks made by hand for the tests: sound small ones, and ones that are made to bring a parser down."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

SOUND_ROWS = (
    ("案件编号", "客户姓名", "家庭地址", "逾期金额"),
    ("X-1", "张三", "上海市嘉定区安亭镇无名路1号", 1234.5),
    ("X-2", "李四", "上海市嘉定区南翔镇无名路2号", 99),
)


def sheet_xml(rows: Sequence[Sequence[object]], dimension: str = "") -> str:
    """A worksheet with inline texts."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for index, value in enumerate(row):
            ref = f"{chr(65 + index)}{number}"
            if isinstance(value, str):
                cells.append(f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>')
            else:
                cells.append(f'<c r="{ref}"><v>{value}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    about = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f"{about}<sheetData>{''.join(lines)}</sheetData>"


def xlsx(
    path: Path, sheet: str, *, prologue: str = "", strings: str = "", more: dict[str, bytes] | None = None
) -> Path:
    """A workbook of one sheet from its XML."""
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_DOC}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>'
        '<sheet name="案件" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1"'
        f' Type="{_DOC}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2"'
        f' Type="{_DOC}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'{_HEAD}{prologue}<worksheet xmlns="{_MAIN}">{sheet}</worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
        for name, content in (more or {}).items():
            book.writestr(name, content)
    return path


def sound_xlsx(path: Path) -> Path:
    """Two cases."""
    return xlsx(path, sheet_xml(SOUND_ROWS))


def compound(path: Path, streams: dict[str, bytes], *, circle: bool = False) -> Path:
    """An OLE compound file with these streams, each filled up to 4,096 bytes; `circle`: chains that never end."""
    sectors: list[bytes] = []
    fat: list[int] = []
    starts = {}
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        parts = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        starts[name] = (len(sectors), len(content))
        first = len(sectors)
        sectors += parts
        fat += [first + at + 1 for at in range(len(parts) - 1)] + [first if circle else 0xFFFFFFFE]
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0)
    for name, (start, size) in starts.items():
        directory += _entry(name, 2, start, size)
    directory_start = len(sectors)
    for at in range(0, len(directory), 512):
        sectors.append(directory[at : at + 512].ljust(512, b"\0"))
        fat.append(len(sectors))
    fat[-1] = 0xFFFFFFFE
    fat_start = len(sectors)
    fat.append(0xFFFFFFFD)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    assert len(table) == 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory_start, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", fat_start, *[0xFFFFFFFF] * 108)
    path.write_bytes(header + b"".join(sectors) + table)
    return path


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(36)
    return entry + struct.pack("<IQ", start, size)


def biff(rows: Sequence[Sequence[object]], *, far: tuple[int, int] | None = None, protected: bool = False) -> bytes:
    """The stream of an Excel 97 workbook with one sheet; `far`: one more cell at (row, column) from 0."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def opening(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))

    sheet = opening(0x0010)
    for at, row in enumerate(rows):
        for index, value in enumerate(row):
            if isinstance(value, str):
                text = struct.pack("<HHHHB", at, index, 0, len(value), 1) + value.encode("utf-16-le")
                sheet += record(0x0204, text)
            else:
                sheet += record(0x0203, struct.pack("<HHHd", at, index, 0, float(str(value))))
    if far:
        sheet += record(0x0203, struct.pack("<HHHd", *far, 0, 1.0))
    sheet += record(0x000A)
    password = record(0x002F, bytes(54)) if protected else b""
    name = "案件"
    before = len(opening(0x0005)) + len(password) + 4 + 8 + 2 * len(name) + 4
    bound = struct.pack("<IBBBB", before, 0, 0, len(name), 1) + name.encode("utf-16-le")
    return opening(0x0005) + password + record(0x0085, bound) + record(0x000A) + sheet


def sound_xls(path: Path) -> Path:
    """Two cases."""
    return compound(path, {"Workbook": biff(SOUND_ROWS)})
