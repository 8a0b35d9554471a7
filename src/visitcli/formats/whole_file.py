"""A file that is there whole or not at all, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def part_of(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file in the folder to write to and read back, gone when the block ends unless `put` has named it."""
    part = folder / f".visitcli-{os.getpid()}-{secrets.token_hex(4)}.part"
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


_BINARY = getattr(os, "O_BINARY", 0)
