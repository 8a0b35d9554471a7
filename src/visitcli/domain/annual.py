"""What a loan costs a year, from its cash flows: the internal rate of return of a month, as nominal and effective rate.

中国人民银行公告〔2021〕第3号: all costs over the principal actually used, annualised; by compound interest the IRR
method, or simple interest that is called simple. Both are given: x 12 (nominal, 名义) and compounded (effective, 实际).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MONTHS = 12
HIGHEST = 100.0  # a month's rate beyond which nobody asks for the exact one: 10,000 %
STEPS = 200


@dataclass(frozen=True, slots=True)
class AnnualRate:
    """Percent a year, two decimals."""

    nominal: float
    effective: float


def monthly_irr(received_fen: int, paid_fen: Sequence[int]) -> float | None:
    """The rate of a month (a fraction) at which the payments, one a month from the next month on, are worth what was
    received: accurate to 1e-12 of the rate or better. None where there is none: nothing received, or less paid than
    received. By bisection: the worth falls steadily as the rate rises, so that it cannot miss.
    """
    if received_fen <= 0 or sum(paid_fen) < received_fen or any(paid < 0 for paid in paid_fen):
        return None
    low, high = 0.0, 1e-3
    while worth(paid_fen, high) > received_fen:
        low, high = high, high * 2
        if high > HIGHEST:
            return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if worth(paid_fen, middle) > received_fen else (low, middle)
    return (low + high) / 2


def worth(paid_fen: Sequence[int], rate: float) -> float:
    """What payments of a month each are worth today at this rate of a month, in fen."""
    value = 0.0
    for paid in reversed(paid_fen):
        value = (value + paid) / (1 + rate)
    return value


def annual(received_fen: int, paid_fen: Sequence[int]) -> AnnualRate | None:
    """Both rates of a loan; None where there is none (see `monthly_irr`)."""
    rate = monthly_irr(received_fen, paid_fen)
    if rate is None:
        return None
    return AnnualRate(round(rate * MONTHS * 100, 2), round(((1 + rate) ** MONTHS - 1) * 100, 2))
