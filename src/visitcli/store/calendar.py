"""What calendar files said last of each visit (domain/calendar.py says why)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import astuple

from visitcli.domain.calendar import Entry
from visitcli.store.database import Store

_COLUMNS = "uid, date, begins, ends, digest, changed, sequence"


def written(store: Store, dates: Collection[str]) -> dict[str, Entry]:
    """The entries of these days by their UID."""
    rows = [
        row
        for date in dates
        for row in store.all(f"SELECT {_COLUMNS} FROM calendar WHERE date = ?", (date,))  # noqa: S608 - our constant
    ]
    return {
        uid: Entry(uid=uid, date=date, begins=begins, ends=ends, digest=digest, changed=changed, sequence=sequence)
        for uid, date, begins, ends, digest, changed, sequence in rows
    }


def save(store: Store, entries: Iterable[Entry]) -> None:
    """Keep what has now been written."""
    with store.transaction():
        for entry in entries:
            store.run("INSERT OR REPLACE INTO calendar VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(entry))
