"""`visitcli plan`, from the command line: the contract's document, the table, what is refused."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from plan_rules import HOME_BASE, case

from conftest import MONDAY_MORNING, Clock, Result
from visitcli.app import planning_facts
from visitcli.cli.waiting import Wait
from visitcli.planner.model import LeftOutCode
from visitcli.planner.travel import AffineTravel
from visitcli.words import Words

Run = Callable[..., Result]


def listed(plan: dict[str, Any]) -> list[str]:
    return sorted([s["case_id"] for s in plan["days"][0]["stops"]] + [out["case_id"] for out in plan["left_out"]])


def left(plan: dict[str, Any]) -> dict[str, str]:
    return {out["case_id"]: out["code"] for out in plan["left_out"]}


def visited(plan: dict[str, Any]) -> list[str]:
    return [stop["case_id"] for stop in plan["days"][0]["stops"]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_document_is_the_contracts(take: Callable[..., Run]) -> None:
    run = take(*(case(number) for number in range(40)))
    result = run("plan", "--start", HOME_BASE, "--seed", "5", "--json")
    assert (result.status, result.err) == (0, "")
    plan = result.json
    assert {"plan_id", "seed", "cut", "days", "left_out"} <= plan.keys()
    assert (plan["seed"], plan["cut"], len(plan["days"])) == (5, None, 1)
    day = plan["days"][0]
    assert {"date", "stops", "breaks", "totals"} <= day.keys()
    assert day["date"] == "2026-11-23"
    assert day["totals"].keys() == {"score", "travel_m", "travel_s", "buffer_s", "service_s", "ends"}
    stop_keys = "seq case_id address_kind lat lon approximate status arrive start leave travel_m travel_s score reasons"
    for stop in day["stops"]:
        assert set(stop_keys.split()) <= stop.keys()
        assert stop["status"] == "planned"
        assert all(reason["message"] and reason["code"] for reason in stop["reasons"])
    assert [stop["seq"] for stop in day["stops"]] == list(range(1, len(day["stops"]) + 1))
    assert all(out.keys() == {"case_id", "code", "message", "rules"} and out["message"] for out in plan["left_out"])
    assert listed(plan) == [f"P-{number:04d}" for number in range(40)]


def test_the_day_keeps_its_rules(take: Callable[..., Run]) -> None:
    day = take(*(case(number) for number in range(40)))("plan", "--start", HOME_BASE, "--json").json["days"][0]
    assert len(day["stops"]) >= 8
    (lunch,) = day["breaks"]
    assert (at(lunch["start"]).hour, at(lunch["end"]).hour) == (12, 13)
    clock = at("2026-11-23T09:00:00+08:00")
    for stop in day["stops"]:
        arrive, start, leave = at(stop["arrive"]), at(stop["start"]), at(stop["leave"])
        assert arrive.utcoffset() == timedelta(hours=8)
        assert arrive - clock >= timedelta(seconds=stop["travel_s"])
        assert arrive <= start < leave
        assert leave <= at(lunch["start"]) or start >= at(lunch["end"])
        moving = stop["travel_m"] * 0.18 * 1.15
        assert 480 + moving - 2 <= stop["travel_s"] <= 480 + moving * 1.4 + 4  # 1.4: the evening's rush
        clock = leave
    assert clock <= at(day["totals"]["ends"]) <= at("2026-11-23T18:00:00+08:00")
    assert day["totals"]["service_s"] == sum((at(s["leave"]) - at(s["start"])).seconds for s in day["stops"])
    assert day["totals"]["score"] == pytest.approx(sum(stop["score"] for stop in day["stops"]), abs=0.01)
    assert day["totals"]["travel_m"] == sum(stop["travel_m"] for stop in day["stops"])


def test_the_same_again_gives_the_same_plan(take: Callable[..., Run]) -> None:
    run = take(*(case(number) for number in range(30)))
    first, again = (run("plan", "--start", HOME_BASE, "--json").json for _ in range(2))
    assert first == again


def test_the_plan_is_kept_and_found_by_today_and_number_and_names_nobody(take: Callable[..., Run], home: Path) -> None:
    run = take(case(1), case(2), case(3))
    stops = visited(run("plan", "--json").json)
    assert run("today", "--json").json["planned"] == 3
    assert run("show", "#2", "--json").json["case_id"] == stops[1]
    assert run("show", "next", "--json").json["case_id"] == stops[0]

    from tests.stores import open_store

    store = open_store(home)
    (body,) = store.one("SELECT body FROM plans") or ("",)
    store.close()
    assert "P-0001" in body
    assert "客户" not in body
    assert "无名路" not in body


def test_every_case_left_out_says_why(take: Callable[..., Run]) -> None:
    far = {"kind": "home", "text": "北京市东城区无名路1号", "lat": 39.9, "lon": 116.4}
    evening = {"kind": "home", "text": "上海市普陀区无名路9号", "lat": 31.25, "lon": 121.42, "hours": "19:00后在家"}
    weekend = {**evening, "hours": "周末在家"}
    run = take(
        case(1),
        case(2, holds=[{"code": "complaint", "until": "2026-12-31"}, {"code": "dispute"}]),
        case(3, holds=[{"code": "complaint", "until": "2026-11-01"}]),
        case(4, assigned_date="2026-11-25"),
        case(5, addresses=[far]),
        case(6, addresses=[evening]),
        case(7, addresses=[weekend]),
        case(8),
        case(9, status="closed"),
    )
    plan = run("plan", "--start", HOME_BASE, "--exclude", "P-0008", "--json").json
    assert sorted(visited(plan)) == ["P-0001", "P-0003"]
    assert left(plan) == {
        "P-0002": "held",
        "P-0004": "not_yet",
        "P-0005": "too_far",
        "P-0006": "outside_hours",
        "P-0007": "outside_hours",
        "P-0008": "excluded",
    }
    held = next(out["message"] for out in plan["left_out"] if out["case_id"] == "P-0002")
    assert "complaint" in held
    assert "2026-12-31" in held
    assert "disput" in held
    saturday = run("plan", "--date", "2026-11-28", "--until", "21:00", "--start", HOME_BASE, "--json").json
    assert {"P-0004", "P-0006", "P-0007"} <= set(visited(saturday))


def test_an_assignment_that_ends_before_the_day_is_not_planned_for_it(take: Callable[..., Run]) -> None:
    run = take(case(1, return_date="2026-11-24"), case(2))
    assert sorted(visited(run("plan", "--date", "2026-11-24", "--json").json)) == ["P-0001", "P-0002"]
    assert left(run("plan", "--date", "2026-11-25", "--json").json) == {"P-0001": "returned"}


def test_a_case_that_does_not_fit_yields_to_what_is_worth_more_unless_it_must_be_visited(
    take: Callable[..., Run],
) -> None:
    weak = case(30, loan={"days_overdue": 1, "overdue": "10.00"}, stage="phone")
    run = take(*(case(number) for number in range(25)), weak)
    assert left(run("plan", "--start", HOME_BASE, "--json").json)["P-0030"] == "no_time_left"
    assert "P-0030" in visited(run("plan", "--start", HOME_BASE, "--include", "P-0030", "--json").json)


def test_what_must_be_visited_and_cannot_is_said(take: Callable[..., Run]) -> None:
    run = take(case(1), case(2, holds=[{"code": "represented"}]), case(3, status="closed"))
    plan = run("plan", "--include", "P-0002", "--include", "P-0003", "--json").json
    assert left(plan) == {"P-0002": "held", "P-0003": "not_open"}
    assert {"code": "include_left_out", "message": "Asked for and yet left out: P-0002, P-0003"} in plan["warnings"]


def test_without_a_home_base_the_day_begins_at_the_first_stop_and_says_so(take: Callable[..., Run]) -> None:
    run = take(case(1), case(2))
    plan = run("plan", "--json").json
    first = plan["days"][0]["stops"][0]
    assert (first["travel_m"], first["travel_s"], at(first["arrive"]).hour) == (0, 0, 9)
    assert [warning["code"] for warning in plan["warnings"]] == ["no_start"]
    assert run("config", "home_base.place", HOME_BASE).status == 0
    plan = run("plan", "--json").json
    assert plan["warnings"] == []
    assert plan["days"][0]["stops"][0]["travel_m"] > 3000


def test_the_end_of_the_day_can_be_a_place(take: Callable[..., Run]) -> None:
    run = take(case(1))
    plan = run("plan", "--start", HOME_BASE, "--end", HOME_BASE, "--json").json["days"][0]
    assert plan["totals"]["travel_m"] == 2 * plan["stops"][0]["travel_m"]
    home = plan["totals"]["travel_s"] - plan["stops"][0]["travel_s"]
    assert at(plan["totals"]["ends"]) - at(plan["stops"][0]["leave"]) == timedelta(seconds=home)
    assert home == pytest.approx(480 + plan["stops"][0]["travel_m"] * 0.18 * 1.15 * 1.4, abs=2)  # in the evening's rush


def test_a_place_may_be_a_cases_own_address_or_one_that_the_gazetteer_knows(take: Callable[..., Run]) -> None:
    run = take(case(1), case(2))
    own = run("plan", "--start", "上海市普陀区 无名路1号", "--json").json["days"][0]["start"]
    assert (own["lat"], own["lon"]) == (31.22, 121.41)
    town = run("plan", "--start", "上海市嘉定区安亭镇", "--json").json
    assert town["days"][0]["start"]["lat"] == pytest.approx(31.3, abs=0.1)
    assert [warning["code"] for warning in town["warnings"]] == ["start_approximate"]


def test_coordinates_given_here_are_wgs84_unless_said(take: Callable[..., Run]) -> None:
    run = take(case(1))

    def start(*options: str) -> tuple[float, float]:
        place = run("plan", "--start", HOME_BASE, *options, "--json").json["days"][0]["start"]
        return place["lat"], place["lon"]

    assert start() == start("--crs", "wgs84") == start("--crs", "auto") == (31.2304, 121.4737)
    shifted, twice = start("--crs", "gcj02"), start("--crs", "bd09")
    assert 0.001 < 121.4737 - shifted[1] < 0.01
    assert shifted[1] > twice[1]


def numbered(plan: dict[str, Any]) -> dict[int, tuple[str, str]]:
    return {stop["seq"]: (stop["case_id"], stop["status"]) for stop in plan["days"][0]["stops"]}


def test_what_was_visited_today_is_not_planned_again_unless_asked(
    take: Callable[..., Run], go: Callable[[str], None], clock: Clock
) -> None:
    run = take(case(1), case(2))
    go("P-0001")
    plan = run("plan", "--json").json
    assert numbered(plan) == {1: ("P-0001", "done"), 2: ("P-0002", "planned")}
    assert left(plan) == {}
    assert left(run("plan", "--exclude", "P-0001", "--json").json) == {}
    again = run("plan", "--include", "P-0001", "--json").json
    assert numbered(again) == {1: ("P-0001", "planned"), 2: ("P-0002", "planned")}
    clock.forward(days=1)
    tomorrow = run("plan", "--json").json["days"][0]["stops"]
    assert {stop["case_id"]: stop["visit_kind"] for stop in tomorrow} == {
        "P-0001": "follow_up",
        "P-0002": "first_visit",
    }


def test_a_plan_made_during_the_day_keeps_the_numbers_of_what_is_done(
    take: Callable[..., Run], go: Callable[[str], None], clock: Clock
) -> None:
    run = take(*(case(number) for number in range(6)))
    first = numbered(run("plan", "--start", HOME_BASE, "--json").json)
    assert sorted(first) == [1, 2, 3, 4, 5, 6]
    for _ in range(2):
        clock.forward(hours=1)
        go("next")
    after = run("plan", "--start", HOME_BASE, "--seed", "9", "--json").json
    assert [stop["seq"] for stop in after["days"][0]["stops"]] == [1, 2, 3, 4, 5, 6]
    for number in (1, 2):
        assert numbered(after)[number] == (first[number][0], "done")
        assert run("show", f"#{number}", "--json").json["case_id"] == first[number][0]
    assert {status for _, status in list(numbered(after).values())[2:]} == {"planned"}
    assert run("show", "next", "--json").json["case_id"] == numbered(after)[3][0]
    assert listed(after) == [f"P-{number:04d}" for number in range(6)]
    today = run("today", "--json").json
    assert (today["planned"], today["visited"], len(today["left"])) == (6, 2, 4)


def test_a_stop_made_out_of_turn_keeps_its_number_too_and_the_others_fill_the_free_ones(
    take: Callable[..., Run], go: Callable[[str], None], clock: Clock
) -> None:
    run = take(*(case(number) for number in range(4)))
    first = numbered(run("plan", "--start", HOME_BASE, "--json").json)
    clock.forward(hours=1)
    go("#3")
    for _ in range(2):
        after = run("plan", "--start", HOME_BASE, "--json").json
        stops = after["days"][0]["stops"]
        assert [(stop["seq"], stop["status"]) for stop in stops] == [
            (3, "done"), (1, "planned"), (2, "planned"), (4, "planned"),
        ]  # fmt: skip
        assert numbered(after)[3][0] == first[3][0]
        assert run("show", "#3", "--json").json["case_id"] == first[3][0]
        assert run("show", "#4", "--json").json["case_id"] == numbered(after)[4][0]
        assert run("show", "next", "--json").json["case_id"] == stops[1]["case_id"]
    assert run("show", "#5", "--json").error["code"] == "cases.no_such_stop"


def test_a_stop_that_is_done_says_when_it_really_was(
    take: Callable[..., Run], go: Callable[[str], None], clock: Clock
) -> None:
    run = take(case(1), case(2), case(3))
    planned = run("plan", "--start", HOME_BASE, "--json").json["days"][0]["stops"][0]
    clock.forward(hours=2)
    go("#1")
    day = run("plan", "--start", HOME_BASE, "--json").json["days"][0]
    done = day["stops"][0]
    same = ("seq", "case_id", "name", "address_kind", "address", "lat", "lon", "crs", "approximate", "visit_kind")
    assert {key: done[key] for key in same} == {key: planned[key] for key in same}
    assert done.keys() == planned.keys()
    assert at(done["start"]) == at(done["leave"]) == clock.moment
    assert (done["travel_m"], done["travel_s"], done["score"], done["reasons"]) == (0, 0, 0, [])
    assert day["totals"]["score"] == pytest.approx(sum(stop["score"] for stop in day["stops"]))
    for lang, words in (("zh", ("还有 2 站，已走 1 站", "已走", "10:20")), ("en", ("2 ahead, 1 done", "10:20"))):
        out = run("plan", "--start", HOME_BASE, lang=lang).out
        assert all(word in out for word in words)


def test_a_visit_without_a_plan_is_the_first_stop_of_the_plan_made_after_it(
    take: Callable[..., Run], go: Callable[[str], None]
) -> None:
    run = take(case(1), case(2))
    go("P-0002")
    stops = run("plan", "--json").json["days"][0]["stops"]
    assert (stops[0]["seq"], stops[0]["case_id"], stops[0]["status"]) == (1, "P-0002", "done")
    assert (stops[0]["address_kind"], stops[0]["lat"], stops[0]["address"]) == (None, None, "")
    go("P-0001")
    plan = run("plan").out
    assert "0 ahead, 2 done" in plan
    assert "No visit fits" in plan


def test_a_case_that_closed_after_its_visit_keeps_its_number(
    take: Callable[..., Run], go: Callable[[str], None], tmp_path: Path
) -> None:
    run = take(case(1), case(2))
    first = numbered(run("plan", "--start", HOME_BASE, "--json").json)
    go("#1")
    closed = tmp_path / "closed.json"
    closed.write_text(json.dumps([case(int(first[1][0][-1]), status="closed")], ensure_ascii=False), encoding="utf-8")
    assert run("import", closed, "--crs", "wgs84").status == 0
    after = numbered(run("plan", "--start", HOME_BASE, "--json").json)
    assert after == {1: (first[1][0], "done"), 2: (first[2][0], "planned")}


def test_the_plan_that_holds_is_the_last_one_written_though_the_clock_went_back(
    take: Callable[..., Run], clock: Clock
) -> None:
    run = take(case(1), case(2))
    run("plan", "--exclude", "P-0001")
    clock.forward(hours=-1)
    run("plan", "--exclude", "P-0002")
    assert run("show", "next", "--json").json["case_id"] == "P-0001"


PROMISE = {"due_date": "2026-11-23", "amount": "3000.00", "status": "open"}


def test_a_promise_due_today_must_be_visited_and_adds_nothing_to_the_score(take: Callable[..., Run]) -> None:
    weak = case(30, loan={"days_overdue": 1, "overdue": "10.00"}, stage="phone", promises=[PROMISE])
    weak["addresses"] = [{**weak["addresses"][0], "lat": 31.60}]  # an hour and a half away, a poor trade by value
    run = take(*(case(number) for number in range(25)), weak)
    assert run("config", "weights.promise", "0").status == 0
    plan = run("plan", "--start", HOME_BASE, "--json").json
    stop = next(stop for stop in plan["days"][0]["stops"] if stop["case_id"] == "P-0030")
    assert stop["reasons"][0]["code"] == "promise_due"
    assert stop["score"] < 50
    tomorrow = run("plan", "--start", HOME_BASE, "--date", "tomorrow", "--json").json
    assert left(tomorrow)["P-0030"] == "no_time_left"
    assert tomorrow["days"][0]["totals"]["score"] > plan["days"][0]["totals"]["score"]


def test_a_promise_due_today_that_does_not_fit_is_left_out_and_said(take: Callable[..., Run]) -> None:
    far = {"kind": "home", "text": "北京市东城区无名路1号", "lat": 39.9, "lon": 116.4}
    run = take(
        case(1),
        case(2, promises=[PROMISE], addresses=[far]),
        case(3, promises=[PROMISE], holds=[{"code": "represented"}]),
        *(case(number, promises=[PROMISE]) for number in range(10, 40)),
    )
    result = run("plan", "--start", HOME_BASE, "--until", "12:00", "--json")
    assert result.status == 0
    out = left(result.json)
    assert (out["P-0002"], out["P-0003"], out["P-0001"]) == ("too_far", "held", "no_time_left")
    crowded = {case_id for case_id, code in out.items() if code == "other_musts"}
    assert len(crowded) + len(visited(result.json)) == 30
    warning = next(w["message"] for w in result.json["warnings"] if w["code"] == "promise_left_out")
    assert set(warning.partition(": ")[2].split(", ")) == crowded | {"P-0002"}


def test_times_of_another_day_have_the_offset_of_that_day(
    take: Callable[..., Run], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = take(case(1, assigned_date="2026-01-01", return_date="2027-12-31"))
    assert run("config", "hours.timezone", "America/New_York").status == 0
    assert "T09:00:00-04:00" in run("plan", "--date", "2027-07-06", "--json").out
    assert "T09:00:00-05:00" in run("plan", "--date", "2027-12-06", "--json").out


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
def test_times_of_another_day_have_that_days_offset_by_the_systems_own_zone(
    take: Callable[..., Run], clock: Clock, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    run = take(case(1, assigned_date="2026-01-01", return_date="2027-12-31"))
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        clock.moment = MONDAY_MORNING.astimezone()
        day = run("plan", "--date", "2027-07-06", "--json").json["days"][0]
        today = run("plan", "--json").json["days"][0]
    finally:
        monkeypatch.undo()
        time.tzset()
    for moment in (day["start"]["at"], day["stops"][0]["arrive"], day["breaks"][0]["end"], day["totals"]["ends"]):
        assert moment.endswith("-04:00")
    assert today["start"]["at"].endswith("T09:00:00-05:00")


def test_a_promise_due_today_is_worth_more_than_none(take: Callable[..., Run]) -> None:
    promise = {"due_date": "2026-11-23", "amount": "3000.00", "status": "open"}
    stops = take(case(1), case(2, promises=[promise]))("plan", "--json").json["days"][0]["stops"]
    by_case = {stop["case_id"]: stop for stop in stops}
    assert by_case["P-0002"]["score"] > by_case["P-0001"]["score"] + 10  # 40 points times the chance to meet
    assert by_case["P-0002"]["reasons"][0]["code"] == "promise_due"
    assert by_case["P-0002"]["visit_kind"] == "promise_check"


def test_a_weight_can_be_changed_in_the_settings(take: Callable[..., Run]) -> None:
    run = take(case(1))
    before = run("plan", "--json").json["days"][0]["totals"]["score"]
    assert run("config", "weights.stage", "0").status == 0
    assert 1 < before - run("plan", "--json").json["days"][0]["totals"]["score"] < 10  # 10 points times a chance


def test_hours_of_the_day(take: Callable[..., Run], clock: Clock) -> None:
    run = take(*(case(number) for number in range(10)))
    evening = run("plan", "--from", "19：00", "--until", "23:30", "--json").json["days"][0]
    assert evening["breaks"] == []
    assert at(evening["stops"][0]["start"]).hour == 19
    assert all(at(stop["leave"]).hour < 21 or at(stop["leave"]).minute == 0 for stop in evening["stops"])
    clock.moment = MONDAY_MORNING.replace(hour=14, minute=5)
    assert [w["code"] for w in run("plan", "--json").json["warnings"]] == ["no_start", "begun_already"]
    assert [w["code"] for w in run("plan", "--from", "14:05", "--json").json["warnings"]] == ["no_start"]
    assert [w["code"] for w in run("plan", "--date", "tomorrow", "--json").json["warnings"]] == ["no_start"]


def test_a_ceiling_of_no_time_still_gives_a_day_and_says_that_it_was_cut(take: Callable[..., Run]) -> None:
    run = take(*(case(number) for number in range(30)))
    plan = run("plan", "--seconds", "0", "--json").json
    assert plan["cut"] == "ceiling"
    assert plan["days"][0]["stops"]
    assert "--seconds" in run("plan", "--seconds", "0").err


def test_it_says_that_it_is_working_before_it_measures_anything(
    take: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = take(case(1), case(2))
    seen: list[str] = []
    measure, read = AffineTravel.legs, planning_facts.facts_of_open_cases
    monkeypatch.setattr(Wait, "show", lambda _wait, text: seen.append(text))
    monkeypatch.setattr(AffineTravel, "legs", lambda *given: seen.append("measured") or measure(*given))
    monkeypatch.setattr("visitcli.app.planning.facts_of_open_cases", lambda *given: seen.append("read") or read(*given))
    assert run("plan").status == 0
    assert seen[:3] == ["Planning 0 %, Ctrl-C stops here", "read", "measured"]


def test_control_c_keeps_the_best_so_far(take: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    run = take(*(case(number) for number in range(30)))
    told: list[str] = []

    def press(_wait: Wait, text: str) -> None:
        told.append(text)
        if len(told) == 3:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Wait, "show", press)
    before = signal.getsignal(signal.SIGINT)
    result = run("plan", "--json")
    assert (result.status, result.json["cut"]) == (0, "interrupted")
    assert result.json["days"][0]["stops"]
    assert result.json["iterations"] == 50
    assert run("today", "--json").json["planned"] == len(result.json["days"][0]["stops"])
    assert signal.getsignal(signal.SIGINT) is before


def test_the_table_for_a_person(take: Callable[..., Run]) -> None:
    run = take(case(1), case(2, holds=[{"code": "complaint"}]), case(3))
    zh, en = (run("plan", "--start", HOME_BASE, lang=lang) for lang in ("zh", "en"))
    assert (zh.status, en.status) == (0, 0)
    for text in ("2026-11-23 路线：2 站", "客**", "P-0003", "午休", "逾期", "P-0002  投诉处理中", "没排进：1 件"):
        assert text in zh.out
    for text in ("Plan for 2026-11-23: 2 stops", "P-0001", "lunch", "days overdue", "Left out: 1", "complaint"):
        assert text in en.out
    assert "visitcli visit next" in en.err


def test_many_left_out_are_grouped_by_reason(take: Callable[..., Run]) -> None:
    held = [case(number, holds=[{"code": "complaint"}]) for number in range(40, 60)]
    out = take(*(case(number) for number in range(3)), *held)("plan").out
    assert "20 × must not be visited for now: P-0040, " in out
    assert "P-0055" not in out


def test_no_cases_is_no_error(run: Run) -> None:
    assert run("plan").status == 0
    assert "visitcli import" in run("plan").err
    plan = run("plan", "--json").json
    assert (plan["days"][0]["stops"], plan["left_out"]) == ([], [])


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (("--date", "2026-13-40"), 2, "plan.date"),
        (("--from", "25:00"), 2, "plan.time"),
        (("--from", "18:30"), 2, "plan.hours"),
        (("--start", "91,121"), 2, "plan.latlon"),
        (("--start", "31.2304 121.4737"), 2, "plan.latlon"),
        (("--start", "31.2304,"), 2, "plan.latlon"),
        (("--start", "nowhere at all"), 3, "plan.place"),
        (("--crs", "mars"), 2, "plan.crs"),
        (("--seconds", "-1"), 2, "plan.seconds"),
        (("--seconds", "nan"), 2, "plan.seconds"),
        (("--include", "nobody"), 3, "cases.not_found"),
        (("--include", "P-0001", "--exclude", "P-0001"), 2, "plan.both"),
        (("--include", "P-000"), 2, "cases.ambiguous"),
        (("--seed", "x"), 2, "cli.bad_value"),
    ],
)
def test_what_is_refused_names_what_and_what_to_do(
    take: Callable[..., Run], options: tuple[str, ...], status: int, code: str
) -> None:
    run = take(case(1), case(2))
    result = run("plan", *options, "--json")
    assert (result.status, result.out) == (status, "")
    assert result.error["code"] == code
    assert result.error["message"]
    assert result.error["hint"]


def test_a_case_that_is_left_out_is_refused_at_the_door_in_the_same_words(take: Callable[..., Run]) -> None:
    run = take(
        case(1, holds=[{"code": "complaint", "until": "2026-12-31"}]),
        case(2, assigned_date="2026-11-25"),
        case(3, holds=[{"code": "dispute"}, {"code": "represented"}]),
    )
    for lang, separator in (("en", "; "), ("zh", "；")):
        for out in run("plan", "--json", lang=lang).json["left_out"]:
            refused = run("visit", out["case_id"], "--json", "--answers", "-", lang=lang)
            assert refused.status == 4
            reasons = json.loads(refused.out.splitlines()[-1])["reasons"]
            assert separator.join(reason["message"] for reason in reasons) == out["message"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_to_leave_a_case_out_has_its_sentence_and_its_group(language: str) -> None:
    words = Words(language)
    for code in get_args(LeftOutCode):
        assert words.has(f"finding.{code}"), code
        assert words.has(f"plan.group.{code}"), code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_the_rules_may_say_of_a_case_has_its_group(language: str) -> None:
    words = Words(language)
    catalogue = files("visitcli.words").joinpath(language, "finding.json").read_text(encoding="utf-8")
    codes = {key.removeprefix("finding.") for key in json.loads(catalogue)} - {"until"}
    for code in codes:
        assert words.has(f"plan.group.{code}"), code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_many_left_out_with_one_met_days_ago_are_listed_and_the_rule_is_explained(
    take: Callable[..., Run], language: str
) -> None:
    met = case(1, contacts=[{"at": "2026-11-20T10:00", "by": "visit", "result": "见到本人"}])
    run = take(met, *(case(n, assigned_date="2026-12-25") for n in range(2, 20)))
    shown = run("plan", lang=language)
    assert shown.status == 0, shown.err
    assert Words(language)("plan.group.met") in shown.out
    explained = run("plan", "--date", "2026-11-24", "--explain", met["case_id"], lang=language)
    assert explained.status == 0, explained.err
    asked = ("rules", "check", met["case_id"], "--at", "2026-11-24T10:00")
    assert "visitcli " + " ".join(asked) in explained.out
    assert "cn.met_week" in run(*asked, lang=language).out


def test_an_agreed_time_is_explained_with_the_chance_that_its_points_come_from(take: Callable[..., Run]) -> None:
    run = take(case(1))
    assert run("plan", "--lock", "P-0001@14:30").status == 0
    explained = run("plan", "--explain", "P-0001", "--json").json["explain"]
    (way,) = explained["ways"]
    assert way["chance"] == 0.85
    assert way["value"] == pytest.approx(explained["worth"] * way["chance"], abs=0.06)


def test_after_a_visit_that_asks_for_rest_the_plan_says_what_the_visit_recorded(
    take: Callable[..., Run], tmp_path: Path, clock: Clock
) -> None:
    run = take(case(1))
    stopped = tmp_path / "stop.json"
    stopped.write_text('{"stop": "represented"}')
    assert run("visit", "P-0001", "--answers", stopped).status == 0
    clock.forward(days=1)
    label = {"en": "epresented", "zh": "律师"}
    for lang, word in label.items():
        (out,) = run("plan", "--json", lang=lang).json["left_out"]
        assert out["code"] == "stopped"
        assert word in out["message"]
