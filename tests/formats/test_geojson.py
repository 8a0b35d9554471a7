"""A plan as GeoJSON: read back by geojson-pydantic, which holds it against RFC 7946."""

from __future__ import annotations

import json
from typing import Any

from geojson_pydantic import Feature, FeatureCollection
from geojson_pydantic.geometries import LineString, Point
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.plans import day, plan, stop

from visitcli.formats.geojson import geojson

NOWHERE = {"at": "2026-11-23T08:30:00+08:00", "lat": None, "lon": None, "radius_m": None}
Read = FeatureCollection[Feature[Point | LineString, dict[str, Any]]]


def read(content: bytes) -> list[tuple[str, Any, dict[str, Any]]]:
    """Kind, coordinates and properties of each feature."""
    features = Read.model_validate_json(content).features
    return [
        (
            (feature.properties or {})["kind"],
            feature.geometry and json.loads(feature.geometry.model_dump_json())["coordinates"],
            feature.properties or {},
        )
        for feature in features
    ]


def test_stops_are_points_with_what_a_map_needs_and_no_word_of_why() -> None:
    content = geojson(plan(day(stop(1, locked=True), stop(2, status="done"), stop(3, approximate=True, radius_m=2500))))
    found = read(content)
    assert [kind for kind, _, _ in found] == ["start", "stop", "stop", "stop", "end", "route"]
    _, place, said = found[1]
    assert place == [121.18, 31.29]
    assert said == {
        "kind": "stop",
        "seq": 1,
        "case_id": "SH-0001",
        "name": "王**",
        "date": "2026-11-23",
        "arrive": "2026-11-23T09:00:00+08:00",
        "start": "2026-11-23T09:00:00+08:00",
        "leave": "2026-11-23T09:30:00+08:00",
        "status": "planned",
        "address_kind": "home",
        "approximate": False,
        "radius_m": None,
        "locked": True,
        "address": "上海市嘉定区安亭镇无名1路1号",
    }
    assert found[-1][1] == [[121.4737, 31.2304], [121.18, 31.29], [121.22, 31.31], [121.4737, 31.2304]]
    assert json.loads(content)["bbox"] == [121.18, 31.2304, 121.4737, 31.31]
    assert not any(secret in content.decode() for secret in ("建国", "12,880", "逾期", "reasons", "score"))


def test_each_day_has_its_own_line() -> None:
    found = read(geojson(plan(day(stop(1)), day(stop(1), stop(2), date="2026-11-24"))))
    lines = [(said["date"], len(place)) for kind, place, said in found if kind == "route"]
    assert lines == [("2026-11-23", 3), ("2026-11-24", 4)]


def test_a_stop_whose_place_nobody_knows_is_unlocated_and_not_lost() -> None:
    found = read(geojson(plan(day(stop(1, lat=None, lon=None), start=NOWHERE, end=NOWHERE))))
    assert [(kind, place) for kind, place, _ in found] == [("stop", None)]


def test_a_single_place_makes_no_line_and_an_empty_plan_no_box() -> None:
    assert [kind for kind, _, _ in read(geojson(plan(day(stop(1), start=NOWHERE, end=NOWHERE))))] == ["stop"]
    empty = geojson(plan(day(start=NOWHERE, end=NOWHERE)))
    assert json.loads(empty) == {"type": "FeatureCollection", "features": []}


@given(st.text(), st.text(), st.floats(-90, 90), st.floats(-180, 180))
def test_any_name_address_and_place_can_be_written(name: str, address: str, lat: float, lon: float) -> None:
    found = read(geojson(plan(day(stop(1, name=name, address=address, lat=lat, lon=lon)))))
    place = found[1][1]
    assert abs(place[0] - lon) <= 6e-7
    assert abs(place[1] - lat) <= 6e-7
    assert "-0.0" not in [str(number) for number in place]
