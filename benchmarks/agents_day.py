"""Made-up days of a field agent, with a hidden truth that no planner sees.

`agents_day(seed, cases)` is deterministic: the same seed and number give the same day on every machine, as long as
`visitcli.planner.chance` reckons as it does. A day is:

- **Ground.** A city (three fifths of the homes, four fifths of the workplaces; 4 to 8 km around its centre: standard
  deviation) and three to seven towns about it, 12 to 40 km off, each 1.5 km around its own centre. The agent starts
  from and returns to a place near the city's centre. Travel: 8 min a leg and 3 min for each straight kilometre.
- **Clock.** 8:30 to 18:00 (two days of three) or to 19:30; lunch from 12 to 13; Monday to Sunday.
- **Cases.** A home, and for 35 % a workplace too. Homes are visited all day, workplaces from 9:00 to 17:30 and never on
  a Sunday; one address in ten has said hours of its own. A visit takes 15 to 35 minutes. A case's worth is a sum of
  terms as in `visitcli.planner.value`, with its default weights, of drawn facts (written out here, so that the days
  stay the same when the weights change). It says nothing of the chance.
- **Parts of the day** are those of `visitcli.planner.chance`: one alternative for each that an address is open in.
- **Truth.** The chance to meet the customer there and then: the settings' first guess (by kind of address, part of the
  day, weekday or weekend), moved for this agent's district, cell by cell; moved again for each customer; and next to
  nothing at the 12 % of addresses where the customer is no longer to be found. No planner sees it: `AgentsDay.truth`.
- **Estimate.** What planners see (`Alternative.chance`, and in `value` = worth x chance) is what `planner.chance` makes
  of the visits so far: 400 to other customers, and none to five to each of these, all drawn from the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, log, pi, radians, sin, sqrt
from random import Random

from visitcli.domain.case import AddressKind
from visitcli.planner.chance import PART_STARTS, PARTS, Chances, Observation, Part, Prior, part_ends
from visitcli.planner.model import Alternative, Candidate, Day, Place, Problem, Window
from visitcli.planner.travel import AffineTravel

HOUR = 3600
LUNCH = Window(12 * HOUR, 13 * HOUR)
LEG_S, PACE_S_PER_KM = 480, 180.0
CENTRE = Place(32.05, 118.78)
KM_PER_DEGREE = 111.2
SHARE_WORK, SHARE_OWN_HOURS = 0.35, 0.1
SHARE_CITY: dict[AddressKind, float] = {"home": 0.6, "work": 0.8}
TOWN_KM = 1.5

PRIOR = Prior(  # the settings' defaults when this was written
    home=dict(zip(PARTS, (0.40, 0.25, 0.30, 0.25, 0.45, 0.60), strict=True)),
    work=dict(zip(PARTS, (0.30, 0.50, 0.35, 0.50, 0.25, 0.05), strict=True)),
)
DISTRICT_SPREAD, CUSTOMER_SPREAD, ADDRESS_SPREAD = 0.35, 0.8, 0.4  # standard deviations of log-odds
SHARE_GONE, CHANCE_GONE, SAID_GONE = 0.12, 0.03, 0.3
OTHER_VISITS, OWN_VISITS = 400, [30, 25, 20, 12, 8, 5]  # the latter: weights of none to five
VISITED_IN = [10, 30, 10, 30, 15, 5]  # weights of the parts of the day in which visits were made so far


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsDay:
    """A day to plan. `worth` in points by case; `truth` by case, one chance for each of its alternatives, in order."""

    seed: int
    weekday: int
    problem: Problem
    worth: dict[str, float]
    truth: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class _Door:
    """One address and how its customer differs from the usual, in log-odds; nobody is met where they are gone."""

    kind: AddressKind
    log_odds: float
    gone: bool
    place: Place
    hours: Window | None


def agents_day(seed: int, cases: int) -> AgentsDay:
    """The day of this seed with so many cases; the cases are in the order of the office's file, which says nothing."""
    random = Random(f"agents_day {seed} {cases}")
    weekday = random.randrange(7)
    ends = 18 * HOUR if random.random() < 2 / 3 else 19 * HOUR + 1800
    start = _near(random, CENTRE, 2.0)
    district = _District(random)
    doors = [district.doors() for _ in range(cases)]
    own = [[district.visit(theirs) for _ in range(_own_visits(random))] for theirs in doors]
    others = [district.visit(district.doors()) for _ in range(OTHER_VISITS)]
    chances = Chances(PRIOR, [*others, *(seen for visits in own for seen in visits)])
    candidates, worth, truth = [], {}, {}
    for number, (theirs, seen) in enumerate(zip(doors, own, strict=True), 1):
        case_id, points, service_s = f"C{number:03}", _worth(random), random.randrange(15, 36) * 60
        offered = [(i, door, part) for i, door in enumerate(theirs) for part in _parts(door, weekday, service_s)]
        alternatives = []
        for index, door, part in offered:
            chance = chances.of_case(door.kind, part, weekday >= 5, seen).value
            alternatives.append(_alternative(index, door, part, service_s, chance, points))
        candidates.append(Candidate(case_id=case_id, alternatives=tuple(alternatives)))
        worth[case_id] = points
        truth[case_id] = tuple(district.chance(door, part, weekday >= 5) for _, door, part in offered)
    day = Day(start_s=8 * HOUR + 1800, end_s=ends, start=start, end=start, breaks=(LUNCH,))
    problem = Problem(days=(day,), candidates=tuple(candidates), travel=AffineTravel(LEG_S, PACE_S_PER_KM))
    return AgentsDay(seed=seed, weekday=weekday, problem=problem, worth=worth, truth=truth)


