"""From what a file says of a place to an Address in WGS-84, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from visitcli.domain.case import AddressKind, Crs
from visitcli.domain.fields import Plain
from visitcli.domain.geo import to_wgs84, valid_point

Fault = Literal["import.coordinates_swapped", "import.coordinates_range"]

_CHINA_LAT, _CHINA_LON = (17.5, 54.0), (73.0, 135.5)
_PLACES = 8  # decimal places of a degree that are kept: a millimetre


class Located(Protocol):
    """A centre that stands for an address: WGS-84, true within `radius_m` metres."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def radius_m(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a file names it; `crs` is the system of its numbers."""

    kind: AddressKind
    text: str = ""
    lat: float | None = None
    lon: float | None = None
    crs: Crs = "gcj02"
    hours: str = ""


def fault_of(lat: float, lon: float) -> Fault | None:
    """What is wrong with a point: latitude and longitude in each other's place, or nowhere on the globe."""
    if _in_china(lat, lon):
        return None
    if _in_china(lon, lat):
        return "import.coordinates_swapped"
    return None if valid_point(lat, lon) else "import.coordinates_range"


def in_order(first: float, second: float, *, latitude_first: bool) -> tuple[float, float]:
    """Two numbers of one cell as (lat, lon): in the order that the heading says, unless only the other is in China."""
    lat, lon = (first, second) if latitude_first else (second, first)
    return (lon, lat) if not _in_china(lat, lon) and _in_china(lon, lat) else (lat, lon)


def placed(spot: Spot, locate: Callable[[str], Located | None]) -> Plain:
    """The address as it is stored. Without usable numbers it gets the centre that `locate` knows, if any."""
    found: Plain = {"kind": spot.kind, "text": spot.text}
    if spot.lat is not None and spot.lon is not None:
        lat, lon = to_wgs84(spot.lat, spot.lon, spot.crs)
        found["lat"], found["lon"] = round(lat, _PLACES), round(lon, _PLACES)
        found["crs"], found["source_lat"], found["source_lon"] = spot.crs, spot.lat, spot.lon
    elif spot.text and (centre := locate(spot.text)):
        found["lat"], found["lon"], found["crs"] = centre.lat, centre.lon, "wgs84"
        found["approximate"], found["radius_m"] = True, centre.radius_m
    if spot.hours:
        found["hours"] = spot.hours
    return found


def kept_place(new: Plain, stored: Mapping[str, object], *, with_numbers: bool, with_hours: bool) -> Plain:
    """A new address beside the stored one of the same text: what the file has no column for stays as it was."""
    kept = dict(new)
    if not with_numbers:
        for key in ("lat", "lon", "crs", "source_lat", "source_lon", "approximate", "radius_m"):
            kept.pop(key, None)
            if key in stored:
                kept[key] = stored[key]
    if not with_hours and "hours" in stored:
        kept["hours"] = stored["hours"]
    return {key: kept[key] for key in _ORDER if key in kept}


_ORDER = ("kind", "text", "lat", "lon", "crs", "source_lat", "source_lon", "approximate", "radius_m", "hours")


def _in_china(lat: float, lon: float) -> bool:
    return _CHINA_LAT[0] <= lat <= _CHINA_LAT[1] and _CHINA_LON[0] <= lon <= _CHINA_LON[1]
