"""`plan --lock`: what is agreed stays where it is, through every replan, until it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from plan_rules import HOME_BASE, at, case, faults, left, planned, stop_of

from conftest import MONDAY_MORNING, Clock, Result

Run = Callable[..., Result]
Take = Callable[..., Run]
QUICK = ("--seconds", "0.2", "--start", HOME_BASE)


def codes(plan: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in plan["warnings"]]


def test_an_appointment_is_kept_to_the_minute_through_every_replan(take: Take, clock: Clock) -> None:
    weak = case(30, loan={"days_overdue": 1, "overdue": "10.00"}, stage="phone")
    cases = [*(case(number) for number in range(25)), weak]
    run = take(*cases)
    assert "P-0030" in left(run("plan", *QUICK, "--json").json)
    for plan in (
        run("plan", *QUICK, "--lock", "P-0030@14：30", "--json").json,
        run("plan", *QUICK, "--seed", "7", "--json").json,
        run("plan", *QUICK, "--until", "17:00", "--json").json,
    ):
        stop = stop_of(plan, "P-0030")
        assert at(stop["start"]) == MONDAY_MORNING.replace(hour=14, minute=30)
        assert stop["locked"] is True
        assert [one["case_id"] for one in plan["locks"]] == ["P-0030"]
        assert stop["reasons"][0] == {"code": "appointment", "message": "agreed for 14:30"}
        assert faults(plan, cases) == []
    clock.moment = MONDAY_MORNING.replace(hour=11)
    assert at(stop_of(run("plan", "--now", *QUICK, "--json").json, "P-0030")["start"]).hour == 14
    taken_back = run("plan", *QUICK, "--unlock", "P-0030", "--json").json
    assert "P-0030" in left(taken_back)
    assert taken_back["locks"] == []


def test_a_stop_is_fixed_where_the_present_plan_has_it(take: Take) -> None:
    cases = [case(number) for number in range(25)]
    run = take(*cases)
    before = run("plan", *QUICK, "--json").json["days"][0]["stops"][3]
    for plan in (
        run("plan", *QUICK, "--lock", "#4", "--json").json,
        run("plan", *QUICK, "--seed", "3", "--exclude", "P-0000", "--json").json,
    ):
        stop = stop_of(plan, before["case_id"])
        assert stop["locked"] is True
        assert {key: stop[key] for key in ("start", "leave", "lat", "lon", "address_kind")} == {
            key: before[key] for key in ("start", "leave", "lat", "lon", "address_kind")
        }
        assert faults(plan, cases) == []


def test_lunch_waits_for_who_agreed_to_a_visit_in_it(take: Take) -> None:
    cases = [case(number) for number in range(8)]
    plan = take(*cases)("plan", *QUICK, "--lock", "P-0003@12:15", "--json").json
    stop, (lunch,) = stop_of(plan, "P-0003"), plan["days"][0]["breaks"]
    assert at(stop["start"]) == MONDAY_MORNING.replace(hour=12, minute=15)
    assert at(lunch["start"]) >= at(stop["leave"])
    assert at(lunch["end"]) - at(lunch["start"]) == timedelta(hours=1)
    assert faults(plan, cases) == []


def test_what_cannot_be_kept_is_said_with_what_to_do_and_stays_agreed(take: Take, clock: Clock) -> None:
    far = {"kind": "home", "text": "北京市东城区无名路1号", "lat": 39.9, "lon": 116.4}
    run = take(case(1), case(2, addresses=[far]), case(3))
    plan = run("plan", *QUICK, "--lock", "P-0002@15:00", "--lock", "P-0003@10:00", "--json").json
    assert left(plan) == {"P-0002": "too_far"}
    (warning,) = plan["warnings"]
    assert warning["code"] == "locked_left_out"
    assert "P-0002" in warning["message"]
    assert "call" in warning["message"]
    clock.moment = MONDAY_MORNING.replace(hour=11)
    late = run("plan", "--now", *QUICK, "--json").json
    assert sorted(left(late)) == ["P-0002", "P-0003"]
    assert [one["case_id"] for one in late["locks"]] == ["P-0002", "P-0003"]
    assert "locked_left_out" in codes(late)


def test_a_hold_that_came_since_is_said(take: Take) -> None:
    run = take(case(1), case(2))
    run("plan", *QUICK, "--lock", "P-0001@15:00")
    take(case(1, holds=[{"code": "represented"}]), case(2))
    plan = run("plan", *QUICK, "--json").json
    assert left(plan) == {"P-0001": "held"}
    assert codes(plan) == ["locked_left_out"]


def test_who_is_agreed_for_another_day_is_not_visited_before_unless_asked(take: Take, clock: Clock) -> None:
    cases = [case(number) for number in range(4)]
    run = take(*cases)
    ahead = run("plan", "--days", "3", *QUICK, "--lock", "P-0001@2026-11-25 10:00", "--json").json
    assert "P-0001" in planned(ahead, 2)
    assert at(stop_of(ahead, "P-0001")["start"]).isoformat()[:16] == "2026-11-25T10:00"
    today = run("plan", *QUICK, "--json").json
    assert left(today) == {"P-0001": "appointment"}
    assert "2026-11-25 10:00" in today["left_out"][0]["message"]
    assert "P-0001" in planned(run("plan", *QUICK, "--include", "P-0001", "--json").json)
    refused = run("plan", *QUICK, "--unlock", "P-0001", "--json")
    assert (refused.status, refused.error["code"]) == (2, "plan.locked_elsewhere")
    clock.forward(days=2)
    assert at(stop_of(run("plan", *QUICK, "--json").json, "P-0001")["start"]).hour == 10


def test_a_visit_that_was_made_fulfils_it(take: Take, go: Callable[[str], None], clock: Clock) -> None:
    run = take(case(1), case(2))
    run("plan", *QUICK, "--lock", "P-0001@10:00")
    clock.moment = MONDAY_MORNING.replace(hour=10, minute=1)
    go("P-0001")
    plan = run("plan", *QUICK, "--json").json
    assert stop_of(plan, "P-0001")["status"] == "done"
    assert plan["locks"] == []


def test_a_time_agreed_after_a_visit_in_vain_brings_it_back(
    take: Take, go: Callable[[str], None], clock: Clock
) -> None:
    run = take(case(1), case(2))
    clock.moment = MONDAY_MORNING.replace(hour=9, minute=30)
    go("P-0001")
    clock.forward(minutes=20)
    for options in (("--lock", "P-0001@16:00"), ()):
        stop = stop_of(run("plan", "--now", *QUICK, *options, "--json").json, "P-0001")
        assert (stop["status"], at(stop["start"]).hour, stop["locked"]) == ("planned", 16, True)
    assert "P-0001" in run("today", "--json").json["left"]


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (("--lock", "P-0001"), 3, "plan.not_planned"),
        (("--lock", "P-0001@25:00"), 2, "plan.lock_time"),
        (("--lock", "P-0001@soon"), 2, "plan.lock_time"),
        (("--lock", "P-0001@07:30"), 2, "plan.lock_hours"),
        (("--lock", "P-0001@22:00"), 2, "plan.lock_hours"),
        (("--lock", "P-0001@2026-11-25 10:00"), 2, "plan.lock_day"),
        (("--lock", "nobody@10:00"), 3, "cases.not_found"),
        (("--unlock", "P-0001"), 3, "plan.not_locked"),
    ],
)
def test_what_is_refused(take: Take, options: tuple[str, ...], status: int, code: str) -> None:
    result = take(case(1), case(2))("plan", *options, "--json")
    assert (result.status, result.error["code"]) == (status, code)
    assert result.error["message"]
    assert result.error["hint"]


def test_the_table_says_what_is_fixed(take: Take) -> None:
    run = take(case(1), case(2))
    assert "约好 14:30" in run("plan", *QUICK, "--lock", "P-0001@14:30", lang="zh").out


def test_today_names_what_is_agreed_until_it_is_made(take: Take, go: Callable[[str], None], clock: Clock) -> None:
    run = take(case(1), case(2))
    run("plan", *QUICK, "--lock", "P-0001@14:30")
    assert run("today", "--json").json["appointments"] == [{"case_id": "P-0001", "at": "2026-11-23T14:30:00+08:00"}]
    assert "约好 14:30：P-0001" in run("today", lang="zh").out
    clock.moment = MONDAY_MORNING.replace(hour=14, minute=31)
    go("P-0001")
    assert run("today", "--json").json["appointments"] == []
