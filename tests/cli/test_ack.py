"""`visitcli package receipt` and `visitcli ack`: the office says what has arrived, by file."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.device import NOBODY, PROMISE, Device

from visitcli.formats import package_check


@pytest.fixture
def device(home: Path) -> Device:
    device = Device(home)
    device.visit("SH-0001", {**PROMISE, "vehicle_photo": str(device.photo())})
    device.visit("SH-0002", NOBODY)
    return device


def changed(receipt: Path, **values: Any) -> Path:
    document = json.loads(receipt.read_text()) | values
    receipt.write_text(json.dumps(document))
    return receipt


def test_a_receipt_says_which_bytes_have_arrived(device: Device) -> None:
    told = device.export()
    result = device.run("package", "receipt", told["package"], "--json")
    receipt = Path(told["package"]).with_suffix(".receipt.json")
    document = json.loads(receipt.read_text())
    assert set(document) == {"package_id", "sha256", "received_at", "journal"}
    assert (document["package_id"], document["sha256"]) == (told["package_id"], told["sha256"])
    assert result.json == {**document, "receipt": str(receipt), "records": 2}


def test_the_office_needs_no_store(device: Device, tmp_path: Path) -> None:
    package = device.export()["package"]
    office = tmp_path / "office"
    result = device.run("package", "receipt", package, "--to", tmp_path / "r.json", "--home", office)
    assert result.status == 0, result.err
    assert not office.exists()


def test_a_second_receipt_for_the_same_bytes_is_the_first(device: Device) -> None:
    package = device.export()["package"]
    first = device.receipt(package).read_bytes()
    device.wait(days=1)
    assert device.receipt(package).read_bytes() == first


def test_a_receipt_overwrites_nothing(device: Device, tmp_path: Path) -> None:
    package = device.export()["package"]
    for content in ("a letter", json.dumps({"package_id": "x"})):
        (tmp_path / "taken").write_text(content)
        result = device.run("package", "receipt", package, "--to", tmp_path / "taken", "--json")
        assert (result.status, result.error["code"]) == (5, "package.receipt_taken")
        assert (tmp_path / "taken").read_text() == content
    nowhere = device.run("package", "receipt", package, "--to", tmp_path / "no" / "where.json", "--json")
    assert (nowhere.status, nowhere.error["code"]) == (5, "package.receipt_unwritable")


def test_acknowledged_records_are_not_exported_again(device: Device) -> None:
    receipt = device.receipt(device.export()["package"])
    result = device.run("ack", receipt, "--json")
    assert (result.status, result.json["records"], result.json["already"]) == (0, 2, False)
    assert (result.json["not_exported"], result.json["not_acknowledged"]) == (0, 0)
    assert device.export()["records"] == 0


def test_the_same_receipt_again_is_fine_and_changes_nothing(device: Device) -> None:
    receipt = device.receipt(device.export()["package"])
    device.run("ack", receipt)
    device.wait(days=1)
    again = device.run("ack", changed(receipt, received_at="2026-12-24T10:00:00Z"), "--json")
    assert (again.status, again.json["already"]) == (0, True)


def test_the_same_id_with_other_bytes_is_refused(device: Device) -> None:
    receipt = changed(device.receipt(device.export()["package"]), sha256="0" * 64)
    result = device.run("ack", receipt, "--json")
    assert (result.status, result.error["code"]) == (5, "ack.other_bytes")
    assert device.run("today", "--json").json["not_acknowledged"] == 2


def test_a_package_of_another_device_is_not_known_here(device: Device, tmp_path: Path) -> None:
    other = Device(tmp_path / "other", seed=8)
    other.contact()
    result = device.run("ack", other.receipt(other.export()["package"]), "--json")
    assert (result.status, result.error["code"]) == (3, "ack.unknown_package")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"PK\3\4\0\0", b"\xff\xfe{", b"{" * 5000, b'{"package_id": 7}', b" " * 70_000,
        b'{"package_id": "019abd3e-0000-7000-8000-000000000000", "received_at": "2026-11-23T10:00:00Z"}',
        b'{"package_id": "019abd3e-0000-7000-8000-000000000000", "sha256": "' + b"0" * 64 + b'", "received_at": "now"}',
        b'{"package_id": "../../etc/passwd", "sha256": "' + b"0" * 64 + b'", "received_at": "2026-11-23T10:00:00Z"}',
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused_with_its_name(device: Device, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(content)
    result = device.run("ack", file, "--json")
    assert result.status == 5
    assert result.error["code"] in ("ack.malformed", "ack.not_a_receipt")
    assert str(file) in result.error["message"]


def test_a_receipt_that_is_not_there(device: Device, tmp_path: Path) -> None:
    result = device.run("ack", tmp_path / "none.json", "--json")
    assert (result.status, result.error["code"]) == (5, "ack.unreadable")


def test_a_correction_after_the_receipt_goes_out_alone(device: Device) -> None:
    device.run("ack", device.receipt(device.export()["package"]))
    device.correct("SH-0002", {"card_left": "no"})
    told = device.export()
    assert told["records"] == 1
    assert device.run("ack", device.receipt(told["package"]), "--json").json["not_acknowledged"] == 0


def test_a_late_receipt_does_not_cover_the_correction_made_meanwhile(device: Device) -> None:
    receipt = device.receipt(device.export()["package"])
    device.correct("SH-0002", {"card_left": "no"})
    result = device.run("ack", receipt, "--json")
    assert result.json["not_exported"] == 1
    assert device.export()["records"] == 1


def test_a_receipt_for_the_larger_package_covers_the_smaller_one(device: Device) -> None:
    device.export()
    device.contact()
    device.run("ack", device.receipt(device.export()["package"]))
    today = device.run("today", "--json").json
    assert (today["not_exported"], today["not_acknowledged"]) == (0, 0)


def test_a_person_is_told_what_is_left(device: Device) -> None:
    receipt = device.receipt(device.export()["package"])
    device.contact()
    result = device.run("ack", receipt, lang="zh")
    assert "公司已收到 2 条记录" in result.out
    assert "还没导出：1 条" in result.out


# Packages that no device wrote -----------------------------------------------------------------------------------


def entries(package: str) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(package) as archive:
        return [(entry, archive.read(entry)) for entry in archive.infolist()]


def packed(
    target: Path, content: list[tuple[zipfile.ZipInfo | str, bytes]], compress: int = zipfile.ZIP_STORED
) -> Path:
    with zipfile.ZipFile(target, "w", compress) as archive:
        for entry, data in content:
            archive.writestr(entry, data, compress_type=compress)
    return target


def plain(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def link(name: str) -> zipfile.ZipInfo:
    entry = plain(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def refused(device: Device, file: Path) -> str:
    result = device.run("package", "receipt", file, "--json")
    assert result.status == 5, result.out + result.err
    assert str(file) in result.error["message"]
    assert not file.with_suffix(".receipt.json").exists()
    return result.error["code"]


@pytest.mark.parametrize(
    "extra",
    [
        plain("../evil.csv"), plain("/etc/passwd"), plain("media/../../evil"), plain("C:\\evil.csv"), plain("evil.exe"),
        plain("media/x.jpg"), plain("visits.csv/"), plain("VISITS.CSV"), link("media/" + "a" * 64 + ".jpg"),
    ],
    ids=lambda entry: entry.filename,
)  # fmt: skip
def test_a_strange_entry_is_refused(device: Device, tmp_path: Path, extra: zipfile.ZipInfo) -> None:
    content = [*entries(device.export()["package"]), (extra, b"target")]
    assert refused(device, packed(tmp_path / "x.zip", content)) == "package.hostile"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_stands_there_twice_is_refused(device: Device, tmp_path: Path) -> None:
    content = entries(device.export()["package"])
    assert refused(device, packed(tmp_path / "x.zip", [*content, content[1]])) == "package.hostile"


def test_a_link_in_place_of_a_table_is_refused(device: Device, tmp_path: Path) -> None:
    content = [
        (link(e.filename) if e.filename == "offers.csv" else e, d) for e, d in entries(device.export()["package"])
    ]
    assert refused(device, packed(tmp_path / "x.zip", content)) == "package.hostile"


def test_what_is_compressed_may_be_a_bomb_and_is_not_unpacked(device: Device, tmp_path: Path) -> None:
    content = [*entries(device.export()["package"]), (plain("media/" + "a" * 64 + ".bin"), bytes(50 << 20))]
    file = packed(tmp_path / "x.zip", content, zipfile.ZIP_DEFLATED)
    assert file.stat().st_size < 1 << 20
    assert refused(device, file) == "package.hostile"


def test_entries_that_lie_over_each_other_are_refused(device: Device, tmp_path: Path) -> None:
    names = ["media/" + f"{number:064x}" + ".bin" for number in range(50)]
    content = [*entries(device.export()["package"]), (plain(names[0]), bytes(100_000))]
    file = packed(tmp_path / "x.zip", content)
    raw = file.read_bytes()
    directory = raw.index(b"PK\1\2")
    last = raw.rindex(b"PK\1\2")
    end = raw.rindex(b"PK\5\6")
    copies = b"".join(raw[last:end].replace(names[0].encode(), name.encode()) for name in names[1:])
    count = len(content) + len(names) - 1
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, end - directory + len(copies), directory, 0)
    file.write_bytes(raw[:end] + copies + tail)
    assert refused(device, file) == "package.hostile"


def test_a_directory_of_absurd_size_is_not_read(device: Device, tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(b"PK\3\4" + bytes(100) + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 1 << 30, 0, 0))
    assert refused(device, file) == "package.too_large"


def test_a_missing_table_is_named(device: Device, tmp_path: Path) -> None:
    content = [(entry, data) for entry, data in entries(device.export()["package"]) if entry.filename != "offers.csv"]
    file = packed(tmp_path / "x.zip", content)
    assert refused(device, file) == "package.descriptor"
    assert "offers.csv" in device.run("package", "receipt", file).err


def rewritten(device: Device, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    content = entries(device.export()["package"])
    return packed(target, [(entry, change(data) if entry.filename == name else data) for entry, data in content])


def test_one_digit_changed_in_a_table_is_found(device: Device, tmp_path: Path) -> None:
    file = rewritten(device, tmp_path / "x.zip", "promises.csv", lambda data: data.replace(b"1500.00", b"1600.00"))
    assert refused(device, file) == "package.damaged"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"2.0/datapackage.json", b"9.0/datapackage.json"), (b'"bytes": ', b'"bytes": 1'), (b'"sha256:', b'"sha256:0'),
        (b'"records": 2', b'"records": 3'), (b'"path": "visits.csv"', b'"path": "../visits.csv"'),
        (b'"path": "visits.csv"', b'"path": ["visits.csv"]'), (b'"created": "', b'"created": "x'), (b"{", b"", ),
        (b'"id": "', b'"id": "0'), (b'"resources": [', b'"resources": ["x", '),
    ],
)  # fmt: skip
def test_a_descriptor_that_was_touched_is_found(device: Device, tmp_path: Path, before: bytes, after: bytes) -> None:
    def change(data: bytes) -> bytes:
        assert before in data
        return data.replace(before, after, 1)

    assert refused(device, rewritten(device, tmp_path / "x.zip", "datapackage.json", change)) == "package.descriptor"


def test_a_package_cut_anywhere_is_refused(device: Device, tmp_path: Path) -> None:
    raw = Path(device.export()["package"]).read_bytes()
    file = tmp_path / "x.zip"
    for length in range(0, len(raw), len(raw) // 40):
        file.write_bytes(raw[:length])
        assert refused(device, file) == "package.not_a_package"


def test_every_flipped_byte_is_seen_in_the_receipt_or_refused(device: Device, tmp_path: Path) -> None:
    told = device.export()
    raw = Path(told["package"]).read_bytes()
    file = tmp_path / "x.zip"
    accepted = set()
    for place in range(0, len(raw), len(raw) // 150):
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 0x15]) + raw[place + 1 :])
        result = device.run("package", "receipt", file, "--to", tmp_path / f"{place}.json", "--json")
        assert result.status in (0, 5), result.err
        if result.status == 0:  # a time or an attribute of an entry: the contents are whole, the file is another one
            assert result.json["sha256"] != told["sha256"]
            accepted.add(place)
    assert len(accepted) < 10


@pytest.mark.parametrize("content", [b"", b"PK\5\6" + bytes(18), b"not a zip" * 100, b"PK\3\4" + bytes(500)])
def test_what_is_no_package_is_refused(device: Device, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)
    assert refused(device, file) in ("package.not_a_package", "package.descriptor")


def test_a_folder_and_nothing_are_no_packages(device: Device, tmp_path: Path) -> None:
    assert refused(device, tmp_path) == "package.not_a_package"
    assert refused(device, tmp_path / "none.zip") == "package.unreadable"


def test_the_check_is_told_of_every_byte(device: Device) -> None:
    told = device.export()
    counted: list[int] = []
    checked = package_check.check(Path(told["package"]), counted.append)
    assert (checked.records, checked.media, checked.sha256) == (2, 1, told["sha256"])
    assert sum(counted) > told["bytes"]
