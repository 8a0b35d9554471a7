"""A store is put in the place of another one: from a backup, or from what was salvaged. Nothing is thrown away."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from visitcli.app import backing_up
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError, UnfinishedError
from visitcli.engines import key_file, sealing
from visitcli.files import part_of, put
from visitcli.formats import backup
from visitcli.formats.backup import About
from visitcli.store import copies, journal
from visitcli.store.anchor import Head
from visitcli.store.database import ANCHOR, FILE_NAME, open_store, private_folder, secret_of, translated

ASIDE = "replaced"
_LOG = (f"{FILE_NAME}-wal", f"{FILE_NAME}-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in the place now. `aside`: the folder in which the store before it lies, None where there was none;
    `given_up`: saved events that were newer; `media`: attached files that were put back."""

    about: About
    aside: Path | None
    given_up: int
    media: int


def restore(runtime: Runtime, file: Path, *, over_newer: bool = False) -> Restored:
    """Put a backup in the place of the store. The passphrase is that of the store where it is the same one, else the
    one of the day on which the backup was made.

    Raises BadInputError `restore.unreadable`, `restore.not_a_backup`, `restore.damaged`; UnfinishedError
    `restore.newer`, `restore.other_store` (said, and not allowed by `over_newer`); StoreError `key.*`, `store.*`.
    """
    path = _absolute(file)
    about = backup.read(path)
    theirs = key_file.parsed(backup.small_entry(path, about, backup.KEY) or b"", str(path))
    same = key_file.exists(runtime.home) and key_file.read(runtime.home).store_id == theirs.store_id
    key = runtime.key if same else runtime.unsealed(theirs)
    known = copies.saved_head(runtime.home, key) if same else None
    given_up = max(0, known.seq - about.seq) if known else 0
    if not over_newer:
        _refuse_loss(runtime, about, given_up, same=same)
    private_folder(runtime.home)
    with translated(runtime.home), part_of(runtime.home) as (part, stream):
        backup.unpack_database(path, about, stream)
        stream.flush()
        found = copies.contents(part, key)
        if found.faults or (found.head.seq, found.head.chain.hex()) != (about.seq, about.chain):
            raise BadInputError("restore.damaged", file=str(path), entry=backup.DATABASE)
        if same:
            copies.empty_log(runtime.home, key)
        aside = set_aside(runtime)
        if not same:
            key_file.write(runtime.home, theirs)
        clear_the_log(runtime.home)
        put(part, stream, runtime.home / FILE_NAME)
    settle(runtime, key, known)
    _restore_settings(runtime, path, about, key)
    return Restored(about, aside, given_up, _restore_media(runtime, path, about))


def set_aside(runtime: Runtime) -> Path | None:
    """Keep the files of the store, its log and its key in a folder of their own; None where there is no store."""
    if not (runtime.home / FILE_NAME).exists():
        return None
    runtime.let_go()
    aside = runtime.home / f"{ASIDE}-{runtime.now():%Y%m%d-%H%M%S}-{os.urandom(2).hex()}"
    private_folder(aside)
    for name in (FILE_NAME, *_LOG, ANCHOR, key_file.FILE_NAME):
        if (runtime.home / name).exists():
            shutil.copy2(runtime.home / name, aside / name)
            (aside / name).chmod(0o600)
    return aside


def clear_the_log(home: Path) -> None:
    """Remove the log of the store that is about to be replaced: over another file it would be read as that one's."""
    for name in _LOG:
        (home / name).unlink(missing_ok=True)


def settle(runtime: Runtime, key: bytes, known: Head | None) -> None:
    """Give the store that has come into the place its anchor. What was known to be saved and is not in it is written
    down in it."""
    runtime.let_go()
    runtime.__dict__["key"] = key
    with open_store(runtime.home, key) as store:
        last = journal.newest(store)
        store.anchor.replace(last)
        if known is not None and known.seq > last.seq:
            with store.transaction():
                journal.note_gap(store, last, known, runtime.now().isoformat(timespec="seconds"))
        store.checkpoint()


def _absolute(file: Path) -> Path:
    try:
        return file.expanduser().absolute()
    except (OSError, RuntimeError) as error:
        raise BadInputError("restore.unreadable", file=str(file), reason=str(error)) from error


def _refuse_loss(runtime: Runtime, about: About, given_up: int, *, same: bool) -> None:
    context = {"count": given_up, "made_at": about.made_at[:16].replace("T", " ")}
    if given_up:
        raise UnfinishedError("restore.newer", **context)
    if not same and (runtime.home / FILE_NAME).exists():
        raise UnfinishedError("restore.other_store", **context)


def _restore_settings(runtime: Runtime, path: Path, about: About, key: bytes) -> None:
    """Settings of this device stay; where there are none, those of the backup are taken."""
    sealed = backup.small_entry(path, about, backup.SETTINGS)
    if sealed is None or runtime.settings_path.exists():
        return
    content = sealing.Unsealed(io.BytesIO(sealed), secret_of(key, "backup"), str(path)).readall()
    private_folder(runtime.settings_path.parent)
    with part_of(runtime.settings_path.parent) as (part, stream):
        stream.write(content)
        put(part, stream, runtime.settings_path)
    runtime.forget()


def _restore_media(runtime: Runtime, path: Path, about: About) -> int:
    count = 0
    for source in sorted(backing_up.beside(path, about.store_id).glob("*.age")):
        target = runtime.home / "media" / source.name
        if target.exists():
            continue
        private_folder(target.parent)
        with part_of(target.parent) as (part, stream):
            backup.copy_file(source, stream)
            put(part, stream, target)
        count += 1
    return count
