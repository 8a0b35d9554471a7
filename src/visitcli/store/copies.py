"""Whole copies of the database, encrypted as it is, and what such a file holds."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from visitcli.domain.errors import StoreError
from visitcli.store import health, journal
from visitcli.store.anchor import Anchor, Head
from visitcli.store.database import FILE_NAME, Store, open_existing, open_file, secret_of, translated

COUNTED = ("cases", "visits", "contacts", "holds", "events")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database file holds: its schema, the journal's head, rows by table; `faults` as SQLite's check says."""

    schema: int
    head: Head
    rows: dict[str, int]
    faults: list[str]


def copy(store: Store, target: Path) -> None:
    """Write a compact copy of the whole store, under the same key, durable and readable by its owner only.

    Raises FileExistsError where the target is there already, StoreError as everywhere.
    """
    # VACUUM INTO follows links and makes world-readable files: it is given an empty file of ours instead.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with translated(target):
        store.connection.execute("VACUUM INTO ?", (str(target),))
        descriptor = os.open(target, os.O_RDWR)  # Windows syncs only what may be written
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def contents(path: Path, key: bytes) -> Contents:
    """Open a database file and read it through. Raises StoreError as `open_store` does."""
    with translated(path), open_file(path, key) as store:
        row = store.one("PRAGMA user_version")
        faults = health.faults(store)
        faults += [f"event {number}" for number in journal.broken_links(store)]
        return Contents(int(row[0]) if row else 0, journal.newest(store), rows(store), faults)


def saved_head(folder: Path, key: bytes) -> Head | None:
    """The newest event that is known to have been saved in the store of a folder, by its anchor or by itself, however
    damaged one of them is; None where nobody knows of any."""
    heads = [Anchor(folder, secret_of(key, "anchor")).read(), _newest(folder, key)]
    return max((head for head in heads if head), default=None)


def last_event(folder: Path, key: bytes) -> int | None:
    """The number of the newest event that the store of a folder holds; None where it cannot be read."""
    head = _newest(folder, key)
    return head.seq if head else None


def _newest(folder: Path, key: bytes) -> Head | None:
    with contextlib.suppress(StoreError), translated(folder / FILE_NAME):
        store = open_existing(folder, key)
        if store is not None:
            with store:
                return journal.newest(store)
    return None


def empty_log(folder: Path, key: bytes) -> None:
    """Bring what the write-ahead log holds into the database, as far as it can be."""
    with contextlib.suppress(StoreError), translated(folder / FILE_NAME):
        store = open_existing(folder, key)
        if store is not None:
            with store:
                store.checkpoint()


def rows(store: Store) -> dict[str, int]:
    """How many rows the tables hold that people would ask about."""
    found = {}
    for table in COUNTED:
        row = store.one(f"SELECT count(*) FROM {table}")  # noqa: S608 - constants
        found[table] = int(row[0]) if row else 0
    return found
