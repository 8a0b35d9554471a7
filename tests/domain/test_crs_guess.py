from __future__ import annotations

import math
import random

import pytest

from visitcli.domain.case import Crs
from visitcli.domain.crs_guess import SYSTEMS, Level, Witness, guess_crs
from visitcli.domain.geo import Point, from_wgs84


def witnesses(
    crs: Crs, rows: int, *, level: Level = "town", radius_m: float = 1_500, places: int = 40, seed: int = 1
) -> list[Witness]:
    """Doors spread evenly within a radius of made-up centres west of Suzhou, in a system's numbers."""
    rng = random.Random(seed)
    centres = [(rng.uniform(31.2, 32.2), rng.uniform(119.3, 120.6)) for _ in range(places)]
    made = []
    for row in range(rows):
        centre = centres[row % places]
        lat, lon = from_wgs84(*_door(rng, centre, radius_m), crs)
        made.append(Witness(f"place {row % places}", level, centre, lat, lon))
    return made


def _door(rng: random.Random, centre: Point, radius_m: float) -> Point:
    distance, angle = radius_m * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
    north, east = distance * math.sin(angle), distance * math.cos(angle)
    return centre[0] + north / 111_195, centre[1] + east / 111_195 / math.cos(math.radians(centre[0]))


@pytest.mark.parametrize("crs", SYSTEMS)
def test_a_file_of_doors_near_their_towns_is_recognised(crs: Crs) -> None:
    guess = guess_crs(witnesses(crs, 120))
    assert (guess.crs, guess.sure, guess.likeliest) == (crs, True, crs)
    assert guess.confidence >= 0.95
    assert (guess.rows_used, guess.places_used) == (120, 40)


@pytest.mark.parametrize("crs", SYSTEMS)
def test_of_thirty_files_hardly_one_sure_guess_is_wrong(crs: Crs) -> None:
    guesses = [guess_crs(witnesses(crs, 60, seed=seed)) for seed in range(30)]
    sure = [guess for guess in guesses if guess.sure]
    assert len(sure) >= 20
    assert sum(guess.crs != crs for guess in sure) <= 1


@pytest.mark.parametrize("default", SYSTEMS)
def test_without_evidence_the_default_is_taken_and_called_unsure(default: Crs) -> None:
    guess = guess_crs([], default)
    assert (guess.crs, guess.sure, guess.likeliest, guess.confidence) == (default, False, default, 0.5)


def test_a_handful_of_places_is_never_enough() -> None:
    guess = guess_crs(witnesses("bd09", 70, places=7))
    assert (guess.crs, guess.sure) == ("gcj02", False)


def test_counties_thirty_kilometres_wide_do_not_tell() -> None:
    guess = guess_crs(witnesses("wgs84", 60, level="county", radius_m=30_000))
    assert (guess.crs, guess.sure) == ("gcj02", False)


def test_borders_tell_where_rows_name_only_their_district() -> None:
    """Doors all over a town of small square districts, each naming the district that it stands in."""
    rng = random.Random(3)
    side, made = 0.04, []
    for _ in range(400):
        lat, lon = rng.uniform(31.0, 31.2), rng.uniform(121.3, 121.5)
        centre = (31.0 + side * (int((lat - 31.0) / side) + 0.5), 121.3 + side * (int((lon - 121.3) / side) + 0.5))
        made.append(Witness(str(centre), "county", centre, *from_wgs84(lat, lon, "bd09")))
    guess = guess_crs(made)
    assert (guess.crs, guess.sure) == ("bd09", True)


def test_rows_far_from_the_place_that_they_name_are_left_out() -> None:
    good = witnesses("wgs84", 120)
    astray = [row._replace(lat=row.lat + 0.3) for row in witnesses("bd09", 60, seed=9)]
    empty = [row._replace(lat=0.0, lon=0.0) for row in good[:10]]
    assert guess_crs(good + astray + empty) == guess_crs(good)


def test_a_few_wrong_rows_do_not_turn_the_guess() -> None:
    rng = random.Random(4)
    rows = [row._replace(lat=row.lat + 0.05) if rng.random() < 0.1 else row for row in witnesses("wgs84", 200)]
    assert guess_crs(rows).crs == "wgs84"


def test_abroad_nothing_is_shifted_and_nothing_can_be_told() -> None:
    rows = [Witness(f"gu {n}", "town", (37.5 + n / 50, 127.0), 37.5 + n / 50, 127.0) for n in range(20)]
    guess = guess_crs(rows)
    assert (guess.sure, guess.places_used) == (False, 0)


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = witnesses("gcj02", 80)
    assert guess_crs(rows[::-1]).likeliest == guess_crs(rows).likeliest
