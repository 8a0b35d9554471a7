"""What `plan` was asked, and that with the settings' defaults filled in and its references looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from datetime import time as time_of_day

from visitcli.app import lookup
from visitcli.app.planning_places import NamedPlace, resolve
from visitcli.app.runtime import Runtime
from visitcli.domain.case import Crs
from visitcli.domain.errors import UsageError
from visitcli.domain.settings import Settings
from visitcli.planner.model import Day, Place, Reason, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `plan` was asked: None takes what the settings say; `include` and `exclude` are case references,
    `seconds` is the longest that planning may take."""

    date: date | None = None
    start_at: time_of_day | None = None
    end_at: time_of_day | None = None
    start: str = ""
    end: str = ""
    crs: Crs = "wgs84"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    seed: int = 1
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request with the settings' defaults filled in and its references looked up."""

    date: date
    day: Day
    start: NamedPlace | None
    end: NamedPlace | None
    include: frozenset[str]
    exclude: frozenset[str]
    warnings: tuple[Reason, ...]

    @property
    def named(self) -> frozenset[str]:
        """Cases that the user spoke of."""
        return self.include | self.exclude

    @classmethod
    def of(cls, runtime: Runtime, request: Request) -> Asked:
        settings, wanted = runtime.settings, request.date or runtime.today()
        start_s = seconds(request.start_at or settings.day_start)
        end_s = seconds(request.end_at or settings.day_end)
        if start_s >= end_s:
            raise UsageError("plan.hours", start=_clock(start_s), end=_clock(end_s))
        include, exclude = (
            frozenset(lookup.case_id(runtime, case) for case in cases) for cases in (request.include, request.exclude)
        )
        if include & exclude:
            raise UsageError("plan.both", cases=sorted(include & exclude))
        start = resolve(runtime, request.start, request.crs) if request.start else _home_base(runtime)
        end = resolve(runtime, request.end, request.crs) if request.end else None
        day = Day(
            start_s=start_s, end_s=end_s, start=_point(start), end=_point(end), breaks=_lunch(settings, start_s, end_s)
        )
        warnings = tuple(_warnings(runtime, wanted, day, start, end))
        return cls(date=wanted, day=day, start=start, end=end, include=include, exclude=exclude, warnings=warnings)


def _home_base(runtime: Runtime) -> NamedPlace | None:
    settings = runtime.settings
    if not settings.home_base:
        return None
    crs: Crs = settings.home_base_crs  # type: ignore[assignment]
    return resolve(runtime, settings.home_base, crs)


def _point(place: NamedPlace | None) -> Place | None:
    return Place(place.lat, place.lon) if place else None


def _lunch(settings: Settings, start_s: int, end_s: int) -> tuple[Window, ...]:
    """The hour that nobody works, as far as it lies in the day."""
    begins = seconds(settings.lunch_start)
    lunch = Window(max(begins, start_s), min(begins + settings.lunch_minutes * 60, end_s))
    return (lunch,) if lunch.open_s < lunch.close_s else ()


def _warnings(
    runtime: Runtime, wanted: date, day: Day, start: NamedPlace | None, end: NamedPlace | None
) -> Iterable[Reason]:
    if start is None:
        yield Reason("no_start")
    for code, place in (("start_approximate", start), ("end_approximate", end)):
        if place and place.radius_m:
            yield Reason(code, {"place": place.name, "radius_m": place.radius_m})
    now = runtime.now()
    if wanted == now.date() and seconds(now.time()) > day.start_s:
        yield Reason("begun_already", {"start": _clock(day.start_s), "now": _clock(seconds(now.time()))})


def seconds(moment: time_of_day) -> int:
    """Since midnight."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
