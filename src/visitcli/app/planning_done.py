"""The stops that were made already on the first day that is planned, and the one that is being made: they stay in the
plan, under the numbers they had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from visitcli.app.planning_asked import Asked
from visitcli.app.planning_facts import Known
from visitcli.app.runtime import Runtime
from visitcli.planner.model import Route
from visitcli.store import plans, visits

_KEPT = ("address_kind", "lat", "lon", "crs", "approximate", "radius_m", "visit_kind")
Visits = Mapping[str, Mapping[str, Any]]


def made_on(runtime: Runtime, day: date) -> dict[str, dict[str, Any]]:
    """Case number to the visit (its last, where there were several) of those made on this day, in the order of time."""
    store, made = runtime.store, dict[str, dict[str, Any]]()
    for case_id in visits.visited_on(store, day.isoformat()):
        for visit in visits.of_case(store, case_id):
            if visit["record"] is not None and day.isoformat() in (visit["started_at"][:10], visit["ended_at"][:10]):
                made[case_id] = visit
    return dict(sorted(made.items(), key=lambda item: (item[1]["started_at"], item[0])))


def made_stops(
    runtime: Runtime, asked: Asked, visited: Visits, known: Mapping[str, Known], route: Route
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The first day's stops that are made or being made and not planned once more, as the plan carries them; and the
    number of every stop of that day by its case."""
    ahead = [stop.candidate.case_id for stop in route.stops]
    before = {stop["case_id"]: stop for stop in plans.stops(runtime.store, asked.dates[0].isoformat()) or ()}
    made = [visit for case_id, visit in visited.items() if case_id not in (*ahead, asked.open_case)]
    if asked.position and asked.position.open_visit:
        made.append(asked.position.open_visit)
    stops = [_stop(known[visit["case_id"]], visit, before.get(visit["case_id"], {})) for visit in made]
    return stops, _numbers(before, [*visited, *(stop["case_id"] for stop in stops)], ahead)


def _numbers(before: Mapping[str, Mapping[str, Any]], kept: Iterable[str], ahead: Sequence[str]) -> dict[str, int]:
    """A case that was visited keeps the number that it had in the day's last plan, so that `#3` stays true; the others
    take the free ones in order, those without a plan first."""
    found = {case_id: before[case_id]["seq"] for case_id in kept if case_id in before}
    taken = set(found.values())
    free = (number for number in count(1) if number not in taken)
    for case_id in (*kept, *ahead):
        if case_id not in found:
            found[case_id] = next(free)
    return found


def _stop(known: Known, visit: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """When it really was, no travel and no score; a visit that is going on has no end. Where it was is what the day's
    last plan said, and unknown without one."""
    where = {key: before.get(key) for key in _KEPT}
    began, ended = (
        _to_the_second(str(visit[key])) for key in ("started_at", "ended_at" if visit["record"] else "started_at")
    )
    return {
        "case_id": known.facts.case_id,
        "name": known.name,
        **where,
        "approximate": bool(where["approximate"]),
        "address": _address(known, where),
        "status": "done" if visit["record"] else "open",
        "arrive": began,
        "start": began,
        "leave": ended,
        "travel_m": 0,
        "travel_s": 0,
        "buffer_s": 0,
        "score": 0.0,
        "chance": None,
        "part": "",
        "locked": False,
        "earlier": None,
        "reasons": [],
    }


def _address(known: Known, where: Mapping[str, Any]) -> str:
    wanted = (where["address_kind"], where["lat"], where["lon"])
    return next((a.text for a in known.facts.addresses if (a.kind, a.lat, a.lon) == wanted), "")


def _to_the_second(at: str) -> str:
    return datetime.fromisoformat(at).replace(microsecond=0).isoformat()
