"""The journal's newest hash, kept outside the database.

SQLite drops without a word what a damaged write-ahead log holds, and a copy of yesterday's file looks as sound as
today's. So the number and chain of the newest event stand in a small file beside the database as well: written after
every commit in place, without waiting for the disk (it may stay behind, never ahead), and made durable with the
checkpoint. Two slots are written by turns, each with a code (HMAC-SHA-256 under a key of the store's own): a torn write
leaves the other one.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from visitcli.files import part_of, put
from visitcli.store.database import ANCHOR

_MAGIC = b"VISCANC1"
_SEQ, _CHAIN, _CODE = 8, 32, 32
_SLOT = _SEQ + _CHAIN + _CODE
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The newest event's number and chain; number 0 where there is none yet."""

    seq: int
    chain: bytes


class Anchor:
    """The anchor of one store. `secret`: 32 bytes of the store's own."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self.path = folder / ANCHOR
        self._secret = secret
        self._descriptor: int | None = None
        self._unsynced = False

    @property
    def exists(self) -> bool:
        """Whether the file is there, whole or not."""
        return self.path.exists()

    def read(self) -> Head | None:
        """The newest head that stands there; None where there is none, or none is whole."""
        with contextlib.suppress(OSError):
            return max((head for head in self._slots(self.path.read_bytes()) if head), default=None)
        return None

    def follow(self, head: Head) -> None:
        """Write the head of what has just been committed into the older slot. An anchor that cannot be written is no
        reason to refuse an answer that is saved: `doctor` says that it stays behind."""
        with contextlib.suppress(OSError):
            if self._descriptor is None:
                self._descriptor = os.open(self.path, os.O_RDWR | _BINARY)
            raw = _at(self._descriptor, 0, len(_MAGIC) + 2 * _SLOT)
            first, second = (raw[at : at + _SEQ] for at in (len(_MAGIC), len(_MAGIC) + _SLOT))
            older = int(first > second)
            os.lseek(self._descriptor, len(_MAGIC) + older * _SLOT, os.SEEK_SET)
            os.write(self._descriptor, self._slot(head))
            self._unsynced = True

    def replace(self, head: Head) -> None:
        """Make the file anew, durable and with this head alone."""
        self._let_go()
        with part_of(self.path.parent) as (part, stream):
            stream.write(_MAGIC + 2 * self._slot(head))
            put(part, stream, self.path)

    def sync(self) -> None:
        """Make durable what was written."""
        if self._descriptor is not None and self._unsynced:
            with contextlib.suppress(OSError):
                os.fsync(self._descriptor)
                self._unsynced = False

    def close(self) -> None:
        """Make durable what was written, and let go of the file."""
        self.sync()
        self._let_go()

    def _let_go(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _slot(self, head: Head) -> bytes:
        body = head.seq.to_bytes(_SEQ, "big") + head.chain
        return body + hmac.digest(self._secret, body, hashlib.sha256)

    def _slots(self, raw: bytes) -> list[Head | None]:
        if raw[: len(_MAGIC)] != _MAGIC:
            return [None, None]
        return [self._head(raw[start : start + _SLOT]) for start in (len(_MAGIC), len(_MAGIC) + _SLOT)]

    def _head(self, slot: bytes) -> Head | None:
        body, code = slot[: _SEQ + _CHAIN], slot[_SEQ + _CHAIN :]
        if not hmac.compare_digest(code, hmac.digest(self._secret, body, hashlib.sha256)):
            return None
        return Head(int.from_bytes(body[:_SEQ], "big"), body[_SEQ:])


def _at(descriptor: int, offset: int, size: int) -> bytes:
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)
