"""`plan --days`: several days at once, and that each morning goes by the newest plan that has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from plan_rules import HOME_BASE, case, faults, left, planned, weekday

from conftest import Clock, Result

Run = Callable[..., Result]
Take = Callable[..., Run]
QUICK = ("--seconds", "0.2", "--start", HOME_BASE)


def dates(plan: dict[str, Any]) -> list[str]:
    return [day["date"] for day in plan["days"]]


def test_several_days_keep_the_rules_and_every_case_is_once(take: Take) -> None:
    cases = [
        case(number, return_date=f"2026-11-{23 + number % 5}", holds=[{"code": "complaint", "until": "2026-11-23"}])
        if number % 3 == 0
        else case(number, assigned_date=f"2026-11-{20 + number % 7}")
        for number in range(40)
    ]
    plan = take(*cases)("plan", "--days", "4", *QUICK, "--json").json
    assert dates(plan) == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]
    assert faults(plan, cases) == []
    assert sum(len(day["stops"]) for day in plan["days"]) > 25
    assert all(len(day["breaks"]) == 1 for day in plan["days"])
    assert [[stop["seq"] for stop in day["stops"]] for day in plan["days"]] == [
        list(range(1, len(day["stops"]) + 1)) for day in plan["days"]
    ]


def test_days_off_are_passed_over(take: Take) -> None:
    run = take(case(1), case(2))
    assert run("config", "hours.days_off", "周六、周日").status == 0
    plan = run("plan", "--days", "7", *QUICK, "--json").json
    assert [weekday(day) for day in plan["days"]] == [1, 2, 3, 4, 5, 1, 2]
    assert dates(run("plan", "--date", "2026-11-28", "--days", "2", *QUICK, "--json").json) == [
        "2026-11-30", "2026-12-01",
    ]  # fmt: skip
    asked = run("plan", "--date", "2026-11-28", *QUICK, "--json").json
    assert dates(asked) == ["2026-11-28"]
    assert "day_off" in [warning["code"] for warning in asked["warnings"]]


@pytest.mark.parametrize("wrong", ["周八", "1,2,3,4,5,6,7", "sometimes"])
def test_days_off_that_make_no_sense_are_refused(run: Run, wrong: str) -> None:
    assert run("config", "hours.days_off", wrong, "--json").status == 5


@pytest.mark.parametrize("days", ["0", "15", "-1"])
def test_no_more_days_than_make_sense(take: Take, days: str) -> None:
    refused = take(case(1))("plan", "--days", days, "--json")
    assert (refused.status, refused.error["code"]) == (2, "plan.days")


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31"])
def test_no_day_so_far_away_that_it_is_a_slip(take: Take, day: str) -> None:
    refused = take(case(1))("plan", "--date", day, "--days", "2", "--json")
    assert (refused.status, refused.error["code"]) == (2, "plan.far_date")


def test_a_clock_that_was_never_set_still_gives_ids_that_sort(run: Run, clock: Clock) -> None:
    clock.moment = datetime(1969, 12, 31, 20, tzinfo=timezone(timedelta(hours=-5)))
    assert run("plan", "--json").json["plan_id"].startswith("00000000-0000-7")


def test_a_promise_is_kept_on_its_day(take: Take) -> None:
    promise = {"due_date": "2026-11-25", "amount": "3000.00", "status": "open"}
    run = take(*(case(number) for number in range(12)), case(20, promises=[promise]))
    plan = run("plan", "--days", "3", *QUICK, "--json").json
    assert "P-0020" in planned(plan, 2)
    before = run("plan", "--days", "2", *QUICK, "--json").json
    reasons = [reason["code"] for day in before["days"] for stop in day["stops"] for reason in stop["reasons"]]
    assert "promise_due" not in reasons


def test_what_is_against_every_day_is_said_once(take: Take) -> None:
    run = take(
        case(1, holds=[{"code": "complaint", "until": "2026-11-24"}], return_date="2026-11-24"),
        case(2, assigned_date="2026-12-01"),
        case(3),
    )
    plan = run("plan", "--days", "3", *QUICK, "--json").json
    assert left(plan) == {"P-0001": "held", "P-0002": "not_yet"}
    said = {out["case_id"]: out["message"] for out in plan["left_out"]}
    assert "complaint" in said["P-0001"]
    assert "2026-11-24" in said["P-0001"]
    assert said["P-0002"].count("2026-12-01") == 1


def test_tuesday_goes_by_mondays_plan_until_it_has_its_own(take: Take, go: Callable[[str], None], clock: Clock) -> None:
    run = take(*(case(number) for number in range(24)))
    plan = run("plan", "--days", "2", *QUICK, "--json").json
    monday, tuesday = planned(plan, 0), planned(plan, 1)
    assert run("show", "next", "--json").json["case_id"] == monday[0]
    clock.forward(days=1)
    assert run("today", "--json").json["left"] == tuesday
    assert run("show", "#3", "--json").json["case_id"] == tuesday[2]
    go("next")
    assert run("show", "next", "--json").json["case_id"] == tuesday[1]
    again = run("plan", *QUICK, "--exclude", tuesday[1], "--json").json
    assert run("today", "--json").json["left"] == planned(again)
    assert run("show", "#1", "--json").json["case_id"] == tuesday[0]


def test_one_days_plan_leaves_the_other_days_of_an_earlier_one_as_they_are(take: Take, clock: Clock) -> None:
    run = take(*(case(number) for number in range(24)))
    plan = run("plan", "--days", "3", *QUICK, "--json").json
    run("plan", "--date", "tomorrow", *QUICK, "--exclude", planned(plan, 1)[0])
    clock.forward(days=2)
    assert run("today", "--json").json["left"] == planned(plan, 2)
    clock.forward(days=1)
    assert run("today", "--json").json["planned"] is None


def test_what_was_met_on_monday_is_not_ahead_on_tuesday(
    take: Take, clock: Clock, run: Run, tmp_path: Any, go: Callable[[str], None]
) -> None:
    take(*(case(number) for number in range(24)))
    tuesday = planned(run("plan", "--days", "2", *QUICK, "--json").json, 1)
    elder = tmp_path / "elder.json"
    elder.write_text('{"stop": "represented"}')
    clock.forward(hours=2)
    assert run("visit", tuesday[0], "--answers", elder).status == 0
    go(tuesday[1])  # nobody home: Tuesday's visit still stands
    clock.forward(days=1)
    assert run("today", "--json").json["left"] == tuesday[1:]
    assert run("show", "next", "--json").json["case_id"] == tuesday[1]


def test_several_days_are_shown_one_below_the_other(take: Take) -> None:
    run = take(*(case(number) for number in range(20)), case(30, holds=[{"code": "complaint"}]))
    zh, en = (run("plan", "--days", "2", *QUICK, lang=lang).out for lang in ("zh", "en"))
    assert zh.index("2026-11-23 周一") < zh.index("2026-11-24 周二") < zh.index("没排进")
    assert (zh.count("午休"), zh.count("没排进：")) == (2, 1)
    assert en.index("Monday 2026-11-23") < en.index("Tuesday 2026-11-24") < en.index("Left out")
    assert "见到本人的机会" in zh
    assert "含富余" in zh
    assert "in hand" in en


def test_the_same_again_gives_the_same_days(take: Take) -> None:
    run = take(*(case(number) for number in range(12)))
    first, again = (run("plan", "--days", "2", "--start", HOME_BASE, "--json").json for _ in range(2))
    assert (first["cut"], first["share"]) == (None, 1.0)
    assert first == again
