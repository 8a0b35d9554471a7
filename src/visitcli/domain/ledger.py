"""The payment record as a small picture: one mark an instalment, a row a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Literal

Mark = Literal["paid", "late", "partial", "missed", "due"]


def mark(payment: Mapping[str, Any]) -> Mark:
    """How one instalment went: paid in time, late, in part, missed, or not due with nothing known.

    Takes a payment as stored or as shown: `due_date`, `paid_date` ISO dates; amounts under `due`/`paid` (yuan, decimal
    strings) or `due_fen`/`paid_fen`.
    """
    due, paid = _amount(payment, "due"), _amount(payment, "paid")
    paid_date = payment.get("paid_date")
    if not paid and not paid_date:
        return "missed" if due is None or due > 0 else "due"
    if due is not None and paid is not None and paid < due:
        return "partial"
    return "late" if paid_date and str(paid_date) > str(payment["due_date"]) else "paid"


def picture(payments: Iterable[Mapping[str, Any]]) -> list[tuple[str, int, list[Mark]]]:
    """Year, the months before its first instalment, and its marks in order of due date."""
    ordered = sorted(payments, key=lambda payment: str(payment["due_date"]))
    rows: list[tuple[str, int, list[Mark]]] = []
    for year, group in groupby(ordered, key=lambda payment: str(payment["due_date"])[:4]):
        items = list(group)
        lead = int(str(items[0]["due_date"])[5:7]) - 1 if len(items) <= 12 else 0
        rows.append((year, lead, [mark(item) for item in items]))
    return rows


def _amount(payment: Mapping[str, Any], key: str) -> float | None:
    value = payment.get(f"{key}_fen", payment.get(key))
    return None if value is None else float(value)
