"""A plan as GPX: read back by gpxpy, its elements in the order that the schema asks for."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import gpxpy
import gpxpy.gpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.plans import day, plan, stop

from visitcli.formats.gpx import NAMESPACE, gpx
from visitcli.words import LANGUAGES, Words

# The schema's sequences, as far as we write them (http://www.topografix.com/GPX/1/1/gpx.xsd).
POINT = ["ele", "time", "name", "cmt", "desc", "src", "link", "sym", "type"]
ORDER = {
    "gpx": ["metadata", "wpt", "rte", "trk", "extensions"],
    "metadata": ["name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions"],
    "wpt": POINT,
    "rtept": POINT,
    "rte": ["name", "cmt", "desc", "src", "link", "number", "type", "extensions", "rtept"],
}
REPEATED = {"wpt", "rte", "rtept"}
SECRETS = ("建国", "12,880", "逾期", "95")


def read(content: bytes) -> gpxpy.gpx.GPX:
    refuse_disorder(ET.fromstring(content))  # noqa: S314 - our own bytes
    return gpxpy.parse(content.decode())


def refuse_disorder(element: ET.Element) -> None:
    namespace, _, tag = element.tag[1:].partition("}")
    assert namespace == NAMESPACE
    known, names = ORDER.get(tag, []), [child.tag.partition("}")[2] for child in element]
    assert names == sorted(names, key=known.index)
    assert all(names.count(name) == 1 for name in names if name not in REPEATED)
    for child in element:
        refuse_disorder(child)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stops_are_waypoints_and_a_route_from_start_to_end(language: str) -> None:
    content = gpx(plan(day(stop(1), stop(2, name="Wang Wei"))), Words(language))
    found = read(content)
    assert [point.name for point in found.waypoints] == ["1 王**", "2 W**"]
    assert [(point.latitude, point.longitude) for point in found.waypoints] == [(31.29, 121.18), (31.3, 121.2)]
    assert [str(point.time) for point in found.waypoints] == ["2026-11-23 01:00:00+00:00", "2026-11-23 01:45:00+00:00"]
    (route,) = found.routes
    middle = [point.name for point in route.points[1:-1]]
    assert middle == ["1 王**", "2 W**"]
    assert [point.latitude for point in route.points] == [31.2304, 31.29, 31.3, 31.2304]
    assert str(route.points[-1].time) == "2026-11-23 09:12:00+00:00"
    assert found.bounds.min_latitude == 31.2304
    assert not any(secret in content.decode() for secret in SECRETS)


def test_each_day_is_a_route_of_its_own_and_its_points_say_which() -> None:
    found = read(gpx(plan(day(stop(1)), day(stop(1), stop(2), date="2026-11-24")), Words("zh")))
    assert [len(route.points) for route in found.routes] == [3, 4]
    assert [route.name for route in found.routes] == ["2026-11-23 路线", "2026-11-24 路线"]
    assert [point.name for point in found.waypoints] == ["11-23 1 王**", "11-24 1 王**", "11-24 2 王**"]


def test_what_was_done_is_no_longer_on_the_way_and_what_has_no_place_is_not_there() -> None:
    done, nowhere = stop(1, status="done"), stop(2, lat=None, lon=None)
    unknown = {"at": "2026-11-23T08:30:00+08:00", "lat": None, "lon": None, "radius_m": None}
    found = read(gpx(plan(day(done, nowhere, stop(3), start=unknown, end=unknown)), Words("zh")))
    assert [point.name for point in found.waypoints] == ["1 王**", "3 王**"]
    assert [point.name for point in found.routes[0].points] == ["3 王**"]


def test_an_empty_plan_is_an_empty_file() -> None:
    unknown = {"at": "2026-11-23T08:30:00+08:00", "lat": None, "lon": None, "radius_m": None}
    found = read(gpx(plan(day(start=unknown, end=unknown)), Words("en")))
    assert (found.waypoints, found.routes[0].points) == ([], [])


def test_the_bounds_lie_within_the_schemas_longitudes() -> None:
    west = {"at": "2026-11-23T08:30:00+08:00", "lat": -16.8, "lon": 179.99999999, "radius_m": None}
    found = read(gpx(plan(day(stop(1, lat=-16.8, lon=180.0), start=west, end=west)), Words("en")))
    assert (found.bounds.min_longitude, found.bounds.max_longitude) == (-180, -180)


@given(
    name=st.text(),
    address=st.text(),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    radius=st.none() | st.just(2500),
)
def test_any_name_address_and_place_can_be_written(
    name: str, address: str, lat: float, lon: float, radius: int | None
) -> None:
    changed: dict[str, Any] = {"name": name, "address": address, "lat": lat, "lon": lon, "radius_m": radius}
    found = read(gpx(plan(day(stop(1, approximate=True, **changed))), Words("zh")))
    (point,) = found.waypoints
    assert point.latitude == pytest.approx(lat, abs=6e-7)
    assert point.longitude == pytest.approx(-180 if lon > 179.9999995 else lon, abs=6e-7)
    assert "大概位置" in str(point.description)
