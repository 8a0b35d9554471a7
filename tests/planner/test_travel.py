from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from visitcli.planner.model import Place
from visitcli.planner.travel import AffineTravel, FellBack, Measured, MeasuredTravel

PLACES = st.lists(st.builds(Place, st.floats(31, 31.5), st.floats(121, 121.5)), min_size=1, max_size=6, unique=True)
LINE = AffineTravel(480, 180.0)


@given(PLACES)
def test_straight_lines_are_symmetric_and_keep_the_triangle(places: list[Place]) -> None:
    legs = LINE.legs(places)
    indices = range(len(places))
    for i in indices:
        assert legs.moving_s[i][i] == legs.metres[i][i] == 0
        for j in indices:
            assert legs.moving_s[i][j] == legs.moving_s[j][i]
            for k in indices:
                assert legs.moving_s[i][j] <= legs.moving_s[i][k] + legs.moving_s[k][j]


@given(PLACES)
def test_where_nothing_is_measured_a_leg_takes_what_the_line_says(places: list[Place]) -> None:
    size = len(places)
    travel = MeasuredTravel(lambda _: ([[None] * size] * size, [[None] * size] * size), leg_s=300, otherwise=LINE)
    line, found = LINE.legs(places), travel.legs(places)
    for i in range(size):
        for j in range(size):
            if i != j:
                assert found.fixed_s + found.moving_s[i][j] == line.fixed_s + line.moving_s[i][j]
    assert found.metres == line.metres
    assert travel.fell_back == FellBack(size * (size - 1), size * (size - 1), tuple(places) if size > 1 else ())


A, B, C = Place(31.0, 121.0), Place(31.01, 121.0), Place(31.02, 121.0)


def test_measured_ways_are_taken_and_missing_ones_named() -> None:
    asked = []

    def measure(places: Sequence[Place]) -> Measured:
        asked.append(places)
        seconds: list[list[float | None]] = [[0, 100.2, None], [90, 0, None], [None, None, 0]]
        metres: list[list[float | None]] = [[0, 1500.4, None], [1400, 0, None], [None, None, 0]]
        return metres, seconds

    travel = MeasuredTravel(measure, leg_s=300, otherwise=LINE, factor=2.0)
    legs = travel.legs([A, B, C])
    assert travel.legs([A, B, C]) is legs
    assert len(asked) == 1
    assert (legs.fixed_s, legs.moving_s[0][1], legs.moving_s[1][0]) == (300, 201, 180)
    assert legs.metres[0][1] == 1500
    assert travel.fell_back == FellBack(4, 6, (C,))


def test_a_short_estimated_leg_is_never_less_than_the_fixed_time() -> None:
    travel = MeasuredTravel(
        lambda _: ([[0, None], [None, 0]], [[0, None], [None, 0]]), leg_s=900, otherwise=AffineTravel(60, 1.0)
    )
    assert travel.legs([A, B]).moving_s == [[0, 0], [0, 0]]
