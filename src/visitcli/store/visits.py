"""Visits and contacts: the projection beside the journal, so that `today` never replays a year."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from visitcli.domain.rules import Rest
from visitcli.store.database import Store
from visitcli.store.holds import CLEARED_VISITS

VISIT = (
    "visit_id", "case_id", "status", "agent", "partner", "script_sha256", "started_at", "ended_at", "outcome",
    "stop_code", "promise_due", "promise_fen", "hold_code", "hold_until", "revision",
)  # fmt: skip
CONTACT = ("contact_id", "case_id", "by", "result", "note", "agent", "at")
OPEN = "('open', 'paused')"
UNFINISHED = "('open', 'paused', 'correcting')"
UNTIL_CLEARED = "9999-12-31"


def begin(store: Store, visit: Mapping[str, object]) -> None:
    """A visit that has just begun."""
    store.run(
        "INSERT INTO visits (visit_id, case_id, status, agent, partner, script_sha256, started_at)"
        " VALUES (:visit_id, :case_id, 'open', :agent, :partner, :script_sha256, :started_at)",
        visit,
    )


def set_status(store: Store, visit_id: str, status: str) -> None:
    """Open, or paused."""
    store.run("UPDATE visits SET status = ? WHERE visit_id = ?", (status, visit_id))


def finish(store: Store, visit: Mapping[str, object]) -> None:
    """The closing of a visit with its record (JSON text), in the closing transaction."""
    store.run(
        "UPDATE visits SET status = :status, ended_at = :ended_at, outcome = :outcome, stop_code = :stop_code,"
        " promise_due = :promise_due, promise_fen = :promise_fen, hold_code = :hold_code, hold_until = :hold_until,"
        " revision = :revision, record = :record"
        " WHERE visit_id = :visit_id",
        visit,
    )


def of_case(store: Store, case_id: str) -> list[dict[str, Any]]:
    """The visits of a case, the oldest first; `record` is the parsed record or None."""
    return _select(store, "case_id = ? ORDER BY started_at, visit_id", (case_id,))


def one(store: Store, visit_id: str) -> dict[str, Any] | None:
    """One visit by its id."""
    found = _select(store, "visit_id = ?", (visit_id,))
    return found[0] if found else None


def unfinished(store: Store) -> list[dict[str, Any]]:
    """Visits begun and not ended, and corrections begun and not ended, the oldest first."""
    return _select(store, f"status IN {UNFINISHED} ORDER BY started_at")


def open_one(store: Store, case_id: str) -> dict[str, Any] | None:
    """The visit of a case that was begun and not ended; there is at most one."""
    found = _select(store, f"status IN {OPEN} AND case_id = ?", (case_id,))
    return found[0] if found else None


def _select(store: Store, where: str, values: tuple[object, ...] = ()) -> list[dict[str, Any]]:
    rows = store.all(f"SELECT {', '.join(VISIT)}, record FROM visits WHERE {where}", values)  # noqa: S608 - constants
    return [_visit(row) for row in rows]


def been_there(store: Store, case_id: str | None = None) -> list[dict[str, Any]]:
    """Every finished visit (of one case) in the order of its time: what planning and the rules have to know of it.
    `identity` and `address_kind` are those of its record, "" where it has none."""
    keys = ("case_id", "started_at", "outcome", "stop_code", "promise_due", "promise_fen", "identity", "address_kind")
    rows = store.all(
        f"SELECT {', '.join(keys[:-2])}, coalesce(json_extract(record, '$.identity'), ''),"  # noqa: S608 - constants
        " coalesce(json_extract(record, '$.address_kind'), '')"
        " FROM visits WHERE record IS NOT NULL AND coalesce(?, case_id) = case_id ORDER BY started_at, visit_id",
        (case_id,),
    )
    return [dict(zip(keys, row, strict=True)) for row in rows]


def begun_and_ended(store: Store, most: int) -> list[dict[str, Any]]:
    """The last visits that have a record, in the order of their time: when each began and ended, its `revision`, the
    `position` taken on arrival ({lat, lon} or None) and the case's `addresses` as the office gives them now."""
    keys = ("case_id", "started_at", "ended_at", "revision", "position", "addresses")
    rows = store.all(
        "SELECT v.case_id, v.started_at, v.ended_at, v.revision, json_extract(v.record, '$.position'),"
        " json_extract(c.body, '$.addresses') FROM visits v JOIN cases c ON c.case_id = v.case_id"
        " WHERE v.record IS NOT NULL ORDER BY v.started_at DESC, v.visit_id DESC LIMIT ?",
        (most,),
    )
    found = []
    for *plain, position, addresses in reversed(rows):
        parsed = [json.loads(text) if text else None for text in (position, addresses)]
        found.append(dict(zip(keys, [*plain, *parsed], strict=True)))
    return found


def finished(store: Store) -> list[dict[str, Any]]:
    """Every visit that has a record, in the order of its id; one under correction counts with the record it had."""
    return _select(store, "record IS NOT NULL ORDER BY visit_id")


