"""Planning: the open cases of the store to a route for a day, and every case that is not on it with the reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from visitcli.app import lookup
from visitcli.app.planning_facts import Known, facts_of_open_cases
from visitcli.app.planning_places import NamedPlace, resolve
from visitcli.app.runtime import Runtime
from visitcli.domain.case import Crs
from visitcli.domain.errors import UsageError
from visitcli.domain.rules import Finding
from visitcli.domain.settings import Settings
from visitcli.planner.candidates import Habits, candidate_of, visit_kind
from visitcli.planner.model import Candidate, Day, LeftOut, Place, Problem, Reason, Solution, Stop, Window
from visitcli.planner.solver import default_iterations, solve
from visitcli.planner.travel import AffineTravel
from visitcli.planner.value import Weights
from visitcli.store import plans

CEILING_S = 60.0  # when nobody says how long planning may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `plan` was asked: None takes what the settings say; `include` and `exclude` are case references."""

    date: date | None = None
    start_at: time_of_day | None = None
    end_at: time_of_day | None = None
    start: str = ""
    end: str = ""
    crs: Crs = "wgs84"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    seed: int = 1
    seconds: float = CEILING_S


def plan(
    runtime: Runtime,
    request: Request,
    *,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _share: None,
) -> dict[str, Any]:
    """Choose and order the day's visits, keep the plan in the store, and give it back in the contract's shape.

    Reasons, `left_out` and `warnings` carry a code and its context and no words; money is integer fen. `interrupted`
    is asked again and again and ends the search with the best so far; `progress` is told the share that is done.
    Raises UsageError `plan.hours`, `plan.both`, `plan.latlon`, NotFoundError `plan.place` and those of `lookup`.
    """
    asked = _Asked.of(runtime, request)
    facts = {known.facts.case_id: known for known in facts_of_open_cases(runtime, asked.date, asked.named)}
    candidates, left_out = _sorted_out(runtime.settings, asked, facts)
    problem = Problem(day=asked.day, candidates=tuple(candidates), travel=_travel(runtime.settings))
    solution, cut = _search(problem, request, interrupted, progress)
    kept = {"plan_id": runtime.new_id(), "seed": request.seed, "cut": cut, "iterations": solution.iterations}
    document = {**kept, **_document(runtime, asked, solution, left_out, facts)}
    plans.save(runtime.store, _without_people(document), asked.date.isoformat(), runtime.now().isoformat())
    return document


def _without_people(document: dict[str, Any]) -> dict[str, Any]:
    """The plan as it is kept: case numbers say who, so that an erased customer does not live on in old plans."""
    days = [
        {**day, "stops": [{k: v for k, v in stop.items() if k not in ("name", "address")} for stop in day["stops"]]}
        for day in document["days"]
    ]
    return {**document, "days": days}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
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
    def of(cls, runtime: Runtime, request: Request) -> _Asked:
        settings, wanted = runtime.settings, request.date or runtime.today()
        start_s = _seconds(request.start_at or settings.day_start)
        end_s = _seconds(request.end_at or settings.day_end)
        if start_s >= end_s:
            raise UsageError("plan.hours", start=_clock(start_s), end=_clock(end_s))
        include, exclude = (
            frozenset(lookup.case_id(runtime, case) for case in cases) for cases in (request.include, request.exclude)
        )
        if include & exclude:
            raise UsageError("plan.both", cases=sorted(include & exclude))
        start = resolve(runtime.store, request.start, request.crs) if request.start else _home_base(runtime)
        end = resolve(runtime.store, request.end, request.crs) if request.end else None
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
    return resolve(runtime.store, settings.home_base, crs)


def _point(place: NamedPlace | None) -> Place | None:
    return Place(place.lat, place.lon) if place else None


def _lunch(settings: Settings, start_s: int, end_s: int) -> tuple[Window, ...]:
    """The hour that nobody works, as far as it lies in the day."""
    begins = _seconds(settings.lunch_start)
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
    if wanted == now.date() and _seconds(now.time()) > day.start_s:
        yield Reason("begun_already", {"start": _clock(day.start_s), "now": _clock(_seconds(now.time()))})


def _sorted_out(
    settings: Settings, asked: _Asked, known: Mapping[str, Known]
) -> tuple[list[Candidate], list[tuple[str, list[Finding]]]]:
    """Candidates, and the cases that cannot be visited on this day with all that is against it."""
    habits = _habits(settings)
    candidates: list[Candidate] = []
    left_out: list[tuple[str, list[Finding]]] = []
    for case_id, entry in known.items():
        against = list(entry.against)
        if case_id in asked.exclude:
            against.insert(0, Finding("excluded"))
        if entry.visited_today and case_id not in asked.include:
            against.append(Finding("visited_today"))
        if against:
            left_out.append((case_id, against))
            continue
        found = candidate_of(entry.facts, asked.date, habits, must_visit=case_id in asked.include)
        if isinstance(found, Candidate):
            candidates.append(found)
        else:
            left_out.append((case_id, [_finding(found)]))
    return candidates, left_out


