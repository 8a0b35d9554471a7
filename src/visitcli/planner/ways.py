"""What can be put on the way between two stops, the least time first: found once for each way and kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import itemgetter

from visitcli.planner.options import Option, Space
from visitcli.planner.tour import Gap

INFINITE = float("inf")
NEAREST = 30  # places that are looked at around each end of a way, at first
MOST_KEPT = 6000  # ways that are remembered

Entry = tuple[int, int, int, int, int, int, Option]
"""A case's option on a way: the seconds that it needs there, the case, earliest and latest begin, seconds to it,
seconds from its begin to the end of the way, and the option itself."""


class Ways:
    """The options for one day's ways."""

    def __init__(self, space: Space, day: int, nearest: int = NEAREST) -> None:
        self.options = [option for options in space.options for option in options if option.day == day]
        self.nearest = nearest
        self._at: dict[int, list[Option]] = {}
        for option in self.options:
            self._at.setdefault(option.node, []).append(option)
        self._must = {option.node for option in self.options if space.must[option.case]}
        self._all_near = len(self._at) <= 2 * nearest
        self._from: dict[int, list[int]] = {}
        self._to: dict[int, list[int]] = {}
        self._kept: dict[tuple[int, int], list[Entry]] = {}

    def open_to(self, gap: Gap) -> Sequence[Entry]:
        """What the time of this way is long enough for, whatever the hour."""
        _, _, before, leaves, onward, _, limit, _ = gap
        key = (before, id(onward))
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = self._between(before, onward)
        return found[: bisect_left(found, (limit - leaves + 1,))]

    def _between(self, before: int, onward: list[int]) -> list[Entry]:
        nodes = self._at.keys() if self._all_near else self._around(before, onward)
        entries = [
            (
                (way := option.to[before]) + (tail := option.service + on),
                option.case,
                option.earliest,
                option.latest,
                way,
                tail,
                option,
            )
            for node in nodes
            for on in (onward[node],)
            for option in self._at[node]
        ]
        return sorted(entries, key=itemgetter(0, 1, 2))

    def _around(self, before: int, onward: list[int]) -> set[int]:
        """The nodes worth most for their time from where the way begins and to where it ends, and those that must be
        visited."""
        if before not in self._from:
            self._from[before] = self._best(lambda option: option.to[before])
        if id(onward) not in self._to:
            self._to[id(onward)] = self._best(lambda option: onward[option.node])
        return self._must.union(self._from[before], self._to[id(onward)])

    def _best(self, leg: Callable[[Option], int]) -> list[int]:
        """The nodes with the least seconds, leg and visit, for their value."""
        least: dict[int, float] = {}
        for option in self.options:
            cost = (leg(option) + option.service) / option.value
            if cost < least.get(option.node, INFINITE):
                least[option.node] = cost
        return sorted(least, key=lambda node: (least[node], node))[: self.nearest]
