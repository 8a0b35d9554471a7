"""What a leg really costs this agent: the fixed time and the pace, estimated from the legs driven so far.

Model: seconds = fixed_s + pace_s_per_km x km (planner.travel.AffineTravel). The settings are the prior; they count as
much as `PRIOR_KM`'s legs, all driven just as the settings say, so that few legs change little and many decide.
Estimator: Huber's M-estimator by iteratively reweighted least squares (P. J. Huber, "Robust Estimation of a Location
Parameter", Ann. Math. Statist. 35, 1964; k = 1.345 for 95 % efficiency), its scale by the median absolute deviation. A
gap between two visits also holds calls, meals and waiting: beyond k times the scale a leg pulls no harder, however
long it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from statistics import median

PRIOR_KM = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0)
HUBER_K = 1.345
MAD_TO_SIGMA = 1.4826  # of a normal distribution
LEAST_SIGMA_S = 60.0
ROUNDS = 30
FIXED_BOUNDS_S = (0.0, 1800.0)
PACE_BOUNDS_S_PER_KM = (30.0, 900.0)  # 120 km/h and 4 km/h, straight line

LONGEST_S = 2 * 3600  # a longer gap was no leg but a pause
LEAST_KM = 0.1  # nearer is the same door
LONGEST_KM = 100.0
TOP_KMH = 150.0


@dataclass(frozen=True, slots=True, order=True)
class DrivenLeg:
    """A leg that was driven: straight-line kilometres (stretched by the pace of its time of day, so that rush hours
    do not count as slow roads) and the seconds from the end of one visit to the beginning of the next."""

    km: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds a leg and seconds a straight kilometre; `legs` is how many driven ones stand behind them."""

    fixed_s: float
    pace_s_per_km: float
    legs: int = 0


def plausible(leg: DrivenLeg) -> bool:
    """Whether this can have been one leg: not the same door, no pause of hours, nothing that no car does."""
    if not (LEAST_KM <= leg.km <= LONGEST_KM and 0 < leg.seconds <= LONGEST_S):
        return False
    return leg.km / leg.seconds * 3600 <= TOP_KMH


def calibrate(legs: Sequence[DrivenLeg], settings: Estimate) -> Estimate:
    """The estimate from the plausible legs, with the settings as the prior; without one, the settings themselves.

    The order of the legs does not matter, to the last bit.
    """
    driven = sorted(leg for leg in legs if plausible(leg))
    if not driven:
        return Estimate(settings.fixed_s, settings.pace_s_per_km)
    prior = [DrivenLeg(km, settings.fixed_s + settings.pace_s_per_km * km) for km in PRIOR_KM]
    fixed, pace = settings.fixed_s, settings.pace_s_per_km
    for _ in range(ROUNDS):
        weights = _weights([leg.seconds - fixed - pace * leg.km for leg in driven])
        fixed, pace = _line([*driven, *prior], [*weights, *[1.0] * len(prior)])
    return Estimate(fixed, pace, len(driven))


def _weights(residuals: list[float]) -> list[float]:
    """Huber's: 1 within k scales, beyond falling as the distance grows."""
    centre = median(residuals)
    sigma = max(MAD_TO_SIGMA * median(abs(residual - centre) for residual in residuals), LEAST_SIGMA_S)
    return [min(1.0, HUBER_K * sigma / abs(residual)) if residual else 1.0 for residual in residuals]


def _line(legs: list[DrivenLeg], weights: list[float]) -> tuple[float, float]:
    """Weighted least squares, both parts held within their bounds. Sums are exact, so that no order shows."""
    total = fsum(weights)
    mean_km = fsum(w * leg.km for w, leg in zip(weights, legs, strict=True)) / total
    mean_s = fsum(w * leg.seconds for w, leg in zip(weights, legs, strict=True)) / total
    spread = fsum(w * (leg.km - mean_km) ** 2 for w, leg in zip(weights, legs, strict=True))
    both = fsum(w * (leg.km - mean_km) * (leg.seconds - mean_s) for w, leg in zip(weights, legs, strict=True))
    pace = _within(both / spread, PACE_BOUNDS_S_PER_KM)
    fixed = _within(mean_s - pace * mean_km, FIXED_BOUNDS_S)
    # Where the fixed time was held, the pace alone has to carry the mean.
    if fixed != mean_s - pace * mean_km:
        pace = _within((mean_s - fixed) / mean_km, PACE_BOUNDS_S_PER_KM)
    return fixed, pace


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
