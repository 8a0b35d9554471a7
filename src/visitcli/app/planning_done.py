"""The stops that were made already on the day that is planned: they stay in the plan, under the numbers they had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from visitcli.app.planning_facts import Known
from visitcli.app.runtime import Runtime
from visitcli.store import plans, visits

_KEPT = ("address_kind", "lat", "lon", "crs", "approximate", "radius_m", "visit_kind")


def made_on(runtime: Runtime, day: date) -> dict[str, dict[str, Any]]:
    """Case number to the visit (its last, where there were several) of those made on this day, in the order of time."""
    store, made = runtime.store, dict[str, dict[str, Any]]()
    for case_id in visits.visited_on(store, day.isoformat()):
        for visit in visits.of_case(store, case_id):
            if visit["record"] is not None and day.isoformat() in (visit["started_at"][:10], visit["ended_at"][:10]):
                made[case_id] = visit
    return dict(sorted(made.items(), key=lambda item: (item[1]["started_at"], item[0])))


def numbers(runtime: Runtime, day: date, made: Iterable[str], planned: Iterable[str]) -> dict[str, int]:
    """Case number to the number of its stop. A case that was visited keeps the number that it had in the day's last
    plan, so that `#3` stays true; the others take the free ones in order, those without a plan first."""
    before = {stop["case_id"]: stop["seq"] for stop in plans.stops(runtime.store, day.isoformat()) or ()}
    found = {case_id: before[case_id] for case_id in made if case_id in before}
    taken = set(found.values())
    free = (number for number in count(1) if number not in taken)
    for case_id in (*made, *planned):
        if case_id not in found:
            found[case_id] = next(free)
    return found


def done_stops(
    runtime: Runtime, day: date, made: Mapping[str, Mapping[str, Any]], known: Mapping[str, Known]
) -> Sequence[dict[str, Any]]:
    """The stops made, as the plan carries them: when it really was, no travel and no score. Where it was is what the
    day's last plan said, and unknown without one."""
    before = {stop["case_id"]: stop for stop in plans.stops(runtime.store, day.isoformat()) or ()}
    return [_done_stop(known[case_id], visit, before.get(case_id, {})) for case_id, visit in made.items()]


def _done_stop(known: Known, visit: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    where = {key: before.get(key) for key in _KEPT}
    began, ended = (_to_the_second(str(visit[key])) for key in ("started_at", "ended_at"))
    return {
        "case_id": known.facts.case_id,
        "name": known.name,
        **where,
        "approximate": bool(where["approximate"]),
        "address": _address(known, where),
        "status": "done",
        "arrive": began,
        "start": began,
        "leave": ended,
        "travel_m": 0,
        "travel_s": 0,
        "score": 0.0,
        "reasons": [],
    }


def _address(known: Known, where: Mapping[str, Any]) -> str:
    wanted = (where["address_kind"], where["lat"], where["lon"])
    return next((a.text for a in known.facts.addresses if (a.kind, a.lat, a.lon) == wanted), "")


def _to_the_second(at: str) -> str:
    return datetime.fromisoformat(at).replace(microsecond=0).isoformat()
