"""A day's route as a small map of characters: braille dots, or plain ASCII where the terminal knows no more.

A braille cell has 2 x 4 dots and a terminal's cell is about twice as high as wide, so that a dot is about square: both
directions have the same scale. In ASCII a cell has 1 x 2 dots. North is up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, cos, hypot, pi, radians
from typing import Any

from visitcli.cli.terminal import width
from visitcli.domain.geo import EARTH_RADIUS_M, Point, distance_m
from visitcli.formats.day_page_frame import far_ones, round_length

_METRES_A_DEGREE = EARTH_RADIUS_M * pi / 180
_SMALLEST_M = 800.0  # across the map at least: one street is not drawn as if it were a district
_SIDE, _HEAD = 3, 1  # cells kept free at the sides, above and below, for numbers and for what is pinned there
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # the dot's bit by row and column
_HALVES = " '.:"  # neither dot, the upper, the lower, both

Cell = tuple[int, int]  # column, row


@dataclass(frozen=True, slots=True)
class Pin:
    """A place with its label; `on_the_way`: the line leads through it."""

    label: str
    place: Point
    on_the_way: bool = True


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a place is drawn, in dots from the upper left. A far one is at the frame in its direction, and `arrow`
    points there."""

    x: float
    y: float
    arrow: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """`cells`: columns and rows; `dots`: in a cell, across and down; a dot is `metres` wide and high."""

    cells: Cell
    dots: Cell
    centre: Point
    metres: float

    def spot(self, place: Point) -> Spot:
        """Where a place is drawn."""
        wide, high = self.cells[0] * self.dots[0] - 1, self.cells[1] * self.dots[1] - 1
        east, north = _metres(place, self.centre)
        dx, dy = east / self.metres, -north / self.metres
        if abs(dx) <= wide / 2 and abs(dy) <= high / 2:
            return Spot(wide / 2 + dx, high / 2 + dy)
        across, down = wide / 2 / abs(dx) if dx else 2.0, high / 2 / abs(dy) if dy else 2.0
        inside = min(across, down)
        arrow = (">" if dx > 0 else "<") if across < down else ("v" if dy > 0 else "^")
        return Spot(wide / 2 + dx * inside, high / 2 + dy * inside, arrow)

    def cell(self, spot: Spot) -> Cell:
        """The cell that the spot lies in."""
        return round(spot.x) // self.dots[0], round(spot.y) // self.dots[1]


@dataclass(slots=True)
class _Canvas:
    """Dots by their cell, and over them labels, which keep a blank between each other."""

    frame: Frame
    dots: dict[Cell, int] = field(default_factory=dict)
    written: dict[Cell, str] = field(default_factory=dict)

    def dot(self, x: int, y: int) -> None:
        across, down = self.frame.dots
        cell = x // across, y // down
        bit = _BRAILLE[y % down][x % across] if across == 2 else 1 << (y % down)
        self.dots[cell] = self.dots.get(cell, 0) | bit

    def line(self, begin: Spot, end: Spot) -> None:
        steps = max(ceil(max(abs(end.x - begin.x), abs(end.y - begin.y))), 1)
        for step in range(steps + 1):
            share = step / steps
            self.dot(round(begin.x + (end.x - begin.x) * share), round(begin.y + (end.y - begin.y) * share))

    def write(self, label: str, at: Cell) -> bool:
        """Put a label on a cell or as near to it as there is room; False where there is none anywhere."""
        columns, rows = self.frame.cells
        room = width(label)
        left, row = at[0] - (room - 1) // 2, at[1]
        for gap, reach in ((1, 2), (1, 8), (1, columns + rows), (0, columns + rows)):
            free = (
                (hypot(x - left, 2.0 * (y - row)), x, y)
                for y in range(max(row - reach, 0), min(row + reach + 1, rows))
                for x in range(max(left - reach, 0), min(left + reach, columns - room) + 1)
                if self._is_free((x, y), room, gap)
            )
            _, x, y = min(free, default=(0.0, -1, -1))
            if x >= 0:
                self._put(label, (x, y))
                return True
        return False

    def _is_free(self, at: Cell, room: int, gap: int) -> bool:
        return not any((column, at[1]) in self.written for column in range(at[0] - gap, at[0] + room + gap))

    def _put(self, label: str, at: Cell) -> None:
        column = at[0]
        for character in label:
            self.written[column, at[1]] = character
            for more in range(1, width(character)):
                self.written[column + more, at[1]] = ""
            column += width(character)

    def lines(self) -> list[str]:
        """Row by row, without the empty margin on the left, above and below."""
        columns, rows = self.frame.cells
        lines = ["".join(self._shown((column, row)) for column in range(columns)).rstrip() for row in range(rows)]
        drawn = [row for row, line in enumerate(lines) if line]
        margin = min(len(lines[row]) - len(lines[row].lstrip()) for row in drawn)
        return [line[margin:] for line in lines[drawn[0] : drawn[-1] + 1]]

    def _shown(self, cell: Cell) -> str:
        dots = self.dots.get(cell, 0)
        drawn = _HALVES[dots] if self.frame.dots[0] == 1 else chr(0x2800 + dots) if dots else " "
        return self.written.get(cell, drawn)


