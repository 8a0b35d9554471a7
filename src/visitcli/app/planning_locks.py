"""What is fixed on a day: visits agreed with the customer, and stops that the agent wants to stay where they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, get_args

from visitcli.app import lookup
from visitcli.app.planning_facts import Known
from visitcli.app.ruling import pack_in_force
from visitcli.app.runtime import Runtime
from visitcli.domain.case import AddressKind
from visitcli.domain.clock import clock
from visitcli.domain.errors import NotFoundError, UsageError
from visitcli.domain.rules_check import open_hours
from visitcli.planner.candidates import Lock
from visitcli.planner.model import Window
from visitcli.store import plans

_AGREED = re.compile(r"(.+)@\s*(?:(\d{4}-\d{1,2}-\d{1,2})[ T]+)?(\d{1,2}):(\d{2})\s*")
_WIDE = str.maketrans({"：": ":", "＠": "@", "/": "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A visit whose time is fixed, seconds of the day; where it is to be, if that is known. It is made by a visit
    begun after `after`, the last one of that day when it was fixed."""

    case_id: str
    day: date
    begin_s: int
    end_s: int
    address_kind: str | None = None
    lat: float | None = None
    lon: float | None = None
    after: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Agreed:
        """From the plan as it is kept."""
        kept = {key: value for key, value in stored.items() if key != "date"}
        return cls(**kept, day=date.fromisoformat(stored["date"]))

    @property
    def document(self) -> dict[str, Any]:
        """For the plan as it is kept."""
        names = ("case_id", "begin_s", "end_s", "address_kind", "lat", "lon", "after")
        return {**{name: getattr(self, name) for name in names}, "date": self.day.isoformat()}

    def lock(self, known: Known, dates: Sequence[date]) -> Lock:
        """For the planner."""
        where = [
            index
            for index, address in enumerate(known.facts.addresses)
            if (address.kind, address.lat, address.lon) == (self.address_kind, self.lat, self.lon)
        ]
        return Lock(
            day=dates.index(self.day), begin_s=self.begin_s, address_index=where[0] if where and self.lat else None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """By case number, what is fixed on the days that are planned, and what on other days to come."""

    here: dict[str, Agreed] = field(default_factory=dict)
    elsewhere: dict[str, Agreed] = field(default_factory=dict)

    def moments(self, day: date) -> list[Window]:
        """When visits are fixed on a day, in order."""
        found = [Window(one.begin_s, one.end_s) for one in self.here.values() if one.day == day]
        return sorted(found, key=lambda window: window.open_s)


def locks_of(
    runtime: Runtime,
    dates: Sequence[date],
    visited: Mapping[str, Mapping[str, Any]],
    lock: Iterable[str],
    unlock: Iterable[str],
) -> Locks:
    """What the plans that stand have fixed and no visit (`visited`: the first day's) has made since, without what is
    taken back here and with what is fixed here.

    Raises NotFoundError `plan.not_locked`, `plan.not_planned`, UsageError `plan.locked_elsewhere`, `plan.lock_time`,
    `plan.lock_hours`, `plan.lock_day` and those of `lookup`.
    """
    standing = plans.from_day_on(runtime.store, min(runtime.today(), dates[0]).isoformat())
    kept = [Agreed.of(one) for day, plan in standing.items() for one in plan.get("locks", ()) if one["date"] == day]
    locks = Locks(elsewhere={one.case_id: one for one in kept if one.day not in dates})
    for one in kept:
        made = visited.get(one.case_id) if one.day == dates[0] else None
        if one.day in dates and not (made and made["started_at"] > one.after):
            locks.here[one.case_id] = one
    for reference in unlock:
        _unlock(locks, lookup.case_id(runtime, reference))
    for reference in lock:
        one = _fixed(runtime, dates, standing, reference)
        if one.case_id in locks.elsewhere:
            _refuse_elsewhere(locks, one.case_id)
        made = visited.get(one.case_id) if one.day == dates[0] else None
        locks.here[one.case_id] = _after(one, made["started_at"] if made else "")
    return locks


def _unlock(locks: Locks, case_id: str) -> None:
    if case_id in locks.elsewhere and case_id not in locks.here:
        _refuse_elsewhere(locks, case_id)
    if locks.here.pop(case_id, None) is None:
        raise NotFoundError("plan.not_locked", case_id=case_id)


def _refuse_elsewhere(locks: Locks, case_id: str) -> None:
    raise UsageError("plan.locked_elsewhere", case_id=case_id, date=locks.elsewhere[case_id].day.isoformat())


def _after(one: Agreed, visit: str) -> Agreed:
    return Agreed.of({**one.document, "after": visit})


def _fixed(runtime: Runtime, dates: Sequence[date], standing: Mapping[str, Any], reference: str) -> Agreed:
    """CASE@14:30, CASE@2026-11-25 14:30, or CASE alone: at the time that the day's plan gives it."""
    text = reference.translate(_WIDE)
    agreed = _AGREED.fullmatch(text)
    if agreed is None and "@" in text:
        raise UsageError("plan.lock_time", value=reference)
    case_id = lookup.case_id(runtime, agreed[1] if agreed else reference)
    stops = list(_stops(standing, dates, case_id))
    if agreed is None:
        if not stops:
            raise NotFoundError("plan.not_planned", case_id=case_id)
        day, stop = stops[0]
        begins, ends = (datetime.fromisoformat(stop[key]) for key in ("start", "leave"))
        return _at(case_id, day, _second(begins), _second(ends) - _second(begins), stop)
    day, begin_s = _moment(agreed, dates, reference)
    _refuse_hours(runtime, day, begin_s, reference)
    settings = runtime.settings
    longest = max(settings.first_visit_minutes, settings.follow_up_minutes, settings.promise_minutes)
    return _at(case_id, day, begin_s, longest * 60, stops[0][1] if stops else {})


def _at(case_id: str, day: date, begin_s: int, lasts_s: int, stop: Mapping[str, Any]) -> Agreed:
    return Agreed(
        case_id=case_id,
        day=day,
        begin_s=begin_s,
        end_s=begin_s + lasts_s,
        address_kind=stop.get("address_kind"),
        lat=stop.get("lat"),
        lon=stop.get("lon"),
    )


def _moment(agreed: re.Match[str], dates: Sequence[date], reference: str) -> tuple[date, int]:
    try:
        day = date(*map(int, agreed[2].split("-"))) if agreed[2] else dates[0]
        moment = datetime(day.year, day.month, day.day, int(agreed[3]), int(agreed[4]))  # noqa: DTZ001 - local, as planned
    except ValueError as error:
        raise UsageError("plan.lock_time", value=reference) from error
    if day not in dates:
        raise UsageError("plan.lock_day", value=reference, date=day.isoformat())
    return day, _second(moment)


def _refuse_hours(runtime: Runtime, day: date, begin_s: int, reference: str) -> None:
    """A time at which no rule lets anybody be visited at any kind of address is agreed by mistake."""
    pack = pack_in_force(runtime)
    hours = [open_hours(pack, day, kind, agreed=True) for kind in get_args(AddressKind)]
    if not any(opens <= begin_s < closes for opens, closes in hours):
        opens, closes = min(first for first, _ in hours), max(last for _, last in hours)
        raise UsageError("plan.lock_hours", value=reference, opens=clock(opens), closes=clock(closes))


def _stops(
    standing: Mapping[str, Any], dates: Sequence[date], case_id: str
) -> Iterator[tuple[date, Mapping[str, Any]]]:
    """Where the case is planned on these days."""
    for day in dates:
        for planned in standing.get(day.isoformat(), {"days": ()})["days"]:
            for stop in planned["stops"]:
                if planned["date"] == day.isoformat() and stop["case_id"] == case_id and stop["status"] == "planned":
                    yield day, stop


def _second(moment: datetime) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
