"""Photos, recordings and files: copied into the store's folder under their hash, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from visitcli.domain.errors import BadInputError
from visitcli.store.database import Store, translated

LARGEST = 500 * 1024 * 1024
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Attachment:
    """A copied file. `path` is relative to the store's folder: `media/<sha256><suffix>`."""

    path: str
    sha256: str
    bytes: int
    original_name: str


def attach(store: Store, question: str, given: str) -> Attachment:
    """Copy a file in. Raises BadInputError `attach.not_found`, `attach.not_a_file`, `attach.empty`, `attach.too_large`,
    `attach.unreadable`."""
    source = Path(given).expanduser()
    try:
        with source.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _refusal("not_a_file", question, given)
            if status.st_size == 0:
                raise _refusal("empty", question, given)
            if status.st_size > LARGEST:
                raise _refusal("too_large", question, given)
            return _copy(store, stream.fileno(), source)
    except FileNotFoundError as error:
        raise _refusal("not_found", question, given) from error
    except IsADirectoryError as error:
        raise _refusal("not_a_file", question, given) from error
    except PermissionError as error:
        raise _refusal("unreadable", question, given) from error


def _refusal(code: str, question: str, given: str) -> BadInputError:
    limit = LARGEST // (1024 * 1024)
    return BadInputError(f"attach.{code}", name=question, value=given, file=given, limit=limit, expected="file")


def _copy(store: Store, descriptor: int, source: Path) -> Attachment:
    part = store.media / f".{os.getpid()}-{os.urandom(4).hex()}.part"
    digester, total = hashlib.sha256(), 0
    with translated(store.media):
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
                while chunk := os.read(descriptor, _CHUNK):
                    digester.update(chunk)
                    total += target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            suffix = source.suffix.lower() if source.suffix[1:].isalnum() and len(source.suffix) <= 6 else ""
            final = store.media / f"{digester.hexdigest()}{suffix}"
            part.replace(final)
            _sync_folder(store.media)
        finally:
            part.unlink(missing_ok=True)
    return Attachment(f"media/{final.name}", digester.hexdigest(), total, source.name)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
