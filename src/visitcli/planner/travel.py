"""How far and how long between two places: by straight line, or by ways that somebody measured.

Measured on roads (docs/adr/0005): a day planned by straight line at a mean speed promises what it cannot keep; the
affine form, a fixed time a leg plus a pace, nearly all that real roads would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from visitcli.domain.geo import distance_m
from visitcli.planner.model import Legs, Place

Measured = tuple[list[list[float | None]], list[list[float | None]]]
"""Metres, and driving seconds at the usual pace, from each place (row) to each; None where nobody knows the way."""


@dataclass(frozen=True, slots=True)
class AffineTravel:
    """`leg_s` for parking and walking, whatever the distance, plus `pace_s_per_km` for each straight kilometre.

    Seconds are rounded up, which keeps the triangle inequality.
    """

    leg_s: int
    pace_s_per_km: float

    def legs(self, places: Sequence[Place]) -> Legs:
        """Straight-line metres, and seconds; there and back are the same."""
        size, pace = len(places), self.pace_s_per_km / 1000
        points = [(place.lat, place.lon) for place in places]
        metres = [[0] * size for _ in points]
        moving = [[0] * size for _ in points]
        for i, origin in enumerate(points):
            for j in range(i):
                distance = distance_m(origin, points[j])
                metres[i][j] = metres[j][i] = round(distance)
                moving[i][j] = moving[j][i] = ceil(distance * pace)
        return Legs(metres, moving, self.leg_s)


@dataclass(frozen=True, slots=True)
class FellBack:
    """Where measured ways had to be replaced by the straight line's estimate: `legs` of all `of` (each direction
    counts), and the places that no measured way leads to or from."""

    legs: int = 0
    of: int = 0
    places: tuple[Place, ...] = ()


class MeasuredTravel:
    """Ways that a road map or an office measured, and the straight line's estimate where they know none.

    `measure` answers for all places at once. `leg_s` is the fixed time of a measured leg (parking, the walk to the
    door), `factor` stretches its driving seconds. An estimated leg takes what the straight line says in all; its own
    fixed time then differs, and the difference moves into the seconds on the move.
    `fell_back` says what was estimated, once `legs` has been asked.
    """

    def __init__(
        self,
        measure: Callable[[Sequence[Place]], Measured],
        *,
        leg_s: int,
        otherwise: AffineTravel,
        factor: float = 1.0,
    ) -> None:
        self._measure, self._leg_s, self._otherwise, self._factor = measure, leg_s, otherwise, factor
        self._asked: tuple[Place, ...] | None = None
        self._legs = Legs([], [], leg_s)
        self.fell_back = FellBack()

    def legs(self, places: Sequence[Place]) -> Legs:
        """Measured metres and seconds, rounded up; asked again for the same places it does not measure again."""
        if self._asked != tuple(places):
            self._asked = tuple(places)
            self._legs = self._measured(places)
        return self._legs

    def _measured(self, places: Sequence[Place]) -> Legs:
        metres, seconds = self._measure(places)
        line = self._otherwise.legs(places)
        beside = line.fixed_s - self._leg_s
        missing = [0] * len(places)
        for i, row in enumerate(seconds):
            for j, known in enumerate(row):
                far = metres[i][j]
                if i == j:
                    continue
                if known is None or far is None:
                    missing[i] += 1
                    missing[j] += 1
                    line.moving_s[i][j] = max(line.moving_s[i][j] + beside, 0)
                else:
                    line.metres[i][j], line.moving_s[i][j] = round(far), ceil(known * self._factor)
        ways = 2 * (len(places) - 1)
        self.fell_back = FellBack(
            legs=sum(missing) // 2,
            of=len(places) * (len(places) - 1),
            places=tuple(place for place, count in zip(places, missing, strict=True) if ways and count == ways),
        )
        return Legs(line.metres, line.moving_s, self._leg_s)
