"""Looks at an XLSX file before any parser does, and refuses what would bring a parser down.

The parser holds a dense rectangle from the first to the last cell: one cell at XFD1048576 asks for 550 GB and ends
the process. It believes a zip's sizes and unpacks whatever comes. So every XML part is unpacked here first, piece by
piece and counted, its cells' references are looked at, and what texts shared by cells would grow to. What is measured
is the file, never its own word for it: `<dimension>` and the zip's list of sizes may lie.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from visitcli.domain.errors import BadInputError

LARGEST = 200_000_000  # bytes of the file
MOST_PARTS = 5_000
MOST_UNPACKED = 600_000_000  # bytes of XML
MOST_RATIO = 120  # of XML to its packed form, beyond _SMALL; real sheets stay under 60
MOST_CELLS = 15_000_000  # of the rectangle that the cells span: half a gigabyte in the parser
MOST_ROWS, MOST_COLUMNS = 1_000_000, 1_000
MOST_TEXT = 400_000_000  # bytes of text when every cell has its own copy

_SMALL = 5_000_000
_PIECE = 1 << 18
_MEDIA_PEEK = 64
_BLANKS = bytes.maketrans(b"\t\r\n'", b'   "')
_LETTERS = re.compile(rb' r="\s*([A-Za-z]+)')
_NUMBERS = re.compile(rb' r="\s*[A-Za-z]*0*(\d+)')
_SHARED = re.compile(rb' t="s"[^>]*>\s*<(?:\w+:)?v>\s*(\d+)')
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(slots=True)
class _Shape:
    """What the cells of one part span, and the shared texts that they name."""

    is_sheet: bool = False
    rows: int = 0
    columns: int = 0
    named_rows: int = 0

    @property
    def cells(self) -> int:
        return max(self.rows, self.named_rows) * self.columns


def guard_xlsx(path: Path) -> None:
    """Raises BadInputError: `import.damaged` (not a whole zip), `import.password`, `import.not_a_workbook`,
    `import.bomb`, `import.entities`, `import.far_cells`, `import.too_large`."""
    if path.stat().st_size > LARGEST:
        raise BadInputError("import.too_large", file=path.name, megabytes=LARGEST // 1_000_000)
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as book:
            _guard_parts(path, file, book)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as error:
        raise BadInputError("import.damaged", file=path.name) from error


def _guard_parts(path: Path, file: IO[bytes], book: zipfile.ZipFile) -> None:
    parts = book.infolist()
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise BadInputError("import.password", file=path.name)
    if "xl/workbook.xml" not in names:
        raise BadInputError("import.not_a_workbook", file=path.name)
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise BadInputError("import.bomb", file=path.name)
    left, texts = MOST_UNPACKED, [0]
    for part in parts:
        left -= _guard_part(path, file, part, left, texts)
    _guard_texts(path, file, parts, texts)


def _guard_part(path: Path, file: IO[bytes], part: zipfile.ZipInfo, left: int, texts: list[int]) -> int:
    """Look at one part; returns its unpacked bytes, 0 for pictures, which no parser of tables reads."""
    unpacked, checksum, shape, carry = 0, 0, _Shape(), b""
    is_strings = part.filename.lower().endswith("sharedstrings.xml")
    for piece in _unpacked(file, part):
        if not unpacked and not _is_xml(piece, part.filename):
            return 0
        unpacked += len(piece)
        checksum = zlib.crc32(piece, checksum)
        if unpacked > left or (unpacked > _SMALL and unpacked > part.compress_size * MOST_RATIO):
            raise BadInputError("import.bomb", file=path.name)
        text = carry + piece
        edge = text.rfind(b"<")
        text, carry = (text[:edge], text[edge:]) if edge > 0 and len(text) - edge < _PIECE else (text, b"")
        _guard_text(path, part, text, shape)
        if is_strings:
            _measure_strings(text, texts)
    _guard_text(path, part, carry, shape)
    if unpacked != part.file_size or checksum != part.CRC:
        raise BadInputError("import.damaged", file=path.name)
    return unpacked


def _is_xml(piece: bytes, name: str) -> bool:
    if piece[:2] in (b"\xff\xfe", b"\xfe\xff") and name.endswith((".xml", ".rels")):
        raise ValueError(name)  # UTF-16: no program writes it, and the checks below would not see through it
    return piece[:_MEDIA_PEEK].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _unpacked(file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content in pieces, as far as it really goes: zipfile would stop at the size that the zip claims."""
    if part.header_offset < 0:
        raise zipfile.BadZipFile(part.filename)
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(part.filename)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(name_length + extra_length, 1)
    packed_left = part.compress_size
    if part.compress_type == zipfile.ZIP_STORED:
        while packed_left and (piece := file.read(min(_PIECE, packed_left))):
            packed_left -= len(piece)
            yield piece
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(part.compress_type)
    inflater = zlib.decompressobj(-15)
    while not inflater.eof:
        packed = inflater.unconsumed_tail or file.read(min(_PIECE, packed_left))
        packed_left -= 0 if inflater.unconsumed_tail else len(packed)
        piece = inflater.decompress(packed, _PIECE)
        if piece:
            yield piece
        elif not packed:
            raise EOFError(part.filename)


