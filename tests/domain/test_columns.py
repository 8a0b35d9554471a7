"""Headings: the words of real lists, their units and systems, and the row in which they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.columns import find_layout, match
from visitcli.domain.fields import FIELDS, RECORDS
from visitcli.domain.values import folded
from visitcli.formats.vocabulary_file import shipped

WORDS = shipped()


@pytest.mark.parametrize(
    ("heading", "field", "scale", "crs"),
    [
        ("案件编号", "case_id", 1, None),
        ("＊案 件 编 号", "case_id", 1, None),
        ("逾期金额(元)", "overdue", 1, None),
        ("逾期金额：元", "overdue", 1, None),
        ("贷款本金（万元）", "principal", 10_000, None),
        ("贷款本金（单位：万元）", "principal", 10_000, None),
        ("贷款本金万元", "principal", 10_000, None),
        ("经度(GCJ02)", "home_lon", 1, "gcj02"),
        ("经度（高德坐标）", "home_lon", 1, "gcj02"),
        ("lng_bd09", "home_lon", 1, "bd09"),
        ("百度纬度", "home_lat", 1, "bd09"),
        ("经度（单位）", "work_lon", 1, None),
        ("地址（家庭）", "home_address", 1, None),
        ("地址2", "other_address", 1, None),
        ("手机号 3", "phone", 1, None),
        ("Phone_2", "phone", 1, None),
        ("客户身份证号码", "id_number", 1, None),
        ("Days Past Due", "days_overdue", 1, None),
        ("备注2", "", 1, None),
        ("", "", 1, None),
    ],
)
def test_headings(heading: str, field: str, scale: int, crs: str | None) -> None:
    column = match(heading, WORDS)
    assert (column.field, column.scale, column.crs) == (field, scale, crs)


@given(st.text(max_size=30))
def test_any_heading_is_matched_or_left(heading: str) -> None:
    assert match(heading, WORDS).heading == heading


def test_every_word_of_the_vocabulary_means_one_field() -> None:
    for sheet, headings in WORDS.sheets.items():
        for word, field in headings.items():
            assert word == folded(word)
            known = set(FIELDS) | set(RECORDS.get(sheet, {}))
            assert field in known or field in _OTHERS, (sheet, field)


_OTHERS = {
    "case_id", "phone", "status", "hold", "hold_since", "hold_until", "hold_note", "promise_date", "promise_amount",
    "contact_at", "contact_by", "contact_result", "crs", "ignored", "kind", "text", "lon", "lat", "point", "hours",
    *(f"{kind}_{part}" for kind in ("home", "work", "other") for part in ("address", "lon", "lat", "point", "hours")),
}  # fmt: skip


def test_the_heading_is_found_below_titles_and_blank_rows() -> None:
    rows = [
        ["某某公司清单"],
        [],
        ["导出日期：2026年11月23日"],
        ["案件编号", "客户姓名", "家庭地址"],
        ["A", "张三", "上海"],
    ]
    layout = find_layout(rows, WORDS, {})
    assert layout is not None
    assert (layout.kind, layout.first_row) == ("cases", 5)


def test_a_heading_of_two_rows() -> None:
    rows = [["案件编号", "客户", "", "家庭地址"], ["", "客户姓名", "手机号", ""], ["A", "张三", "1", "上海"]]
    layout = find_layout(rows, WORDS, {})
    assert layout is not None
    assert [column.field for column in layout.columns] == ["case_id", "name", "phone", "home_address"]
    assert layout.first_row == 3


def test_bare_coordinates_belong_to_the_only_address() -> None:
    layout = find_layout([["案件编号", "客户姓名", "单位地址", "经度", "纬度"]], WORDS, {})
    assert layout is not None
    assert [column.field for column in layout.columns][2:] == ["work_address", "work_lon", "work_lat"]


def test_a_second_column_of_one_field_is_kept_unknown() -> None:
    layout = find_layout([["案件编号", "客户姓名", "逾期金额", "逾期总额", "家庭地址", "住址"]], WORDS, {})
    assert layout is not None
    assert [column.field for column in layout.columns] == [
        "case_id", "name", "overdue", "", "home_address", "other_address",
    ]  # fmt: skip


def test_a_mapping_takes_the_field_from_another_column() -> None:
    layout = find_layout([["案件编号", "客户姓名", "逾期金额", "总欠"]], WORDS, {"overdue": "总欠"})
    assert layout is not None
    assert [column.field for column in layout.columns] == ["case_id", "name", "", "overdue"]


@pytest.mark.parametrize(
    ("sheet", "headings", "kind"),
    [
        ("还款记录", ["案件编号", "应还日期", "应还金额", "实还日期"], "payments"),
        ("Sheet2", ["案件编号", "应还日期", "应还金额", "实还日期"], "payments"),
        ("催收记录", ["案件编号", "时间", "方式", "结果"], "contacts"),
        ("承诺还款", ["案件编号", "承诺还款日", "承诺金额"], "promises"),
        ("地址", ["案件编号", "地址类型", "详细地址", "经度", "纬度"], "addresses"),
        ("停催", ["案件编号", "停催原因"], "holds"),
        ("案件", ["案件编号", "客户姓名", "停催原因", "家庭地址"], "cases"),
    ],
)
def test_sheets_by_their_headings(sheet: str, headings: list[str], kind: str) -> None:
    layout = find_layout([headings], WORDS, {}, sheet)
    assert layout is not None
    assert layout.kind == kind
