"""A plan as GPX 1.1 (topografix.com/GPX/1/1): a waypoint for each stop and a route for each day, for navigation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from visitcli.formats.shared_plan import Day, Plan, Position, Say, Stop, ahead, name_of, place_of, position, utc

NAMESPACE = "http://www.topografix.com/GPX/1/1"
SCHEMA = f"{NAMESPACE} {NAMESPACE}/gpx.xsd"


def gpx(plan: Plan, say: Say) -> bytes:
    """The file's bytes. Stops whose place nobody knows cannot stand in it; those already made are waypoints only."""
    root = ET.Element(
        "gpx",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": SCHEMA,
            "version": "1.1",
            "creator": "visitcli",
        },
    )
    days = plan["days"]
    _metadata(root, plan, say)
    for day in days:
        for stop in day["stops"]:
            _point(root, "wpt", stop, **_texts(day, stop, say, dated=len(days) > 1))
    for number, day in enumerate(days, start=1):
        _route(root, day, number, say, dated=len(days) > 1)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _metadata(root: ET.Element, plan: Plan, say: Say) -> None:
    metadata = ET.SubElement(root, "metadata")
    _text(metadata, "name", say("share.title"))
    points = [point for day in plan["days"] for point in _positions(day)]
    if points:
        lats, lons = zip(*points, strict=True)
        bounds = {"minlat": min(lats), "minlon": min(lons), "maxlat": max(lats), "maxlon": max(lons)}
        ET.SubElement(metadata, "bounds", {key: f"{value:.6f}" for key, value in bounds.items()})


def _positions(day: Day) -> list[Position]:
    return [point for place in (day["start"], *day["stops"], day["end"]) if (point := _position(place))]


def _position(place: Mapping[str, Any]) -> Position | None:
    """The schema's longitudes end before 180; that meridian is -180."""
    found = position(place)
    return (found[0], -180.0) if found and found[1] == 180 else found


def _route(root: ET.Element, day: Day, number: int, say: Say, *, dated: bool) -> None:
    route = ET.SubElement(root, "rte")
    _text(route, "name", say("share.route", date=day["date"]))
    _text(route, "number", str(number))
    _point(route, "rtept", day["start"], time=day["start"]["at"], name=say("share.start"))
    for stop in ahead(day):
        _point(route, "rtept", stop, **_texts(day, stop, say, dated=dated))
    _point(route, "rtept", day["end"], time=day["totals"]["ends"], name=say("share.end"))


def _texts(day: Day, stop: Stop, say: Say, *, dated: bool) -> dict[str, str]:
    date = f"{day['date'][5:]} " if dated else ""
    return {
        "time": stop["start"],
        "name": f"{date}{stop['seq']} {name_of(stop)}",
        "desc": f"{stop['start'][11:16]}–{stop['leave'][11:16]} {place_of(stop, say)}".rstrip(),
        "type": stop["status"],
    }


def _point(parent: ET.Element, tag: str, place: Mapping[str, Any], **texts: str) -> None:
    """A point with its texts in the schema's order: time, name, desc, type. None where there is no place."""
    found = _position(place)
    if found is None:
        return
    point = ET.SubElement(parent, tag, {"lat": f"{found[0]:.6f}", "lon": f"{found[1]:.6f}"})
    for key, text in texts.items():
        _text(point, key, f"{utc(text):%Y-%m-%dT%H:%M:%SZ}" if key == "time" else text)


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text
