"""`plan --now`: the rest of the day from here and now, with what is done kept and nobody-home tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from plan_rules import HOME_BASE, at, case, faults, left, planned, stop_of

from conftest import MONDAY_MORNING, Clock, Result

Run = Callable[..., Result]
Take = Callable[..., Run]
QUICK = ("--seconds", "0.2")
PROMISE = {"due_date": "2026-11-23", "amount": "3000.00", "status": "open"}


def begun(clock: Clock, hour: int, minute: int = 0, second: int = 0) -> datetime:
    clock.moment = MONDAY_MORNING.replace(hour=hour, minute=minute, second=second)
    return clock.moment


@pytest.fixture
def leave(run: Run, tmp_path: Path) -> Callable[[str], None]:
    """Visit a case at whose door one has to leave for good."""
    stop = tmp_path / "leave.json"
    stop.write_text('{"stop": "represented"}')

    def leave_there(reference: str) -> None:
        assert run("visit", reference, "--answers", stop).status == 0

    return leave_there


def test_the_rest_of_the_day_begins_at_the_last_door_at_the_next_full_minute(
    take: Take, leave: Callable[[str], None], clock: Clock
) -> None:
    cases = [case(number) for number in range(16)]
    run = take(*cases)
    first = run("plan", "--start", HOME_BASE, *QUICK, "--json").json
    begun(clock, 10, 30)
    leave("#1")
    begun(clock, 10, 47, 20)
    plan = run("plan", "--now", *QUICK, "--json").json
    day, done = plan["days"][0], first["days"][0]["stops"][0]
    assert at(day["start"]["at"]) == MONDAY_MORNING.replace(hour=10, minute=48)
    assert (day["start"]["lat"], day["start"]["lon"]) == (done["lat"], done["lon"])
    assert (day["stops"][0]["seq"], day["stops"][0]["case_id"], day["stops"][0]["status"]) == (
        1, done["case_id"], "done",
    )  # fmt: skip
    assert faults(plan, cases) == []
    assert "no_start" not in [warning["code"] for warning in plan["warnings"]]
    elsewhere = run("plan", "--now", "--start", HOME_BASE, *QUICK, "--json").json["days"][0]["start"]
    assert (elsewhere["lat"], elsewhere["lon"]) == (31.2304, 121.4737)


def test_it_begins_where_the_visit_was_recorded(take: Take, clock: Clock, tmp_path: Path) -> None:
    run = take(case(1), case(2))
    begun(clock, 10)
    answers = tmp_path / "there.json"
    answers.write_text('{"position": "31.3 121.5", "who_opened": "nobody", "card_left": "no", "next_step": "phone"}')
    assert run("visit", "P-0001", "--answers", answers).status == 0
    start = run("plan", "--now", *QUICK, "--json").json["days"][0]["start"]
    assert (start["lat"], start["lon"]) == (31.3, 121.5)


def test_before_anything_was_done_it_begins_at_the_home_base(take: Take, clock: Clock) -> None:
    run = take(case(1), case(2))
    assert run("config", "home_base.place", HOME_BASE).status == 0
    assert run("config", "home_base.crs", "wgs84").status == 0
    begun(clock, 8, 31)
    day = run("plan", "--now", *QUICK, "--json").json["days"][0]
    assert at(day["start"]["at"]) == clock.moment  # earlier than hours.start: it is now that one sets off
    assert (day["start"]["lat"], day["start"]["lon"]) == (31.2304, 121.4737)


def test_nobody_home_in_the_morning_may_come_back_later(take: Take, go: Callable[[str], None], clock: Clock) -> None:
    cases = [case(number) for number in range(3)]
    run = take(*cases)
    before = run("plan", "--until", "21:00", "--start", HOME_BASE, *QUICK, "--json").json
    begun(clock, 9, 30)
    go("P-0001")
    begun(clock, 9, 40)
    plan = run("plan", "--now", "--until", "21:00", *QUICK, "--json").json
    assert faults(plan, cases) == []
    again = stop_of(plan, "P-0001")
    assert again["status"] == "planned"
    assert at(again["start"]) >= MONDAY_MORNING.replace(hour=11, minute=30)
    assert at(again["earlier"]) == MONDAY_MORNING.replace(hour=9, minute=30)
    assert again["reasons"][0]["code"] == "nobody_home_earlier"
    assert "09:30" in again["reasons"][0]["message"]
    assert again["chance"] < stop_of(before, "P-0001")["chance"] or again["part"] != stop_of(before, "P-0001")["part"]
    assert sorted(run("today", "--json").json["left"]) == ["P-0000", "P-0001", "P-0002"]
    clock.moment = at(again["start"])
    go("P-0001")
    assert sorted(run("today", "--json").json["left"]) == ["P-0000", "P-0002"]


def test_where_there_is_no_time_for_it_again_it_stays_done(take: Take, go: Callable[[str], None], clock: Clock) -> None:
    run = take(case(1), case(2))
    begun(clock, 15)
    go("P-0001")
    plan = run("plan", "--now", "--until", "16:00", *QUICK, "--json").json
    assert stop_of(plan, "P-0001")["status"] == "done"
    assert "P-0001" not in left(plan)


def test_who_was_met_or_has_to_rest_does_not_come_back(take: Take, leave: Callable[[str], None], clock: Clock) -> None:
    run = take(case(1), case(2))
    begun(clock, 9, 30)
    leave("P-0001")
    plan = run("plan", "--now", *QUICK, "--json").json
    assert stop_of(plan, "P-0001")["status"] == "done"
    assert planned(plan) == ["P-0002"]


def test_nobody_home_is_left_alone_where_something_is_against_it_or_the_user_says_so(
    take: Take, go: Callable[[str], None], clock: Clock, tmp_path: Path
) -> None:
    run = take(case(1), case(2), case(3))
    begun(clock, 9, 30)
    go("P-0001")
    plan = run("plan", "--now", "--exclude", "P-0001", *QUICK, "--json").json
    assert stop_of(plan, "P-0001")["status"] == "done"
    take(case(1, holds=[{"code": "complaint"}]), case(2), case(3))
    plan = run("plan", "--now", *QUICK, "--json").json
    assert stop_of(plan, "P-0001")["status"] == "done"
    assert left(plan) == {}


def test_a_visit_that_is_going_on_is_where_it_begins_and_is_not_planned(
    take: Take, clock: Clock, tmp_path: Path
) -> None:
    run = take(case(1), case(2), case(3))
    first = run("plan", "--start", HOME_BASE, *QUICK, "--json").json
    begun(clock, 13, 5)
    half = tmp_path / "half.json"
    half.write_text('{"who_opened": "customer"}')
    assert run("visit", "P-0002", "--answers", half).status == 7
    plan = run("plan", "--now", *QUICK, "--json").json
    stop, where = stop_of(plan, "P-0002"), stop_of(first, "P-0002")
    assert (stop["status"], stop["seq"]) == ("open", where["seq"])
    assert (plan["days"][0]["start"]["lat"], plan["days"][0]["start"]["lon"]) == (where["lat"], where["lon"])
    assert sorted(planned(plan)) == ["P-0001", "P-0003"]
    screen = run("plan", "--now", *QUICK, lang="zh").out
    assert "正在上门" in screen
    assert "3 站" in screen.splitlines()[0]  # nothing is done yet
    assert "已走" not in screen
    assert run("show", "next", "--json").json["case_id"] == "P-0002"


def test_a_promise_made_in_the_meantime_counts(take: Take, clock: Clock) -> None:
    weak = case(30, loan={"days_overdue": 1, "overdue": "10.00"}, stage="phone")
    others = [case(number) for number in range(25)]
    run = take(*others, weak)
    start = ("--start", HOME_BASE)
    assert "P-0030" in left(run("plan", *start, *QUICK, "--json").json)
    begun(clock, 11)
    take(*others, {**weak, "promises": [PROMISE]})
    plan = run("plan", "--now", *start, *QUICK, "--json").json
    assert stop_of(plan, "P-0030")["reasons"][0]["code"] == "promise_due"


def test_where_the_plan_is_for_several_days_the_others_are_planned_anew_too(take: Take, clock: Clock) -> None:
    cases = [case(number) for number in range(20)]
    run = take(*cases)
    run("plan", "--days", "2", "--start", HOME_BASE, *QUICK)
    begun(clock, 14)
    plan = run("plan", "--now", "--start", HOME_BASE, *QUICK, "--json").json
    assert [day["date"] for day in plan["days"]] == ["2026-11-23", "2026-11-24"]
    assert [at(day["start"]["at"]).hour for day in plan["days"]] == [14, 9]
    assert faults(plan, cases) == []
    one = run("plan", "--now", "--days", "1", "--start", HOME_BASE, *QUICK, "--json").json
    assert [day["date"] for day in one["days"]] == ["2026-11-23"]


def test_what_now_does_not_go_with(take: Take, clock: Clock) -> None:
    run = take(case(1))
    refused: dict[tuple[str, ...], tuple[int, Any]] = {}
    for options in (("--date", "tomorrow"), ("--from", "10:00")):
        result = run("plan", "--now", *options, "--json")
        refused[options] = (result.status, result.error["code"])
    assert refused == {("--date", "tomorrow"): (2, "plan.now_today"), ("--from", "10:00"): (2, "plan.now_from")}
    assert run("plan", "--now", "--date", "today", *QUICK).status == 0
    begun(clock, 19)
    late = run("plan", "--now", "--json")
    assert (late.status, late.error["code"]) == (2, "plan.hours")


def test_a_plan_of_the_whole_day_made_during_it_points_to_now(take: Take, clock: Clock) -> None:
    run = take(case(1))
    begun(clock, 14, 5, 10)
    warnings = {w["code"]: w["message"] for w in run("plan", *QUICK, "--json").json["warnings"]}
    assert "--now" in warnings["begun_already"]
    assert "14:06" in warnings["begun_already"]


def test_a_second_visit_that_is_going_on_stands_once(
    take: Take, go: Callable[[str], None], clock: Clock, tmp_path: Path
) -> None:
    cases = [case(1), case(2)]
    run = take(*cases)
    begun(clock, 9, 30)
    go("P-0002")
    begun(clock, 16)
    half = tmp_path / "half.json"
    half.write_text('{"who_opened": "customer"}')
    assert run("visit", "P-0002", "--answers", half).status == 7
    plan = run("plan", "--now", *QUICK, "--json").json
    assert faults(plan, cases) == []
    assert stop_of(plan, "P-0002")["status"] == "open"
