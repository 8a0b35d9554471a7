"""An update touches what its file speaks of, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.fields import Plain
from visitcli.domain.merging import earliest_promise, merged, withdrawn

HOME = {"kind": "home", "text": "上海市嘉定区安亭镇1号", "lat": 31.28, "lon": 121.16, "hours": "晚上"}
WORK = {"kind": "work", "text": "上海市宝山区大场镇2号", "lat": 31.3, "lon": 121.4}
STORED: Plain = {
    "case_id": "A",
    "customer": {"name": "张三", "phones": ["13800000001"], "employer": "示例公司"},
    "addresses": [HOME, WORK],
    "status": "open",
    "status_text": "催收中",
    "stage": "on_site",
    "loan": {"overdue_fen": 100, "days_overdue": 5},
    "payments": [{"due_date": "2026-09-05"}],
    "promises": [{"due_date": "2026-10-01", "status": "broken"}, {"due_date": "2026-11-25", "status": "open"}],
    "extra": {"等级": "A", "备注": "x"},
}
NEW: Plain = {
    "case_id": "A",
    "customer": {"name": "张三丰"},
    "addresses": [{"kind": "home", "text": HOME["text"], "lat": 31.0, "lon": 121.0, "approximate": True}],
    "status": "open",
    "stage": "on_site",
    "loan": {"overdue_fen": 200},
    "extra": {"备注": "y"},
}


def test_fields_without_a_column_stay() -> None:
    touched = {("customer", "name"), ("loan", "overdue_fen"), ("addresses", "home"), ("extra", "备注")}
    found = merged(STORED, NEW, touched)
    assert found["customer"] == {"name": "张三丰", "phones": ["13800000001"], "employer": "示例公司"}
    assert found["loan"] == {"overdue_fen": 200, "days_overdue": 5}
    assert found["addresses"] == [HOME, WORK], "same text: its coordinates are better than a town's centre"
    assert found["extra"] == {"等级": "A", "备注": "y"}
    assert found["status_text"] == "催收中"
    assert found["payments"] == STORED["payments"]


def test_an_empty_cell_in_a_column_clears_the_field() -> None:
    found = merged(STORED, NEW, {("customer", "employer"), ("loan", "days_overdue"), ("payments",), ("extra", "等级")})
    assert "employer" not in found["customer"]
    assert "days_overdue" not in found["loan"]
    assert "payments" not in found
    assert "等级" not in found["extra"]


def test_another_text_is_another_place() -> None:
    moved = NEW | {"addresses": [NEW["addresses"][0] | {"text": "上海市青浦区徐泾镇3号"}]}
    found = merged(STORED, moved, {("addresses", "home")})
    assert found["addresses"] == [moved["addresses"][0], WORK]


def test_a_row_has_room_for_the_open_promise_only() -> None:
    new = NEW | {"promises": [{"due_date": "2026-12-01", "status": "open"}]}
    found = merged(STORED, new, {("promises", "flat")})
    assert [promise["due_date"] for promise in found["promises"]] == ["2026-10-01", "2026-12-01"]
    assert earliest_promise(found) == "2026-12-01"


def test_a_case_that_was_absent_is_open_again_and_one_that_the_office_withdrew_is_not() -> None:
    absent = withdrawn(STORED)
    assert absent["status"] == "withdrawn"
    assert merged(absent, NEW, set())["status"] == "open"
    recalled = STORED | {"status": "withdrawn", "status_text": "撤案"}
    assert merged(recalled, NEW, set())["status"] == "withdrawn"


PATHS = st.sets(
    st.sampled_from(
        [
            ("customer", "name"), ("customer", "employer"), ("loan", "overdue_fen"), ("addresses", "home"),
            ("addresses", "work"), ("addresses", "home", "numbers"), ("addresses", "home", "hours"), ("status",),
            ("stage",), ("payments",), ("promises", "flat"), ("contacts", "flat"), ("extra", "备注"), ("holds",),
        ]
    )
)  # fmt: skip


@given(PATHS)
def test_merging_twice_is_merging_once(touched: set[tuple[str, ...]]) -> None:
    once = merged(STORED, NEW, touched)
    assert merged(once, NEW, touched) == once
    assert merged(STORED, STORED, touched) == STORED


@given(PATHS)
def test_nothing_stored_is_changed_in_place(touched: set[tuple[str, ...]]) -> None:
    import copy

    stored: Any = copy.deepcopy(STORED)
    merged(stored, NEW, touched)
    assert stored == STORED


def test_a_hold_that_nobody_knows_takes_none_away() -> None:
    stored = STORED | {"holds": [{"code": "complaint"}]}
    new = NEW | {"holds": [{"code": "dispute"}]}
    assert merged(stored, new, set())["holds"] == [{"code": "complaint"}, {"code": "dispute"}]
    assert merged(stored, new, {("holds",)})["holds"] == [{"code": "dispute"}]
    assert "holds" not in merged(stored, NEW, {("holds",)})
