"""What an agent may agree to at the door, and for how long a visit's record keeps people away. What the law and the
house say of a visit stands in the rule packs (rules_pack, rules_check)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


def more_than_owed(question: str, value: object, loan: Mapping[str, Any]) -> int | None:
    """What is owed at most, in fen, where a promise is for more than that: the balance and what is overdue on it."""
    balance = loan.get("balance_fen")
    if question != "promise_amount" or balance is None:
        return None
    owed = int(balance) + int(loan.get("overdue_fen") or 0) + int(loan.get("penalty_fen") or 0)
    return owed if Decimal(str(value)) * 100 > owed > 0 else None


@dataclass(frozen=True, slots=True)
class Rest:
    """Nobody goes there until after `until` (None: until somebody clears it), because of what a visit recorded."""

    code: str
    until: date | None


def beyond_authority(question: str, value: object, max_instalments: int) -> bool:
    """Whether an answer agrees to more than the agent may: more instalments than the office allows."""
    return question == "instalment_count" and isinstance(value, int) and value > max_instalments
