"""Where the agent is and what time it is, for the rest of a day that has begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from visitcli.app.planning_places import NamedPlace
from visitcli.app.runtime import Runtime
from visitcli.domain.geo import parse_point
from visitcli.store import cases, plans, visits

AGAIN_AFTER = timedelta(hours=2)
"""Where nobody was home, nobody goes again before."""

NOBODY_HOME = "nobody_home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The second of the day at which planning goes on, and the place of the last visit begun today, None where
    nobody knows it. `open_visit`: the visit that is going on."""

    begins_s: int
    place: NamedPlace | None
    has_begun: bool
    open_visit: Mapping[str, Any] | None


def position(runtime: Runtime, visited: Mapping[str, Mapping[str, Any]]) -> Position:
    """From here and now. `visited`: today's finished visits."""
    today = runtime.today().isoformat()
    going_on = [
        visit for visit in visits.unfinished(runtime.store) if not visit["record"] and visit["started_at"][:10] == today
    ]
    begun = sorted((*visited.values(), *going_on), key=lambda visit: str(visit["started_at"]))
    return Position(
        begins_s=minute_of(runtime.now()),
        place=_place(runtime, begun[-1]) if begun else None,
        has_begun=bool(begun),
        open_visit=going_on[-1] if going_on else None,
    )


def minute_of(now: datetime) -> int:
    """The second of the day at which the next full minute begins, the present one where it has just begun."""
    second = now.hour * 3600 + now.minute * 60 + now.second + (now.microsecond > 0)
    return -(-second // 60) * 60


def earliest_again(visit: Mapping[str, Any]) -> int:
    """From which second of the day on nobody minds a second visit after this one."""
    again = datetime.fromisoformat(visit["ended_at"]) + AGAIN_AFTER
    return minute_of(again) if again.date().isoformat() == visit["ended_at"][:10] else 24 * 3600


def _place(runtime: Runtime, visit: Mapping[str, Any]) -> NamedPlace | None:
    """Where a visit was: by its own record, by the day's plan, else at the case's first address with a point."""
    answers = (visit["record"] or {}).get("answers", {})
    point = parse_point(str(answers.get("position") or "").replace(" ", ","))
    if point:
        return NamedPlace("", *point)
    stops = plans.stops(runtime.store, runtime.today().isoformat()) or ()
    addresses = (cases.body(runtime.store, visit["case_id"]) or {}).get("addresses", ())
    for place in (*(stop for stop in stops if stop["case_id"] == visit["case_id"]), *addresses):
        if place.get("lat") is not None:
            return NamedPlace("", place["lat"], place["lon"], place.get("radius_m"))
    return None
