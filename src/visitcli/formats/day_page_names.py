"""Names of towns and streets, read from the stops' own addresses: the quiet context of a map without streets.

Chinese addresses only (province, city, district, town, street, door; GB/T 23705-2009); where an address is written
in another way the map has one name less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from visitcli.domain.geo import Point
from visitcli.formats.day_page_frame import HEIGHT, WIDTH, XY, Frame

TOWN_SIZE, STREET_SIZE = 11.5, 9.5  # height of the letters
MOST_TOWNS, MOST_STREETS = 14, 12
_EDGE = 4.0

_HAN = "[\u3400-\u9fff]"
_ADDRESS = re.compile(
    rf"(?:{_HAN}{{2,8}}?(?:省|自治区))?(?:{_HAN}{{2,6}}?(?:市|自治州|盟))?(?:{_HAN}{{1,8}}?[区县市旗])?"
    rf"(?P<town>{_HAN}{{1,7}}?(?:镇街道|街道|镇|乡))?(?P<street>{_HAN}{{1,9}}?(?:大道|公路|路|街|巷|胡同|村))?"
)

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Name:
    """A name to be written at a place."""

    kind: Literal["town", "street"]
    text: str
    place: Point


@dataclass(frozen=True, slots=True)
class Label:
    """A name with its place on the drawing and the offset at which its middle is written."""

    name: Name
    at: XY
    offset: XY


def names_of(stops: Iterable[tuple[str, Point, bool]]) -> list[Name]:
    """The towns and streets of (address, place, approximate), those of most stops first. An approximate place says
    where its town is and nothing of its street."""
    found: dict[tuple[Literal["town", "street"], str], list[Point]] = {}
    for address, place, approximate in stops:
        match = _ADDRESS.match(address)
        if match and match["town"]:
            found.setdefault(("town", match["town"]), []).append(place)
        if match and match["street"] and not approximate:
            found.setdefault(("street", match["street"]), []).append(place)
    ordered = sorted(found.items(), key=lambda item: (item[0][0] != "town", -len(item[1]), item[0][1]))
    return [Name(kind, text, _middle(places)) for (kind, text), places in ordered]


def _middle(places: Sequence[Point]) -> Point:
    return sum(p[0] for p in places) / len(places), sum(p[1] for p in places) / len(places)


def placed(names: Iterable[Name], frame: Frame, taken: Sequence[Box], lines: Sequence[Box]) -> list[Label]:
    """The names that can be written without touching what stands there already, each beside its place and, where there
    is room for that, clear of the lines too."""
    boxes, labels = list(taken), list[Label]()
    left = {"town": MOST_TOWNS, "street": MOST_STREETS}
    for name in names:
        if left[name.kind] and (label := _fit(name, frame, [*boxes, *lines]) or _fit(name, frame, boxes)):
            left[name.kind] -= 1
            labels.append(label)
            boxes.append(_box(label.name, label.at, label.offset))
    return labels


def _fit(name: Name, frame: Frame, boxes: Sequence[Box]) -> Label | None:
    at = frame.xy(name.place)
    side = len(name.text) * _size(name) / 2 + 18
    for offset in (
        (0, -22),
        (0, 22),
        (side, 0),
        (-side, 0),
        (side, -12),
        (-side, -12),
        (side, 12),
        (-side, 12),
        (0, -34),
        (0, 34),
    ):
        box = _box(name, at, offset)
        inside = box[0] > _EDGE and box[1] > _EDGE and box[2] < WIDTH - _EDGE and box[3] < HEIGHT - _EDGE
        if inside and not any(_touch(box, other) for other in boxes):
            return Label(name, at, offset)
    return None


def _size(name: Name) -> float:
    return TOWN_SIZE if name.kind == "town" else STREET_SIZE


def _box(name: Name, at: XY, offset: XY) -> Box:
    x, y, half, high = at[0] + offset[0], at[1] + offset[1], len(name.text) * _size(name) / 2, _size(name) / 2
    return x - half - 2, y - high - 2, x + half + 2, y + high + 2


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
