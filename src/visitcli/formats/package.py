"""The package that the office receives: a Data Package v2 (https://datapackage.org/) in one zip file.

Its bytes follow from the records alone: the order of entries, their times and attributes are fixed, nothing is
compressed, and the package's id is a UUIDv7 whose time is the latest record's end and whose other bits are the
SHA-256 of what the package says.
"""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from visitcli.domain.errors import BadInputError
from visitcli.domain.ids import uuid7
from visitcli.formats.formulas import FORMULA_STARTS, GUARD
from visitcli.formats.package_tables import DIALECT, TABLES, Tables, schema
from visitcli.words import LANGUAGES, Words

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
DESCRIPTOR = "datapackage.json"
FORMAT = 1
CHUNK = 1 << 20

# Suffixes that stay in the package, so that the office can open the file. All others become `.bin`: a table or an
# archive that a customer gave is no table of ours, and validators would read it as one.
MEDIA_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".heic": "image/heic", ".heif": "image/heif",
    ".webp": "image/webp", ".gif": "image/gif", ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".amr": "audio/amr", ".wav": "audio/wav",
    ".ogg": "audio/ogg", ".opus": "audio/opus", ".flac": "audio/flac", ".3gp": "video/3gpp", ".mp4": "video/mp4",
    ".mov": "video/quicktime", ".webm": "video/webm", ".pdf": "application/pdf",
}  # fmt: skip
OPAQUE, OPAQUE_TYPE = ".bin", "application/octet-stream"

Advance = Callable[[int], None]
Head = tuple[int, str]
"""Number of an event and the journal's chain there, hexadecimal."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that travels in the package: how it is opened, its place in the package, its SHA-256 and size."""

    opened: Callable[[], IO[bytes]]
    path: str
    sha256: str
    bytes: int


def media_path(sha256: str, suffix: str) -> str:
    """The place of an attached file in the package."""
    return f"media/{sha256}{suffix if suffix in MEDIA_TYPES else OPAQUE}"


def write(
    target: IO[bytes],
    tables: Tables,
    media: Sequence[MediaFile],
    created: str,
    advance: Advance = lambda _: None,
    head: Head | None = None,
) -> str:
    """Write a package and return its id.

    `created`: the end of the latest record, ISO 8601 with offset. `head`: the journal at the newest of the visits'
    events, for the office to hold. `advance(n)` is told of every n bytes of media
    written.
    Raises BadInputError `export.media_changed` where a file is no longer what it was.
    """
    texts = {table.path: tables.contents(table) for table in TABLES}
    files = {file.path: file for file in media}
    described = descriptor(texts, list(files.values()), tables.records, created, head)
    texts[DESCRIPTOR] = (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted((*texts, *files), key=lambda name: (name != DESCRIPTOR, name)):
            if path in texts:
                archive.writestr(_entry(path, len(texts[path])), texts[path])
            else:
                with archive.open(_entry(path, files[path].bytes), "w") as entry:
                    _copy(files[path], entry, advance)
    return str(described["id"])


def descriptor(
    texts: Mapping[str, bytes], media: Sequence[MediaFile], records: int, created: str, head: Head | None = None
) -> dict[str, Any]:
    """datapackage.json as an object, its id derived from all the rest."""
    words = tuple(Words(language) for language in LANGUAGES)
    rules = {"character": GUARD, "before": [*FORMULA_STARTS, GUARD], "types": ["string"]}
    body = {
        "created": created,
        "title": _both(words, "package.title"),
        "description": _both(words, "package.description"),
        "visitcli": {"format": FORMAT, "records": records, "formula_prefix": rules, "journal": _head(head)},
        "resources": [*_tables(texts, words), *_media(media)],
    }
    package_id = identity(body, created)
    return {"$schema": PROFILE, "name": f"visitcli-{package_id}", "id": package_id, **body}


def _head(head: Head | None) -> dict[str, Any] | None:
    return {"seq": head[0], "chain": head[1]} if head else None


def identity(described: Mapping[str, Any], created: str) -> str:
    """The id that follows from a descriptor: it names every resource by its hash, so it stands for all contents."""
    contents = {key: value for key, value in described.items() if key not in ("$schema", "name", "id")}
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    moment = datetime.fromisoformat(created)
    return uuid7(int(moment.timestamp() * 1000), hashlib.sha256(text.encode()).digest()[:10])


def _both(words: tuple[Words, ...], key: str) -> str:
    return " / ".join(language.text(key) for language in words)


def _tables(texts: Mapping[str, bytes], words: tuple[Words, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": table.name,
            "type": "table",
            "path": table.path,
            "title": _both(words, f"package.table.{table.name}"),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(texts[table.path]),
            "hash": f"sha256:{hashlib.sha256(texts[table.path]).hexdigest()}",
            "dialect": DIALECT,
            "schema": schema(table, words),
        }
        for table in TABLES
    ]


def _media(media: Sequence[MediaFile]) -> list[dict[str, Any]]:
    return [
        {
            "name": file.path.replace("/", "-"),
            "path": file.path,
            "format": Path(file.path).suffix[1:],
            "mediatype": MEDIA_TYPES.get(Path(file.path).suffix, OPAQUE_TYPE),
            "bytes": file.bytes,
            "hash": f"sha256:{file.sha256}",
        }
        for file in sorted(media, key=lambda file: file.path)
    ]


def _entry(path: str, size: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system = 3  # Unix, wherever it is written
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    entry.file_size = size
    return entry


def _copy(file: MediaFile, target: IO[bytes], advance: Advance) -> None:
    digester, size = hashlib.sha256(), 0
    with file.opened() as source:
        while chunk := source.read(CHUNK):
            digester.update(chunk)
            size += target.write(chunk)
            advance(len(chunk))
    if digester.hexdigest() != file.sha256 or size != file.bytes:
        raise BadInputError("export.media_changed", file=file.path)


def sha256_of(stream: IO[bytes], advance: Advance = lambda _: None) -> tuple[str, int]:
    """SHA-256 and size of what a stream still holds, read piece by piece."""
    digester, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digester.update(chunk)
        size += len(chunk)
        advance(len(chunk))
    return digester.hexdigest(), size
