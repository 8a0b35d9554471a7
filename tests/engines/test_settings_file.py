"""A settings file as people leave it behind: no slip in it stops a day unsaid, and none is a bug."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Result

from visitcli.domain.errors import BadInputError
from visitcli.engines import settings_file

Run = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def refused(file: Path) -> BadInputError:
    with pytest.raises(BadInputError) as error:
        settings_file.read(file)
    assert error.value.context["file"] == str(file)
    return error.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_what_windows_writes_is_read(file: Path, encoding: str) -> None:
    file.write_bytes('[agent]\r\ncompany = "安信催收"\r\n'.encode(encoding))
    assert settings_file.read(file).company == "安信催收"


def test_a_file_in_gbk_is_written_back_in_utf_8_with_its_comments(file: Path) -> None:
    file.write_bytes('# 我的\n[agent]\ncompany = "安信"\n'.encode("gbk"))
    settings_file.write(file, "hours.start", "8:30", str)
    text = file.read_text(encoding="utf-8")
    assert "# 我的" in text
    assert 'start = "08:30"' in text
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe[\x00h\x00", "config.not_text"),
        (b"\x80\xff\xff", "config.not_text"),
        (b"[hours\n", "config.not_toml"),
        ("[hours] # 安信".encode("gbk") + b"\nstart\n", "config.not_toml"),
        (b"x = " + b"[" * 5000, "config.not_toml"),
        (b"x = " + b"9" * 5000, "config.not_toml"),
        (b"#" * (settings_file.LARGEST + 1), "config.too_large"),
    ],
    ids=["utf-16", "binary", "toml", "toml in GBK", "deep", "long number", "huge"],
)
def test_what_is_no_settings_file_is_named(file: Path, content: bytes, code: str) -> None:
    file.write_bytes(content)
    assert refused(file).code == code


@pytest.mark.skipif(os.name != "posix", reason="the kind of file is POSIX's")
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_folder_or_a_pipe_in_its_place_is_named(file: Path, make: Callable[[Path], None]) -> None:
    make(file)
    assert refused(file).code == "config.not_a_file"


def test_a_file_that_may_not_be_read_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    file.touch()
    monkeypatch.setattr(settings_file, "open_at_once", forbid)
    assert refused(file).code == "config.unreadable"


def test_where_there_is_none_the_defaults_hold(file: Path) -> None:
    below_a_file = file / "settings.toml"
    assert settings_file.read(file) == settings_file.Settings()
    file.touch()
    assert settings_file.read(below_a_file) == settings_file.Settings()


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("[lunch]\nminutes = inf", "lunch.minutes"),
        ("[lunch]\nminutes = nan", "lunch.minutes"),
        ("[lunch]\nminutes = 0x" + "f" * 5000, "lunch.minutes"),
        ("[lunch]\nminutes = 2026-11-23", "lunch.minutes"),
        ("[travel]\nleg_minutes = 0x" + "f" * 5000, "travel.leg_minutes"),
        ("[travel]\nleg_minutes = [1]", "travel.leg_minutes"),
        ('[hours]\nstart = "09:00+08:00"', "hours.start"),
        ('[hours]\nstart = "09:00:30"', "hours.start"),
        ('[hours]\nstart = "24:00"', "hours.start"),
        ("[hours]\nstart = 09:00:00.5", "hours.start"),
        ("[hours]\nstart = 2026-11-23T09:00:00", "hours.start"),
        ("[hours]\nstart = {a = 1}", "hours.start"),
        ('[hours]\ntimezone = "Asia"', "hours.timezone"),
        ('[hours]\ntimezone = "../Asia"', "hours.timezone"),
        ('[hours]\ntimezone = "zone.tab"', "hours.timezone"),
        (f'[hours]\ntimezone = "{"x" * 190}/{"x" * 9}"', "hours.timezone"),
        ("[agent]\ncompany = 5", "agent.company"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_its_key(file: Path, line: str, key: str) -> None:
    file.write_text(line, encoding="utf-8")
    error = refused(file)
    assert (error.code, error.context["key"]) == ("config.file_value", key)
    assert len(str(error.context["value"])) <= 80


def test_a_section_must_be_one(file: Path) -> None:
    file.write_text("hours = 5")
    assert refused(file).code == "config.section"
    with pytest.raises(BadInputError) as error:
        settings_file.write(file, "hours.start", "08:30", str)
    assert error.value.code == "config.section"
    assert file.read_text() == "hours = 5"


@pytest.mark.parametrize(
    ("section", "first", "then"),
    [("hours", "start", "end"), ("windows", "home_from", "home_until"), ("windows", "work_from", "work_until")],
)
@pytest.mark.parametrize("end", ["12:00", "11:59"])
def test_pairs_of_times_are_in_order(file: Path, section: str, first: str, then: str, end: str) -> None:
    file.write_text(f'[{section}]\n{first} = "12:00"\n{then} = "{end}"\n')
    error = refused(file)
    assert error.code == "config.order"
    assert (error.context["key"], error.context["other"]) == (f"{section}.{then}", f"{section}.{first}")


@pytest.mark.parametrize("written", ['"9:00"', '"09:00"', '"09：00"', "09:00:00", '" 9:00 "'])
def test_times_are_taken_as_people_write_them(file: Path, written: str) -> None:
    file.write_text(f"[hours]\nstart = {written}\n", encoding="utf-8")
    assert settings_file.read(file).day_start == time(9, 0)


def test_a_slip_in_a_name_stops_nothing_and_is_told(file: Path) -> None:
    file.write_text('note = 1\n[hours]\nstrat = "08:00"\nend = "17:00"\n[hourz]\nstart = "08:00"\n[empty]\n')
    found = settings_file.read(file)
    assert (found.day_start, found.day_end) == (time(9, 0), time(17, 0))
    assert settings_file.unknown_keys(file) == ["note", "hours.strat", "hourz", "empty"]


def test_a_wrong_value_can_be_put_right_by_the_command(file: Path) -> None:
    file.write_text('[hours]\nstart = "later"\n')
    settings_file.write(file, "hours.start", "08:30", str)
    assert settings_file.read(file).day_start == time(8, 30)


def test_a_text_keeps_nothing_that_steers_a_terminal(file: Path) -> None:
    file.write_text('[agent]\ncompany = "安\\u001b[2J\\u202e信\\n"\n', encoding="utf-8")
    assert settings_file.read(file).company == "安[2J信"


class TestCommands:
    @pytest.fixture
    def write(self, run: Run, home: Path) -> Callable[[str | bytes], Run]:
        run("init", "--agent", "A007", "--partner", "王芳")

        def written(content: str | bytes) -> Run:
            raw = content if isinstance(content, bytes) else content.encode()
            (home / "settings.toml").write_bytes(raw)
            return run

        return written

    def settings_check(self, result: Result) -> dict[str, Any]:
        (found,) = [check for check in result.json["checks"] if check["name"] == "settings"]
        return dict(found)

    @pytest.mark.parametrize(
        ("content", "named"),
        [("[lunch]\nminutes = inf", "lunch.minutes"), (b"\x80\xff", "UTF-8"), ("[hours\n", "line 1"),
         ('[hours]\nend = "08:00"', "hours.end"), ("hours = 1", "[hours]")],
    )  # fmt: skip
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_every_command_says_what_is_wrong_and_doctor_goes_on(
        self, write: Callable[[str | bytes], Run], home: Path, content: str | bytes, named: str, lang: str
    ) -> None:
        run = write(content)
        result = run("today", "--json", lang=lang)
        assert (result.status, result.error["code"].partition(".")[0]) == (5, "config")
        for said in (result.error["message"], self.settings_check(run("doctor", "--json", lang=lang))["message"]):
            assert named in said
            assert str(home / "settings.toml") in said
        checks = {check["name"]: check["ok"] for check in run("doctor", "--json").json["checks"]}
        assert not checks.pop("settings")
        assert len(checks) > 5
        assert all(checks.values())

    def test_a_slip_in_a_name_is_a_note_of_doctor(self, write: Callable[[str | bytes], Run]) -> None:
        run = write('[hours]\nstrat = "08:00"\n')
        assert run("today").status == 0
        result = run("doctor", "--json")
        assert result.status == 0
        check = self.settings_check(result)
        assert check["ok"]
        assert "hours.strat" in check["message"]
