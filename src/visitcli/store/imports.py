"""Writing cases as the office gives them, what was refused, and the imports' own book."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from visitcli.store.database import Store

CaseRow = tuple[Any, ...]  # in the order of _COLUMNS

_COLUMNS = (
    "case_id", "status", "stage", "name", "days_overdue", "overdue_fen", "assigned_date", "return_date",
    "promise_due", "import_id", "body",
)  # fmt: skip
_PUT = (
    f"INSERT INTO cases ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT (case_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def text_of(case: dict[str, Any]) -> str:
    """The one text of a case, as `cases.body` keeps it."""
    return _encode(case)


def begin(store: Store, *, at: str, file: str, sha256: str, crs: str) -> int:
    """Open an entry in the book of imports, inside the caller's transaction; returns its number."""
    row = store.one(
        "INSERT INTO imports (at, file, sha256, crs, row_count, summary)"
        " VALUES (?, ?, ?, ?, 0, '{}') RETURNING import_id",
        (at, file, sha256, crs),
    )
    assert row is not None  # noqa: S101 - RETURNING gives a row
    # The same file again refuses the same rows: they are kept once.
    store.run(
        "DELETE FROM rejected_rows WHERE import_id IN (SELECT import_id FROM imports WHERE sha256 = ? AND file = ?)",
        (sha256, file),
    )
    return int(row[0])


def finish(store: Store, import_id: int, *, rows: int, summary: dict[str, Any]) -> None:
    """Close the entry."""
    store.run("UPDATE imports SET row_count = ?, summary = ? WHERE import_id = ?", (rows, text_of(summary), import_id))


def stored(store: Store, case_ids: Sequence[str]) -> dict[str, str]:
    """The texts of those of the cases that the store knows, by number."""
    marks = ", ".join("?" * len(case_ids))
    return dict(store.all(f"SELECT case_id, body FROM cases WHERE case_id IN ({marks})", case_ids))  # noqa: S608


def has_cases(store: Store) -> bool:
    """Whether the store knows any case."""
    return store.one("SELECT 1 FROM cases LIMIT 1") is not None


def put(store: Store, rows: Iterable[CaseRow]) -> None:
    """Store cases, new and changed ones alike."""
    store.connection.executemany(_PUT, rows)


def case_row(case: dict[str, Any], text: str, promise_due: str | None, import_id: int) -> CaseRow:
    """What `put` takes of a case: the columns that lists need, and its text."""
    loan = case.get("loan", {})
    return (
        case["case_id"], case["status"], case["stage"], case["customer"]["name"], loan.get("days_overdue"),
        loan.get("overdue_fen"), case.get("assigned_date"), case.get("return_date"), promise_due, import_id, text,
    )  # fmt: skip


def refuse(store: Store, import_id: int, rows: Iterable[tuple[int, str, str, dict[str, str]]]) -> None:
    """Keep refused rows: number, field, code, and the row as it stood."""
    store.connection.executemany(
        "INSERT INTO rejected_rows (import_id, row, field, code, raw) VALUES (?, ?, ?, ?, ?)",
        [(import_id, row, field, code, text_of(raw)) for row, field, code, raw in rows],
    )


def open_ids(store: Store) -> Iterator[str]:
    """The numbers of the open cases."""
    for (case_id,) in store.all("SELECT case_id FROM cases WHERE status = 'open' ORDER BY case_id"):
        yield case_id
