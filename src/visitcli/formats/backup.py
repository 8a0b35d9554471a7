"""A backup: one zip file with the encrypted database, the wrapped key that opens it, and the settings, sealed.

It opens with the passphrase or the recovery code of the day on which it was made. Everything in it is encrypted but
`backup.json`, which counts and names nobody.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from visitcli.domain.errors import BadInputError

SUFFIX = ".backup"
ABOUT, DATABASE, KEY, SETTINGS = "backup.json", "visitcli.db", "store.key", "settings.toml.age"
FORMAT = 1
LARGEST_SMALL = 256 * 1024
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a backup says of itself. `seq`, `chain` (hexadecimal): the journal's head; `rows` by table; `files`: the
    SHA-256 of each entry."""

    store_id: str
    made_at: str
    schema: int
    seq: int
    chain: str
    rows: dict[str, int]
    files: dict[str, str]


def write(target: IO[bytes], database: Path, small: Mapping[str, bytes], about: Mapping[str, Any]) -> About:
    """Write a backup; `small`: its other entries by name. `about` without `files`."""
    files = {name: hashlib.sha256(content).hexdigest() for name, content in small.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        with database.open("rb") as source, archive.open(_entry(DATABASE), "w", force_zip64=True) as entry:
            files[DATABASE] = _copied(source, entry)
        for name, content in small.items():
            archive.writestr(_entry(name), content)
        whole = About(**about, files=files)
        archive.writestr(_entry(ABOUT), json.dumps({"visitcli_backup": FORMAT, **asdict(whole)}, indent=1))
    return whole


def read(path: Path) -> About:
    """What the backup says of itself. Raises BadInputError `restore.unreadable`, `restore.not_a_backup`."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = json.loads(_small(archive, ABOUT))
        if found.pop("visitcli_backup") != FORMAT:
            raise ValueError(path)
        return About(**found)
    except OSError as error:
        raise BadInputError("restore.unreadable", file=str(path), reason=error.strerror or "") from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInputError("restore.not_a_backup", file=str(path)) from error


def small_entry(path: Path, about: About, name: str) -> bytes | None:
    """One of the small entries; None where the backup has none of that name. Raises BadInputError `restore.damaged`."""
    if name not in about.files:
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            content = _small(archive, name)
    except (OSError, zipfile.BadZipFile, KeyError, NotImplementedError, ValueError) as error:
        raise BadInputError("restore.damaged", file=str(path), entry=name) from error
    if hashlib.sha256(content).hexdigest() != about.files[name]:
        raise BadInputError("restore.damaged", file=str(path), entry=name)
    return content


def unpack_database(path: Path, about: About, target: IO[bytes]) -> None:
    """Write the database out. Raises BadInputError `restore.damaged`."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(DATABASE) as source:
            found = _copied(source, target)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, ValueError, EOFError) as error:
        raise BadInputError("restore.damaged", file=str(path), entry=DATABASE) from error
    if found != about.files.get(DATABASE):
        raise BadInputError("restore.damaged", file=str(path), entry=DATABASE)


def copy_file(source: Path, target: IO[bytes]) -> None:
    """Copy a file piece by piece."""
    with source.open("rb") as stream:
        shutil.copyfileobj(stream, target, _CHUNK)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(LARGEST_SMALL + 1)
    if len(content) > LARGEST_SMALL:
        raise ValueError(name)
    return content


def _copied(source: IO[bytes], target: IO[bytes]) -> str:
    digester = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digester.update(chunk)
        target.write(chunk)
    return digester.hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o100600 << 16
    return entry
