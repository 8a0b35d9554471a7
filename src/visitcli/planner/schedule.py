"""From the order that the search found to a route with times of day."""

from __future__ import annotations

from visitcli.planner.model import Route, Stop
from visitcli.planner.options import Space
from visitcli.planner.tour import Tour


def route_of(space: Space, tour: Tour) -> Route:
    """Every visit as early as it can be, in this order."""
    frame, candidates = tour.frame, space.problem.candidates
    clock, point, node = frame.clock, frame.opens, frame.first
    stops: list[Stop] = []
    for option in tour.stops:
        hop = option.to[node]
        reached = point + hop
        begin = max(reached, option.earliest)
        start_s = max(clock.when(begin), option.opens_s)
        stops.append(
            Stop(
                candidate=candidates[option.case],
                alternative=option.alternative,
                arrive_s=max(clock.when(reached), frame.day.start_s),
                start_s=start_s,
                leave_s=start_s + option.service,
                travel_m=space.metres(node, option.node),
                travel_s=hop,
                buffer_s=_buffer(space, node, option.node, space.problem.permille_at(option.opens_s)),
            )
        )
        point, node = begin + option.service, option.node
    home = frame.home[node] if stops else 0
    return Route(
        stops=tuple(stops),
        score=round(sum(stop.alternative.value for stop in stops), 2),
        travel_m=sum(stop.travel_m for stop in stops) + (space.metres(node, frame.last) if stops else 0),
        travel_s=sum(stop.travel_s for stop in stops) + home,
        service_s=sum(option.service for option in tour.stops),
        ends_s=max(clock.when(point + home), stops[-1].leave_s) if stops else frame.day.start_s,
        buffer_s=sum(stop.buffer_s for stop in stops)
        + (_buffer(space, node, frame.last, frame.home_permille) if stops else 0),
    )


def _buffer(space: Space, origin: int, node: int, permille: int) -> int:
    """What of the leg's seconds is kept in hand."""
    bare = round(permille / (1 + space.problem.buffer))
    return space.row(node, permille)[origin] - space.row(node, bare)[origin]
