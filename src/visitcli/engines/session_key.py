"""The key of an unlocked day: a file of the user's own in memory (tmpfs), gone at the latest when the device restarts.

Read at every command, so nothing here imports more than the standard library's smallest.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from visitcli.domain.errors import StoreError
from visitcli.files import part_of, put

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_SHARED = Path("/dev/shm")  # noqa: S108 - a folder of the user's own is made in it


def places(environ: Mapping[str, str]) -> list[Path]:
    """Where the key may be kept, the best first; none where the system has no such place."""
    if os.name != "posix":
        return []
    given = environ.get("XDG_RUNTIME_DIR", "")
    return [*([Path(given) / "visitcli"] if given else []), _SHARED / f"visitcli-{os.getuid()}"]


def read(folders: list[Path], store_id: str, now: datetime) -> bytes | None:
    """The key of this store, where it is unlocked at this moment."""
    for folder in folders:
        path = folder / f"{store_id}.key"
        if not _is_mine(folder, stat.S_ISDIR) or not _is_mine(path, stat.S_ISREG):
            continue
        with contextlib.suppress(OSError, ValueError):
            until, _, key = path.read_text("ascii").strip().partition("\n")
            if now < datetime.fromisoformat(until):
                return bytes.fromhex(key)
            path.unlink()
    return None


def until(folders: list[Path], store_id: str) -> datetime | None:
    """Until when this store is unlocked."""
    for folder in folders:
        path = folder / f"{store_id}.key"
        if _is_mine(path, stat.S_ISREG):
            with contextlib.suppress(OSError, ValueError):
                return datetime.fromisoformat(path.read_text("ascii").partition("\n")[0])
    return None


def write(folders: list[Path], store_id: str, key: bytes, until: datetime) -> Path:
    """Keep the key until this moment; gives the file. Raises StoreError `unlock.no_safe_place`."""
    for folder in folders:
        with contextlib.suppress(OSError):
            if not is_in_memory(folder.parent):
                continue
            folder.mkdir(mode=0o700, exist_ok=True)
            if not _is_mine(folder, stat.S_ISDIR):
                continue
            with part_of(folder) as (part, stream):
                stream.write(f"{until.isoformat()}\n{key.hex()}\n".encode())
                put(part, stream, folder / f"{store_id}.key")
            return folder / f"{store_id}.key"
    raise StoreError("unlock.no_safe_place")


def forget(folders: list[Path], store_id: str) -> bool:
    """Forget the key; whether there was one."""
    gone = False
    for folder in folders:
        with contextlib.suppress(OSError):
            (folder / f"{store_id}.key").unlink()
            gone = True
    return gone


def is_in_memory(folder: Path) -> bool:
    """Whether what is written there never reaches a disk by itself (swap apart)."""
    try:
        where = str(folder.resolve(strict=True))
        mounts = Path("/proc/mounts").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    best, kind = "", ""
    for line in mounts:
        _, point, found, *_ = line.split(" ")
        inside = where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind in _IN_MEMORY


def _is_mine(path: Path, kind: Callable[[int], bool]) -> bool:
    """Whether it is of this kind, the user's own, open to nobody else, and no link."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return kind(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077
