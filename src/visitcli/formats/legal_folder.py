"""The folder for the legal route: written beside its place and named when it is whole, never over anything else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from visitcli.domain.errors import BadInputError
from visitcli.formats.formulas import guarded

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: its name, its headings, its rows. It opens in a spreadsheet: UTF-8 with BOM, no formula runs."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    @property
    def content(self) -> bytes:
        """The file."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows([["" if cell is None else guarded(str(cell)) for cell in row] for row in self.rows])
        return b"\xef\xbb\xbf" + text.getvalue().encode()


def write(
    folder: Path,
    texts: Mapping[str, str],
    sheets: Sequence[Sheet],
    copies: Mapping[str, Callable[[], IO[bytes]]],
    about: Mapping[str, Any],
) -> dict[str, str]:
    """Write the folder and give the SHA-256 of each file by its name in it; `manifest.json` has them with `about`.

    `copies`: what opens the files to be copied, by their names in the folder. Raises BadInputError `legal.not_empty`
    where something is there already, `legal.unwritable`, `legal.copy_missing`.
    """
    target = folder.expanduser().absolute()
    part = target.parent / f".{target.name}-{os.getpid()}-{os.urandom(4).hex()}.part"
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BadInputError("legal.not_empty", folder=str(folder))
        part.mkdir(mode=0o700, parents=True)
        hashes = _filled(part, texts, sheets, copies)
        manifest = {**about, "files": dict(sorted(hashes.items()))}
        _put(part / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        if target.exists():
            target.rmdir()
        part.rename(target)
    except OSError as error:
        raise BadInputError("legal.unwritable", folder=str(folder), reason=error.strerror or "") from error
    finally:
        if part.exists():
            shutil.rmtree(part, ignore_errors=True)
    return hashes


def _filled(
    part: Path, texts: Mapping[str, str], sheets: Sequence[Sheet], copies: Mapping[str, Callable[[], IO[bytes]]]
) -> dict[str, str]:
    contents = {name: text.encode() for name, text in texts.items()}
    contents |= {sheet.name: sheet.content for sheet in sheets}
    hashes = {name: _put(part / name, content) for name, content in contents.items()}
    for name, opened in copies.items():
        (part / name).parent.mkdir(mode=0o700, exist_ok=True)
        try:
            with opened() as source:
                hashes[name] = _copy(source, part / name)
        except FileNotFoundError as error:
            raise BadInputError("legal.copy_missing", file=name) from error
    return hashes


def _put(path: Path, content: bytes) -> str:
    return _copy(io.BytesIO(content), path)


def _copy(source: IO[bytes], path: Path) -> str:
    digester = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        while chunk := source.read(1 << 20):
            digester.update(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return digester.hexdigest()
