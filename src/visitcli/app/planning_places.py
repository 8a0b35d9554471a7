"""Where a day begins and ends: a point, an address that a case already has, or one that the gazetteer knows."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from visitcli.app.runtime import Runtime
from visitcli.domain.case import Crs
from visitcli.domain.errors import NotFoundError, UsageError
from visitcli.domain.geo import parse_point, to_wgs84
from visitcli.store import cases


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A point in WGS-84 with the words that it was asked by; `radius_m` where it only stands for an area."""

    name: str
    lat: float
    lon: float
    radius_m: int | None = None


def resolve(runtime: Runtime, text: str, crs: Crs) -> NamedPlace:
    """The place that `LAT,LON` (in the system given) or an address means.

    Raises UsageError `plan.latlon` for figures that are no such point, NotFoundError `plan.place`.
    """
    point = parse_point(unicodedata.normalize("NFKC", text))
    if point:
        return NamedPlace(text, *to_wgs84(*point, crs))
    if not any(sign.isalpha() for sign in text):
        raise UsageError("plan.latlon", place=text)
    place = _of_a_case(runtime, text) or _of_gazetteer(text)
    if place is None:
        raise NotFoundError("plan.place", place=text)
    return place


def _of_a_case(runtime: Runtime, text: str) -> NamedPlace | None:
    """An address that stands in a case file just so has that case's own point."""
    wanted = _squeezed(text)
    for body in cases.open_bodies(runtime.store, runtime.today().isoformat()):
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
