"""Public holidays: read once a year, corrected by the office, kept by plan and visit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Result

from visitcli.engines.public_holidays import LANDS, year_of

Run = Callable[..., Result]


def found(run: Run, at: str) -> dict[str, Any]:
    checked = run("rules", "check", "SH-0001", "--at", at, "--place", "home", "--json").json
    return {finding["rule"]: finding for finding in checked["findings"]}


@pytest.mark.parametrize("land", sorted(LANDS))
def test_every_land_has_holidays_and_a_new_year(land: str) -> None:
    from datetime import date

    year = year_of(land, 2026)
    assert len(year.days) >= 5 and all(zh and en for zh, en in year.days.values())
    assert land == "in" or date(2026, 1, 1) in year.days


def test_the_weekend_in_the_middle_of_a_holiday_belongs_to_it() -> None:
    from datetime import date

    days = year_of("cn", 2026).days
    assert {date(2026, 2, 21), date(2026, 2, 22)} <= days.keys()  # between 20 and 23 February, both off
    assert date(2026, 2, 28) not in days


def test_nobody_is_visited_on_a_holiday_and_an_estimate_is_said_to_be_one(three_cases: Run) -> None:
    assert found(three_cases, "2026-02-17T10:00")["cn.holiday"]["level"] == "block"
    assert "春节" in three_cases("rules", "check", "SH-0001", "--at", "2026-02-17T10:00", lang="zh").out
    assert "cn.holiday_unsure" not in found(three_cases, "2026-02-10T10:00")
    assert "cn.holiday_unsure" in found(three_cases, "2031-03-10T10:00")


def test_the_offices_file_decides_first(three_cases: Run, home: Path) -> None:
    (home / "days.txt").write_text("# 2031\n2031-03-10 休 公司纪念日\n2026-02-17 work\n", encoding="utf-8")
    assert three_cases("config", "rules.days_file", "days.txt").status == 0
    assert "cn.holiday" in found(three_cases, "2031-03-10T10:00")
    assert "cn.holiday_unsure" not in found(three_cases, "2031-03-11T10:00")
    assert "cn.holiday" not in found(three_cases, "2026-02-17T10:00")
    (home / "days.txt").write_text("2031-03-10 休\n2031-13-10 休\n", encoding="utf-8")
    refused = three_cases("rules", "check", "SH-0001", "--json")
    assert (refused.status, refused.error["code"]) == (5, "rules.bad_day")
    assert "2" in refused.error["message"]


def test_a_year_is_read_once(three_cases: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found(three_cases, "2026-11-24T10:00")
    monkeypatch.setitem(sys.modules, "holidays", None)  # whoever imports it now fails
    assert "cn.holiday" in found(three_cases, "2026-10-01T10:00")


def test_a_store_without_room_still_knows_the_holidays(three_cases: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlcipher3 import dbapi2 as sqlite

    def full(*_given: object, **_named: object) -> None:
        raise sqlite.OperationalError("database or disk is full")

    monkeypatch.setattr("visitcli.store.holidays.keep", full)
    assert "cn.holiday" in found(three_cases, "2026-10-01T10:00")
    monkeypatch.setattr("visitcli.store.holidays.keep", lambda *_given, **_named: 1 / 0)
    assert three_cases("rules", "check", "SH-0001", "--at", "2025-10-01T10:00", "--json").status == 1


def test_a_plan_for_a_holiday_visits_nobody_and_says_why(three_cases: Run) -> None:
    plan = three_cases("plan", "--date", "2027-01-01", "--json").json
    assert plan["days"][0]["stops"] == []
    assert plan["left_out"]
    for left in plan["left_out"]:
        assert "cn.holiday" in left["rules"]
