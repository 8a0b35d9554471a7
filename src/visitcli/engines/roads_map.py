"""The road map that lies in the home folder: what it is, and how one takes another's place.

`roads/current` names the folder of the map that holds, and is replaced in one step: a build that is broken off at any
moment leaves the map that was there. One build at a time: `roads/lock` is held by the process and let go with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from visitcli.domain.errors import NotFoundError, StoreError
from visitcli.engines.roads_extract import Extent
from visitcli.files import part_of, put

_SEALS = "map.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadMap:
    """A map: the extract's name, size and (where it says so) the time of its data; when it was built and by what;
    its extent in WGS-84 degrees and its size on the disk in bytes."""

    folder: Path
    source: str
    source_bytes: int
    data_at: str | None
    built_at: str
    engine: str
    extent: Extent
    bytes: int

    @property
    def tiles(self) -> Path:
        """The folder of Valhalla's tiles."""
        return self.folder / "tiles"


def current(home: Path) -> RoadMap | None:
    """The map of a home folder; None where none was built, or its folder is gone."""
    roads = home / "roads"
    try:
        folder = roads / (roads / "current").read_text(encoding="ascii").strip()
        said = json.loads((folder / _SEALS).read_text(encoding="utf-8"))
        return RoadMap(**{**said, "folder": folder, "extent": tuple(said["extent"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def take_over(home: Path, new: RoadMap) -> None:
    """The new map holds from now on; the one before is removed."""
    said = {key: value for key, value in asdict(new).items() if key != "folder"}
    for name, text in ((new.folder / _SEALS, json.dumps(said)), (home / "roads" / "current", new.folder.name)):
        with part_of(name.parent) as (part, stream):
            stream.write(text.encode())
            put(part, stream, name)
    clear(home)


def remove(home: Path) -> RoadMap:
    """Take the map away. Raises NotFoundError `roads.no_map`."""
    with locked(home):
        found = current(home)
        if found is None:
            raise NotFoundError("roads.no_map")
        (home / "roads" / "current").unlink()
        clear(home)
    return found


def clear(home: Path) -> None:
    """Remove every folder but that of the map that holds: older maps, and what a broken build left."""
    kept = current(home)
    for folder in (home / "roads").iterdir():
        if folder.is_dir() and (kept is None or folder != kept.folder):
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Only one process builds or removes. Raises StoreError `roads.busy`."""
    folder = home / "roads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as stream:
        try:
            _lock(stream)
        except OSError as error:
            raise StoreError("roads.busy", path=str(folder)) from error
        yield


def _lock(stream: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
