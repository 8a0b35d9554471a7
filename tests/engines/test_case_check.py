"""Nothing enters the store that is not a Case."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain import case as model
from visitcli.domain.fields import FIELDS, ORDER, RECORDS
from visitcli.domain.intake_nested import CaseObjects
from visitcli.domain.intake_places import Terms
from visitcli.domain.rownotes import RowError
from visitcli.engines.case_check import first_fault
from visitcli.formats.vocabulary_file import shipped
from visitcli.store import imports

SOUND: dict[str, Any] = {
    "case_id": "A",
    "customer": {"name": "张三", "phones": ["13800000001"]},
    "addresses": [{"kind": "home", "text": "上海", "lat": 31, "lon": 121.5, "crs": "gcj02"}],
    "status": "open",
    "stage": "on_site",
    "loan": {"overdue_fen": 100, "rate": "8.88", "start_date": "2026-01-31"},
    "contacts": [{"at": "2026-10-01T09:30", "by": "phone"}],
    "promises": [{"due_date": "2026-11-25", "status": "open"}],
    "holds": [{"code": "complaint"}],
    "extra": {"备注": "x"},
}


def test_a_sound_case_is_one() -> None:
    assert first_fault([json.dumps(SOUND)] * 3) is None
    assert first_fault([]) is None


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda c: c.update(team="A"), "team"),
        (lambda c: c["customer"].update(nick="三"), "customer.nick"),
        (lambda c: c.pop("addresses"), "addresses"),
        (lambda c: c["loan"].update(overdue_fen="100"), "loan.overdue_fen"),
        (lambda c: c["loan"].update(overdue_fen=1.5), "loan.overdue_fen"),
        (lambda c: c["loan"].update(overdue_fen=True), "loan.overdue_fen"),
        (lambda c: c["loan"].update(start_date="2026-02-30"), "loan.start_date"),
        (lambda c: c["loan"].update(rate="many"), "loan.rate"),
        (lambda c: c["addresses"][0].update(lat="31"), "addresses.0.lat"),
        (lambda c: c["addresses"][0].update(lat=float("nan")), "addresses.0.lat"),
        (lambda c: c["holds"][0].update(code="whatever"), "holds.0.code"),
        (lambda c: c["extra"].update(n=1), "extra.n"),
        (lambda c: c.update(stage="x"), "stage"),
    ],
)
def test_a_wrong_type_or_an_unknown_key_is_found_where_it_is(spoil: Callable[[Any], Any], where: str) -> None:
    spoilt = copy.deepcopy(SOUND)
    spoil(spoilt)
    assert first_fault([json.dumps(SOUND), json.dumps(spoilt)]) == (1, where)


def test_what_is_stored_and_what_a_case_is_have_the_same_names() -> None:
    kinds = {
        "": model.Case, "customer": model.Customer, "loan": model.Loan, "vehicle": model.Vehicle,
        "payments": model.Payment, "contacts": model.Contact, "promises": model.Promise, "holds": model.Hold,
    }  # fmt: skip
    for group, kind in kinds.items():
        assert set(ORDER[group]) == {field.name for field in fields(kind)}, group


def test_a_fault_in_reading_stores_nothing(three_cases: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = three_cases("cases", "--all", "--json").out
    monkeypatch.setattr("visitcli.domain.values.fen", lambda cell, scale=1: str(cell))
    file = tmp_path / "f.csv"
    file.write_text(
        "案件编号,客户姓名,家庭地址,逾期金额\nF-1,张三,上海市嘉定区,\nF-2,李四,上海市嘉定区,12.5\n", "utf-8"
    )
    result = three_cases("import", file, "--json")
    assert (result.status, result.error["code"], result.error["row"]) == (1, "import.not_a_case", 2)
    assert "12.5" not in result.err, "what a file says of a customer is not told"
    assert three_cases("cases", "--all", "--json").out == before


_ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False).map(str), st.text(max_size=12)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def _of(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    near = st.sampled_from(["2026-11-25", "100", "31.2", "121.4", "home", "open", "电话", "投诉", "nan", "1e5"])
    return st.fixed_dictionaries({}, optional=dict.fromkeys((*names, "else"), _ANY | near))


_GROUPS = {group: _of(*(k for k, f in FIELDS.items() if f.group == group)) for group in ("loan", "vehicle")}
_NESTED = st.fixed_dictionaries(
    {
        "case_id": _ANY | st.just("A"),
        "customer": _of("id_number", "phones", "phone", "employer").map(lambda found: {"name": "张三"} | found),
        "addresses": st.lists(
            _of("kind", "text", "lat", "lon", "crs", "source_lat", "source_lon", "hours"), min_size=1
        ),
    },
    optional={kind: _ANY | st.lists(_of(*names), max_size=2) for kind, names in RECORDS.items()}
    | {group: _ANY | found for group, found in _GROUPS.items()}
    | dict.fromkeys(("status", "status_text", "stage", "assigned_date", "return_date", "extra", "more"), _ANY),
)


@given(_NESTED)
def test_whatever_an_object_holds_it_is_a_case_or_refused(found: dict[str, Any]) -> None:
    reader = CaseObjects(Terms(shipped(), lambda _text: None), lambda _finding: None, {})
    try:
        taken = reader.read(found, 1)
    except RowError:
        return
    assert taken is not None
    assert first_fault([imports.text_of(taken.case)]) is None
