"""The office's side: a package that has arrived is read through, opened, and a receipt is written for it.

A sealed one is taken from a sender that the office knows, and in its order. The store is not opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError, UsageError
from visitcli.engines import sealing, signing
from visitcli.files import part_of, put
from visitcli.formats import envelope, receipts
from visitcli.formats.envelope import Manifest
from visitcli.formats.ledger import Ledger
from visitcli.formats.package import Head
from visitcli.formats.package_check import Checked, check
from visitcli.formats.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Means:
    """What the office opens a sealed package with: its key file, the sender's public key as it was told by the agent,
    and the ledger of who has sent what. `skip`: packages that are missing before this one are done without."""

    key: Path | None = None
    sender: str = ""
    ledger: Path | None = None
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """A package found whole. `manifest` is None for a plain one, `media` for a sealed one that was not opened."""

    package_id: str
    sha256: str
    bytes: int
    records: int
    manifest: Manifest | None = None
    media: int | None = None
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A package found whole, and the receipt that stands at `path`."""

    package: Verified
    receipt: Receipt
    path: Path


def verify(file: Path, means: Means) -> Verified:
    """Whether a package is whole and, where it is sealed, from whom it says and in its turn.

    Raises UsageError `package.no_key`, `package.no_sender`; BadInputError `package.*`, `sealing.*`, `ledger.*`.
    """
    file = absolute(file, "package.unreadable")
    return _sealed(file, means, None) if is_sealed(file) else _plain(check(file))


def open_(file: Path, to: Path | None, means: Means) -> tuple[Verified, Path]:
    """Write the Data Package of a sealed file into the folder (or beside it), checked through.

    Raises what `verify` does, and BadInputError `package.not_sealed`, `package.taken` (the name is there already),
    `package.unwritable`.
    """
    file = absolute(file, "package.unreadable")
    if not is_sealed(file):
        raise BadInputError("package.not_sealed", file=str(file))
    folder = absolute(to, "package.unwritable") if to else file.parent
    return _sealed_into(file, folder, means)


def receive(runtime: Runtime, file: Path, to: Path | None = None, means: Means | None = None) -> Received:
    """Check a package, enter it in the ledger and write its receipt beside it (or to `to`).

    Raises what `verify` does, and BadInputError of formats/receipts.py.
    """
    file = absolute(file, "package.unreadable")
    target = absolute(to, "package.receipt_unwritable") if to else file.with_name(f"{file.stem}.receipt.json")
    means = means or Means()
    found = verify(file, means)
    at = runtime.now().isoformat(timespec="milliseconds")
    receipt = receipts.write(Receipt(found.package_id, found.sha256, at, found.head), target)
    if found.manifest and means.ledger:
        Ledger.read(means.ledger.expanduser()).enter(found.manifest)
    return Received(found, receipt, target)


def is_sealed(file: Path) -> bool:
    """Whether it begins as a sealed file does."""
    try:
        if not file.is_file():
            return False  # the check of plain packages says what it is
        with file.open("rb") as stream:
            return stream.read(len(sealing.HEAD)) == sealing.HEAD
    except OSError as error:
        raise BadInputError("package.unreadable", file=str(file), reason=error.strerror or "") from error


def absolute(path: Path, code: str) -> Path:
    """The path, as seen from anywhere. Raises BadInputError of the code."""
    try:
        return path.expanduser().absolute()
    except (OSError, RuntimeError) as error:  # nobody of that name has a home (~name); the folder we are in is gone
        raise BadInputError(code, file=str(path), reason=str(error)) from error


def _plain(found: Checked) -> Verified:
    return Verified(found.package_id, found.sha256, found.bytes, found.records, media=found.media, head=found.head)


def _sealed(file: Path, means: Means, folder: Path | None) -> Verified:
    """Read a sealed file to its end; what is wrong in its manifest is said before the rest is read."""
    if means.key is None:
        raise UsageError("package.no_key", file=str(file))
    if not means.sender and means.ledger is None:
        raise UsageError("package.no_sender", file=str(file))
    secret = sealing.read_key(means.key.expanduser())
    with file.open("rb") as stream:
        source = sealing.Unsealed(stream, secret, str(file))
        manifest = envelope.read_manifest(source, str(file), _verifies)  # type: ignore[arg-type]
        _refuse_stranger(file, manifest, means, sealing.written(sealing.public_of(secret)))
        if folder is None:
            envelope.read_package(source, manifest, str(file))  # type: ignore[arg-type]
            return _as_said(manifest)
        return _unpacked(file, source, manifest, folder)


def _sealed_into(file: Path, folder: Path, means: Means) -> tuple[Verified, Path]:
    try:
        found = _sealed(file, means, folder)
    except OSError as error:
        raise BadInputError("package.unwritable", file=str(folder), reason=error.strerror or "") from error
    assert found.manifest is not None  # noqa: S101 - it was sealed
    return found, folder / found.manifest.name


def _unpacked(file: Path, source: sealing.Unsealed, manifest: Manifest, folder: Path) -> Verified:
    target = folder / manifest.name
    if target.exists() or target.is_symlink():
        raise BadInputError("package.taken", file=str(target))
    with part_of(folder) as (part, stream):
        envelope.read_package(source, manifest, str(file), stream)  # type: ignore[arg-type]
        stream.flush()
        inner = check(part)
        if (inner.package_id, inner.sha256, inner.records) != (manifest.package_id, manifest.sha256, manifest.records):
            raise BadInputError("package.contents", file=str(file))
        put(part, stream, target)
    return Verified(inner.package_id, inner.sha256, inner.bytes, inner.records, manifest, inner.media, inner.head)


def _as_said(manifest: Manifest) -> Verified:
    return Verified(manifest.package_id, manifest.sha256, manifest.size, manifest.records, manifest)


def _verifies(sender: bytes, signature: bytes, message: bytes) -> bool:
    key = signing.public_key(sender.decode())
    return key is not None and signing.verifies(key, signature, message)


def _refuse_stranger(file: Path, manifest: Manifest, means: Means, recipient: str) -> None:
    if manifest.recipient != recipient:
        raise BadInputError("package.readdressed", file=str(file))
    if means.sender and means.sender.strip() != manifest.sender:
        raise BadInputError("package.other_sender", file=str(file), agent=manifest.agent, sender=manifest.sender)
    if means.ledger is not None:
        Ledger.read(means.ledger.expanduser()).refuse_out_of_turn(
            manifest, str(file), trusted=bool(means.sender), skip=means.skip
        )
