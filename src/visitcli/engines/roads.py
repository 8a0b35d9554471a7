"""Real roads, offline: matrices and turn-by-turn from Valhalla's tiles, by the extra `visitcli[roads]` (pyvalhalla).

Points are (latitude, longitude) in WGS-84 degrees, as OpenStreetMap's are. Times are a car's on roads without traffic.
Both pyvalhalla 3.9 (CPython 3.12 on) and 3.2 (3.11) read the same tiles and give the same answers; docs/adr/0005.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from visitcli.domain.errors import BadInputError, NotFoundError, UsageError
from visitcli.domain.geo import Point
from visitcli.engines.roads_map import RoadMap

Table = list[list[float | None]]

SNAP_M = 1000  # a point farther from every road that a car may take lies off the map
CHUNK = 50  # places a side of one request: it bounds the memory, and Ctrl-C is heard between two
# Up to this size a search over the whole map from each place is the fastest way to a matrix, and the leanest (70 MB
# against 1.4 GB for 200 places on 1.5 MB of tiles); on 35 MB of tiles it is five times slower than Valhalla's own way.
SMALL_BYTES = 8_000_000
_FAR_M = 5_000_000
_CACHE_BYTES = 100_000_000
_ABSENT = (
    "tile_extract", "traffic_extract", "admin", "timezone", "landmarks", "transit_dir", "transit_feeds_dir",
    "default_speeds_config",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A step of the way: Valhalla's name for the kind of manoeuvre (`right`, `roundabout_enter` …), the road that it
    leads onto, then so many metres and seconds; `exit` is a roundabout's, counted from 1."""

    kind: str
    street: str
    metres: int
    seconds: int
    exit: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way by car: metres, seconds without traffic, the turns, and its line as points."""

    metres: int
    seconds: int
    turns: tuple[Turn, ...]


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("valhalla") is not None


def require_engine() -> None:
    """Raises UsageError `roads.not_installed`."""
    if not installed():
        raise UsageError("roads.not_installed")


def engine_version() -> str:
    """Of pyvalhalla; empty where it does not say."""
    try:
        return version("pyvalhalla")
    except PackageNotFoundError:
        return ""


class Roads:
    """A road map opened for questions."""

    def __init__(self, road_map: RoadMap) -> None:
        """Raises UsageError `roads.not_installed`, BadInputError `roads.damaged`."""
        require_engine()
        self.map = road_map
        self._actor = _actor(road_map)

    def on_the_map(self, points: Sequence[Point]) -> list[bool]:
        """Which points have a road for cars within `SNAP_M` metres."""
        found = []
        for start in range(0, len(points), CHUNK):
            some = points[start : start + CHUNK]
            found += self._ask("locate", locations=_locations(some), verbose=False)
        return [bool(answer.get("edges")) for answer in found]

    def matrix(
        self, points: Sequence[Point], *, interrupted: Callable[[], bool] = lambda: False
    ) -> tuple[Table, Table]:
        """Metres and seconds by car from each point (row) to each; None where no road leads, or a point lies off the
        map. A place is no way from itself. Raises BadInputError `roads.damaged`; KeyboardInterrupt where `interrupted`
        says so between two chunks: half a matrix is of no use."""
        size = len(points)
        metres: Table = [[None] * size for _ in points]
        seconds: Table = [[None] * size for _ in points]
        known = [index for index, on in enumerate(self.on_the_map(points)) if on]
        chunks = [known[start : start + CHUNK] for start in range(0, len(known), CHUNK)]
        for rows in chunks:
            for columns in chunks:
                if interrupted():
                    raise KeyboardInterrupt
                self._fill(points, rows, columns, metres, seconds)
        for index in range(size):
            metres[index][index] = seconds[index][index] = 0.0
        return metres, seconds

    def _fill(
        self, points: Sequence[Point], rows: list[int], columns: list[int], metres: Table, seconds: Table
    ) -> None:
        sources, targets = (_locations([points[index] for index in side]) for side in (rows, columns))
        answer = self._ask("matrix", sources=sources, targets=targets, verbose=False)["sources_to_targets"]
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                km, taken = answer["distances"][i][j], answer["durations"][i][j]
                if km is not None and taken is not None:
                    metres[row][column], seconds[row][column] = km * 1000, taken

    def way(self, origin: Point, target: Point) -> Way:
        """The way by car. Raises NotFoundError `roads.off_the_map` with the point, `roads.no_way`."""
        for point, on in zip((origin, target), self.on_the_map((origin, target)), strict=True):
            if not on:
                raise NotFoundError("roads.off_the_map", lat=point[0], lon=point[1])
        try:
            trip = self._asked("route", locations=_locations((origin, target)), units="kilometers")["trip"]
        except RuntimeError as error:  # Valhalla's 442: no path could be found
            raise NotFoundError("roads.no_way") from error
        turns = [_turn(step) for leg in trip["legs"] for step in leg["maneuvers"]]
        summary = trip["summary"]
        return Way(round(summary["length"] * 1000), round(summary["time"]), tuple(turns))

    def _ask(self, action: str, **request: Any) -> Any:
        """An answer that only a broken map could fail to give."""
        try:
            return self._asked(action, **request)
        except RuntimeError as error:
            raise BadInputError("roads.damaged", path=str(self.map.folder)) from error

    def _asked(self, action: str, **request: Any) -> Any:
        asked = json.dumps({"costing": "auto", **request})
        return json.loads(getattr(self._actor, action)(asked))


def configuration(tiles: Path) -> dict[str, Any]:
    """Valhalla's configuration for these tiles without what is not there: borders, time zones, landmarks, transit,
    traffic. It is the installed version's own, whose `get_config` fails where a path that it is given does not
    exist."""
    from valhalla import get_config

    found: dict[str, Any] = get_config(tile_extract="", tile_dir=str(tiles))
    found["mjolnir"].update(dict.fromkeys(_ABSENT, ""), tile_dir=str(tiles))
    return found


def _actor(road_map: RoadMap) -> Any:
    """Valhalla's reader. It takes its configuration from a file, which it has read when this returns."""
    from valhalla import Actor

    if not road_map.tiles.is_dir():
        raise BadInputError("roads.damaged", path=str(road_map.folder))
    found = configuration(road_map.tiles)
    found["mjolnir"]["max_cache_size"] = _CACHE_BYTES
    found["thor"]["clear_reserved_memory"] = True
    if road_map.bytes <= SMALL_BYTES:
        found["thor"]["source_to_target_algorithm"] = "timedistancematrix"
    found["loki"]["use_connectivity"] = False  # else one pair without a way refuses the whole matrix
    limits = {"max_distance": _FAR_M, "max_matrix_distance": _FAR_M, "max_locations": CHUNK + 1}
    found["service_limits"]["auto"].update(limits, max_matrix_location_pairs=CHUNK * CHUNK)
    quiet = {"type": "", "color": False, "file_name": ""}
    found["logging"] = found["mjolnir"]["logging"] = quiet
    descriptor, name = tempfile.mkstemp(prefix="visitcli-", suffix=".json")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(found, stream)
        return Actor(name)
    except (RuntimeError, OSError) as error:
        raise BadInputError("roads.damaged", path=str(road_map.folder)) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108


