"""Cases to plan, and the rules that every plan must keep, written from the contract's text alone."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

HOME_BASE = "31.2304,121.4737"
Plan = dict[str, Any]


def case(number: int, **more: Any) -> dict[str, Any]:
    """An open case within an hour of the home base."""
    east, north = number % 7, number // 7
    address = {
        "kind": "home",
        "text": f"上海市普陀区无名路{number}号",
        "lat": 31.22 + 0.008 * north,
        "lon": 121.40 + 0.01 * east,
    }
    return {
        "case_id": f"P-{number:04d}",
        "customer": {"name": f"客户{number}"},
        "addresses": [address],
        "loan": {"days_overdue": 5 + number * 3 % 200, "overdue": f"{1500 + number * 137}.00"},
        "assigned_date": "2026-11-01",
        "return_date": "2026-12-31",
        **more,
    }


def at(text: str) -> datetime:
    """A time of the plan."""
    return datetime.fromisoformat(text)


def planned(plan: Plan, day: int = 0) -> list[str]:
    """The cases still to be visited on a day, in order."""
    return [stop["case_id"] for stop in plan["days"][day]["stops"] if stop["status"] == "planned"]


def stop_of(plan: Plan, case_id: str) -> dict[str, Any]:
    """The stop of a case, on whichever day."""
    return next(stop for day in plan["days"] for stop in day["stops"] if stop["case_id"] == case_id)


def left(plan: Plan) -> dict[str, str]:
    """Why each of the others is left out."""
    return {out["case_id"]: out["code"] for out in plan["left_out"]}


def faults(plan: Plan, cases: list[dict[str, Any]]) -> list[str]:
    """Every rule of the contract that this plan breaks; empty for a valid plan. `cases`: all that are open.

    A case is on the plan once or left out; where nobody was home it may stand on a later day once more.
    """
    stops = [(stop["case_id"], stop["status"], day["date"]) for day in plan["days"] for stop in day["stops"]]
    out = [left["case_id"] for left in plan["left_out"]]
    ahead = Counter([case_id for case_id, status, _ in stops if status != "done"] + out)
    times = ahead | Counter(case_id for case_id, _, _ in stops)
    found = [f"{case_id}: {count} times ahead" for case_id, count in ahead.items() if count != 1]
    found += [
        f"{case_id}: twice on {day}" for (case_id, day), n in Counter((c, d) for c, _, d in stops).items() if n > 1
    ]
    found += [f"{case_id}: done and left out" for case_id, status, _ in stops if status == "done" and case_id in out]
    found += [f"{one['case_id']}: nowhere" for one in cases if one["case_id"] not in times]
    dates = [day["date"] for day in plan["days"]]
    if dates != sorted(set(dates)):
        found.append("days out of order")
    known = {one["case_id"]: one for one in cases}
    for day in plan["days"]:
        found += _faults_of_day(day, known)
    return found


def _faults_of_day(day: dict[str, Any], known: dict[str, dict[str, Any]]) -> list[str]:
    found: list[str] = []
    clock = at(day["start"]["at"])
    totals = Counter[str]()
    numbers = sorted(stop["seq"] for stop in day["stops"])
    if len(set(numbers)) != len(numbers):
        found.append(f"{day['date']}: numbers {numbers}")
    for stop in (stop for stop in day["stops"] if stop["status"] == "planned"):
        name = f"{day['date']} {stop['case_id']}"
        arrive, start, leave = (at(stop[key]) for key in ("arrive", "start", "leave"))
        if arrive < _after(clock, stop["travel_s"], day["breaks"]) or not arrive <= start < leave:
            found.append(f"{name}: arrives before it can")
        if start.hour < 8 or leave > leave.replace(hour=22, minute=0, second=0):
            found.append(f"{name}: outside the hours in which anybody may be visited")
        if any(start < at(pause["end"]) and at(pause["start"]) < leave for pause in day["breaks"]):
            found.append(f"{name}: in the break")
        body = known[stop["case_id"]]
        if not body["assigned_date"] <= day["date"] <= body["return_date"]:
            found.append(f"{name}: not assigned on that day")
        if any((hold.get("until") or "9") >= day["date"] for hold in body.get("holds", ())):
            found.append(f"{name}: held")
        if not 0 <= stop["chance"] <= 1:
            found.append(f"{name}: chance {stop['chance']}")
        totals += {key: stop[key] for key in ("travel_m", "travel_s", "buffer_s")}
        totals["service_s"] += round((leave - start).total_seconds())
        clock = leave
    if day["end"]["lat"] is None:
        found += [f"{day['date']}: {key}" for key, total in totals.items() if day["totals"][key] != total]
    if clock > at(day["end"]["at"]) or clock > at(day["totals"]["ends"]):
        found.append(f"{day['date']}: ends late")
    return found


def _after(clock: datetime, seconds: int, breaks: list[dict[str, str]]) -> datetime:
    """When so much travel is done: it pauses in the breaks. Who needs none is there already, be it in a break."""
    for pause in breaks if seconds else ():
        begins, ends = at(pause["start"]), at(pause["end"])
        if begins <= clock < ends:
            clock = ends
        elif clock < begins < clock + timedelta(seconds=seconds):
            seconds -= round((begins - clock).total_seconds())
            clock = ends
    return clock + timedelta(seconds=seconds)


def weekday(day: dict[str, Any]) -> int:
    """Monday is 1."""
    return date.fromisoformat(day["date"]).isoweekday()
