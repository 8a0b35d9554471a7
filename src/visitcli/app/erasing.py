"""What is no longer needed is erased: by the retention rule, or on the office's word; with a receipt.

PIPL art. 19 (kept no longer than needed) and 47 (deleted when the purpose is fulfilled).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from visitcli.app import backing_up, lookup
from visitcli.app.enveloping import KEPT
from visitcli.app.exporting import FOLDER as EXPORTS
from visitcli.app.restoring import ASIDE
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import ForbiddenError
from visitcli.domain.texts import plain_text
from visitcli.store import erasing, journal
from visitcli.store.database import DAMAGED
from visitcli.store.erasing import Candidate, Erased

REASON_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Due:
    """What the retention rule says today: cases to be erased, and those that wait for the office's receipt."""

    cases: tuple[str, ...]
    unsent: tuple[Candidate, ...]
    before: date


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased and when; `head`: number and chain of the journal after it; `files`: what was removed beside the
    store, by name; `renewed`: a backup was written in the place of those removed."""

    at: str
    cases: tuple[str, ...]
    reason: str
    erased: Erased
    refused_rows: int
    files: tuple[str, ...]
    head: tuple[int, str]
    renewed: bool

    @property
    def document(self) -> dict[str, Any]:
        """As it is written and shown."""
        counts = {name: getattr(self.erased, name) for name in ("visits", "contacts", "holds", "events")}
        return {
            "erased_at": self.at,
            "cases": list(self.cases),
            "reason": self.reason,
            **counts,
            "attachments": len(self.erased.files),
            "refused_rows": self.refused_rows,
            "removed_files": list(self.files),
            "backup_renewed": self.renewed,
            "journal": {"seq": self.head[0], "chain": self.head[1]},
        }


def keep_until(runtime: Runtime, since: str) -> date:
    """The day until which a case is kept that is over since a day."""
    return date.fromisoformat(since) + timedelta(days=runtime.settings.retention_days)


def due(runtime: Runtime) -> Due:
    """Which cases the retention rule (`retention.days` after they were over) gives up today."""
    before = runtime.today() - timedelta(days=runtime.settings.retention_days)
    found = [
        case
        for case in erasing.over(runtime.store, runtime.today().isoformat())
        if date.fromisoformat(case.since) < before
    ]
    cases = tuple(case.case_id for case in found if not case.unsent)
    return Due(cases, tuple(case for case in found if case.unsent), before)


def purge(runtime: Runtime) -> Receipt:
    """Erase what the retention rule gives up, and the refused rows of imports of that age."""
    found = due(runtime)
    return _erase(runtime, found.cases, "retention", found.before.isoformat())


def erase(runtime: Runtime, reference: str, reason: str, *, with_unsent: bool = False) -> Receipt:
    """Erase one case on the office's word. Raises ForbiddenError `erase.no_reason`, `erase.open_visit`, `erase.unsent`
    (records that the office has not acknowledged, unless they may go too)."""
    case_id = lookup.case_id(runtime, reference)
    reason = plain_text(reason, REASON_LIMIT, "reason")
    if not reason:
        raise ForbiddenError("erase.no_reason", case_id=case_id)
    if erasing.is_begun(runtime.store, case_id):
        raise ForbiddenError("erase.open_visit", case_id=case_id)
    unsent = erasing.unsent(runtime.store, case_id)
    if unsent and not with_unsent:
        raise ForbiddenError("erase.unsent", case_id=case_id, count=unsent)
    return _erase(runtime, [case_id], reason, "")


def _erase(runtime: Runtime, cases: Sequence[str], reason: str, before: str) -> Receipt:
    store, at = runtime.store, runtime.now().isoformat(timespec="milliseconds")
    with store.transaction():
        refused = erasing.forget_refused_rows(store, before) if before else 0
        gone = erasing.erase(store, cases)
        if cases:
            journal.append(
                store, case_id="", visit_id=None, kind="erased", at=at,
                payload={"cases": list(cases), "reason": reason, "agent": runtime.agent.id},
                random_bytes=runtime.random_bytes,
            )  # fmt: skip
    files = _remove_files(runtime, gone) if cases else []
    had_backups = backing_up.newest(runtime) is not None
    if cases or refused:
        erasing.shrink(store)
        files += _remove_copies(runtime)
        if had_backups:
            backing_up.back_up(runtime)
    head = journal.newest(store)
    return Receipt(
        at, tuple(cases), reason, gone, refused, tuple(files), (head.seq, head.chain.hex()),
        renewed=had_backups and bool(cases or refused),
    )  # fmt: skip


def _remove_files(runtime: Runtime, gone: Erased) -> list[str]:
    """Attached files, and the packages in the home that hold a record of what is gone. A package on its way, which the
    office has not acknowledged, stays where it also holds others' records."""
    removed = [_removed(runtime.vault.place(name)) for name in gone.files]
    for package_id in gone.packages:
        if erasing.is_acknowledged(runtime.store, package_id):
            for folder in (EXPORTS, KEPT):
                removed += [_removed(path) for path in (runtime.home / folder).glob(f"*{package_id}*")]
    return sorted(removed)


def _remove_copies(runtime: Runtime) -> list[str]:
    """Older copies of the store in its home: they hold what has just been erased."""
    home = runtime.home
    files = [*(home / backing_up.FOLDER).glob("*"), *home.glob("*.backup.db")]
    removed = [_removed(path) for path in files if path.is_file()]
    for folder in (*home.glob(f"{ASIDE}-*"), *home.glob(f"{DAMAGED}-*")):
        shutil.rmtree(folder)
        removed.append(folder.name)
    return sorted(removed)


def _removed(path: Path) -> str:
    path.unlink(missing_ok=True)
    return path.name
