"""From an extract to tiles: Valhalla's own builder, run beside this process, into a folder that then takes over."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from visitcli.domain.errors import BadInputError, StoreError, UsageError
from visitcli.engines import roads_extract, roads_map
from visitcli.engines.roads import configuration, engine_version, require_engine
from visitcli.engines.roads_extract import Extent, Extract
from visitcli.engines.roads_map import RoadMap

PROGRAM = "valhalla_build_tiles"
_STEPS = (  # what the builder says when a step is done, in this order
    "ParseWays", "ParseRelations", "ParseNodes", "BuildEdges", "BuildLocalTiles", "Enhance", "Filter",
    "hierarchybuilder", "shortcutbuilder", "restrictionbuilder", "Validate",
)  # fmt: skip
_DEGREES_A_TILE = 0.25  # level 2 of Valhalla's grid, 1440 tiles a row from -180, -90
_TILES_A_ROW = 1440


def build(extract: Path, home: Path, *, built_at: str, progress: Callable[[float], None]) -> RoadMap:
    """Build the tiles of an extract; they take the place of the map before when all is done, and not sooner.

    `progress` is told the share of the steps done. Raises UsageError `roads.not_installed`, `roads.no_builder`;
    BadInputError `roads.unreadable`, `roads.not_pbf`, `roads.cut_off`, `roads.unsorted`, `roads.no_roads`,
    `roads.build_failed`; StoreError `roads.busy`, `roads.full`.
    """
    require_engine()
    program, found = _program(), roads_extract.inspect(extract)
    with roads_map.locked(home):
        roads_map.clear(home)
        folder = home / "roads" / f"map-{os.getpid()}-{os.urandom(4).hex()}"
        try:
            (folder / "tiles").mkdir(mode=0o700, parents=True)
            _run(program, extract, folder, progress)
            new = _described(folder, extract, found, built_at)
            roads_map.take_over(home, new)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return new


def _program() -> Path:
    """The builder: beside pyvalhalla, else on PATH. Raises UsageError `roads.no_builder`."""
    spec = find_spec("valhalla")
    beside = Path(spec.origin).parent / "bin" if spec and spec.origin else Path()
    found = shutil.which(PROGRAM, path=str(beside)) or shutil.which(PROGRAM)
    if not found:
        raise UsageError("roads.no_builder", python=f"{sys.version_info[0]}.{sys.version_info[1]}")
    return Path(found)


def _run(program: Path, extract: Path, folder: Path, progress: Callable[[float], None]) -> None:
    settings = folder / "build.json"
    wanted = configuration(folder / "tiles")
    wanted["mjolnir"]["concurrency"] = os.cpu_count() or 1
    wanted["mjolnir"]["data_processing"]["use_admin_db"] = False
    settings.write_text(json.dumps(wanted), encoding="utf-8")
    with subprocess.Popen(  # noqa: S603 - our own builder on a path
        [program, "-c", settings, extract.absolute()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(program),
        text=True,
        errors="replace",
    ) as builder:
        try:
            last = _listen(builder, progress)
        except BaseException:
            builder.kill()
            raise
    settings.unlink()
    if builder.returncode:
        raise _failure(extract, builder.returncode, last)
    if not any((folder / "tiles").rglob("*.gph")):
        raise BadInputError("roads.no_roads", file=str(extract))


def _listen(builder: subprocess.Popen[str], progress: Callable[[float], None]) -> list[str]:
    """Follow the builder until it ends; its last lines."""
    last: list[str] = []
    for line in builder.stdout or ():
        last = [*last[-9:], line.strip()]
        done = next((i for i, step in enumerate(_STEPS, 1) if "[TIMING]" in line and step in line), 0)
        if done:
            progress(done / len(_STEPS))
    return last


def _environment(program: Path) -> Mapping[str, str]:
    """On Windows the builder's libraries are found by PATH only."""
    libraries = program.parent.parent.parent / "pyvalhalla.libs"
    if os.name != "nt" or not libraries.is_dir():
        return os.environ
    return {**os.environ, "PATH": f"{libraries}{os.pathsep}{os.environ.get('PATH', '')}"}


def _failure(extract: Path, status: int, last: list[str]) -> BadInputError | StoreError:
    said = "\n".join(last)
    if "unsorted input" in said:
        return BadInputError("roads.unsorted", file=str(extract))
    if "No space left" in said:
        return StoreError("roads.full")
    what = next((line.partition("what():")[2].strip() for line in last if "what():" in line), "")
    return BadInputError("roads.build_failed", file=str(extract), status=status, reason=what or _plain(said))


def _plain(said: str) -> str:
    """The builder's last line without its colours and time."""
    line = said.rpartition("\n")[2]
    return re.sub(r"\x1b\[[0-9;]*m|^[0-9-]+ [0-9:.]+ ", "", line)[:200]


def _described(folder: Path, extract: Path, found: Extract, built_at: str) -> RoadMap:
    tiles = folder / "tiles"
    return RoadMap(
        folder=folder,
        source=extract.name,
        source_bytes=found.bytes,
        data_at=found.data_at,
        built_at=built_at,
        engine=engine_version(),
        extent=found.extent or _extent(tiles),
        bytes=sum(file.stat().st_size for file in tiles.rglob("*") if file.is_file()),
    )


def _extent(tiles: Path) -> Extent:
    """What the tiles cover, to a quarter of a degree, where the extract does not say it."""
    rows, columns = set(), set()
    for file in (tiles / "2").rglob("*.gph"):
        number = 0
        with contextlib.suppress(ValueError):
            number = int("".join(file.relative_to(tiles / "2").with_suffix("").parts))
        rows.add(number // _TILES_A_ROW)
        columns.add(number % _TILES_A_ROW)
    south, west = min(rows) * _DEGREES_A_TILE - 90, min(columns) * _DEGREES_A_TILE - 180
    north, east = (max(rows) + 1) * _DEGREES_A_TILE - 90, (max(columns) + 1) * _DEGREES_A_TILE - 180
    return south, west, north, east
