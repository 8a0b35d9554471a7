"""A plan as GeoJSON (RFC 7946): a point for each stop, for each day its line and where it begins and ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from visitcli.formats.shared_plan import Day, Plan, Position, Stop, ahead, is_locked, name_of, plain, position

Feature = dict[str, Any]


def geojson(plan: Plan) -> bytes:
    """The file's bytes: UTF-8, WGS-84, longitude before latitude. A stop whose place nobody knows is unlocated: its
    geometry is null (RFC 7946, 3.2), so that it is not lost."""
    features = [feature for day in plan["days"] for feature in _day(day)]
    box = _box(feature["geometry"] for feature in features)
    collection = {"type": "FeatureCollection", **({"bbox": box} if box else {}), "features": features}
    return (json.dumps(collection, ensure_ascii=False, indent=1) + "\n").encode()


def _day(day: Day) -> list[Feature]:
    date = day["date"]
    ends = {
        "start": (day["start"], {"kind": "start", "date": date, "leave": day["start"]["at"]}),
        "end": (day["end"], {"kind": "end", "date": date, "arrive": day["totals"]["ends"]}),
    }
    points = [position(place) for place in (day["start"], *ahead(day), day["end"])]
    line = [list(_lon_lat(point)) for point in points if point]
    begins, finish = ([_point(place, said)] if position(place) else [] for place, said in ends.values())
    totals = {key: day["totals"][key] for key in ("travel_m", "travel_s")}
    route = _feature({"type": "LineString", "coordinates": line}, {"kind": "route", "date": date, **totals})
    return [*begins, *(_stop(date, stop) for stop in day["stops"]), *finish, *([route] if len(line) > 1 else [])]


def _stop(date: str, stop: Stop) -> Feature:
    said = ("arrive", "start", "leave", "status", "address_kind", "approximate", "radius_m")
    return _point(
        stop,
        {
            "kind": "stop",
            "seq": stop["seq"],
            "case_id": plain(stop["case_id"]),
            "name": name_of(stop),
            "date": date,
            **{key: stop.get(key) for key in said},
            "locked": is_locked(stop),
            "address": plain(stop["address"] or ""),
        },
    )


def _point(place: Mapping[str, Any], properties: dict[str, Any]) -> Feature:
    found = position(place)
    geometry = {"type": "Point", "coordinates": list(_lon_lat(found))} if found else None
    return _feature(geometry, properties)


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _lon_lat(point: Position) -> Position:
    return point[1], point[0]


def _box(geometries: Iterable[dict[str, Any] | None]) -> list[float]:
    """West, south, east, north; empty where nothing has a place."""
    points = [geometry["coordinates"] for geometry in geometries if geometry and geometry["type"] == "Point"]
    if not points:
        return []
    lons, lats = zip(*points, strict=True)
    return [min(lons), min(lats), max(lons), max(lats)]
