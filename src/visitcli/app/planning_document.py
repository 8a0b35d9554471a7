"""A plan in the contract's shape: reasons, `left_out` and `warnings` with a code and its context, and no words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from datetime import time as time_of_day
from typing import Any

from visitcli.app.planning_asked import Asked
from visitcli.app.planning_facts import Known
from visitcli.app.planning_now import NOBODY_HOME
from visitcli.app.planning_places import NamedPlace
from visitcli.app.runtime import Runtime
from visitcli.domain.rules_check import Finding
from visitcli.planner.candidates import visit_kind
from visitcli.planner.model import Reason, Route, Stop
from visitcli.planner.value import MOST_REASONS

Visits = Mapping[str, Mapping[str, Any]]


def day_of(
    runtime: Runtime,
    asked: Asked,
    index: int,
    route: Route,
    known: Mapping[str, Known],
    visited: Visits,
    made: tuple[Sequence[dict[str, Any]], Mapping[str, int]],
) -> dict[str, Any]:
    """One of the contract's `days`: the stops already made (`made`, with the numbers of the first day's stops), then
    those ahead, which alone the totals count."""
    one = asked.days[index]
    day, at = one.day, _local_times(runtime, one.date)
    planned = [_stop(stop, known[stop.candidate.case_id], asked, one.date, at) for stop in route.stops]
    if index == 0:
        planned = [_once_more(stop, visited.get(stop["case_id"])) for stop in planned]
        stops = [{"seq": made[1][stop["case_id"]], **stop} for stop in (*made[0], *planned)]
    else:
        stops = [{"seq": number, **stop} for number, stop in enumerate(planned, 1)]
    return {
        "date": one.date.isoformat(),
        "start": _place(one.start, at(day.start_s)),
        "end": _place(one.end, at(day.end_s)),
        "stops": stops,
        "breaks": [{"start": at(pause.open_s), "end": at(pause.close_s)} for pause in day.breaks],
        "totals": {
            "score": route.score,
            "travel_m": route.travel_m,
            "travel_s": route.travel_s,
            "buffer_s": route.buffer_s,
            "service_s": route.service_s,
            "ends": at(route.ends_s),
        },
    }


def _once_more(stop: dict[str, Any], visit: Mapping[str, Any] | None) -> dict[str, Any]:
    """A stop at a door where somebody was earlier that day says so."""
    if visit is None:
        return stop
    earlier = str(visit["started_at"])
    code = "nobody_home_earlier" if visit["outcome"] == NOBODY_HOME else "visited_earlier"
    reason = {"code": code, "context": {"time": earlier[11:16]}}
    return {**stop, "earlier": earlier, "reasons": [reason, *stop["reasons"]][:MOST_REASONS]}


def _local_times(runtime: Runtime, day: date) -> Callable[[int], str]:
    """Writes seconds of that day as a local time with the offset of that day, which need not be today's.

    The system's clock only says today's offset; the zone behind it is asked for the day's own. Another clock (the
    demo's, a test's) is taken at its word.
    """
    now, midnight = runtime.now(), datetime.combine(day, time_of_day())
    of_the_system = isinstance(now.tzinfo, timezone) and now.utcoffset() == now.astimezone().utcoffset()

    def at(second: int) -> str:
        local = midnight + timedelta(seconds=second)
        return (local.astimezone() if of_the_system else local.replace(tzinfo=now.tzinfo)).isoformat()

    return at


def _stop(stop: Stop, known: Known, asked: Asked, day: date, at: Callable[[int], str]) -> dict[str, Any]:
    chosen, facts = stop.alternative, known.facts
    address = facts.addresses[chosen.address_index]
    return {
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
        "buffer_s": stop.buffer_s,
        "score": chosen.value,
        "chance": round(chosen.chance, 2),
        "part": chosen.part,
        "locked": facts.case_id in asked.locks.here,
        "earlier": None,
        "reasons": [coded(reason) for reason in stop.candidate.reasons],
    }


def coded(reason: Reason | Finding) -> dict[str, Any]:
    """A code and what fills its sentence; of a rule's finding, which rule it is."""
    said: dict[str, Any] = {"code": reason.code, "context": dict(reason.context)}
    return said | {"rule": reason.rule.id} if isinstance(reason, Finding) and reason.rule else said


def _place(place: NamedPlace | None, at: str) -> dict[str, Any]:
    if place is None:
        return {"at": at, "lat": None, "lon": None, "radius_m": None}
    return {"at": at, "lat": place.lat, "lon": place.lon, "radius_m": place.radius_m}