class _District:
    """The ground and what is true on it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.city_km = random.uniform(4.0, 8.0)
        self.towns = [
            _off(CENTRE, random.uniform(12, 40), random.uniform(0, 2 * pi)) for _ in range(random.randrange(3, 8))
        ]
        kinds: tuple[AddressKind, ...] = ("home", "work")
        self.table = {
            (kind, part, weekend): _moved(PRIOR.chance(kind, part, weekend), random.gauss(0, DISTRICT_SPREAD))
            for kind in kinds
            for part in PARTS
            for weekend in (False, True)
        }

    def doors(self) -> list[_Door]:
        """A customer's addresses."""
        random = self.random
        customer = random.gauss(0, CUSTOMER_SPREAD)
        kinds: list[AddressKind] = ["home", "work"] if random.random() < SHARE_WORK else ["home"]
        return [
            _Door(
                kind=kind,
                log_odds=customer + random.gauss(0, ADDRESS_SPREAD),
                gone=random.random() < SHARE_GONE,
                place=self._place(kind),
                hours=_own_hours(random),
            )
            for kind in kinds
        ]

    def chance(self, door: _Door, part: Part, weekend: bool) -> float:
        """The true one."""
        return CHANCE_GONE if door.gone else _moved(self.table[door.kind, part, weekend], door.log_odds)

    def visit(self, doors: list[_Door]) -> Observation:
        """An earlier visit to one of these, at some time, and what came of it."""
        random = self.random
        door, part, weekend = random.choice(doors), random.choices(PARTS, VISITED_IN)[0], random.random() < 2 / 7
        met = random.random() < self.chance(door, part, weekend)
        said = door.gone and not met and random.random() < SAID_GONE
        return Observation(met=met, kind=door.kind, part=part, weekend=weekend, gone=said)

    def _place(self, kind: AddressKind) -> Place:
        if self.random.random() < SHARE_CITY[kind]:
            return _near(self.random, CENTRE, self.city_km)
        return _near(self.random, self.random.choice(self.towns), TOWN_KM)


def _own_visits(random: Random) -> int:
    return random.choices(range(len(OWN_VISITS)), OWN_VISITS)[0]


def _own_hours(random: Random) -> Window | None:
    opens = random.randrange(17, 33) * 1800
    return Window(opens, opens + random.choice([2, 3, 4]) * HOUR) if random.random() < SHARE_OWN_HOURS else None


def _window(door: _Door) -> Window:
    return door.hours or (Window(8 * HOUR, 20 * HOUR) if door.kind == "home" else Window(9 * HOUR, 17 * HOUR + 1800))


def _parts(door: _Door, weekday: int, service_s: int) -> list[Part]:
    """The parts of the day in which a visit there can begin."""
    window = _window(door)
    if door.kind == "work" and weekday == 6:
        return []
    return [p for p in PARTS if PART_STARTS[p] <= window.close_s - service_s and part_ends(p) > window.open_s]


def _alternative(index: int, door: _Door, part: Part, service_s: int, chance: float, worth: float) -> Alternative:
    return Alternative(
        place=door.place,
        windows=(_window(door),),
        service_s=service_s,
        value=round(worth * chance, 2),
        begins=Window(PART_STARTS[part], part_ends(part) - 1),
        part=part,
        chance=round(chance, 3),
        address_kind=door.kind,
        address_index=index,
    )


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
