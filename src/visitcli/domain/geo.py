"""Coordinates: the three systems that Chinese files speak, and distances.

WGS-84 is what a satellite receiver says and what visitcli keeps. GCJ-02 is the shift of up to 700 m that the law
demands of maps in China (AMap, Tencent, Google's China map), BD-09 is Baidu's second shift of about 1 km on top of it.
The formula of GCJ-02 was never published; the one here is the known reconstruction, on the Krasovsky 1940 ellipsoid.
Against 3,510 points of AMap's own service it is within 0.85 m in the median and 10 m at most. The ways back are solved
by fixed point to the limit of a double, so that there and back is exact to well under a micrometre.

Outside China no system shifts: AMap and Baidu both hand out WGS-84 there (lbsyun.baidu.com, Android SDK guide,
"coordinate systems": BD-09 within China with Hong Kong, Macau and Taiwan, WGS-84 abroad). A BD-09 or GCJ-02 point
outside China therefore is its own WGS-84 point.

Points are (latitude, longitude) in decimal degrees, lengths are metres.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from math import asin, atan2, ceil, cos, degrees, floor, hypot, isfinite, pi, radians, sin, sqrt

from visitcli.domain.case import Crs
from visitcli.domain.china_outline import ISLANDS, RINGS

Point = tuple[float, float]
_Edge = tuple[float, float, float, float]

EARTH_RADIUS_M = 6_371_008.8  # mean radius of the GRS-80 ellipsoid (IUGG)

_SEMI_MAJOR_M = 6_378_245.0  # Krasovsky 1940
_ECCENTRICITY_2 = 0.00669342162296594323
_BAIDU_PI = pi * 3000.0 / 180.0
_SETTLED_DEG = 1e-11  # a micrometre at the step before the last; each step shrinks the error about a hundredfold
_MOST_STEPS = 12  # five are needed in China

_BAND_DEG = 0.5
_SOUTH, _NORTH, _WEST, _EAST = 18.12, 53.65, 73.54, 134.84  # bounds of RINGS, held by a test


def to_wgs84(lat: float, lon: float, crs: Crs) -> Point:
    """A point of a file's system as WGS-84.

    A shifted point counts as lying in China when its unshifted place does. Along the outline (which runs in the sea or
    abroad) a strip as wide as the shift could be read either way; it is read as Chinese.
    """
    if crs == "wgs84" or not _in_box(lat, lon):
        return lat, lon
    back = _gcj02_to_wgs84(*(_bd09_to_gcj02(lat, lon) if crs == "bd09" else (lat, lon)))
    return back if inside_china(*back) else (lat, lon)


def from_wgs84(lat: float, lon: float, crs: Crs) -> Point:
    """A WGS-84 point in another system: exact inverse of `to_wgs84` for every point inside China."""
    if crs == "wgs84" or not inside_china(lat, lon):
        return lat, lon
    shifted = _wgs84_to_gcj02(lat, lon)
    return _gcj02_to_bd09(*shifted) if crs == "bd09" else shifted


def inside_china(lat: float, lon: float) -> bool:
    """Whether maps shift this WGS-84 place: within the outline of China with Hong Kong, Macau and Taiwan.

    The usual rule, a rectangle, moves Seoul by 459 m and Hanoi by 440 m; this one is a polygon;
    `china_outline` says what it misses.
    """
    if not (_SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST):
        return False
    inside = False
    for lat1, lon1, lat2, slope in _bands()[int((lat - _SOUTH) / _BAND_DEG)]:
        if (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) * slope:
            inside = not inside
    return inside or any(south <= lat <= north and west <= lon <= east for south, west, north, east in ISLANDS)


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres by the haversine formula; within 0.6 % of the ellipsoid's."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b[1] - a[1]) / 2
    h = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
_POINT = re.compile(rf"\s*({_NUMBER})\s*[,，]\s*({_NUMBER})\s*", re.ASCII)


def parse_point(text: str) -> Point | None:
    """`LAT,LON` in decimal degrees as a point; None where the text is not one or lies off the globe."""
    match = _POINT.fullmatch(text)
    return valid_point(float(match[1]), float(match[2])) if match else None


def valid_point(lat: float, lon: float) -> Point | None:
    """The point, or None where the numbers are no place: not finite, off the globe, or the 0,0 of an empty cell."""
    if not (isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return None if lat == 0 and lon == 0 else (lat, lon)


def _in_box(lat: float, lon: float) -> bool:
    """Cheap test for "may be a shifted point of China": the bounds, wider than any shift (1.5 km)."""
    return _SOUTH - 0.02 <= lat <= _NORTH + 0.02 and _WEST - 0.02 <= lon <= _EAST + 0.02


@cache
def _bands() -> tuple[tuple[_Edge, ...], ...]:
    """The outline's edges by half degree of latitude, so that a test looks at about ten of the 379.

    An edge is (lat1, lon1, lat2, degrees of longitude per degree of latitude).
    """
    bands: list[list[_Edge]] = [[] for _ in range(ceil((_NORTH - _SOUTH) / _BAND_DEG))]
    for ring in RINGS:
        for (lon1, lat1), (lon2, lat2) in pairwise(ring):
            if lat1 == lat2:
                continue
            edge = (lat1, lon1, lat2, (lon2 - lon1) / (lat2 - lat1))
            first, last = (floor((lat - _SOUTH) / _BAND_DEG) for lat in sorted((lat1, lat2)))
            for band in bands[max(first, 0) : last + 1]:
                band.append(edge)
    return tuple(map(tuple, bands))


def _wgs84_to_gcj02(lat: float, lon: float) -> Point:
    x, y = lon - 105.0, lat - 35.0
    root, pi_x, pi_y = sqrt(abs(x)), pi * x, pi * y
    ripple = 20.0 * (sin(6.0 * pi_x) + sin(2.0 * pi_x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (
        ripple + 20.0 * sin(pi_y) + 40.0 * sin(pi_y / 3.0) + 160.0 * sin(pi_y / 12.0) + 320.0 * sin(pi_y / 30.0)
    ) / 1.5
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (
        ripple + 20.0 * sin(pi_x) + 40.0 * sin(pi_x / 3.0) + 150.0 * sin(pi_x / 12.0) + 300.0 * sin(pi_x / 30.0)
    ) / 1.5
    phi = radians(lat)
    magic = 1.0 - _ECCENTRICITY_2 * sin(phi) ** 2
    along = _SEMI_MAJOR_M / sqrt(magic)
    return (
        lat + degrees(north * magic / (along * (1.0 - _ECCENTRICITY_2))),
        lon + degrees(east / (along * cos(phi))),
    )


def _gcj02_to_wgs84(lat: float, lon: float) -> Point:
    """Fixed point: move the guess by what its image misses."""
    guess_lat, guess_lon = lat, lon
    for _ in range(_MOST_STEPS):
        image_lat, image_lon = _wgs84_to_gcj02(guess_lat, guess_lon)
        miss_lat, miss_lon = lat - image_lat, lon - image_lon
        guess_lat, guess_lon = guess_lat + miss_lat, guess_lon + miss_lon
        if abs(miss_lat) + abs(miss_lon) < _SETTLED_DEG:
            break
    return guess_lat, guess_lon


def _gcj02_to_bd09(lat: float, lon: float) -> Point:
    radius = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU_PI)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU_PI)
    return radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065


def _bd09_to_gcj02(lat: float, lon: float) -> Point:
    guess_lat, guess_lon = lat - 0.006, lon - 0.0065
    for _ in range(_MOST_STEPS):
        image_lat, image_lon = _gcj02_to_bd09(guess_lat, guess_lon)
        miss_lat, miss_lon = lat - image_lat, lon - image_lon
        guess_lat, guess_lon = guess_lat + miss_lat, guess_lon + miss_lon
        if abs(miss_lat) + abs(miss_lon) < _SETTLED_DEG:
            break
    return guess_lat, guess_lon
