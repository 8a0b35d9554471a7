"""A problem laid out flat for the search: every case at every alternative in every window, on the working axis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from visitcli.planner.clock import Clock
from visitcli.planner.model import Alternative, Candidate, LeftOut, LeftOutCode, Must, Place, Problem, Window

POINT = 100  # the search counts value in whole hundredths of a point, so that equal is equal
RANK: dict[Must | None, int] = {None: 0, "promised": 1, "asked": 2, "locked": 3}


class Option(NamedTuple):
    """One way to put a case on the route. `earliest`, `latest`: the visit's begin, on the working axis."""

    case: int
    node: int
    earliest: int
    latest: int
    service: int
    value: int
    alternative: Alternative
    opens_s: int


@dataclass(slots=True)
class Space:
    """What the search runs over. Node 0 is the day's start, node 1 its end, the rest are places to visit."""

    problem: Problem
    clock: Clock
    opens: int
    closes: int
    nodes: list[Place] = field(default_factory=list)
    legs: list[list[int]] = field(default_factory=list)
    into: list[list[int]] = field(default_factory=list)  # the legs turned round: into[b][a] is from a to b
    metres: list[list[int]] = field(default_factory=list)
    options: list[list[Option]] = field(default_factory=list)
    must: list[int] = field(default_factory=list)  # the higher goes first, 0 need not be visited
    never: list[LeftOut] = field(default_factory=list)


def lay_out(problem: Problem) -> Space:
    """The search space; candidates that do not fit even alone are in `never`, with the reason."""
    day, clock = problem.days[0], Clock(problem.days[0].breaks)
    space = Space(problem, clock, clock.axis(day.start_s), clock.axis(day.end_s))
    node_of = _nodes(space)
    _measure(space)
    extra = _must_values(problem)
    for case, candidate in enumerate(problem.candidates):
        open_options = [
            _option(space, case, node_of[alternative.place], alternative, part, extra[candidate.must_visit])
            for alternative in candidate.alternatives
            for part in _parts(space, alternative)
        ]
        options = [option for option in open_options if _fits_alone(space, option)]
        space.options.append(options)
        space.must.append(RANK[candidate.must_visit])
        if not options:
            space.never.append(_misfit(candidate, "too_far" if open_options else "outside_hours"))
    return space


def _must_values(problem: Problem) -> dict[Must | None, int]:
    """What the search adds to the value of a case that must be visited: more than all that ranks below it together."""
    ordinary = POINT + sum(max((_points(a) for a in c.alternatives), default=0) for c in problem.candidates)
    promised = sum(candidate.must_visit == "promised" for candidate in problem.candidates)
    asked = sum(candidate.must_visit == "asked" for candidate in problem.candidates)
    return {
        None: 0,
        "promised": ordinary,
        "asked": ordinary * (promised + 1),
        "locked": ordinary * (promised + 1) * (asked + 1),
    }


def _nodes(space: Space) -> dict[Place, int]:
    """Number the places; cases at one door share a node."""
    day, index = space.problem.days[0], dict[Place, int]()
    anchor = Place(0.0, 0.0)
    space.nodes = [day.start or anchor, day.end or anchor]
    for candidate in space.problem.candidates:
        for alternative in candidate.alternatives:
            if alternative.place not in index:
                index[alternative.place] = len(space.nodes)
                space.nodes.append(alternative.place)
    return index


def _measure(space: Space) -> None:
    """Every leg once. A day without a start (end) place has free legs from (to) it."""
    day, size = space.problem.days[0], len(space.nodes)
    space.legs = [[0] * size for _ in range(size)]
    space.metres = [[0] * size for _ in range(size)]
    free = {node for node, place in enumerate((day.start, day.end)) if place is None}
    real = [node for node in range(size) if node not in free]
    legs = space.problem.travel.legs([space.nodes[node] for node in real])
    for i, row_m, row_s in zip(real, legs.metres, legs.moving_s, strict=True):
        for j, metre, second in zip(real, row_m, row_s, strict=True):
            space.metres[i][j], space.legs[i][j] = metre, second + legs.fixed_s
    space.into = [list(column) for column in zip(*space.legs, strict=True)]


def _parts(space: Space, alternative: Alternative) -> list[Window]:
    """The stretches of the day in which the whole visit can lie."""
    day = space.problem.days[0]
    clipped = (Window(max(w.open_s, day.start_s), min(w.close_s, day.end_s)) for w in alternative.windows)
    parts = (part for window in clipped if window.open_s < window.close_s for part in space.clock.open_parts(window))
    return [part for part in parts if part.close_s - part.open_s >= alternative.service_s]


def _option(space: Space, case: int, node: int, alternative: Alternative, part: Window, extra: int) -> Option:
    opens, closes = space.clock.axis(part.open_s), space.clock.axis(part.close_s)
    value = _points(alternative) + extra
    return Option(
        case, node, opens, closes - alternative.service_s, alternative.service_s, value, alternative, part.open_s
    )


def _points(alternative: Alternative) -> int:
    return max(1, round(alternative.value * POINT))


def _fits_alone(space: Space, option: Option) -> bool:
    begins = max(option.earliest, space.opens + space.legs[0][option.node])
    return begins <= option.latest and begins + option.service + space.legs[option.node][1] <= space.closes


def _misfit(candidate: Candidate, code: LeftOutCode) -> LeftOut:
    return LeftOut(case_id=candidate.case_id, code=code, must_visit=candidate.must_visit)
