"""What calendar files said last is kept, and an older store learns to keep it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.stores import open_store

from visitcli.domain.calendar import Entry
from visitcli.store import calendar, device

ENTRY = Entry(
    uid="0123@visitcli",
    date="2026-11-23",
    begins="2026-11-23T09:00:00+08:00",
    ends="2026-11-23T09:30:00+08:00",
    digest="abc",
    changed="2026-11-22T10:00:00+00:00",
    sequence=3,
)


def test_what_was_written_comes_back_by_its_day(home: Path) -> None:
    store = open_store(home)
    other = replace(ENTRY, uid="4567@visitcli", date="2026-11-24", digest="")
    calendar.save(store, [ENTRY, other])
    moved = replace(ENTRY, digest="def", sequence=4)
    calendar.save(store, [moved])
    assert calendar.written(store, ["2026-11-23"]) == {ENTRY.uid: moved}
    assert calendar.written(store, ["2026-11-23", "2026-11-24"]) == {ENTRY.uid: moved, other.uid: other}
    assert calendar.written(store, ["2026-11-25"]) == {}
    store.close()


def test_a_store_of_the_first_schema_gets_the_table_and_keeps_the_rest(home: Path) -> None:
    store = open_store(home)
    device.write(store, {"agent": "A007"})
    store.run("DROP TABLE calendar")
    store.run("DELETE FROM _sqlite_migrations WHERE name = 'calendar'")
    store.run("PRAGMA user_version = 1")
    store.close()
    store = open_store(home)
    calendar.save(store, [ENTRY])
    assert calendar.written(store, [ENTRY.date]) == {ENTRY.uid: ENTRY}
    assert device.read(store)["agent"] == "A007"
    store.close()
