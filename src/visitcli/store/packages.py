"""What has gone to the office and what has not: packages, the records in them, the office's receipts.

A record is a finished visit at its revision, a contact (which has only its first), or a hold set or lifted here. It is
acknowledged once the office has sent a receipt for a package that holds it at that revision.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visitcli.store import holds, visits
from visitcli.store.database import Store

# Sets of (record_id, revision). Set operations on the indexes: a correlated EXISTS took a hundred times as long.
FINISHED = (
    "SELECT visit_id, revision FROM visits WHERE record IS NOT NULL UNION ALL SELECT contact_id, 1 FROM contacts"
    " UNION ALL SELECT hold_id, 1 + (cleared_at IS NOT NULL) FROM holds"
)
_SENT = "SELECT record_id, revision FROM package_records"
ACKNOWLEDGED = f"{_SENT} WHERE package_id IN (SELECT package_id FROM receipts)"  # noqa: S608 - constants
_VISITS_TO_EXPORT = f"SELECT visit_id FROM ({FINISHED} EXCEPT {ACKNOWLEDGED}) JOIN visits USING (visit_id)"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Waiting:
    """Finished records that are in no package, and those that are in one that the office has not acknowledged."""

    not_exported: int
    not_acknowledged: int


def waiting(store: Store) -> Waiting:
    """How many finished records have not reached the office. Counts only: a year's records are not read."""
    not_exported = _count(store, f"SELECT * FROM ({FINISHED}) EXCEPT {_SENT}")  # noqa: S608 - constants
    unacknowledged = _count(store, f"SELECT * FROM ({FINISHED}) EXCEPT {ACKNOWLEDGED}")  # noqa: S608 - constants
    return Waiting(not_exported, unacknowledged - not_exported)


def _count(store: Store, query: str) -> int:
    row = store.one(f"SELECT count(*) FROM ({query})")  # noqa: S608 - constants
    return int(row[0]) if row else 0


@contextlib.contextmanager
def snapshot(store: Store) -> Iterator[None]:
    """Everything read in the block is of one moment; nobody is kept from writing."""
    store.connection.execute("BEGIN")
    try:
        yield
    finally:
        store.connection.execute("ROLLBACK")


def visits_to_export(store: Store) -> Iterator[dict[str, Any]]:
    """Finished visits (with their records) that no receipt speaks of at their revision, in the order of their ids."""
    for (visit_id,) in store.all(f"{_VISITS_TO_EXPORT} ORDER BY visit_id"):
        visit = visits.one(store, visit_id)
        if visit is not None:
            yield visit


def media_bytes_to_export(store: Store) -> int:
    """The size of all files attached to those visits; files that were replaced count too."""
    row = store.one(f"SELECT coalesce(sum(bytes), 0) FROM media WHERE visit_id IN ({_VISITS_TO_EXPORT})")  # noqa: S608 - constants
    return int(row[0]) if row else 0


def contacts_to_export(store: Store) -> list[dict[str, Any]]:
    """Contacts that no receipt speaks of, in the order of their ids."""
    rows = store.all(
        f"SELECT {', '.join(visits.CONTACT)} FROM contacts WHERE contact_id NOT IN"  # noqa: S608 - constants
        f" (SELECT record_id FROM ({ACKNOWLEDGED})) ORDER BY contact_id"
    )
    return [dict(zip(visits.CONTACT, row, strict=True)) for row in rows]


def holds_to_export(store: Store) -> list[dict[str, Any]]:
    """Holds that no receipt speaks of as they stand now, in the order of their ids."""
    wanted = {
        hold_id
        for (hold_id,) in store.all(
            "SELECT hold_id FROM (SELECT hold_id, 1 + (cleared_at IS NOT NULL) FROM holds"  # noqa: S608 - constants
            f" EXCEPT {ACKNOWLEDGED})"
        )
    }
    return [hold for hold in holds.every(store) if hold["hold_id"] in wanted]


def media_of(store: Store, visit_id: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The files attached to a visit by question and SHA-256: {original_name, bytes, at}."""
    rows = store.all("SELECT question, sha256, original_name, bytes, at FROM media WHERE visit_id = ?", (visit_id,))
    return {
        (question, sha256): {"original_name": name, "bytes": size, "at": at}
        for question, sha256, name, size, at in rows
    }


def save(store: Store, package: Mapping[str, Any], records: Sequence[tuple[str, int]]) -> None:
    """Remember a package ({package_id, at, sha256, bytes}) and what is in it; one already known stays as it is."""
    with store.transaction():
        store.run(
            "INSERT INTO packages (package_id, at, sha256, bytes, records)"
            " VALUES (:package_id, :at, :sha256, :bytes, :records) ON CONFLICT DO NOTHING",
            {**package, "records": len(records)},
        )
        for record_id, revision in records:
            store.run(
                "INSERT INTO package_records (package_id, record_id, revision) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (package["package_id"], record_id, revision),
            )


def one(store: Store, package_id: str) -> dict[str, Any] | None:
    """A package as it was saved, with `acknowledged`; None where this device never wrote it."""
    row = store.one(
        "SELECT p.package_id, p.at, p.sha256, p.bytes, p.records, r.package_id IS NOT NULL"
        " FROM packages p LEFT JOIN receipts r ON r.package_id = p.package_id WHERE p.package_id = ?",
        (package_id,),
    )
    keys = ("package_id", "at", "sha256", "bytes", "records", "acknowledged")
    return dict(zip(keys, row, strict=True)) if row else None


def acknowledge(store: Store, receipt: Mapping[str, str]) -> None:
    """Remember a receipt ({package_id, sha256, received_at, taken_at}); the first for a package stays."""
    store.run(
        "INSERT INTO receipts (package_id, sha256, received_at, taken_at)"
        " VALUES (:package_id, :sha256, :received_at, :taken_at) ON CONFLICT DO NOTHING",
        receipt,
    )
