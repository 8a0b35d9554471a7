"""From the order that the search found to a route with times of day."""

from __future__ import annotations

from collections.abc import Sequence

from visitcli.planner.model import Route, Stop
from visitcli.planner.options import Option, Space


def route_of(space: Space, options: Sequence[Option]) -> Route:
    """Every visit as early as it can be, in this order."""
    clock, candidates = space.clock, space.problem.candidates
    point, node = space.opens, 0
    stops: list[Stop] = []
    for option in options:
        hop = space.legs[node][option.node]
        reached = point + hop
        begin = max(reached, option.earliest)
        start_s = max(clock.when(begin), option.opens_s)
        stops.append(
            Stop(
                candidate=candidates[option.case],
                alternative=option.alternative,
                arrive_s=max(clock.when(reached), space.problem.days[0].start_s),
                start_s=start_s,
                leave_s=start_s + option.service,
                travel_m=space.metres[node][option.node],
                travel_s=hop,
            )
        )
        point, node = begin + option.service, option.node
    home = space.legs[node][1] if stops else 0
    return Route(
        stops=tuple(stops),
        score=round(sum(stop.alternative.value for stop in stops), 2),
        travel_m=sum(stop.travel_m for stop in stops) + (space.metres[node][1] if stops else 0),
        travel_s=sum(stop.travel_s for stop in stops) + home,
        service_s=sum(option.service for option in options),
        ends_s=max(clock.when(point + home), stops[-1].leave_s) if stops else space.problem.days[0].start_s,
    )
