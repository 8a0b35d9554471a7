"""Made-up days of a field agent, with a hidden truth that no planner sees.

`agents_day(seed, cases)` is deterministic: the same seed and number give the same day on every machine. A day is:

- **Ground.** A city (two thirds of the cases, within 3-6 km of its centre: standard deviation) and three to six towns
  around it, 12 to 35 km off, each within about 1 km of its own centre. The agent starts from and returns to a place
  near the city's centre. Travel: 8 min a leg and 3 min for each straight kilometre.
- **Clock.** 8:30 to 18:00 (two days of three) or to 19:30; lunch from 12 to 13; Monday to Sunday.
- **Cases.** A home, and for 35 % a workplace too, in the city more often than not. Homes are visited all day,
  workplaces from 9:00 to 17:30 and never on a Sunday; one address in ten has said hours of its own. A visit takes 15 to
  35 minutes. A case's worth is a sum of the terms that `visitcli.planner.value` names, with its default weights and
  drawn facts (they are drawn here, so that the days stay the same when an office changes its weights).
- **Parts of the day** are alternatives: an address may be visited in the morning (until 12), in the afternoon (until
  17) and in the evening, each at its own chance to meet the customer.
- **Truth.** A chance by kind of address, part of the day and kind of weekday, moved for each customer (once for all,
  and again for each part of the day): `AgentsDay.truth`. No planner sees it.
- **Estimate.** What the planners see (`Alternative.chance`, and in `value` = worth x chance): a prior of one figure
  by kind of address, corrected by 30 past visits in each cell of that table (Beta-binomial), nothing of the customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, log, pi, radians, sin, sqrt
from random import Random

from visitcli.domain.case import AddressKind
from visitcli.planner.model import Alternative, Candidate, Day, Place, Problem, Window
from visitcli.planner.travel import AffineTravel

HOUR = 3600
LUNCH = Window(12 * HOUR, 13 * HOUR)
PARTS = {  # both ends included
    "morning": Window(6 * HOUR, 12 * HOUR - 1),
    "afternoon": Window(12 * HOUR, 17 * HOUR - 1),
    "evening": Window(17 * HOUR, 22 * HOUR),
}
LEG_S, PACE_S_PER_KM = 480, 180.0
CENTRE = Place(32.05, 118.78)
KM_PER_DEGREE = 111.2
SHARE_CITY, SHARE_WORK, SHARE_OWN_HOURS = 2 / 3, 0.35, 0.1

_CHANCE: dict[AddressKind, dict[str, tuple[float, float]]] = {  # the table behind all: (weekday, weekend)
    "home": {"morning": (0.30, 0.50), "afternoon": (0.24, 0.42), "evening": (0.58, 0.55)},
    "work": {"morning": (0.52, 0.30), "afternoon": (0.46, 0.25), "evening": (0.22, 0.12)},
}
_PRIOR: dict[AddressKind, float] = {"home": 0.38, "work": 0.42}
PRIOR_VISITS, PAST_VISITS = 10, 30
CUSTOMER_SPREAD, PART_SPREAD = 0.6, 0.5  # standard deviations of a customer's own log-odds


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsDay:
    """A day to plan. `worth` in points by case; `truth` by case, one chance for each of its alternatives, in order."""

    seed: int
    weekday: int
    problem: Problem
    worth: dict[str, float]
    truth: dict[str, tuple[float, ...]]


def agents_day(seed: int, cases: int) -> AgentsDay:
    """The day of this seed with so many cases; the cases are in the order of the office's file, which says nothing."""
    random = Random(f"agents_day {seed} {cases}")
    weekday = random.randrange(7)
    ends = 18 * HOUR if random.random() < 2 / 3 else 19 * HOUR + 1800
    start = _near(random, CENTRE, 2.0)
    maker = _CaseMaker(random, weekday)
    candidates, worth, truth = [], {}, {}
    for number in range(1, cases + 1):
        case_id = f"C{number:03}"
        worth[case_id] = _worth(random)
        alternatives, truth[case_id] = maker.alternatives(worth[case_id])
        candidates.append(Candidate(case_id=case_id, alternatives=alternatives))
    day = Day(start_s=8 * HOUR + 1800, end_s=ends, start=start, end=start, breaks=(LUNCH,))
    problem = Problem(days=(day,), candidates=tuple(candidates), travel=AffineTravel(LEG_S, PACE_S_PER_KM))
    return AgentsDay(seed=seed, weekday=weekday, problem=problem, worth=worth, truth=truth)


