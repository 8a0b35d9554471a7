"""Where a day begins and ends: a point, an address that a case already has, or one that the gazetteer knows."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from visitcli.domain.case import Crs
from visitcli.domain.errors import NotFoundError, UsageError
from visitcli.domain.geo import to_wgs84
from visitcli.store import cases
from visitcli.store.database import Store

_LATLON = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*[,，\s]\s*([+-]?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A point in WGS-84 with the words that it was asked by; `radius_m` where it only stands for an area."""

    name: str
    lat: float
    lon: float
    radius_m: int | None = None


def resolve(store: Store, text: str, crs: Crs) -> NamedPlace:
    """The place that `LAT,LON` (in the system given) or an address means.

    Raises UsageError `plan.latlon` for a point that is not on the earth, NotFoundError `plan.place`.
    """
    numbers = _LATLON.fullmatch(unicodedata.normalize("NFKC", text))
    if numbers:
        lat, lon = float(numbers[1]), float(numbers[2])
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise UsageError("plan.latlon", place=text)
        return NamedPlace(text, *to_wgs84(lat, lon, crs))
    place = _of_a_case(store, text) or _of_gazetteer(text)
    if place is None:
        raise NotFoundError("plan.place", place=text)
    return place


def _of_a_case(store: Store, text: str) -> NamedPlace | None:
    """An address that stands in a case file just so has that case's own point."""
    wanted = _squeezed(text)
    for body in cases.open_bodies(store):
        for address in body.get("addresses", ()):
            if _squeezed(address["text"]) == wanted and address.get("lat") is not None:
                return NamedPlace(text, address["lat"], address["lon"], address.get("radius_m"))
    return None


def _of_gazetteer(text: str) -> NamedPlace | None:
    from visitcli.engines.gazetteer import gazetteer

    found = gazetteer().locate(text)
    return NamedPlace(found.name, found.lat, found.lon, found.radius_m) if found else None


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
