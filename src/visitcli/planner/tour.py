"""A route under construction, which tells in constant time whether a visit fits between two stops.

For every stop it keeps the earliest begin (nothing before it can be sooner) and the latest begin (later, and something
after it would break). An insertion is feasible when it ends early enough for the latest begin of what follows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from visitcli.planner.options import Option, Space

FLAT_COST_S = 60  # keeps a free insertion from looking infinitely good


def _one() -> float:
    return 1.0


class Spot(NamedTuple):
    """Where an option goes: before the stop at `position`; `cost` is what it pushes the rest back, for its value."""

    cost: float
    position: int
    option: Option


class Tour:
    """Stops in order. Index i of `begins` and `latest` is stop i, the last one the day's end; index i of `leaves` and
    `nodes` is what comes before stop i, the first one the day's start."""

    __slots__ = ("begins", "hops", "latest", "leaves", "nodes", "room", "space", "stops", "travel", "value")

    def __init__(self, space: Space, stops: Iterable[Option] = ()) -> None:
        self.space = space
        self.stops = list(stops)
        self._refresh()

    def copy(self) -> Tour:
        """The same route, to be changed on its own."""
        return Tour(self.space, self.stops)

    @property
    def score(self) -> tuple[int, int]:
        """More is better: value, then less travel."""
        return self.value, -self.travel

    def spot_for(
        self, options: Sequence[Option], random: Callable[[], float] = _one, noise: float = 0.0, detour: float = 0.1
    ) -> Spot | None:
        """The cheapest feasible place for one of these options, None when there is none.

        It costs the seconds that the stops behind it are pushed back and `detour` times the seconds of travel that it
        adds, for the value that it brings; `noise` is by how much of itself a cost may err upwards.
        """
        best: Spot | None = None
        leaves, nodes, latest, begins, hops = self.leaves, self.nodes, self.latest, self.begins, self.hops
        for option in options:
            _, node, earliest, last, service, value, *_ = option
            to, back = self.space.into[node], self.space.legs[node]
            for i in range(bisect_left(latest, earliest + service), len(latest)):
                way = to[nodes[i]]
                begin = leaves[i] + way
                if begin > last:
                    break
                if begin < earliest:
                    begin = earliest
                onward = back[nodes[i + 1]]
                reached = begin + service + onward
                if reached <= latest[i]:
                    push = reached - begins[i]
                    cost = (
                        ((push if push > 0 else 0) + detour * (way + onward - hops[i]) + FLAT_COST_S)
                        * (1.0 + noise * random())
                        / value
                    )
                    if best is None or cost < best[0]:
                        best = Spot(cost, i, option)
        return best

    def insert(self, spot: Spot) -> None:
        """Put the option in. It must be feasible there."""
        self.stops.insert(spot.position, spot.option)
        self._refresh()

    def remove(self, positions: Iterable[int]) -> None:
        """Take the stops at these positions off."""
        gone = set(positions)
        self.stops = [option for i, option in enumerate(self.stops) if i not in gone]
        self._refresh()

    def rates(self) -> list[float]:
        """Each stop's value for the time that it and the way there take."""
        legs = self.space.legs
        return [
            option.value / (option.service + legs[before][option.node] + 1)
            for option, before in zip(self.stops, self.nodes, strict=False)
        ]

    def _refresh(self) -> None:
        legs, stops = self.space.legs, self.stops
        self.nodes = nodes = [0, *[option.node for option in stops], 1]
        self.hops = hops = [legs[a][b] for a, b in pairwise(nodes)]
        self.travel, self.value = sum(hops), 0
        clock = self.space.opens
        self.leaves, self.begins = leaves, begins = [clock], list[int]()
        arrivals = []
        for option, hop in zip(stops, hops, strict=False):
            clock += hop
            arrivals.append(clock)
            if clock < option.earliest:
                clock = option.earliest
            begins.append(clock)
            clock += option.service
            leaves.append(clock)
            self.value += option.value
        clock += hops[-1]
        arrivals.append(clock)
        begins.append(clock)
        limit = self.space.closes
        self.latest = latest = [limit]
        for option, hop in zip(reversed(stops), reversed(hops), strict=False):
            limit = min(option.latest, limit - hop - option.service)
            latest.append(limit)
        latest.reverse()
        self.room = max(late - arrival for late, arrival in zip(latest, arrivals, strict=True))


def greedy(space: Space, cases: Iterable[int]) -> Tour:
    """The most value for the time, one insertion after the other; must-visit cases first, by their value."""
    tour, absent = Tour(space), list(cases)
    while absent:
        spots = [(case, tour.spot_for(space.options[case])) for case in absent]
        open_spots = [(case, spot) for case, spot in spots if spot]
        if not open_spots:
            break
        taken, best = min(open_spots, key=lambda pair: pair[1].cost)
        tour.insert(best)
        absent = [case for case, _ in open_spots if case != taken]
    return tour