_RESTING = (
    f"hold_until IS NOT NULL AND (visit_id, hold_code, replace(hold_until, '{UNTIL_CLEARED}', ''))"
    f" NOT IN ({CLEARED_VISITS})"
)


def resting(store: Store, case_id: str) -> list[dict[str, Any]]:
    """The visits of a case whose record keeps people away and that nobody has cleared, the oldest first."""
    keys = ("visit_id", "ended_at", "hold_code", "hold_until", "script_sha256")
    rows = store.all(
        f"SELECT {', '.join(keys)} FROM visits WHERE {_RESTING} AND case_id = ? ORDER BY ended_at",  # noqa: S608 - constants
        (case_id,),
    )
    return [dict(zip(keys, row, strict=True)) for row in rows]


def rests(store: Store, case_id: str | None = None) -> dict[str, Rest]:
    """By case number, for how long nobody goes there again: the longest that its records ask for."""
    rows = store.all(
        f"SELECT case_id, hold_code, max(hold_until) FROM visits WHERE {_RESTING}"  # noqa: S608 - constants
        " AND coalesce(?, case_id) = case_id GROUP BY case_id",
        (case_id,),
    )
    return {number: Rest(code, _day(until)) for number, code, until in rows}


def _day(until: str) -> date | None:
    return None if until == UNTIL_CLEARED else date.fromisoformat(until)


def visited_on(store: Store, day: str) -> set[str]:
    """The cases whose visit has its record and began or ended on this local day."""
    rows = store.all(
        "SELECT DISTINCT case_id FROM visits WHERE record IS NOT NULL AND ? IN (substr(started_at, 1, 10),"
        " substr(ended_at, 1, 10))",
        (day,),
    )
    return {case_id for (case_id,) in rows}


def promised_for(store: Store, day: str) -> list[dict[str, Any]]:
    """Promises due on this day of open cases: those that the office knows and those made at the door."""
    rows = store.all(
        "SELECT case_id, name, NULL FROM cases WHERE status = 'open' AND promise_due = :day UNION ALL"
        " SELECT v.case_id, c.name, v.promise_fen FROM visits v JOIN cases c ON c.case_id = v.case_id"
        " WHERE v.promise_due = :day AND c.status = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM visits later WHERE later.case_id = v.case_id AND later.started_at > v.started_at"
        "  AND later.outcome IS NOT NULL)",
        {"day": day},
    )
    found: dict[str, dict[str, Any]] = {}
    for case_id, name, fen in rows:
        entry = found.setdefault(case_id, {"case_id": case_id, "name": name, "amount_fen": None})
        entry["amount_fen"] = fen if fen is not None else entry["amount_fen"]
    return sorted(found.values(), key=lambda entry: str(entry["case_id"]))


def add_media(
    store: Store, visit_id: str, question: str, sha256: str, file: str, original_name: str, size: int, at: str
) -> None:
    """A file that was copied in for a question of a visit."""
    store.run(
        "INSERT OR IGNORE INTO media (visit_id, question, sha256, file, original_name, bytes, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (visit_id, question, sha256, file, original_name, size, at),
    )


def media_names(store: Store, visit_id: str) -> dict[str, str]:
    """The names that the files of a visit had, by the path of the copy."""
    return dict(store.all("SELECT file, original_name FROM media WHERE visit_id = ?", (visit_id,)))


def add_contact(store: Store, contact: Mapping[str, object]) -> None:
    """A call, message or letter that the agent made."""
    store.run(
        "INSERT INTO contacts (contact_id, case_id, by, result, note, agent, at)"
        " VALUES (:contact_id, :case_id, :by, :result, :note, :agent, :at)",
        contact,
    )


def contacts_of(store: Store, case_id: str) -> list[dict[str, Any]]:
    """The contacts that were recorded on this device, the oldest first."""
    rows = store.all(f"SELECT {', '.join(CONTACT)} FROM contacts WHERE case_id = ? ORDER BY at, contact_id", (case_id,))  # noqa: S608
    return [dict(zip(CONTACT, row, strict=True)) for row in rows]


def contacts(store: Store) -> dict[str, list[dict[str, Any]]]:
    """By case number, every contact recorded on this device, the oldest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in store.all(f"SELECT {', '.join(CONTACT)} FROM contacts ORDER BY at, contact_id"):  # noqa: S608 - constants
        contact = dict(zip(CONTACT, row, strict=True))
        found.setdefault(str(contact["case_id"]), []).append(contact)
    return found


def last_touch(store: Store) -> dict[str, str]:
    """Case number to the time of the last visit or contact recorded on this device."""
    return dict(
        store.all(
            "SELECT case_id, max(at) FROM (SELECT case_id, started_at AS at FROM visits"
            " UNION ALL SELECT case_id, at FROM contacts) GROUP BY case_id"
        )
    )


def _visit(row: tuple[Any, ...]) -> dict[str, Any]:
    visit = dict(zip((*VISIT, "record"), row, strict=True))
    visit["record"] = json.loads(visit["record"]) if visit["record"] else None
    return visit
