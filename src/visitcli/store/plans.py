"""Plans as they were made: the newest of a date is the one that holds."""

from __future__ import annotations

import json
from typing import Any

from visitcli.store.database import Store


def save(store: Store, plan: dict[str, Any], date: str, at: str) -> None:
    """Keep a plan (the contract's JSON, with its `plan_id`) for a date."""
    with store.transaction():
        store.run(
            "INSERT INTO plans (plan_id, date, at, body) VALUES (?, ?, ?, ?)",
            (plan["plan_id"], date, at, json.dumps(plan, ensure_ascii=False)),
        )


def latest(store: Store, date: str) -> dict[str, Any] | None:
    """The plan that holds for a date; None where none was made."""
    row = store.one("SELECT body FROM plans WHERE date = ? ORDER BY at DESC, rowid DESC LIMIT 1", (date,))
    return json.loads(row[0]) if row else None


def stops_of(store: Store, date: str) -> list[str] | None:
    """The case numbers of a date's plan in the order of its stops; None where there is no plan."""
    plan = latest(store, date)
    if plan is None:
        return None
    return [stop["case_id"] for day in plan["days"] if day["date"] == date for stop in day["stops"]]


def been_there(store: Store) -> list[dict[str, Any]]:
    """Every finished visit in the order of its time: what planning has to know of it."""
    keys = ("case_id", "started_at", "outcome", "stop_code", "promise_due", "promise_fen")
    rows = store.all(f"SELECT {', '.join(keys)} FROM visits WHERE record IS NOT NULL ORDER BY started_at, visit_id")  # noqa: S608
    return [dict(zip(keys, row, strict=True)) for row in rows]
