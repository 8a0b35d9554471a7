"""The journal: in order, chained, and whole even where a payload was erased by law."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stores import open_store

from visitcli.store import journal
from visitcli.store.database import Store


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    store = open_store(home)
    for number in range(5):
        with store.transaction():
            journal.append(
                store,
                case_id="SH-1",
                visit_id="v1" if number else None,
                kind="answered",
                at=f"2026-11-23T09:0{number}:00+08:00",
                payload={"name": "remark", "value": f"第{number}句"},
                random_bytes=os.urandom,
            )
    yield store
    store.close()


def test_events_come_back_in_order(store: Store) -> None:
    events = journal.of_visit(store, "v1")
    assert [event.payload["value"] for event in events] == ["第1句", "第2句", "第3句", "第4句"]
    assert [event.seq for event in journal.of_visit(store, "v1", after=3)] == [4, 5]


def test_a_whole_journal_has_no_broken_link(store: Store) -> None:
    assert list(journal.broken_links(store)) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE payloads SET body = replace(body, '第2句', '第9句') WHERE seq = 3",
        "UPDATE events SET at = '2026-11-23T09:02:01+08:00' WHERE seq = 3",
        "UPDATE events SET kind = 'passed' WHERE seq = 3",
        "UPDATE events SET case_id = 'SH-2' WHERE seq = 3",
        "UPDATE payloads SET salt = x'00' WHERE seq = 3",
    ],
)
def test_a_changed_event_is_found(store: Store, tampering: str) -> None:
    store.run(tampering)
    assert 3 in journal.broken_links(store)


def test_a_removed_event_is_found(store: Store) -> None:
    store.run("DELETE FROM payloads WHERE seq = 3")
    store.run("DELETE FROM events WHERE seq = 3")
    assert list(journal.broken_links(store)) == [4]


def test_an_erased_payload_leaves_the_chain_whole(store: Store) -> None:
    store.run("DELETE FROM payloads WHERE seq = 3")
    assert list(journal.broken_links(store)) == []
