"""Holds that were set on this device, and those of a visit's record that were cleared here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visitcli.store.database import Store

HOLD = (
    "hold_id", "case_id", "visit_id", "code", "since", "until", "reason", "agent", "at", "cleared_at", "cleared_by",
    "cleared_reason",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(HOLD)} FROM holds"  # noqa: S608 - constants
CLEARED_VISITS = (
    "SELECT visit_id, code, coalesce(until, '') FROM holds WHERE visit_id IS NOT NULL AND cleared_at IS NOT NULL"
)
"""What has been cleared of visits: the visit, the code and the last day ("" for none). A correction that asks for
another hold has not been cleared with the one before."""


def of_case(store: Store, case_id: str) -> list[dict[str, Any]]:
    """Every hold of a case, cleared ones too, in the order in which they were set."""
    return [_hold(row) for row in store.all(f"{_SELECT} WHERE case_id = ? ORDER BY at, hold_id", (case_id,))]


def standing(store: Store) -> dict[str, list[dict[str, Any]]]:
    """By case number, the holds set here that nobody has cleared."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in store.all(f"{_SELECT} WHERE visit_id IS NULL AND cleared_at IS NULL ORDER BY at, hold_id"):
        hold = _hold(row)
        found.setdefault(hold["case_id"], []).append(hold)
    return found


def every(store: Store) -> list[dict[str, Any]]:
    """Every hold in the order of its id."""
    return [_hold(row) for row in store.all(f"{_SELECT} ORDER BY hold_id")]


def add(store: Store, hold: Mapping[str, object]) -> None:
    """A hold that was set, or one of a visit's that was cleared; what it does not say is NULL."""
    store.run(
        f"INSERT INTO holds ({', '.join(HOLD)}) VALUES ({', '.join(f':{name}' for name in HOLD)})",  # noqa: S608 - constants
        {**dict.fromkeys(HOLD), **hold},
    )


def clear(store: Store, hold_id: str, at: str, by: str, reason: str) -> None:
    """Lift a hold that was set here."""
    store.run(
        "UPDATE holds SET cleared_at = ?, cleared_by = ?, cleared_reason = ? WHERE hold_id = ?",
        (at, by, reason, hold_id),
    )


def _hold(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(HOLD, row, strict=True))
