"""Travel without a road map: a fixed time a leg plus a pace on the straight line.

Measured on roads (docs/planning.md): a day planned by straight line at a mean speed misses 2.6 visits, by this affine
form 0.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from visitcli.domain.geo import distance_m
from visitcli.planner.model import Place


@dataclass(frozen=True, slots=True)
class AffineTravel:
    """`leg_s` for parking and walking, whatever the distance, plus `pace_s_per_km` for each straight kilometre.

    Seconds are rounded up, which keeps the triangle inequality.
    """

    leg_s: int
    pace_s_per_km: float

    def leg(self, origin: Place, target: Place) -> tuple[int, int]:
        """Straight-line metres, and seconds."""
        metres = distance_m((origin.lat, origin.lon), (target.lat, target.lon))
        return round(metres), self.leg_s + ceil(metres * self.pace_s_per_km / 1000)