def pins_of(day: Mapping[str, Any], start: str, end: str) -> list[Pin]:
    """The pins of a day of the plan in the order of the way. What is made already is off it; a day that ends where it
    began has one pin for both."""
    places = {key: _place(day[key]) for key in ("start", "end")}
    pins = [Pin(start, place)] if (place := places["start"]) else []
    pins += [Pin(str(stop["seq"]), at, stop["status"] == "planned") for stop in day["stops"] if (at := _place(stop))]
    if place := places["end"]:
        pins.append(Pin(start if place == places["start"] else end, place))
    return pins


def _place(where: Mapping[str, Any]) -> Point | None:
    return None if where["lat"] is None else (where["lat"], where["lon"])


def draw(
    pins: Sequence[Pin], columns: int, rows: int, *, unicode: bool, km: str = "{km} km", metres: str = "{metres} m"
) -> list[str]:
    """The map, at most so many columns wide and rows high (8 by 4 at least), its scale in the last row.

    A place that would squash all the others stands at the frame with an arrow and its distance from the middle.
    Nothing where there is no pin.
    """
    if not pins:
        return []
    frame = _framed(
        [pin.place for pin in pins], [pin.place for pin in pins if pin.label.isdigit()], columns, rows, unicode
    )
    canvas = _Canvas(frame)
    spots = [frame.spot(pin.place) for pin in pins]
    for begin, end in pairwise(spot for pin, spot in zip(pins, spots, strict=True) if pin.on_the_way):
        canvas.line(begin, end)
    for spot in spots:
        canvas.dot(round(spot.x), round(spot.y))
    marks = {
        (_label(pin, spot, frame, km), frame.cell(spot)): bool(spot.arrow)
        for pin, spot in zip(pins, spots, strict=True)
    }
    for label, cell in sorted(marks, key=lambda mark: not marks[mark]):  # the pinned ones first: they are the longest
        canvas.write(label, cell)
    return [*canvas.lines(), _scale(frame, km, metres, unicode)]


def _framed(places: Sequence[Point], stops: Sequence[Point], columns: int, rows: int, unicode: bool) -> Frame:
    """The frame that holds all but the far places; rows that these do not need are not drawn."""
    far = far_ones(places, stops)
    near = [place for place, is_far in zip(places, far, strict=True) if not is_far] or list(places)
    south, north = min(p[0] for p in near), max(p[0] for p in near)
    west, east = min(p[1] for p in near), max(p[1] for p in near)
    centre = (south + north) / 2, (west + east) / 2
    wide, high = (2 * abs(length) for length in _metres((north, east), centre))
    dots = (2, 4) if unicode else (1, 2)
    side = min(_SIDE, (columns - 2) // 3)
    across, down = (columns - 2 * side) * dots[0] - 1, (rows - 1 - 2 * _HEAD) * dots[1] - 1
    metres = max(wide / across, high / max(down, 1), _SMALLEST_M / across)
    needed = max(ceil((high / metres + 1) / dots[1]) + 2 * _HEAD, 3)
    return Frame((columns, min(needed, rows - 1)), dots, centre, metres)


def _metres(place: Point, centre: Point) -> Point:
    """How far east and north of the centre a place lies."""
    north, east = place[0] - centre[0], place[1] - centre[1]
    return east * _METRES_A_DEGREE * cos(radians(centre[0])), north * _METRES_A_DEGREE


def _label(pin: Pin, spot: Spot, frame: Frame, km: str) -> str:
    if not spot.arrow:
        return pin.label
    away = km.format(km=round(distance_m(frame.centre, pin.place) / 1000)).replace(" ", "")
    return f"{pin.label} {away}{spot.arrow}" if spot.arrow == ">" else f"{spot.arrow}{pin.label} {away}"


def _scale(frame: Frame, km: str, metres: str, unicode: bool) -> str:
    cell = frame.metres * frame.dots[0]
    length = round_length(cell * max(frame.cells[0] // 3, 3))
    ends, bar = ("├┤", "─") if unicode else ("||", "-")
    says = km.format(km=f"{length / 1000:g}") if length >= 1000 else metres.format(metres=f"{length:g}")
    return f"{ends[0]}{bar * max(round(length / cell) - 2, 0)}{ends[1]} {says}"
