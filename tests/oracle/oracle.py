"""What the rules' texts forbid, told naively and without the rule engine: rule by rule, as a reader would.

Written from the texts that `visitcli rules` prints. A day and a visit are plain values; see `tests.oracle.days`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

Facts = dict[str, Any]

HOURS = {"cn": (8, 22), "us": (8, 21), "uk": (8, 21), "in": (8, 19), "au": (9, 21)}
UNWELL = (
    "vulnerable", "serious_illness", "pregnant_or_infant", "only_elderly", "self_harm", "abuse_signs", "intoxicated",
    "hardship",
)  # fmt: skip
UNWANTED = ("no_visits", "refuses_visits", "asked_to_leave", "no_more_visits")
DISPUTED = ("dispute", "disputes_debt")
# Which rule a hold falls under, pack by pack; any other hold falls under the last, `PACK.hold`.
HOLDS: dict[str, dict[str, tuple[str, ...]]] = {
    "cn": {
        "complaint": ("complaint",), "dispute": DISPUTED, "represented": ("represented",), "no_visits": UNWANTED,
        "vulnerable": UNWELL, "deceased": ("deceased", "bereavement"), "court_stay": ("court_stay",),
        "safety": ("violence",), "limitation_hold": ("limitation_expired",),
    },
    "us": {
        "represented": ("represented",), "cease": UNWANTED, "dispute": DISPUTED, "stay": ("court_stay",),
        "military": ("active_duty",),
    },
    "uk": {"vulnerable": UNWELL, "dispute": DISPUTED, "breathing_space": ("court_stay",), "no_visits": UNWANTED},
    "in": {
        "occasion": ("bereavement", "deceased", "family_event"), "complaint": ("complaint",), "dispute": DISPUTED,
        "no_visits": UNWANTED,
    },
    "au": {"no_visits": UNWANTED, "represented": ("represented",), "dispute": DISPUTED},
}  # fmt: skip


def clock(facts: Facts, first: int, end: int) -> bool:
    """Whether a visit may not begin now: before `first`, or in the last ten minutes before `end`."""
    minute = facts["now"].hour * 60 + facts["now"].minute
    return bool(minute < first * 60 or minute >= end * 60 - 10)


def count(facts: Facts, days: int, met: bool) -> int:
    """Visits in the last `days` days, today included; with `met` those only that met the customer."""
    today = facts["now"].date()
    since = today - timedelta(days=days - 1)
    return sum(
        1
        for touch in facts["touches"]
        if touch["by"] == "visit" and since <= touch["day"] <= today and (touch["met"] is True or not met)
    )


def told(facts: Facts, most: int, least: int) -> bool:
    """Whether there was a call, message or letter from `most` to `least` days ago."""
    today = facts["now"].date()
    return any(
        touch["by"] in ("phone", "message", "letter") and least <= (today - touch["day"]).days <= most
        for touch in facts["touches"]
    )


def held(base: str, facts: Facts) -> set[str]:
    """The rules that the holds fall under which stand today."""
    today = facts["now"].date()
    found = set()
    for hold in facts.get("holds", ()):
        if (hold["since"] and today < hold["since"]) or (hold["until"] and today > hold["until"]):
            continue
        named = [rule for rule, codes in HOLDS[base].items() if hold["code"] in codes]
        found |= {f"{base}.{rule}" for rule in named or ["hold"]}
    return found


def forbids(pack: str, facts: Facts) -> set[str]:
    """The ids of the rules that forbid that a visit begins now."""
    today, base = facts["now"].date(), "us" if pack == "us-ma" else pack
    agreed = facts["agreed"]
    promised = facts["promise_due"] == today
    found = held(base, facts)
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
    examination = pack == "cn" and (today.month, today.day) in ((6, 7), (6, 8), (6, 9))
    if pack in ("cn", "in") and not agreed and (facts.get("holiday") or examination):
        found.add(f"{pack}.holiday")
    if pack == "au" and facts.get("holiday"):
        found.add("au.holiday")
    staff = facts.get("staff")
    if pack == "cn" and staff is not None and staff < 2:
        found.add("cn.staff")
    if pack == "cn" and staff is not None and staff > 2:
        found.add("cn.crowd")
    if pack == "uk" and not agreed and not told(facts, 60, 7):
        found.add("uk.notice")
    if pack == "au" and not agreed and not told(facts, 30, 0):
        found.add("au.asked_first")
    ended = facts.get("limitation")
    if pack == "cn" and ended and today > ended and not facts.get("limitation_reckoned"):
        found.add("cn.limitation")
    return found
