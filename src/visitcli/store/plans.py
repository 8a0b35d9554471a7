"""Plans as they were made: the newest of a date is the one that holds."""

from __future__ import annotations

import json
from typing import Any

from visitcli.store.database import Store


def save(store: Store, plan: dict[str, Any], date: str, at: str) -> None:
    """Keep a plan (the contract's JSON, with its `plan_id`) for a date; the same plan made again is the newest."""
    with store.transaction():
        store.run(
            "INSERT OR REPLACE INTO plans (plan_id, date, at, body) VALUES (?, ?, ?, ?)",
            (plan["plan_id"], date, at, json.dumps(plan, ensure_ascii=False)),
        )


def latest(store: Store, date: str) -> dict[str, Any] | None:
    """The plan that holds for a date: the last one written, for a clock may have been put back. None where none was
    made."""
    row = store.one("SELECT body FROM plans WHERE date = ? ORDER BY rowid DESC LIMIT 1", (date,))
    return json.loads(row[0]) if row else None


def stops(store: Store, date: str) -> list[dict[str, Any]] | None:
    """The stops of a date's plan, those already made first; None where there is no plan."""
    plan = latest(store, date)
    if plan is None:
        return None
    return [stop for day in plan["days"] if day["date"] == date for stop in day["stops"]]


def stops_of(store: Store, date: str) -> list[str] | None:
    """Their case numbers."""
    found = stops(store, date)
    return None if found is None else [stop["case_id"] for stop in found]
