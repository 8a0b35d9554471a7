"""The store: made private, brought up to date with a backup first, never opened where it is not ours."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from visitcli.domain.errors import StoreError
from visitcli.store import copies, database, device, migrations
from visitcli.store.database import ANCHOR, FILE_NAME, RESERVE, SCHEMA_VERSION, Store

KEY = bytes(range(48))


def open_store(home: Path) -> Store:
    return database.open_store(home, KEY)


def connected(path: Path) -> sqlite.Connection:
    connection = sqlite.connect(str(path))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    return connection


def test_a_new_store_is_private(home: Path) -> None:
    store = open_store(home)
    device.write(store, {"agent": "A007"})
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()} == dict.fromkeys(
        (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", ANCHOR, RESERVE), 0o600
    )
    store.close()


def test_what_is_acknowledged_is_on_the_disk(home: Path) -> None:
    store = open_store(home)
    settings = {name: store.one(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert settings == {"journal_mode": ("wal",), "synchronous": (2,), "foreign_keys": (1,)}
    store.close()


def test_an_answer_waits_for_a_long_import_instead_of_failing(home: Path) -> None:
    """100,000 rows hold the store for about ten seconds on a laptop."""
    store = open_store(home)
    row = store.one("PRAGMA busy_timeout")
    store.close()
    assert row is not None
    assert row[0] >= 30_000


def test_every_table_is_strict(home: Path) -> None:
    store = open_store(home)
    loose = store.all("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0")
    assert [name for (name,) in loose if not name.startswith(("sqlite_", "_sqlite_migrations"))] == []
    store.close()


def test_the_engine_lies_outside_the_corruption_range(home: Path) -> None:
    assert sqlite.sqlite_version_info > (3, 51, 2)


def test_a_store_of_a_newer_version_is_refused_and_untouched(home: Path) -> None:
    store = open_store(home)
    store.run(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    store.close()
    before = (home / FILE_NAME).read_bytes()
    with pytest.raises(StoreError) as refused:
        open_store(home)
    assert refused.value.code == "store.newer"
    assert (home / FILE_NAME).read_bytes() == before


def test_another_programs_database_is_refused(home: Path) -> None:
    home.mkdir()
    other = connected(home / FILE_NAME)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(StoreError) as refused:
        open_store(home)
    assert refused.value.code == "store.foreign"


@pytest.mark.parametrize("content", [b"not a database at all" * 400, os.urandom(8192)])
def test_a_damaged_store_is_named_as_that_and_kept(home: Path, content: bytes) -> None:
    home.mkdir()
    (home / FILE_NAME).write_bytes(content)
    with pytest.raises(StoreError) as refused:
        open_store(home)
    assert refused.value.code == "store.damaged"
    assert (home / FILE_NAME).read_bytes() == content


def test_a_migration_backs_up_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(home)
    device.write(store, {"agent": "A007"})
    store.close()
    for module in (database, migrations):
        monkeypatch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    open_store(home).close()
    (copy,) = home.glob("*.backup.db")
    assert copy.stat().st_mode & 0o777 == 0o600
    kept = connected(copy)
    assert kept.execute("SELECT value FROM device").fetchall() == [("A007",)]
    assert kept.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    kept.close()


def test_a_migration_that_fails_changes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_FIRST", (*migrations._FIRST, "CREATE TABLE broken (x NOTATYPE) STRICT"))
    with pytest.raises(sqlite.Error):
        open_store(home)
    monkeypatch.undo()
    store = open_store(home)
    assert store.one("PRAGMA user_version") == (SCHEMA_VERSION,)
    store.close()


def test_many_at_once_make_one_store(home: Path) -> None:
    failures: list[BaseException] = []

    def one() -> None:
        try:
            open_store(home).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_transaction_is_all_or_nothing(home: Path) -> None:
    store = open_store(home)
    with pytest.raises(RuntimeError), store.transaction():
        device.write(store, {"agent": "lost"})
        raise RuntimeError
    assert device.read(store) == {}
    store.close()


def test_looking_makes_nothing(home: Path) -> None:
    assert database.open_existing(home, KEY) is None
    assert not home.exists()


@pytest.mark.skipif(os.name != "posix", reason="asks the system how a file was opened")
def test_a_backup_is_synced_through_a_descriptor_that_may_write(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    ways = []  # Windows refuses to sync what was opened for reading only
    monkeypatch.setattr(os, "fsync", lambda fd: ways.append(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE))
    store = open_store(home)
    ways.clear()
    copies.copy(store, home / "copy.db")
    store.close()
    assert ways == [os.O_RDWR]


def test_nothing_of_the_store_lies_in_the_clear(home: Path) -> None:
    store = open_store(home)
    device.write(store, {"name": "林晓雯在清风里"})
    store.run("PRAGMA wal_checkpoint(PASSIVE)")
    files = {path.name: path.read_bytes() for path in home.iterdir() if not path.name.endswith("-shm")}
    store.close()
    assert set(files) >= {FILE_NAME, f"{FILE_NAME}-wal"}
    for text in ("林晓雯".encode(), b"SQLite format 3", b"CREATE TABLE"):
        assert [name for name, content in files.items() if text in content] == []


def test_another_key_opens_nothing_and_changes_nothing(home: Path) -> None:
    open_store(home).close()
    before = (home / FILE_NAME).read_bytes()
    with pytest.raises(StoreError) as refused:
        database.open_store(home, bytes(48))
    assert refused.value.code == "store.damaged"
    assert (home / FILE_NAME).read_bytes() == before
