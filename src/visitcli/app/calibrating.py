"""The legs that this agent has driven, read from the visits on the device, for planner.calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any

from visitcli.app.runtime import Runtime
from visitcli.domain.geo import Point, distance_m
from visitcli.domain.settings import Settings
from visitcli.planner.calibration import DrivenLeg
from visitcli.planner.model import Pace, Window, factor_at
from visitcli.store import plans, visits

LATEST = 600  # visits looked at: some two months' work; roads and habits change


def driven_legs(runtime: Runtime, paces: Sequence[Pace]) -> list[DrivenLeg]:
    """From the end of each visit to the beginning of the next of the same day: straight-line kilometres, stretched by
    the pace of the hour at which the next one began, and seconds without lunch.

    A visit lay where its position was taken; else at the case's only address with a point of its own; else at the one
    that the day's plan chose. Where nobody knows, its legs are left out, and so is the leg after a corrected visit,
    whose end is that of the correction.
    """
    lunch = _lunch(runtime.settings)

    @cache
    def planned(day: str) -> dict[str, Mapping[str, Any]]:
        return {stop["case_id"]: stop for stop in plans.stops(runtime.store, day) or ()}

    legs = []
    for before, after in pairwise(visits.begun_and_ended(runtime.store, LATEST)):
        ended, began = (datetime.fromisoformat(at) for at in (before["ended_at"], after["started_at"]))
        if ended.date() != began.date() or before["revision"] > 1:
            continue
        here, there = (_point(visit, planned) for visit in (before, after))
        if here and there:
            km = distance_m(here, there) / 1000 * factor_at(paces, _second(began))
            legs.append(DrivenLeg(km, (began - ended).total_seconds() - _within(lunch, ended, began)))
    return legs


def _point(visit: Mapping[str, Any], planned: Any) -> Point | None:
    if visit["position"]:
        return visit["position"]["lat"], visit["position"]["lon"]
    exact = [
        (address["lat"], address["lon"])
        for address in visit["addresses"] or ()
        if address.get("lat") is not None and not address.get("approximate")
    ]
    if len(set(exact)) == 1:
        return exact[0]
    stop = planned(visit["started_at"][:10]).get(visit["case_id"], {})
    point = (stop.get("lat"), stop.get("lon"))
    return point if point in exact else None


def _lunch(settings: Settings) -> Window:
    begins = settings.lunch_start.hour * 3600 + settings.lunch_start.minute * 60
    return Window(begins, begins + settings.lunch_minutes * 60)


def _within(lunch: Window, ended: datetime, began: datetime) -> int:
    """Seconds of lunch between two moments of a day."""
    return max(min(lunch.close_s, _second(began)) - max(lunch.open_s, _second(ended)), 0)


def _second(moment: datetime) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
