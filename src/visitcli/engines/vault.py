"""Attached files as they lie on the device: each sealed (age v1, engines/sealing.py) for a key that only the store
has, under a name that tells nothing, streamed in and out."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from visitcli.engines import sealing
from visitcli.files import part_of, put

SUFFIX = ".age"


class Vault:
    """The attached files of one store. `secret`: 32 bytes of the store's own; the X25519 key follows from it, so that
    who has the store's key opens them with any age program."""

    def __init__(self, folder: Path, secret: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self.folder = folder
        self._secret = secret
        self._random_bytes = random_bytes

    def place(self, name: str) -> Path:
        """Where the file of this name lies, or would."""
        return self.folder / (hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()[:40] + SUFFIX)

    @contextlib.contextmanager
    def new(self) -> Iterator[Entry]:
        """A new file to write to; gone when the block ends unless `keep` has named it."""
        with part_of(self.folder) as (part, stream):
            yield Entry(self, part, stream, sealing.Sealer(stream, sealing.public_of(self._secret), self._random_bytes))

    def open(self, name: str) -> IO[bytes]:
        """What the file holds, piece by piece. Raises OSError, and BadInputError `sealing.*` where it is not whole."""
        path = self.place(name)
        return io.BufferedReader(_Opened(path.open("rb"), self._secret, name), buffer_size=sealing.CHUNK)


class Entry:
    """A file on its way in."""

    def __init__(self, vault: Vault, part: Path, stream: IO[bytes], sealer: sealing.Sealer) -> None:
        self._vault, self._part, self._stream, self._sealer = vault, part, stream, sealer

    def write(self, chunk: bytes) -> int:
        """Take a piece in; its size."""
        self._sealer.write(chunk)
        return len(chunk)

    def keep(self, name: str) -> None:
        """Give it its name; durable when this returns."""
        self._sealer.close()
        put(self._part, self._stream, self._vault.place(name))


class _Opened(sealing.Unsealed):
    """Closes the sealed file with itself."""

    def __init__(self, source: IO[bytes], secret: bytes, name: str) -> None:
        self._sealed = source
        try:
            super().__init__(source, secret, name)
        except BaseException:
            source.close()
            raise

    def close(self) -> None:
        self._sealed.close()
        super().close()
