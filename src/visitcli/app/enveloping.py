"""The sealed envelope around a package: signed by this device, for the office alone, numbered, made once and kept."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError
from visitcli.engines import sealing, signing
from visitcli.files import part_of, put
from visitcli.formats import envelope
from visitcli.formats.envelope import Manifest
from visitcli.formats.package import sha256_of
from visitcli.store import device
from visitcli.store.database import private_folder

KEPT = "sealed"
SUFFIX = ".age"
_KEY = "envelope."


@dataclass(frozen=True, slots=True)
class Contents:
    """The Data Package that goes in: its file's name, id, SHA-256, size in bytes and number of records."""

    name: str
    package_id: str
    sha256: str
    bytes: int
    records: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed package: `sender` (base64) and `recipient` (`age1…`) as they are written, `sha256`, `bytes` of it."""

    path: Path
    sequence: int
    sender: str
    recipient: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class _Number:
    """The newest number given out for a recipient; `kept`: its envelope is made."""

    sequence: int
    previous: str
    sha256: str
    package_id: str
    kept: bool = False


def put_in(runtime: Runtime, folder: Path, contents: Contents, package: IO[bytes]) -> Envelope:
    """Seal a package for the office of the settings and give a copy into the folder.

    The same package for the same office is sealed once; later the kept envelope is given again, byte for byte.
    Raises BadInputError `sealing.bad_recipient`, `export.at_once`, `export.different_file`.
    """
    public = sealing.recipient(runtime.settings.seal_key)
    recipient = sealing.written(public)
    private_folder(runtime.home / KEPT)
    kept = _known(runtime, recipient, contents.package_id)
    if kept is None:
        number = _take_number(runtime, recipient, contents)
        kept = runtime.home / KEPT / _name(number.sequence, contents.package_id, recipient)
        _seal(runtime, kept, number, recipient, contents, package)
        _mark(runtime, recipient, number)
    target = folder / (contents.name + SUFFIX)
    sha256, size = _copy(kept, target)
    sender = signing.written(runtime.sign(b"")[0])
    return Envelope(target, int(kept.name.partition("-")[0]), sender, recipient, sha256, size)


def _name(sequence: int, package_id: str, recipient: str) -> str:
    return f"{sequence:06d}-{package_id}-{sha256(recipient.encode()).hexdigest()[:8]}{SUFFIX}"


def _newest(runtime: Runtime, recipient: str) -> _Number | None:
    raw = device.read(runtime.store).get(_KEY + recipient)
    return _Number(**json.loads(raw)) if raw else None


def _known(runtime: Runtime, recipient: str, package_id: str) -> Path | None:
    newest = _newest(runtime, recipient)
    if newest is not None and newest.package_id == package_id and not newest.kept:
        return None  # it was interrupted before it counted
    found = sorted((runtime.home / KEPT).glob("*" + _name(0, package_id, recipient)[6:]))
    return found[0] if found else None


def _take_number(runtime: Runtime, recipient: str, contents: Contents) -> _Number:
    """The number of this package; one whose envelope never came to be is used again."""
    with runtime.store.transaction():
        newest = _newest(runtime, recipient)
        if newest is not None and newest.package_id == contents.package_id:
            return newest
        if newest is None:
            sequence, previous = 1, ""
        elif newest.kept:
            sequence, previous = newest.sequence + 1, newest.sha256
        else:
            (runtime.home / KEPT / _name(newest.sequence, newest.package_id, recipient)).unlink(missing_ok=True)
            sequence, previous = newest.sequence, newest.previous
        number = _Number(sequence, previous, contents.sha256, contents.package_id)
        device.write(runtime.store, {_KEY + recipient: json.dumps(asdict(number))})
    return number


def _mark(runtime: Runtime, recipient: str, number: _Number) -> None:
    with runtime.store.transaction():
        newest = _newest(runtime, recipient)
        if newest is None or newest.package_id != number.package_id:
            raise BadInputError("export.at_once")
        device.write(runtime.store, {_KEY + recipient: json.dumps({**asdict(newest), "kept": True})})


def _seal(
    runtime: Runtime, kept: Path, number: _Number, recipient: str, contents: Contents, package: IO[bytes]
) -> None:
    manifest = Manifest(
        agent=runtime.agent.id,
        sender=signing.written(runtime.sign(b"")[0]),
        recipient=recipient,
        sequence=number.sequence,
        previous=number.previous,
        name=contents.name,
        package_id=contents.package_id,
        sha256=contents.sha256,
        size=contents.bytes,
        records=contents.records,
    )
    _, signature = runtime.sign(envelope.signed_message(manifest.text))
    with part_of(kept.parent) as (part, stream):
        sealer = sealing.Sealer(stream, sealing.recipient(recipient), runtime.random_bytes)
        package.seek(0)
        envelope.write(sealer, manifest, signature, package)
        sealer.close()
        put(part, stream, kept)


def _copy(kept: Path, target: Path) -> tuple[str, int]:
    with kept.open("rb") as source:
        found = sha256_of(source)
        if target.exists():
            if not target.is_file() or _hash(target) != found:
                raise BadInputError("export.different_file", file=str(target))
            return found
        source.seek(0)
        with part_of(target.parent) as (part, stream):
            shutil.copyfileobj(source, stream, envelope.CHUNK)
            put(part, stream, target)
    return found


def _hash(path: Path) -> tuple[str, int]:
    with path.open("rb") as stream:
        return sha256_of(stream)


def hide(part: Path) -> None:
    """Take the name of an open file away, so that nothing of it is left in the clear whatever happens. Where the
    system does not let an open file go, it goes when it is closed."""
    if os.name == "posix":
        part.unlink()
