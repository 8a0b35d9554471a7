from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.planner.calibration import (
    FIXED_BOUNDS_S,
    PACE_BOUNDS_S_PER_KM,
    DrivenLeg,
    Estimate,
    calibrate,
    plausible,
)

SETTINGS = Estimate(480, 180)
LEGS = st.lists(st.builds(DrivenLeg, st.floats(0, 120), st.floats(-600, 9000)), max_size=60)
SANE = st.builds(Estimate, st.floats(60, 1200), st.floats(60, 600))


def driven(truth: Estimate, count: int, seed: int = 1, noise_s: float = 120) -> list[DrivenLeg]:
    """Legs of a city's day with symmetric noise."""
    random = Random(seed)
    legs = []
    for _ in range(count):
        km = random.uniform(0.5, 12)
        seconds = truth.fixed_s + truth.pace_s_per_km * km + random.uniform(-noise_s, noise_s)
        legs.append(DrivenLeg(km, max(seconds, 60)))
    return legs


@given(SANE)
def test_without_legs_the_settings_hold(settings: Estimate) -> None:
    assert calibrate([], settings) == settings


@given(LEGS, SANE, st.randoms())
def test_order_is_irrelevant_and_the_answer_sane(legs: list[DrivenLeg], settings: Estimate, random: Random) -> None:
    found = calibrate(legs, settings)
    shuffled = list(legs)
    random.shuffle(shuffled)
    assert calibrate(shuffled, settings) == found
    assert FIXED_BOUNDS_S[0] <= found.fixed_s <= FIXED_BOUNDS_S[1]
    assert PACE_BOUNDS_S_PER_KM[0] <= found.pace_s_per_km <= PACE_BOUNDS_S_PER_KM[1]
    assert found.legs == sum(map(plausible, legs))


@given(SANE)
def test_legs_as_the_settings_say_change_nothing(settings: Estimate) -> None:
    found = calibrate(driven(settings, 40, noise_s=0), settings)
    assert found.fixed_s == pytest.approx(settings.fixed_s, abs=1)
    assert found.pace_s_per_km == pytest.approx(settings.pace_s_per_km, abs=1)


@pytest.mark.parametrize("truth", [Estimate(240, 120), Estimate(900, 300), Estimate(480, 90)])
def test_it_converges_to_the_truth(truth: Estimate) -> None:
    def miss(count: int) -> float:
        found = calibrate(driven(truth, count), SETTINGS)
        return abs(found.fixed_s + 5 * found.pace_s_per_km - truth.fixed_s - 5 * truth.pace_s_per_km)

    assert miss(20) < miss(0)
    assert miss(500) < 30
    found = calibrate(driven(truth, 2000), SETTINGS)
    assert found.fixed_s == pytest.approx(truth.fixed_s, abs=30)
    assert found.pace_s_per_km == pytest.approx(truth.pace_s_per_km, abs=6)


def test_few_legs_change_little() -> None:
    found = calibrate(driven(Estimate(960, 360), 2, noise_s=0), SETTINGS)
    assert SETTINGS.fixed_s < found.fixed_s < 1.3 * SETTINGS.fixed_s


@given(st.integers(0, 30), st.floats(0.2, 30), st.floats(3600, 7200))
def test_an_outlier_does_not_swing_it(seed: int, km: float, seconds: float) -> None:
    legs = driven(SETTINGS, 40, seed)
    without, found = calibrate(legs, SETTINGS), calibrate([*legs, DrivenLeg(km, seconds)], SETTINGS)
    for far in (1, 5, 10):
        before = without.fixed_s + far * without.pace_s_per_km
        assert found.fixed_s + far * found.pace_s_per_km == pytest.approx(before, rel=0.08)


@pytest.mark.parametrize(
    "leg",
    [
        DrivenLeg(0.05, 600),  # the same door
        DrivenLeg(3, 7300),  # a pause
        DrivenLeg(3, 0),
        DrivenLeg(3, -60),
        DrivenLeg(50, 600),  # 300 km/h
        DrivenLeg(150, 7000),
    ],
)
def test_what_was_no_leg_is_dropped(leg: DrivenLeg) -> None:
    assert not plausible(leg)
    assert calibrate([leg] * 50, SETTINGS) == SETTINGS
