"""Car loans in arrears: principal, annuity, what was paid, what was missed, what that costs.

All sums are integer fen and agree with each other: the overdue amount is what the missed instalments still lack plus
the penalty, the balance is the principal that the paid instalments have left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from visitcli.domain.case import Loan, Payment, Product, Vehicle

LENDER = "示例汽车金融有限公司"


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a product is lent on: percent of the price new, basis points a year, months."""

    share: tuple[int, int]
    rate_bp: tuple[int, int]
    months: tuple[int, ...]


_TERMS: dict[Product, _Terms] = {
    "new_car": _Terms((50, 86), (399, 888), (36, 48, 60)),
    "used_car": _Terms((28, 56), (750, 1280), (24, 36, 48)),
    "vehicle_secured": _Terms((24, 60), (900, 1560), (24, 36)),
}
_DUE_COUNTS = (6, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11, 12, 13, 16, 36)
_MISSED = (1, 2, 3, 4, 5, 6, 8)
_MISSED_WEIGHTS = (16, 27, 25, 14, 9, 6, 3)

# model, price new in thousands of yuan, whether it takes the longer plate of an electric car
_CARS = (
    ("五菱宏光", 62, False), ("吉利帝豪", 82, False), ("大众朗逸", 118, False), ("别克英朗", 108, False),
    ("日产轩逸", 122, False), ("丰田卡罗拉", 128, False), ("哈弗H6", 116, False), ("长安CS75", 128, False),
    ("福特福克斯", 135, False), ("本田雅阁", 205, False), ("宝马320Li", 305, False), ("奥迪A4L", 312, False),
    ("比亚迪秦PLUS DM-i", 112, True), ("比亚迪元PLUS", 138, True), ("荣威Ei5", 140, True), ("埃安S", 148, True),
    ("小鹏P5", 168, True), ("特斯拉Model 3", 242, True),
)  # fmt: skip
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O
_VIN_LETTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
_VIN_VALUES |= {digit: int(digit) for digit in "0123456789"}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Car:
    """A car and what it cost new, in thousands of yuan."""

    vehicle: Vehicle
    price: int


def loan(rng: Random, today: date, contract: str, car: Car) -> tuple[Loan, tuple[Payment, ...]]:
    """A loan with 6 to 36 instalments due before `today`, the last of them missed, and its payment record."""
    product: Product = rng.choices(tuple(_TERMS), (45, 35, 20))[0]
    terms = _TERMS[product]
    principal = car.price * rng.randrange(*terms.share) // 100 * 100_000
    rate_bp = rng.randrange(*terms.rate_bp)
    months = rng.choice(terms.months)
    due_count = min(rng.choice(_DUE_COUNTS), months - 3)
    missed = min(rng.choices(_MISSED, _MISSED_WEIGHTS)[0], due_count - 2)
    day = rng.randrange(1, 29)
    instalment = annuity(principal, rate_bp, months)
    last_due = _last_before(today, day)
    payments = _record(rng, instalment, [_add_months(last_due, -back) for back in reversed(range(due_count))], missed)
    penalty_bp = rate_bp * 3 // 2
    since = payments[-missed].due_date
    penalty = penalty_on(payments, penalty_bp, today)
    first_due = payments[0].due_date
    return Loan(
        contract=contract,
        lender=LENDER,
        product=product,
        principal_fen=principal,
        balance_fen=balance(principal, rate_bp, instalment, due_count - missed),
        overdue_fen=sum(lacking(payment) for payment in payments) + penalty,
        penalty_fen=penalty,
        instalment_fen=instalment,
        days_overdue=(today - since).days,
        instalments_overdue=missed,
        instalments_total=months,
        instalments_paid=due_count - missed,
        rate=Decimal(rate_bp) / 100,
        penalty_rate=Decimal(penalty_bp) / 100,
        due_day=day,
        start_date=_add_months(first_due, -1),
        end_date=_add_months(first_due, months - 1),
        overdue_since=since,
        last_payment_date=max(payment.paid_date for payment in payments if payment.paid_date),
        limitation_date=_add_months(first_due, months - 1 + 36),  # three years from the last instalment's due date
    ), payments


