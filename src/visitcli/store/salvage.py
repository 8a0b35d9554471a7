"""Reading a damaged database as far as it can be read: row by row, around what is damaged.

SQLCipher refuses a page that is not as it was written (HMAC-SHA-512 over each), so what comes out is true. A query that
meets such a page fails; the next readable row is then looked for by row number.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from visitcli.store.database import FILE_NAME, Row, Store, open_file

_FURTHEST = 1 << 40
_BATCH = 200
_WAL_HEADER, _FRAME_HEADER = 32, 24
_MAGIC = (0x377F0682, 0x377F0683)  # checksums over little- and big-endian words


@dataclass
class Salvaged:
    """What came out: rows by table; `gaps` by table, the row numbers between which something could not be read."""

    rows: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


def salvage(damaged: Path, key: bytes, into: Store) -> Salvaged:
    """Copy every readable row of a damaged database into a new, empty store. Raises StoreError `store.damaged` where
    nothing can be read at all."""
    found = Salvaged()
    source = _Source(damaged, key)
    into.run("PRAGMA foreign_keys = OFF")
    try:
        for table in _tables(into):
            _copy_table(source, into, table, found)
    finally:
        into.run("PRAGMA foreign_keys = ON")
        source.close()
    return found


def mend_log(folder: Path) -> bool:
    """Reckon the check sums of a write-ahead log anew, over its frames as they are; whether one had been wrong.

    SQLite drops all that comes after a frame whose sum is wrong, though one flipped bit spoils one page only. Those
    pages have codes of their own (SQLCipher's), so a page that is damaged is still refused. Only on a copy: see
    `app.salvaging`. The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    path = folder / f"{FILE_NAME}-wal"
    with contextlib.suppress(FileNotFoundError):
        raw = bytearray(path.read_bytes())
        if len(raw) > _WAL_HEADER and _mended(raw):
            path.write_bytes(raw)
            return True
    return False


class _Source:
    """The damaged database. A failed query leaves SQLCipher's connection unusable: it is opened again."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._open: Callable[[], Store] = lambda: open_file(path, key)
        self._store = self._open()

    def all(self, sql: str, *values: object) -> list[Row] | None:
        """The rows; None where they cannot be read."""
        try:
            return self._store.all(sql, values)
        except (sqlite.Error, MemoryError):
            self.close()
            self._store = self._open()
            return None

    def close(self) -> None:
        with contextlib.suppress(sqlite.Error):
            self._store.close()


def _tables(store: Store) -> list[str]:
    rows = store.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    return [name for (name,) in rows]


def _columns(source: _Source, into: Store, table: str) -> list[str]:
    theirs = {row[1] for row in source.all(f"PRAGMA table_info({table})") or ()}
    return [row[1] for row in into.all(f"PRAGMA table_info({table})") if row[1] in theirs]


def _copy_table(source: _Source, into: Store, table: str, found: Salvaged) -> None:
    columns = _columns(source, into, table)
    found.rows[table] = 0
    if not columns:
        return
    put = f"INSERT OR IGNORE INTO {table} (rowid, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})"  # noqa: S608
    for batch in _readable(source, table, columns, found.gaps.setdefault(table, [])):
        with into.transaction():
            found.rows[table] += int(into.connection.executemany(put, batch).rowcount)
    if not found.gaps[table]:
        del found.gaps[table]


def _readable(source: _Source, table: str, columns: list[str], gaps: list[tuple[int, int]]) -> Iterator[list[Row]]:
    """Batches of rows in the order of their numbers; a batch that fails is read one by one, then passed around."""
    sql = f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid >= ? ORDER BY rowid LIMIT ?"  # noqa: S608
    at = 0
    while True:
        batch = source.all(sql, at, _BATCH) or source.all(sql, at, 1)
        if batch == []:
            return
        if batch is None:
            following = _next_readable(source, sql, at)
            gaps.append((at, following - 1))
            if following >= _FURTHEST:
                return
            at = following
            continue
        yield batch
        at = int(batch[-1][0]) + 1


def _next_readable(source: _Source, sql: str, at: int) -> int:
    """The smallest row number from which on a query succeeds again: steps doubled, then halved."""
    good, step = at + 1, 1
    while source.all(sql, good, 1) is None:
        step *= 2
        good = at + step
        if good >= _FURTHEST:
            return _FURTHEST
    bad = at + step // 2
    while good - bad > 1:
        middle = (good + bad) // 2
        good, bad = (good, middle) if source.all(sql, middle, 1) is None else (middle, bad)
    return good


def _mended(raw: bytearray) -> bool:
    magic, _, size = struct.unpack_from(">3I", raw)
    if magic not in _MAGIC or size not in {512 << n for n in range(8)}:
        return False
    word = ">" if magic & 1 else "<"
    sums, changed, salts = struct.unpack_from(">2I", raw, 24), False, raw[16:24]
    for start in range(_WAL_HEADER, len(raw) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        if raw[start + 8 : start + 16] != salts:  # of an earlier round of the log
            break
        body = start + _FRAME_HEADER
        sums = _summed(word, bytes(raw[start : start + 8] + raw[body : body + size]), sums)
        changed = changed or struct.unpack_from(">2I", raw, start + 16) != sums
        struct.pack_into(">2I", raw, start + 16, *sums)
    return changed


def _summed(word: str, data: bytes, sums: tuple[int, ...]) -> tuple[int, int]:
    first, second = sums
    for one, two in struct.iter_unpack(f"{word}2I", data):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second
