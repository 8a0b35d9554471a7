from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from visitcli.domain import geo
from visitcli.domain.case import Crs
from visitcli.domain.china_outline import ISLANDS, RINGS
from visitcli.domain.geo import distance_m, from_wgs84, inside_china, parse_point, to_wgs84, valid_point

LATITUDES = st.floats(18.2, 53.6, allow_nan=False)
LONGITUDES = st.floats(73.6, 134.8, allow_nan=False)
SHIFTING: list[Crs] = ["gcj02", "bd09"]

# Published test pairs WGS-84 → GCJ-02 of the eviltransform package, whose earth is 108 m too small: 2 cm off at most.
GCJ02_PAIRS = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02_PAIRS)
def test_gcj02_agrees_with_published_pairs(wgs84: geo.Point, gcj02: geo.Point) -> None:
    assert distance_m(from_wgs84(*wgs84, "gcj02"), gcj02) < 0.02
    assert distance_m(to_wgs84(*gcj02, "gcj02"), wgs84) < 0.02


def test_bd09_agrees_with_the_pair_in_the_well_known_conversion_scripts() -> None:
    # coordtransform's README: GCJ-02 39.915, 116.404 is BD-09 39.92133699351021, 116.41036949371029.
    wgs84 = to_wgs84(39.915, 116.404, "gcj02")
    assert distance_m(from_wgs84(*wgs84, "bd09"), (39.92133699351021, 116.41036949371029)) < 1e-3


@pytest.mark.parametrize("crs", SHIFTING)
@given(lat=LATITUDES, lon=LONGITUDES)
def test_there_and_back_is_exact_inside_china(crs: Crs, lat: float, lon: float) -> None:
    # Not on the outline itself, where the last bit of the way back decides on which side a point lies.
    assume(all(inside_china(lat + i, lon + j) for i in (-1e-9, 0, 1e-9) for j in (-1e-9, 0, 1e-9)))
    shifted = from_wgs84(lat, lon, crs)
    assert 0 < distance_m(shifted, (lat, lon)) < 1_700
    assert distance_m(to_wgs84(*shifted, crs), (lat, lon)) < 1e-6


@pytest.mark.parametrize("crs", ["wgs84", *SHIFTING])
@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_nothing_moves_well_outside_china(crs: Crs, lat: float, lon: float) -> None:
    nearby = [(lat + i, lon + j) for i in (-0.05, 0, 0.05) for j in (-0.05, 0, 0.05)]
    assume(not any(inside_china(*point) for point in nearby))
    assert from_wgs84(lat, lon, crs) == (lat, lon)
    assert to_wgs84(lat, lon, crs) == (lat, lon)


@given(lat=LATITUDES, lon=LONGITUDES)
def test_wgs84_is_left_alone_everywhere(lat: float, lon: float) -> None:
    assert to_wgs84(lat, lon, "wgs84") == from_wgs84(lat, lon, "wgs84") == (lat, lon)


@pytest.mark.parametrize(
    "abroad",
    [(37.5665, 126.978), (21.0285, 105.8542), (1.3521, 103.8198), (47.92, 106.92), (43.12, 131.89), (27.71, 85.32)],
    ids=["Seoul", "Hanoi", "Singapore", "Ulaanbaatar", "Vladivostok", "Kathmandu"],
)
def test_foreign_cities_inside_the_usual_rectangle_are_not_shifted(abroad: geo.Point) -> None:
    assert not inside_china(*abroad)
    assert to_wgs84(*abroad, "gcj02") == to_wgs84(*abroad, "bd09") == abroad


@pytest.mark.parametrize(
    "home",
    [
        (31.23, 121.47),
        (22.28, 114.16),
        (22.19, 113.54),
        (25.04, 121.56),
        (18.25, 109.5),
        (43.82, 87.61),
        (53.47, 122.3),
        (22.05, 113.34),
        (30.73, 122.45),
    ],
    ids=["Shanghai", "Hong Kong", "Macau", "Taipei", "Sanya", "Urumqi", "Mohe", "Sanzao", "Shengsi"],
)
def test_the_whole_of_china_is_inside(home: geo.Point) -> None:
    assert inside_china(*home)


@given(lat=LATITUDES, lon=LONGITUDES)
def test_bands_find_what_a_plain_ray_finds(lat: float, lon: float) -> None:
    crossings = sum(
        (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) * (lon2 - lon1) / (lat2 - lat1)
        for ring in RINGS
        for (lon1, lat1), (lon2, lat2) in pairwise(ring)
    )
    island = any(south <= lat <= north and west <= lon <= east for south, west, north, east in ISLANDS)
    assert inside_china(lat, lon) == (crossings % 2 == 1 or island)


def test_the_box_is_the_outlines_own() -> None:
    lats = [lat for ring in RINGS for _, lat in ring]
    lons = [lon for ring in RINGS for lon, _ in ring]
    assert (min(lats), max(lats), min(lons), max(lons)) == (geo._SOUTH, geo._NORTH, geo._WEST, geo._EAST)
    assert all(ring[0] == ring[-1] for ring in RINGS)


def test_distance_knows_a_degree_and_half_the_globe() -> None:
    assert distance_m((0, 0), (0, 1)) == pytest.approx(111_195, abs=1)
    assert distance_m((31.2, 121.4), (31.2, 121.4)) == 0
    assert distance_m((90, 0), (-90, 0)) == pytest.approx(20_015_115, abs=10)


@given(a=st.tuples(LATITUDES, LONGITUDES), b=st.tuples(LATITUDES, LONGITUDES))
def test_distance_is_the_same_both_ways(a: geo.Point, b: geo.Point) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a))


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("31.2304,121.4737", (31.2304, 121.4737)),
        (" 31.2304 ， 121.4737 ", (31.2304, 121.4737)),
        ("-33.87,+151.2", (-33.87, 151.2)),
        ("31,121", (31.0, 121.0)),
        ("121.4737,31.2304", None),
        ("31.2304", None),
        ("31.2304 121.4737", None),
        ("0,0", None),
        ("上海市松江区", None),
        ("31.2,121.4,5", None),
        ("٣١,121", None),
        ("", None),
    ],
)
def test_a_point_is_latitude_then_longitude(text: str, point: geo.Point | None) -> None:
    assert parse_point(text) == point


@pytest.mark.parametrize(("lat", "lon"), [(float("nan"), 1.0), (1.0, float("inf")), (91.0, 0.0), (0.0, 181.0)])
def test_numbers_off_the_globe_are_no_place(lat: float, lon: float) -> None:
    assert valid_point(lat, lon) is None
