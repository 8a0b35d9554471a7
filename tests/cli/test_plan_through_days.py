"""Made-up weeks: planned, walked, planned anew at odd moments, with appointments; every plan keeps the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from plan_rules import HOME_BASE, at, case, faults

from conftest import Clock, Result

Run = Callable[..., Result]
STEPS = 5


def portfolio(random: Random) -> list[dict[str, Any]]:
    """Cases with holds, promises, hours and dates that begin and end within the week."""
    cases = []
    for number in range(random.randrange(4, 26)):
        more: dict[str, Any] = {}
        if random.random() < 0.2:
            more["return_date"] = f"2026-11-{random.randrange(25, 28)}"
        if random.random() < 0.2:
            more["assigned_date"] = f"2026-11-{random.randrange(20, 25)}"
        if random.random() < 0.15:
            more["holds"] = [{"code": "complaint", "until": f"2026-11-{random.randrange(20, 28)}"}]
        if random.random() < 0.15:
            due = f"2026-11-{random.randrange(20, 28)}"
            more["promises"] = [{"due_date": due, "amount": "100.00", "status": "open"}]
        made = case(number, **more)
        if random.random() < 0.5:
            place = {"lat": round(31.2 + random.random() / 5, 4), "lon": round(121.3 + random.random() / 3, 4)}
            hours = {"hours": random.choice(["周末在家", "19:00后在家", "9:00-11:00"])} if random.random() < 0.3 else {}
            made["addresses"].append({**made["addresses"][0], "kind": "work", **place, **hours})
        cases.append(made)
    return cases


def options(random: Random, cases: list[dict[str, Any]]) -> list[str]:
    found = ["--seconds", "0.05", "--json"]
    found += ["--now"] * (random.random() < 0.5)
    found += ["--days", str(random.randrange(1, 5))] * (random.random() < 0.5)
    found += ["--start", HOME_BASE] * (random.random() < 0.7)
    found += ["--until", "21:00"] * (random.random() < 0.5)
    if random.random() < 0.3:
        found += ["--lock", f"{random.choice(cases)['case_id']}@{random.randrange(8, 21):02d}:15"]
    return found


def agreed_faults(plan: dict[str, Any]) -> list[str]:
    """What is agreed and neither kept to the second, nor going on, nor warned of."""
    stops = {
        (stop["case_id"], day["date"]): stop
        for day in plan["days"]
        for stop in day["stops"]
        if stop["status"] != "done"
    }
    warned = " ".join(w["message"] for w in plan["warnings"] if w["code"] == "locked_left_out")
    found = []
    for lock in plan["locks"]:
        stop = stops.get((lock["case_id"], lock["date"]))
        kept = stop is not None and (
            stop["status"] == "open"
            or (stop["locked"] and timedelta(seconds=lock["begin_s"]) == at(stop["start"]) - midnight(stop["start"]))
        )
        if not kept and lock["case_id"] not in warned:
            found.append(f"{lock['case_id']}: {stop}")
    return found


def midnight(moment: str) -> Any:
    return at(moment).replace(hour=0, minute=0, second=0)


@pytest.mark.parametrize("seed", range(8))
def test_a_made_up_week_keeps_the_rules(
    take: Callable[..., Run], go: Callable[[str], None], clock: Clock, seed: int
) -> None:
    random = Random(seed)
    cases = portfolio(random)
    run = take(*cases)
    for _ in range(STEPS):
        asked = options(random, cases)
        result = run("plan", *asked)
        if result.status == 0:
            plan, today = result.json, clock.moment.date().isoformat()
            still_open = [one for one in cases if one["return_date"] >= today]
            assert faults(plan, still_open) == [], asked
            assert agreed_faults(plan) == [], asked
            status = run("today", "--json").json
            if plan["days"][0]["date"] == today:
                ahead = [stop["case_id"] for stop in plan["days"][0]["stops"] if stop["status"] != "done"]
                assert status["left"] == ahead, asked
            if status["left"] and random.random() < 0.7:
                go("next")
        else:
            assert result.error["code"] in ("plan.hours", "plan.locked_elsewhere"), asked
        clock.forward(minutes=random.randrange(5, 150))
        if random.random() < 0.15 or not 8 <= clock.moment.hour < 20:
            clock.forward(days=1)
            clock.moment = clock.moment.replace(hour=8, minute=random.randrange(60))
