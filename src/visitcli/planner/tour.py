"""A day's route under construction, which tells in constant time whether a visit fits between two stops.

For every stop it keeps the earliest begin (nothing before it can be sooner) and the latest begin (later, and something
after it would break). An insertion is feasible when it ends early enough for the latest begin of what follows.
"""

from __future__ import annotations

from collections.abc import Iterable

from visitcli.planner.options import Frame, Option

START = -1  # stands for the day's start where a stop's case is meant

Gap = tuple[int, int, int, int, list[int], int, int, int]
"""The way to the stop at a position: the position; case and node of the stop before it and when that is left; the
ways from every node to the stop, when the stop begins, when it must begin at the latest, and the way's seconds."""


class Tour:
    """Stops of a day in order, not changed once made. `feasible` is False where one of them cannot be made in time:
    taking a stop off may do that, where the way round is shorter than the way."""

    __slots__ = ("feasible", "frame", "gaps", "hops", "room", "stops", "travel", "value")

    def __init__(self, frame: Frame, stops: list[Option]) -> None:
        self.frame, self.stops = frame, stops
        node, clock, limit = frame.first, frame.opens, frame.closes
        value, feasible = 0, True
        cases, nodes, leaves, rows, begins, hops = [START], [node], [clock], [], [], []
        for case, _, there, earliest, last, service, worth, to, _, _ in stops:
            hop = to[node]
            clock += hop
            if clock < earliest:
                clock = earliest
            elif clock > last:
                feasible = False
            begins.append(clock)
            clock += service
            value += worth
            node = there
            cases.append(case)
            nodes.append(node)
            leaves.append(clock)
            rows.append(to)
            hops.append(hop)
        hop = frame.home[node]
        hops.append(hop)
        begins.append(clock + hop)
        rows.append(frame.home)
        limits = [limit]
        for option, hop in zip(reversed(stops), reversed(hops), strict=False):
            limit -= hop + option[5]
            if limit > option[4]:
                limit = option[4]
            limits.append(limit)
        limits.reverse()
        self.value, self.travel, self.hops = value, sum(hops), hops
        self.feasible = feasible and begins[-1] <= frame.closes
        least = frame.least_service
        self.room = any(limit - left - hop >= least for limit, left, hop in zip(limits, leaves, hops, strict=True))
        self.gaps: list[Gap] = list(
            zip(range(len(nodes)), cases, nodes, leaves, rows, begins, limits, hops, strict=True)
        )

    def with_stop(self, option: Option, position: int) -> Tour:
        """The same route with one more stop, before the one at this position."""
        stops = self.stops.copy()
        stops.insert(position, option)
        return Tour(self.frame, stops)

    def without(self, positions: Iterable[int]) -> Tour:
        """The same route without the stops at these positions."""
        gone = set(positions)
        return Tour(self.frame, [option for i, option in enumerate(self.stops) if i not in gone])

    def rates(self) -> list[float]:
        """Each stop's value for the time that it and the way there take."""
        return [option.value / (option.service + hop + 1) for option, hop in zip(self.stops, self.hops, strict=False)]
