"""A link opens the place that was meant: read back from each app's own form, it is the same within a metre."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from visitcli.domain.case import Crs
from visitcli.domain.geo import Point, distance_m, from_wgs84, inside_china, to_wgs84
from visitcli.domain.navigation import Link, amap, links

SHANGHAI = (31.2304, 121.4737)
NEW_YORK = (40.748817, -73.985428)
SYDNEY = (-33.856784, 151.215297)
SEOUL = (37.5665, 126.978)

in_china = st.tuples(st.floats(22, 45), st.floats(103, 118)).filter(lambda point: inside_china(*point))
abroad = st.one_of(
    st.tuples(st.floats(-60, 60), st.floats(-179, 60)),
    st.tuples(st.floats(-50, -5), st.floats(60, 179)),
    st.tuples(st.floats(34, 38), st.floats(127.5, 140)),
)


def numbers(text: str) -> tuple[float, float]:
    first, second = re.fullmatch(r"(-?\d+\.\d{6}),(-?\d+\.\d{6})", text).groups()  # type: ignore[union-attr]
    return float(first), float(second)


def read(link: Link) -> tuple[Point, Crs]:
    """The place in a link and the system that the app takes it in, by the app's own documents."""
    parts = urlsplit(link.url)
    query = {key: values[0] for key, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    match link.app:
        case "amap":
            lon, lat = numbers(query["to"])
            return (lat, lon), "gcj02"
        case "baidu":
            return numbers(query["location"]), "bd09" if query["coord_type"] == "bd09ll" else "wgs84"
        case "baidu_app":
            return numbers(query["destination"]), "bd09" if query["coord_type"] == "bd09ll" else "wgs84"
        case "tencent":
            assert query["coord_type"] == "2"
            return numbers(query["tocoord"]), "gcj02"
        case "apple":
            return numbers(query["daddr"]), "gcj02"
        case "google":
            assert query["api"] == "1"
            return numbers(query["destination"]), "gcj02"
        case "geo":
            return numbers(parts.path), "wgs84"
        case "amap_android" | "amap_ios":
            assert query["dev"] == "0"  # GCJ-02 already
            return (float(query["dlat"]), float(query["dlon"])), "gcj02"


@given(in_china)
def test_inside_china_every_link_leads_back_to_the_place(place: Point) -> None:
    for link in links(*place):
        point, crs = read(link)
        assert distance_m(to_wgs84(*point, crs), place) < 1, link.app


@given(abroad)
def test_outside_china_every_link_holds_the_place_as_it_is(place: Point) -> None:
    assume(not inside_china(*place))
    for link in links(*place):
        point, _ = read(link)
        assert distance_m(point, place) < 1, link.app


@pytest.mark.parametrize("place", [NEW_YORK, SYDNEY, SEOUL])
def test_known_places_abroad_are_not_shifted(place: Point) -> None:
    assert {read(link)[0] for link in links(*place)} == {place}


def test_inside_china_each_app_gets_its_own_system() -> None:
    found = {link.app: read(link) for link in links(*SHANGHAI)}
    assert found["geo"][0] == SHANGHAI
    for app, (point, crs) in found.items():
        assert distance_m(point, from_wgs84(*SHANGHAI, crs)) < 0.2, app
    assert 400 < distance_m(found["amap"][0], SHANGHAI) < 600
    assert 900 < distance_m(found["baidu"][0], SHANGHAI) < 1500


def test_the_forms_are_those_of_the_documents() -> None:
    urls = {link.app: link.url for link in links(*SHANGHAI)}
    assert urls["amap"] == "https://uri.amap.com/navigation?to=121.478223,31.228458&mode=car&callnative=1"
    assert urls["amap_android"].startswith("androidamap://route/plan/?sourceApplication=visitcli&dlat=31.228458")
    assert urls["amap_ios"].startswith("iosamap://path?sourceApplication=visitcli&dlat=31.228458")
    assert urls["baidu"].startswith("https://api.map.baidu.com/marker?location=31.")
    assert urls["baidu_app"].startswith("baidumap://map/direction?destination=31.")
    assert urls["tencent"].startswith("https://apis.map.qq.com/uri/v1/routeplan?type=drive&tocoord=31.")
    assert urls["geo"] == "geo:31.230400,121.473700"
    assert [link.app for link in links(*SHANGHAI) if link.needs_app] == ["amap_android", "amap_ios", "baidu_app"]


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_link_is_plain_ascii_without_blanks(lat: float, lon: float) -> None:
    for link in links(lat, lon):
        assert re.fullmatch(r"[!-~]+", link.url)
        assert not set(link.url) & set("\"'<>\\^`{|}")


def test_the_link_for_a_qr_code_is_short() -> None:
    assert len(amap(*SHANGHAI)) == 77
