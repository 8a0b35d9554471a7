"""`doctor`: is what the agent recorded whole, readable and safe? Only reads."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from visitcli.app.runtime import Runtime, vault_of
from visitcli.domain import feedback
from visitcli.domain.errors import BadInputError, VisitcliError
from visitcli.domain.settings import Settings
from visitcli.engines import key_file, settings_file
from visitcli.engines.vault import Vault
from visitcli.store import health, journal, packages, visits
from visitcli.store.database import ANCHOR, FILE_NAME, RESERVE, Store, explain, open_existing

OLD_DAYS = 7
LITTLE_ROOM = 200 * 1024 * 1024
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `doctor.<name>.ok` or `doctor.<name>.<problem>` is its sentence. A note is no fault.

    Where an error was met, `context` holds its `code`, and the error's own sentence becomes a part of this one.
    """

    name: str
    problem: str = ""
    note: bool = False
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done about it."""
        return not self.problem or self.note


def examine(runtime: Runtime) -> list[Check]:
    """Every check, in the order in which a person would want to know."""
    checks = [_settings(runtime), _room(runtime.home)]
    path = runtime.home / FILE_NAME
    if not any((runtime.home / name).exists() for name in (FILE_NAME, key_file.FILE_NAME, ANCHOR)):
        return [*checks, Check("store", "none_yet", note=True, context={"path": str(path)})]
    checks.append(_key(runtime.home))
    try:
        store = open_existing(runtime.home, runtime.key)
    except VisitcliError as error:
        return [*checks, Check("store", "unusable", context={"code": error.code, **error.context})]
    if store is None:
        return [*checks, Check("store", "none_yet", note=True, context={"path": str(path)})]
    try:
        return checks + [_guarded(name, check, store, runtime) for name, check in _CHECKS.items()]
    finally:
        store.close()


def _guarded(name: str, check: Callable[[Store, Runtime], Check], store: Store, runtime: Runtime) -> Check:
    try:
        return check(store, runtime)
    except Exception as error:  # whatever a damaged file does, the other checks are still made
        known = explain(error)
        reason = str(known.context.get("reason", "")) if known else f"{type(error).__name__}: {error}"
        return Check(name, "failed", context={"reason": reason})


def _settings(runtime: Runtime) -> Check:
    file = str(runtime.settings_path)
    try:
        settings_file.read(runtime.settings_path)
        unknown = settings_file.unknown_keys(runtime.settings_path)
    except VisitcliError as error:
        runtime.settings = Settings()  # with the defaults the other checks can still be made
        return Check("settings", "unreadable", context={"code": error.code, **error.context})
    if unknown:
        return Check("settings", "unknown_keys", note=True, context={"file": file, "keys": ", ".join(unknown)})
    return Check("settings", context={"file": file})


def _key(home: Path) -> Check:
    """Whether both files that hold the key are whole: of one that is damaged nothing is lost yet."""
    bad = [name for name in (key_file.FILE_NAME, key_file.COPY_NAME) if key_file.read_one(home / name) is None]
    files = {key_file.read_one(home / name) for name in (key_file.FILE_NAME, key_file.COPY_NAME)}
    if len(bad) == 2:
        return Check("key", "lost", context={"file": str(home / key_file.FILE_NAME)})
    return Check("key", "damaged" if bad or len(files) > 1 else "", context={"file": (bad or [key_file.COPY_NAME])[0]})


def _room(folder: Path) -> Check:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return Check("room", "" if free >= LITTLE_ROOM else "little", context={"megabytes": free // (1024 * 1024)})


def _integrity(store: Store, _runtime: Runtime) -> Check:
    found = health.faults(store)
    return Check("integrity", "damaged" if found else "", context={"reason": "; ".join(found)})


def _foreign_keys(store: Store, _runtime: Runtime) -> Check:
    broken = health.broken_references(store)
    return Check("foreign_keys", "broken" if broken else "", context={"count": broken})


def _journal(store: Store, _runtime: Runtime) -> Check:
    broken = sorted({*journal.broken_links(store), *journal.without_payload(store)})
    context = {"count": len(broken), "first": (broken or [0])[0], "events": health.event_count(store)}
    return Check("journal", "broken" if broken else "", context=context)


def _records(store: Store, runtime: Runtime) -> Check:
    """Rebuild each finished record from its journal and compare."""
    from visitcli.app.visiting import session_in

    wrong = []
    rows = visits.finished(store)
    for row in rows:
        session = session_in(store, row)
        if session.is_closed and feedback.record(session) != row["record"]:
            wrong.append(row["visit_id"])
    context = {"count": len(wrong), "first": wrong[0] if wrong else "", "records": len(rows)}
    return Check("records", "differ" if wrong else "", context=context)


def _media(store: Store, runtime: Runtime) -> Check:
    """Read every attached file through: it opens only where it is what was sealed."""
    vault = vault_of(store, runtime.random_bytes)
    missing = [file for file, size in health.attached_files(store) if not _is_whole(vault, file, size)]
    return Check("media", "missing" if missing else "", context={"count": len(missing), "first": (missing or [""])[0]})


def _is_whole(vault: Vault, file: str, size: int) -> bool:
    digester, found = hashlib.sha256(), 0
    try:
        with vault.open(file) as stream:
            while chunk := stream.read(_CHUNK):
                digester.update(chunk)
                found += len(chunk)
    except (OSError, BadInputError):
        return False
    return found == size and digester.hexdigest() == Path(file).stem


def _anchor(store: Store, _runtime: Runtime) -> Check:
    """Whether the journal holds all that was saved, by what is known of it outside the database."""
    known, last = store.anchor.read(), journal.newest(store)
    if known is None:
        return Check("anchor", "damaged" if store.anchor.exists else "missing", context={"last": last.seq})
    if known.seq > last.seq:
        return Check("anchor", "behind", context={"count": known.seq - last.seq, "last": last.seq, "known": known.seq})
    if not journal.holds(store, known):
        return Check("anchor", "differs", context={"known": known.seq})
    gaps = journal.gaps(store)
    if gaps:
        gap = gaps[-1]
        context = {"count": gap.expected - gap.found, "found": gap.found, "expected": gap.expected}
        return Check("anchor", "gap", context={**context, "at": gap.at[:16].replace("T", " ")})
    return Check("anchor", context={"last": last.seq})


def _modes(store: Store, _runtime: Runtime) -> Check:
    if os.name != "posix":
        return Check("modes")
    open_to_others = [str(path) for path in _ours(store.folder) if path.stat().st_mode & 0o077]
    context = {"count": len(open_to_others), "first": (open_to_others or [""])[0]}
    return Check("modes", "open" if open_to_others else "", context=context)


def _ours(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.glob(f"{FILE_NAME}*")
    yield from folder.glob("*.backup.db")
    yield from folder.glob(ANCHOR)
    yield from folder.glob(f"{key_file.FILE_NAME}*")
    yield from (folder / "media").glob("*")
    yield from (folder / "backups").glob("*")


def _reserve(store: Store, _runtime: Runtime) -> Check:
    """Whether the disk has been full: then what keeps the last answers is used up."""
    return Check("reserve", "" if (store.folder / RESERVE).exists() else "used", context={"file": RESERVE})


def _backup(_store: Store, runtime: Runtime) -> Check:
    from visitcli.app.backing_up import newest

    found = newest(runtime)
    if found is None:
        return Check("backup", "none", note=True)
    days = (runtime.now().timestamp() - found.stat().st_mtime) / 86400
    return Check("backup", "old" if days > OLD_DAYS else "", note=True, context={"days": int(days), "file": found.name})


def _exports(store: Store, _runtime: Runtime) -> Check:
    waiting = packages.waiting(store)
    unsent = waiting.not_exported + waiting.not_acknowledged
    return Check("exports", "waiting" if unsent else "", note=True, context={"count": unsent})


def _clock(store: Store, runtime: Runtime) -> Check:
    last = health.last_event_at(store)
    if last is None or datetime.fromisoformat(last) <= runtime.now():
        return Check("clock")
    return Check("clock", "back", context={"last": last[:16].replace("T", " ")})


_CHECKS: dict[str, Callable[[Store, Runtime], Check]] = {
    "integrity": _integrity,
    "foreign_keys": _foreign_keys,
    "journal": _journal,
    "anchor": _anchor,
    "records": _records,
    "media": _media,
    "modes": _modes,
    "clock": _clock,
    "reserve": _reserve,
    "backup": _backup,
    "exports": _exports,
}
