"""An extract of OpenStreetMap in its PBF form: whether it is one, whether it is whole, and what it says of itself.

Read as the format's specification has it (OpenStreetMap wiki, "PBF Format"): a file is a row of blobs, each behind a
four-byte length (big-endian) and a BlobHeader with the blob's type and size; the first one's type is `OSMHeader` and
its content a HeaderBlock. Blobs of map data are stepped over, not read. Of protocol buffers only what this needs.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from visitcli.domain.errors import BadInputError
from visitcli.files import open_at_once

Extent = tuple[float, float, float, float]  # south, west, north, east; WGS-84 decimal degrees
_Fields = dict[int, int | bytes]

MOST_HEADER = 64 * 1024  # bytes; the specification's own limits
MOST_BLOB = 32 * 1024 * 1024
_NANODEGREES = 1e9


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract's size in bytes and, where its header says so, its extent and the time of its data (ISO 8601, UTC)."""

    bytes: int
    extent: Extent | None
    data_at: str | None


def inspect(path: Path) -> Extract:
    """Look an extract over before hours are spent on it.

    Raises BadInputError with the file: `roads.unreadable`, `roads.not_pbf`, `roads.cut_off`.
    """
    try:
        descriptor, status = open_at_once(path)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(status.st_mode):
                raise BadInputError("roads.not_pbf", file=str(path))
            return _inspect(stream, path, status.st_size)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or ""
        raise BadInputError("roads.unreadable", file=str(path), reason=reason) from error


def _inspect(stream: IO[bytes], path: Path, size: int) -> Extract:
    kind, length = _blob_header(stream, path, size)
    if kind != b"OSMHeader":
        raise BadInputError("roads.not_pbf", file=str(path))
    try:
        header = _fields(_content(stream.read(length)))
    except (ValueError, IndexError, zlib.error) as error:
        raise BadInputError("roads.not_pbf", file=str(path)) from error
    _step_through(stream, path, size)
    return Extract(size, _extent(header.get(1)), _time(header.get(32)))


def _step_through(stream: IO[bytes], path: Path, size: int) -> None:
    while stream.tell() < size:
        _, length = _blob_header(stream, path, size)
        stream.seek(length, 1)


def _blob_header(stream: IO[bytes], path: Path, size: int) -> tuple[bytes, int]:
    """Type and length of the blob that comes next."""
    first = stream.tell() == 0
    wrong = BadInputError("roads.not_pbf" if first else "roads.cut_off", file=str(path))
    length = int.from_bytes(stream.read(4), "big")
    if not 0 < length <= MOST_HEADER:
        raise wrong
    try:
        header = _fields(stream.read(length))
        kind, blob = header[1], header[3]
    except (ValueError, IndexError, KeyError) as error:
        raise wrong from error
    if not isinstance(kind, bytes) or not isinstance(blob, int) or blob > MOST_BLOB:
        raise wrong
    if stream.tell() + blob > size:
        raise BadInputError("roads.cut_off" if kind == b"OSMHeader" else wrong.code, file=str(path))
    return kind, blob


def _content(blob: bytes) -> bytes:
    """A blob's bytes: as they are (1) or by zlib (3), bounded; other packings are not used by anybody's header."""
    fields = _fields(blob)
    raw, packed = fields.get(1), fields.get(3)
    if isinstance(raw, bytes):
        return raw
    if isinstance(packed, bytes):
        return zlib.decompressobj().decompress(packed, MOST_BLOB)
    raise ValueError(blob[:20])


def _fields(message: bytes) -> _Fields:
    """A message's fields by number, the last of each: varints as int, length-delimited ones as bytes."""
    return dict(_each_field(message))


def _each_field(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
        elif wire == 2:
            length, at = _varint(message, at)
            if at + length > len(message):
                raise ValueError(length)
            yield number, message[at : at + length]
            at += length
        else:
            raise ValueError(wire)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise ValueError(shift)


def _extent(box: int | bytes | None) -> Extent | None:
    """HeaderBBox: left, right, top, bottom as zigzag nanodegrees."""
    if not isinstance(box, bytes):
        return None
    with suppress(ValueError, IndexError):
        sides = _fields(box)
        left, right, top, bottom = (sides.get(number) for number in (1, 2, 3, 4))
        if isinstance(left, int) and isinstance(right, int) and isinstance(top, int) and isinstance(bottom, int):
            return _degrees(bottom), _degrees(left), _degrees(top), _degrees(right)
    return None


def _degrees(zigzag: int) -> float:
    return round(((zigzag >> 1) ^ -(zigzag & 1)) / _NANODEGREES, 6)


def _time(seconds: int | bytes | None) -> str | None:
    """The header's osmosis_replication_timestamp."""
    if not isinstance(seconds, int):
        return None
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    return None
