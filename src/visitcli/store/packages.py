"""What has gone to the office and what has not: packages, the records in them, the office's receipts.

A record is a finished visit at its revision, or a contact (which has only its first). It is acknowledged once the
office has sent a receipt for a package that holds it at that revision.
"""

from __future__ import annotations

from dataclasses import dataclass

from visitcli.store.database import Store

# Sets of (record_id, revision). Set operations on the indexes: a correlated EXISTS took a hundred times as long.
_FINISHED = (
    "SELECT visit_id, revision FROM visits WHERE record IS NOT NULL UNION ALL SELECT contact_id, 1 FROM contacts"
)
_SENT = "SELECT record_id, revision FROM package_records"
_ACKNOWLEDGED = f"{_SENT} WHERE package_id IN (SELECT package_id FROM receipts)"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Waiting:
    """Finished records that are in no package, and those that are in one that the office has not acknowledged."""

    not_exported: int
    not_acknowledged: int


def waiting(store: Store) -> Waiting:
    """How many finished records have not reached the office. Counts only: a year's records are not read."""
    not_exported = _count(store, f"SELECT * FROM ({_FINISHED}) EXCEPT {_SENT}")  # noqa: S608 - constants
    unacknowledged = _count(store, f"SELECT * FROM ({_FINISHED}) EXCEPT {_ACKNOWLEDGED}")  # noqa: S608 - constants
    return Waiting(not_exported, unacknowledged - not_exported)


def _count(store: Store, query: str) -> int:
    row = store.one(f"SELECT count(*) FROM ({query})")  # noqa: S608 - constants
    return int(row[0]) if row else 0
