"""`visitcli store`: backed up and read back, restored only over what may go, salvaged, erased for good."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlite
from tests.cli.test_visit import PROMISE
from tests.conftest import FEW_CASES, Clock, Result
from tests.stores import key_of, open_store

from visitcli.app.runtime import vault_of
from visitcli.store import database
from visitcli.store.database import ANCHOR, FILE_NAME, RESERVE

Run = Callable[..., Result]
NOBODY = {"who_opened": "nobody", "card_left": "no", "next_step": "phone"}
SECRETS = ("林晓雯", "13800000001", "安亭镇", "今天心里很难受")


@pytest.fixture
def day(three_cases: Run, tmp_path: Path) -> Run:
    """A store with a plan, two visits (one with a photo) and a call."""
    photo = tmp_path / "car.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0 made up \xff\xd9")
    assert three_cases("plan").status == 0
    seen = {**PROMISE, "vehicle_seen": "yes", "vehicle_photo": str(photo), "customer_words": "今天心里很难受"}
    done = three_cases("visit", "SH-0001", "--answers", write(tmp_path / "seen.json", seen))
    assert done.status == 0, done.err
    write(tmp_path / "nobody.json", NOBODY)
    assert three_cases("visit", "SH-0002", "--answers", tmp_path / "nobody.json").status == 0
    assert three_cases("contact", "SH-0001", "--by", "phone", "--result", "no_answer").status == 0
    return three_cases


def write(file: Path, values: dict[str, Any]) -> Path:
    file.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    return file


def backed_up(run: Run, *more: object) -> dict[str, Any]:
    done = run("store", "backup", "--json", *map(str, more))
    assert done.status == 0, done.err
    return dict(done.json)


def checks(run: Run) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in run("doctor", "--json").json["checks"]}


def test_a_backup_is_restored_on_another_device(day: Run, tmp_path: Path, home: Path) -> None:
    made = backed_up(day, "--to", tmp_path / "stick")
    assert made["media"] == 1
    assert made["rows"]["visits"] == 2
    assert backed_up(day, "--to", tmp_path / "stick")["media"] == 0
    before = day("show", "SH-0001", "--json").json
    other = tmp_path / "other"
    done = day("store", "restore", made["backup"], "--home", other, "--json")
    assert done.status == 0, done.err
    assert (done.json["media"], done.json["given_up_events"], done.json["replaced"]) == (1, 0, None)
    assert day("show", "SH-0001", "--home", other, "--json").json == before
    assert day("doctor", "--home", other, "--json").json["ok"]


def test_nothing_in_a_backup_is_in_the_clear(day: Run, tmp_path: Path) -> None:
    assert day("config", "agent.company", "清风催收").status == 0
    backed_up(day, "--to", tmp_path / "stick")
    for file in (tmp_path / "stick").rglob("*"):
        assert file.stat().st_mode & 0o077 == 0
        if file.is_file():
            content = file.read_bytes()
            assert [word for word in (*SECRETS, "清风", "SH-0001", "CREATE TABLE") if word.encode() in content] == []


def test_only_the_newest_are_kept_and_never_those_of_another_store(
    day: Run, clock: Clock, home: Path, tmp_path: Path
) -> None:
    (home / "backups").mkdir()
    other = home / "backups" / "visitcli-ffffffff-20200101-000000.backup"
    other.touch()
    names = []
    for _ in range(4):
        names.append(Path(backed_up(day, "--keep", 2)["backup"]).name)
        clock.forward(seconds=2)
    assert sorted(path.name for path in (home / "backups").iterdir()) == sorted([*names[-2:], other.name])


def test_newer_work_is_never_given_up_untold(day: Run, home: Path, clock: Clock) -> None:
    made = backed_up(day)
    assert day("store", "restore", made["backup"]).status == 0
    clock.forward(days=1)
    write(home.parent / "again.json", NOBODY)
    assert day("visit", "SH-0003", "--answers", home.parent / "again.json").status == 0
    refused = day("store", "restore", made["backup"], "--json")
    assert (refused.status, refused.error["code"]) == (7, "restore.newer")
    assert "newer than this backup" in refused.error["message"]
    told = day("store", "restore", made["backup"], "--over-newer", "--json").json
    assert told["given_up_events"] > 0
    assert (Path(told["replaced"]) / FILE_NAME).exists()
    assert day("show", "SH-0003", "--json").json["visits"] == []
    gap = checks(day)["anchor"]
    assert not gap["ok"]
    assert "had been lost" in gap["message"]


def test_another_store_is_set_aside_only_when_told(day: Run, tmp_path: Path) -> None:
    made = backed_up(day)
    other = tmp_path / "other"
    assert day("init", "--agent", "B", "--home", other).status == 0
    refused = day("store", "restore", made["backup"], "--home", other, "--json")
    assert refused.error["code"] == "restore.other_store"
    done = day("store", "restore", made["backup"], "--home", other, "--over-newer", "--json")
    assert done.status == 0, done.err
    assert (Path(done.json["replaced"]) / "store.key").exists()
    assert day("cases", "--home", other, "--json").json


def test_a_damaged_or_foreign_file_changes_nothing(day: Run, tmp_path: Path, home: Path) -> None:
    file = Path(backed_up(day)["backup"])
    assert day("store", "restore", tmp_path / "gone", "--json").error["code"] == "restore.unreadable"
    (tmp_path / "x.backup").write_bytes(b"PK" + bytes(100))
    assert day("store", "restore", tmp_path / "x.backup", "--json").error["code"] == "restore.not_a_backup"
    raw = bytearray(file.read_bytes())
    before = (home / FILE_NAME).read_bytes()
    for at in range(100, len(raw), len(raw) // 40):
        bad = bytearray(raw)
        bad[at] ^= 0x10
        (tmp_path / "bad.backup").write_bytes(bad)
        done = day("store", "restore", tmp_path / "bad.backup", "--json")
        assert done.status in (5, 6), at
        assert (home / FILE_NAME).read_bytes() == before
    for cut in (len(raw) - 1, len(raw) // 2):
        (tmp_path / "bad.backup").write_bytes(raw[:cut])
        assert day("store", "restore", tmp_path / "bad.backup").status == 5


def test_a_store_that_is_gone_is_restored(day: Run, home: Path) -> None:
    before = day("show", "SH-0001", "--json").json
    made = backed_up(day)
    for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
        (home / name).unlink(missing_ok=True)
    assert day("today", "--json").error["code"] == "store.vanished"
    assert day("store", "restore", made["backup"]).status == 0
    assert day("show", "SH-0001", "--json").json == before
    assert checks(day)["anchor"]["ok"]


def test_salvage_reads_around_damaged_pages(day: Run, home: Path) -> None:
    with open_store(home) as store:
        store.checkpoint()
    (home / f"{FILE_NAME}-wal").unlink(missing_ok=True)
    whole = (home / FILE_NAME).read_bytes()
    events = {row[0] for row in rows(home, "SELECT seq FROM events")}
    lossless = lossy = unreadable = 0
    for page in range(1, len(whole) // 4096):
        bad = bytearray(whole)
        bad[page * 4096 + 2000] ^= 4
        fresh(home, bytes(bad))
        told = day("store", "salvage", "--json")
        if told.status:  # a page of the schema
            assert told.error["code"] == "salvage.unreadable"
            unreadable += 1
            continue
        found = told.json
        kept = {row[0] for row in rows(home, "SELECT seq FROM events JOIN payloads USING (seq)")}
        assert found["lost_events"] == len(events - kept)
        assert found["whole"] or found["unreadable"] or found["bare_references"] or found["lost_events"]
        lossless, lossy = lossless + (kept == events), lossy + (kept != events)
        assert (Path(found["replaced"]) / FILE_NAME).read_bytes() == bytes(bad)
    assert lossless
    assert lossy
    assert unreadable < 5


def test_salvage_brings_a_log_back_whose_sum_is_wrong(day: Run, home: Path, tmp_path: Path) -> None:
    with open_store(home) as store:
        store.checkpoint()
        write(tmp_path / "again.json", NOBODY)
        assert day("visit", "SH-0003", "--answers", tmp_path / "again.json").status == 0
        assert day("contact", "SH-0003", "--by", "phone", "--result", "no_answer").status == 0
        last = store.one("SELECT max(seq) FROM events")
        with store.transaction():
            store.run("UPDATE device SET value = value")
        kept = {name: (home / name).read_bytes() for name in (FILE_NAME, f"{FILE_NAME}-wal", ANCHOR)}
    (home / f"{FILE_NAME}-shm").unlink(missing_ok=True)
    for name, content in kept.items():
        (home / name).write_bytes(content)
    raw = bytearray(kept[f"{FILE_NAME}-wal"])
    assert len(raw) > 4096
    raw[32 + 16] ^= 1  # the sum in the first frame's header: SQLite drops the log from there on
    (home / f"{FILE_NAME}-wal").write_bytes(raw)
    told = day("store", "salvage", "--json").json
    assert (told["whole"], told["lost_events"]) == (True, 0)
    with open_store(home) as store:
        assert store.one("SELECT max(seq) FROM events") == last
        assert store.one("SELECT count(*) FROM contacts") == (2,)


def test_a_visit_whose_row_is_lost_is_made_again_from_its_journal(day: Run, home: Path) -> None:
    shown = day("show", "SH-0002", "--json").json["visits"]
    with open_store(home) as store:
        store.run("PRAGMA foreign_keys = OFF")
        store.run("DELETE FROM visits WHERE case_id = 'SH-0002'")
    told = day("store", "salvage", "--json").json
    assert len(told["rebuilt_visits"]) == 1
    assert day("show", "SH-0002", "--json").json["visits"] == shown
    assert checks(day)["records"]["ok"]


def test_a_store_without_its_first_page_asks_for_a_backup(day: Run, home: Path) -> None:
    with open_store(home) as store:
        store.checkpoint()
    raw = bytearray((home / FILE_NAME).read_bytes())
    raw[500] ^= 1
    (home / FILE_NAME).write_bytes(raw)
    refused = day("store", "salvage", "--json")
    assert (refused.status, refused.error["code"]) == (6, "salvage.unreadable")
    assert (home / FILE_NAME).read_bytes() == bytes(raw)
    assert not list(home.glob("salvage-*"))


def rows(home: Path, sql: str) -> list[Any]:
    with open_store(home) as store:
        return store.all(sql)


def fresh(home: Path, content: bytes) -> None:
    for name in (f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
        (home / name).unlink(missing_ok=True)
    (home / FILE_NAME).write_bytes(content)
    for folder in home.glob("replaced-*"):
        shutil.rmtree(folder)


# ---------------------------------------------------------------------------------------------------------- erasing


def acknowledged(run: Run, tmp_path: Path) -> None:
    done = run("export", "--to", tmp_path / "out", "--json")
    assert done.status == 0, done.err
    package = Path(done.json["package"])
    assert run("package", "receipt", package).status == 0
    assert run("ack", package.with_name(f"{package.stem}.receipt.json")).status == 0


def closed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "closed.csv"
    head, *lines = FEW_CASES.splitlines()
    gone = [f"{head},状态", *(f"{line},{'结清' if 'SH-0001' in line else ''}" for line in lines)]
    file.write_text("\n".join(gone), encoding="utf-8")
    assert run("import", file).status == 0


def decrypted(home: Path, tmp_path: Path) -> bytes:
    """The whole database as a plain file: what somebody with the key could still find in it."""
    plain = tmp_path / f"plain-{datetime.now().timestamp()}.db"
    connection = sqlite.connect(str(home / FILE_NAME), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key_of(home).hex()}'\"")
    connection.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.close()
    return plain.read_bytes()


def pages(home: Path) -> bytes:
    """Every page of the database decrypted where it lies, free ones too."""
    copy = home.parent / "pages.db"
    shutil.copy(home / FILE_NAME, copy)
    connection = sqlite.connect(str(copy), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key_of(home).hex()}'\"")
    found = connection.execute("SELECT count(*) FROM pragma_freelist_count WHERE freelist_count > 0").fetchall()
    connection.close()
    return bytes(found[0][0])


def test_what_is_over_and_with_the_office_is_purged(day: Run, tmp_path: Path, clock: Clock, home: Path) -> None:
    acknowledged(day, tmp_path)
    closed(day, tmp_path)
    backed_up(day)
    assert day("store", "purge", "--dry-run", "--json").json["cases"] == []
    clock.forward(days=300)
    due = day("store", "purge", "--dry-run", "--json").json
    assert due["cases"] == ["SH-0001", "SH-0002", "SH-0003"]  # two went back
    assert day("store", "purge", "--json").error["code"] == "store.say_yes"
    before = rows(home, "SELECT seq, chain FROM events ORDER BY seq")
    done = day("store", "purge", "--yes", "--receipt", tmp_path / "receipt.json", "--json")
    assert done.status == 0, done.err
    assert done.json["attachments"] == 1
    assert json.loads((tmp_path / "receipt.json").read_text()) == done.json
    assert rows(home, "SELECT seq, chain FROM events ORDER BY seq")[: len(before)] == before
    found = checks(day)
    assert found["journal"]["ok"], found["journal"]
    assert found["anchor"]["ok"], found["anchor"]
    assert found["records"]["ok"]
    assert not list((home / "media").iterdir())
    assert [word for word in SECRETS if word.encode() in decrypted(home, tmp_path)] == []
    assert pages(home) == b""
    assert (home / f"{FILE_NAME}-wal").exists() is False or (home / f"{FILE_NAME}-wal").stat().st_size == 0
    (backup,) = (home / "backups").iterdir()  # the old one is gone, a new one stands in its place
    assert done.json["backup_renewed"]
    assert day("store", "restore", backup, "--home", tmp_path / "other").status == 0
    assert [word for word in SECRETS if word.encode() in decrypted(tmp_path / "other", tmp_path)] == []
    assert day("store", "purge", "--yes", "--json").json["cases"] == []


def test_how_long_a_case_is_kept_is_said_once_it_is_over(day: Run, tmp_path: Path, clock: Clock) -> None:
    assert day("show", "SH-0001", "--json").json["keep_until"] is None
    closed(day, tmp_path)
    assert day("show", "SH-0001", "--json").json["keep_until"] == "2027-05-22"
    assert "2027-05-22" in day("show", "SH-0001").out
    clock.forward(days=30)
    assert day("show", "SH-0002", "--json").json["keep_until"] == "2027-05-29"  # it went back on 30 November


def test_the_office_holds_the_journals_hash(day: Run, tmp_path: Path, home: Path) -> None:
    made = backed_up(day)["backup"]
    write(tmp_path / "again.json", NOBODY)
    assert day("visit", "SH-0003", "--answers", tmp_path / "again.json").status == 0
    package = Path(day("export", "--to", tmp_path / "out", "--json").json["package"])
    assert day("package", "receipt", package).status == 0
    receipt = package.with_name(f"{package.stem}.receipt.json")
    head = json.loads(receipt.read_text())["journal"]
    (chain,) = rows(home, f"SELECT hex(chain) FROM events WHERE seq = {head['seq']}")[0]
    assert chain.lower() == head["chain"]
    # The store is put back to yesterday, and something else recorded: the receipt does not fit any more.
    with open_store(home) as store:
        packages = store.all("SELECT * FROM packages")
    assert day("store", "restore", made, "--over-newer").status == 0
    assert day("visit", "SH-0003", "--answers", tmp_path / "again.json").status == 0
    with open_store(home) as store:
        store.connection.executemany("INSERT INTO packages VALUES (?, ?, ?, ?, ?)", packages)
    refused = day("ack", receipt, "--json")
    assert (refused.status, refused.error["code"]) == (5, "ack.other_journal")


def test_what_the_office_has_not_received_waits(day: Run, tmp_path: Path, clock: Clock) -> None:
    clock.forward(days=300)
    due = day("store", "purge", "--dry-run", "--json").json
    assert {waiting["case_id"]: waiting["unsent"] for waiting in due["waiting"]} == {"SH-0001": 2, "SH-0002": 1}
    assert due["cases"] == ["SH-0003"]


def test_one_case_is_erased_on_the_offices_word(day: Run, home: Path, tmp_path: Path) -> None:
    refused = day("store", "erase", "SH-0001", "--reason", "删除申请 2026-117", "--yes", "--json")
    assert (refused.status, refused.error["code"]) == (4, "erase.unsent")
    assert day("store", "erase", "SH-0001", "--reason", " ", "--yes", "--json").error["code"] == "erase.no_reason"
    done = day("store", "erase", "SH-0001", "--reason", "删除申请 2026-117", "--yes", "--with-unsent", "--json")
    assert done.status == 0, done.err
    assert (done.json["cases"], done.json["visits"], done.json["contacts"]) == (["SH-0001"], 1, 1)
    assert day("show", "SH-0001").status == 3
    assert day("show", "SH-0002", "--json").json["visits"]
    assert [word for word in SECRETS if word.encode() in decrypted(home, tmp_path)] == []
    assert checks(day)["journal"]["ok"]
    assert day("plan").status == 0
    assert day("today").status == 0
    assert day("export", "--to", tmp_path / "out").status == 0


def test_a_payload_taken_out_without_an_erasure_is_noticed(day: Run, home: Path) -> None:
    with open_store(home) as store:
        store.run("DELETE FROM payloads WHERE seq = 2")
    assert not checks(day)["journal"]["ok"]


def test_a_person_is_asked_before_anything_is_erased(day: Run) -> None:
    asked = ("store", "erase", "SH-0001", "--reason", "x", "--with-unsent")
    assert day(*asked).status == 2
    assert day("show", "SH-0001").status == 0


def test_an_attached_file_of_two_visits_stays_with_the_other(day: Run, home: Path) -> None:
    with open_store(home) as store:
        other = store.one("SELECT visit_id FROM visits WHERE case_id = 'SH-0002'")
        assert other
        store.run(
            "INSERT INTO media SELECT ?, question, sha256, file, original_name, bytes, at FROM media", (other[0],)
        )
        ((file,),) = store.all("SELECT DISTINCT file FROM media")
    done = day("store", "erase", "SH-0001", "--reason", "x", "--with-unsent", "--yes", "--json")
    assert done.json["attachments"] == 0
    with open_store(home) as store:
        assert vault_of(store).place(file).exists()


def test_who_looked_at_a_case_in_full_is_written_down(day: Run, home: Path) -> None:
    before = rows(home, "SELECT count(*) FROM events WHERE kind = 'unmasked'")
    assert "林晓雯" not in day("cases").out + day("today").out + day("plan", lang="zh").out
    assert rows(home, "SELECT count(*) FROM events WHERE kind = 'unmasked'") == before
    assert "林晓雯" in day("show", "SH-0001").out
    assert day("brief", "SH-0001").status == 0
    seen = rows(home, "SELECT case_id, body FROM events JOIN payloads USING (seq) WHERE kind = 'unmasked'")
    assert [(case_id, json.loads(body)) for case_id, body in seen] == [
        ("SH-0001", {"agent": "A007", "by": by}) for by in ("show", "brief")
    ]


def test_the_reserve_stands_from_the_beginning(day: Run, home: Path) -> None:
    assert (home / RESERVE).stat().st_size == database.RESERVE_BYTES
    (home / RESERVE).unlink()
    assert not checks(day)["reserve"]["ok"]
    with open_store(home) as store:
        store.checkpoint()
    assert checks(day)["reserve"]["ok"]
