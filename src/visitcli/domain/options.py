"""Ways out (解决方案): what can be offered to a customer in arrears, each with its whole schedule, what it costs, and
whether the household carries it.

Every schedule runs from the next due date to the end of the loan, so that two options can be laid side by side. Nothing
here is a verdict, and everything needs the lender's consent where the agent's authority does not cover it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from visitcli.domain.amortisation import (
    LONGEST,
    Instalment,
    Schedule,
    after_pause,
    due_dates,
    equal_instalments,
    equal_principal,
    evenly,
    half_up,
    monthly,
    total,
    with_others,
)
from visitcli.domain.annual import AnnualRate, annual
from visitcli.domain.arrears import DAY_BASIS, Arrears
from visitcli.domain.budget import Budget
from visitcli.domain.loan import LoanFacts

Code = Literal[
    "full",
    "catch_up",
    "extension",
    "pause",
    "equal_instalments",
    "equal_principal",
    "reduced_penalty",
    "settlement",
]
CODES: tuple[Code, ...] = (
    "full", "catch_up", "extension", "pause", "equal_instalments", "equal_principal", "reduced_penalty", "settlement",
)  # fmt: skip
PAY_WITHIN_DAYS = 10  # in which a sum that is agreed at once is to be paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What the agent may agree to: months, and percent of penalty, or of penalty and interest, that may be waived."""

    catch_up_months: int = 24
    pause_months: int = 3
    extension_months: int = 12
    penalty_percent: int = 0
    settlement_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the customer would like, where something else than the usual is meant: months to catch up in, of a pause,
    and by which the loan gets longer. None: what the budget carries, else the usual."""

    catch_up_months: int | None = None
    pause_months: int | None = None
    extension_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way out. Amounts in fen; `months` what the option is about (to catch up in, of the pause, that the loan lasts
    longer); `waived_fen` what the lender gives up. Where it cannot be reckoned `missing` names the case file's fields,
    where the agent may not offer it `authority` is False; then the schedule is empty.

    `cost_fen`: all that is paid beyond principal; `highest_fen`: the most that falls due in one month; `carried`:
    whether the budget carries that, None without a budget; `holds_shock`: whether it does when a fifth of the income is
    gone; `missed_fen_a_day`: what a missed instalment costs a day, in penalty.
    """

    code: Code
    months: int = 0
    schedule: Schedule = ()
    dates: Sequence[date] = ()
    principal_fen: int = 0
    waived_fen: int = 0
    rate: AnnualRate | None = None
    carried: bool | None = None
    holds_shock: bool | None = None
    missed_fen_a_day: int | None = None
    missing: tuple[str, ...] = ()
    authority: bool = True

    @property
    def available(self) -> bool:
        """Whether it can be offered at all."""
        return bool(self.schedule)

    @property
    def total_fen(self) -> int:
        """All that is paid."""
        return total(self.schedule)

    @property
    def cost_fen(self) -> int:
        """What is paid beyond principal."""
        return self.total_fen - sum(one.principal_fen for one in self.schedule)

    @property
    def highest_fen(self) -> int:
        """The most that falls due in one month."""
        return max((one.total_fen for one in self.schedule), default=0)

    @property
    def last_date(self) -> date | None:
        """When the last of it is due."""
        return self.dates[-1] if self.dates else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What can be offered: the arrears item by item, the options in the order of `CODES`, and the budget that they were
    held against. `only_a_pause`: nothing is left to pay an instalment from, so that no plan is offered."""

    arrears: Arrears | None
    options: tuple[Option, ...]
    budget: Budget | None = None

    @property
    def only_a_pause(self) -> bool:
        """Whether the household has nothing left."""
        return self.budget is not None and self.budget.surplus_fen <= 0


def options_for(
    loan: LoanFacts,
    budget: Budget | None,
    authority: Authority,
    today: date,
    wish: Wish = Wish(),
) -> Ways:
    """Every way out of these arrears, by the customer's budget and the agent's authority. Where nothing is left a pause
    is offered and no plan."""
    making = _Making(loan, budget, authority, today, wish)
    found = tuple(making.judged(option) for option in making.all())
    ways = Ways(arrears=loan.arrears(), options=found, budget=budget)
    if ways.only_a_pause:  # what follows the pause is looked at again before it ends: it is held against no budget now
        pauses = [replace(one, carried=None, holds_shock=None) for one in found if one.code == "pause"]
        return replace(ways, options=tuple(pauses))
    return ways


class _Making:
    """The options of one loan."""

    def __init__(self, loan: LoanFacts, budget: Budget | None, authority: Authority, today: date, wish: Wish) -> None:
        self.loan, self.budget, self.authority, self.today, self.wish = loan, budget, authority, today, wish
        self.owed = loan.arrears() or Arrears(0, 0, 0)
        self.first = loan.next_due(today)

    def all(self) -> Iterator[Option]:
        makers: dict[Code, tuple[Callable[[], Option], tuple[str, ...]]] = {
            "full": (self.full, ("overdue_fen",)),
            "catch_up": (self.catch_up, ("overdue_fen",)),
            "extension": (self.extension, _PLAN),
            "pause": (self.pause, _PLAN),
            "equal_instalments": (lambda: self.re_amortised("equal_instalments"), _PLAN),
            "equal_principal": (lambda: self.re_amortised("equal_principal"), _PLAN),
            "reduced_penalty": (self.reduced_penalty, ("overdue_fen",)),
            "settlement": (self.settlement, ("overdue_fen", "balance_fen")),
        }
        for code in CODES:
            make, needs = makers[code]
            missing = tuple(name for name in needs if getattr(self.loan, name) is None)
            yield Option(code=code, missing=missing) if missing else make()

    def judged(self, option: Option) -> Option:
        """With its annual rates, and held against the budget."""
        if not option.available:
            return option
        paid = [one.total_fen for one in option.schedule]
        carried = self.budget.carries(option.highest_fen) if self.budget else None
        shock = self.budget.shocked.carries(option.highest_fen) if self.budget else None
        if option.code in ("full", "reduced_penalty", "settlement"):
            carried = shock = None  # a sum at once comes from savings, not from a month's income
        return replace(
            option,
            rate=annual(option.principal_fen, paid) if len(paid) > 1 else None,
            carried=carried,
            holds_shock=shock,
            missed_fen_a_day=self._missed(option),
        )

    def _missed(self, option: Option) -> int | None:
        rate = self.loan.penalty_rate
        if rate is None or len(option.schedule) == 1:  # a sum at once has no instalments to miss
            return None
        principal = max(one.principal_fen for one in option.schedule)
        return half_up(principal * rate / 100 / DAY_BASIS)

    def _paid_at_once(self, code: Code, amount: Arrears, waived: int) -> Option:
        one = Instalment(1, amount.principal_fen, amount.interest_fen, amount.penalty_fen + amount.compound_fen)
        within = [_within(self.today, PAY_WITHIN_DAYS)]
        return Option(code=code, schedule=(one,), dates=within, principal_fen=one.principal_fen, waived_fen=waived)

    def full(self) -> Option:
        """一次补齐: all that is overdue, within some days."""
        return self._paid_at_once("full", self.owed, 0)

    def catch_up(self) -> Option:
        """分期补齐: what is overdue in equal parts beside the instalments that go on. The overdue principal bears the
        penalty rate until it is paid, as the contract has it."""
        months = self._months_to_catch_up()
        if months > self.authority.catch_up_months:
            return Option(code="catch_up", months=months, authority=False)
        parts = self._overdue_parts(months)
        going_on = self._going_on()
        length = max(len(parts), len(going_on))
        due = tuple(_added(number, _at(parts, number), _at(going_on, number)) for number in range(1, length + 1))
        balance = sum(one.principal_fen for one in due)
        return self._from_next_due("catch_up", _with_balances(due, balance), months=months)

    def _months_to_catch_up(self) -> int:
        if self.wish.catch_up_months:
            return min(self.wish.catch_up_months, LONGEST)
        usual = min(12, self.authority.catch_up_months)
        if self.budget is None:
            return usual
        room = self.budget.most_fen - (self.loan.instalment_fen or 0)
        for months in range(2, self.authority.catch_up_months + 1):
            if max(one.total_fen for one in self._overdue_parts(months)) <= room:
                return months
        return usual

    def _overdue_parts(self, months: int) -> Schedule:
        rate = self.loan.penalty_rate or self.loan.rate or Decimal(0)
        principal = equal_principal(self.owed.principal_fen, rate, months)
        rest = evenly(self.owed.interest_fen + self.owed.penalty_fen + self.owed.compound_fen, months)
        return with_others(principal, rest)

    def _going_on(self) -> Schedule:
        """The instalments that are not due yet, as the contract has them; none where the file does not tell."""
        loan, months = self.loan, self.loan.months_ahead
        if not months or loan.balance_fen is None or loan.rate is None:
            return ()
        return equal_instalments(max(loan.balance_fen - self.owed.principal_fen, 0), loan.rate, months)

    def extension(self) -> Option:
        """展期: all principal anew over a longer time; interest and penalty that are overdue in equal parts beside it,
        without interest on them."""
        months = self.wish.extension_months or min(self.loan.unpaid or 1, self.authority.extension_months)
        if months > self.authority.extension_months:
            return Option(code="extension", months=months, authority=False)
        return self._anew("extension", months, self._length(months), equal_instalments)

    def pause(self) -> Option:
        """缓交: nothing is due for some months; interest runs on at the contract's rate and is spread over the rest."""
        months = self.wish.pause_months or self.authority.pause_months
        if not 1 <= months <= self.authority.pause_months:
            return Option(code="pause", months=months, authority=False)
        balance, rate = self.loan.balance_fen or 0, self.loan.rate or Decimal(0)
        waiting = sum(half_up(balance * monthly(rate)) for _ in range(months))
        schedule = self._spread(equal_instalments(balance, rate, self._length(0)), waiting)
        return self._from_next_due("pause", after_pause(schedule, months, balance), months=months)

    def re_amortised(self, code: Literal["equal_instalments", "equal_principal"]) -> Option:
        """等额本息 or 等额本金 anew, over as many months as the authority allows."""
        longer = self.wish.extension_months or self.authority.extension_months
        if longer > self.authority.extension_months:
            return Option(code=code, months=longer, authority=False)
        make = equal_instalments if code == "equal_instalments" else equal_principal
        return self._anew(code, longer, self._length(longer), make)

    def reduced_penalty(self) -> Option:
        """减免罚息: what is overdue at once, with a part of the penalty given up."""
        waived = self.owed.penalty_fen * self.authority.penalty_percent // 100
        if not waived:
            return Option(code="reduced_penalty", authority=bool(self.authority.penalty_percent))
        return self._paid_at_once(
            "reduced_penalty", replace(self.owed, penalty_fen=self.owed.penalty_fen - waived), waived
        )

    def settlement(self) -> Option:
        """一次性结清: all principal and what is overdue, with a part of interest and penalty given up."""
        percent = self.authority.settlement_percent
        interest, penalty = self.owed.interest_fen * percent // 100, self.owed.penalty_fen * percent // 100
        amount = replace(
            self.owed,
            principal_fen=max(self.loan.balance_fen or 0, self.owed.principal_fen),
            interest_fen=self.owed.interest_fen - interest,
            penalty_fen=self.owed.penalty_fen - penalty,
        )
        return self._paid_at_once("settlement", amount, interest + penalty)

    def _anew(self, code: Code, months: int, length: int, make: Callable[[int, Decimal, int], Schedule]) -> Option:
        schedule = make(self.loan.balance_fen or 0, self.loan.rate or Decimal(0), length)
        return self._from_next_due(code, self._spread(schedule, 0), months=months)

    def _spread(self, schedule: Schedule, more_fen: int) -> Schedule:
        beside = self.owed.interest_fen + self.owed.penalty_fen + self.owed.compound_fen + more_fen
        return with_others(schedule, evenly(beside, len(schedule)))

    def _length(self, longer: int) -> int:
        return min((self.loan.months_left or 1) + longer, LONGEST)

    def _from_next_due(self, code: Code, schedule: Schedule, *, months: int) -> Option:
        return Option(
            code=code,
            months=months,
            schedule=schedule,
            dates=due_dates(self.first, len(schedule)),
            principal_fen=sum(one.principal_fen for one in schedule),
        )


_PLAN = ("balance_fen", "rate", "months_left", "overdue_fen")


def _within(today: date, days: int) -> date:
    return today + timedelta(days=days) if today < date.max - timedelta(days=days) else date.max


def _at(schedule: Schedule, number: int) -> Instalment:
    return schedule[number - 1] if number <= len(schedule) else Instalment(number, 0, 0)


def _added(number: int, one: Instalment, other: Instalment) -> Instalment:
    return Instalment(
        number,
        one.principal_fen + other.principal_fen,
        one.interest_fen + other.interest_fen,
        one.other_fen + other.other_fen,
    )


def _with_balances(schedule: Sequence[Instalment], balance: int) -> Schedule:
    found = []
    for one in schedule:
        balance -= one.principal_fen
        found.append(replace(one, balance_fen=balance))
    return tuple(found)
