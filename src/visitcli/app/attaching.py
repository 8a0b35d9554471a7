"""Photos, recordings and files: taken in sealed, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from visitcli.domain.errors import BadInputError
from visitcli.engines.vault import Vault
from visitcli.files import open_at_once
from visitcli.store.database import translated

LARGEST = 500 * 1024 * 1024
_CHUNK = 1 << 20
_NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file taken in. `path` is its name in the vault and in the records: `media/<sha256><suffix>`."""

    path: str
    sha256: str
    bytes: int
    original_name: str


@dataclass(frozen=True, slots=True)
class _Given:
    """What the agent named, for which question."""

    question: str
    text: str

    def refused(self, code: str, reason: str = "") -> BadInputError:
        limit = LARGEST // (1024 * 1024)
        named = {"name": self.question, "value": self.text, "file": self.text}
        return BadInputError(f"attach.{code}", **named, limit=limit, expected="file", reason=reason)


def attach(vault: Vault, question: str, given: str) -> Attachment:
    """Take a file in. Raises BadInputError `attach.not_found`, `attach.not_a_file`, `attach.empty`, `attach.too_large`,
    `attach.unreadable`."""
    asked = _Given(question, given)
    source, descriptor = _opened(asked)
    try:
        return _copy(vault, asked, descriptor, source)
    finally:
        os.close(descriptor)


def _opened(asked: _Given) -> tuple[Path, int]:
    try:
        source = Path(asked.text).expanduser()
        descriptor, status = open_at_once(source)
    except (RuntimeError, ValueError) as error:  # nobody's home, NUL: no such file can be
        raise asked.refused("not_found") from error
    except OSError as error:
        raise _refusal(asked, source, error) from error
    unfit = _unfit(status)
    if unfit:
        os.close(descriptor)
        raise asked.refused(unfit)
    return source, descriptor


def _refusal(asked: _Given, source: Path, error: OSError) -> BadInputError:
    """ENXIO is what a socket says; a folder that may not be opened (on Windows: any) says that it is forbidden."""
    if error.errno in _NOWHERE:
        return asked.refused("not_found")
    if error.errno == errno.ENXIO or os.path.isdir(source):  # noqa: PTH112 - Path.is_dir may itself be refused
        return asked.refused("not_a_file")
    return asked.refused("unreadable", error.strerror or "")


def _unfit(status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        return "not_a_file"
    if status.st_size == 0:
        return "empty"
    return "too_large" if status.st_size > LARGEST else ""


def _copy(vault: Vault, asked: _Given, descriptor: int, source: Path) -> Attachment:
    digester, total = hashlib.sha256(), 0
    with translated(vault.folder), vault.new() as entry:
        for chunk in _chunks(asked, descriptor):
            digester.update(chunk)
            total += entry.write(chunk)
        suffix = source.suffix.lower() if source.suffix[1:].isalnum() and len(source.suffix) <= 6 else ""
        path = f"media/{digester.hexdigest()}{suffix}"
        entry.keep(path)
    return Attachment(path, digester.hexdigest(), total, source.name)


def _chunks(asked: _Given, descriptor: int) -> Iterator[bytes]:
    """The file piece by piece. What goes wrong here lies with the file, not with the store's disk."""
    total = 0
    while total <= LARGEST:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except OSError as error:
            raise asked.refused("unreadable", error.strerror or "") from error
        if not chunk:
            return
        total += len(chunk)
        yield chunk
    raise asked.refused("too_large")  # it has grown since it was opened
