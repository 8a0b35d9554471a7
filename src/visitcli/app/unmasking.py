"""Who looked at a customer's data in full, and when: written into the journal (PIPL art. 51: access is controlled and
recorded)."""

from __future__ import annotations

import contextlib

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import StoreError
from visitcli.store import journal
from visitcli.store.database import FILE_NAME, translated


def unmask(runtime: Runtime, case_id: str, by: str) -> None:
    """Write down that `by` (a command) shows this case in full. Where nothing can be written any more, reading still
    works: the disk is full, or the store is on a read-only medium."""
    with contextlib.suppress(StoreError), translated(runtime.home / FILE_NAME), runtime.store.transaction():
        journal.append(
            runtime.store, case_id=case_id, visit_id=None, kind="unmasked",
            at=runtime.now().isoformat(timespec="milliseconds"), payload={"agent": runtime.agent.id, "by": by},
            random_bytes=runtime.random_bytes,
        )  # fmt: skip