def _habits(settings: Settings) -> Habits:
    return Habits(
        home=Window(_seconds(settings.home_from), _seconds(settings.home_until)),
        work=Window(_seconds(settings.work_from), _seconds(settings.work_until)),
        service_s={
            "first_visit": settings.first_visit_minutes * 60,
            "follow_up": settings.follow_up_minutes * 60,
            "promise_check": settings.promise_minutes * 60,
        },
        weights=Weights(
            days_overdue=settings.weight_days_overdue,
            amount=settings.weight_amount,
            promise=settings.weight_promise,
            return_date=settings.weight_return_date,
            last_contact=settings.weight_last_contact,
            stage=settings.weight_stage,
        ),
    )


def _travel(settings: Settings) -> AffineTravel:
    return AffineTravel(round(settings.leg_minutes * 60), settings.minutes_per_km * 60)


def _search(
    problem: Problem, request: Request, interrupted: Callable[[], bool], progress: Callable[[float], None]
) -> tuple[Solution, str | None]:
    """The solution, and what cut it short: "ceiling", "interrupted" or None."""
    total, ends = default_iterations(problem), time.monotonic() + request.seconds
    cut = ""

    def should_stop(done: int) -> bool:
        nonlocal cut
        if done % 50 == 0:
            progress(done / total)
        cut = "interrupted" if interrupted() else "ceiling" if time.monotonic() >= ends else ""
        return bool(cut)

    solution = solve(problem, seed=request.seed, iterations=total, should_stop=should_stop)
    return solution, cut if solution.cut else None


def _document(
    runtime: Runtime,
    asked: _Asked,
    solution: Solution,
    left_out: list[tuple[str, list[Finding]]],
    known: Mapping[str, Known],
) -> dict[str, Any]:
    midnight = datetime.combine(asked.date, time_of_day(), runtime.now().tzinfo)
    everything = [*left_out, *((left.case_id, [_finding(left)]) for left in solution.left_out)]
    missed = sorted(case_id for case_id, _ in everything if case_id in asked.include)
    missed_note = [Reason("include_left_out", {"cases": missed})] if missed else []
    return {
        "days": [_day(asked, solution, known, lambda second: (midnight + timedelta(seconds=second)).isoformat())],
        "left_out": [
            {"case_id": case_id, "code": found[0].code, "findings": [_coded(finding) for finding in found]}
            for case_id, found in sorted(everything, key=lambda entry: entry[0])
        ],
        "warnings": [_coded(warning) for warning in (*asked.warnings, *missed_note)],
    }


def _day(asked: _Asked, solution: Solution, known: Mapping[str, Known], at: Callable[[int], str]) -> dict[str, Any]:
    """One day of the contract's `days`; `at` writes seconds of the day as a time with offset."""
    route, day = solution.route, asked.day
    return {
        "date": asked.date.isoformat(),
        "start": _place(asked.start, at(day.start_s)),
        "end": _place(asked.end, at(day.end_s)),
        "stops": [
            _stop(seq, stop, known[stop.candidate.case_id], asked.date, at) for seq, stop in enumerate(route.stops, 1)
        ],
        "breaks": [{"start": at(pause.open_s), "end": at(pause.close_s)} for pause in day.breaks],
        "totals": {
            "score": route.score,
            "travel_m": route.travel_m,
            "travel_s": route.travel_s,
            "service_s": route.service_s,
            "ends": at(route.ends_s),
        },
    }


def _stop(seq: int, stop: Stop, known: Known, day: date, at: Callable[[int], str]) -> dict[str, Any]:
    chosen, facts = stop.alternative, known.facts
    address = facts.addresses[chosen.address_index]
    return {
        "seq": seq,
        "case_id": facts.case_id,
        "name": known.name,
        "address_kind": chosen.address_kind,
        "address": address.text,
        "lat": chosen.place.lat,
        "lon": chosen.place.lon,
        "crs": address.crs,
        "approximate": chosen.approximate,
        "radius_m": address.radius_m,
        "visit_kind": visit_kind(facts, day),
        "status": "planned",
        "arrive": at(stop.arrive_s),
        "start": at(stop.start_s),
        "leave": at(stop.leave_s),
        "travel_m": stop.travel_m,
        "travel_s": stop.travel_s,
        "score": chosen.value,
        "reasons": [_coded(reason) for reason in stop.candidate.reasons],
    }


def _coded(reason: Reason | Finding) -> dict[str, Any]:
    return {"code": reason.code, "context": dict(reason.context)}


def _finding(left: LeftOut) -> Finding:
    return Finding(left.code, dict(left.context))


def _place(place: NamedPlace | None, at: str) -> dict[str, Any]:
    if place is None:
        return {"at": at, "lat": None, "lon": None, "radius_m": None}
    return {"at": at, "lat": place.lat, "lon": place.lon, "radius_m": place.radius_m}


def _seconds(moment: time_of_day) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
