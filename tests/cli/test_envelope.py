"""The sealed package: what the agent sends, what the office takes, and what it refuses."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.stores import open_store
from tests.torture.packages import mutations, run_mutations

from visitcli.engines import sealing

Run = Callable[..., Any]


@dataclass
class Office:
    """An agent's device whose exports are sealed for this office."""

    run: Run
    folder: Path
    key: Path
    ledger: Path

    def export(self, *more: str) -> dict[str, Any]:
        done = self.run("export", "--json", *more)
        assert done.status == 0, done.err
        return dict(done.json)

    def call(self) -> None:
        done = self.run("contact", "SH-0001", "--by", "phone", "--result", "no_answer")
        assert done.status == 0, done.err

    def package(self, verb: str, file: str | Path, *more: str | Path) -> Any:
        return self.run("package", verb, file, "--key", self.key, "--ledger", self.ledger, *more, "--json")

    def taken(self, exported: dict[str, Any], *more: str) -> Any:
        sender = exported["envelope"]["sender"]
        return self.package("receipt", exported["package"], "--sender", sender, *more)

    def refused(self, verb: str, file: str | Path, *more: str | Path) -> str:
        done = self.package(verb, file, *more)
        assert done.status in (2, 5), done.out
        assert done.error["hint"]
        return str(done.error["code"])


@pytest.fixture
def office(three_cases: Run, tmp_path: Path) -> Office:
    key = tmp_path / "office.age"
    public = three_cases("office", "seal-key", key, "--json").json["public_key"]
    assert three_cases("config", "office.seal_key", public).status == 0
    office = Office(three_cases, tmp_path, key, tmp_path / "ledger.json")
    office.call()
    return office


def reads(file: str) -> bytes:
    return Path(file).read_bytes()


def test_sealed_opened_acknowledged(office: Office) -> None:
    exported = office.export()
    assert exported["package"].endswith(".zip.age")
    assert exported["envelope"]["sequence"] == 1
    assert exported["envelope"]["sha256"] == hashlib.sha256(reads(exported["package"])).hexdigest()
    assert b"SH-0001" not in reads(exported["package"])
    received = office.taken(exported)
    assert received.status == 0, received.err
    assert received.json["sha256"] == exported["sha256"]
    opened = office.package("open", exported["package"], "--to", office.folder)
    assert opened.status == 0, opened.err
    assert opened.json["agent"] == "A007"
    assert hashlib.sha256(reads(opened.json["package"])).hexdigest() == exported["sha256"]
    assert office.run("ack", received.json["receipt"]).status == 0
    assert office.export()["records"] == 0


def test_the_package_inside_is_the_plain_one(office: Office) -> None:
    sealed = office.export()
    plain = office.export("--plain")
    assert plain["envelope"] is None
    assert plain["sha256"] == sealed["sha256"] == hashlib.sha256(reads(plain["package"])).hexdigest()
    assert "not encrypted" in office.run("export", "--plain").err
    assert "not encrypted" not in office.run("export").err


def test_the_envelope_is_made_once_and_kept(office: Office) -> None:
    first = office.export()
    elsewhere = office.export("--to", str(office.folder / "usb"))
    assert reads(first["package"]) == reads(elsewhere["package"])
    Path(first["package"]).unlink()
    assert office.export() == first
    assert not list(office.folder.rglob("*.part"))


def test_each_follows_on_the_one_before(office: Office) -> None:
    first = office.export()
    office.call()
    second = office.export()
    assert second["envelope"]["sequence"] == 2
    assert office.taken(first).status == 0
    verified = office.package("verify", second["package"])
    assert verified.json["previous"] == first["sha256"]


def test_out_of_turn_is_refused(office: Office) -> None:
    first = office.export()
    office.call()
    second = office.export()
    sender = first["envelope"]["sender"]
    assert office.refused("receipt", second["package"], "--sender", sender) == "ledger.gap"
    assert office.taken(second, "--skip-missing").status == 0
    assert office.refused("verify", first["package"]) == "ledger.replayed"
    assert office.taken(second).status == 0  # the very same again: its receipt was lost


def test_an_unknown_agent_and_another_key_are_refused(office: Office, home: Path) -> None:
    exported = office.export()
    assert office.refused("receipt", exported["package"]) == "ledger.unknown_sender"
    assert office.refused("verify", exported["package"], "--sender", "AAAA") == "package.other_sender"
    assert office.taken(exported).status == 0
    with open_store(home) as store:
        store.run("DELETE FROM device WHERE key = 'signing_key'")
    office.call()
    again = office.export()
    assert again["envelope"]["sender"] != exported["envelope"]["sender"]
    assert office.refused("verify", again["package"]) == "ledger.other_key"


def test_the_office_must_say_by_what_it_knows_the_sender(office: Office) -> None:
    file = office.export()["package"]
    assert office.run("package", "verify", file, "--json").error["code"] == "package.no_key"
    assert office.run("package", "verify", file, "--key", office.key, "--json").error["code"] == "package.no_sender"


