"""An agent's day as a task for any solver, and the checker that walks what came back on the wall clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from benchmarks.agents_day import AgentsDay
from benchmarks.peers import Task, Way
from visitcli.planner.model import Alternative, Day, Place, Window

Choice = tuple[int, int]
"""A case and which of its alternatives, both by number."""


def task_of(day: AgentsDay) -> Task:
    """The day with its breaks cut out of the clock: a way for each alternative and each stretch that a visit can begin
    in. Node 0 is where the day begins and ends; every other node is one address of one case."""
    hours = day.problem.days[0]
    assert hours.start is not None
    places, cases = [hours.start], []
    for number, candidate in enumerate(day.problem.candidates):
        node_of: dict[int, int] = {}
        ways = []
        for index, alternative in enumerate(candidate.alternatives):
            if alternative.address_index not in node_of:
                node_of[alternative.address_index] = len(places)
                places.append(alternative.place)
            node = node_of[alternative.address_index]
            for begins in beginnings(alternative, hours):
                earliest, latest = axis(begins.open_s, hours), axis(begins.close_s, hours)
                way = Way(number, index, node, earliest, latest, alternative.service_s, alternative.value)
                ways.append(way)
        cases.append(ways)
    _, seconds = legs_between(day, places)
    return Task(axis(hours.start_s, hours), axis(hours.end_s, hours), seconds, cases)


def legs_between(day: AgentsDay, places: Sequence[Place]) -> tuple[list[list[int]], list[list[int]]]:
    """Metres and whole seconds of each leg."""
    problem = day.problem
    assert not problem.paces
    legs = problem.travel.legs(places)
    share = 1 + problem.buffer
    return legs.metres, [[legs.fixed_s + ceil(moving * share) for moving in row] for row in legs.moving_s]


def beginnings(alternative: Alternative, day: Day) -> list[Window]:
    """When a visit can begin: within its part of the day, lying in one of its windows, overlapping no break."""
    found = []
    for window in alternative.windows:
        opens = window.open_s
        for pause in (*day.breaks, Window(window.close_s, window.close_s)):
            first, last = opens, min(pause.open_s, window.close_s) - alternative.service_s
            if alternative.begins:
                first, last = max(first, alternative.begins.open_s), min(last, alternative.begins.close_s)
            if first <= last:
                found.append(Window(first, last))
            opens = max(opens, pause.close_s)
    return found


def axis(second: int, day: Day) -> int:
    """Working seconds at a time of day."""
    return second - sum(min(second, b.close_s) - b.open_s for b in day.breaks if b.open_s < second)


@dataclass(frozen=True, slots=True)
class Walk:
    """What a day came to. `planned`: the sum of worth x estimated chance, which all solvers are given to collect;
    `expected` the same by the true chance; `contacts`: true chances alone; `worth` alone."""

    stops: int = 0
    planned: float = 0.0
    expected: float = 0.0
    contacts: float = 0.0
    worth: float = 0.0
    km: float = 0.0
    fault: str | None = None


def walked(day: AgentsDay, choices: Sequence[Choice]) -> Walk:
    """The day walked stop by stop, each visit as soon as it may begin; where a rule breaks, nothing counts."""
    problem, hours = day.problem, day.problem.days[0]
    assert hours.start is not None
    chosen = [problem.candidates[case].alternatives[index] for case, index in choices]
    metres, seconds = legs_between(day, [hours.start, *(alternative.place for alternative in chosen)])
    if len({case for case, _ in choices}) != len(choices):
        return Walk(fault="a case twice")
    clock, travelled = hours.start_s, 0
    for stop, alternative in enumerate(chosen, 1):
        clock = _after(clock, seconds[stop - 1][stop], hours)
        begin = _begin(clock, alternative, hours)
        if begin is None:
            return Walk(fault=f"stop {stop}: no time to begin at")
        clock, travelled = begin + alternative.service_s, travelled + metres[stop - 1][stop]
    if chosen:
        clock, travelled = _after(clock, seconds[-1][0], hours), travelled + metres[-1][0]
    if clock > hours.end_s:
        return Walk(fault="late at the end")
    return _counted(day, choices, travelled)


def _counted(day: AgentsDay, choices: Sequence[Choice], metres: int) -> Walk:
    planned = expected = contacts = worth = 0.0
    for case, index in choices:
        candidate = day.problem.candidates[case]
        true, points = day.truth[candidate.case_id][index], day.worth[candidate.case_id]
        planned += candidate.alternatives[index].value
        expected, contacts, worth = expected + points * true, contacts + true, worth + points
    return Walk(len(choices), planned, expected, contacts, worth, metres / 1000)


def _after(clock: int, seconds: int, day: Day) -> int:
    """When a leg that begins at `clock` ends; it rests in breaks."""
    for pause in day.breaks:
        if clock < pause.close_s and clock + seconds > pause.open_s:
            seconds -= max(pause.open_s - clock, 0)
            clock = pause.close_s
    return clock + seconds


def _begin(clock: int, alternative: Alternative, day: Day) -> int | None:
    """The first moment from `clock` on at which the visit may begin."""
    part = alternative.begins
    for window in alternative.windows:
        begin = max(clock, window.open_s, part.open_s if part else 0)
        for pause in day.breaks:
            if begin < pause.close_s and begin + alternative.service_s > pause.open_s:
                begin = pause.close_s
        if begin + alternative.service_s <= window.close_s and (part is None or begin <= part.close_s):
            return begin
    return None
