"""What GPX, GeoJSON and iCalendar files say of a plan: the places and times, masked names, and no word of why.

Such files are opened on a car's screen, sent to a colleague, synchronised to somebody's cloud. A plan is the contract's
document; `say` gives the text of a catalogue's key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from visitcli.domain.masking import masked_name

Plan = Mapping[str, Any]
Stop = Mapping[str, Any]
Day = Mapping[str, Any]
Say = Callable[..., str]
Position = tuple[float, float]

# What XML 1.0 cannot hold, a text's own line ends, and the characters that steer a screen or turn its writing round.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def plain(text: str) -> str:
    """The text on one line, without what a file format or a screen cannot take."""
    return " ".join(_UNWRITABLE.sub(" ", text).split())


def position(place: Mapping[str, Any] | None) -> Position | None:
    """(latitude, longitude) in WGS-84 to six decimals (11 cm); None where nobody knows the place."""
    if not place or place.get("lat") is None or place.get("lon") is None:
        return None
    return round(float(place["lat"]), 6) + 0.0, round(float(place["lon"]), 6) + 0.0  # no minus nought


def utc(moment: str) -> datetime:
    """A time of the plan (ISO 8601 with offset) in UTC, to the second."""
    return datetime.fromisoformat(moment).astimezone(UTC).replace(microsecond=0)


def stops_of(plan: Plan) -> Iterator[tuple[Day, Stop]]:
    """Every stop with its day."""
    return ((day, stop) for day in plan["days"] for stop in day["stops"])


def ahead(day: Day) -> list[Stop]:
    """The stops not yet made, which are what the day's route leads to."""
    return [stop for stop in day["stops"] if stop["status"] == "planned"]


def is_locked(stop: Stop) -> bool:
    """Whether the stop has a time that was agreed upon."""
    return bool(stop.get("locked"))


def name_of(stop: Stop) -> str:
    """王**"""
    return plain(masked_name(stop["name"]))


def place_of(stop: Stop, say: Say) -> str:
    """The address, and how far it is to be trusted."""
    address = plain(stop["address"] or "")
    if not stop["approximate"]:
        return address
    if not stop.get("radius_m"):
        return say("share.approximate", address=address)
    return say("share.approximate_km", address=address, km=f"{stop['radius_m'] / 1000:.1f}")
