"""Whether a file is a package as visitcli writes it, whole: what the office asks before it sends a receipt.

Nothing is unpacked to the disk and nothing is taken on trust: only plain, uncompressed entries under the names that a
package can have, no more bytes than the file itself holds, each resource with the size and SHA-256 that the
descriptor gives, and an id that follows from the descriptor.
"""

from __future__ import annotations

import io
import json
import re
import stat
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from visitcli.domain.errors import BadInputError
from visitcli.formats.package import DESCRIPTOR, PROFILE, Advance, Head, identity, sha256_of
from visitcli.formats.package_tables import SHA256, TABLES, UUID7

LARGEST_FILE = 64 << 30
LARGEST_DIRECTORY = 32 << 20
LARGEST_DESCRIPTOR = 64 << 20
MOST_ENTRIES = 100_000

_MEDIA = re.compile(rf"media/{SHA256}\.[a-z0-9]{{1,5}}")
_TABLES = frozenset(table.path for table in TABLES)
_END, _END_64, _WHERE_64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")


@dataclass(frozen=True, slots=True)
class Checked:
    """A package found whole. `records`: finished visits and contacts; `sha256`, `bytes`: of the file; `head`: the
    journal at its newest event."""

    package_id: str
    sha256: str
    bytes: int
    records: int
    media: int
    head: Head | None = None


def check(path: Path, advance: Advance = lambda _: None) -> Checked:
    """Read a package through. `advance(n)` is told of every n bytes.

    Raises BadInputError: `package.unreadable`, `package.not_a_package`, `package.too_large`, `package.hostile` (with
    `entry`: a name or kind of entry that no package has), `package.descriptor` (with `reason`), `package.damaged`
    (with `entry`: not what the descriptor says).
    """
    try:
        if path.exists() and not path.is_file():
            raise BadInputError("package.not_a_package", file=str(path))
        with path.open("rb") as stream:
            return _check(path, stream, advance)
    except OSError as error:
        raise BadInputError("package.unreadable", file=str(path), reason=error.strerror or "") from error
    except (zipfile.BadZipFile, NotImplementedError, struct.error, EOFError, ValueError, OverflowError) as error:
        raise BadInputError("package.not_a_package", file=str(path)) from error


def _check(path: Path, stream: IO[bytes], advance: Advance) -> Checked:
    _refuse_bombs(path, stream)
    sha256, size = sha256_of(stream, advance)
    with zipfile.ZipFile(stream) as archive:
        entries = _entries(path, archive, size)
        described = _descriptor(path, archive, entries)
        for resource in described["resources"]:
            _compare(path, archive, entries, resource, advance)
    own, media = described["visitcli"], len(entries) - len(TABLES) - 1
    return Checked(described["id"], sha256, size, own["records"], media, _head(own.get("journal")))


def _head(found: object) -> Head | None:
    """What the office is given of the journal; nothing where it is not as it is written."""
    if isinstance(found, dict) and isinstance(found.get("seq"), int) and re.fullmatch(SHA256, str(found.get("chain"))):
        return found["seq"], str(found["chain"])
    return None


def _refuse_bombs(path: Path, stream: IO[bytes]) -> None:
    """Look at the zip's last record before anything reads a directory of unknown size into memory."""
    size = stream.seek(0, io.SEEK_END)
    if size > LARGEST_FILE:
        raise BadInputError("package.too_large", file=str(path))
    if size < _END.size + _WHERE_64.size:
        raise BadInputError("package.not_a_package", file=str(path))
    count, directory = _directory(path, stream, size)
    if count > MOST_ENTRIES or directory > LARGEST_DIRECTORY:
        raise BadInputError("package.too_large", file=str(path))
    stream.seek(0)


def _directory(path: Path, stream: IO[bytes], size: int) -> tuple[int, int]:
    """Number of entries and bytes of the zip's directory (APPNOTE 4.3.14-16); a package has no comment after it."""
    stream.seek(size - _END.size)
    mark, _, _, _, count, directory, offset, comment = _END.unpack(stream.read(_END.size))
    if mark != b"PK\5\6" or comment:
        raise BadInputError("package.not_a_package", file=str(path))
    if count == 0xFFFF or 0xFFFFFFFF in (directory, offset):
        stream.seek(size - _END.size - _WHERE_64.size)
        _, _, at, _ = _WHERE_64.unpack(stream.read(_WHERE_64.size))
        stream.seek(at)
        record = _END_64.unpack(stream.read(_END_64.size))
        count, directory = record[7], record[8]
    return count, directory


def _entries(path: Path, archive: zipfile.ZipFile, size: int) -> Mapping[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        if entry.filename in found or not _is_plain(entry):
            raise BadInputError("package.hostile", file=str(path), entry=entry.filename)
        found[entry.filename] = entry
    # Stored entries that claim more than the file holds lie over each other.
    if sum(entry.file_size for entry in found.values()) > size:
        raise BadInputError("package.hostile", file=str(path), entry=DESCRIPTOR)
    absent = next((name for name in (DESCRIPTOR, *sorted(_TABLES)) if name not in found), None)
    if absent:
        raise BadInputError("package.descriptor", file=str(path), reason=absent)
    return found


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    named = entry.filename in _TABLES or entry.filename == DESCRIPTOR or _MEDIA.fullmatch(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    stored = entry.compress_type == zipfile.ZIP_STORED and entry.compress_size == entry.file_size
    return (
        bool(named)
        and entry.orig_filename == entry.filename
        and kind in (0, stat.S_IFREG)
        and stored
        and not entry.flag_bits
    )


def _descriptor(path: Path, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any]:
    def refuse(reason: str) -> BadInputError:
        return BadInputError("package.descriptor", file=str(path), reason=reason)

    if entries[DESCRIPTOR].file_size > LARGEST_DESCRIPTOR:
        raise BadInputError("package.too_large", file=str(path))
    try:
        found = json.loads(archive.read(DESCRIPTOR).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise refuse("JSON") from error
    if not isinstance(found, dict) or found.get("$schema") != PROFILE:
        raise refuse("$schema")
    if not re.fullmatch(UUID7, str(found.get("id"))) or found.get("id") != _identity(found):
        raise refuse("id")
    own = found.get("visitcli")
    if not isinstance(own, dict) or not isinstance(own.get("records"), int):
        raise refuse("visitcli")
    if not _names_each_once(found.get("resources"), entries):
        raise refuse("resources")
    return found


def _identity(described: Mapping[str, Any]) -> str | None:
    try:
        return identity(described, str(described.get("created")))
    except (ValueError, OverflowError):
        return None


def _names_each_once(resources: object, entries: Mapping[str, zipfile.ZipInfo]) -> bool:
    if not isinstance(resources, list) or not all(isinstance(resource, dict) for resource in resources):
        return False
    paths = [str(resource.get("path")) for resource in resources]
    return len(paths) == len(entries) - 1 and {*paths, DESCRIPTOR} == set(entries)


def _compare(
    path: Path,
    archive: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    resource: Mapping[str, Any],
    advance: Advance,
) -> None:
    name = resource["path"]
    with archive.open(entries[name]) as stream:
        try:
            sha256, size = sha256_of(stream, advance)
        except zipfile.BadZipFile as error:
            raise BadInputError("package.damaged", file=str(path), entry=name) from error
    if resource.get("hash") != f"sha256:{sha256}" or resource.get("bytes") != size:
        raise BadInputError("package.damaged", file=str(path), entry=name)
