"""On a square mile of Helsinki, out of a public package's wheel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.roads_here import EXTRACT, builder, needs_roads

from visitcli.domain.errors import BadInputError, NotFoundError, StoreError, UsageError
from visitcli.domain.geo import Point
from visitcli.engines import roads_map
from visitcli.engines.roads import CHUNK, Roads
from visitcli.engines.roads_build import build
from visitcli.engines.roads_map import RoadMap

__all__ = ["builder"]
pytestmark = needs_roads

SOUTH, WEST, NORTH, EAST = 60.1642, 24.9352, 60.1791, 24.9534
HERE, THERE, NOWHERE = (60.1700, 24.9410), (60.1750, 24.9480), (61.5, 26.0)
BUILT_AT = "2026-11-23T08:20:00+08:00"


def built(home: Path, extract: Path = EXTRACT) -> RoadMap:
    return build(extract, home, built_at=BUILT_AT, progress=lambda share: None)


@pytest.fixture(scope="module")
def map_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        from tests.roads_here import BUILDER

        if BUILDER.is_dir():
            patch.setenv("PATH", str(BUILDER), prepend=":")
        home = tmp_path_factory.mktemp("home")
        built(home)
    return home


@pytest.fixture(scope="module")
def roads(map_home: Path) -> Roads:
    found = roads_map.current(map_home)
    assert found
    return Roads(found)


def points(count: int) -> list[Point]:
    random = Random(1)
    return [(random.uniform(SOUTH, NORTH), random.uniform(WEST, EAST)) for _ in range(count)]


def test_the_map_says_what_it_is(map_home: Path) -> None:
    found = roads_map.current(map_home)
    assert found
    assert found.source == "Helsinki.osm.pbf"
    assert found.source_bytes == EXTRACT.stat().st_size
    assert found.extent == (60.164155, 24.935176, 60.179113, 24.953415)
    assert found.built_at == BUILT_AT
    assert 0 < found.bytes == sum(f.stat().st_size for f in found.tiles.rglob("*") if f.is_file())


def test_the_matrix_is_valhallas_own(roads: Roads) -> None:
    places = points(CHUNK)
    metres, seconds = roads.matrix(places)
    asked = [{"lat": lat, "lon": lon} for lat, lon in places]
    request = {"sources": asked, "targets": asked, "costing": "auto", "verbose": False}
    own = json.loads(roads._actor.matrix(json.dumps(request)))["sources_to_targets"]
    for i, j in permutations(range(CHUNK), 2):
        assert seconds[i][j] == own["durations"][i][j]
        expected = own["distances"][i][j]
        assert metres[i][j] == (None if expected is None else pytest.approx(expected * 1000))


def test_more_places_than_one_request_takes(roads: Roads) -> None:
    places = points(CHUNK + 7)
    _, all_at_once = roads.matrix(places)
    _, last = roads.matrix(places[-7:])
    for i, j in permutations(range(7), 2):
        taken, again = all_at_once[CHUNK + i][CHUNK + j], last[i][j]
        assert taken == again
    assert sum(taken is not None for row in all_at_once for taken in row) > CHUNK * CHUNK


def test_the_matrix_agrees_with_valhallas_routes(roads: Roads) -> None:
    places = points(25)
    metres, seconds = roads.matrix(places)
    near: list[bool] = []
    for i, origin in enumerate(places):
        for j, target in enumerate(places):
            taken = seconds[i][j]
            if i == j:
                assert (taken, metres[i][j]) == (0, 0)
            elif taken is None:
                with pytest.raises(NotFoundError, match=r"roads\.no_way"):
                    roads.way(origin, target)
            else:
                near.append(abs(roads.way(origin, target).seconds - taken) <= 1)
    # Its matrix and its route choose differently between the two sides of a street, seconds apart.
    assert sum(near) / len(near) > 0.9


def test_a_place_that_no_car_leaves_has_no_way(roads: Roads) -> None:
    _, seconds = roads.matrix(points(25))
    stuck = [row.count(None) > 12 for row in seconds]  # the few others of its pocket it does reach
    assert any(stuck)
    assert stuck.count(False) > 15
    assert all(on for on in roads.on_the_map(points(25)))


def test_points_off_the_map(roads: Roads) -> None:
    here, there = HERE, THERE
    assert roads.on_the_map([here, NOWHERE]) == [True, False]
    metres, seconds = roads.matrix([here, NOWHERE, there])
    assert [seconds[1], metres[1]] == [[None, 0, None], [None, 0, None]]
    assert seconds[0][1] is None is seconds[2][1]
    assert seconds[0][2]
    assert roads.matrix([NOWHERE, NOWHERE])[1] == [[0, None], [None, 0]]
    assert roads.matrix([]) == ([], [])
    with pytest.raises(NotFoundError, match=r"roads\.off_the_map"):
        roads.way(here, NOWHERE)


def test_turn_by_turn_adds_up(roads: Roads) -> None:
    found = roads.way(HERE, THERE)
    assert found.turns[0].kind.startswith("start")
    assert found.turns[-1].kind.startswith("arrive")
    assert sum(turn.metres for turn in found.turns) == pytest.approx(found.metres, abs=len(found.turns))
    assert sum(turn.seconds for turn in found.turns) == pytest.approx(found.seconds, abs=len(found.turns))
    assert any(turn.street for turn in found.turns)


@pytest.mark.usefixtures("builder")
def test_a_new_map_takes_the_place_of_the_old(tmp_path: Path) -> None:
    first, shares = built(tmp_path), list[float]()
    second = build(EXTRACT, tmp_path, built_at=BUILT_AT, progress=shares.append)
    assert roads_map.current(tmp_path) == second
    assert not first.folder.exists()
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert sorted(p.name for p in (tmp_path / "roads").iterdir()) == sorted(["current", "lock", second.folder.name])
    assert roads_map.remove(tmp_path) == second
    assert sorted(p.name for p in (tmp_path / "roads").iterdir()) == ["lock"]
    with pytest.raises(NotFoundError, match=r"roads\.no_map"):
        roads_map.remove(tmp_path)


def _blobs(path: Path) -> list[bytes]:
    """The file's blobs, each with its header; the length of the data is the header's last field."""
    raw, at, found = path.read_bytes(), 0, []
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 4], "big")
        header = raw[at + 4 : at + 4 + length]
        size = shift = 0
        for byte in header[header.rindex(b"\x18") + 1 :]:
            size |= (byte & 0x7F) << shift
            shift += 7
        end = at + 4 + length + size
        found.append(raw[at:end])
        at = end
    return found


@pytest.mark.usefixtures("builder")
@pytest.mark.parametrize("fault", ["cut_off", "unsorted", "not_pbf", "build_failed"])
def test_a_bad_extract_leaves_the_map_that_was_there(tmp_path: Path, fault: str) -> None:
    before, blobs = built(tmp_path), _blobs(EXTRACT)
    bad = tmp_path / "bad.osm.pbf"
    contents = {
        "cut_off": EXTRACT.read_bytes()[:-1000],
        "unsorted": b"".join([blobs[0], *reversed(blobs[1:])]),
        "not_pbf": b"<html>" * 100,
        "build_failed": b"".join([*blobs[:2], blobs[2][:400] + bytes(len(blobs[2]) - 400), *blobs[3:]]),
    }
    bad.write_bytes(contents[fault])
    with pytest.raises(BadInputError, match=f"roads.{fault}"):
        built(tmp_path, bad)
    assert roads_map.current(tmp_path) == before
    assert len(list((tmp_path / "roads").glob("map-*"))) == 1


@pytest.mark.usefixtures("builder")
def test_an_interrupted_build_leaves_the_map_that_was_there(tmp_path: Path) -> None:
    before = built(tmp_path)

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(EXTRACT, tmp_path, built_at=BUILT_AT, progress=stop)
    assert roads_map.current(tmp_path) == before
    assert len(list((tmp_path / "roads").glob("map-*"))) == 1


KILLED = """
import sys, time
from pathlib import Path
from visitcli.engines.roads_build import build
def wait(share):
    print("half way", flush=True)
    time.sleep(60)
