"""Repayment schedules (还款计划): what falls due in which month, in integer fen.

Money is rounded half up to the fen where it arises, and the last instalment takes the remainder, so that the parts of
a schedule add up exactly. Rates are percent a year; a month is a twelfth of it, a day a 360th (中国人民银行's practice
for loans; some contracts say 365).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

MONTHS = 12
PRECISION = 50  # digits; the power of a long schedule needs more than the usual 28
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is due in month `number` (from 1), in fen. `balance_fen`: principal left after it."""

    number: int
    principal_fen: int
    interest_fen: int
    other_fen: int = 0
    balance_fen: int = 0

    @property
    def total_fen(self) -> int:
        """All that is due that month."""
        return self.principal_fen + self.interest_fen + self.other_fen


Schedule = tuple[Instalment, ...]


def half_up(amount: Decimal) -> int:
    """To the whole fen, a half away from zero."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def monthly(rate: Decimal) -> Decimal:
    """The rate of a month, as a fraction, of a rate in percent a year."""
    return rate / 100 / MONTHS


def evenly(amount_fen: int, parts: int) -> list[int]:
    """An amount in equal parts, half up; the last takes the remainder. The parts are never negative."""
    _check(amount_fen, parts)
    part = half_up(Decimal(amount_fen) / parts)
    if part * (parts - 1) > amount_fen:  # a few fen over many parts
        part = amount_fen // parts
    return [part] * (parts - 1) + [amount_fen - part * (parts - 1)]


def equal_instalments(principal_fen: int, rate: Decimal, months: int) -> Schedule:
    """等额本息: the same sum each month, M = P r (1 + r)^n / ((1 + r)^n - 1); without interest, equal parts."""
    _check(principal_fen, months)
    each = level_payment(principal_fen, rate, months)
    found, balance = [], principal_fen
    for number in range(1, months + 1):
        interest = half_up(balance * monthly(rate))
        principal = balance if number == months else min(max(each - interest, 0), balance)
        balance -= principal
        found.append(Instalment(number, principal, interest, 0, balance))
    return tuple(found)


def level_payment(principal_fen: int, rate: Decimal, months: int) -> int:
    """The sum of 等额本息 each month, in fen."""
    r = monthly(rate)
    if not r:
        return evenly(principal_fen, months)[0]
    with localcontext() as context:
        context.prec = PRECISION
        growth = (1 + r) ** months
        return half_up(principal_fen * r * growth / (growth - 1))


def equal_principal(principal_fen: int, rate: Decimal, months: int) -> Schedule:
    """等额本金: the same part of the principal each month, and interest on what is left of it."""
    return _on_balance(principal_fen, rate, evenly(principal_fen, months))


def interest_only(principal_fen: int, rate: Decimal, months: int) -> Schedule:
    """先息后本: interest each month, the principal with the last."""
    return balloon(principal_fen, rate, months, principal_fen)


def balloon(principal_fen: int, rate: Decimal, months: int, last_fen: int) -> Schedule:
    """尾款: equal parts of the principal but for a large last one of at least `last_fen`."""
    _check(principal_fen, months)
    if not 0 <= last_fen <= principal_fen:
        raise ValueError(last_fen)
    parts = evenly(principal_fen - last_fen, months)
    return _on_balance(principal_fen, rate, [*parts[:-1], parts[-1] + last_fen])


def flat_fee(principal_fen: int, monthly_percent: Decimal, months: int) -> Schedule:
    """手续费分期: equal parts of the principal, and each month a fee on the whole of what was lent."""
    fee = half_up(principal_fen * monthly_percent / 100)
    parts, balance, found = evenly(principal_fen, months), principal_fen, []
    for number, part in enumerate(parts, 1):
        balance -= part
        found.append(Instalment(number, part, 0, fee, balance))
    return tuple(found)


def _on_balance(principal_fen: int, rate: Decimal, parts: Sequence[int]) -> Schedule:
    balance, found = principal_fen, []
    for number, part in enumerate(parts, 1):
        interest = half_up(balance * monthly(rate))
        balance -= part
        found.append(Instalment(number, part, interest, 0, balance))
    return tuple(found)


def with_others(schedule: Schedule, others: Sequence[int]) -> Schedule:
    """The schedule with something else due beside it in the first months."""
    due = [*others, *[0] * (len(schedule) - len(others))]
    return tuple(
        Instalment(one.number, one.principal_fen, one.interest_fen, one.other_fen + other, one.balance_fen)
        for one, other in zip(schedule, due, strict=True)
    )


def after_pause(schedule: Schedule, months: int, balance_fen: int) -> Schedule:
    """The schedule after so many months in which nothing is due."""
    quiet = tuple(Instalment(number, 0, 0, 0, balance_fen) for number in range(1, months + 1))
    moved = (
        Instalment(one.number + months, one.principal_fen, one.interest_fen, one.other_fen, one.balance_fen)
        for one in schedule
    )
    return (*quiet, *moved)


def total(schedule: Iterable[Instalment]) -> int:
    """All that is paid, in fen."""
    return sum(one.total_fen for one in schedule)


def due_dates(first: date, months: int) -> list[date]:
    """The due dates month by month, on the first one's day, or the month's last where it is shorter."""
    return [on_day(first.year, first.month + ahead, first.day) for ahead in range(months)]


def on_day(year: int, month: int, day: int) -> date:
    """That day of a month counted on beyond December; the month's last where it is shorter."""
    year, month = year + (month - 1) // MONTHS, (month - 1) % MONTHS + 1
    following = date(year + month // MONTHS, month % MONTHS + 1, 1) if (year, month) != (9999, 12) else date.max
    return date(year, month, min(day, (following - date(year, month, 1)).days))


def _check(amount_fen: int, months: int) -> None:
    if amount_fen < 0 or not 1 <= months <= LONGEST:
        raise ValueError((amount_fen, months))
