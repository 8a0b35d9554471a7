"""`store salvage`: what is readable of a damaged store comes into a new one; what is not is said."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from visitcli.app import restoring, visiting
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import NotFoundError, StoreError
from visitcli.store import copies, health, journal, salvage
from visitcli.store.database import DAMAGED, FILE_NAME, open_file, open_store, private_folder, translated


@dataclass(frozen=True, slots=True)
class Report:
    """What came out. `rows`, `gaps`: by table (row numbers between which something was lost); `rebuilt`: visits whose
    row was lost and is made again from the journal; `lost_events`: saved events that are not there; `bare`: rows that
    refer to something lost; `aside`: where the damaged store lies."""

    rows: Mapping[str, int]
    gaps: Mapping[str, list[tuple[int, int]]]
    rebuilt: tuple[str, ...]
    lost_events: int
    bare: int
    aside: Path

    @property
    def whole(self) -> bool:
        """Whether nothing was lost."""
        return not (self.gaps or self.lost_events or self.bare)


def run(runtime: Runtime) -> Report:
    """Salvage the store of the home and put what came out in its place. The damaged files are kept aside.

    Raises NotFoundError `salvage.nothing`, StoreError `salvage.unreadable` (its first page is damaged: only a backup
    helps), `store.full`.
    """
    home, key = runtime.home, runtime.key
    if not (home / FILE_NAME).exists():
        raise NotFoundError("salvage.nothing", path=str(home / FILE_NAME))
    known = copies.saved_head(home, key)
    runtime.let_go()
    work = home / f"salvage-{runtime.now():%Y%m%d-%H%M%S}"
    with translated(home):
        shutil.rmtree(work, ignore_errors=True)
        private_folder(work / "new")
        try:
            _copy_damaged(_evidence(home, key), work)
            salvage.mend_log(work)
            found, lost = _salvaged(work, key, known.seq if known else 0)
            aside = restoring.set_aside(runtime)
            restoring.clear_the_log(home)
            (work / "new" / FILE_NAME).replace(home / FILE_NAME)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    restoring.settle(runtime, key, known)
    rebuilt = visiting.rebuild_lost(runtime)
    with translated(home):
        bare = health.broken_references(runtime.store)
        runtime.store.checkpoint()
    assert aside is not None  # noqa: S101 - there was a store
    return Report(found.rows, found.gaps, tuple(rebuilt), lost, bare, aside)


def _evidence(home: Path, key: bytes) -> Path:
    """Where to read from: the files as they were when a damaged log was met, where nothing was recorded since; else the
    store itself."""
    now = copies.last_event(home, key)
    same = [folder for folder in sorted(home.glob(f"{DAMAGED}-*")) if folder.name.rpartition("-")[2] == str(now)]
    return same[-1] if same else home


def _copy_damaged(source: Path, work: Path) -> None:
    for name in (FILE_NAME, f"{FILE_NAME}-wal"):
        if (source / name).exists():
            shutil.copy(source / name, work / name)
            (work / name).chmod(0o600)


def _salvaged(work: Path, key: bytes, known: int) -> tuple[salvage.Salvaged, int]:
    """What came out into `new`, and how many of the events that were saved are not whole in it."""
    with open_store(work / "new", key) as new:
        try:
            with translated(work):
                found = salvage.salvage(work / FILE_NAME, key, new)
        except StoreError as error:
            raise StoreError("salvage.unreadable", reason=error.context.get("reason", error.code)) from error
        new.checkpoint()
    with open_file(work / "new" / FILE_NAME, key) as new:
        faults = health.faults(new)
        lost = journal.missing(new, known) + len(journal.without_payload(new))
    if faults or not found.rows:
        raise StoreError("salvage.unreadable", reason="; ".join(faults[:3]))
    return found, lost
