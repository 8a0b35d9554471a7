"""Reading the cases as the office gave them. (Writing them is the import's: `imports.py`.)"""

from __future__ import annotations

import json
from typing import Any

from visitcli.store.database import Store

Listed = dict[str, Any]

# A case is open until the office closes or withdraws it, or it goes back: `:day` is the present day.
_OPEN = "c.status = 'open' AND (c.return_date IS NULL OR c.return_date >= :day)"
_STATUS = "CASE WHEN c.status = 'open' AND c.return_date < :day THEN 'returned' ELSE c.status END"
_PROMISE = (
    "coalesce((SELECT v.promise_due FROM visits v WHERE v.case_id = c.case_id AND v.record IS NOT NULL"
    " ORDER BY v.started_at DESC LIMIT 1), c.promise_due)"
)
_COLUMNS = f"c.case_id, c.name, {_STATUS}, c.stage, c.days_overdue, c.overdue_fen, c.return_date, {_PROMISE}"
_LAST_VISIT = (
    "(SELECT v.started_at || ' ' || coalesce(v.outcome, v.status) FROM visits v"
    " WHERE v.case_id = c.case_id ORDER BY v.started_at DESC LIMIT 1)"
)


_encode = json.JSONEncoder(ensure_ascii=False).encode
# Keys whose texts are codes of ours (`home`, `open`); what stands under `extra` is the office's own, whatever its key.
_CODES = "'status', 'stage', 'product', 'kind', 'crs', 'by', 'code'"
# The body as a text is quickly looked through, but also holds names and codes: its texts decide.
_SAYS = (
    " AND c.body LIKE :body ESCAPE '\\' AND EXISTS (SELECT 1 FROM json_tree(c.body) t WHERE t.type = 'text'"  # noqa: S608
    f" AND (t.key NOT IN ({_CODES}) OR t.path = '$.extra') AND t.atom LIKE :atom ESCAPE '\\')"
)


def listing(store: Store, day: str, *, everything: bool = False, find: str = "") -> list[Listed]:
    """Cases in the order of days overdue, the furthest behind first. `find`: part of any text that the office gave."""
    sql = f"SELECT {_COLUMNS}, {_LAST_VISIT} FROM cases c WHERE 1"  # noqa: S608 - constants of this module
    values = {"day": day, "body": f"%{_literal(_encode(find)[1:-1])}%", "atom": f"%{_literal(find)}%"}
    if not everything:
        sql += f" AND {_OPEN}"
    if find:
        sql += _SAYS
    sql += " ORDER BY c.days_overdue DESC NULLS LAST, c.case_id"
    return [_listed(row) for row in store.all(sql, values)]


def body(store: Store, case_id: str) -> dict[str, Any] | None:
    """The case as the office gave it (`domain.case.Case` as JSON: money in fen, dates ISO); None where unknown."""
    row = store.one("SELECT body FROM cases WHERE case_id = ?", (case_id,))
    return json.loads(row[0]) if row else None


def open_bodies(store: Store, day: str) -> list[dict[str, Any]]:
    """Every case that is open on a day, in the order of its number."""
    rows = store.all(f"SELECT c.body FROM cases c WHERE {_OPEN} ORDER BY c.case_id", {"day": day})  # noqa: S608
    return [json.loads(text) for (text,) in rows]


def matching(store: Store, reference: str, limit: int = 1000) -> list[tuple[str, str]]:
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


def starting_with(store: Store, text: str, day: str, limit: int = 50) -> list[tuple[str, str]]:
    """Open cases whose number or name begins so, for completion."""
    rows = store.all(
        f"SELECT c.case_id, c.name FROM cases c WHERE {_OPEN}"  # noqa: S608 - constants of this module
        " AND (c.case_id LIKE :text ESCAPE '\\' OR c.name LIKE :text ESCAPE '\\') ORDER BY c.case_id LIMIT :limit",
        {"text": f"{_literal(text)}%", "day": day, "limit": limit},
    )
    return [(case_id, name) for case_id, name in rows]


def count_open(store: Store, day: str) -> int:
    """How many cases are open on a day."""
    row = store.one(f"SELECT count(*) FROM cases c WHERE {_OPEN}", {"day": day})  # noqa: S608
    return int(row[0]) if row else 0


def returning_by(store: Store, day: str, last: str) -> int:
    """How many cases that are open on a day go back to the office by the last."""
    sql = f"SELECT count(*) FROM cases c WHERE {_OPEN} AND c.return_date <= :last"  # noqa: S608
    row = store.one(sql, {"day": day, "last": last})
    return int(row[0]) if row else 0


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _listed(row: tuple[Any, ...]) -> Listed:
    keys = ("case_id", "name", "status", "stage", "days_overdue", "overdue_fen", "return_date", "promise_due")
    listed: Listed = dict(zip(keys, row, strict=False))
    at, _, outcome = (row[8] or "").partition(" ")
    listed["last_visit"] = {"at": at, "outcome": outcome} if at else None
    return listed