def _locations(points: Sequence[Point]) -> list[dict[str, float]]:
    return [{"lat": lat, "lon": lon, "search_cutoff": SNAP_M} for lat, lon in points]


_KINDS = (  # DirectionsLeg.Maneuver.Type of Valhalla's directions.proto, by its number
    "none", "start", "start_right", "start_left", "arrive", "arrive_right", "arrive_left", "becomes", "continue",
    "slight_right", "right", "sharp_right", "u_turn_right", "u_turn_left", "sharp_left", "left", "slight_left",
    "ramp_straight", "ramp_right", "ramp_left", "exit_right", "exit_left", "stay_straight", "stay_right", "stay_left",
    "merge", "roundabout_enter", "roundabout_exit", "ferry_enter", "ferry_exit",
)  # fmt: skip
_MERGES = {37: "merge", 38: "merge"}  # to the right and to the left


def _turn(step: dict[str, Any]) -> Turn:
    number = int(step["type"])
    kind = _KINDS[number] if number < len(_KINDS) else _MERGES.get(number, "continue")
    streets = step.get("begin_street_names") or step.get("street_names") or []
    metres, seconds = round(step["length"] * 1000), round(step["time"])
    return Turn(kind, " / ".join(streets), metres, seconds, step.get("roundabout_exit_count"))
