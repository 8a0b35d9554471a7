"""The chance to meet a customer there and then, learned on the device from the visits so far.

A visit either met the customer or did not, so that every chance here is the mean of a Beta distribution whose prior
counts as a number of visits (`Prior.visits`): (prior x visits + met) / (visits + seen). One observation moves it
little, many move it to their own rate, none leave it at the prior (Gelman et al., Bayesian Data Analysis, 3rd ed.,
chapters 2 and 5, for the Beta-binomial model and shrinkage towards a group).

Pooled in three steps, each the prior of the next and each leaving out what the next ones count:
the kind of address at other parts of the day, then the same part on the other kind of day, then the cell itself.
A step moves the odds by as much as its visits met more often than was expected of just those visits; so an agent who
mostly goes in the evening does not make the mornings look better.

A customer differs from the others (`Prior.customer_visits`, the fewer the more): the case's own visits move its
chance, those there and then the most, those elsewhere or at another time less (`_weight`).

That homes are best tried in the evening and at the weekend is what surveys by telephone and at the door found: Weeks,
Jones, Folsom and Benrud, "Optimal times to contact sample households", Public Opinion Quarterly 44 (1980); Weeks,
Kulka and Pierson, "Optimal call scheduling for a telephone survey", Public Opinion Quarterly 51 (1987). The figures
in the settings are a starting point of our own, not theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from visitcli.domain.case import AddressKind

Part = Literal["early", "morning", "midday", "afternoon", "after_work", "evening"]
PART_STARTS: dict[Part, int] = {
    "early": 0,
    "morning": 9 * 3600 + 1800,
    "midday": 12 * 3600,
    "afternoon": 14 * 3600,
    "after_work": 17 * 3600,
    "evening": 19 * 3600,
}
"""From which second of the day each part runs, until the next begins (the last until midnight)."""

PARTS: tuple[Part, ...] = tuple(PART_STARTS)
DAY_S = 24 * 3600
LOWEST, HIGHEST = 0.01, 0.99  # nothing is certain; also keeps the odds finite
OTHER_DAYS, OTHER_PARTS, OTHER_PLACES, GONE = 0.6, 0.3, 0.1, 12.0  # what a case's own visit counts elsewhere


def part_of(second: int) -> Part:
    """The part of the day in which this second lies."""
    return next(part for part in reversed(PARTS) if second >= PART_STARTS[part])


def part_ends(part: Part) -> int:
    """The second at which the next part begins."""
    after = PARTS.index(part) + 1
    return PART_STARTS[PARTS[after]] if after < len(PARTS) else DAY_S


@dataclass(frozen=True, slots=True)
class Observation:
    """A visit as the chances see it: at what kind of address, when, and whether the customer was met.

    None where it is not known: an office's contact may have a date only. `gone`: the customer is not to be found at
    that address any more.
    """

    met: bool
    kind: AddressKind | None = None
    part: Part | None = None
    weekend: bool | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is expected before anything is known. `home`, `work`: by part of a weekday; `home_weekend` is the least
    at homes, `work_weekend` the most at workplaces, all day on Saturdays and Sundays; `appointment` where a time was
    agreed.

    `visits`: as how many visits these figures count. `customer_visits`: as how many of the case's own visits the
    chance of all customers counts.
    """

    home: Mapping[Part, float]
    work: Mapping[Part, float]
    other: float = 0.25
    home_weekend: float = 0.5
    work_weekend: float = 0.1
    appointment: float = 0.85
    visits: float = 20.0
    customer_visits: float = 4.0

    def chance(self, kind: AddressKind, part: Part, weekend: bool) -> float:
        """The chance at this kind of address then."""
        if kind == "other":
            return _bounded(self.other)
        if kind == "home":
            return _bounded(max(self.home[part], self.home_weekend) if weekend else self.home[part])
        return _bounded(min(self.work[part], self.work_weekend) if weekend else self.work[part])

    def any_time(self, kind: AddressKind) -> float:
        """The chance there on a weekday, nobody knows when."""
        return sum(self.chance(kind, part, False) for part in PARTS) / len(PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A chance to meet and what it came from: `prior` of the settings, `pooled` once other parts and days have had
    their say, `usual` with the `seen` visits of all customers there and then (`met` of them successful), `value` with
    the case's own visits (`own_seen`, `own_met`, wherever and whenever)."""

    value: float
    prior: float
    pooled: float
    usual: float
    seen: int = 0
    met: int = 0
    own_seen: int = 0
    own_met: int = 0


@dataclass(slots=True)
class _Tally:
    """Visits of one sort."""

    seen: int = 0
    met: int = 0


class Chances:
    """What all visits so far say. The order of the observations does not matter."""

    def __init__(self, prior: Prior, observations: Iterable[Observation] = ()) -> None:
        self.prior = prior
        self._cells: defaultdict[tuple[AddressKind, Part | None, bool], _Tally] = defaultdict(_Tally)
        for seen in observations:
            if seen.kind is not None:
                timed = seen.part is not None and seen.weekend is not None
                tally = self._cells[seen.kind, seen.part if timed else None, bool(seen.weekend)]
                tally.seen += 1
                tally.met += seen.met
        self._known: dict[tuple[AddressKind, Part, bool], Chance] = {}

    def usual(self, kind: AddressKind, part: Part, weekend: bool) -> Chance:
        """The chance of any customer at this kind of address then."""
        key = (kind, part, weekend)
        if key not in self._known:
            self._known[key] = self._learned(*key)
        return self._known[key]

    def of_case(self, kind: AddressKind, part: Part, weekend: bool, own: Iterable[Observation] = ()) -> Chance:
        """The chance of the case whose visits so far are `own`."""
        usual, own = self.usual(kind, part, weekend), tuple(own)
        weighted = [(_weight(seen, kind, part, weekend), seen) for seen in own]
        total = sum(weight for weight, _ in weighted)
        met = sum(weight * seen.met for weight, seen in weighted)
        expected = sum(weight * self._expected(seen, usual.value) for weight, seen in weighted)
        value = _moved(usual.value, met, total, expected, self.prior.customer_visits)
        return Chance(
            value=value,
            prior=usual.prior,
            pooled=usual.pooled,
            usual=usual.usual,
            seen=usual.seen,
            met=usual.met,
            own_seen=len(own),
            own_met=sum(seen.met for seen in own),
        )

    def _expected(self, seen: Observation, here: float) -> float:
        """What was to be expected of a visit; of one nobody knows where, what is expected here."""
        if seen.kind is None:
            return here
        if seen.part is None or seen.weekend is None:
            return self.prior.any_time(seen.kind)
        return self.usual(seen.kind, seen.part, seen.weekend).value

    def _learned(self, kind: AddressKind, part: Part, weekend: bool) -> Chance:
        prior, strength, here = self.prior.chance(kind, part, weekend), self.prior.visits, _Tally()
        by_kind = self._moved_by_kind(kind, part, weekend)
        other = self._cells.get((kind, part, not weekend), here)
        expected = self._moved_by_kind(kind, part, not weekend) * other.seen
        pooled = _moved(by_kind, other.met, other.seen, expected, strength)
        here = self._cells.get((kind, part, weekend), here)
        value = _bounded((strength * pooled + here.met) / (strength + here.seen))
        return Chance(value=value, prior=prior, pooled=pooled, usual=value, seen=here.seen, met=here.met)

    def _moved_by_kind(self, kind: AddressKind, part: Part, weekend: bool) -> float:
        """The prior, moved by what was met at this kind of address at all other parts of the day."""
        seen = met = 0
        expected = 0.0
        for (of_kind, then, on_weekend), tally in self._cells.items():
            if of_kind == kind and then != part:
                one = self.prior.any_time(kind) if then is None else self.prior.chance(kind, then, on_weekend)
                seen, met, expected = seen + tally.seen, met + tally.met, expected + one * tally.seen
        return _moved(self.prior.chance(kind, part, weekend), met, seen, expected, self.prior.visits)


def _moved(chance: float, met: float, seen: float, expected: float, strength: float) -> float:
    """A chance whose odds are moved by how much better or worse `seen` visits went than was `expected` of them (both
    `met` and `expected` count visits), after a prior that counts as `strength` of them."""
    if not seen:
        return chance
    mean = _bounded(expected / seen)
    found = _bounded((strength * mean + met) / (strength + seen))
    odds = _odds(chance) * _odds(found) / _odds(mean)
    return _bounded(odds / (1 + odds))


def _odds(chance: float) -> float:
    return chance / (1 - chance)


def _bounded(chance: float) -> float:
    return min(max(chance, LOWEST), HIGHEST)


def _weight(seen: Observation, kind: AddressKind, part: Part, weekend: bool) -> float:
    """What a case's own visit says of a visit to this kind of address then, in visits."""
    if seen.kind != kind:
        return OTHER_PLACES
    if seen.gone:
        return GONE
    if seen.part != part:
        return OTHER_PARTS
    return 1.0 if seen.weekend == weekend else OTHER_DAYS