def after_instalment(terms: Loan, payments: tuple[Payment, ...], today: date) -> tuple[Loan, tuple[Payment, ...]]:
    """The loan on `today` after its first missed instalment came in the day before."""
    missed = terms.instalments_overdue or 0
    yesterday = today - timedelta(days=1)
    first = payments[-missed]
    paid = replace(first, paid_date=yesterday, paid_fen=first.due_fen)
    payments = (*payments[:-missed], paid, *payments[len(payments) - missed + 1 :])
    rate_bp, penalty_bp = int((terms.rate or 0) * 100), int((terms.penalty_rate or 0) * 100)
    since, penalty = payments[-missed + 1].due_date, penalty_on(payments, penalty_bp, today)
    done = (terms.instalments_paid or 0) + 1
    return replace(
        terms,
        balance_fen=balance(terms.principal_fen or 0, rate_bp, terms.instalment_fen or 0, done),
        overdue_fen=sum(lacking(payment) for payment in payments) + penalty,
        penalty_fen=penalty,
        days_overdue=(today - since).days,
        instalments_overdue=missed - 1,
        instalments_paid=done,
        overdue_since=since,
        last_payment_date=yesterday,
    ), payments


def annuity(principal: int, rate_bp: int, months: int) -> int:
    """The equal monthly instalment in fen (等额本息), rounded to the fen."""
    monthly = Decimal(rate_bp) / 120_000
    growth = (1 + monthly) ** months
    return int((principal * monthly * growth / (growth - 1)).to_integral_value())


def balance(principal: int, rate_bp: int, instalment: int, paid: int) -> int:
    """The principal in fen that is left after `paid` instalments, each month's interest rounded to the fen."""
    left = principal
    for _ in range(paid):
        left -= instalment - (left * rate_bp + 60_000) // 120_000
    return left


def lacking(payment: Payment) -> int:
    """What an instalment still lacks, in fen."""
    return (payment.due_fen or 0) - (payment.paid_fen or 0)


def penalty_on(payments: tuple[Payment, ...], penalty_bp: int, today: date) -> int:
    """The penalty in fen on what is lacking, from each due date to `today`, a year of 360 days."""
    return sum(
        (lacking(item) * penalty_bp * (today - item.due_date).days + 1_800_000) // 3_600_000 for item in payments
    )


def _record(rng: Random, instalment: int, due_dates: list[date], missed: int) -> tuple[Payment, ...]:
    kept = len(due_dates) - missed
    payments = [_paid(rng, instalment, due, due_dates[at + 1]) for at, due in enumerate(due_dates[:kept])]
    payments += [Payment(due_date=due, due_fen=instalment) for due in due_dates[kept:]]
    if rng.random() < 0.15:  # something came, not enough
        first = payments[kept]
        part = rng.randrange(1, max(2, instalment // 20_000)) * 10_000
        came = first.due_date + timedelta(days=rng.randrange(3, 8))
        if part < instalment and came < due_dates[-1] + timedelta(days=1):
            payments[kept] = Payment(due_date=first.due_date, due_fen=instalment, paid_date=came, paid_fen=part)
    return tuple(payments)


def _paid(rng: Random, instalment: int, due: date, next_due: date) -> Payment:
    """On the day, or some days late, but before the next one was due."""
    late = rng.choices((0, rng.randrange(1, 6), rng.randrange(6, 26)), (70, 20, 10))[0]
    came = min(due + timedelta(days=late), next_due - timedelta(days=1))
    return Payment(due_date=due, due_fen=instalment, paid_date=came, paid_fen=instalment)


def _last_before(today: date, day: int) -> date:
    """The latest date with this day of the month that lies before `today`."""
    this_month = today.replace(day=day)
    return this_month if this_month < today else _add_months(this_month, -1)


def _add_months(start: date, months: int) -> date:
    """The same day some months later or earlier; days of the month go to 28 only."""
    years, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + years, month=month + 1)


def car(rng: Random) -> Car:
    """A car with a Shanghai plate, mostly, and a chassis number of a maker that does not exist (`L0X`)."""
    model, price, electric = rng.choice(_CARS)
    return Car(Vehicle(plate=_plate(rng, electric), vin=_vin(rng), model=model), price)


def _plate(rng: Random, electric: bool) -> str:
    if electric:
        return f"沪A{rng.choice('DF')}{rng.randrange(100_000):05d}"
    place = rng.choices(("沪A", "沪B", "沪C", "苏E", "皖S"), (55, 15, 20, 6, 4))[0]
    serial = [str(rng.randrange(10)) for _ in range(5)]
    for at in rng.sample(range(4), rng.randrange(1, 3)):
        serial[at] = rng.choice(_PLATE_LETTERS)
    return place + "".join(serial)


def _vin(rng: Random) -> str:
    """Seventeen characters with the check digit of GB 16735 in the ninth place."""
    body = "L0X" + "".join(rng.choice(_VIN_LETTERS) for _ in range(8)) + f"{rng.randrange(10**6):06d}"
    weighted = zip(body, _VIN_WEIGHTS, strict=True)
    check = sum(_VIN_VALUES[letter] * weight for letter, weight in weighted) % 11
    return body[:8] + ("X" if check == 10 else str(check)) + body[9:]
