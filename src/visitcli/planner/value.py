"""What a visit is worth: a sum of terms in points, each of which can be named, so that a score can be explained.

A weight is the most that its term can give; the shapes between nothing and that are below, each beside its term. They
are a starting point that an office changes in `settings.toml`, not a law of nature: only the proportions matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt

from visitcli.domain.case import Address, Promise, Stage
from visitcli.planner.chance import Observation
from visitcli.planner.model import Reason

BUCKETS = ((181, 1.0), (91, 0.9), (61, 0.7), (31, 0.5), (1, 0.3))  # from how many days overdue, share of the weight
FULL_AMOUNT_FEN = 3_000_000  # 30,000 yuan overdue and more gives the whole weight; below it the square root
PROMISE_DUE, PROMISE_BROKEN, PROMISE_LONG_BROKEN, PROMISE_RUNNING = 1.0, 0.75, 0.25, -0.25
FRESH_DAYS = 30  # a promise broken longer ago counts as long broken
RETURN_DAYS = 14  # the return date begins to count
LIMITATION_DAYS = 90  # the end of the limitation period begins to count
LIMITATION_PASSED = -0.5  # where the office says so: before anybody goes there its lawyers should look
SILENCE_DAYS = 30  # without contact for so long gives the whole weight, as does never having been contacted
MOST_REASONS = 3  # that a stop names
STAGES: dict[Stage, float] = {"on_site": 1.0, "legal": 0.6, "phone": 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Points that each term gives at most; `any_visit` is what every open case is worth."""

    any_visit: float = 10.0
    days_overdue: float = 30.0
    amount: float = 20.0
    promise: float = 40.0
    return_date: float = 25.0
    limitation: float = 20.0
    last_contact: float = 15.0
    stage: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What planning needs to know of a case: the office's word and the agent's own records together.

    `overdue_fen` in fen; `last_contact`: the day of the last call, message or visit by anybody, None for never;
    `visits`: how often somebody has been there. `limitation_reckoned`: not the office's word but
    `domain.limitation.reckoned`, the earliest that it can be. `seen`: what the visits to it so far say of the chance.
    """

    case_id: str
    addresses: tuple[Address, ...]
    stage: Stage = "on_site"
    days_overdue: int | None = None
    overdue_fen: int | None = None
    return_date: date | None = None
    limitation_date: date | None = None
    limitation_reckoned: bool = False
    promises: tuple[Promise, ...] = ()
    last_contact: date | None = None
    visits: int = 0
    seen: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: its points and the reason for them."""

    points: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Score:
    """The worth of visiting a case on a day. `value` is the sum of the terms, to a hundredth of a point, and never
    below nothing."""

    terms: tuple[Term, ...]

    @property
    def value(self) -> float:
        """Points."""
        return max(0.0, round(sum(term.points for term in self.terms), 2))

    def reasons(self, most: int = MOST_REASONS) -> tuple[Reason, ...]:
        """What speaks for the visit, the weightiest first; what every case has is no reason."""
        telling = sorted((t for t in self.terms if t.points > 0 and t.reason.code != "any_visit"), key=_heaviest)
        return tuple(term.reason for term in telling[:most])


def score(facts: Facts, day: date, weights: Weights) -> Score:
    """The worth of visiting this case on this day, with its terms for and against."""
    return Score(tuple(_terms(facts, day, weights)))


def _heaviest(term: Term) -> float:
    return -term.points


def _terms(facts: Facts, day: date, weights: Weights) -> Iterable[Term]:
    yield Term(weights.any_visit, Reason("any_visit"))
    for weight, share in (
        (weights.days_overdue, _overdue(facts)),
        (weights.amount, _amount(facts)),
        (weights.promise, promise_state(facts, day)),
        (weights.return_date, _returning(facts, day)),
        (weights.limitation, _limitation(facts, day)),
        (weights.last_contact, _silence(facts, day)),
        (weights.stage, (STAGES[facts.stage], Reason(f"stage_{facts.stage}"))),
    ):
        if share and share[0] and weight:
            yield Term(round(weight * share[0], 2), share[1])


_Share = tuple[float, Reason] | None


def _overdue(facts: Facts) -> _Share:
    days = facts.days_overdue or 0
    bucket = next((share for least, share in BUCKETS if days >= least), 0.0)
    return bucket, Reason("overdue", {"days": days})


def _amount(facts: Facts) -> _Share:
    fen = max(facts.overdue_fen or 0, 0)
    return min(1.0, sqrt(fen / FULL_AMOUNT_FEN)), Reason("amount", {"amount_fen": fen})


def promise_state(facts: Facts, day: date) -> _Share:
    """The promise that counts on this day, as a share of its weight: due now, broken, broken long ago, or still
    running (which speaks against a visit). An open one whose day has passed counts as broken: nobody saw it kept."""
    standing = [p for p in facts.promises if p.status != "kept"]
    tests: tuple[tuple[str, float, Callable[[Promise], bool]], ...] = (
        ("promise_due", PROMISE_DUE, lambda p: p.status == "open" and p.due_date == day),
        ("promise_running", PROMISE_RUNNING, lambda p: p.status == "open" and p.due_date > day),
        ("promise_broken", PROMISE_BROKEN, lambda p: 0 <= (day - p.due_date).days <= FRESH_DAYS),
        ("promise_long_broken", PROMISE_LONG_BROKEN, lambda p: p.due_date < day),
    )
    for code, share, holds in tests:
        dates = [promise.due_date for promise in standing if holds(promise)]
        if dates:
            return share, Reason(code, {"date": max(dates).isoformat()})
    return None


def _returning(facts: Facts, day: date) -> _Share:
    if facts.return_date is None:
        return None
    left = (facts.return_date - day).days
    share = 1 - left / (RETURN_DAYS + 1) if 0 <= left <= RETURN_DAYS else 0.0
    return share, Reason("return_near", {"date": facts.return_date.isoformat(), "days": left})


def _limitation(facts: Facts, day: date) -> _Share:
    """The last months before the claim is time-barred (诉讼时效届满). What has passed by our own reckoning only says
    nothing: the period may have begun anew."""
    if facts.limitation_date is None:
        return None
    left, context = (facts.limitation_date - day).days, {"date": facts.limitation_date.isoformat()}
    if left < 0:
        return None if facts.limitation_reckoned else (LIMITATION_PASSED, Reason("limitation_passed", context))
    share = 1 - left / (LIMITATION_DAYS + 1) if left <= LIMITATION_DAYS else 0.0
    code = "limitation_reckoned" if facts.limitation_reckoned else "limitation_near"
    return share, Reason(code, {**context, "days": left})


def _silence(facts: Facts, day: date) -> _Share:
    if facts.last_contact is None:
        return 1.0, Reason("never_contacted")
    days = max((day - facts.last_contact).days, 0)
    return min(1.0, days / SILENCE_DAYS), Reason("silence", {"days": days})
