"""Completion of case numbers, with names, from the store."""

from __future__ import annotations

from typing import Any

from visitcli.cli.desk import Desk


def case_numbers(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Open cases that begin so; none where there is no store yet (completing must never make one), or it is locked."""
    from visitcli.store import cases
    from visitcli.store.database import FILE_NAME

    desk: Desk | None = ctx.find_object(Desk)
    if desk is None or not (desk.runtime.home / FILE_NAME).exists() or not desk.runtime.is_unlocked:
        return []
    return cases.starting_with(desk.runtime.store, incomplete, desk.runtime.today().isoformat())
