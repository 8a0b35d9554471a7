"""Erasing cases by law: what names or describes a person goes, the chain over the digests stays whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from visitcli.store.database import Store
from visitcli.store.packages import ACKNOWLEDGED, FINISHED


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows went; `files`: names of attached files that belong to nobody any more; `packages`: those that held
    a record of these cases."""

    visits: int
    contacts: int
    holds: int
    events: int
    files: tuple[str, ...]
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that is over: since which day, and how many of its records have not reached the office."""

    case_id: str
    since: str
    unsent: int


_SINCE = "CASE WHEN c.status = 'open' THEN c.return_date ELSE substr(i.at, 1, 10) END"
_OVER = f"SELECT c.case_id, {_SINCE} FROM cases c JOIN imports i USING (import_id)"  # noqa: S608 - constants
_IS_OVER = "(c.status != 'open' OR c.return_date < ?)"


def over_since(store: Store, case_id: str, day: str) -> str | None:
    """The day since which a case is over (of the import which said so, or its return date); None while it is not."""
    row = store.one(f"{_OVER} WHERE {_IS_OVER} AND c.case_id = ?", (day, case_id))
    return str(row[1]) if row else None


def over(store: Store, day: str) -> list[Candidate]:
    """Cases closed, withdrawn or gone back before a day, without a visit left open, in the order of their numbers."""
    rows = store.all(
        f"{_OVER} WHERE {_IS_OVER} AND NOT EXISTS (SELECT 1 FROM visits v"  # noqa: S608 - constants
        " WHERE v.case_id = c.case_id AND v.status IN ('open', 'paused', 'correcting')) ORDER BY c.case_id",
        (day,),
    )
    return [Candidate(case_id, since, unsent(store, case_id)) for case_id, since in rows]


def unsent(store: Store, case_id: str) -> int:
    """How many finished records of a case the office has not acknowledged."""
    row = store.one(
        f"SELECT count(*) FROM ({FINISHED} EXCEPT {ACKNOWLEDGED}) f WHERE f.visit_id IN ({_RECORDS})",  # noqa: S608
        {"case": case_id},
    )
    return int(row[0]) if row else 0


def is_begun(store: Store, case_id: str) -> bool:
    """Whether a visit of the case, or a correction, is begun and not ended."""
    return bool(
        store.one("SELECT 1 FROM visits WHERE case_id = ? AND status IN ('open', 'paused', 'correcting')", (case_id,))
    )


def erase(store: Store, case_ids: Sequence[str]) -> Erased:
    """Take these cases out, inside the caller's transaction. Events keep number, kind, time and digest."""
    wanted = json.dumps(list(case_ids))
    one = {"cases": wanted}
    files = {name for (name,) in store.all(f"SELECT file FROM media WHERE visit_id IN ({_VISITS})", one)}  # noqa: S608
    packages = store.all(
        "SELECT DISTINCT package_id FROM package_records WHERE record_id IN"  # noqa: S608 - constants
        f" (SELECT visit_id FROM visits WHERE case_id IN ({_CASES}) UNION SELECT contact_id FROM contacts"
        f" WHERE case_id IN ({_CASES}) UNION SELECT hold_id FROM holds WHERE case_id IN ({_CASES}))",
        one,
    )
    events = store.run(
        f"DELETE FROM payloads WHERE seq IN (SELECT seq FROM events WHERE case_id IN ({_CASES}))",  # noqa: S608
        one,
    )
    store.run(f"DELETE FROM media WHERE visit_id IN ({_VISITS})", one)  # noqa: S608
    counts = {
        table: store.run(f"DELETE FROM {table} WHERE case_id IN ({_CASES})", one)  # noqa: S608
        for table in ("holds", "contacts", "visits", "cases")
    }
    for rowid, body in _plans_without(store, set(case_ids)):
        store.run("UPDATE plans SET body = ? WHERE rowid = ?", (json.dumps(body, ensure_ascii=False), rowid))
    for case_id in case_ids:
        store.run("DELETE FROM rejected_rows WHERE instr(raw, ?)", (case_id,))
    kept = {name for (name,) in store.all("SELECT file FROM media")}
    return Erased(
        visits=counts["visits"], contacts=counts["contacts"], holds=counts["holds"], events=events,
        files=tuple(sorted(files - kept)), packages=tuple(sorted(package_id for (package_id,) in packages)),
    )  # fmt: skip


def forget_refused_rows(store: Store, before: str) -> int:
    """Delete the rows that imports refused before a day; how many."""
    return store.run(
        "DELETE FROM rejected_rows WHERE import_id IN (SELECT import_id FROM imports WHERE substr(at, 1, 10) < ?)",
        (before,),
    )


def shrink(store: Store) -> None:
    """Write the database anew without what was deleted, and empty the log, so that no page of it is left."""
    store.checkpoint()
    store.connection.execute("VACUUM")
    store.checkpoint()


def is_acknowledged(store: Store, package_id: str) -> bool:
    """Whether the office has sent its receipt for a package."""
    return bool(store.one("SELECT 1 FROM receipts WHERE package_id = ?", (package_id,)))


_RECORDS = (
    "SELECT visit_id FROM visits WHERE case_id = :case UNION SELECT contact_id FROM contacts WHERE case_id = :case"
    " UNION SELECT hold_id FROM holds WHERE case_id = :case"
)
_CASES = "SELECT value FROM json_each(:cases)"
_VISITS = f"SELECT visit_id FROM visits WHERE case_id IN ({_CASES})"  # noqa: S608 - constants


def _plans_without(store: Store, cases: set[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for rowid, text in store.all("SELECT rowid, body FROM plans"):
        if not any(case_id in text for case_id in cases):
            continue
        body = json.loads(text)
        for day in body["days"]:
            day["stops"] = [stop for stop in day["stops"] if stop["case_id"] not in cases]
        body["left_out"] = [left for left in body["left_out"] if left["case_id"] not in cases]
        yield rowid, body
