"""Files as the system has them: opened without waiting for anybody, and written whole or not at all.

Beside the domain on the ground floor, so that every room above it writes in this one way; the domain itself and the
planner touch no files.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_BINARY = getattr(os, "O_BINARY", 0)
_AT_ONCE = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY"))


def open_at_once(path: Path) -> tuple[int, os.stat_result]:
    """A descriptor to read from, and what was opened: with a pipe or a device, the caller has not waited.

    Raises OSError, and ValueError for a path that no system could have (it holds NUL).
    """
    descriptor = os.open(path, os.O_RDONLY | _AT_ONCE | _BINARY)
    try:
        return descriptor, os.fstat(descriptor)
    except BaseException:
        os.close(descriptor)
        raise


@contextlib.contextmanager
def part_of(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file in the folder to write to and read back, readable by its owner only and gone when the block ends
    unless `put` has named it."""
    part = folder / f".visitcli-{os.getpid()}-{os.urandom(4).hex()}.part"
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY, 0o600), "w+b") as stream:
            yield part, stream
    finally:
        part.unlink(missing_ok=True)


def put(part: Path, stream: IO[bytes], target: Path) -> None:
    """Give a written part its name; durable when this returns."""
    stream.flush()
    os.fsync(stream.fileno())
    stream.close()
    part.replace(target)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
