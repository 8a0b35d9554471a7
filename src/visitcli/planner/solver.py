"""The search for the best days: a team orienteering problem with time windows, solved by ruin and recreate under
simulated annealing.

Sources: Schrimpf et al., "Record breaking optimization results using the ruin and recreate principle", J. Comput.
Phys. 159 (2000); Christiaens and Vanden Berghe, "Slack induction by string removals", Transp. Sci. 54 (2020), for the
removal of strings; Vansteenwegen et al., "Iterated local search for the team orienteering problem with time
windows", Comput. Oper. Res. 36 (2009), for testing an insertion in constant time.

More value comes first and, at equal value, less travel. The search counts iterations and not time, so that a seed
gives the same route on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from math import log
from random import Random

from visitcli.planner.filling import Chance, Filling, chances
from visitcli.planner.model import LeftOut, Problem, Solution
from visitcli.planner.options import Space, lay_out
from visitcli.planner.schedule import route_of
from visitcli.planner.tour import Tour
from visitcli.planner.ways import NEAREST, Ways

ANY_ORDER = 0.2  # the chance that what must be visited is not put back first: there may be room only around others
ONE_OPTION = 0.3  # the chance that a case is tried at one of its options only, be it the dearer one
TWO_DAYS = 0.4  # the chance that two days are taken apart together
MOST_REMOVED = 4
ANY_NUMBER = 0.03  # the chance that any number of stops is taken off, be it all of them
NEAREST_LAST = 60  # places looked at around each end of a way in the last search; the ones before it see fewer
STARTS, STARTS_SHARE = 3, 0.6  # searches from the greedy day, and their share of the whole; one more from the best
WARMEST, WARMEST_LAST, COLDEST = 0.5, 0.3, 0.05  # temperature, in mean values of a case
TRAVEL_WEIGHT = 0.05  # what an hour on the road costs the annealing, in mean values of a case


def default_iterations(problem: Problem) -> int:
    """Enough for the size: about a second for 60 cases, a few for 300."""
    return 6500 + 25 * len(problem.candidates)


def annealing(progress: float) -> tuple[int, float]:
    """Which start a search is in that has come so far (0 to 1), and its temperature in mean values of a case.

    Good days lie far apart (one town or another): a few short searches find more of them than one long one does.
    """
    if progress < STARTS_SHARE:
        start, within = divmod(progress / STARTS_SHARE * STARTS, 1)
        return int(start), WARMEST * (COLDEST / WARMEST) ** within
    within = (progress - STARTS_SHARE) / (1 - STARTS_SHARE)
    return STARTS, WARMEST_LAST * (COLDEST / WARMEST_LAST) ** within


def never_stop(_iteration: int) -> bool:
    """Run all iterations."""
    return False


def solve(
    problem: Problem,
    *,
    seed: int,
    iterations: int | None = None,
    should_stop: Callable[[int], bool] = never_stop,
    share: Callable[[int], float] | None = None,
) -> Solution:
    """The best routes that the search finds; never worse than the greedy ones.

    `should_stop` is asked before every iteration with the number done; True ends the search with the best so far and
    `cut` set. The same problem, seed and iterations give the same solution. `share`, for those who would rather search
    for a time than for a number of iterations, says how much of the search is over after so many; it ends at 1.
    """
    space = lay_out(problem)
    total = default_iterations(problem) if iterations is None else iterations
    spent = share or (lambda done: done / total if total else 1.0)
    search = _Search(space, Random(seed))  # noqa: S311 - a search, not a secret
    done, cut = 0, False
    while search.worthwhile and (progress := spent(done)) < 1:
        if should_stop(done):
            cut = True
            break
        search.step(progress)
        done += 1
    routes = tuple(route_of(space, tour) for tour in search.best.tours)
    taken = {option.case for tour in search.best.tours for option in tour.stops}
    return Solution(routes=routes, left_out=_left_out(space, taken), iterations=done, cut=cut)


def _left_out(space: Space, taken: set[int]) -> tuple[LeftOut, ...]:
    """Every candidate that is not on the route: those that never fit, and those that others were worth more than."""
    never = {left.case_id: left for left in space.never}
    return tuple(
        never.get(candidate.case_id)
        or LeftOut(
            case_id=candidate.case_id,
            code="other_musts" if candidate.must_visit else "no_time_left",
            must_visit=candidate.must_visit,
        )
        for case, candidate in enumerate(space.problem.candidates)
        if case not in taken
    )


class _Days:
    """The tours of all days, as the search has them at one moment."""

    __slots__ = ("tours", "travel", "value")

    def __init__(self, tours: list[Tour]) -> None:
        self.tours = tours
        self.value = sum(tour.value for tour in tours)
        self.travel = sum(tour.travel for tour in tours)

    @property
    def score(self) -> tuple[int, int]:
        """More is better: value, then less travel."""
        return self.value, -self.travel


class _Search:
    """One run of the annealing: the days as they stand, and the best days seen."""

    def __init__(self, space: Space, rng: Random) -> None:
        self.space, self.random = space, rng.random
        self.cases = [case for case, options in enumerate(space.options) if options]
        self.worth = [max((o.value for o in options), default=0) for options in space.options]
        self.ways = self._ways(NEAREST)
        ordinary = [self.worth[case] for case in self.cases if not space.must[case]]
        self.mean = sum(ordinary) / len(ordinary) if ordinary else 1.0
        self.greedy = self.now = self.best = self._greedy()
        self.start = 0
        self.worthwhile = sum(map(len, space.options)) > 1

    def _ways(self, nearest: int) -> list[Ways]:
        return [Ways(self.space, day, nearest) for day in range(len(self.space.frames))]

    def step(self, progress: float) -> None:
        """Ruin the days, recreate them, and keep them if the temperature allows."""
        start, heat = annealing(progress)
        if start != self.start:
            self.start, self.now = start, self.greedy if start < STARTS else self.best
            self.ways = self.ways if start < STARTS else self._ways(NEAREST_LAST)
        tours = self.now.tours.copy()
        changed = self._ruin(tours)
        if not all(tours[day].feasible for day in changed):
            return
        self._recreate(tours, changed)
        trial = _Days(tours)
        temperature = self.mean * heat
        if self._energy(trial) > self._energy(self.now) + temperature * log(1.0 - self.random()):
            self.now = trial
        if trial.score > self.best.score:
            self.best = trial

    def _energy(self, days: _Days) -> float:
        return days.value - days.travel * (TRAVEL_WEIGHT * self.mean / 3600)

    def _ruin(self, tours: list[Tour]) -> list[int]:
        """Take stops off one day, or off two, so that a case may change days. Gives the days."""
        random = self.random
        days = [int(random() * len(tours))]
        if len(tours) > 1 and random() < TWO_DAYS:
            days.append((days[0] + 1 + int(random() * (len(tours) - 1))) % len(tours))
        for day in days:
            tours[day] = tours[day].without(self._gone(tours[day]))
        return days

    def _gone(self, tour: Tour) -> Collection[int]:
        """The positions to clear: a string of them, any, the poorest for their time, or a neighbourhood."""
        random, length = self.random, len(tour.stops)
        most = length if random() < ANY_NUMBER else min(length, MOST_REMOVED)
        count = 1 + int(random() * most)
        kind = random()
        if kind < 0.4:
            first = int(random() * (length - count + 1))
            return range(first, first + count)
        if kind < 0.6:
            keys = [random() for _ in range(length)]
        elif kind < 0.75:
            keys = [rate * (0.5 + random()) for rate in tour.rates()]
        else:
            row = self._row_of_any()
            keys = [row[option.node] for option in tour.stops]
        return sorted(range(length), key=keys.__getitem__)[:count]

    def _recreate(self, tours: list[Tour], changed: Iterable[int]) -> None:
        """Put absent cases back on the changed days."""
        present = {option.case for tour in tours for option in tour.stops}
        for day in changed:
            tours[day] = self._filled(tours[day], self.ways[day], present)
            present.update(option.case for option in tours[day].stops)

    def _filled(self, tour: Tour, ways: Ways, present: set[int]) -> Tour:
        filling, places = Filling(tour), chances(tour, ways, present)
        detour = 2.0 * self.random() ** 2
        for case in self._order(places):
            best = filling.cheapest(self._some(places[case]), detour, self.random)
            if best:
                filling.put(*best)
                if not filling.tour.room:
                    break
        return filling.tour

    def _some(self, places: list[Chance]) -> list[Chance]:
        """All places of a case, or now and then those of one of its options, be it the dearer one."""
        if self.random() >= ONE_OPTION:
            return places
        _, _, chosen = places[int(self.random() * len(places))]
        return [place for place in places if place[2] is chosen]

    def _order(self, places: dict[int, list[Chance]]) -> list[int]:
        """Who comes first: what must be visited, then by a key that is drawn anew each time."""
        must, keys = self.space.must, self._keys(places)
        rank = 0 if self.random() < ANY_ORDER else -1
        return [case for *_, case in sorted((rank * must[c], key, c) for c, key in zip(places, keys, strict=True))]

    def _keys(self, places: dict[int, list[Chance]]) -> list[float]:
        """What decides who comes first, the lowest: value, value for the time, nothing, or a neighbourhood."""
        worth, random, kind = self.worth, self.random, self.random()
        if kind < 0.1:
            return [-worth[case] * (0.7 + 0.6 * random()) for case in places]
        if kind < 0.8:
            rates = [max([option.value / (1 + need) for need, _, option in found]) for found in places.values()]
            return [-rate * (0.5 + random()) for rate in rates]
        if kind < 0.9:
            return [random() for _ in places]
        row = self._row_of_any()
        return [row[self.space.options[case][0].node] * (0.5 + random()) for case in places]

    def _row_of_any(self) -> list[int]:
        """The legs to some case's place."""
        case = self.cases[int(self.random() * len(self.cases))]
        return self.space.options[case][0].to

    def _greedy(self) -> _Days:
        """The most value for the time, one insertion after the other; what must be visited first, by its value."""
        tours, present = [Tour(frame, []) for frame in self.space.frames], set[int]()
        for day, tour in enumerate(tours):
            filling = Filling(tour)
            while places := chances(filling.tour, self.ways[day], present):
                _, before, option = min(
                    (chance for found in places.values() for chance in found),
                    key=lambda chance: (chance[0] / chance[2].value, chance[2].case, chance[1]),
                )
                filling.put(option, before)
                present.add(option.case)
            tours[day] = filling.tour
        return _Days(tours)
