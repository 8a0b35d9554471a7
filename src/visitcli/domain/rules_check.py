"""What the rules say of one visit at one moment: `check` asks every rule of a pack about the facts of a case.

Pure: who knows the facts gathers them (app/ruling.py). Days are calendar days of the customer's place; `n days` counts
the day itself, so that "once in 7 days" is met on 1 May forbids until 7 May and no longer on 8 May.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from visitcli.domain.clock import clock
from visitcli.domain.rules_pack import ANY_HOLD, Pack, Rule

Place = Literal["home", "work", "other", ""]
PLACES: tuple[Place, ...] = ("home", "work", "other")
By = Literal["visit", "phone", "message", "letter"]
SUNDAY = 7
PHONE_KINDS = frozenset({"reached", "dialled"})  # of calls, not of visits


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a case may not be visited, or what is to be minded: a code and what its sentence needs. `rule`: the rule of
    the pack that says so; None where planning itself has found it."""

    code: str
    context: dict[str, object] = field(default_factory=dict)
    rule: Rule | None = None

    @property
    def forbids(self) -> bool:
        """Whether it stands against the visit, unless somebody who may sets it aside."""
        return self.rule is None or self.rule.level != "warn"


@dataclass(frozen=True, slots=True)
class Held:
    """A hold (暂停上门): from `since` (None: always) to `until` inclusive (None: until somebody clears it). `origin`:
    the case file or the agent ("case"), or what a visit recorded ("visit")."""

    code: str
    since: date | None = None
    until: date | None = None
    origin: Literal["case", "visit"] = "case"


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact so far, the imported ones too. `met`: whether the customer was met or reached; None: nobody knows."""

    day: date
    by: By
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at.

    `now`: local time at the customer's. `place`: "" where it is not known. `staff`: how many people go; None: not
    decided yet. `agreed`: whether the customer agreed to this time. `promise_due`: the date of the next open promise,
    that day or later. `limitation`: the last day of the limitation period; `limitation_reckoned`: by the program, not
    by the office. `holiday`: the public holiday that the day is, in Chinese and English. `year_estimated`: whether the
    year's holidays are not published yet. `questions`: the script's, with the names of their choices; None: no script.
    """

    now: datetime
    status: str = "open"
    assigned: date | None = None
    returns: date | None = None
    place: Place = ""
    staff: int | None = None
    agreed: bool = False
    holds: tuple[Held, ...] = ()
    touches: tuple[Touch, ...] = ()
    promise_due: date | None = None
    limitation: date | None = None
    limitation_reckoned: bool = False
    holiday: tuple[str, str] | None = None
    year_estimated: bool = False
    questions: Mapping[str, Collection[str]] | None = None

    @property
    def day(self) -> date:
        """The day of the visit."""
        return self.now.date()


Found = Iterable[dict[str, object]]


def check(pack: Pack, facts: Facts, *, without: Collection[str] = ()) -> list[Finding]:
    """What the pack's rules for visits find, in the pack's order. `without`: kinds of rules that are not asked (a plan
    asks no hours: it keeps to them, and nobody knows yet who comes along)."""
    asked = (rule for rule in pack.rules if rule.kind not in PHONE_KINDS | set(without))
    return _found(pack, asked, facts)


def check_call(pack: Pack, facts: Facts) -> list[Finding]:
    """What the rules for calls say of one more call on that day."""
    return _found(pack, (rule for rule in pack.rules if rule.kind in PHONE_KINDS), facts)


def forbidding(findings: Iterable[Finding], overridden: Collection[str] = ()) -> list[Finding]:
    """Those that stand against the visit when these rules (by id) have been set aside."""
    return [f for f in findings if f.forbids and not (f.rule and f.rule.id in overridden and may_override(f.rule))]


def may_override(rule: Rule) -> bool:
    """Whether anybody at all may set the rule aside."""
    return rule.override != "nobody"


