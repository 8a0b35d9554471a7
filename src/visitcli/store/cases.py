"""Reading the cases as the office gave them. (Writing them is the import's: `imports.py`.)"""

from __future__ import annotations

import json
from typing import Any

from visitcli.store.database import Store

Listed = dict[str, Any]

_COLUMNS = "c.case_id, c.name, c.status, c.stage, c.days_overdue, c.overdue_fen, c.return_date, c.promise_due"
_LAST_VISIT = (
    "(SELECT v.started_at || ' ' || coalesce(v.outcome, v.status) FROM visits v"
    " WHERE v.case_id = c.case_id ORDER BY v.started_at DESC LIMIT 1)"
)


_encode = json.JSONEncoder(ensure_ascii=False).encode
# Keys whose texts are codes of ours (`home`, `open`); what stands under `extra` is the office's own, whatever its key.
_CODES = "'status', 'stage', 'product', 'kind', 'crs', 'by', 'code'"
# The body as a text is quickly looked through, but also holds names and codes: its texts decide.
_SAYS = (
    " AND c.body LIKE ? ESCAPE '\\' AND EXISTS (SELECT 1 FROM json_tree(c.body) t WHERE t.type = 'text'"  # noqa: S608
    f" AND (t.key NOT IN ({_CODES}) OR t.path = '$.extra') AND t.atom LIKE ? ESCAPE '\\')"
)


def listing(store: Store, *, everything: bool = False, find: str = "") -> list[Listed]:
    """Cases in the order of days overdue, the furthest behind first. `find`: part of any text that the office gave."""
    sql = f"SELECT {_COLUMNS}, {_LAST_VISIT} FROM cases c WHERE 1"  # noqa: S608 - constants of this module
    values: list[object] = []
    if not everything:
        sql += " AND c.status = 'open'"
    if find:
        sql += _SAYS
        values += [f"%{_literal(_encode(find)[1:-1])}%", f"%{_literal(find)}%"]
    sql += " ORDER BY c.days_overdue DESC NULLS LAST, c.case_id"
    return [_listed(row) for row in store.all(sql, values)]


def body(store: Store, case_id: str) -> dict[str, Any] | None:
    """The case as the office gave it (`domain.case.Case` as JSON: money in fen, dates ISO); None where unknown."""
    row = store.one("SELECT body FROM cases WHERE case_id = ?", (case_id,))
    return json.loads(row[0]) if row else None


def open_bodies(store: Store) -> list[dict[str, Any]]:
    """Every open case, in the order of its number."""
    return [json.loads(text) for (text,) in store.all("SELECT body FROM cases WHERE status = 'open' ORDER BY case_id")]


def matching(store: Store, reference: str, limit: int = 20) -> list[tuple[str, str]]:
    """Number and name of the cases that a reference means: the exact number, else the exact name, else a part."""
    tries = (
        ("case_id = ?", reference),
        ("name = ?", reference),
        ("case_id LIKE ? ESCAPE '\\'", f"%{_literal(reference)}%"),
        ("name LIKE ? ESCAPE '\\'", f"%{_literal(reference)}%"),
    )
    for condition, value in tries:
        sql = f"SELECT case_id, name FROM cases WHERE {condition} ORDER BY status != 'open', case_id LIMIT ?"  # noqa: S608
        found = store.all(sql, (value, limit))
        if found:
            return [(case_id, name) for case_id, name in found]
    return []


def starting_with(store: Store, text: str, limit: int = 50) -> list[tuple[str, str]]:
    """Open cases whose number or name begins so, for completion."""
    return [
        (case_id, name)
        for case_id, name in store.all(
            "SELECT case_id, name FROM cases WHERE status = 'open'"
            " AND (case_id LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\') ORDER BY case_id LIMIT ?",
            (f"{_literal(text)}%", f"{_literal(text)}%", limit),
        )
    ]


def count(store: Store) -> dict[str, int]:
    """How many cases there are by status."""
    return dict(store.all("SELECT status, count(*) FROM cases GROUP BY status"))


def returning_by(store: Store, day: str) -> int:
    """How many open cases go back to the office by this day."""
    row = store.one("SELECT count(*) FROM cases WHERE status = 'open' AND return_date <= ?", (day,))
    return int(row[0]) if row else 0


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _listed(row: tuple[Any, ...]) -> Listed:
    keys = ("case_id", "name", "status", "stage", "days_overdue", "overdue_fen", "return_date", "promise_due")
    listed: Listed = dict(zip(keys, row, strict=False))
    at, _, outcome = (row[8] or "").partition(" ")
    listed["last_visit"] = {"at": at, "outcome": outcome} if at else None
    return listed
