"""Looks at an XLS file (OLE compound file, MS-CFB, with a BIFF stream, MS-XLS) before any parser does.

A password-protected XLSX is such a compound file too, and is named as what it is. A parser that follows a chain of
sectors which bites its own tail never ends; one that is shown a cell at row 65,535 and column 65,535 asks for 130 GB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from visitcli.domain.errors import BadInputError

LARGEST = 200_000_000  # bytes
MOST_CELLS = 15_000_000

_LAST_SECTOR = 0xFFFFFFFA  # above it: end of chain, free, and other marks
_CELLS = {0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00BD, 0x0006, 0x0201, 0x00BE, 0x0406, 0x00D6}
_FILE_PASS, _BOF, _DIMENSIONS = 0x002F, 0x0809, 0x0200
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256  # of a sheet (MS-XLS 2.2.3)


class _DamagedError(ValueError):
    """The file is not what its first bytes say."""


def guard_xls(path: Path) -> None:
    """Raises BadInputError: `import.password`, `import.not_a_workbook`, `import.damaged`, `import.far_cells`,
    `import.too_large`."""
    if path.stat().st_size > LARGEST:
        raise BadInputError("import.too_large", file=path.name, megabytes=LARGEST // 1_000_000)
    data = path.read_bytes()
    try:
        file = _Compound(data)
        entries = file.entries()
    except (_DamagedError, struct.error) as error:
        raise BadInputError("import.damaged", file=path.name) from error
    if "EncryptedPackage" in entries or "EncryptionInfo" in entries:
        raise BadInputError("import.password", file=path.name)
    stream = entries.get("Workbook") or entries.get("Book")
    if stream is None:
        raise BadInputError("import.not_a_workbook", file=path.name)
    try:
        _guard_cells(path, file.stream(*stream))
    except (_DamagedError, struct.error) as error:
        raise BadInputError("import.damaged", file=path.name) from error


def _guard_cells(path: Path, stream: bytes) -> None:
    rows = columns = 0
    for kind, start, length in _records(stream):
        if kind == _FILE_PASS:
            raise BadInputError("import.password", file=path.name)
        if kind == _DIMENSIONS:
            _guard_dimensions(stream[start : start + length])
        if kind == _BOF:
            rows = columns = 0
        elif kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, start)
            if kind in (0x00BD, 0x00BE) and length >= 6:  # several cells in one record: its last column ends it
                column = max(column, struct.unpack_from("<H", stream, start + length - 2)[0])
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if columns > _MOST_COLUMNS or rows * columns > MOST_CELLS:
                raise BadInputError("import.far_cells", file=path.name, sheet="")


def _guard_dimensions(record: bytes) -> None:
    """The parser sets room aside for what the sheet says it spans (MS-XLS 2.4.90), however few cells it has."""
    form = {10: "<4H", 14: "<2I2H"}.get(len(record))
    if form is None:
        return
    first_row, rows, first_column, columns = struct.unpack_from(form, record)  # two reserved bytes follow
    if not rows or not columns:
        return
    if not (first_row < rows <= _MOST_ROWS and first_column < columns <= _MOST_COLUMNS):
        raise _DamagedError("dimensions")


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, start of the content, its length) of each record."""
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > end:
            if any(stream[at:]):
                raise _DamagedError("cut record")
            return
        yield kind, at + 4, length
        at += 4 + length


class _Compound:
    """The few things of a compound file that matter here: its directory and one stream."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 1536:
            raise _DamagedError("too short")
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise _DamagedError("sector size")
        self._size = 1 << shift
        fat_count, directory, _, self._cutoff, mini_fat, _, difat, _ = struct.unpack_from("<I I I I I I I I", data, 44)
        self._fat = self._table(self._fat_sectors(fat_count, difat))
        self._directory = directory
        self._mini_fat = mini_fat

    def _fat_sectors(self, count: int, difat: int) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        seen: set[int] = set()
        while difat < _LAST_SECTOR:
            if difat in seen:
                raise _DamagedError("circle")
            seen.add(difat)
            *more, difat = struct.unpack(f"<{self._size // 4}I", self._sector(difat))
            sectors += more
        return [sector for sector in sectors[:count] if sector < _LAST_SECTOR]

    def _table(self, sectors: list[int]) -> list[int]:
        entries: list[int] = []
        for sector in sectors:
            entries += struct.unpack(f"<{self._size // 4}I", self._sector(sector))
        return entries

    def _sector(self, number: int) -> bytes:
        found = self._data[(number + 1) * self._size : (number + 2) * self._size]
        if not found:
            raise _DamagedError("beyond the end")
        return found.ljust(self._size, b"\0")

    def _chain(self, start: int) -> Iterator[int]:
        left = len(self._fat)
        while start < _LAST_SECTOR:
            if start >= len(self._fat) or left < 0:
                raise _DamagedError("circle")
            left -= 1
            yield start
            start = self._fat[start]

    def entries(self) -> dict[str, tuple[int, int]]:
        """Name -> (first sector, size) of the directory's streams."""
        directory = b"".join(map(self._sector, self._chain(self._directory)))
        found = {}
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            if kind in (2, 5) and 2 <= length <= 64:
                name = directory[at : at + length - 2].decode("utf-16-le", "replace")
                found["\0root" if kind == 5 else name] = (start, size)
        for start, _ in found.values():
            self._walk(start)
        self._root = found.pop("\0root", (_LAST_SECTOR, 0))
        return found

    def _walk(self, start: int) -> None:
        """Go along a chain that may be of big sectors, only to see that it ends; small ones are checked with it."""
        if start < len(self._fat):
            for _ in self._chain(start):
                pass

    def stream(self, start: int, size: int) -> bytes:
        """A stream's bytes."""
        if size >= self._cutoff:
            return b"".join(map(self._sector, self._chain(start)))[:size]
        container = b"".join(map(self._sector, self._chain(self._root[0])))
        table = self._table(list(self._chain(self._mini_fat))) if self._mini_fat < _LAST_SECTOR else []
        parts, left = [], len(table)
        while start < _LAST_SECTOR:
            if start >= len(table) or left < 0:
                raise _DamagedError("circle")
            parts.append(container[start * 64 : start * 64 + 64])
            left, start = left - 1, table[start]
        return b"".join(parts)[:size]
