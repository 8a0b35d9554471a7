"""For every rule of the shipped packs: the facts that make it fire, and facts just beside them that do not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from visitcli.domain.rules_check import Facts, Held, Touch

MONDAY = datetime(2026, 11, 23, 10, 0)
DAY = MONDAY.date()
SCRIPT = {name: frozenset[str]() for name in ("who_opened", "identity", "introduction", "complaint")}
SCRIPT |= {"promise_channel": frozenset({"debit", "app"}), "vehicle_seen": frozenset({"yes", "no"})}


def facts(**given: Any) -> Facts:
    """A quiet Monday morning on which no rule of any pack has anything to say, but for what is given."""
    usual: dict[str, Any] = {"now": MONDAY, "staff": 2, "place": "home", "questions": SCRIPT}
    usual["touches"] = (*given.pop("touches", ()), Touch(DAY - timedelta(days=10), "message", None))
    return Facts(**(usual | given))


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A moment of that day."""
    return datetime(day.year, day.month, day.day, hour, minute)


def visits(*days_ago: int, met: bool | None = True) -> tuple[Touch, ...]:
    """Visits so many days before."""
    return tuple(Touch(DAY - timedelta(days=ago), "visit", met) for ago in days_ago)


def calls(times: int, *, met: bool, ago: int = 0) -> tuple[Touch, ...]:
    """Calls on one day."""
    return (Touch(DAY - timedelta(days=ago), "phone", met),) * times


def held(code: str, days: int | None = 0) -> Facts:
    """A case on hold until so many days after (None: for good)."""
    return facts(holds=(Held(code, None, None if days is None else DAY + timedelta(days=days)),))


YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
SUNDAY = DAY - timedelta(days=1)


def without(name: str) -> dict[str, frozenset[str]]:
    """The script without one of its questions."""
    return {key: value for key, value in SCRIPT.items() if key != name}


OTHERS = ("us", "uk", "in", "au")  # `us-ma` has those of `us`
AT_WORK = ([facts(place="work")], [facts(place="home"), facts(place="work", agreed=True)])
ONCE_IN_30 = (
    [facts(touches=visits(0)), facts(touches=visits(29))],
    [facts(touches=visits(30)), facts(touches=visits(3, met=False)), facts(touches=visits(3), agreed=True)],
)


def hours(opens: int, closes: int) -> tuple[list[Facts], list[Facts]]:
    """A visit begins from the full hour on and not in the last ten minutes."""
    outside = [facts(now=at(opens - 1, 59)), facts(now=at(closes - 1, 50)), facts(now=at(closes)), facts(now=at(0))]
    return outside, [facts(now=at(opens)), facts(now=at(closes - 1, 49))]


