"""What a day is made of, as the solver sees it, and what comes back.

Units: times of day in seconds since midnight (local wall clock), durations in seconds, distances in metres, places
in WGS-84 decimal degrees, values in points (`planner.value` says what a point is worth).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from visitcli.domain.case import AddressKind

LeftOutCode = Literal[
    "held",  # a hold stands; context names it
    "not_open",  # closed or withdrawn by the office
    "not_yet",  # the assignment begins later
    "returned",  # the assignment has gone back
    "stopped",  # the last visit ended in a way after which nobody goes there for now
    "excluded",  # the user left it out
    "no_place",  # no address has a point on the map
    "outside_hours",  # no window leaves room for the visit within this day
    "too_far",  # not even alone: there, the visit, and to the day's end place in time
    "no_time_left",  # fits alone, but what was taken is worth more
    "other_musts",  # must be visited and fits alone, but not beside others that must be
]

PERMILLE = 1000  # paces and the buffer count to a thousandth

Must = Literal["promised", "asked", "locked"]
"""Why a case goes before any value: it promised to pay on this day; before that, the user asked for it; before that,
its time is agreed (an appointment, a stop that the user fixed)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point, WGS-84 decimal degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Window:
    """From `open_s` to `close_s`, seconds of the day."""

    open_s: int
    close_s: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code and what fills its sentence."""

    code: str
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way to visit a case: where, when, how long, worth what. The whole visit lies in one of the windows.

    `day` counts the problem's days from 0. `begins`: the visit begins within it, both ends included (a part of the
    day; one moment for an appointment), None for whenever. `chance` is the chance to meet the customer there and
    then, which `value` has in it already; `part` names the part of the day.
    """

    place: Place
    windows: tuple[Window, ...]
    service_s: int
    value: float
    day: int = 0
    begins: Window | None = None
    part: str = ""
    chance: float = 1.0
    address_kind: AddressKind = "home"
    address_index: int = 0
    approximate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A case that may be visited, at one of its alternatives.

    `must_visit` goes before any value, as far as it fits into the day; it adds nothing to the score that is shown.
    """

    case_id: str
    alternatives: tuple[Alternative, ...]
    reasons: tuple[Reason, ...] = ()
    must_visit: Must | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """When and where the day begins and ends. Without a place the first (last) leg costs nothing.

    A break is cut out of the clock: no visit overlaps it and travel pauses in it, so that an agent who is on the road
    at noon eats on the way and drives on.
    """

    start_s: int
    end_s: int
    start: Place | None = None
    end: Place | None = None
    breaks: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Legs:
    """The ways from each place (row) to each: metres, seconds on the move at the usual pace, and `fixed_s`, the
    seconds that every leg costs beside that (parking, the walk to the door)."""

    metres: list[list[int]]
    moving_s: list[list[int]]
    fixed_s: int = 0


class Travel(Protocol):
    """How far and how long between two places."""

    def legs(self, places: Sequence[Place]) -> Legs:
        """The ways from each place to each."""


@dataclass(frozen=True, slots=True)
class Pace:
    """At this time of day the moving seconds of a leg are `factor` times the usual ones."""

    window: Window
    factor: float


def factor_at(paces: Sequence[Pace], second: int) -> float:
    """The pace at a time of day, 1 where none is named."""
    return next((pace.factor for pace in paces if pace.window.open_s <= second < pace.window.close_s), 1.0)


def leg_s(fixed_s: int, moving_s: int, permille: int) -> int:
    """What a leg takes at this share of its usual moving time, rounded up; counted in whole numbers, so that every
    machine rounds alike."""
    return fixed_s - moving_s * permille // -PERMILLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One or more days, who may be visited in them, and how one gets about.

    A leg takes `fixed_s + moving_s x factor x (1 + buffer)`, rounded up; factor and buffer count to a thousandth
    together. The factor is the one of the time at which the visit that the leg leads to begins (of the day's end, for
    the way home), 1 where no pace is named. `buffer` is the share of the moving time that is kept in hand.
    """

    days: tuple[Day, ...]
    candidates: tuple[Candidate, ...]
    travel: Travel
    paces: tuple[Pace, ...] = ()
    buffer: float = 0.0

    def permille_at(self, second: int) -> int:
        """The share of the usual moving time that a leg takes at this time of day, the buffer in it, in thousandths."""
        return round(factor_at(self.paces, second) * (1 + self.buffer) * PERMILLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A visit on the route: reach the place, begin, leave; `travel_*` is the leg that leads here, `buffer_s` what of
    it is kept in hand."""

    candidate: Candidate
    alternative: Alternative
    arrive_s: int
    start_s: int
    leave_s: int
    travel_m: int
    travel_s: int
    buffer_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A case that is not on the route, and why."""

    case_id: str
    code: LeftOutCode
    context: Mapping[str, object] = field(default_factory=dict)
    must_visit: Must | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A day's stops in order. Travel counts every leg, that to the end place too; `ends_s` is when it is reached."""

    stops: tuple[Stop, ...]
    score: float
    travel_m: int
    travel_s: int
    service_s: int
    ends_s: int
    buffer_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The best route found for each day and every candidate that is on none. `cut`: `should_stop` ended the search
    early."""

    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...]
    iterations: int
    cut: bool