def _guard_text(path: Path, part: zipfile.ZipInfo, text: bytes, shape: _Shape) -> None:
    """One piece of a part's XML, cut before a `<`."""
    if b"<!" in text and _DOCTYPE.search(text):
        raise BadInputError("import.entities", file=path.name)
    shape.is_sheet = shape.is_sheet or b"sheetData" in text
    if not shape.is_sheet:
        return
    text = text.translate(_BLANKS)
    while b" =" in text or b"= " in text:
        text = text.replace(b" =", b"=").replace(b"= ", b"=")
    shape.named_rows += text.count(b"<row") + text.count(b":row")
    unnamed = max(map(_cells_in, text.split(b"row")))
    shape.columns = max(shape.columns, unnamed, *map(_column, set(_LETTERS.findall(text))), 0)
    shape.rows = max(shape.rows, *map(int, set(_NUMBERS.findall(text))), 0)
    if shape.columns > MOST_COLUMNS or max(shape.rows, shape.named_rows) > MOST_ROWS or shape.cells > MOST_CELLS:
        raise BadInputError("import.far_cells", file=path.name, sheet=part.filename.rpartition("/")[2])


def _cells_in(row: bytes) -> int:
    """Cells of a piece of XML; those without a reference stand one after the other."""
    return sum(row.count(mark) for mark in (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/"))


def _column(letters: bytes) -> int:
    """The number of a column from its letters, A is 1."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _measure_strings(text: bytes, texts: list[int]) -> None:
    """Lengths in bytes of the shared texts; one that goes over the end of a piece is added up."""
    first, *others = re.split(rb"<(?:\w+:)?si[ >/]", text)
    texts[-1] += len(first)
    texts += map(len, others)


def _guard_texts(path: Path, file: IO[bytes], parts: list[zipfile.ZipInfo], texts: list[int]) -> None:
    """Refuse a workbook whose cells share texts so long that a copy for each would not fit into memory."""
    longest, total = max(texts), 0
    if longest < 1_000:
        return
    for part in parts:
        if part.filename.startswith("xl/worksheets/"):
            carry = b""
            for piece in _unpacked(file, part):
                text = (carry + piece).translate(_BLANKS)
                edge = max(text.rfind(b"<c "), 0)
                text, carry = text[:edge] or text, text[edge:] if edge else b""
                total += sum(texts[at + 1] for at in map(int, _SHARED.findall(text)) if at + 1 < len(texts))
                if total > MOST_TEXT:
                    raise BadInputError("import.bomb", file=path.name)
