"""What a sealed package holds before it is encrypted: a tar file of three members, `manifest.json`, `manifest.sig`
(Ed25519 over the manifest's bytes) and the Data Package.

The manifest stands first, so that who sent it, to whom, and in which order is known before the rest is read. Every
header is compared with the one that the signed manifest calls for; no tar file is parsed.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import IO, Any, Protocol

from visitcli.domain.errors import BadInputError
from visitcli.formats.package_tables import SHA256, UUID7

FORMAT = "visitcli-envelope-1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LARGEST_MANIFEST, SIGNATURE_BYTES = 16 << 10, 64
LARGEST_PACKAGE = 64 << 30
CHUNK = 1 << 18
_BLOCK = tarfile.BLOCKSIZE
_NAME = re.compile(r"visitcli-[A-Za-z0-9_-]{1,90}\.zip")


class Writer(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Who sent which package to whom, and after which one.

    `sender`: Ed25519 public key (base64); `recipient`: `age1…`; `sequence`: from 1, one for each package of this sender
    to this recipient; `previous`: SHA-256 of the Data Package before, empty for the first; `name`, `package_id`,
    `sha256`, `size` (bytes), `records`: of the Data Package.
    """

    agent: str
    sender: str
    recipient: str
    sequence: int
    previous: str
    name: str
    package_id: str
    sha256: str
    size: int
    records: int

    @property
    def text(self) -> bytes:
        """As it stands in the envelope."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2) + "\n").encode()


def signed_message(manifest: bytes) -> bytes:
    """What the signature is over: nothing else that this key signs begins like it."""
    return FORMAT.encode() + b"\0" + manifest


def write(target: Writer, manifest: Manifest, signature: bytes, package: IO[bytes]) -> None:
    """Write the three members; `package` is read from where it stands."""
    for name, raw in ((MANIFEST, manifest.text), (SIGNATURE, signature)):
        target.write(_header(name, len(raw)) + raw + _padding(len(raw)))
    target.write(_header(manifest.name, manifest.size))
    while piece := package.read(CHUNK):
        target.write(piece)
    target.write(_padding(manifest.size) + bytes(2 * _BLOCK))


def read_manifest(source: IO[bytes], file: str, verifies: Callable[[bytes, bytes, bytes], bool]) -> Manifest:
    """The manifest, its signature checked (`verifies(sender's key, signature, message)`).

    Raises BadInputError `package.envelope` (with `reason`), `package.signature`.
    """
    size = _size(source, file)
    raw = _member(source, size, file)
    if _exactly(source, _BLOCK, file) != _header(SIGNATURE, SIGNATURE_BYTES):
        raise BadInputError("package.envelope", file=file, reason=SIGNATURE)
    signature = _member(source, SIGNATURE_BYTES, file)
    manifest = _parsed(raw, file)
    if not verifies(manifest.sender.encode(), signature, signed_message(raw)):
        raise BadInputError("package.signature", file=file)
    return manifest


def read_package(source: IO[bytes], manifest: Manifest, file: str, target: Writer | None = None) -> None:
    """Read the Data Package behind its manifest to the envelope's end, and write it to the target if there is one.

    What was written counts only once this has returned. Raises BadInputError `package.envelope`, `package.contents`.
    """
    if _exactly(source, _BLOCK, file) != _header(manifest.name, manifest.size):
        raise BadInputError("package.envelope", file=file, reason=manifest.name)
    digester, left = hashlib.sha256(), manifest.size
    while left:
        piece = _exactly(source, min(CHUNK, left), file)
        digester.update(piece)
        left -= len(piece)
        if target is not None:
            target.write(piece)
    end = _padding(manifest.size) + bytes(2 * _BLOCK)
    if _exactly(source, len(end), file) != end or source.read(1):
        raise BadInputError("package.envelope", file=file, reason="end")
    if digester.hexdigest() != manifest.sha256:
        raise BadInputError("package.contents", file=file)


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % _BLOCK)


def _exactly(source: IO[bytes], count: int, file: str) -> bytes:
    found = b""
    while len(found) < count:
        piece = source.read(count - len(found))
        if not piece:
            raise BadInputError("package.envelope", file=file, reason="end")
        found += piece
    return found


def _size(source: IO[bytes], file: str) -> int:
    block = _exactly(source, _BLOCK, file)
    digits = block[124:135]
    size = int(digits, 8) if re.fullmatch(b"[0-7]{11}", digits) else 0
    if not 0 < size <= LARGEST_MANIFEST or block != _header(MANIFEST, size):
        raise BadInputError("package.envelope", file=file, reason=MANIFEST)
    return size


def _member(source: IO[bytes], size: int, file: str) -> bytes:
    raw = _exactly(source, size, file)
    if any(_exactly(source, -size % _BLOCK, file)):
        raise BadInputError("package.envelope", file=file, reason="padding")
    return raw


def _parsed(raw: bytes, file: str) -> Manifest:
    try:
        found: Any = json.loads(raw.decode())
        if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
            raise ValueError("format")
        if set(found) != {field.name for field in fields(Manifest)}:
            raise ValueError("keys")
        manifest = Manifest(**found)
        if not _is_sound(manifest) or manifest.text != raw:
            raise ValueError("values")
    except (ValueError, RecursionError, TypeError) as error:
        raise BadInputError("package.envelope", file=file, reason=MANIFEST) from error
    return manifest


def _is_sound(found: Manifest) -> bool:
    numbers = (found.sequence, found.size, found.records)
    texts = (found.agent, found.sender, found.recipient, found.previous, found.name, found.package_id, found.sha256)
    return (
        all(type(number) is int for number in numbers)
        and all(isinstance(text, str) and len(text) <= 200 for text in texts)
        and found.sequence >= 1
        and 0 < found.size <= LARGEST_PACKAGE
        and found.records >= 0
        and bool(_NAME.fullmatch(found.name) and re.fullmatch(UUID7, found.package_id))
        and all(re.fullmatch(SHA256, text) for text in (found.sha256, found.previous or found.sha256))
    )
