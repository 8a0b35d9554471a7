"""Looking for cases by any text that the office gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.stores import open_existing

from visitcli.store import cases

CASE = {
    "case_id": "F-1",
    "customer": {"name": '张"三\\', "phones": ["13800000001"], "employer": "Phone shop 100%"},
    "addresses": [{"kind": "home", "text": "上海市嘉定区安亭镇", "lat": 31.28, "lon": 121.16}],
    "loan": {"lender": "示例金融", "product": "new_car", "overdue": "1234.50"},
    "contacts": [{"at": "2026-10-01", "by": "message", "result": "已读"}],
    "extra": {"kind": "VIP", "备注": "Ring twice"},
}


@pytest.fixture
def listed(run: Any, home: Path, tmp_path: Path) -> Any:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(CASE), encoding="utf-8")
    assert run("import", file).status == 0

    def find(text: str) -> int:
        store = open_existing(home)
        assert store is not None
        try:
            return len(cases.listing(store, "2026-11-23", find=text))
        finally:
            store.close()

    return find


@pytest.mark.parametrize(
    "text",
    ["F-1", "安亭", "13800000001", '张"三', "三\\", "phone shop", "100%", "示例金融", "已读", "VIP", "ring TWICE"],
)
def test_what_the_office_gave_is_found(text: str, listed: Any) -> None:
    assert listed(text) == 1


@pytest.mark.parametrize(
    "text",
    ["customer", "kind", "home", "name", "addresses", "open", "new_car", "on_site", "message", "备注", "31.28", "_"],
)
def test_names_and_codes_of_the_store_are_no_texts_of_a_case(text: str, listed: Any) -> None:
    assert listed(text) == 0
