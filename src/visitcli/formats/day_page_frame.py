"""Where things lie on the map of the day page: the frame, what is pinned to its edge, numbers that do not overlap.

Drawing units are those of the SVG's viewBox, x to the east and y to the south.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, radians, sin

from visitcli.domain.geo import EARTH_RADIUS_M, Point, distance_m

WIDTH, HEIGHT = 400.0, 340.0
MARGIN = 30.0  # around what the frame shows, so that a number on its edge has room
_METRES_A_DEGREE = EARTH_RADIUS_M * pi / 180

FAR_FACTOR = 3.0  # a place is far that lies more than so many times as far out as three quarters of the stops,
FAR_LEAST_M = 5_000.0  # and at least so far
_SMALLEST_M = 800.0  # a frame is never narrower: one street is not drawn as if it were a district

_ROUNDS = 60
_GOLDEN = pi * (3 - 5**0.5)  # directions for what lies on one point, none like another

XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """A flat map around `centre`, in which one unit is `metres` long. Over a day's distances the error of the flat
    picture is under one part in a thousand."""

    centre: Point
    metres: float

    def xy(self, place: Point) -> XY:
        """Where a place is drawn, were the paper large enough."""
        north = (place[0] - self.centre[0]) * _METRES_A_DEGREE
        east = (place[1] - self.centre[1]) * _METRES_A_DEGREE * cos(radians(self.centre[0]))
        return WIDTH / 2 + east / self.metres, HEIGHT / 2 - north / self.metres


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as it is drawn: at `x`, `y`; when it is `far`, that is at the frame's edge in its direction `angle`
    (radians, clockwise from the east) and the place itself `far_m` metres from the frame's centre."""

    x: float
    y: float
    far: bool = False
    angle: float = 0.0
    far_m: float = 0.0


def framed(places: Sequence[Point], stops: Sequence[Point]) -> tuple[Frame, list[Spot]]:
    """A frame that shows all places but the far ones, and where each is drawn. `stops`: those of the places that say
    what is usual; a start in another town is none of them."""
    near = [place for place, far in zip(places, far_ones(places, stops), strict=True) if not far] or list(places)
    south, north = min(p[0] for p in near), max(p[0] for p in near)
    west, east = min(p[1] for p in near), max(p[1] for p in near)
    centre = ((south + north) / 2, (west + east) / 2)
    high = max((north - south) * _METRES_A_DEGREE, _SMALLEST_M)
    wide = max((east - west) * _METRES_A_DEGREE * cos(radians(centre[0])), _SMALLEST_M)
    frame = Frame(centre, max(wide / (WIDTH - 2 * MARGIN), high / (HEIGHT - 2 * MARGIN)))
    return frame, [_spot(frame, place) for place in places]


def far_ones(places: Sequence[Point], stops: Sequence[Point]) -> list[bool]:
    """Which places lie so far from the stops that a map of all would squash these."""
    if len(stops) < 3:
        return [False] * len(places)
    middle = (_median([p[0] for p in stops]), _median([p[1] for p in stops]))
    usual = sorted(distance_m(middle, stop) for stop in stops)[int(0.75 * (len(stops) - 1))]
    return [distance_m(middle, place) > max(FAR_FACTOR * usual, FAR_LEAST_M) for place in places]


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _spot(frame: Frame, place: Point) -> Spot:
    x, y = frame.xy(place)
    if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
        return Spot(x, y)
    dx, dy = x - WIDTH / 2, y - HEIGHT / 2
    inside = min((WIDTH / 2 - MARGIN) / abs(dx) if dx else 2.0, (HEIGHT / 2 - MARGIN) / abs(dy) if dy else 2.0)
    far_m = distance_m(frame.centre, place)
    return Spot(WIDTH / 2 + dx * inside, HEIGHT / 2 + dy * inside, True, atan2(dy, dx), far_m)


def spread(points: Sequence[XY], radius: float) -> list[XY]:
    """Where discs of this radius stand so that none hides another: on their points, or beside them where these are too
    close. The same points give the same picture."""
    at = [_inside(x, y, radius) for x, y in points]
    for round_ in range(_ROUNDS):
        if not _push_apart(at, 2 * radius + 1):
            break
        if round_ < _ROUNDS * 2 // 3:  # the last rounds only push, so that the pull home leaves no overlap
            at = [(x + (px - x) * 0.08, y + (py - y) * 0.08) for (x, y), (px, py) in zip(at, points, strict=True)]
        at = [_inside(x, y, radius) for x, y in at]
    return at


def _push_apart(at: list[XY], gap: float) -> bool:
    moved = False
    for i in range(len(at)):
        for j in range(i):
            dx, dy = at[i][0] - at[j][0], at[i][1] - at[j][1]
            apart = hypot(dx, dy)
            if apart >= gap - 0.01:
                continue
            moved = True
            if apart < 0.01:
                dx, dy, apart = cos(i * _GOLDEN), sin(i * _GOLDEN), 1.0
                push = gap / 2
            else:
                push = (gap - apart) / 2
            at[i] = at[i][0] + dx / apart * push, at[i][1] + dy / apart * push
            at[j] = at[j][0] - dx / apart * push, at[j][1] - dy / apart * push
    return moved


def _inside(x: float, y: float, radius: float) -> XY:
    edge = radius + 1
    return min(max(x, edge), WIDTH - edge), min(max(y, edge), HEIGHT - edge)


def round_length(longest: float) -> float:
    """The longest 1, 2 or 5 times a power of ten that is no longer."""
    power = 1.0
    while power * 10 <= longest:
        power *= 10
    while power > longest:
        power /= 10
    return max(power * step for step in (1, 2, 5) if power * step <= longest)
