"""What is overdue, item by item: principal, interest, penalty (罚息), and compound interest (复利) where the contract
says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from visitcli.domain.amortisation import half_up, monthly

DAY_BASIS = 360  # days of a year in the rate of a day; the practice of PBOC, where the contract does not say 365


@dataclass(frozen=True, slots=True)
class Overdue:
    """One instalment that was not paid, in fen, and for how many days it has been overdue."""

    principal_fen: int
    interest_fen: int
    days: int


@dataclass(frozen=True, slots=True)
class Arrears:
    """What is overdue, in fen. `reckoned`: principal and interest are the program's reckoning, not the file's."""

    principal_fen: int
    interest_fen: int
    penalty_fen: int
    compound_fen: int = 0
    reckoned: bool = False

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.principal_fen + self.interest_fen + self.penalty_fen + self.compound_fen


def arrears_of(
    overdue: Iterable[Overdue],
    penalty_rate: Decimal,
    *,
    compound: bool = False,
    day_basis: int = DAY_BASIS,
    grace_days: int = 0,
) -> Arrears:
    """The items of what is overdue.

    `penalty_rate`: percent a year, on overdue principal from the first day on, if it has been overdue for more than the
    grace days. `compound`: unpaid interest bears interest at that rate too; penalties never do (银发〔2003〕251号, to
    be verified).
    """
    items = list(overdue)
    late = [one for one in items if one.days > grace_days]

    def accrued(amount_fen: int, days: int) -> int:
        return half_up(amount_fen * penalty_rate / 100 * days / day_basis)

    return Arrears(
        principal_fen=sum(one.principal_fen for one in items),
        interest_fen=sum(one.interest_fen for one in items),
        penalty_fen=sum(accrued(one.principal_fen, one.days) for one in late),
        compound_fen=sum(accrued(one.interest_fen, one.days) for one in late) if compound else 0,
    )


def split(balance_fen: int, instalment_fen: int, rate: Decimal, unpaid: int) -> tuple[int, int]:
    """Principal and interest of so many unpaid instalments of 等额本息, of which `balance_fen` was the principal before
    the first. In fen."""
    principal = interest = 0
    for _ in range(unpaid):
        due = half_up((balance_fen - principal) * monthly(rate))
        interest += due
        principal += min(max(instalment_fen - due, 0), balance_fen - principal)
    return principal, interest


def allocated(
    paid_fen: int, arrears: Arrears, order: tuple[str, ...] = ("compound", "penalty", "interest", "principal")
) -> Arrears:
    """What is left overdue after a payment. Where the contract says nothing: costs, then interest, then principal
    (民法典 art. 561)."""
    left = {name: getattr(arrears, f"{name}_fen") for name in order}
    for name in order:
        part = min(left[name], paid_fen)
        left[name] -= part
        paid_fen -= part
    return Arrears(**{f"{name}_fen": amount for name, amount in left.items()}, reckoned=arrears.reckoned)
