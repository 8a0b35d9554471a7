"""`visitcli import`: what is taken, how it is read, what is told."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.stores import PASSPHRASE, open_existing

from hostile_files import SOUND_ROWS, sound_xls
from visitcli.cli.desk import Environment
from visitcli.cli.main import main
from visitcli.cli.terminal import Terminal

EXAMPLES = Path(__file__).parents[2] / "examples"


def _body(home: Path, case_id: str) -> dict[str, Any]:
    """A stored case as it stands in the store."""
    store = open_existing(home)
    assert store is not None
    try:
        row = store.one("SELECT body FROM cases WHERE case_id = ?", (case_id,))
    finally:
        store.close()
    assert row is not None, case_id
    found: dict[str, Any] = json.loads(row[0])
    return found


def _query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    store = open_existing(home)
    assert store is not None
    try:
        return store.all(sql)
    finally:
        store.close()


def _csv(path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(rows) + "\n").encode(encoding))
    return path


def _report(result: Any) -> dict[str, Any]:
    found: dict[str, Any] = result.json["files"][0]
    return found


# -- the contract ----------------------------------------------------------------------------------------------------


def test_the_documents_shape(run: Any, tmp_path: Path) -> None:
    file = _csv(
        tmp_path / "a.csv", "案件编号,客户姓名,家庭地址,手机号", "A-1,张三,上海市嘉定区安亭镇1号,154123456", "A-2,,x,"
    )
    result = run("import", file, "--json")
    report = _report(result)
    assert result.status == 5
    assert {key: report[key] for key in ("file", "rows", "added", "updated", "unchanged", "withdrawn")} == {
        "file": str(file), "rows": 2, "added": 1, "updated": 0, "unchanged": 0, "withdrawn": 0,
    }  # fmt: skip
    assert report["rejected"] == [{"row": 3, "field": "name", "code": "import.no_name", "message": "no customer name"}]
    assert report["warnings"] == [
        {"row": 2, "field": "phone", "code": "import.phone", "message": "154123456 is not a phone number"}
    ]


def test_the_same_file_twice_changes_nothing(run: Any, home: Path) -> None:
    assert _report(run("import", EXAMPLES / "cases.csv", "--json"))["added"] == 150
    before = _query(home, "SELECT * FROM cases ORDER BY case_id")
    report = _report(run("import", EXAMPLES / "cases.csv", "--json"))
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, 150)
    assert _query(home, "SELECT * FROM cases ORDER BY case_id") == before


def test_the_same_refused_file_twice_keeps_its_refused_rows_once(run: Any, home: Path) -> None:
    for _ in range(2):
        run("import", EXAMPLES / "cases-broken.csv")
    assert len(_query(home, "SELECT * FROM rejected_rows")) == 4


def test_workbook_and_json_of_the_same_cases_agree(run: Any, home: Path, tmp_path: Path) -> None:
    run("import", EXAMPLES / "cases.xlsx")
    from_workbook = {row[0]: json.loads(row[1]) for row in _query(home, "SELECT case_id, body FROM cases")}
    other = tmp_path / "other"
    run("import", EXAMPLES / "cases.json", "--home", other)
    from_json = {row[0]: json.loads(row[1]) for row in _query(other, "SELECT case_id, body FROM cases")}
    assert from_workbook.keys() == from_json.keys()
    holds = {case_id: case.pop("holds", None) for case_id, case in from_json.items()}
    for case_id, case in from_workbook.items():
        assert [hold["code"] for hold in case.pop("holds", [])] == [hold["code"] for hold in holds[case_id] or []]
        assert case == from_json[case_id]


def test_broken_example_is_refused_and_warned_of_as_its_own_column_says(run: Any) -> None:
    report = _report(run("import", EXAMPLES / "cases-broken.csv", "--json"))
    text = (EXAMPLES / "cases-broken.csv").read_text(encoding="gb18030")
    says = {number: row["说明"] for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2)}
    assert {each["row"] for each in report["rejected"]} == {
        n for n, remark in says.items() if remark.startswith("拒收")
    }
    assert {each["row"] for each in report["warnings"]} == {
        n for n, remark in says.items() if remark.startswith("告警")
    }


def test_a_dry_run_says_the_same_and_stores_nothing(run: Any, home: Path) -> None:
    dry = _report(run("import", EXAMPLES / "cases.csv", "--dry-run", "--json"))
    assert _query(home, "SELECT count(*) FROM cases") == [(0,)]
    assert _query(home, "SELECT count(*) FROM imports") == [(0,)]
    real = _report(run("import", EXAMPLES / "cases.csv", "--json"))
    assert (dry.pop("stored"), real.pop("stored")) == (False, True)
    assert dry == real


def test_strict_stores_nothing_of_a_file_with_a_refused_row(run: Any, home: Path, tmp_path: Path) -> None:
    result = run("import", EXAMPLES / "cases-broken.csv", "--strict", "--rejected", tmp_path / "refused.csv", "--json")
    report = _report(result)
    assert (result.status, report["stored"]) == (5, False)
    assert [report[name] for name in ("added", "updated", "withdrawn", "approximate")] == [0] * 4
    assert report["would"]["added"] == report["rows"] - len(report["rejected"]) > 0
    assert _query(home, "SELECT count(*) FROM cases") == [(0,)]
    assert _query(home, "SELECT count(*) FROM rejected_rows") == [(0,)]
    assert len((tmp_path / "refused.csv").read_text(encoding="utf-8-sig").splitlines()) == 5


def test_strict_tells_a_person_first_that_nothing_was_stored(run: Any) -> None:
    lines = run("import", EXAMPLES / "cases-broken.csv", "--strict").out.splitlines()
    assert lines[1].startswith("Nothing was stored")
    assert "0 new" not in lines[2]
    assert "Next" not in lines[-1]


def test_complete_withdraws_what_is_absent_and_a_later_file_brings_it_back(
    three_cases: Any, home: Path, tmp_path: Path
) -> None:
    file = _csv(tmp_path / "b.csv", "案件编号,客户姓名,家庭地址", "SH-0001,林晓雯,上海市嘉定区安亭镇无名一路1号")
    assert _report(three_cases("import", file, "--json"))["withdrawn"] == 0
    assert _report(three_cases("import", file, "--complete", "--json"))["withdrawn"] == 2
    assert _query(home, "SELECT case_id FROM cases WHERE status = 'open'") == [("SH-0001",)]
    back = _csv(tmp_path / "c.csv", "案件编号,客户姓名,家庭地址", "SH-0002,周建国,上海市嘉定区南翔镇无名二路2号")
    assert _report(three_cases("import", back, "--json"))["reopened"] == 1
    assert _body(home, "SH-0002")["status"] == "open"


def test_complete_withdraws_nothing_when_a_refused_row_may_be_anybodys(three_cases: Any, tmp_path: Path) -> None:
    file = _csv(tmp_path / "b.csv", "案件编号,客户姓名,家庭地址", "SH-0001,林晓雯,上海市嘉定区", ",周建国,上海市嘉定区")
    report = _report(three_cases("import", file, "--complete", "--json"))
    assert report["withdrawn"] == 0
    assert "import.complete_unsure" in report["warning_counts"]


def test_complete_leaves_a_case_whose_row_was_refused(three_cases: Any, home: Path, tmp_path: Path) -> None:
    rows = ("SH-0001,林晓雯,上海市嘉定区", "SH-0002,,上海市嘉定区")
    file = _csv(tmp_path / "b.csv", "案件编号,客户姓名,家庭地址", *rows)
    assert _report(three_cases("import", file, "--complete", "--json"))["withdrawn"] == 1
    assert _body(home, "SH-0002")["status"] == "open"


def test_a_row_that_follows_a_refused_one_of_its_number_is_taken(run: Any, tmp_path: Path) -> None:
    file = _csv(tmp_path / "b.csv", "案件编号,客户姓名,家庭地址", "A-1,,上海市嘉定区", "A-1,张三,上海市嘉定区")
    report = _report(run("import", file, "--json"))
    assert (report["added"], len(report["rejected"])) == (1, 1)


def test_refused_rows_can_be_mended_and_imported_again(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "refused.csv"
    file = _csv(
        tmp_path / "a.csv", "案件编号,客户姓名,家庭地址,备注", 'A-1,,上海市嘉定区安亭镇,"=HYPERLINK(""http://x"")"'
    )
    assert run("import", file, "--rejected", out).status == 5
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row["备注"].startswith("'="), "no spreadsheet may run it"
    assert (row["refused row"], row["refused code"]) == ("2", "import.no_name")
    mended = _csv(tmp_path / "mended.csv", *content.decode("utf-8-sig").replace("A-1,,", "A-1,张三,").splitlines())
    assert _report(run("import", mended, "--json"))["added"] == 1
    shown = run("show", "A-1", "--json").json
    assert shown["extra"] == {"备注": '=HYPERLINK("http://x")'}


# -- headings --------------------------------------------------------------------------------------------------------


def test_a_map_names_a_column_that_nobody_knows(run: Any, home: Path, tmp_path: Path) -> None:
    file = _csv(tmp_path / "m.csv", "编码X,甲方,住哪里,欠多少", "M-1,张三,上海市嘉定区安亭镇,12.5")
    assert run("import", file, "--json").status == 5
    maps = ("case_id=编码X", "customer.name=甲方", "home_address=住哪里", "逾期金额=欠多少")
    result = run("import", file, *(word for pair in maps for word in ("--map", pair)), "--json")
    assert result.status == 0, result.err
    assert _body(home, "M-1")["loan"] == {"overdue_fen": 1250}


@pytest.mark.parametrize(
    ("pair", "status", "code"),
    [("case_id", 2, "import.map"), ("nonsense=编号", 2, "import.map_field"), ("vin=没有这列", 5, "import.map_column")],
)
def test_a_map_that_cannot_be(pair: str, status: int, code: str, run: Any, tmp_path: Path) -> None:
    file = _csv(tmp_path / "m.csv", "案件编号,客户姓名,家庭地址", "M-1,张三,上海市嘉定区")
    result = run("import", file, "--map", pair, "--json")
    assert (result.status, result.error["code"]) == (status, code)


def test_a_wrong_crs_is_a_usage_error(run: Any, tmp_path: Path) -> None:
    assert run("import", _csv(tmp_path / "m.csv", "a"), "--crs", "mars").status == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str, run: Any, home: Path, tmp_path: Path) -> None:
    rows = [("案件编号", "客户姓名", "家庭地址"), ("E-1", "龚䶮", "上海市嘉定区安亭镇1号")]
    file = _csv(tmp_path / "e.txt", *(delimiter.join(row) for row in rows), encoding=encoding)
    assert run("import", file).status == 0
    assert _body(home, "E-1")["customer"]["name"] == "龚䶮"


def test_english_headings(run: Any, home: Path, tmp_path: Path) -> None:
    file = _csv(
        tmp_path / "e.csv",
        "Case No.,Customer Name,Phone,Home Address,Lat (WGS84),Lng (WGS84),Overdue Amount,DPD,Status,Colour",
        "E-1,Zhang San,+86 138-0000-0001,\"1 Nameless Rd, Shanghai\",31.28,121.16,\"1,234.50\",45,open,red",
    )  # fmt: skip
    assert run("import", file).status == 0
    case = _body(home, "E-1")
    assert case["customer"] == {"name": "Zhang San", "phones": ["13800000001"]}
    assert case["addresses"][0]["crs"] == "wgs84"
    assert (case["addresses"][0]["lat"], case["addresses"][0]["lon"]) == (31.28, 121.16)
    assert case["loan"] == {"overdue_fen": 123450, "days_overdue": 45}
    assert case["extra"] == {"Colour": "red"}


def test_several_phones_and_addresses(run: Any, home: Path, tmp_path: Path) -> None:
    file = _csv(
        tmp_path / "p.csv",
        "案件编号,客户姓名,手机号,手机号2,备用电话,家庭地址,单位地址,其他地址",
        "P-1,张三,138 0000 0001,(021)5555-6666,138****1234,嘉定区安亭镇1号,上海宝山区大场镇2号,青浦区徐泾镇3号",
    )
    assert run("import", file).status == 0
    case = _body(home, "P-1")
    assert case["customer"]["phones"] == ["13800000001", "02155556666", "138****1234"]
    assert [address["kind"] for address in case["addresses"]] == ["home", "work", "other"]
    assert all(address["approximate"] and address["radius_m"] for address in case["addresses"])


def test_an_approximate_place_names_the_gazetteers_system_wherever_it_is_shown(run: Any, tmp_path: Path) -> None:
    file = _csv(tmp_path / "p.csv", "案件编号,客户姓名,家庭地址", "P-1,张三,上海市嘉定区安亭镇1号")
    run("import", file)
    [place] = run("show", "P-1", "--json").json["addresses"]
    [stop] = run("plan", "--seconds", "1", "--json").json["days"][0]["stops"]
    assert (place["approximate"], place["crs"], place["source_lat"]) == (True, "wgs84", None)
    assert (stop["approximate"], stop["crs"]) == (True, "wgs84")
    assert run("show", "P-1").status == 0
    again = tmp_path / "shown.json"
    again.write_text(run("show", "P-1", "--json").out, encoding="utf-8")
    run("import", again, "--json")
    assert run("show", "P-1", "--json").json["addresses"] == [place], "what was worked out is no word of the file"


@pytest.mark.parametrize(
    ("heading", "cells", "stored"),
    [
        ("年利率(%)", ["0.45", "0.3", "8.88%"], ["0.45", "0.3", "8.88"]),
        ("年利率", ["0.108", "0.0999", "8.88%"], ["10.8", "9.99", "8.88"]),
        ("年利率", ["10.8", "0.99", "0.05%"], ["10.8", "0.99", "0.05"]),
        ("年利率", ["0.05%", "0.108%", "0"], ["0.05", "0.108", "0"]),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_rates_by_their_sign_else_by_their_column(
    form: str, heading: str, cells: list[str], stored: list[str], run: Any, home: Path, tmp_path: Path
) -> None:
    head = ["案件编号", "客户姓名", "家庭地址", heading]
    rows = [[f"P-{n}", "张三", "上海市嘉定区安亭镇1号", cell] for n, cell in enumerate(cells)]
    file = tmp_path / f"rates.{form}"
    if form == "csv":
        _csv(file, *(",".join(row) for row in [head, *rows, ["合计", "", "", "99"]]))
    else:
        file.write_text(json.dumps([dict(zip(head, row, strict=True)) for row in rows]), encoding="utf-8")
    assert run("import", file, "--json").status == 0
    assert [_body(home, f"P-{n}")["loan"]["rate"] for n in range(3)] == stored


def test_a_nested_rate_is_percent_whatever_it_is(run: Any, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "nested.json"
    file.write_text(json.dumps(NESTED | {"loan": {"rate": "0.05"}}), encoding="utf-8")
    run("import", file)
    assert _body(home, "J-1")["loan"] == {"rate": "0.05"}


# -- workbooks -------------------------------------------------------------------------------------------------------


def test_an_office_workbook_with_everything_odd(run: Any, home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "在手清单"
    sheet.append(["某某汽车金融 委外清单"])
    sheet.append([])
    sheet.append(["案件编号", "客户姓名", "联系", None, "贷款", None, None, "委案日期"])
    sheet.append([None, None, "手机号", "家庭地址", "贷款本金（万元）", "逾期金额(元)", "年利率", None])
    sheet.append([1001, "张三", 13800000001, "上海市嘉定区安亭镇1号", 12.5, 1234.5, 0.0888, date(2026, 11, 3)])
    sheet.append(
        [1002, "李四", "０２１－５５５５６６６６", "上海市嘉定区南翔镇2号", "8.5万", "￥１，２３４", "8.88%", None]
    )
    sheet.append(["合计", None, None, None, 21, 2468.5])
    for cells in ("A1:H1", "C3:D3", "E3:G3", "A3:A4", "B3:B4", "H3:H4", "H5:H6"):
        sheet.merge_cells(cells)
    file = tmp_path / "odd.xlsx"
    book.save(file)
    result = run("import", file, "--json")
    assert (result.status, _report(result)["added"]) == (0, 2), result.out
    first, second = _body(home, "1001"), _body(home, "1002")
    assert first["customer"]["phones"] == ["13800000001"]
    assert first["loan"] == {"principal_fen": 12_500_000, "overdue_fen": 123_450, "rate": "8.88"}
    assert second["loan"] == {"principal_fen": 8_500_000, "overdue_fen": 123_400, "rate": "8.88"}
    assert first["assigned_date"] == second["assigned_date"] == "2026-11-03", "a merged cell means every row of it"


def test_sheets_of_records(run: Any, home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    main_sheet = book.active
    assert main_sheet is not None
    sheets: dict[str, list[list[Any]]] = {
        "还款记录": [
            ["案件编号", "应还日期", "应还金额", "实还日期", "实还金额"],
            ["R-1", "2026-09-05", 1000, None, "很多"],
        ],
        "催收记录": [
            ["案件编号", "催收时间", "催收方式", "催收结果"],
            ["R-1", datetime(2026, 10, 1, 9, 30), "电话", "无人接听"],
        ],
        "承诺还款": [
            ["案件编号", "承诺还款日", "承诺金额", "承诺状态"],
            ["R-1", "2026年11月25日", "1,000元", "待兑现"],
        ],
        "地址": [
            ["案件编号", "地址类型", "详细地址"],
            ["R-1", "单位", "上海市宝山区大场镇2号"],
            ["R-9", "家庭", "上海"],
        ],
        "停催": [["案件编号", "停催原因", "开始日期"], ["R-1", "投诉", "2026-11-01"]],
        "说明": [["本表由系统导出"]],
    }
    main_sheet.append(["案件编号", "客户姓名"])
    main_sheet.append(["R-1", "张三"])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = tmp_path / "records.xlsx"
    book.save(file)
    report = _report(run("import", file, "--json"))
    case = _body(home, "R-1")
    assert case["payments"] == [{"due_date": "2026-09-05", "due_fen": 100_000}]
    assert case["contacts"] == [{"at": "2026-10-01T09:30", "by": "phone", "result": "无人接听"}]
    assert case["promises"] == [{"due_date": "2026-11-25", "amount_fen": 100_000, "status": "open"}]
    assert case["holds"] == [{"code": "complaint", "since": "2026-11-01"}]
    assert case["extra"] == {"还款记录 2 实还金额": "很多"}, "kept as it stands"
    assert [(each["kind"], each["approximate"]) for each in case["addresses"]] == [("work", True)]
    assert [(each["code"], each["sheet"]) for each in report["warnings"] if each["code"] == "import.unknown_case"] == [
        ("import.unknown_case", "地址")
    ]
    assert _query(home, "SELECT promise_due FROM cases") == [("2026-11-25",)]


def test_an_excel_97_workbook(run: Any, home: Path, tmp_path: Path) -> None:
    assert run("import", sound_xls(tmp_path / "old.xls")).status == 0
    assert _body(home, "X-1")["loan"] == {"overdue_fen": 123_450}


def test_a_workbook_under_a_wrong_name_is_read_as_what_it_is(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes((EXAMPLES / "cases.xlsx").read_bytes())
    assert _report(run("import", file, "--json"))["added"] == 150


def test_numbers_that_a_spreadsheet_has_rounded(run: Any, home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["案件编号", "客户姓名", "家庭地址", "身份证号", "合同号"])
    sheet.append([7, "张三", "上海市嘉定区", 310114199003070012, 12345678])
    sheet.append([310114199003070012, "李四", "上海市嘉定区", None, None])
    file = tmp_path / "rounded.xlsx"
    book.save(file)
    report = _report(run("import", file, "--json"))
    assert [each["code"] for each in report["warnings"]] == ["import.id_rounded"]
    assert [each["code"] for each in report["rejected"]] == ["import.bad_case_number"]
    case = _body(home, "7")
    assert "id_number" not in case["customer"]
    assert case["extra"]["身份证号"].startswith("3.101")
    assert case["loan"]["contract"] == "12345678"


# -- JSON ------------------------------------------------------------------------------------------------------------

NESTED = {
    "case_id": "J-1",
    "customer": {"name": "张三", "phones": ["138 0000 0001", "12345"], "id_number": "3101**********0012", "nick": "三"},
    "addresses": [{"kind": "home", "text": "上海市嘉定区安亭镇", "lat": 31.28, "lon": 121.16, "crs": "wgs84"}],
    "loan": {"overdue": "1234.50", "rate": 8.88, "days_overdue": "many"},
    "payments": [{"due_date": "2026-09-05", "due": "1000.00", "paid": 400, "paid_date": "2026-09-08"}],
    "promises": [{"due_date": "2026-11-25", "amount": "500"}],
    "holds": [{"code": "no_visits"}],
    "status": "open",
    "team": "A",
}


@pytest.mark.parametrize("form", ["array", "object", "lines", "single"])
def test_nested_json(form: str, run: Any, home: Path, tmp_path: Path) -> None:
    second = NESTED | {"case_id": "J-2"}
    texts = {
        "array": json.dumps([NESTED, second], indent=1),
        "object": json.dumps({"cases": [NESTED, second]}),
        "lines": json.dumps(NESTED) + "\n\n" + json.dumps(second) + "\n",
        "single": json.dumps(NESTED),
    }
    file = tmp_path / "cases.json"
    file.write_text(texts[form], encoding="utf-8")
    report = _report(run("import", file, "--json"))
    assert report["added"] == (1 if form == "single" else 2)
    assert {each["code"] for each in report["warnings"]} == {"import.phone", "import.number"}
    case = _body(home, "J-1")
    assert case["customer"] == {"name": "张三", "id_number": "3101**********0012", "phones": ["13800000001"]}
    assert case["loan"] == {"overdue_fen": 123_450, "rate": "8.88"}
    assert case["payments"] == [
        {"due_date": "2026-09-05", "due_fen": 100_000, "paid_date": "2026-09-08", "paid_fen": 40_000}
    ]
    assert case["promises"] == [{"due_date": "2026-11-25", "amount_fen": 50_000, "status": "open"}]
    assert case["holds"] == [{"code": "no_visits"}]
    assert case["extra"] == {"customer.nick": "三", "phone": "12345", "days_overdue": "many", "team": "A"}


@pytest.mark.parametrize("heading", ["诉讼时效", "诉讼时效届满日", "时效到期日", "Limitation date", "Time bar date"])
def test_the_limitation_date_is_read_under_its_headings_and_shown(
    heading: str, run: Any, home: Path, tmp_path: Path
) -> None:
    file = _csv(tmp_path / "l.csv", f"案件编号,客户姓名,家庭地址,{heading}", "L-1,张三,上海市嘉定区安亭镇,2027年3月1日")
    assert run("import", file).status == 0
    assert _body(home, "L-1")["loan"] == {"limitation_date": "2027-03-01"}
    assert "诉讼时效届满" in run("show", "L-1", lang="zh").out
    assert "time-barred after" in run("show", "L-1").out
    nested = NESTED | {"loan": {"limitation_date": "2027-04-01"}}
    (tmp_path / "n.json").write_text(json.dumps(nested), encoding="utf-8")
    run("import", tmp_path / "n.json")
    assert _body(home, "J-1")["loan"] == {"limitation_date": "2027-04-01"}


def test_flat_json_with_headings_as_keys(run: Any, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "flat.json"
    rows = [{"案件编号": 1001, "客户姓名": "张三", "家庭地址": "上海市嘉定区安亭镇", "逾期金额": 12.5, "备注": None}]
    file.write_text(json.dumps([*rows, {"案件编号": 1002}], ensure_ascii=False), encoding="utf-8")
    report = _report(run("import", file, "--json"))
    assert (report["added"], [each["code"] for each in report["rejected"]]) == (1, ["import.no_name"])
    assert _body(home, "1001")["loan"] == {"overdue_fen": 1250}


# -- coordinates -----------------------------------------------------------------------------------------------------


def test_auto_finds_the_system_of_the_example(run: Any) -> None:
    for name in ("cases.csv", "cases.xlsx", "cases.json"):
        found = _report(run("import", EXAMPLES / name, "--json", "--dry-run"))["crs"]
        assert (found["crs"], found["by"]) == ("gcj02", "file")
        assert found["confidence"] > 0.95


def test_auto_without_evidence_says_so(run: Any, tmp_path: Path) -> None:
    file = _csv(tmp_path / "c.csv", "案件编号,客户姓名,家庭地址,经度,纬度", "C-1,张三,某处,121.4,31.2")
    result = run("import", file)
    assert "--crs" in result.out
    assert _report(run("import", file, "--json"))["crs"]["by"] == "unsure"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_auto_names_the_likelier_system_where_it_is_not_the_one_taken(lang: str, run: Any, tmp_path: Path) -> None:
    from visitcli.engines.gazetteer import gazetteer

    towns = [town for town in gazetteer().towns() if town.name.startswith("上海市")][:6]
    rows = [f"U-{n},张三,{town.name}1号,{town.lon},{town.lat}" for n, town in enumerate(towns)]
    file = _csv(tmp_path / "u.csv", "案件编号,客户姓名,家庭地址,经度,纬度", *rows)
    found = _report(run("import", file, "--json", "--dry-run"))["crs"]
    assert (found["crs"], found["by"], found["likeliest"]) == ("gcj02", "unsure", "wgs84")
    told = run("import", file, "--dry-run", lang=lang).out
    for word in ("GCJ-02", "WGS-84", f"{100 * found['confidence']:.0f}", "--crs"):
        assert word in told


def test_what_the_user_says_counts_for_more_than_headings(run: Any, home: Path, tmp_path: Path) -> None:
    file = _csv(tmp_path / "c.csv", "案件编号,客户姓名,经度(BD09),纬度(BD09)", "C-1,张三,121.4,31.2")
    run("import", file)
    assert _body(home, "C-1")["addresses"][0]["crs"] == "bd09"
    run("import", file, "--crs", "wgs84")
    place = _body(home, "C-1")["addresses"][0]
    assert (place["crs"], place["lat"], place["source_lat"]) == ("wgs84", 31.2, 31.2)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        ("31.2", "121.4", "import.coordinates_swapped"),
        ("999", "31.2", "import.coordinates_range"),
        ("0", "0", "import.coordinates_range"),
        ("121.4", "", "import.coordinates_half"),
        ("东边", "31.2", "import.coordinates"),
    ],
)
def test_coordinates_that_cannot_be_used(lon: str, lat: str, code: str, run: Any, home: Path, tmp_path: Path) -> None:
    row = f"C-1,张三,上海市嘉定区安亭镇1号,{lon},{lat}"
    file = _csv(tmp_path / "c.csv", "案件编号,客户姓名,家庭地址,经度,纬度", row)
    assert list(_report(run("import", file, "--json"))["warning_counts"]) == [code]
    case = _body(home, "C-1")
    assert case["addresses"][0]["approximate"] is True
    assert lon in case["extra"]["经度"], "kept as it stands"


def test_both_numbers_in_one_cell_in_either_order(run: Any, home: Path, tmp_path: Path) -> None:
    rows = ('C-1,张三,"121.4,31.2"', 'C-2,李四,"31.2，121.4"')
    run("import", _csv(tmp_path / "c.csv", "案件编号,客户姓名,坐标", *rows), "--crs", "wgs84")
    assert {(_body(home, each)["addresses"][0]["lat"]) for each in ("C-1", "C-2")} == {31.2}


# -- people ----------------------------------------------------------------------------------------------------------


def test_a_person_reads_what_happened_and_what_comes_next(run: Any) -> None:
    out = run("import", EXAMPLES / "cases-broken.csv", lang="zh").out
    assert "新增 8 个" in out
    assert "第 3 行：没有案件编号" in out
    assert "身份证号被表格软件舍入 × 1" in out
    assert out.rstrip().endswith("visitcli plan")


class _Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_file_draws_its_progress_on_stderr_only(tmp_path: Path, clock: Any) -> None:
    file = tmp_path / "long.csv"
    rows = [f"L-{n},张三,上海市嘉定区安亭镇无名路{n}号,{'备注' * 150}" for n in range(3_000)]
    _csv(file, "案件编号,客户姓名,家庭地址,备注", *rows)
    terminal = Terminal(_Tty(), io.StringIO(), _Tty())
    environ = {"VISITCLI_HOME": str(tmp_path / "home"), "VISITCLI_LANG": "en", "TERM": "xterm"}
    environ["VISITCLI_PASSPHRASE"] = PASSPHRASE
    assert main(["import", str(file)], Environment(environ=environ, clock=clock, terminal=terminal)) == 0
    assert isinstance(terminal.stderr, io.StringIO)
    assert isinstance(terminal.stdout, io.StringIO)
    assert "Reading" in terminal.stderr.getvalue()
    assert "Reading" not in terminal.stdout.getvalue()


def test_sound_rows_need_no_further_word(run: Any, tmp_path: Path) -> None:
    file = _csv(tmp_path / "s.csv", *(",".join(map(str, row)) for row in SOUND_ROWS))
    assert run("import", file).status == 0


def test_a_namesake_is_told_apart_by_the_other_places_of_the_file(run: Any, home: Path, tmp_path: Path) -> None:
    rows = ("N-1,张三,宝山区大场镇2号,,", "N-2,李四,上海市嘉定区安亭镇1号,121.16,31.28")
    run("import", _csv(tmp_path / "n.csv", "案件编号,客户姓名,家庭地址,经度,纬度", *rows))
    place = _body(home, "N-1")["addresses"][0]
    assert place["approximate"]
    assert abs(place["lat"] - 31.3) < 0.3, "Shanghai's, not the one in Heilongjiang"


def test_several_files_are_the_whole_portfolio_together(three_cases: Any, home: Path, tmp_path: Path) -> None:
    head = "案件编号,客户姓名,家庭地址"
    first = _csv(tmp_path / "1.csv", head, "SH-0001,林晓雯,上海市嘉定区安亭镇1号")
    second = _csv(tmp_path / "2.csv", head, "SH-0002,周建国,上海市嘉定区南翔镇2号")
    reports = three_cases("import", first, second, "--complete", "--json").json["files"]
    assert [report["withdrawn"] for report in reports] == [0, 1]
    assert _query(home, "SELECT case_id FROM cases WHERE status = 'withdrawn'") == [("SH-0003",)]


def test_a_file_that_could_not_be_read_leaves_the_absent_alone(three_cases: Any, home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"")
    good = _csv(tmp_path / "2.csv", "案件编号,客户姓名,家庭地址", "SH-0002,周建国,上海市嘉定区南翔镇2号")
    reports = three_cases("import", bad, good, "--complete", "--json").json["files"]
    assert reports[1]["withdrawn"] == 0
    assert _query(home, "SELECT count(*) FROM cases WHERE status = 'open'") == [(3,)]