def test_another_offices_key_opens_nothing(office: Office) -> None:
    file = office.export()["package"]
    other = office.folder / "other.age"
    office.run("office", "seal-key", other)
    assert office.run("package", "open", file, "--key", other, "--sender", "x", "--json").error["code"] == (
        "sealing.other_key"
    )


def resealed(office: Office, file: str, public: bytes, change: Callable[[bytes], bytes]) -> Path:
    plain = sealing.Unsealed(io.BytesIO(reads(file)), sealing.read_key(office.key), file).readall()
    target = office.folder / "again.zip.age"
    with target.open("wb") as stream:
        sealer = sealing.Sealer(stream, public)
        sealer.write(change(plain))
        sealer.close()
    return target


def test_sealed_anew_for_another_office_is_refused(office: Office) -> None:
    exported = office.export()
    other = office.folder / "other.age"
    office.run("office", "seal-key", other)
    public = sealing.public_of(sealing.read_key(other))
    file = resealed(office, exported["package"], public, lambda plain: plain)
    sender = exported["envelope"]["sender"]
    done = office.run("package", "verify", file, "--key", other, "--sender", sender, "--json")
    assert done.error["code"] == "package.readdressed"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b'"sequence": 1', b'"sequence": 9', "package.signature"),
        (b"A007", b"A008", "package.signature"),
        (b'"agent"', b'"Agent"', "package.envelope"),
        (b"manifest.sig", b"manifest.sag", "package.envelope"),
        (b"no_answer", b"no_anzwer", "package.contents"),
        (b"0000600", b"0000777", "package.envelope"),
    ],
)
def test_contents_changed_by_who_can_seal_are_refused(office: Office, before: bytes, after: bytes, code: str) -> None:
    exported = office.export()
    public = sealing.public_of(sealing.read_key(office.key))

    def changed(plain: bytes) -> bytes:
        assert before in plain
        return plain.replace(before, after)

    file = resealed(office, exported["package"], public, changed)
    sender = exported["envelope"]["sender"]
    assert office.refused("open", file, "--sender", sender, "--to", office.folder) == code
    assert not list(office.folder.glob("*.zip"))
    assert not list(office.folder.glob(".visitcli*"))


def test_more_behind_the_end_is_refused(office: Office) -> None:
    exported = office.export()
    public = sealing.public_of(sealing.read_key(office.key))
    file = resealed(office, exported["package"], public, lambda plain: plain + b"\0")
    assert office.refused("verify", file, "--sender", exported["envelope"]["sender"]) == "package.envelope"


def test_any_age_and_tar_opens_it(office: Office) -> None:
    exported = office.export()
    plain = sealing.Unsealed(io.BytesIO(reads(exported["package"])), sealing.read_key(office.key), "f").readall()
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        names = archive.getnames()
        assert names[:2] == ["manifest.json", "manifest.sig"]
        manifest = json.loads(archive.extractfile("manifest.json").read())  # type: ignore[union-attr]
        package = archive.extractfile(names[2]).read()  # type: ignore[union-attr]
    assert hashlib.sha256(package).hexdigest() == manifest["sha256"] == exported["sha256"]


def test_a_number_whose_envelope_never_came_to_be_is_used_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("visitcli.formats.envelope.write", _no_room)
        assert office.run("export").status != 0
    office.call()
    assert office.export()["envelope"]["sequence"] == 1


def _no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_nothing_is_overwritten(office: Office) -> None:
    exported = office.export()
    Path(exported["package"]).write_bytes(b"mine")
    assert office.run("export", "--json").error["code"] == "export.different_file"
    assert reads(exported["package"]) == b"mine"


def test_a_wrong_key_is_refused_when_it_is_set(office: Office) -> None:
    done = office.run("config", "office.seal_key", "age1nonsense", "--json")
    assert done.error["code"] == "sealing.bad_recipient"


def test_a_plain_package_is_verified_too(office: Office) -> None:
    exported = office.export("--plain")
    done = office.run("package", "verify", exported["package"], "--json")
    assert done.json["sealed"] is False
    assert done.json["sha256"] == exported["sha256"]
    assert office.refused("open", exported["package"]) == "package.not_sealed"


def test_a_ledger_that_is_none_is_refused(office: Office) -> None:
    file = office.export()["package"]
    for text in ("", "[]", '{"agents": 3}', '{"agents": {"A007": {"key": 1, "packages": []}}}'):
        office.ledger.write_text(text)
        assert office.refused("verify", file) == "ledger.unreadable"


def test_300_mutated_packages_are_refused(office: Office) -> None:
    exported = office.export()
    raw, sender = reads(exported["package"]), exported["envelope"]["sender"]
    secret = sealing.read_key(office.key)
    accepted, refusals = run_mutations(mutations(raw, 300, random.Random(7)), secret, office.key, sender, office.folder)
    assert accepted == []
    assert sum(refusals.values()) == 300
