"""A second day: a new file over unexported work, and nothing that the agent recorded is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Clock, Result
from tests.stores import open_store

Run = Callable[..., Result]
RECORDED = ("visits", "events", "payloads", "contacts", "media", "documents", "plans", "packages")

SECOND_DAY = """\
案件编号,客户姓名,手机号,身份证号,家庭地址,单位地址,逾期金额,逾期天数,剩余本金,月还款额,委案日期,退案日期,经度,纬度,案件状态
SH-0001,林晓雯,13800000001,,上海市嘉定区安亭镇无名一路1号,,4100.00,46,65000.00,3264.41,2026-11-01,2026-12-31,121.1650,31.2880,在催
SH-0002,周建国,13800000002,,上海市嘉定区南翔镇无名二路2号,,0.00,0,0.00,4290.00,2026-11-01,2026-11-30,121.3120,31.2950,结清
SH-0004,吴新雨,13800000004,,上海市闵行区七宝镇无名五路5号,,2100.00,20,51000.00,2100.00,2026-11-24,2026-12-31,121.3550,31.1570,在催
"""


def recorded(home: Path) -> dict[str, list[tuple[object, ...]]]:
    store = open_store(home)
    tables = {name: store.all(f"SELECT * FROM {name} ORDER BY 1, 2") for name in RECORDED}
    store.close()
    return tables


def test_nothing_recorded_is_touched(three_cases: Run, tmp_path: Path, home: Path, clock: Clock) -> None:
    nobody, half = tmp_path / "nobody.json", tmp_path / "half.json"
    nobody.write_text('{"who_opened": "nobody", "card_left": "no", "next_step": "phone"}')
    half.write_text('{"who_opened": "nobody"}')
    assert three_cases("plan").status == 0
    assert three_cases("visit", "SH-0002", "--answers", nobody).status == 0
    assert three_cases("visit", "SH-0003", "--answers", half).status == 7
    assert three_cases("contact", "SH-0001", "--by", "phone", "--result", "promised").status == 0
    before = recorded(home)

    clock.forward(days=1)
    file = tmp_path / "second.csv"
    file.write_text(SECOND_DAY, encoding="gb18030")
    report = three_cases("import", file, "--complete", "--json").json["files"][0]
    assert {key: report[key] for key in ("rows", "added", "updated", "withdrawn", "rejected")} == {
        "rows": 3, "added": 1, "updated": 2, "withdrawn": 1, "rejected": [],
    }  # fmt: skip
    assert recorded(home) == before

    by_id = {case["case_id"]: case for case in three_cases("cases", "--all", "--json").json["cases"]}
    assert {key: case["status"] for key, case in by_id.items()} == {
        "SH-0001": "open", "SH-0002": "closed", "SH-0003": "withdrawn", "SH-0004": "open",
    }  # fmt: skip
    assert by_id["SH-0001"]["overdue"] == "4100.00"
    assert three_cases("show", "SH-0002", "--json").json["visits"][0]["outcome"] == "nobody_home"


def test_what_was_begun_can_be_finished_and_everything_goes_out(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    half, rest = tmp_path / "half.json", tmp_path / "rest.json"
    half.write_text('{"who_opened": "nobody"}')
    rest.write_text('{"card_left": "yes", "next_step": "visit_again"}')
    three_cases("visit", "SH-0003", "--answers", half)
    clock.forward(days=1)
    file = tmp_path / "second.csv"
    file.write_text(SECOND_DAY, encoding="utf-8")
    three_cases("import", file, "--complete")
    assert three_cases("today", "--json").json["unfinished"][0]["case_id"] == "SH-0003"
    assert three_cases("visit", "SH-0003", "--answers", rest).status == 0
    assert three_cases("export", "--json").json["records"] == 1
    planned = three_cases("plan", "--json").json
    stops = [stop for stop in planned["days"][0]["stops"] if stop["status"] != "done"]
    named = [stop["case_id"] for stop in stops] + [out["case_id"] for out in planned["left_out"]]
    assert sorted(named) == ["SH-0001", "SH-0004"]


def test_a_field_that_the_new_file_does_not_carry_stays(three_cases: Run, tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    file.write_text(
        "案件编号,客户姓名,家庭地址,逾期金额\nSH-0001,林晓雯,上海市嘉定区安亭镇无名一路1号,5000\n", encoding="utf-8"
    )
    assert three_cases("import", file).status == 0
    shown = three_cases("show", "SH-0001", "--json").json
    assert (shown["loan"]["overdue"], shown["loan"]["balance"]) == ("5000.00", "65000.00")
    assert shown["customer"]["phones"] == ["13800000001"]
