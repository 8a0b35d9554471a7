"""The newest hash outside the database: behind it or beside it, never ahead; what is lost is noticed and said."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Result
from tests.stores import key_of, open_store

from visitcli.domain.errors import StoreError
from visitcli.store import database, journal
from visitcli.store.anchor import Anchor, Head
from visitcli.store.database import ANCHOR, FILE_NAME, Store

SECRET = bytes(range(32))
Run = Callable[..., Result]


def record(store: Store, word: str) -> int:
    with store.transaction():
        return journal.append(
            store, case_id="C", visit_id=None, kind="noted", at="2026-11-23T09:00:00.000+08:00", payload={"word": word},
            random_bytes=os.urandom,
        ).seq  # fmt: skip


def heads(store: Store) -> tuple[Head | None, Head]:
    return store.anchor.read(), journal.newest(store)


def finding(run: Run, name: str = "anchor") -> dict[str, Any]:
    return next(check for check in run("doctor", "--json").json["checks"] if check["name"] == name)


def test_it_follows_every_commit_and_no_rollback(home: Path) -> None:
    with open_store(home) as store:
        assert heads(store) == (Head(0, bytes(32)), Head(0, bytes(32)))
        for word in "abc":
            record(store, word)
            known, last = heads(store)
            assert known == last
        with pytest.raises(KeyError), store.transaction():
            journal.append(store, case_id="C", visit_id=None, kind="noted", at="", payload={}, random_bytes=os.urandom)
            raise KeyError
        assert heads(store) == (last, last)
        assert record(store, "d") == 4


@given(st.lists(st.integers(1, 1 << 40), min_size=1, max_size=6), st.integers(0, 151), st.integers(0, 7))
def test_a_torn_slot_leaves_the_one_before(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], at: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("anchor")
    kept = Anchor(folder, SECRET)
    kept.replace(Head(0, bytes(32)))
    written = [Head(0, bytes(32))]
    for number in sorted(set(numbers)):
        written.append(Head(number, number.to_bytes(32, "big")))
        kept.follow(written[-1])
    kept.close()
    assert kept.read() == written[-1]
    raw = bytearray((folder / ANCHOR).read_bytes())
    raw[at] ^= 1 << bit
    (folder / ANCHOR).write_bytes(raw)
    assert kept.read() in (None, *written[-2:])
    assert (kept.read() is None) == (at < 8)
    assert Anchor(folder, bytes(32)).read() is None


def test_an_older_copy_of_the_file_is_noticed_and_no_number_is_given_twice(home: Path, run: Run) -> None:
    with open_store(home) as store:
        record(store, "a")
    shutil.copy(home / FILE_NAME, home.parent / "older.db")
    with open_store(home) as store:
        assert [record(store, word) for word in "bc"] == [2, 3]
    assert finding(run)["ok"]
    shutil.copy(home.parent / "older.db", home / FILE_NAME)
    behind = finding(run)
    assert not behind["ok"]
    assert behind["message"].startswith("2 saved events are missing")
    with open_store(home) as store:  # recording goes on, and what was lost stays written down
        assert record(store, "d") == 4
        assert record(store, "e") == 5
        assert [(gap.found, gap.expected) for gap in journal.gaps(store)] == [(1, 3)]
        assert not list(journal.broken_links(store))
    gap = finding(run)
    assert not gap["ok"]
    assert "after number 1, though 3" in gap["message"]


def test_a_damaged_log_loses_nothing_unnoticed(home: Path, run: Run) -> None:
    with open_store(home) as store:
        record(store, "a")
        store.checkpoint()
        for word in "bcd":
            record(store, word)
        for name in (FILE_NAME, f"{FILE_NAME}-wal", ANCHOR):
            shutil.copy(home / name, home.parent / name)  # as a kill at this moment leaves them
    for name in (FILE_NAME, f"{FILE_NAME}-wal", ANCHOR):
        shutil.copy(home.parent / name, home / name)
    raw = bytearray((home / f"{FILE_NAME}-wal").read_bytes())
    raw[len(raw) // 2] ^= 1
    (home / f"{FILE_NAME}-wal").write_bytes(raw)
    left = {name: (home / name).read_bytes() for name in (FILE_NAME, f"{FILE_NAME}-wal")}
    said = run("today")
    assert "saved events are missing" in said.err  # whatever the command
    (kept,) = home.glob("damaged-*")
    assert {name: (kept / name).read_bytes() for name in left} == left
    found = finding(run)
    assert not found["ok"]
    assert "saved events are missing" in found["message"]


def test_an_anchor_that_is_gone_or_of_another_store_is_said(home: Path, run: Run) -> None:
    with open_store(home) as store:
        record(store, "a")
    Anchor(home, SECRET).replace(Head(9, bytes(32)))
    assert "is damaged" in finding(run)["message"]
    (home / ANCHOR).unlink()
    assert "is missing" in finding(run)["message"]


def test_another_journal_of_the_same_length_is_not_the_one_that_was_saved(home: Path, run: Run) -> None:
    with open_store(home) as store:
        shutil.copy(home / FILE_NAME, home.parent / "empty.db")
        record(store, "a")
    kept = (home / ANCHOR).read_bytes()
    shutil.copy(home.parent / "empty.db", home / FILE_NAME)
    (home / ANCHOR).unlink()
    with open_store(home) as store:
        record(store, "b")
    (home / ANCHOR).write_bytes(kept)
    assert "not the one that was saved" in finding(run)["message"]


def test_a_store_that_is_gone_is_never_begun_anew(home: Path, run: Run) -> None:
    key = key_of(home)
    database.open_store(home, key).close()
    (home / FILE_NAME).unlink()
    with pytest.raises(StoreError) as refused:
        database.open_store(home, key)
    assert refused.value.code == "store.vanished"
    gone = run("today", "--json")
    assert (gone.status, gone.error["code"]) == (6, "store.vanished")
    assert not run("doctor", "--json").json["ok"]
    (home / ANCHOR).unlink()
    assert run("today", "--json").status == 0


def test_an_anchor_that_cannot_be_written_refuses_no_answer(home: Path) -> None:
    with open_store(home) as store:
        (home / ANCHOR).unlink()
        (home / ANCHOR).mkdir()
        assert record(store, "a") == 1


def test_the_log_is_empty_when_a_visit_has_ended(three_cases: Run, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "nobody.json"
    file.write_text(json.dumps({"who_opened": "nobody", "card_left": "no", "next_step": "phone"}))
    with open_store(home):  # so that the last connection's own checkpoint does not do it
        assert three_cases("visit", "SH-0001", "--answers", file).status == 0
        assert (home / f"{FILE_NAME}-wal").stat().st_size == 0
