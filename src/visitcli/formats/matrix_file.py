"""An office's own distances and times, as a file: docs/office.md, "Ways of your own".

CSV with a heading line, or JSON: a list of objects (or `{"legs": [...]}`), with the same names. A row is one way in one
direction: `from`, `to` (a case number, `LAT,LON` in WGS-84, or `base`), `metres`, `seconds` (driving), and where a case
has several addresses `from_kind`, `to_kind` (home, work, other). Headings may be Chinese.
"""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from visitcli.domain.case import AddressKind
from visitcli.domain.errors import BadInputError
from visitcli.domain.geo import Point, parse_point
from visitcli.files import open_at_once

LARGEST = 64 * 1024 * 1024
MOST_METRES, MOST_SECONDS = 5_000_000, 2 * 86_400
_HEADINGS = {
    "from": "from", "起点": "from", "to": "to", "终点": "to", "metres": "metres", "meters": "metres", "米": "metres",
    "距离(米)": "metres", "seconds": "seconds", "秒": "seconds", "时间(秒)": "seconds", "from_kind": "from_kind",
    "起点类型": "from_kind", "to_kind": "to_kind", "终点类型": "to_kind",
}  # fmt: skip
_REQUIRED = ("from", "to", "metres", "seconds")
_KINDS: dict[str, AddressKind | Literal[""]] = {
    "": "", "home": "home", "家": "home", "家庭": "home", "住址": "home", "work": "work", "单位": "work",
    "公司": "work", "other": "other", "其他": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AtCase:
    """An address of a case; without a kind, its first one that has a place."""

    case_id: str
    kind: AddressKind | Literal[""] = ""


End = AtCase | Point | Literal["base"]
Ways = dict[tuple[End, End], tuple[float, float]]  # metres, seconds


def read(path: Path) -> Ways:
    """The ways of a file, none of them guessed.

    Raises BadInputError with the file: `roads.matrix_unreadable`, `roads.matrix_form`, `roads.matrix_columns`,
    `roads.matrix_row` (with row and field), `roads.matrix_twice`.
    """
    text, ways, lines = _text(path), Ways(), dict[tuple[End, End], int]()
    for number, row in _rows(path, text):
        pair = _end(path, number, row, "from"), _end(path, number, row, "to")
        way = _number(path, number, row, "metres", MOST_METRES), _number(path, number, row, "seconds", MOST_SECONDS)
        if ways.get(pair, way) != way:
            raise BadInputError("roads.matrix_twice", file=str(path), row=number, first=lines[pair])
        ways[pair], lines[pair] = way, number
    return ways


def _text(path: Path) -> str:
    try:
        descriptor, status = open_at_once(path)
        with os.fdopen(descriptor, "rb") as stream:
            raw = stream.read(LARGEST + 1) if stat.S_ISREG(status.st_mode) else b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or ""
        raise BadInputError("roads.matrix_unreadable", file=str(path), reason=reason) from error
    if raw and len(raw) <= LARGEST:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise BadInputError("roads.matrix_form", file=str(path))


def _rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each row with the number that a person counts: a CSV's line, a JSON list's place from 1."""
    if text.lstrip()[:1] in ("[", "{"):
        yield from enumerate(_objects(path, text), 1)
        return
    try:
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        names = [_HEADINGS.get(heading.strip().lower(), "") for heading in next(lines, [])]
        _refuse_missing(path, names)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield lines.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise BadInputError("roads.matrix_form", file=str(path)) from error


def _objects(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInputError("roads.matrix_form", file=str(path)) from error
    rows = found.get("legs") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInputError("roads.matrix_form", file=str(path))
    named = [{_HEADINGS.get(str(key).lower(), ""): value for key, value in row.items()} for row in rows]
    _refuse_missing(path, named[0] if named else _REQUIRED)
    return named


def _refuse_missing(path: Path, names: Any) -> None:
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise BadInputError("roads.matrix_columns", file=str(path), missing=", ".join(missing))


def _end(path: Path, number: int, row: Mapping[str, Any], field: str) -> End:
    written = str(row.get(field) or "").strip()
    kind = str(row.get(f"{field}_kind") or "").strip().lower()
    if not written:
        raise _bad(path, number, field, written)
    if kind not in _KINDS:
        raise _bad(path, number, f"{field}_kind", kind)
    if written.lower() in ("base", "出发地"):
        return "base"
    return parse_point(written) or AtCase(written, _KINDS[kind])


def _number(path: Path, number: int, row: Mapping[str, Any], field: str, most: float) -> float:
    written = row.get(field)
    try:
        value = -1.0 if isinstance(written, bool) else float(str(written).strip())
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise _bad(path, number, field, written)
    return value


def _bad(path: Path, number: int, field: str, value: object) -> BadInputError:
    return BadInputError("roads.matrix_row", file=str(path), row=number, field=field, value=str(value or "")[:80])
