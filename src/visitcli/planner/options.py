"""A problem laid out flat for the search: every case at every alternative in every window, on the working axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from visitcli.planner.clock import Clock
from visitcli.planner.model import (
    Alternative,
    Candidate,
    Day,
    LeftOut,
    LeftOutCode,
    Legs,
    Must,
    Place,
    Problem,
    Window,
    leg_s,
)

POINT = 100  # the search counts value in whole hundredths of a point, so that equal is equal
RANK: dict[Must | None, int] = {None: 0, "promised": 1, "asked": 2, "locked": 3}


class Option(NamedTuple):
    """One way to put a case on a day's route. `earliest`, `latest`: the visit's begin, on that day's working axis;
    `to`: the seconds that the leg here takes from every node; `opens_s`: the begin's earliest time of day."""

    case: int
    day: int
    node: int
    earliest: int
    latest: int
    service: int
    value: int
    to: list[int]
    alternative: Alternative
    opens_s: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A day as the search sees it: its hours on the working axis, where it begins, and the ways to where it ends."""

    day: Day
    clock: Clock
    opens: int
    closes: int
    first: int
    last: int
    home: list[int]
    home_permille: int
    least_service: int


@dataclass(slots=True)
class Space:
    """What the search runs over. A node is a place of the problem; the last one is nowhere, for a day without a start
    or an end: the ways from and to it are free."""

    problem: Problem
    nodes: dict[Place, int]
    legs: Legs
    frames: list[Frame] = field(default_factory=list)
    options: list[list[Option]] = field(default_factory=list)
    must: list[int] = field(default_factory=list)  # the higher goes first, 0 need not be visited
    never: list[LeftOut] = field(default_factory=list)
    rows: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def row(self, node: int, permille: int) -> list[int]:
        """The seconds of the legs from every node to this one, at this share of the usual moving time."""
        key = (node, permille)
        if key not in self.rows:
            self.rows[key] = self._row(node, permille)
        return self.rows[key]

    def metres(self, origin: int, node: int) -> int:
        """How long the leg is; nothing from nowhere and to nowhere."""
        nowhere = len(self.nodes)
        return 0 if nowhere in (origin, node) else self.legs.metres[origin][node]

    def _row(self, node: int, permille: int) -> list[int]:
        if node == len(self.nodes):
            return [0] * (node + 1)
        fixed = self.legs.fixed_s
        return [*(leg_s(fixed, row[node], permille) for row in self.legs.moving_s), 0]


def lay_out(problem: Problem) -> Space:
    """The search space; candidates that do not fit even alone are in `never`, with the reason."""
    places = dict.fromkeys(place for day in problem.days for place in (day.start, day.end) if place)
    places.update(dict.fromkeys(a.place for candidate in problem.candidates for a in candidate.alternatives))
    nodes = {place: number for number, place in enumerate(places)}
    space = Space(problem, nodes, problem.travel.legs(list(places)))
    space.frames = [_frame(space, day) for day in problem.days]
    extra = _must_values(problem)
    for case, candidate in enumerate(problem.candidates):
        open_options = [
            option
            for alternative in candidate.alternatives
            for option in _options(space, case, alternative, extra[candidate.must_visit])
        ]
        options = [option for option in open_options if _fits_alone(space.frames[option.day], option)]
        space.options.append(options)
        space.must.append(RANK[candidate.must_visit])
        if not options:
            space.never.append(_misfit(candidate, "too_far" if open_options else "outside_hours"))
    return space


def _frame(space: Space, day: Day) -> Frame:
    clock, nowhere = Clock(day.breaks), len(space.nodes)
    first, last = (nowhere if place is None else space.nodes[place] for place in (day.start, day.end))
    permille = space.problem.permille_at(day.end_s)
    home = space.row(last, permille)
    least = min((a.service_s for c in space.problem.candidates for a in c.alternatives), default=0)
    return Frame(day, clock, clock.axis(day.start_s), clock.axis(day.end_s), first, last, home, permille, least)


def _must_values(problem: Problem) -> dict[Must | None, int]:
    """What the search adds to the value of a case that must be visited: more than all that ranks below it together."""
    most = POINT + sum(max((_points(a) for a in c.alternatives), default=0) for c in problem.candidates)
    extra: dict[Must | None, int] = {None: 0}
    for must in ("promised", "asked", "locked"):
        extra[must] = most
        most *= 1 + sum(candidate.must_visit == must for candidate in problem.candidates)
    return extra


def _options(space: Space, case: int, alternative: Alternative, extra: int) -> Iterable[Option]:
    frame, node = space.frames[alternative.day], space.nodes[alternative.place]
    axis = frame.clock.axis
    for begins in _begins(frame, alternative, space.problem):
        yield Option(
            case=case,
            day=alternative.day,
            node=node,
            earliest=axis(begins.open_s),
            latest=axis(begins.close_s),
            service=alternative.service_s,
            value=_points(alternative) + extra,
            to=space.row(node, space.problem.permille_at(begins.open_s)),
            alternative=alternative,
            opens_s=begins.open_s,
        )


def _begins(frame: Frame, alternative: Alternative, problem: Problem) -> Iterable[Window]:
    """When the visit may begin, both ends included: the stretches in which the whole visit lies in a window, outside
    the breaks, cut where the pace changes."""
    day = frame.day
    for window in alternative.windows:
        clipped = Window(max(window.open_s, day.start_s), min(window.close_s, day.end_s))
        for part in frame.clock.open_parts(clipped) if clipped.open_s < clipped.close_s else ():
            opens, closes = part.open_s, part.close_s - alternative.service_s
            if alternative.begins:
                opens, closes = max(opens, alternative.begins.open_s), min(closes, alternative.begins.close_s)
            yield from _cut(opens, closes, problem)


def _cut(opens: int, closes: int, problem: Problem) -> Iterable[Window]:
    edges = sorted({edge for pace in problem.paces for edge in (pace.window.open_s, pace.window.close_s)})
    for edge in edges:
        if opens < edge <= closes and problem.permille_at(opens) != problem.permille_at(edge):
            yield Window(opens, edge - 1)
            opens = edge
    if opens <= closes:
        yield Window(opens, closes)


def _points(alternative: Alternative) -> int:
    return max(1, round(alternative.value * POINT))


def _fits_alone(frame: Frame, option: Option) -> bool:
    begins = max(option.earliest, frame.opens + option.to[frame.first])
    return begins <= option.latest and begins + option.service + frame.home[option.node] <= frame.closes


def _misfit(candidate: Candidate, code: LeftOutCode) -> LeftOut:
    return LeftOut(case_id=candidate.case_id, code=code, must_visit=candidate.must_visit)