build(Path(sys.argv[1]), Path(sys.argv[2]), built_at="2026-11-23T08:20:00+08:00", progress=wait)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
@pytest.mark.usefixtures("builder")
def test_a_build_killed_half_way_leaves_the_map_that_was_there(tmp_path: Path) -> None:
    before = built(tmp_path)
    command = [sys.executable, "-c", KILLED, str(EXTRACT), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout
        assert victim.stdout.readline() == "half way\n"
        with pytest.raises(StoreError, match=r"roads\.busy"):
            built(tmp_path)
        victim.send_signal(signal.SIGKILL)
    assert roads_map.current(tmp_path) == before
    assert Roads(before).on_the_map(points(3)) == [True] * 3
    for _ in range(100):  # the builder notices that nobody listens
        if len(list((tmp_path / "roads").glob("map-*"))) == 2:
            break
        time.sleep(0.05)
    after = built(tmp_path)
    assert roads_map.current(tmp_path) == after
    assert [p.name for p in (tmp_path / "roads").glob("map-*")] == [after.folder.name]


def test_what_is_damaged_is_said(tmp_path: Path, map_home: Path) -> None:
    found = roads_map.current(map_home)
    assert found
    lost: dict[str, Any] = {name: getattr(found, name) for name in found.__dataclass_fields__}
    with pytest.raises(BadInputError, match=r"roads\.damaged"):
        Roads(RoadMap(**{**lost, "folder": tmp_path}))
    (tmp_path / "roads").mkdir()
    (tmp_path / "roads" / "current").write_text("map-gone")
    assert roads_map.current(tmp_path) is None


def test_without_the_extra_or_the_builder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if sys.version_info < (3, 12):
        with pytest.raises(UsageError, match=r"roads\.no_builder"):
            built(tmp_path)
    monkeypatch.setattr("visitcli.engines.roads.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"roads\.not_installed"):
        built(tmp_path)
    assert not (tmp_path / "roads").exists()
