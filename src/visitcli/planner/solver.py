"""The search for the best day: an orienteering problem with time windows, solved by ruin and recreate under
simulated annealing.

Sources: Schrimpf et al., "Record breaking optimization results using the ruin and recreate principle", J. Comput.
Phys. 159 (2000); Christiaens and Vanden Berghe, "Slack induction by string removals", Transp. Sci. 54 (2020), for the
removal of strings; Vansteenwegen et al., "Iterated local search for the team orienteering problem with time
windows", Comput. Oper. Res. 36 (2009), for testing an insertion in constant time.

More value comes first and, at equal value, less travel. The search counts iterations and not time, so that a seed
gives the same route on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from random import Random

from visitcli.planner.model import LeftOut, Problem, Solution
from visitcli.planner.options import Option, Space, lay_out
from visitcli.planner.schedule import route_of
from visitcli.planner.tour import Tour, greedy

NOISE = 0.5  # by how much of itself a cost may be misjudged, which keeps the same days from coming back
ONE_OPTION = 0.3  # the chance that a case is tried at one of its options only, be it the dearer one
ANY_ORDER = 0.2  # the chance that what must be visited is not put back first: there may be room only around others
MOST_REMOVED = 7
WARMEST, COLDEST = 0.6, 0.01  # temperature, in mean values of a case
TRAVEL_WEIGHT = 0.15  # what an hour on the road costs the annealing, in mean values of a case


def default_iterations(problem: Problem) -> int:
    """Enough for the size: about a second for 60 cases, a few for 300."""
    return 5000 + 40 * len(problem.candidates)


def never_stop(_iteration: int) -> bool:
    """Run all iterations."""
    return False


def solve(
    problem: Problem,
    *,
    seed: int,
    iterations: int | None = None,
    should_stop: Callable[[int], bool] = never_stop,
) -> Solution:
    """The best route that the search finds; never worse than the greedy one.

    `should_stop` is asked before every iteration with the number done; True ends the search with the best so far and
    `cut` set. The same problem, seed and iterations give the same solution.
    """
    space = lay_out(problem)
    total = default_iterations(problem) if iterations is None else iterations
    search = _Search(space, Random(seed))  # noqa: S311 - a search, not a secret
    done = 0
    while done < total and search.worthwhile:
        if should_stop(done):
            break
        search.step(done / total)
        done += 1
    cut = done < total and search.worthwhile
    route = route_of(space, search.best.stops)
    return Solution(routes=(route,), left_out=_left_out(space, search.best.stops), iterations=done, cut=cut)


def _left_out(space: Space, options: Sequence[Option]) -> tuple[LeftOut, ...]:
    """Every candidate that is not on the route: those that never fit, and those that others were worth more than."""
    taken = {option.case for option in options}
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


class _Search:
    """One run of the annealing: the day as it stands, and the best day seen."""

    def __init__(self, space: Space, rng: Random) -> None:
        self.space, self.random = space, rng.random
        self.cases = [case for case, options in enumerate(space.options) if options]
        self.worth = [max((o.value for o in options), default=0) for options in space.options]
        self.least = [min((o.service for o in options), default=0) for options in space.options]
        ordinary = [self.worth[case] for case in self.cases if not space.must[case]]
        self.mean = sum(ordinary) / len(ordinary) if ordinary else 1.0
        self.tour = self.best = greedy(space, self.cases)
        self.worthwhile = sum(map(len, space.options)) > 1

    def step(self, progress: float) -> None:
        """Ruin the day, recreate it, and keep it if the temperature allows."""
        trial = self.tour.copy()
        self._ruin(trial)
        self._recreate(trial)
        temperature = self.mean * WARMEST * (COLDEST / WARMEST) ** progress
        if self._energy(trial) > self._energy(self.tour) + temperature * log(1.0 - self.random()):
            self.tour = trial
        if trial.score > self.best.score:
            self.best = trial

    def _energy(self, tour: Tour) -> float:
        return tour.value - tour.travel * (TRAVEL_WEIGHT * self.mean / 3600)

    def _ruin(self, tour: Tour) -> None:
        """Take stops off: a string of them, any, the poorest for their time, or a neighbourhood."""
        random, length = self.random, len(tour.stops)
        count = 1 + int(random() * min(length, MOST_REMOVED))
        kind = random()
        if kind < 0.4:
            first = int(random() * (length - count + 1))
            tour.remove(range(first, first + count))
            return
        if kind < 0.6:
            keys = [random() for _ in range(length)]
        elif kind < 0.75:
            keys = [rate * (0.5 + random()) for rate in tour.rates()]
        else:
            row = self._row_of_any()
            keys = [row[option.node] for option in tour.stops]
        tour.remove(sorted(range(length), key=keys.__getitem__)[:count])

    def _recreate(self, tour: Tour) -> None:
        """Put absent cases back, each where it pushes the rest least, in an order drawn from several keys."""
        space, random, kind = self.space, self.random, self.random()
        present = {option.case for option in tour.stops}
        absent = [case for case in self.cases if case not in present]
        if kind < 0.3:
            keys = [-self.worth[case] * (0.7 + 0.6 * random()) for case in absent]
        elif kind < 0.6:
            keys = [-self._rate(case, tour) * (0.5 + random()) for case in absent]
        elif kind < 0.8:
            keys = [random() for _ in absent]
        else:
            row = self._row_of_any()
            keys = [row[space.options[case][0].node] * (0.5 + random()) for case in absent]
        detour = 2.0 * random() ** 2
        rank = 0 if random() < ANY_ORDER else -1
        for _, _, case in sorted((rank * space.must[case], key, case) for key, case in zip(keys, absent, strict=True)):
            if tour.room >= self.least[case]:
                options = space.options[case]
                if len(options) > 1 and random() < ONE_OPTION:
                    options = [options[int(random() * len(options))]]
                spot = tour.spot_for(options, random, NOISE, detour)
                if spot:
                    tour.insert(spot)

    def _rate(self, case: int, tour: Tour) -> float:
        """A case's value for the time that the visit and the way from the nearest stop take."""
        row = self.space.into[self.space.options[case][0].node]
        return self.worth[case] / (1 + self.least[case] + min(map(row.__getitem__, tour.nodes)))

    def _row_of_any(self) -> list[int]:
        """The legs from some case's place."""
        case = self.cases[int(self.random() * len(self.cases))]
        return self.space.legs[self.space.options[case][0].node]