class _CaseMaker:
    """Draws addresses, hours and chances on one ground, for one weekday."""

    def __init__(self, random: Random, weekday: int) -> None:
        self.random, self.weekday = random, weekday
        self.city_km = random.uniform(3.0, 6.0)
        self.towns = [_off(CENTRE, random.uniform(12, 35), random.uniform(0, 2 * pi)) for _ in range(_towns(random))]
        weekend = weekday >= 5
        self.chance = {kind: {part: both[weekend] for part, both in row.items()} for kind, row in _CHANCE.items()}
        self.estimate = {
            kind: {part: self._learned(kind, chance) for part, chance in row.items()}
            for kind, row in self.chance.items()
        }

    def alternatives(self, worth: float) -> tuple[tuple[Alternative, ...], tuple[float, ...]]:
        """Every address in every part of the day that its hours touch, and the true chance of each."""
        random = self.random
        service_s = random.randrange(15, 36) * 60
        kinds: list[AddressKind] = ["home"]
        if random.random() < SHARE_WORK:
            kinds.append("work")
        own = {part: random.gauss(0, PART_SPREAD) for part in PARTS}
        customer = random.gauss(0, CUSTOMER_SPREAD)
        found, truth = [], []
        for index, kind in enumerate(kinds):
            place, window = self._place(kind), self._hours(kind)
            if kind == "work" and self.weekday == 6:
                continue
            for part, begins in PARTS.items():
                if begins.close_s < window.open_s or begins.open_s > window.close_s - service_s:
                    continue
                chance = self.estimate[kind][part]
                found.append(
                    Alternative(
                        place=place,
                        windows=(window,),
                        service_s=service_s,
                        value=round(worth * chance, 2),
                        begins=begins,
                        part=part,
                        chance=chance,
                        address_kind=kind,
                        address_index=index,
                    )
                )
                truth.append(_moved(self.chance[kind][part], customer + own[part]))
        return tuple(found), tuple(truth)

    def _place(self, kind: AddressKind) -> Place:
        share = SHARE_CITY if kind == "home" else (1 + SHARE_CITY) / 2
        if self.random.random() < share:
            return _near(self.random, CENTRE, self.city_km)
        return _near(self.random, self.random.choice(self.towns), 1.0)

    def _hours(self, kind: AddressKind) -> Window:
        if self.random.random() < SHARE_OWN_HOURS:
            opens = self.random.randrange(17, 33) * 1800
            return Window(opens, opens + self.random.choice([2, 3, 4]) * HOUR)
        return Window(8 * HOUR, 20 * HOUR) if kind == "home" else Window(9 * HOUR, 17 * HOUR + 1800)

    def _learned(self, kind: AddressKind, chance: float) -> float:
        met = sum(self.random.random() < chance for _ in range(PAST_VISITS))
        return round((PRIOR_VISITS * _PRIOR[kind] + met) / (PRIOR_VISITS + PAST_VISITS), 3)


def _worth(random: Random) -> float:
    """The terms of `planner.value`: any visit, days overdue, amount, promise, return date, last contact, stage."""
    points = 10.0 + 30.0 * random.choices([0.3, 0.5, 0.7, 0.9, 1.0], [25, 25, 20, 15, 15])[0]
    points += 20.0 * min(1.0, sqrt(random.lognormvariate(9.2, 0.8) / 30_000))  # yuan overdue
    points += 40.0 * random.choices([0.0, 1.0, 0.75, 0.25, -0.25], [70, 5, 10, 10, 5])[0]
    days_left = random.randrange(60)
    points += 25.0 * (1 - days_left / 15) if days_left <= 14 else 0.0
    points += 15.0 * min(1.0, random.randrange(46) / 30)
    points += 10.0 * random.choices([1.0, 0.6, 0.3], [70, 15, 15])[0]
    return round(points, 2)


def _towns(random: Random) -> int:
    return random.randrange(3, 7)


def _moved(chance: float, log_odds: float) -> float:
    return 1 / (1 + exp(-(log(chance / (1 - chance)) + log_odds)))


def _near(random: Random, centre: Place, spread_km: float) -> Place:
    return _shifted(centre, random.gauss(0, spread_km), random.gauss(0, spread_km))


def _off(centre: Place, km: float, angle: float) -> Place:
    return _shifted(centre, km * cos(angle), km * sin(angle))


def _shifted(centre: Place, east_km: float, north_km: float) -> Place:
    lat = centre.lat + north_km / KM_PER_DEGREE
    lon = centre.lon + east_km / (KM_PER_DEGREE * cos(radians(centre.lat)))
    return Place(round(lat, 5), round(lon, 5))
