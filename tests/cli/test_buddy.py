"""`visitcli buddy`: a sheet that names nobody, counts from the plan, and tells the buddy what to do when."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import Clock, Result

from visitcli.domain.buddy import SLACK_MIN, STEPS, checkpoints, vevent

Run = Callable[..., Result]


@pytest.fixture
def planned(three_cases: Run) -> Run:
    assert three_cases("config", "safety.agent_phone", "13900000000").status == 0
    assert three_cases("config", "safety.supervisor_phone", "13911111111").status == 0
    assert three_cases("plan").status == 0
    return three_cases


def test_each_stop_has_its_time_and_its_steps(planned: Run) -> None:
    stops = planned("plan", "--json").json["days"][0]["stops"]
    sheet = planned("buddy", "--json").json
    assert [point["seq"] for point in sheet["checkpoints"]] == [stop["seq"] for stop in stops]
    for point, stop in zip(sheet["checkpoints"], stops, strict=True):
        due = datetime.fromisoformat(point["due"])
        assert due == datetime.fromisoformat(stop["leave"]) + timedelta(minutes=SLACK_MIN)
        waits = [(datetime.fromisoformat(step["at"]) - due).seconds // 60 for step in point["steps"]]
        assert waits == [minutes for _, minutes in STEPS]
        assert point["address"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_stands_alone_and_tells_of_no_customer_and_no_debt(planned: Run, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "buddy.html"
    done = planned("buddy", "--html", file, lang=lang)
    assert done.status == 0, done.err
    page = file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert not re.search(r"https?://|src=|@import|url\(", page)
    for word in ("林晓雯", "周建国", "SH-0001", "逾期", "欠", "催", "overdue", "debt", "loan"):
        assert word not in page
        assert word not in done.out
    assert "13900000000" in page
    assert "无名一路1号" in page
    assert page.count("<section") == len(planned("buddy", "--json").json["checkpoints"])


def test_what_is_done_needs_no_word(planned: Run, tmp_path: Path, clock: Clock) -> None:
    before = planned("buddy", "--json").json["checkpoints"]
    answers = tmp_path / "a.json"
    answers.write_text(json.dumps({"who_opened": "nobody", "card_left": "no", "next_step": "phone"}))
    first = planned("plan", "--json").json["days"][0]["stops"][0]["case_id"]
    clock.forward(hours=2)
    assert planned("visit", first, "--answers", answers).status == 0
    assert len(planned("buddy", "--json").json["checkpoints"]) == len(before) - 1


def test_without_a_plan_it_says_what_to_do(three_cases: Run) -> None:
    refused = three_cases("buddy", "--json")
    assert (refused.status, refused.error["code"]) == (3, "buddy.no_plan")
    assert three_cases("buddy", "--date", "tomorrow-ish", "--json").error["code"] == "buddy.bad_date"
    assert three_cases("plan").status == 0
    assert "phone" in three_cases("buddy").err


def test_the_code_is_a_calendar_entry_short_enough_to_scan() -> None:
    at = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    (point,) = checkpoints([(1, "上海市", at, at + timedelta(minutes=30))])
    text = vevent(point, "第1站 等报平安")
    assert text.startswith("BEGIN:VEVENT\r\n")
    assert "DTSTART:20261123T094500" in text
    assert "BEGIN:VALARM" in text
    assert len(text.encode()) < 300
