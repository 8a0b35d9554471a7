"""The terminal's map: every stop can be found on it, both directions have one scale, nothing stops it."""

from __future__ import annotations

import re
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.cli.planning_map import Pin, draw
from visitcli.cli.terminal import width

PLACES = st.tuples(st.floats(18, 53), st.floats(74, 134))
NEAR = st.tuples(st.floats(31.1, 31.4), st.floats(121.1, 121.6))
BRAILLE = re.compile("[\u2801-\u28ff]")


def numbered(places: list[tuple[float, float]]) -> list[Pin]:
    return [Pin(str(number), place) for number, place in enumerate(places, start=1)]


def labels(lines: list[str]) -> list[str]:
    """The numbers of the map, without the distances of what is pinned and without the scale."""
    return [found for line in lines[:-1] for found in re.findall(r"(?<![\d ])\b\d+\b|\b\d+\b(?!km)", line)]


@given(st.lists(NEAR | PLACES, max_size=25), st.integers(30, 100), st.integers(10, 30), st.booleans())
def test_every_stop_is_on_the_map_which_keeps_its_size(
    places: list[tuple[float, float]], columns: int, rows: int, unicode: bool
) -> None:
    lines = draw(numbered(places), columns, rows, unicode=unicode)
    assert len(lines) <= rows
    assert all(width(line) <= columns for line in lines)
    assert unicode or all(line.isascii() for line in lines)
    shown = " ".join(lines[:-1])
    for number in range(1, len(places) + 1):
        assert re.search(rf"(?<!\d){number}(?!\d|km)", shown), (number, lines)


@given(st.lists(PLACES, max_size=3), st.integers(8, 12), st.integers(4, 6), st.booleans())
def test_the_smallest_map_is_drawn_too(
    places: list[tuple[float, float]], columns: int, rows: int, unicode: bool
) -> None:
    lines = draw(numbered(places), columns, rows, unicode=unicode)
    assert len(lines) <= rows
    assert all(width(line) <= columns for line in lines[:-1])


@pytest.mark.parametrize("unicode", [True, False])
def test_a_square_is_a_square(unicode: bool) -> None:
    north, east = 0.05, 0.05 / cos(radians(31.2))
    corners = [(31.2, 121.3), (31.2 + north, 121.3), (31.2 + north, 121.3 + east), (31.2, 121.3 + east)]
    lines = draw(numbered([*corners, corners[0]]), 60, 20, unicode=unicode)[:-1]
    drawn = [(x, y) for y, line in enumerate(lines) for x, sign in enumerate(line) if sign != " "]
    wide = max(x for x, _ in drawn) - min(x for x, _ in drawn)
    high = max(y for _, y in drawn) - min(y for _, y in drawn)
    assert abs(wide - 2 * high) <= 3  # a cell is twice as high as wide


def test_a_stop_far_away_is_pinned_and_does_not_squash_the_others() -> None:
    near = [(31.20, 121.30), (31.24, 121.36), (31.28, 121.31), (31.22, 121.40)]
    alone = draw(numbered(near), 60, 20, unicode=True)
    lines = draw(numbered([*near, (31.75, 121.33)]), 60, 20, unicode=True)
    assert "^5 " in lines[0]
    assert re.search(r"\^5 5\dkm", lines[0])
    assert lines[-1] == alone[-1]  # the same scale


@pytest.mark.parametrize(
    ("place", "pinned"),
    [((31.2, 122.6), r"5 1\d\dkm>"), ((31.2, 120.1), r"<5 1\d\dkm"), ((30.2, 121.33), r"v5 1\d\dkm")],
)
def test_the_arrow_points_to_where_it_is(place: tuple[float, float], pinned: str) -> None:
    near = [(31.20, 121.30), (31.24, 121.36), (31.28, 121.31), (31.22, 121.40)]
    assert re.search(pinned, "\n".join(draw(numbered([*near, place]), 60, 20, unicode=False)))


def test_what_was_done_is_not_on_the_line() -> None:
    here, there = (31.2, 121.3), (31.3, 121.4)
    lines = draw([Pin("1", here, on_the_way=False), Pin("2", there)], 40, 12, unicode=True)
    assert sum(len(BRAILLE.findall(line)) for line in lines) == 0  # both points lie under their numbers
    assert sorted(labels(lines)) == ["1", "2"]


def test_stops_at_one_door_stand_side_by_side() -> None:
    lines = draw(numbered([(31.2, 121.3)] * 6), 40, 12, unicode=True)
    assert sorted(labels(lines)) == ["1", "2", "3", "4", "5", "6"]
    assert not re.search(r"\d\d", "\n".join(lines[:-1]))


def test_without_a_place_there_is_no_map() -> None:
    assert draw([], 40, 12, unicode=True) == []


def test_a_chinese_label_takes_two_columns_and_stands_once() -> None:
    home = (31.2, 121.3)
    lines = draw([Pin("起", home), Pin("1", (31.25, 121.35)), Pin("起", home)], 40, 12, unicode=True, km="{km} 公里")
    assert "".join(lines).count("起") == 1
    assert lines[-1].endswith(" 公里")