def open_hours(pack: Pack, day: date, place: Place, *, agreed: bool = False) -> tuple[int, int]:
    """Between which seconds of the day a whole visit to such a place must lie by the rules that forbid; (0, 0): not at
    all on this day. `agreed`: the time is agreed with the customer."""
    opens, closes = 0, 24 * 3600
    for rule in pack.rules:
        if rule.level == "warn" or (agreed and "agreed" in rule.params.get("exempt", ())):
            continue
        if rule.kind == "place" and place in rule.params["places"]:
            return 0, 0
        if rule.kind == "hours" and _concerns(rule, place):
            first, last = _hours(rule, day)
            opens, closes = max(opens, first), min(closes, last)
    return (opens, closes) if opens < closes else (0, 0)


def _found(pack: Pack, rules: Iterable[Rule], facts: Facts) -> list[Finding]:
    named = {code for rule in pack.rules if rule.kind == "hold" for code in rule.params["codes"]}
    return [
        Finding(str(context.pop("code", rule.kind)), context, rule)
        for rule in rules
        if not _exempt(rule, facts)
        for context in (_hold(rule, facts, named) if rule.kind == "hold" else CHECKS[rule.kind](rule, facts))
    ]


def _exempt(rule: Rule, facts: Facts) -> bool:
    exempt = rule.params.get("exempt", ())
    return (facts.agreed and "agreed" in exempt) or (facts.promise_due == facts.day and "promise_due" in exempt)


def _open(_rule: Rule, facts: Facts) -> Found:
    if facts.status != "open":
        yield {"code": "not_open", "status": facts.status}


def _assigned(_rule: Rule, facts: Facts) -> Found:
    if facts.assigned and facts.assigned > facts.day:
        yield {"code": "not_yet", "date": facts.assigned.isoformat()}


def _returned(_rule: Rule, facts: Facts) -> Found:
    if facts.returns and facts.returns < facts.day:
        yield {"code": "returned", "date": facts.returns.isoformat()}


def _concerns(rule: Rule, place: Place) -> bool:
    """An address whose kind nobody knows is as good as any."""
    return not place or place in rule.params.get("places", (place,))


def _hours(rule: Rule, day: date) -> tuple[int, int]:
    """The seconds of the day between which the rule lets a visit be; (0, 0) on a weekday that it leaves out."""
    params = rule.params
    if day.isoweekday() not in params.get("weekdays", (day.isoweekday(),)):
        return 0, 0
    opens = params["from"]
    if day.isoweekday() == SUNDAY:
        opens = max(opens, params.get("sunday_from", opens))
    return _seconds(opens), _seconds(params["until"])


def _seconds(clock: str) -> int:
    return int(clock[:2]) * 3600 + int(clock[3:]) * 60


def _outside(rule: Rule, facts: Facts) -> Found:
    opens, closes = _hours(rule, facts.day)
    now = facts.now.hour * 3600 + facts.now.minute * 60 + facts.now.second
    last = closes - rule.params.get("closing_minutes", 0) * 60
    if not _concerns(rule, facts.place) or opens <= now < last:
        return
    if opens == closes:
        yield {"code": "weekday"}
    else:
        yield {"code": "hours", "opens": clock(opens), "closes": clock(last)}


def _holiday(rule: Rule, facts: Facts) -> Found:
    if facts.holiday:
        yield {"name": facts.holiday[1], "name_zh": facts.holiday[0]}
    elif f"{facts.day:%m-%d}" in rule.params.get("dates", ()):
        yield {"code": "quiet_day", "date": facts.day.isoformat()}


def _holiday_unsure(_rule: Rule, facts: Facts) -> Found:
    if facts.year_estimated:
        yield {"year": facts.day.year}


def _within(facts: Facts, days: int) -> Iterator[Touch]:
    """The contacts of the last so many days, the day itself included."""
    first = facts.day - timedelta(days=days - 1) if days else facts.day + timedelta(days=1)
    return (touch for touch in facts.touches if first <= touch.day <= facts.day)


def _met(rule: Rule, facts: Facts) -> Found:
    most, days = rule.params["max"], rule.params["days"]
    met = sorted(touch.day for touch in _within(facts, days) if touch.by == "visit" and touch.met)
    if len(met) >= max(most, 1):
        free = met[len(met) - max(most, 1)] + timedelta(days=days)
        yield {"times": len(met), "days": days, "most": most, "last": met[-1].isoformat(), "free": free.isoformat()}


