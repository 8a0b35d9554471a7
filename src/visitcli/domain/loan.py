"""What the arithmetic needs of a loan in arrears, from the case file: what stands there, what follows from it, what is
missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from visitcli.domain.amortisation import LONGEST, on_day
from visitcli.domain.arrears import Arrears, split


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """A loan in arrears. Amounts in fen, None where the file does not say. `balance_fen`: all principal that is not
    paid back, overdue or not; `overdue_fen` as the file has it; `rate`, `penalty_rate`: percent a year."""

    balance_fen: int | None = None
    overdue_fen: int | None = None
    penalty_fen: int = 0
    instalment_fen: int | None = None
    rate: Decimal | None = None
    penalty_rate: Decimal | None = None
    instalments_total: int | None = None
    instalments_paid: int | None = None
    instalments_overdue: int | None = None
    due_day: int | None = None

    @classmethod
    def of(cls, loan: Mapping[str, Any]) -> LoanFacts:
        """From the case's loan as stored."""

        def rate(key: str) -> Decimal | None:
            return Decimal(str(loan[key])) if loan.get(key) is not None else None

        return cls(
            balance_fen=loan.get("balance_fen"),
            overdue_fen=loan.get("overdue_fen"),
            penalty_fen=loan.get("penalty_fen") or 0,
            instalment_fen=loan.get("instalment_fen"),
            rate=rate("rate"),
            penalty_rate=rate("penalty_rate"),
            instalments_total=loan.get("instalments_total"),
            instalments_paid=loan.get("instalments_paid"),
            instalments_overdue=loan.get("instalments_overdue"),
            due_day=loan.get("due_day"),
        )

    @property
    def unpaid(self) -> int | None:
        """How many instalments are overdue: as the file says, else by the amount."""
        if self.instalments_overdue is not None:
            return self.instalments_overdue
        if self.overdue_fen and self.instalment_fen:
            return max(round(self.overdue_fen / self.instalment_fen), 1)
        return None

    @property
    def months_left(self) -> int | None:
        """Instalments that are not paid, the overdue ones too."""
        if self.instalments_total is None or self.instalments_paid is None:
            return None
        left = self.instalments_total - self.instalments_paid
        return left if 1 <= left <= LONGEST else None

    @property
    def months_ahead(self) -> int | None:
        """Instalments that are not due yet."""
        left, unpaid = self.months_left, self.unpaid
        return None if left is None or unpaid is None else max(left - unpaid, 0)

    @property
    def penalty_within(self) -> bool:
        """Whether the file's overdue amount has the penalty in it already: where it is nearer so to the instalments."""
        unpaid = self.unpaid
        if self.overdue_fen is None or not self.instalment_fen or unpaid is None:
            return False
        bare = self.instalment_fen * unpaid
        return abs(self.overdue_fen - self.penalty_fen - bare) < abs(self.overdue_fen - bare)

    def arrears(self) -> Arrears | None:
        """What is overdue, item by item: principal and interest as reckoned for 等额本息 where the file has the figures
        for it, else all but the penalty as principal. None where the file does not say what is overdue."""
        if self.overdue_fen is None:
            return None
        bare = max(self.overdue_fen - (self.penalty_fen if self.penalty_within else 0), 0)
        interest = min(self._interest_of_unpaid(), bare)
        known = interest > 0
        return Arrears(bare - interest, interest, self.penalty_fen, reckoned=known)

    def _interest_of_unpaid(self) -> int:
        unpaid = self.unpaid
        if self.balance_fen is None or not self.instalment_fen or self.rate is None or unpaid is None:
            return 0
        if unpaid > LONGEST:
            return 0
        return split(self.balance_fen, self.instalment_fen, self.rate, unpaid)[1]

    def next_due(self, today: date) -> date:
        """When the next instalment falls due, after today; a month from today where the file does not say the day."""
        day = self.due_day or today.day
        here = on_day(today.year, today.month, day)
        return here if here > today else on_day(today.year, today.month + 1, day)
