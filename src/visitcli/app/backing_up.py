"""Backups of the store: written whole, read back before they count, the oldest removed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError, StoreError
from visitcli.engines import key_file, sealing
from visitcli.files import part_of, put
from visitcli.formats import backup
from visitcli.formats.backup import About
from visitcli.store import copies
from visitcli.store.database import private_folder, translated

FOLDER = "backups"
KEEP = 7


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that has been read back. `media`: attached files copied beside it now; `removed`: older backups."""

    path: Path
    bytes: int
    about: About
    media: int
    removed: tuple[Path, ...]


def back_up(runtime: Runtime, folder: Path | None = None, keep: int = KEEP) -> Backup:
    """Write a backup into the folder (or `backups` of the home) and keep the newest so many there.

    In another folder the attached files are kept beside it, each copied once: they are encrypted and never change. In
    the home they lie already. Raises BadInputError `backup.not_writable`, StoreError `backup.not_whole`, `store.*`.
    """
    target = _folder(folder or runtime.home / FOLDER)
    file = key_file.read(runtime.home)
    path = target / _name(runtime, file.store_id)
    with translated(target), part_of(target) as (part, stream):
        about = _write(runtime, file, stream, target)
        put(part, stream, path)
    _read_back(runtime, path, about)
    elsewhere = target.resolve() != (runtime.home / FOLDER).resolve()
    media = _copy_media(runtime, beside(path, file.store_id)) if elsewhere else 0
    return Backup(path, path.stat().st_size, about, media, tuple(_rotate(target, file.store_id, path, keep)))


def newest(runtime: Runtime) -> Path | None:
    """The newest backup in the home; None where there is none."""
    found = sorted((runtime.home / FOLDER).glob(f"*{backup.SUFFIX}"))
    return found[-1] if found else None


def beside(path: Path, store_id: str) -> Path:
    """Where the attached files of a backup lie."""
    return path.parent / f"visitcli-{store_id[:8]}-media"


def _name(runtime: Runtime, store_id: str) -> str:
    return f"visitcli-{store_id[:8]}-{runtime.now():%Y%m%d-%H%M%S}{backup.SUFFIX}"


def _folder(folder: Path) -> Path:
    try:
        path = folder.expanduser().absolute()
        private_folder(path)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError("backup.not_writable", folder=str(folder), reason=reason) from error
    return path


def _write(runtime: Runtime, file: key_file.KeyFile, stream: IO[bytes], folder: Path) -> About:
    small = {backup.KEY: key_file.text(file)}
    if runtime.settings_path.is_file():
        small[backup.SETTINGS] = _sealed(runtime, runtime.settings_path.read_bytes())
    with part_of(folder) as (copied, empty):
        empty.close()
        copied.unlink()
        copies.copy(runtime.store, copied)
        found = copies.contents(copied, runtime.key)
        if found.faults:
            raise StoreError("backup.not_whole", reason="; ".join(found.faults[:3]))
        about = {
            "store_id": file.store_id,
            "made_at": runtime.now().isoformat(timespec="seconds"),
            "schema": found.schema,
            "seq": found.head.seq,
            "chain": found.head.chain.hex(),
            "rows": found.rows,
        }
        return backup.write(stream, copied, small, about)


def _sealed(runtime: Runtime, content: bytes) -> bytes:
    sealed = io.BytesIO()
    sealer = sealing.Sealer(sealed, sealing.public_of(runtime.store.secret("backup")), runtime.random_bytes)
    sealer.write(content)
    sealer.close()
    return sealed.getvalue()


def _read_back(runtime: Runtime, path: Path, about: About) -> None:
    """What cannot be restored is no backup: it is opened once as `restore` would."""
    with part_of(path.parent) as (part, stream):
        backup.unpack_database(path, about, stream)
        stream.flush()
        found = copies.contents(part, runtime.key)
    if found.faults or (found.head.seq, found.head.chain.hex(), found.rows) != (about.seq, about.chain, about.rows):
        path.unlink()
        raise StoreError("backup.not_whole", reason="; ".join(found.faults[:3]))


def _copy_media(runtime: Runtime, folder: Path) -> int:
    private_folder(folder)
    count = 0
    for source in sorted(runtime.store.media.glob("*.age")):
        target = folder / source.name
        if target.exists() and target.stat().st_size == source.stat().st_size:
            continue
        with translated(folder), part_of(folder) as (part, stream):
            backup.copy_file(source, stream)
            put(part, stream, target)
        count += 1
    return count


def _rotate(folder: Path, store_id: str, made: Path, keep: int) -> Iterator[Path]:
    others = sorted(path for path in folder.glob(f"visitcli-{store_id[:8]}-*{backup.SUFFIX}") if path != made)
    for path in others[: max(0, len(others) - max(keep, 1) + 1)]:
        path.unlink(missing_ok=True)
        yield path
