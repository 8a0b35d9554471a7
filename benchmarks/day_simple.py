"""How a day is planned without a solver: one stop after the other, until nothing fits any more.

Each rule knows the same chances as the solvers and, but for one, may use any way to visit a case; it waits where the
next door is not open yet, and always gets home in time. None of them goes back on a stop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from benchmarks.peers import Task, Way

Key = Callable[[int, Way, int], tuple[float, ...]]
"""The seconds of travel, the way, the seconds of waiting → a rank; the lowest is next."""


def _value_per_minute(travel: int, way: Way, wait: int) -> tuple[float, ...]:
    return (-way.value / (travel + wait + way.service),)


def nearest_neighbour(task: Task) -> list[Way]:
    """The shortest way from here, however long one waits at its end; of two alike the shorter wait, then the value."""
    return _one_by_one(task, lambda travel, way, wait: (travel, wait, -way.value))


def soonest(task: Task) -> list[Way]:
    """Whoever can be visited soonest: the nearest neighbour, waiting counted as way; of two alike the value."""
    return _one_by_one(task, lambda travel, way, wait: (travel + wait, -way.value))


def greedy(task: Task) -> list[Way]:
    """The most value for a minute, of travel, waiting and visit together."""
    return _one_by_one(task, _value_per_minute)


def greedy_one_address(task: Task) -> list[Way]:
    """The same where only a case's first address is known, as in a tool with one address a case."""
    first = [[way for way in ways if way.node == ways[0].node] for ways in task.cases]
    return greedy(replace(task, cases=first))


def file_order(task: Task) -> list[Way]:
    """As they stand in the office's file; who does not fit any more is passed over."""
    return _in_order(task, range(len(task.cases)))


def priority_order(task: Task) -> list[Way]:
    """The most valuable first; who does not fit any more is passed over."""
    best = [max((way.value for way in ways), default=0) for ways in task.cases]
    return _in_order(task, sorted(range(len(task.cases)), key=lambda case: -best[case]))


SIMPLE: dict[str, Callable[[Task], list[Way]]] = {
    "file order": file_order,
    "priority order": priority_order,
    "nearest neighbour": nearest_neighbour,
    "soonest": soonest,
    "greedy, 1 address": greedy_one_address,
    "greedy": greedy,
}


class _Path:
    """A day as far as it is planned."""

    def __init__(self, task: Task) -> None:
        self.task, self.clock, self.here = task, task.opens, 0
        self.ways: list[Way] = []

    def begin(self, way: Way) -> int | None:
        """When this visit would begin as the next one; None where it does not fit."""
        begin = max(self.clock + self.task.legs[self.here][way.node], way.earliest)
        home = begin + way.service + self.task.legs[way.node][0]
        return begin if begin <= way.latest and home <= self.task.closes else None

    def best(self, ways: Sequence[Way], key: Key) -> Way | None:
        """The first of the ways that fit."""
        fitting = []
        for way in ways:
            begin = self.begin(way)
            if begin is not None:
                travel = self.task.legs[self.here][way.node]
                fitting.append((key(travel, way, begin - self.clock - travel), way))
        return min(fitting, key=lambda pair: pair[0])[1] if fitting else None

    def add(self, way: Way) -> None:
        """Go there. The way must fit."""
        begin = self.begin(way)
        assert begin is not None
        self.ways.append(way)
        self.clock, self.here = begin + way.service, way.node


def _one_by_one(task: Task, key: Key) -> list[Way]:
    path, left = _Path(task), [ways for ways in task.cases if ways]
    while way := path.best([way for ways in left for way in ways], key):
        path.add(way)
        left = [ways for ways in left if ways[0].case != way.case]
    return path.ways


def _in_order(task: Task, order: Sequence[int]) -> list[Way]:
    """The cases in this order, each in the way that gives the most value for a minute."""
    path = _Path(task)
    for case in order:
        way = path.best(task.cases[case], _value_per_minute)
        if way:
            path.add(way)
    return path.ways
