"""Plans as they were made. A plan may be for several days; the newest that has a day is the one that holds for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from visitcli.store.database import Store

NOT_DONE = "nobody_home"
"""The outcome of a visit after which the customer is still to be visited on another day."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day's stops, those already made first, and the case numbers of those that are still to be made, in order."""

    stops: list[dict[str, Any]]
    left: list[str]


def save(store: Store, plan: dict[str, Any], at: str) -> None:
    """Keep a plan (the contract's JSON, with its `plan_id`) for its days; the same plan made again is the newest.

    The column `date` holds the date of every day, so that the plan of a date is found without reading any.
    """
    dates = [day["date"] for day in plan["days"]]
    with store.transaction():
        store.run(
            "INSERT OR REPLACE INTO plans (plan_id, date, at, body) VALUES (?, ?, ?, ?)",
            (plan["plan_id"], " ".join(dates), at, json.dumps(plan, ensure_ascii=False)),
        )


def latest(store: Store, date: str) -> dict[str, Any] | None:
    """The plan that holds for a date: the last one written, for a clock may have been put back. None where none was
    made."""
    row = _latest(store, date)
    return json.loads(row[1]) if row else None


def day(store: Store, date: str) -> dict[str, Any] | None:
    """A date's day of the plan that holds for it."""
    plan = latest(store, date)
    return next((day for day in plan["days"] if day["date"] == date), None) if plan else None


def from_day_on(store: Store, date: str) -> dict[str, dict[str, Any]]:
    """By date, the plan that holds for it: for this date and all later ones that have one."""
    rows = store.all("SELECT rowid, date FROM plans WHERE substr(date, -10) >= ? ORDER BY rowid", (date,))
    newest = {day: rowid for rowid, dates in rows for day in dates.split() if day >= date}
    bodies = {rowid: _body(store, rowid) for rowid in set(newest.values())}
    return {day: bodies[rowid] for day, rowid in sorted(newest.items())}


def stops(store: Store, date: str) -> list[dict[str, Any]] | None:
    """The stops of a date's plan, those already made first; None where there is no plan."""
    found = day(store, date)
    return found["stops"] if found else None


def ahead(store: Store, date: str) -> Ahead | None:
    """How far the date's plan has been followed; None where there is no plan.

    A stop is made once its case was visited on that date, or since the plan was made (a plan for several days: on
    another of them, unless nobody was home). A stop that is to be made again the same day (`earlier`) waits for a
    visit begun after that one.
    """
    row = _latest(store, date)
    if row is None:
        return None
    at, body = row
    stops = next(day["stops"] for day in json.loads(body)["days"] if day["date"] == date)
    since = min(at[:10], date)
    visited = {
        case_id: (started_at, ended_at, outcome)
        for case_id, started_at, ended_at, outcome in store.all(
            "SELECT case_id, started_at, ended_at, outcome FROM visits"
            " WHERE record IS NOT NULL AND substr(ended_at, 1, 10) >= ? ORDER BY started_at",
            (since,),
        )
    }
    left = [
        stop["case_id"]
        for stop in stops
        if stop["status"] != "done" and not _made(stop, visited.get(stop["case_id"]), date, at)
    ]
    return Ahead(stops, left)


def _made(stop: dict[str, Any], visit: tuple[str, str, str] | None, date: str, at: str) -> bool:
    if visit is None:
        return False
    started_at, ended_at, outcome = visit
    earlier = stop.get("earlier")
    if earlier and _moment(started_at) <= _moment(earlier):
        return False
    if date in (started_at[:10], ended_at[:10]):
        return True
    return outcome != NOT_DONE and started_at[:10] < date and _moment(ended_at) >= _moment(at)


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _latest(store: Store, date: str) -> tuple[str, str] | None:
    row = store.one(
        "SELECT at, body FROM plans WHERE rowid = (SELECT max(rowid) FROM plans WHERE instr(date, ?))", (date,)
    )
    return (row[0], row[1]) if row else None


def _body(store: Store, rowid: int) -> dict[str, Any]:
    row = store.one("SELECT body FROM plans WHERE rowid = ?", (rowid,))
    found: dict[str, Any] = json.loads(row[0]) if row else {}
    return found
