"""What `plan` was asked, and that with the settings' defaults filled in and its references looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from visitcli.app import lookup
from visitcli.app.planning_locks import Locks, locks_of
from visitcli.app.planning_now import Position, minute_of, position
from visitcli.app.planning_places import NamedPlace, resolve
from visitcli.app.runtime import Runtime
from visitcli.domain.case import Crs
from visitcli.domain.clock import clock
from visitcli.domain.errors import UsageError
from visitcli.domain.settings import Settings, weekdays_off
from visitcli.planner.model import Day, Place, Reason, Window
from visitcli.store import plans

MOST_DAYS = 14
FAR_DAYS = 3653  # ten years: a day beyond is a slip of the finger


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `plan` was asked: None takes what the settings say; `include`, `exclude`, `unlock` and `explain` are case
    references, `lock` such ones that may be followed by @ and a time; `seconds` is the longest that planning may take.

    `days`: so many working days; None is one, and with `now` those that the day's present plan still has.
    """

    date: date | None = None
    days: int | None = None
    now: bool = False
    start_at: time_of_day | None = None
    end_at: time_of_day | None = None
    start: str = ""
    end: str = ""
    crs: Crs = "wgs84"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()
    unlock: tuple[str, ...] = ()
    matrix: Path | None = None
    explain: str = ""
    seed: int = 1
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDay:
    """One day that is planned: its date, its hours for the planner, and the places' names."""

    date: date
    day: Day
    start: NamedPlace | None
    end: NamedPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request with the settings' defaults filled in and its references looked up. `position`: from where and
    when the first day goes on, where the rest of it is planned; `base`: from where the days begin otherwise."""

    days: tuple[AskedDay, ...]
    base: Place | None
    position: Position | None
    include: frozenset[str]
    exclude: frozenset[str]
    locks: Locks
    warnings: tuple[Reason, ...]

    @property
    def dates(self) -> tuple[date, ...]:
        """Of all days, in order."""
        return tuple(day.date for day in self.days)

    @property
    def named(self) -> frozenset[str]:
        """Cases that the user spoke of."""
        return self.include | self.exclude | self.locks.here.keys()

    @property
    def open_case(self) -> str | None:
        """The case whose visit is going on."""
        visit = self.position.open_visit if self.position else None
        return str(visit["case_id"]) if visit else None

    @classmethod
    def of(
        cls, runtime: Runtime, request: Request, dates: tuple[date, ...], visited: Mapping[str, Mapping[str, Any]]
    ) -> Asked:
        """`dates`: those of `dates_of`; `visited`: the visits made on the first of them."""
        include, exclude = (
            frozenset(lookup.case_id(runtime, case) for case in cases) for cases in (request.include, request.exclude)
        )
        if include & exclude:
            raise UsageError("plan.both", cases=sorted(include & exclude))
        locks = locks_of(runtime, dates, visited, request.lock, request.unlock)
        here = position(runtime, visited) if request.now else None
        base = _home_base(runtime)
        start = resolve(runtime, request.start, request.crs) if request.start else None
        days = tuple(_days(runtime, request, dates, here, start, base, locks))
        warnings = tuple(_warnings(runtime, days[0], here, started_anew=bool(request.start)))
        return cls(
            days=days,
            base=_point(base if here else start or base),
            position=here,
            include=include,
            exclude=exclude,
            locks=locks,
            warnings=warnings,
        )


def _refuse_contradictions(runtime: Runtime, request: Request) -> None:
    if request.days is not None and not 1 <= request.days <= MOST_DAYS:
        raise UsageError("plan.days", value=request.days, most=MOST_DAYS)
    today = runtime.today()
    if request.date and abs((request.date - today).days) > FAR_DAYS:
        raise UsageError("plan.far_date", date=str(request.date), today=today.isoformat())
    if request.now and request.date not in (None, today):
        raise UsageError("plan.now_today", date=str(request.date), today=today.isoformat())
    if request.now and request.start_at is not None:
        raise UsageError("plan.now_from", start=f"{request.start_at:%H:%M}")


def dates_of(runtime: Runtime, request: Request) -> tuple[date, ...]:
    """The days to plan. One is the day asked for, even if nobody works on it; of several, those that are worked on.

    Raises UsageError `plan.days`, `plan.far_date`, `plan.now_today`, `plan.now_from`.
    """
    _refuse_contradictions(runtime, request)
    first = request.date or runtime.today()
    if request.now and request.days is None:
        standing = plans.latest(runtime.store, first.isoformat()) or {"days": []}
        later = (date.fromisoformat(day["date"]) for day in standing["days"] if day["date"] > first.isoformat())
        return (first, *sorted(later))
    if (request.days or 1) == 1:
        return (first,)
    off, found, day = weekdays_off(runtime.settings), [first] if request.now else [], first
    while len(found) < (request.days or 1):
        if day.isoweekday() not in off and day not in found:
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def _days(
    runtime: Runtime,
    request: Request,
    dates: tuple[date, ...],
    here: Position | None,
    asked: NamedPlace | None,
    base: NamedPlace | None,
    locks: Locks,
) -> Iterator[AskedDay]:
    settings = runtime.settings
    end = resolve(runtime, request.end, request.crs) if request.end else None
    end_s = seconds(request.end_at or settings.day_end)
    for index, wanted in enumerate(dates):
        start, start_s = asked or base, seconds(request.start_at or settings.day_start)
        if here and index == 0:
            start, start_s = asked or here.place or base, here.begins_s
        elif here:
            start = base
        if start_s >= end_s:
            raise UsageError("plan.hours", start=clock(start_s), end=clock(end_s))
        breaks = _lunch(settings, start_s, end_s, locks.moments(wanted))
        day = Day(start_s=start_s, end_s=end_s, start=_point(start), end=_point(end), breaks=breaks)
        yield AskedDay(date=wanted, day=day, start=start, end=end)


def _home_base(runtime: Runtime) -> NamedPlace | None:
    settings = runtime.settings
    if not settings.home_base:
        return None
    crs: Crs = settings.home_base_crs  # type: ignore[assignment]
    return resolve(runtime, settings.home_base, crs)


def _point(place: NamedPlace | None) -> Place | None:
    return Place(place.lat, place.lon) if place else None


def _lunch(settings: Settings, start_s: int, end_s: int, agreed: list[Window]) -> tuple[Window, ...]:
    """The hour that nobody works, as far as it lies in the day. Who agreed to a visit in it eats after that."""
    begins, lasts = seconds(settings.lunch_start), settings.lunch_minutes * 60
    for visit in agreed:
        if visit.open_s < begins + lasts and begins < visit.close_s:
            begins = visit.close_s
    lunch = Window(max(begins, start_s), min(begins + lasts, end_s))
    return (lunch,) if lunch.open_s < lunch.close_s else ()


def _warnings(runtime: Runtime, first: AskedDay, here: Position | None, *, started_anew: bool) -> Iterator[Reason]:
    if first.start is None:
        yield Reason("no_start")
    elif here and here.has_begun and here.place is None and not started_anew:
        yield Reason("now_from_base")
    for code, place in (("start_approximate", first.start), ("end_approximate", first.end)):
        if place and place.radius_m:
            yield Reason(code, {"place": place.name, "radius_m": place.radius_m})
    now = runtime.now()
    if here is None and first.date == now.date() and seconds(now.time()) > first.day.start_s:
        yield Reason("begun_already", {"start": clock(first.day.start_s), "now": clock(minute_of(now))})
    if first.date.isoweekday() in weekdays_off(runtime.settings):
        yield Reason("day_off", {"date": first.date.isoformat()})


def seconds(moment: time_of_day) -> int:
    """Since midnight."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second
