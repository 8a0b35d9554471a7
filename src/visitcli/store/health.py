"""What `doctor` asks the database."""

from __future__ import annotations

from visitcli.store.database import Store


def faults(store: Store) -> list[str]:
    """What SQLite's own check finds; nothing where the file is sound."""
    found = [str(row[0]) for row in store.all("PRAGMA integrity_check(5)")]
    return [] if found == ["ok"] else found


def broken_references(store: Store) -> int:
    """How many rows refer to something that is not there."""
    return len(store.all("PRAGMA foreign_key_check"))


def event_count(store: Store) -> int:
    """How many events the journal holds."""
    row = store.one("SELECT count(*) FROM events")
    return int(row[0]) if row else 0


def last_event_at(store: Store) -> str | None:
    """When the newest event was recorded, ISO 8601."""
    row = store.one("SELECT at FROM events ORDER BY seq DESC LIMIT 1")
    return str(row[0]) if row else None


def attached_files(store: Store) -> list[tuple[str, int]]:
    """Name and size in bytes of every attached file."""
    return [(file, size) for file, size in store.all("SELECT DISTINCT file, bytes FROM media ORDER BY file")]
