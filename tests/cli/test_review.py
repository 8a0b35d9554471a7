"""cases, show, contact, today, init, config, script, doctor: looking, and setting up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Clock, Result
from tests.stores import open_store

import visitcli
from visitcli.store.database import FILE_NAME

Run = Callable[..., Result]
NOBODY = {"who_opened": "nobody", "card_left": "no", "next_step": "phone"}


@pytest.fixture
def nobody(tmp_path: Path) -> Path:
    file = tmp_path / "nobody.json"
    file.write_text(json.dumps(NOBODY), encoding="utf-8")
    return file


class TestCases:
    def test_the_furthest_behind_comes_first(self, three_cases: Run) -> None:
        found = three_cases("cases", "--json").json["cases"]
        assert [case["case_id"] for case in found] == ["SH-0002", "SH-0001", "SH-0003"]
        assert found[1] == {
            "case_id": "SH-0001", "name": "林晓雯", "status": "open", "stage": "on_site", "days_overdue": 45,
            "overdue": "3264.41", "return_date": "2026-12-31", "promise_due": None, "last_visit": None,
        }  # fmt: skip

    def test_the_table_stays_in_columns_with_chinese_names(self, three_cases: Run) -> None:
        lines = three_cases("cases", lang="zh").out.splitlines()
        from visitcli.cli.terminal import width

        ends = [width(line[: line.index("20")].rstrip()) for line in lines[1:]]
        assert len(set(ends)) == 1

    @pytest.mark.parametrize(("text", "found"), [("安亭", ["SH-0001"]), ("13800000003", ["SH-0003"]), ("100%", [])])
    def test_find_looks_in_the_whole_file(self, three_cases: Run, text: str, found: list[str]) -> None:
        assert [c["case_id"] for c in three_cases("cases", "--find", text, "--json").json["cases"]] == found

    def test_an_empty_store_says_what_to_do(self, run: Run) -> None:
        result = run("cases")
        assert result.status == 0
        assert "visitcli import" in result.err

    @pytest.mark.parametrize("reference", ["SH-0003", "0003", "陈思远", "思远"])
    def test_a_case_is_named_in_many_ways(self, three_cases: Run, reference: str) -> None:
        assert three_cases("show", reference, "--json").json["case_id"] == "SH-0003"

    def test_a_name_of_two_is_refused_with_the_matches(self, three_cases: Run) -> None:
        result = three_cases("show", "SH-", "--json")
        assert (result.status, result.error["code"]) == (2, "cases.ambiguous")
        assert len(result.error["matches"]) == 3

    @pytest.mark.parametrize(
        ("reference", "code"), [("nobody", "not_found"), ("next", "no_plan"), ("#3", "no_plan"), ("", "not_found")]
    )
    def test_what_is_not_there_is_exit_3(self, three_cases: Run, reference: str, code: str) -> None:
        result = three_cases("show", reference, "--json")
        assert (result.status, result.error["code"]) == (3, f"cases.{code}")


class TestShow:
    def test_everything_the_office_knows(self, three_cases: Run) -> None:
        shown = three_cases("show", "SH-0002", "--json").json
        assert shown["customer"]["name"] == "周建国"
        assert shown["loan"]["overdue"] == "12880.00"
        assert [address["kind"] for address in shown["addresses"]] == ["home", "work"]
        assert {key: shown[key] for key in ("payments", "promises", "holds", "contacts", "visits")} == {
            "payments": [], "promises": [], "holds": [], "contacts": [], "visits": [],
        }  # fmt: skip

    @pytest.mark.parametrize(("lang", "words"), [("zh", "逾期金额"), ("en", "overdue")])
    def test_in_the_users_language(self, three_cases: Run, lang: str, words: str) -> None:
        assert words in three_cases("show", "SH-0002", lang=lang).out

    def test_what_happened_last_time(self, three_cases: Run, nobody: Path) -> None:
        three_cases("visit", "SH-0001", "--answers", nobody)
        out = three_cases("show", "SH-0001", lang="zh").out
        assert "没有人在" in out
        assert "电话联系" in out

    def test_contacts_made_here_stand_beside_the_offices(self, three_cases: Run) -> None:
        three_cases("contact", "SH-0001", "--by", "phone", "--result", "no_answer", "--note", "响了很久")
        (contact,) = three_cases("show", "SH-0001", "--json").json["contacts"]
        assert (contact["by"], contact["result"], contact["note"]) == ("phone", "no_answer", "响了很久")

    def test_escape_codes_in_names_do_not_reach_the_screen(self, three_cases: Run, home: Path) -> None:
        store = open_store(home)
        store.run("UPDATE cases SET body = replace(body, '林晓雯', '林\\u001b[2J[/bold]雯')")
        store.close()
        out = three_cases("show", "SH-0001").out
        assert "\x1b" not in out
        assert "[/bold]雯" in out


class TestContact:
    def test_it_is_recorded_and_waits_for_export(self, three_cases: Run) -> None:
        result = three_cases("contact", "SH-0001", "--by", "message", "--result", "sent", "--json")
        assert result.status == 0
        assert result.json["contact_id"][14] == "7"
        assert three_cases("today", "--json").json["not_exported"] == 1

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            (["--by", "visit", "--result", "reached"], "contact.by"),
            (["--by", "phone", "--result", "No Answer"], "contact.result"),
        ],
    )
    def test_what_cannot_be_recorded_is_refused(self, three_cases: Run, options: list[str], code: str) -> None:
        result = three_cases("contact", "SH-0001", *options, "--json")
        assert (result.status, result.error["code"]) == (2, code)

    def test_a_note_that_cannot_be_stored_is_refused(self, three_cases: Run) -> None:
        result = three_cases("contact", "SH-0001", "--by", "phone", "--result", "reached", "--note", "\ud800", "--json")
        assert (result.status, result.error["code"]) == (5, "text.surrogate")

    def test_a_note_is_one_line_that_steers_no_terminal(self, three_cases: Run) -> None:
        note = " 下周\r\n回电\x1b[2J\x9b\u202e "
        result = three_cases("contact", "SH-0001", "--by", "phone", "--result", "reached", "--note", note, "--json")
        assert result.json["note"] == "下周 回电[2J"

    def test_a_missing_option_is_said_in_chinese(self, three_cases: Run) -> None:
        result = three_cases("contact", "SH-0001", lang="zh")
        assert result.status == 2
        assert "缺少" in result.err


class TestToday:
    def test_the_next_command_follows_the_day(self, run: Run, three_cases: Run, nobody: Path, tmp_path: Path) -> None:
        assert three_cases("today", "--json").json["next"] == "visitcli plan"
        assert three_cases("plan").status == 0
        assert three_cases("today", "--json").json["next"] == "visitcli visit next"
        half = tmp_path / "half.json"
        half.write_text('{"who_opened": "nobody"}')
        three_cases("visit", "#1", "--answers", half)
        first = three_cases("today", "--json").json["unfinished"][0]["case_id"]
        assert three_cases("today", "--json").json["next"] == f"visitcli visit {first}"
        three_cases("visit", "next", "--answers", nobody)
        for _ in range(three_cases("today", "--json").json["planned"] - 1):
            assert three_cases("visit", "next", "--answers", nobody).status == 0
        assert three_cases("today", "--json").json["next"] == "visitcli export"
        package = three_cases("export", "--json").json["package"]
        assert three_cases("today", "--json").json["next"] == "visitcli ack FILE"
        receipt = tmp_path / "receipt.json"
        three_cases("package", "receipt", package, "--to", receipt)
        assert three_cases("ack", receipt).status == 0
        assert three_cases("today", "--json").json["next"] is None
        assert three_cases("visit", "next", "--answers", nobody, "--json").error["code"] == "cases.all_done"

    def test_bare_visitcli_is_today(self, three_cases: Run) -> None:
        assert three_cases().out == three_cases("today").out
        assert three_cases("--json").json == three_cases("today", "--json").json

    def test_a_promise_made_at_the_door_comes_back_on_its_day(self, three_cases: Run, home: Path, clock: Clock) -> None:
        store = open_store(home)
        store.run("UPDATE cases SET promise_due = '2026-11-25' WHERE case_id = 'SH-0003'")
        store.close()
        clock.forward(days=2)
        assert [p["case_id"] for p in three_cases("today", "--json").json["promised_today"]] == ["SH-0003"]


class TestSettingUp:
    def test_init_changes_only_what_is_named(self, run: Run) -> None:
        assert run("init", "--agent", "A007", "--partner", "王芳", "--json").json["partner"] == "王芳"
        changed = run("init", "--jurisdiction", "uk", "--json").json
        assert (changed["agent"], changed["partner"], changed["jurisdiction"]) == ("A007", "王芳", "uk")
        assert changed["changed"] == ["jurisdiction"]

    def test_rules_that_nobody_has_are_refused(self, run: Run) -> None:
        assert run("init", "--jurisdiction", "mars", "--json").error["code"] == "init.jurisdiction"

    def test_a_setting_is_written_with_its_comments(self, run: Run, home: Path) -> None:
        assert run("config", "hours.start", "08:30", "--json").json["settings"] == {"hours.start": "08:30"}
        assert run("config", "travel.leg_minutes", "6.5").status == 0
        text = (home / "settings.toml").read_text(encoding="utf-8")
        assert 'start = "08:30"' in text
        assert "leg_minutes = 6.5" in text
        assert text.count("#") > 25
        assert (home / "settings.toml").stat().st_mode & 0o777 == 0o600

    def test_every_setting_is_listed_and_explained(self, run: Run) -> None:
        listed = run("config", "--json").json["settings"]
        out = run("config", lang="zh").out
        assert len(listed) > 20
        assert all(key in out for key in listed)

    @pytest.mark.parametrize(
        ("key", "value"),
        [("hours.start", "8:70"), ("hours.start", "09:00+08:00"), ("hours.start", "09:00:30"), ("lunch.minutes", "inf"),
         ("hours.timezone", "Asia"), ("agent.company", "\udcff"), ("agent.company", "x" * 201),
         ("lunch.minutes", "9" * 5000), ("lunch.minutes", "-5"), ("lunch.minutes", "3.5"),
         ("travel.leg_minutes", "nan"), ("home_base.crs", "mars"), ("hours.timezone", "Asia/Nowhere")],
    )  # fmt: skip
    def test_a_value_that_makes_no_sense_is_refused(self, run: Run, key: str, value: str) -> None:
        result = run("config", "--json", key, "--", value)
        assert (result.status, result.error["code"]) == (5, "config.value")

    def test_an_unknown_key_is_exit_3(self, run: Run) -> None:
        assert run("config", "hours.noon", "--json").status == 3

    def test_a_broken_settings_file_is_named_and_never_written_over(self, run: Run, home: Path) -> None:
        home.mkdir()
        (home / "settings.toml").write_text("[hours\nstart=", encoding="utf-8")
        assert run("config", "hours.start", "08:30", "--json").error["code"] == "config.not_toml"
        assert (home / "settings.toml").read_text(encoding="utf-8") == "[hours\nstart="

    def test_the_time_zone_of_the_settings_holds(self, three_cases: Run, clock: Clock) -> None:
        three_cases("config", "hours.timezone", "America/New_York")
        assert three_cases("today", "--json").json["date"] == "2026-11-22"


class TestScript:
    def test_the_contracts_shape(self, run: Run) -> None:
        script = run("script", "--json").json
        assert {"script_id", "version", "questions", "stops"} <= set(script)
        keys = {"name", "part", "type", "required", "relevant", "constraint", "choices", "label"}
        assert all(keys <= set(question) for question in script["questions"])
        assert all({"code", "effect", "label", "say"} <= set(stop) for stop in script["stops"])
        assert len(script["stops"]) >= 20

    def test_people_can_read_it(self, run: Run) -> None:
        assert "初步接触" in run("script", lang="zh").out

    def test_the_shipped_script_is_sound(self, run: Run) -> None:
        assert run("script", "--check", "--json").json == {"ok": True, "problems": []}

    def test_what_is_wrong_with_a_script_is_said_in_words(self, run: Run, tmp_path: Path) -> None:
        shipped = Path(visitcli.__file__).parent / "data" / "scripts" / "visit.toml"
        file = tmp_path / "office.toml"
        told = "请问{customer}在吗？", "请问欠款的{customer}在吗？"
        file.write_text(shipped.read_text(encoding="utf-8").replace(*told), encoding="utf-8")
        result = run("script", "--check", "--file", file, lang="zh")
        assert result.status == 5
        assert "欠" in result.out

    @pytest.mark.parametrize(
        ("content", "status", "code"), [("= nonsense", 5, "script.unreadable"), (None, 3, "script.no_file")]
    )
    def test_a_script_that_cannot_be_read_is_named(
        self, run: Run, tmp_path: Path, content: str | None, status: int, code: str
    ) -> None:
        file = tmp_path / "office.toml"
        if content is not None:
            file.write_text(content, encoding="utf-8")
        result = run("script", "--file", file, "--json")
        assert (result.status, result.error["code"]) == (status, code)


class TestDoctor:
    def test_all_is_well_after_a_day(self, three_cases: Run, nobody: Path) -> None:
        three_cases("visit", "SH-0001", "--answers", nobody)
        result = three_cases("doctor", "--json")
        assert (result.status, result.json["ok"]) == (0, True), result.out

    def test_it_makes_nothing(self, run: Run, home: Path) -> None:
        assert run("doctor").status == 0
        assert not home.exists()

    @pytest.mark.parametrize(
        ("harm", "check"),
        [
            ("UPDATE visits SET record = replace(record, 'nobody', 'customer')", "records"),
            ("UPDATE payloads SET body = replace(body, 'nobody', 'customer')", "journal"),
            ("UPDATE events SET at = '2031-01-01T00:00:00+08:00'", "clock"),
            ("PRAGMA foreign_keys = OFF; DELETE FROM cases", "foreign_keys"),
        ],
    )
    def test_harm_is_found(self, three_cases: Run, nobody: Path, home: Path, harm: str, check: str) -> None:
        three_cases("visit", "SH-0001", "--answers", nobody)
        store = open_store(home)
        store.connection.executescript(harm)
        store.close()
        result = three_cases("doctor", "--json")
        assert result.status == 6
        assert check in [c["name"] for c in result.json["checks"] if not c["ok"]]

    def test_a_file_that_others_can_read_is_found(self, three_cases: Run, home: Path) -> None:
        (home / FILE_NAME).chmod(0o644)
        assert "modes" in [c["name"] for c in three_cases("doctor", "--json").json["checks"] if not c["ok"]]

    def test_a_store_that_is_none_is_found(self, run: Run, home: Path) -> None:
        home.mkdir()
        (home / FILE_NAME).write_bytes(b"no database" * 1000)
        assert run("doctor").status == 6


def test_a_bug_says_that_nothing_is_lost(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visitcli.app.reviewing.today", lambda runtime: 1 / 0)
    result = run("today", "--json")
    assert (result.status, result.error["code"]) == (1, "cli.bug")
    with pytest.raises(ZeroDivisionError):
        run("today", "--debug")


@pytest.mark.parametrize(
    ("argv", "code"), [(["cass"], "cli.no_such_command"), (["cases", "--bogus"], "cli.no_such_option")]
)
def test_what_is_not_understood_is_exit_2_in_the_users_language(run: Run, argv: list[str], code: str) -> None:
    assert run(*argv, "--json").error["code"] == code
    zh = run(*argv, lang="zh")
    assert zh.status == 2
    assert "没有" in zh.err


@pytest.mark.parametrize(("by", "result", "lang"), [("电话", "无人接听", "zh"), ("phone", "no answer", "en")])
def test_a_contact_is_recorded_in_the_users_words(three_cases: Run, by: str, result: str, lang: str) -> None:
    recorded = three_cases("contact", "SH-0001", "--by", by, "--result", result, "--json", lang=lang).json
    assert (recorded["by"], recorded["result"]) == ("phone", "no_answer")


@pytest.mark.parametrize("reference", ["ＳＨ－０００３", "ｓh-0003"])
def test_full_width_letters_are_the_same_case(three_cases: Run, reference: str) -> None:
    assert three_cases("show", reference, "--json").json["case_id"] == "SH-0003"


def test_a_place_that_nobody_knows_is_not_taken(run: Run) -> None:
    assert run("config", "home_base.place", "火星", "--json").error["code"] == "config.place"
    assert run("config", "home_base.place", "上海市嘉定区安亭镇").status == 0