CASES: dict[str, tuple[list[Facts], list[Facts]]] = {
    "cn.open": ([facts(status="closed"), facts(status="withdrawn")], [facts(status="open")]),
    "cn.assigned": ([facts(assigned=TOMORROW)], [facts(assigned=DAY), facts(assigned=YESTERDAY), facts()]),
    "cn.returned": ([facts(returns=YESTERDAY)], [facts(returns=DAY), facts(returns=TOMORROW)]),
    "cn.hours": (
        [
            facts(now=at(7, 59)),
            facts(now=at(21, 50)),
            facts(now=at(23)),
            facts(now=at(0)),
            facts(now=at(22), agreed=True),
        ],
        [facts(now=at(8)), facts(now=at(21, 49))],
    ),
    "cn.humane_hours": (
        [facts(now=at(8, 59)), facts(now=at(20)), facts(now=at(9, 30, SUNDAY))],
        [facts(now=at(9)), facts(now=at(19, 59)), facts(now=at(10, 0, SUNDAY))],
    ),
    "cn.holiday": (
        [
            facts(holiday=("春节", "Spring Festival")),
            facts(now=at(10, 0, date(2027, 6, 7))),
            facts(now=at(10, 0, date(2027, 6, 9))),
        ],
        [facts(), facts(holiday=("春节", "Spring Festival"), agreed=True), facts(now=at(10, 0, date(2027, 6, 10)))],
    ),
    "cn.holiday_unsure": ([facts(year_estimated=True)], [facts()]),
    "cn.met_week": (
        [facts(touches=visits(0)), facts(touches=visits(6))],
        [
            facts(touches=visits(7)),
            facts(touches=visits(3, met=False)),
            facts(touches=visits(3, met=None)),
            facts(touches=visits(3), agreed=True),
            facts(touches=visits(3), promise_due=DAY),
            facts(touches=(Touch(DAY, "phone", True),)),
        ],
    ),
    "cn.met_month": (
        [facts(touches=visits(29, 20, 10))],
        [facts(touches=visits(30, 20, 10)), facts(touches=visits(20, 10))],
    ),
    "cn.attempts_day": (
        [facts(touches=visits(0, 0, met=False)), facts(touches=visits(0, 0, met=None))],
        [
            facts(touches=visits(0, met=False)),
            facts(touches=visits(0, 1, met=False)),
            facts(touches=visits(0, 0, met=False), agreed=True),
        ],
    ),
    "cn.unanswered": (
        [facts(touches=visits(9, 5, 2, met=False))],
        [
            facts(touches=visits(5, 2, met=False)),
            facts(touches=(*visits(9, 5, met=False), *visits(4), *visits(2, met=False))),
        ],
    ),
    "cn.calls_reached": (
        [facts(touches=calls(3, met=True))],
        [
            facts(touches=calls(2, met=True)),
            facts(touches=calls(3, met=True, ago=1)),
            facts(touches=calls(9, met=False)),
        ],
    ),
    "cn.calls_dialled": (
        [facts(touches=calls(6, met=False))],
        [facts(touches=calls(5, met=False)), facts(touches=calls(6, met=False, ago=1))],
    ),
    "cn.announced": (
        [
            Facts(now=MONDAY),
            Facts(now=MONDAY, touches=calls(1, met=True, ago=31)),
            Facts(now=MONDAY, touches=visits(3)),
        ],
        [Facts(now=MONDAY, touches=calls(1, met=False, ago=30)), Facts(now=MONDAY, agreed=True), facts()],
    ),
    "cn.staff": ([facts(staff=1), facts(staff=0)], [facts(staff=2), facts(staff=None)]),
    "cn.crowd": ([facts(staff=3)], [facts(staff=2), facts(staff=None)]),
    "cn.workplace": ([facts(place="work")], [facts(place="home"), facts(place=""), facts(place="work", agreed=True)]),
    "cn.complaint": ([held("complaint"), held("complaint", None)], [held("complaint", -1), held("dispute")]),
    "cn.dispute": ([held("dispute"), held("disputes_debt")], [held("dispute", -1), held("complaint")]),
    "cn.represented": ([held("represented", None)], [held("represented", -1)]),
    "cn.no_visits": ([held("no_visits"), held("asked_to_leave", 29)], [held("asked_to_leave", -1)]),
    "cn.vulnerable": ([held("vulnerable"), held("self_harm", None), held("hardship")], [held("vulnerable", -1)]),
    "cn.deceased": ([held("deceased"), held("bereavement")], [held("bereavement", -1)]),
    "cn.court_stay": ([held("court_stay")], [held("court_stay", -1)]),
    "cn.safety": ([held("violence", None)], [held("violence", -1)]),
    "cn.limitation_hold": ([held("limitation_expired", None)], [held("limitation_expired", -1)]),
    "cn.hold": ([held("family_event"), held("anything_else", None)], [held("family_event", -1), held("complaint")]),
    "cn.limitation": (
        [facts(limitation=YESTERDAY)],
        [facts(limitation=DAY), facts(), facts(limitation=YESTERDAY, limitation_reckoned=True)],
    ),
    "cn.limitation_reckoned": (
        [facts(limitation=YESTERDAY, limitation_reckoned=True)],
        [facts(limitation=YESTERDAY), facts(limitation=DAY, limitation_reckoned=True)],
    ),
    **{f"{p}.open": ([facts(status="closed")], [facts()]) for p in OTHERS},
    **{f"{p}.assigned": ([facts(assigned=TOMORROW)], [facts(assigned=DAY), facts()]) for p in OTHERS},
    **{f"{p}.returned": ([facts(returns=YESTERDAY)], [facts(returns=DAY), facts()]) for p in OTHERS},
    **{f"{p}.identity": ([facts(questions=without("who_opened"))], [facts(), facts(questions=None)]) for p in OTHERS},
    **{f"{p}.introduction": ([facts(questions=without("introduction"))], [facts()]) for p in OTHERS},
    **{f"{p}.no_cash": ([facts(questions=SCRIPT | {"channel": {"agent_qr"}})], [facts()]) for p in OTHERS},
    **{f"{p}.no_seizure": ([facts(questions=SCRIPT | {"vehicle": {"tow"}})], [facts()]) for p in OTHERS},
    **{
        f"{p}.hold": ([held("anything_else"), held("violence", None)], [held("violence", -1), held("dispute")])
        for p in OTHERS
    },
    **{f"{p}.dispute": ([held("dispute"), held("disputes_debt", None)], [held("dispute", -1)]) for p in OTHERS},
    "us.hours": hours(8, 21),
    "uk.hours": hours(8, 21),
    "in.hours": hours(8, 19),
    "au.hours": hours(9, 21),
    "au.work_hours": (
        [facts(now=at(16, 50), place="work"), facts(now=at(10, 0, SUNDAY), place="work"), facts(now=at(18), place="")],
        [
            facts(now=at(16, 49), place="work"),
            facts(now=at(18), place="home"),
            facts(now=at(10, 0, SUNDAY), place="home"),
        ],
    ),
    "us.workplace": AT_WORK,
    "us-ma.workplace": AT_WORK,
    "in.workplace": AT_WORK,
    "us.represented": ([held("represented")], [held("represented", -1)]),
    "au.represented": ([held("represented")], [held("represented", -1)]),
    "us.cease": ([held("refuses_visits")], [held("asked_to_leave", -1)]),
    "uk.no_visits": ([held("no_visits")], [held("no_visits", -1)]),
    "in.no_visits": ([held("no_visits")], [held("no_visits", -1)]),
    "au.no_visits": ([held("no_more_visits")], [held("no_visits", -1)]),
    "us.stay": ([held("court_stay")], [held("court_stay", -1)]),
    "us.military": ([held("active_duty")], [held("active_duty", -1)]),
    "uk.breathing_space": ([held("court_stay", 60)], [held("court_stay", -1)]),
    "uk.vulnerable": ([held("vulnerable")], [held("vulnerable", -1)]),
    "in.occasion": ([held("family_event")], [held("bereavement", -1)]),
    "in.complaint": ([held("complaint")], [held("complaint", -1)]),
    "in.holiday": ([facts(holiday=("排灯节", "Diwali"))], [facts(), facts(holiday=("排灯节", "Diwali"), agreed=True)]),
    "au.holiday": ([facts(holiday=("复活节", "Easter")), facts(holiday=("复活节", "Easter"), agreed=True)], [facts()]),
    "us-ma.met": ONCE_IN_30,
    "au.met": ONCE_IN_30,
    "uk.met": ONCE_IN_30,
    "uk.notice": (
        [
            facts(touches=(), now=MONDAY - timedelta(days=4)),
            Facts(now=MONDAY),
            Facts(now=MONDAY, touches=calls(1, met=True, ago=6)),
        ],
        [
            Facts(now=MONDAY, touches=calls(1, met=True, ago=7)),
            Facts(now=MONDAY, touches=calls(1, met=True, ago=60)),
            Facts(now=MONDAY, agreed=True),
        ],
    ),
    "au.asked_first": (
        [
            Facts(now=MONDAY),
            Facts(now=MONDAY, touches=visits(3)),
            Facts(now=MONDAY, touches=calls(1, met=True, ago=31)),
        ],
        [Facts(now=MONDAY, touches=calls(1, met=False, ago=0)), Facts(now=MONDAY, agreed=True)],
    ),
    "cn.promise": (
        [facts(promise_due=TOMORROW)],
        [facts(promise_due=DAY), facts(promise_due=YESTERDAY), facts(promise_due=TOMORROW, agreed=True)],
    ),
    "cn.identity": ([facts(questions=without("identity")), facts(questions={})], [facts(), facts(questions=None)]),
    "cn.introduction": ([facts(questions=without("introduction"))], [facts()]),
    "cn.complaint_way": ([facts(questions=without("complaint"))], [facts()]),
    "cn.no_cash": ([facts(questions=SCRIPT | {"promise_channel": {"app", "cash"}})], [facts()]),
    "cn.no_seizure": ([facts(questions=SCRIPT | {"vehicle": {"take_keys"}})], [facts()]),
}
