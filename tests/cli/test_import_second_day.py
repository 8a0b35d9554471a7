"""The next day's file over unexported work: what the office says changes, what the agent recorded does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.stores import open_existing

EXAMPLES = Path(__file__).parents[2] / "examples"
RECORDED = ("visits", "contacts", "events", "payloads", "media", "documents", "plans", "packages")


def _tables(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    store = open_existing(home)
    assert store is not None
    try:
        return {name: store.all(f"SELECT * FROM {name} ORDER BY 1") for name in RECORDED}
    finally:
        store.close()


def _cases(home: Path) -> dict[str, dict[str, Any]]:
    store = open_existing(home)
    assert store is not None
    try:
        return {case_id: json.loads(body) for case_id, body in store.all("SELECT case_id, body FROM cases")}
    finally:
        store.close()


@pytest.fixture
def first_day(run: Any, home: Path, tmp_path: Path) -> Any:
    """The example's first day with a visit begun, a visit stopped at the door, and a call, none of it exported."""
    run("init", "--agent", "A007", "--partner", "王芳")
    assert run("import", EXAMPLES / "cases.xlsx").status == 0
    open_cases = sorted(
        case_id for case_id, case in _cases(home).items() if case["status"] == "open" and "holds" not in case
    )
    answers = tmp_path / "answers.json"
    answers.write_text("{}", encoding="utf-8")
    for case_id in open_cases[:3]:
        assert run("visit", case_id, "--answers", answers, "--json").status in (0, 7)
    assert run("contact", open_cases[4], "--by", "phone", "--result", "no_answer").status == 0
    return run


def test_nothing_that_the_agent_recorded_is_touched(first_day: Any, home: Path, clock: Any) -> None:
    before = _tables(home)
    assert len(before["visits"]) == 3
    assert before["contacts"]
    clock.forward(days=1)
    report = first_day("import", EXAMPLES / "day2.csv", "--complete", "--json").json["files"][0]
    assert (report["added"], report["withdrawn"]) == (6, 1)
    assert report["closed"] >= 5
    assert report["recalled"] == 4
    assert _tables(home) == before
    for case_id in {row[1] for row in before["visits"]}:
        assert first_day("show", case_id, "--json").json["visits"]


def test_what_the_flat_file_does_not_speak_of_stays(first_day: Any, home: Path) -> None:
    before = _cases(home)
    first_day("import", EXAMPLES / "day2.csv")
    after = _cases(home)
    for case_id, case in before.items():
        for part in ("payments", "contacts", "promises"):
            assert after[case_id].get(part) == case.get(part), "day2.csv has no such sheet"
        hours = [place.get("hours") for place in case["addresses"]]
        assert [place.get("hours") for place in after[case_id]["addresses"]] == hours


def test_figures_that_the_office_changed_are_the_office_s(first_day: Any, home: Path) -> None:
    before = _cases(home)
    first_day("import", EXAMPLES / "day2.csv")
    after = _cases(home)
    closed = [case_id for case_id in before if before[case_id]["status"] == "open" != after[case_id]["status"]]
    assert closed
    for case_id in closed:
        if after[case_id]["status"] == "closed":
            assert after[case_id]["loan"]["overdue_fen"] == 0


def test_an_interrupted_import_leaves_the_store_as_it_was(
    first_day: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from visitcli.store import imports

    before = _cases(home)

    def interrupted(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "finish", interrupted)
    assert first_day("import", EXAMPLES / "day2.csv").status == 130
    assert _cases(home) == before


def _status_file(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["案件编号,客户姓名,家庭地址,状态", *rows]) + "\n", encoding="utf-8")
    return path


def test_the_cases_that_moved_are_named(three_cases: Any, tmp_path: Path) -> None:
    names = [f"SH-1{n:02}" for n in range(10)]
    rows = [f"{name},张三,上海市嘉定区安亭镇1号," for name in names]
    three_cases("import", _status_file(tmp_path / "a.csv", *(row + "在办" for row in rows)))
    file = _status_file(tmp_path / "b.csv", *(row + "结清" for row in rows))
    dry = three_cases("import", file, "--dry-run", "--complete", "--json").json
    assert dry["files"][0]["named"] == {
        "withdrawn": ["SH-0001", "SH-0002", "SH-0003"], "closed": names, "recalled": [], "reopened": [],
    }  # fmt: skip
    told = three_cases("import", file, "--complete", lang="zh").out
    assert "已结清/结案：SH-100、SH-101、SH-102、SH-103、SH-104、SH-105、SH-106、SH-107 等\n" in told
    assert "现已视为撤案：SH-0001、SH-0002、SH-0003\n" in told
    again = three_cases("import", _status_file(tmp_path / "c.csv", rows[3] + "在办"), "--json").json["files"][0]
    assert (again["reopened"], again["named"]["reopened"]) == (1, ["SH-103"])


def test_a_stop_of_today_that_fell_away_is_told(three_cases: Any, tmp_path: Path) -> None:
    stops = [stop["case_id"] for stop in three_cases("plan", "--seconds", "1", "--json").json["days"][0]["stops"]]
    assert len(stops) == 3
    answers = tmp_path / "answers.json"
    answers.write_text('{"stop": "represented"}', encoding="utf-8")
    assert three_cases("visit", stops[0], "--answers", answers).status == 0
    rows = [f"{stop},张三,上海市嘉定区安亭镇1号,结清" for stop in (stops[2], stops[0])]
    file = _status_file(tmp_path / "b.csv", *rows)
    assert three_cases("import", file, "--dry-run", "--json").json["stops_gone"] == [], "nothing has changed yet"
    told = three_cases("import", file)
    assert f"1 stop of today's plan is no longer to be visited: {stops[2]}. Plan" in told.out
    assert "visitcli plan" in told.out
    assert three_cases("import", file, "--json").json["stops_gone"] == []
