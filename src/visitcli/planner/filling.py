"""Putting visits into a route that has room, one after the other, each where it costs least."""

from __future__ import annotations

from collections.abc import Callable, Collection

from visitcli.planner.options import Option
from visitcli.planner.tour import Gap, Tour
from visitcli.planner.ways import Ways

FLAT_COST_S = 60  # keeps a free insertion from looking infinitely good
NOISE = 1.5  # by how much of itself a cost may be misjudged, which keeps the same days from coming back

Chance = tuple[int, int, Option]
"""One place for a case on a route: the seconds that it needs there, the case before it, and at which option."""


def chances(tour: Tour, ways: Ways, present: Collection[int]) -> dict[int, list[Chance]]:
    """Where each absent case would fit into the route as it stands."""
    found: dict[int, list[Chance]] = {}
    for gap in tour.gaps:
        _, before, _, leaves, _, _, limit, _ = gap
        for need, case, earliest, latest, way, tail, option in ways.open_to(gap):
            if case in present:
                continue
            begin = leaves + way
            if begin < earliest:
                begin = earliest
            elif begin > latest:
                continue
            if begin + tail <= limit:
                if case in found:
                    found[case].append((need, before, option))
                else:
                    found[case] = [(need, before, option)]
    return found


class Filling:
    """A route that is being filled. What fits into it at the start is looked for once; later visits only take room
    away, and part a way in two."""

    __slots__ = ("_gaps", "_parted", "_within", "tour")

    def __init__(self, tour: Tour) -> None:
        self.tour = tour
        self._gaps: dict[int, Gap] = {gap[1]: gap for gap in tour.gaps}
        self._parted: dict[int, list[int]] = {}  # by the case before a way as it was: the cases put on it since
        self._within: dict[int, int] = {}  # by such a case: the case before that way

    def cheapest(
        self, places: Collection[Chance], detour: float, random: Callable[[], float]
    ) -> tuple[Option, int] | None:
        """The option that is put in at the least cost, and the case before it; None where none fits any more.

        It costs the seconds that the stops behind it are pushed back and `detour` times the seconds of travel that it
        adds, for the value that it brings; each cost errs upwards by chance.
        """
        gaps, parted = self._gaps, self._parted
        best, least = None, float("inf")
        for _, place, option in places:
            _, _, there, earliest, latest, service, value, to, _, _ = option
            for before in (place, *parted[place]) if place in parted else (place,):
                _, _, node, leaves, onward, now, limit, hop = gaps[before]
                way = to[node]
                begin = leaves + way
                if begin < earliest:
                    begin = earliest
                elif begin > latest:
                    continue
                on = onward[there]
                reached = begin + service + on
                if reached > limit:
                    continue
                push = reached - now
                cost = ((push if push > 0 else 0) + detour * (way + on - hop) + FLAT_COST_S) / value
                cost *= 1.0 + NOISE * random()
                if cost < least:
                    best, least = (option, before), cost
        return best

    def put(self, option: Option, before: int) -> None:
        """Put the option in behind the case `before`, where it must fit."""
        self.tour = self.tour.with_stop(option, self._gaps[before][0])
        self._gaps = {gap[1]: gap for gap in self.tour.gaps}
        way = self._within[option.case] = self._within.get(before, before)
        self._parted.setdefault(way, []).append(option.case)