def _attempts(rule: Rule, facts: Facts) -> Found:
    made = sum(touch.by == "visit" for touch in _within(facts, rule.params["days"]))
    if made >= rule.params["max"]:
        yield {"times": made, "days": rule.params["days"], "most": rule.params["max"]}


def _unanswered(rule: Rule, facts: Facts) -> Found:
    in_a_row = 0
    for touch in sorted((touch for touch in facts.touches if touch.by == "visit"), key=lambda touch: touch.day):
        in_a_row = in_a_row + 1 if touch.met is False else 0
    if in_a_row >= rule.params["max"]:
        yield {"times": in_a_row}


def _calls(rule: Rule, facts: Facts) -> Found:
    reached = rule.kind == "reached"
    calls = sum(t.by == "phone" and bool(t.met) is reached for t in _within(facts, rule.params["days"]))
    if calls >= rule.params["max"]:
        yield {"times": calls, "days": rule.params["days"], "most": rule.params["max"]}


def _announced(rule: Rule, facts: Facts) -> Found:
    within, before = rule.params["within_days"], rule.params.get("days_before", 0)
    first, last = facts.day - timedelta(days=within), facts.day - timedelta(days=before)
    if not any(t.by in rule.params["by"] and first <= t.day <= last for t in facts.touches):
        yield {"days": within, "before": before}


def _staff(rule: Rule, facts: Facts) -> Found:
    if facts.staff is not None and facts.staff < rule.params["min"]:
        yield {"staff": facts.staff, "least": rule.params["min"]}


def _crowd(rule: Rule, facts: Facts) -> Found:
    if facts.staff is not None and facts.staff > rule.params["max"]:
        yield {"staff": facts.staff, "most": rule.params["max"]}


def _place(rule: Rule, facts: Facts) -> Found:
    if facts.place in rule.params["places"]:
        yield {"place": facts.place}


def _hold(rule: Rule, facts: Facts, named: Collection[str]) -> Found:
    """`*` stands for the codes that no other rule of the pack names."""
    codes = rule.params["codes"]
    for hold in facts.holds:
        if (hold.since and hold.since > facts.day) or (hold.until and hold.until < facts.day):
            continue
        if hold.code in codes or (ANY_HOLD in codes and hold.code not in named):
            until = hold.until.isoformat() if hold.until else ""
            if hold.origin == "visit":
                yield {"code": "stopped", "stop": hold.code, "until": until}
            else:
                yield {"code": "held", "hold": hold.code, "until": until}


def _limitation(rule: Rule, facts: Facts) -> Found:
    over = facts.limitation is not None and facts.limitation < facts.day
    if over and facts.limitation is not None and facts.limitation_reckoned is rule.params["reckoned"]:
        code = "limitation_reckoned" if facts.limitation_reckoned else "limitation"
        yield {"code": code, "date": facts.limitation.isoformat()}


def _promise(_rule: Rule, facts: Facts) -> Found:
    if facts.promise_due and facts.promise_due > facts.day:
        yield {"date": facts.promise_due.isoformat()}


def _asks(rule: Rule, facts: Facts) -> Found:
    if facts.questions is not None:
        for name in rule.params["questions"]:
            if name not in facts.questions:
                yield {"question": name}


def _choices(rule: Rule, facts: Facts) -> Found:
    for question, choices in (facts.questions or {}).items():
        for name in rule.params["names"]:
            if name in choices:
                yield {"question": question, "choice": name}


CHECKS: Mapping[str, Callable[[Rule, Facts], Found]] = {
    "open": _open, "assigned": _assigned, "returned": _returned, "hours": _outside, "holiday": _holiday,
    "holiday_unsure": _holiday_unsure, "met": _met, "attempts": _attempts, "unanswered": _unanswered,
    "reached": _calls, "dialled": _calls, "announced": _announced, "staff": _staff, "crowd": _crowd, "place": _place,
    "limitation": _limitation, "promise": _promise, "asks": _asks, "choices": _choices,
}  # fmt: skip
