"""Set-up, unlock, lock, a new passphrase, the recovery code; and what is said where the passphrase is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Clock, Result

from visitcli.engines import key_file, session_key
from visitcli.store.database import FILE_NAME

Run = Callable[..., Result]
NONE = {"VISITCLI_PASSPHRASE": ""}


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(session_key, "is_in_memory", lambda _folder: True)
    monkeypatch.setattr(session_key, "places", lambda _environ: [folder / "visitcli"])
    return folder


def test_init_makes_the_key_and_shows_the_recovery_code_once(run: Run, home: Path) -> None:
    first = run("init", "--agent", "A007", "--json").json
    assert len(first["recovery_code"].replace("-", "")) == 32
    assert run("init", "--json").json["recovery_code"] is None
    assert first["recovery_code"].encode() not in b"".join(p.read_bytes() for p in home.iterdir() if p.is_file())


def test_the_first_import_sets_up_where_nobody_did(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("case_id,name,address\nSH-1,林晓雯,上海市嘉定区安亭镇无名一路1号\n", encoding="utf-8")
    done = run("import", file)
    assert done.status == 0, done.err
    assert "Recovery code" in done.err
    assert run("import", file).err.count("Recovery code") == 0


@pytest.mark.parametrize("command", [["init", "--agent", "A007"], ["import", "x.csv"], ["cases"], ["unlock"]])
def test_without_a_passphrase_nothing_is_made_and_what_is_missing_is_said(
    run: Run, home: Path, command: list[str]
) -> None:
    refused = run(*command, "--no-input", "--json", **NONE)
    assert (refused.status, refused.error["code"]) == (6, "key.none_yet")
    assert "VISITCLI_PASSPHRASE" in refused.error["hint"]
    assert not (home / FILE_NAME).exists()
    assert not key_file.exists(home)


def test_a_locked_store_asks_a_wrong_passphrase_is_told(three_cases: Run, tmp_path: Path) -> None:
    assert three_cases("cases", "--json", **NONE).error["code"] == "key.locked"
    wrong = three_cases("cases", "--json", VISITCLI_PASSPHRASE="not this one")
    assert (wrong.status, wrong.error["code"]) == (6, "key.wrong")
    file = tmp_path / "passphrase"
    file.write_text("a year of made-up doors\n")
    assert three_cases("cases", "--json", "--passphrase-file", file, **NONE).status == 0
    gone = three_cases("cases", "--json", "--passphrase-file", tmp_path / "none", **NONE)
    assert (gone.status, gone.error["code"]) == (3, "key.no_passphrase_file")


def test_an_unlocked_day_asks_nothing_until_it_ends(three_cases: Run, clock: Clock, memory: Path) -> None:
    until = three_cases("unlock", "--for", "1h30m", "--json").json["unlocked_until"]
    assert until.startswith("2026-11-23T09:50")
    assert three_cases("cases", **NONE).status == 0
    clock.forward(minutes=89)
    assert three_cases("cases", **NONE).status == 0
    clock.forward(minutes=2)
    assert three_cases("cases", "--json", **NONE).error["code"] == "key.locked"


def test_lock_forgets(three_cases: Run, memory: Path) -> None:
    assert three_cases("unlock").status == 0
    assert three_cases("lock", "--json").json == {"locked": True, "was_unlocked": True}
    assert three_cases("lock", "--json").json == {"locked": True, "was_unlocked": False}
    assert three_cases("cases", **NONE).status == 6


@pytest.mark.parametrize("length", ["0h", "25h", "soon", "", "-1h"])
def test_a_span_that_makes_no_sense_is_refused(three_cases: Run, memory: Path, length: str) -> None:
    refused = three_cases("unlock", f"--for={length}", "--json")
    assert (refused.status, refused.error["code"]) == (2, "unlock.bad_span")


def test_a_new_passphrase_takes_the_old_ones_place(three_cases: Run, tmp_path: Path, memory: Path) -> None:
    three_cases("unlock")
    new = tmp_path / "new"
    new.write_text("一句 记得住的话\n", encoding="utf-8")
    changed = three_cases("passphrase", "--new-file", new, "--new-code", "--json").json
    assert changed["changed"]
    assert three_cases("cases", **NONE).status == 6  # the day that was unlocked is over
    assert three_cases("cases", "--json").error["code"] == "key.wrong"
    assert three_cases("cases", VISITCLI_PASSPHRASE="一句 记得住的话").status == 0
    assert three_cases("cases", VISITCLI_PASSPHRASE=changed["recovery_code"]).status == 0


def test_a_forgotten_passphrase_is_replaced_by_the_recovery_code(run: Run, tmp_path: Path) -> None:
    code = run("init", "--agent", "A007", "--json").json["recovery_code"]
    new = tmp_path / "new"
    new.write_text("remembered now\n")
    assert run("passphrase", "--new-file", new, VISITCLI_PASSPHRASE=code).status == 0
    assert run("init", "--json", VISITCLI_PASSPHRASE="remembered now").json["agent"] == "A007"


def test_a_short_passphrase_is_refused_and_nothing_made(run: Run, home: Path) -> None:
    refused = run("init", "--json", VISITCLI_PASSPHRASE="short")
    assert (refused.status, refused.error["code"]) == (6, "key.too_short")
    assert not key_file.exists(home)


def test_a_store_without_its_key_file_is_never_given_a_new_one(three_cases: Run, home: Path) -> None:
    for name in (key_file.FILE_NAME, key_file.COPY_NAME):
        (home / name).rename(home / f"{name}.away")
    for command in (["cases"], ["init"], ["unlock"]):
        assert three_cases(*command, "--json").error["code"] == "key.missing"
    assert not key_file.exists(home)


def test_an_unencrypted_store_is_refused(run: Run, home: Path) -> None:
    home.mkdir()
    (home / FILE_NAME).write_bytes(b"SQLite format 3\0" + bytes(4080))
    assert run("cases", "--json").error["code"] == "store.plain"


def test_doctor_tells_a_damaged_key_file_while_the_copy_still_opens(three_cases: Run, home: Path) -> None:
    (home / key_file.FILE_NAME).write_bytes(b"{}")
    told = three_cases("doctor", "--json")
    assert told.status == 6
    assert [check["name"] for check in told.json["checks"] if not check["ok"]] == ["key"]
    assert three_cases("cases").status == 0


def test_doctor_of_a_locked_store_asks_for_the_passphrase(three_cases: Run) -> None:
    told = three_cases("doctor", "--json", **NONE)
    assert told.status == 6
    assert "passphrase" in next(check["message"] for check in told.json["checks"] if check["name"] == "store")


def test_the_office_lets_an_agent_back_in(run: Callable[..., Result], tmp_path: Path, home: Path) -> None:
    office, public = tmp_path / "office.age", tmp_path / "office.pub"
    made = run("office", "seal-key", office, "--json").json
    public.write_text(f"# our key\n{made['public_key']}\n")
    refused = run("init", "--agent", "A007", "--office-key", office, "--json")
    assert (refused.status, refused.error["code"]) == (5, "office.secret_key")
    done = run("init", "--agent", "A007", "--office-key", public, "--json")
    assert done.status == 0, done.err
    assert done.json["office_key"] == made["public_key"]
    # Passphrase and code are lost. What the agent sends is the key file alone.
    sent, back = tmp_path / "sent.key", tmp_path / "back.key"
    sent.write_bytes((home / "store.key").read_bytes())
    recovered = run("office", "recover", sent, "--key", office, "--to", back, "--json")
    assert recovered.status == 0, recovered.err
    assert run("office", "recover", sent, "--key", office, "--to", back, "--json").error["code"] == (
        "office.recovered_exists"
    )
    (tmp_path / "new").write_text("a new sentence\n")
    code = recovered.json["recovery_code"]
    changed = ("passphrase", "--key-file", back, "--new-file", tmp_path / "new")
    assert run(*changed, VISITCLI_PASSPHRASE="not this one").status == 6
    assert run(*changed, VISITCLI_PASSPHRASE=code).status == 0
    assert run("today", VISITCLI_PASSPHRASE="a new sentence").status == 0
    assert run("today", "--json").status == 6
    other = tmp_path / "other"
    assert run("init", "--agent", "B", "--home", other).status == 0
    foreign = run(*changed, "--home", other, "--json", VISITCLI_PASSPHRASE=code)
    assert foreign.error["code"] == "key.other_store"
    none = run("office", "recover", other / "store.key", "--key", office, "--to", tmp_path / "x", "--json")
    assert none.error["code"] == "key.no_office"
