"""The map: everything within the frame, what is far at its edge, no number hidden, names that touch nothing."""

from __future__ import annotations

import re
from itertools import combinations
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.day_page_plans import at, day, done_stop, stop

from visitcli.domain.geo import Point, distance_m
from visitcli.formats.day_page_frame import FAR_LEAST_M, HEIGHT, WIDTH, Frame, framed, round_length, spread
from visitcli.formats.day_page_map import day_map
from visitcli.formats.day_page_names import _box, _touch, names_of, placed
from visitcli.words import Words

places = st.lists(st.tuples(st.floats(30.9, 31.6), st.floats(120.9, 121.9)), min_size=1, max_size=40)


def drawn(stops: list[dict[str, object]], **changes: object) -> str:
    return day_map(day(stops, **changes), Words("zh"), key="d1", title="今天")


@given(places)
def test_every_place_is_drawn_inside_the_frame(found: list[Point]) -> None:
    _, spots = framed(found, found)
    assert all(0 <= spot.x <= WIDTH and 0 <= spot.y <= HEIGHT for spot in spots)


@given(places)
def test_distances_on_the_map_are_true(found: list[Point]) -> None:
    frame, spots = framed(found, found)
    for (place_a, a), (place_b, b) in combinations(zip(found, spots, strict=True), 2):
        if not (a.far or b.far):
            on_paper = hypot(a.x - b.x, a.y - b.y) * frame.metres
            assert on_paper == pytest.approx(distance_m(place_a, place_b), rel=0.01, abs=1)


def test_one_place_58_km_away_does_not_squash_the_others() -> None:
    near = [(31.30 + n * 0.01, 121.20 + n * 0.012) for n in range(8)]
    far = (31.30, 121.85)
    _, alone = framed(near, near)
    _, spots = framed([*near, far], [*near, far])
    assert [spot.far for spot in spots] == [False] * 8 + [True]
    assert [(spot.x, spot.y) for spot in spots[:8]] == [(spot.x, spot.y) for spot in alone]
    assert spots[8].far_m == pytest.approx(distance_m((31.335, 121.242), far), rel=0.01)
    assert abs(spots[8].angle) < 0.2  # to the east
    assert spots[8].x > WIDTH - 40


def test_two_towns_far_apart_are_both_shown() -> None:
    towns = [(31.2 + n * 0.003, 121.0) for n in range(5)] + [(31.2 + n * 0.003, 121.6) for n in range(5)]
    assert not any(spot.far for spot in framed(towns, towns)[1])


def test_a_start_in_another_town_is_pinned_and_the_stops_stay_large() -> None:
    stops = [(31.30 + n * 0.002, 121.20) for n in range(6)]
    frame, spots = framed([(30.9, 121.9), *stops], stops)
    assert [spot.far for spot in spots] == [True] + [False] * 6
    assert frame.metres < 10


@pytest.mark.parametrize("count", [1, 2])
def test_few_stops_are_never_called_far(count: int) -> None:
    stops = [(31.0 + n * 0.9, 121.0) for n in range(count)]
    assert FAR_LEAST_M < 100_000
    assert not any(spot.far for spot in framed(stops, stops)[1])


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT)), min_size=1, max_size=25))
def test_no_number_hides_another(points: list[tuple[float, float]]) -> None:
    discs = spread(points, 12)
    for a, b in combinations(discs, 2):
        assert hypot(a[0] - b[0], a[1] - b[1]) > 17  # of 24: what is left to read when even the room is full
    assert all(12 <= x <= WIDTH - 12 and 12 <= y <= HEIGHT - 12 for x, y in discs)


def test_numbers_with_room_stay_on_their_places() -> None:
    points = [(100.0, 100.0), (200.0, 100.0), (100.0, 200.0)]
    assert spread(points, 12) == points


def test_sixty_stops_at_one_door_can_all_be_read() -> None:
    discs = spread([(200.0, 170.0)] * 60, 9.5)
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(discs, 2)) > 15


@given(st.floats(0.5, 1e6))
def test_a_scale_has_a_round_length(longest: float) -> None:
    length = round_length(longest)
    assert longest / 2.5 - 1e-9 <= length <= longest
    assert re.match(r"[125]", f"{length:e}")


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    svg = drawn([stop(1), stop(2), stop(3)])
    metres = float(re.search(r'data-metres="([\d.]+)"', svg)[1])  # type: ignore[index]
    bar = re.search(r'class="scale".*?H([\d.]+)V.*?>(\d+) 公里', svg)
    assert bar
    length, said = bar.groups()
    assert float(length) * metres == pytest.approx(int(said) * 1000, rel=0.01)


def test_the_route_goes_from_the_start_through_the_stops_ahead_to_the_end() -> None:
    stops = [done_stop(1), stop(2), stop(3)]
    assert drawn(stops).count('class="leg') == 2
    end = {"at": at(1080), "lat": 31.2, "lon": 121.3, "radius_m": None}
    assert drawn(stops, end=end).count('class="leg') == 3
    assert ">终</text>" in drawn(stops, end=end)
    home = {"at": at(540), "lat": 31.2, "lon": 121.3, "radius_m": None}
    round_trip = drawn(stops, start=home, end=home)
    assert round_trip.count('class="leg') == 3
    assert ">起终</text>" in round_trip
    assert drawn([stop(1)], start=None).count('class="leg') == 0


def test_what_is_far_is_said_in_words_too() -> None:
    svg = drawn([*(stop(seq, lat=31.3 + seq / 500, lon=121.2) for seq in range(1, 7)), stop(7, lat=31.3, lon=121.85)])
    described = re.search(r"<desc[^>]*>([^<]*)", svg)[1]  # type: ignore[index]
    assert re.search(r"画在边上的：出发地（\d+ 公里）、第 7 站（6\d 公里）", described)
    assert svg.count('class="arrow"') == 2


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("上海市静安区彭浦镇七星瓢虫路4949号8幢11楼", ["彭浦镇", "七星瓢虫路"]),
        ("上海市嘉定区嘉定镇街道不倒翁路825弄72号", ["嘉定镇街道", "不倒翁路"]),
        ("上海市嘉定区星河村13组54号", ["星河村"]),
        ("内蒙古自治区呼和浩特市赛罕区大学西街235号", ["大学西街"]),
        ("221B Baker Street, London", []),
        ("", []),
    ],
)
def test_names_come_from_the_addresses(address: str, found: list[str]) -> None:
    assert [name.text for name in names_of([(address, (31.2, 121.4), False)])] == found


def test_a_street_is_not_read_from_a_rough_place() -> None:
    names = names_of([("上海市嘉定区安亭镇无名一路1号", (31.2, 121.4), True)])
    assert [name.text for name in names] == ["安亭镇"]


def test_names_touch_neither_numbers_nor_each_other() -> None:
    frame = Frame((31.3, 121.2), 50.0)
    known = [(str(stop(n)["address"]), (31.3 + n % 5 * 0.004, 121.2 + n % 3 * 0.012), False) for n in range(8)]
    numbers = [(x - 12, y - 12, x + 12, y + 12) for x, y in (frame.xy(place) for _, place, _ in known)]
    labels = placed(names_of(known), frame, numbers, [])
    boxes = [_box(label.name, label.at, label.offset) for label in labels]
    assert len(boxes) >= 3
    assert not any(_touch(a, b) for a, b in combinations(boxes, 2))
    assert not any(_touch(box, number) for box in boxes for number in numbers)
