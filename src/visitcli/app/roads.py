"""The road map on this device: built from an extract, looked at, asked for a way, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from visitcli.app import lookup
from visitcli.app.planning_places import NamedPlace, resolve
from visitcli.app.runtime import Runtime
from visitcli.domain.case import Crs
from visitcli.domain.errors import NotFoundError
from visitcli.domain.geo import parse_point
from visitcli.engines import roads_map
from visitcli.engines.roads import Roads, Way, installed, require_engine
from visitcli.engines.roads_map import RoadMap
from visitcli.store import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """A way and its two ends."""

    origin: NamedPlace
    target: NamedPlace
    way: Way
    road_map: RoadMap


def build(runtime: Runtime, extract: Path, progress: Callable[[float], None]) -> RoadMap:
    """Build the map of an extract (`.osm.pbf`); raises as `engines.roads_build.build` does."""
    from visitcli.engines import roads_build

    built_at = runtime.now().replace(microsecond=0).isoformat()
    return roads_build.build(extract, runtime.home, built_at=built_at, progress=progress)


def show(runtime: Runtime) -> RoadMap | None:
    """The map that is there."""
    return roads_map.current(runtime.home)


def remove(runtime: Runtime) -> RoadMap:
    """Take the map away. Raises NotFoundError `roads.no_map`."""
    return roads_map.remove(runtime.home)


def way(runtime: Runtime, origin: str, target: str, crs: Crs) -> Directions:
    """Turn by turn between two places: `LAT,LON` in the system given, a case or an address.

    Raises UsageError `roads.not_installed`, NotFoundError `roads.no_map`, `roads.off_the_map`, `roads.no_way`, and
    those of `planning_places.resolve`.
    """
    require_engine()
    road_map = roads_map.current(runtime.home)
    if road_map is None:
        raise NotFoundError("roads.no_map")
    ends = [_place(runtime, text, crs) for text in (origin, target)]
    found = Roads(road_map).way(*((place.lat, place.lon) for place in ends))
    return Directions(origin=ends[0], target=ends[1], way=found, road_map=road_map)


def _place(runtime: Runtime, text: str, crs: Crs) -> NamedPlace:
    if parse_point(text):
        return resolve(runtime, text, crs)
    try:
        case_id = lookup.case_id(runtime, text)
    except NotFoundError:
        return resolve(runtime, text, crs)
    body: dict[str, Any] = cases.body(runtime.store, case_id) or {}
    for address in body.get("addresses", ()):
        if address.get("lat") is not None:
            return NamedPlace(case_id, address["lat"], address["lon"], address.get("radius_m"))
    raise NotFoundError("plan.place", place=case_id)


def described(road_map: RoadMap) -> dict[str, Any]:
    """A map as JSON: without the folder, with whether the extra that reads it is there."""
    said = {key: value for key, value in asdict(road_map).items() if key != "folder"}
    south, west, north, east = road_map.extent
    return {**said, "extent": {"south": south, "west": west, "north": north, "east": east}, "usable": installed()}
