"""What the rules' texts forbid, told naively and without the rule engine: rule by rule, as a reader would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

HOURS = {"cn": (8, 22), "us": (8, 21), "uk": (8, 21), "in": (8, 19), "au": (9, 21)}


def clock(facts: dict[str, Any], first: int, end: int) -> bool:
    """Whether a visit may not begin now: before `first`, or in the last ten minutes before `end`."""
    minute = facts["now"].hour * 60 + facts["now"].minute
    return bool(minute < first * 60 or minute >= end * 60 - 10)


def count(facts: dict[str, Any], days: int, met: bool) -> int:
    """Visits in the last `days` days, today included; with `met` those only that met the customer."""
    today = facts["now"].date()
    since = today - timedelta(days=days - 1)
    return sum(
        1
        for touch in facts["touches"]
        if touch["by"] == "visit" and since <= touch["day"] <= today and (touch["met"] is True or not met)
    )


def forbids(pack: str, facts: dict[str, Any]) -> set[str]:
    """The ids of the rules on case, hours and frequency that forbid that a visit begins now."""
    today, base = facts["now"].date(), "us" if pack == "us-ma" else pack
    agreed = facts["agreed"]
    promised = facts["promise_due"] == today
    found = set()
    if facts["status"] != "open":
        found.add(f"{base}.open")
    if facts["assigned"] and today < facts["assigned"]:
        found.add(f"{base}.assigned")
    if facts["returns"] and today > facts["returns"]:
        found.add(f"{base}.returned")
    if clock(facts, *HOURS[base]):
        found.add(f"{base}.hours")
    if pack == "au" and facts["place"] != "home" and (today.isoweekday() > 5 or clock(facts, 9, 17)):
        found.add("au.work_hours")
    if pack == "cn" and not agreed:
        if not promised and count(facts, 7, True) >= 1:
            found.add("cn.met_week")
        if not promised and count(facts, 30, True) >= 3:
            found.add("cn.met_month")
        if count(facts, 1, False) >= 2:
            found.add("cn.attempts_day")
    if pack in ("au", "us-ma") and not agreed and count(facts, 30, True) >= 1:
        found.add(f"{pack}.met")
    if pack == "us-ma" and facts["place"] == "work" and not agreed:
        found.add("us-ma.workplace")
    return found
