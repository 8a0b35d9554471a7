"""`visitcli export`: one package of what is finished and not yet acknowledged."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import socket
import stat
import uuid
import zipfile
from pathlib import Path
from typing import Any

import frictionless
import pytest
from tests.cli.device import NOBODY, PROMISE, Device

from visitcli.formats.formulas import unguarded

TABLES = {"visits", "answers", "contacts", "holds", "promises", "offers", "media", "audit"}


@pytest.fixture
def device(home: Path) -> Device:
    return Device(home)


@pytest.fixture
def worked(device: Device) -> Device:
    """A promise with a photo, nobody home, a stop, and a call."""
    device.visit("SH-0001", {**PROMISE, "vehicle_photo": str(device.photo())})
    device.visit("SH-0002", NOBODY)
    device.visit("SH-0003", {"stop": "represented"})
    device.contact(note='=HYPERLINK("http://example.org")')
    return device


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def rows(package: str | Path, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(package) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{table}.csv").decode("utf-8"), newline="")))


def descriptor(package: str | Path) -> dict[str, Any]:
    with zipfile.ZipFile(package) as archive:
        return dict(json.loads(archive.read("datapackage.json")))


def unpacked(package: str | Path, folder: Path) -> Path:
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder / "datapackage.json"


def test_nothing_to_export(device: Device) -> None:
    assert device.export() == {
        "package": None, "package_id": None, "records": 0, "sha256": None, "bytes": 0, "envelope": None,
        "missing": [], "unfinished": [],
    }  # fmt: skip
    assert "Nothing to export" in device.run("export").err


def test_what_it_says_is_what_was_written(worked: Device) -> None:
    told = worked.export()
    file = Path(told["package"])
    assert file.parent == worked.home / "exports"
    assert told["records"] == 4
    assert (told["sha256"], told["bytes"]) == (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.name == f"visitcli-20261123-A007-{told['package_id']}.zip"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.usefixtures("no_network")
def test_frictionless_finds_no_fault_in_the_zip_and_in_the_folder(worked: Device, tmp_path: Path) -> None:
    package = worked.export()["package"]
    for source in (package, unpacked(package, tmp_path / "out")):
        report = frictionless.validate(str(source))
        assert report.valid, report.flatten(["name", "type", "note"])
        assert {task.name for task in report.tasks} >= TABLES
        assert len(report.tasks) == len(TABLES) + 1


@pytest.mark.parametrize(
    ("table", "before", "after"),
    [
        ("promises.csv", "1500.00", "1600.00"),
        ("visits.csv", "2026-11-23", "2026-11-24"),
        ("answers.csv", "income_down", "income_dowm"),
    ],
)
def test_frictionless_sees_one_changed_character(
    worked: Device, tmp_path: Path, table: str, before: str, after: str
) -> None:
    source = unpacked(worked.export()["package"], tmp_path / "out")
    file = source.parent / table
    text = file.read_bytes().decode()
    assert before in text
    file.write_bytes(text.replace(before, after, 1).encode())
    report = frictionless.validate(str(source))
    assert [error[1] for error in report.flatten(["name", "type"])] == ["hash-count"]


def test_ids_are_uuid7_and_the_package_takes_the_time_of_its_latest_record(worked: Device) -> None:
    told = worked.export()
    ids = [row["record_id"] for table in ("visits", "contacts") for row in rows(told["package"], table)]
    assert len(ids) == len(set(ids)) == 4
    for text in (*ids, told["package_id"]):
        assert uuid.UUID(text).version == 7
        assert uuid.UUID(text).variant == uuid.RFC_4122
    at = rows(told["package"], "contacts")[0]["at"]
    assert descriptor(told["package"])["created"] == at
    assert descriptor(told["package"])["id"] == told["package_id"]


def test_the_same_records_give_the_same_bytes_later_elsewhere_and_after_deletion(
    worked: Device, tmp_path: Path
) -> None:
    first = worked.export()
    content = Path(first["package"]).read_bytes()
    worked.wait(days=40)
    assert worked.export() == first
    other = worked.export("--to", tmp_path / "usb")
    assert Path(other["package"]).read_bytes() == content
    Path(first["package"]).unlink()
    assert worked.export() == first
    assert Path(first["package"]).read_bytes() == content


def test_the_same_records_in_another_store_give_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        device = Device(tmp_path / name)
        device.visit("SH-0001", {**PROMISE, "vehicle_photo": str(device.photo())})
        device.visit("SH-0002", NOBODY)
        if name == "two":
            device.run("today")
            device.run("init", "--agent", "B001")
        contents.append(Path(device.export()["package"]).read_bytes())
    assert contents[0] == contents[1]


def test_another_record_makes_another_package(worked: Device) -> None:
    first = worked.export()
    worked.contact("SH-0002")
    second = worked.export()
    assert second["records"] == 5
    assert second["package_id"] > first["package_id"]
    assert Path(first["package"]).exists()


def test_another_file_of_that_name_is_not_overwritten(worked: Device) -> None:
    first = worked.export()
    file = Path(first["package"])
    file.write_bytes(b"something else")
    result = worked.run("export", "--json")
    assert (result.status, result.error["code"]) == (5, "export.different_file")
    assert str(file) in result.error["message"]
    assert file.read_bytes() == b"something else"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_file_is_no_folder(worked: Device, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = worked.run("export", "--to", tmp_path / "file", "--json")
    assert (result.status, result.error["code"]) == (5, "export.not_a_folder")
    inside = worked.run("export", "--to", tmp_path / "file" / "deeper", "--json")
    assert (inside.status, inside.error["code"]) == (5, "export.not_writable")
    assert worked.run("today", "--json").json["not_exported"] == 4


@pytest.mark.parametrize("to", ["~nobody-of-that-name/out", "file/deeper"])
def test_why_a_folder_cannot_be_written_is_told_in_the_users_language(
    to: str, worked: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    told = worked.run("export", "--to", to, "--json", lang="zh").error["message"]
    assert not re.search("[A-Za-z]", told.replace(to, "").replace(str(tmp_path), ""))


def test_visits_answers_promises_and_offers_say_what_was_recorded(worked: Device) -> None:
    package = worked.export()["package"]
    visits = {row["case_id"]: row for row in rows(package, "visits")}
    promise, nobody, stopped = visits["SH-0001"], visits["SH-0002"], visits["SH-0003"]
    assert (promise["outcome"], promise["outcome_zh"], promise["status"]) == ("plan_agreed", "谈成方案", "completed")
    assert (promise["agent_id"], promise["partner"], promise["revision"]) == ("A007", "王芳", "1")
    assert (promise["latitude"], promise["longitude"], promise["position_crs"]) == ("31.288", "121.165", "wgs84")
    assert re.fullmatch(r"2026-11-23T08:\d\d:\d\d\.\d{3}\+08:00", promise["started_at"])
    assert (nobody["outcome"], nobody["latitude"], nobody["complaint"]) == ("nobody_home", "", "false")
    assert (stopped["status"], stopped["stop"], stopped["stop_en"]) == (
        "stopped", "represented", "Represented by a lawyer or agent",
    )  # fmt: skip
    answers = {row["name"]: row for row in rows(package, "answers") if row["record_id"] == promise["record_id"]}
    assert answers["reasons"]["value"] == "income_down illness"
    assert answers["reasons"]["label_zh"] == "收入少了；本人或家人生病"
    assert answers["promise_amount"]["value"] == "1500.00"
    [promised] = rows(package, "promises")
    assert (promised["amount"], promised["due_date"], promised["instalments"]) == ("1500.00", "2026-12-01", "3")
    offered = [(row["offer"], row["offered"], row["agreed"]) for row in rows(package, "offers")]
    assert offered == [("part", "true", "false"), ("instalments", "true", "true")]


def test_no_cell_runs_as_a_formula_and_every_text_comes_back(worked: Device) -> None:
    package = worked.export()["package"]
    fields = {r["name"]: {f["name"]: f["type"] for f in r["schema"]["fields"]} for r in descriptor(package)["resources"]
              if r.get("type") == "table"}  # fmt: skip
    for table in TABLES:
        for row in rows(package, table):
            for name, cell in row.items():
                assert fields[table][name] != "string" or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    visit = next(row for row in rows(package, "visits") if row["case_id"] == "SH-0001")
    assert unguarded(visit["customer_words"]) == PROMISE["customer_words"]
    assert unguarded(visit["complaint_words"]) == PROMISE["complaint_words"]
    assert unguarded(visit["remark"]) == PROMISE["remark"]
    assert rows(package, "contacts")[0]["note"].startswith("'=HYPERLINK")


def test_the_photo_travels_and_is_hashed(worked: Device) -> None:
    package = worked.export()["package"]
    [media] = rows(package, "media")
    with zipfile.ZipFile(package) as archive:
        content = archive.read(media["path"])
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert hashlib.sha256(content).hexdigest() == media["sha256"]
    assert (media["original_name"], media["state"], media["bytes"]) == ("car.jpg", "included", str(len(content)))
    resource = next(r for r in descriptor(package)["resources"] if r["path"] == media["path"])
    assert (resource["hash"], resource["bytes"]) == (f"sha256:{media['sha256']}", len(content))
    answer = next(row for row in rows(package, "answers") if row["name"] == "vehicle_photo")
    assert answer["value"] == media["path"]


def test_a_table_that_a_customer_gave_is_no_table_of_ours(device: Device) -> None:
    given = device.photo(b"a,b\r\n1,2,3\r\n", "income.csv")
    device.visit("SH-0001", {**PROMISE, "document": str(given)})
    package = device.export()["package"]
    assert frictionless.validate(package).valid
    [media] = rows(package, "media")
    assert media["path"].endswith(".bin")
    assert media["original_name"] == "income.csv"


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_a_lost_photo_is_named_and_keeps_nothing_else_back(worked: Device, state: str) -> None:
    [photo] = (worked.home / "media").iterdir()
    photo.unlink()
    if state == "damaged":
        photo.write_bytes(b"another")
    told = worked.export()
    assert told["records"] == 4
    assert [(m["case_id"], m["question"], m["state"]) for m in told["missing"]] == [("SH-0001", "vehicle_photo", state)]
    [media] = rows(told["package"], "media")
    assert (media["state"], media["path"]) == (state, "")
    assert frictionless.validate(told["package"]).valid
    assert "SH-0001" in worked.run("export").err


def test_the_audit_is_shaped_as_odk_does_it(worked: Device) -> None:
    package = worked.export()["package"]
    record_id = next(row["record_id"] for row in rows(package, "visits") if row["case_id"] == "SH-0001")
    audit = [row for row in rows(package, "audit") if row["record_id"] == record_id]
    header = "event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user,change-reason"
    assert ",".join(list(audit[0])[3:]) == header
    assert [audit[0]["event"], audit[-1]["event"]] == ["form start", "form finalize"]
    assert [int(row["seq"]) for row in audit] == list(range(1, len(audit) + 1))
    questions = [row for row in audit if row["event"] == "question"]
    assert questions[0]["node"] == "/data/position"
    assert (questions[0]["latitude"], questions[0]["longitude"]) == ("31.2880", "121.1650")
    assert all(int(row["start"]) <= int(row["end"]) for row in questions)
    assert {row["user"] for row in audit} == {"A007"}


def test_a_correction_is_a_new_revision_of_the_same_record(worked: Device) -> None:
    first = worked.export()["package"]
    before = next(row for row in rows(first, "visits") if row["case_id"] == "SH-0001")
    worked.correct("SH-0001", {"mood": "worried"}, reason="情绪记错了")
    second = worked.export()
    after = next(row for row in rows(second["package"], "visits") if row["case_id"] == "SH-0001")
    assert (after["record_id"], after["revision"]) == (before["record_id"], "2")
    assert (before["mood"], after["mood"]) == ("calm", "worried")
    assert after["correction_reason"] == "情绪记错了"
    assert after["started_at"] == before["started_at"]
    changes = [row for row in rows(second["package"], "audit") if row["record_id"] == after["record_id"]]
    assert [row["change-reason"] for row in changes if row["event"] == "change reason"] == ["情绪记错了"]
    mood = [(r["old-value"], r["new-value"]) for r in changes if r["node"] == "/data/mood"]
    assert mood == [("", "calm"), ("calm", "worried")]
    assert second["records"] == 4
    assert frictionless.validate(second["package"]).valid


def test_a_correction_not_yet_finished_leaves_the_record_as_it_was(worked: Device) -> None:
    first = worked.export()
    file = worked._file("half", {"who_opened": "family"})
    assert worked.run("correct", "SH-0001", "--reason", "谁开的门记错了", "--answers", file).status == 7
    assert worked.export() == first | {"unfinished": ["SH-0001"]}


def test_a_paused_visit_stays_at_home(device: Device) -> None:
    file = device._file("half", {"who_opened": "nobody"})
    assert device.run("visit", "SH-0001", "--answers", file).status == 7
    told = device.export()
    assert (told["records"], told["unfinished"]) == (0, ["SH-0001"])
    for _ in range(2):  # with nothing to export, and with something
        result = device.run("export", lang="zh")
        assert "还有 1 次外访或更正没有做完，不在导出之列：SH-0001" in result.err
        device.contact()


def test_another_folder_is_proposed_to_who_named_none(worked: Device, tmp_path: Path) -> None:
    assert "--to FOLDER" in worked.run("export").err
    assert "--to FOLDER" not in worked.run("export", "--to", tmp_path / "usb").err


def test_today_counts_what_the_office_has_not(worked: Device) -> None:
    def counts() -> tuple[int, int]:
        today = worked.run("today", "--json").json
        return today["not_exported"], today["not_acknowledged"]

    assert counts() == (4, 0)
    worked.export()
    assert counts() == (0, 4)
    worked.correct("SH-0001", {"mood": "worried"})
    assert counts() == (1, 3)


def test_an_agent_with_a_persons_name_is_not_in_the_files_name(home: Path) -> None:
    device = Device(home)
    device.run("init", "--agent", "李 雷")
    device.contact()
    told = device.export()
    assert Path(told["package"]).name == f"visitcli-20261123-{told['package_id']}.zip"


def test_a_person_is_told_what_to_do_next(worked: Device) -> None:
    result = worked.run("export", lang="zh")
    assert result.out.strip().endswith(".zip")
    assert "已导出 4 条记录" in result.err
    assert "visitcli ack" in result.err


def test_a_disk_without_room_leaves_nothing_behind(worked: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from visitcli.formats import package

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(package, "_copy", full)
    result = worked.run("export", "--json")
    assert (result.status, result.error["code"]) == (6, "store.full")
    assert list((worked.home / "exports").iterdir()) == []
    assert worked.run("today", "--json").json["not_exported"] == 4


def test_the_package_may_go_when_the_store_has_it(worked: Device) -> None:
    shutil.rmtree(Path(worked.export()["package"]).parent)
    assert worked.run("today", "--json").json["not_acknowledged"] == 4
