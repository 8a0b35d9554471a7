"""`visitcli hold`: set by the agent, lifted by whom the hold names, kept by plan and visit, exported."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Clock, Result

Run = Callable[..., Result]
WHY = "客户来电说明了情况"


def planned(run: Run) -> set[str]:
    return {stop["case_id"] for stop in run("plan", "--json").json["days"][0]["stops"]}


def test_a_hold_for_an_unknown_reason_is_a_hold(take: Callable[..., Run]) -> None:
    place = {"kind": "home", "text": "上海市嘉定区无名路1号", "lat": 31.2, "lon": 121.2, "crs": "wgs84"}
    held = {"case_id": "H-1", "customer": {"name": "林晓雯"}, "addresses": [place], "holds": [{"code": "月球引力"}]}
    run = take(held)
    assert [hold["code"] for hold in run("show", "H-1", "--json").json["holds"]] == ["other"]
    assert "月球引力" in run("show", "H-1", lang="zh").out
    refused = run("rules", "check", "H-1", "--at", "2026-11-24T10:00", "--json")
    assert refused.status == 4
    assert "cn.hold" in {finding["rule"] for finding in refused.json["findings"]}
    assert run("plan", "--json").json["left_out"][0]["case_id"] == "H-1"


def test_a_hold_keeps_plan_and_visit_away_until_its_last_day(three_cases: Run, clock: Clock, tmp_path: Path) -> None:
    assert "SH-0001" in planned(three_cases)
    put = three_cases("hold", "set", "SH-0001", "vulnerable", "--until", "2026-11-25", "--reason", WHY, "--json")
    assert put.json == {
        "code": "vulnerable", "since": "2026-11-23", "until": "2026-11-25", "reason": WHY, "source": "agent",
        "may_clear": "supervisor",
    }  # fmt: skip
    plan = three_cases("plan", "--json").json
    (left,) = (left for left in plan["left_out"] if left["case_id"] == "SH-0001")
    assert (left["code"], left["rules"]) == ("held", ["cn.vulnerable"])
    path = tmp_path / "answers.json"
    path.write_text("{}")
    assert three_cases("visit", "SH-0001", "--with", "王芳", "--answers", path, "--json").status == 4
    shown = three_cases("show", "SH-0001", "--json").json
    assert shown["holds"][-1]["recorded_here"]
    assert shown["next_step"] == {"step": "rest", "date": "2026-11-25", "why": "hold"}
    assert "no visit for now until 2026-11-25" in three_cases("show", "SH-0001").out
    clock.forward(days=3)
    assert three_cases("show", "SH-0001", "--json").json["next_step"]["step"] == "visit"
    assert "SH-0001" in planned(three_cases)
    assert three_cases("hold", "list", "SH-0001", "--json").json["holds"] == []


def test_it_outlives_an_import(three_cases: Run, tmp_path: Path) -> None:
    three_cases("hold", "set", "SH-0001", "complaint", "--reason", WHY)
    place = {"kind": "home", "text": "上海市", "lat": 31.2, "lon": 121.4}
    said = {"holds": [{"code": "complaint", "until": "2026-11-01"}], "addresses": [place]}
    case = {"case_id": "SH-0001", "customer": {"name": "张示例"}, **said}
    (tmp_path / "again.json").write_text(json.dumps([case], ensure_ascii=False))
    assert three_cases("import", tmp_path / "again.json").status == 0
    assert [hold["source"] for hold in three_cases("hold", "list", "SH-0001", "--json").json["holds"]] == ["agent"]


def test_a_supervisors_hold_is_lifted_with_the_offices_code_and_stays_on_record(
    three_cases: Run, tmp_path: Path
) -> None:
    key = tmp_path / "office.pem"
    three_cases("config", "office.public_key", three_cases("office", "key", key, "--json").json["public_key"])
    three_cases("init", "--agent", "A-07")
    three_cases("hold", "set", "SH-0001", "complaint", "--reason", WHY)
    clear = ("hold", "clear", "SH-0001", "complaint", "--reason", "投诉已经办结", "--json")
    refused = three_cases(*clear)
    assert (refused.status, refused.error["code"]) == (4, "override.needs_code")
    asked = ("--agent", "A-07", "--until", "20:00", "--key", key, "--json")
    wrong = three_cases("office", "code", "SH-0002", "hold.complaint", *asked).json["code"]
    assert three_cases(*clear, "--code", wrong).error["code"] == "override.not_for_this"
    other = three_cases("office", "code", "SH-0001", "hold.vulnerable", *asked).json["code"]
    assert three_cases(*clear, "--code", other).error["code"] == "override.not_for_this"
    right = three_cases("office", "code", "SH-0001", "hold.complaint", *asked).json["code"]
    assert three_cases(*clear, "--code", right).status == 0
    listed = three_cases("hold", "list", "SH-0001", "--json").json
    assert listed["holds"] == [] and listed["cleared"][0]["cleared_by"] == "supervisor"
    assert "投诉已经办结" in three_cases("hold", "list", "SH-0001", lang="zh").out
    assert "SH-0001" in planned(three_cases)


def test_what_a_visit_asked_for_is_lifted_by_whom_its_script_names(three_cases: Run, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"who_opened": "minor", "stop": "only_minor", "stop_reason": "孩子一个人在家"}))
    first = three_cases("visit", "SH-0001", "--with", "王芳", "--answers", path, "--json")
    assert first.json["status"] == "stopped"
    path.write_text(json.dumps({"stop": "intoxicated"}))
    assert three_cases("visit", "SH-0002", "--with", "王芳", "--answers", path, "--json").json["status"] == "stopped"
    for case in ("SH-0001", "SH-0002"):
        for hold in three_cases("hold", "list", case, "--json").json["holds"]:
            cleared = three_cases("hold", "clear", case, hold["code"], "--reason", WHY, "--json")
            assert (cleared.status == 0) is (hold["may_clear"] == "agent"), hold
            left = [each["code"] for each in three_cases("hold", "list", case, "--json").json["holds"]]
            assert (hold["code"] in left) is (hold["may_clear"] != "agent")


def test_a_correction_that_asks_for_another_hold_is_not_lifted_with_the_first(
    three_cases: Run, clock: Clock, tmp_path: Path
) -> None:
    """An agent may lift the rest after a drunken evening, not the one that the corrected record asks for instead."""
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"stop": "intoxicated"}))
    three_cases("visit", "SH-0002", "--with", "王芳", "--answers", path)
    assert three_cases("hold", "clear", "SH-0002", "intoxicated", "--reason", WHY).status == 0
    path.write_text(json.dumps({"who_opened": "nobody", "card_left": "no", "next_step": "no_more_visits"}))
    corrected = ("correct", "SH-0002", "--reason", "记错了", "--lift-stop", "--answers", path)
    assert three_cases(*corrected).status == 0
    (hold,) = three_cases("hold", "list", "SH-0002", "--json").json["holds"]
    assert (hold["code"], hold["may_clear"]) == ("no_more_visits", "office")
    clock.forward(days=1)
    assert "SH-0002" not in planned(three_cases)


def test_the_offices_own_is_the_offices(three_cases: Run, tmp_path: Path) -> None:
    case = {"case_id": "SH-0009", "customer": {"name": "钱示例"}, "holds": [{"code": "no_visits"}],
            "addresses": [{"kind": "home", "text": "上海市", "lat": 31.2, "lon": 121.4}]}  # fmt: skip
    (tmp_path / "one.json").write_text(json.dumps([case], ensure_ascii=False))
    three_cases("import", tmp_path / "one.json")
    refused = three_cases("hold", "clear", "SH-0009", "no_visits", "--reason", WHY, "--json")
    assert (refused.status, refused.error["code"]) == (4, "hold.office")


def test_holds_are_exported_when_set_and_again_when_lifted(three_cases: Run, tmp_path: Path) -> None:
    def exported() -> list[dict[str, str]]:
        package = three_cases("export", "--to", tmp_path / "out", "--json").json["package"]
        if package is None:
            return []
        with zipfile.ZipFile(package) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith("holds.csv"))
            rows = list(csv.DictReader(io.TextIOWrapper(archive.open(name), "utf-8-sig")))
        receipt = tmp_path / "receipt.json"
        receipt.write_text(three_cases("package", "receipt", package, "--json").out)
        assert three_cases("ack", receipt).status == 0
        return rows

    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"stop": "intoxicated"}))
    three_cases("hold", "set", "SH-0001", "vulnerable", "--reason", WHY)
    (row,) = exported()
    assert (row["code"], row["revision"], row["reason"], row["cleared_at"]) == ("vulnerable", "1", WHY, "")
    assert exported() == []
    three_cases("visit", "SH-0002", "--with", "王芳", "--answers", path)
    assert three_cases("hold", "clear", "SH-0002", "intoxicated", "--reason", WHY).status == 0
    (row,) = exported()
    assert (row["code"], row["revision"], row["cleared_by"], row["case_id"]) == ("intoxicated", "2", "agent", "SH-0002")


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (("set", "SH-0001", "moon", "--reason", WHY), 2, "hold.code"),
        (("set", "SH-0001", "complaint", "--reason", "ok"), 2, "override.no_reason"),
        (("set", "SH-0001", "complaint", "--reason", WHY, "--until", "2026-11-22"), 2, "hold.until"),
        (("set", "SH-0001", "complaint", "--reason", WHY, "--until", "soon"), 2, "hold.until"),
        (("clear", "SH-0001", "complaint", "--reason", WHY), 3, "hold.none"),
        (("list", "XX-1"), 3, "case.not_found"),
    ],
)
def test_what_makes_no_sense_is_said(three_cases: Run, asked: tuple[str, ...], status: int, code: str) -> None:
    refused = three_cases("hold", *asked, "--json")
    assert refused.status == status
    if not code.startswith("case."):
        assert refused.error["code"] == code
