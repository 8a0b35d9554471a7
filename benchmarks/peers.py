"""PyVRP, OR-Tools and VROOM on one day's task, each as well set up as we know how; and the task itself.

A task is one route from node 0 to node 0. A case may be visited in one of several ways (where, between which begins,
for how long, worth what), or not at all. Time runs on one axis of whole units; breaks have been cut out of it. Every
solver gets the same task, one core, and a wall-clock limit that includes the building of its model; what it answers is
the order of the ways, whose worth somebody else counts.

The libraries are looked for when they are asked for: one that is not installed is a missing peer, not an error.
`make bench-peers` installs them beside the project, into `.venv-bench`: they bring numpy, which the project never
loads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from time import perf_counter
from typing import Any, NamedTuple
from warnings import filterwarnings


class Way(NamedTuple):
    """One way to visit a case. `earliest`, `latest`: the visit's begin; `name` is whatever the caller knows it by."""

    case: int
    name: Any
    node: int
    earliest: int
    latest: int
    service: int
    value: float


@dataclass(frozen=True, slots=True)
class Task:
    """From `opens` to `closes` on the axis, from node 0 back to node 0; `cases` holds the ways of each."""

    opens: int
    closes: int
    legs: list[list[int]]
    cases: list[list[Way]]

    def reachable(self) -> Task:
        """Without the ways that do not fit even alone."""
        return Task(self.opens, self.closes, self.legs, [[w for w in ways if self._fits(w)] for ways in self.cases])

    def _fits(self, way: Way) -> bool:
        begin = max(self.opens + self.legs[0][way.node], way.earliest)
        return begin <= way.latest and begin + way.service + self.legs[way.node][0] <= self.closes


class Clock:
    """How much of a run's wall time is left. It starts when it is made."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._begun = seconds, perf_counter()

    @property
    def spent(self) -> float:
        """Seconds since the run began."""
        return perf_counter() - self._begun

    @property
    def left(self) -> float:
        """Seconds left, a hundredth at least, so that a late solver still answers something."""
        return max(self.seconds - self.spent, 0.01)

    def share(self, _done: int) -> float:
        """The share of the run that is over."""
        return self.spent / self.seconds


Peer = Callable[[Task, Clock, int], list[Way]]
"""Task, clock, seed → the ways in order of visit."""


def pyvrp(task: Task, clock: Clock, seed: int) -> list[Way]:
    """PyVRP: an optional client for each way, of which a case's exclude each other.

    Prizes are scaled so that a unit of value outweighs travel; the travel itself costs its time, without which the
    search has nothing to hold on to. With groups a scale of 1e5 is the best of five.
    """
    import numpy as np
    from pyvrp import Client, ClientGroup, Depot, Location, Model, ProblemData, SolveParams, VehicleType
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.search import NeighbourhoodParams
    from pyvrp.stop import MaxRuntime

    ways = [way for case in task.reachable().cases for way in case]
    if not ways:
        return []
    grouped = len(ways) > len({way.case for way in ways})
    scale = 100_000 if grouped else max(1, (task.closes - task.opens) // 10)
    groups: dict[int, list[int]] = {}
    for index, way in enumerate(ways):
        groups.setdefault(way.case, []).append(index)
    several = {case: number for number, case in enumerate(c for c, own in groups.items() if len(own) > 1)}
    clients = [
        Client(
            location=way.node,
            service_duration=way.service,
            tw_early=way.earliest,
            tw_late=way.latest,
            prize=round(way.value * scale),
            required=False,
            group=several.get(way.case),
        )
        for way in ways
    ]
    legs = np.array(task.legs, dtype=np.int64)
    np.fill_diagonal(legs, 0)
    filterwarnings("ignore", category=PenaltyBoundWarning)  # the scale is chosen: what it collects is what counts
    data = ProblemData(
        locations=[Location(0, 0) for _ in task.legs],
        clients=clients,
        depots=[Depot(location=0)],
        vehicle_types=[VehicleType(tw_early=task.opens, tw_late=task.closes, unit_distance_cost=1)],
        distance_matrices=[legs],
        duration_matrices=[legs],
        groups=[ClientGroup(groups[case], required=False) for case in several],
    )
    result = Model.from_data(data).solve(
        MaxRuntime(clock.left),
        seed=seed,
        collect_stats=False,
        display=False,
        params=SolveParams(neighbourhood=NeighbourhoodParams(num_neighbours=100)),
    )
    if not result.best.is_feasible():
        return []
    return [ways[activity.idx] for route in result.best.routes() for activity in route if activity.is_client()]


GUIDE_WEIGHT = 10.0  # the best of eight from 0.02 to 100 on eight published instances; the usual 0.1 collects 8 % less
MANY = 150  # cases


def first_solution(cases: int, ways: int) -> str:
    """The first solution strategy that collected most of the eight that were tried: up to a hundred cases, with some
    300 and one way each, and with some 300 and alternatives."""
    if cases <= MANY:
        return "ALL_UNPERFORMED"
    return "AUTOMATIC" if ways > cases else "LOCAL_CHEAPEST_INSERTION"


def ortools(task: Task, clock: Clock, seed: int, *, search: str) -> list[Way]:
    """OR-Tools' routing library: one node a way, a disjunction a case, a time dimension with slack up to the day.

    A disjunction has one penalty for all its nodes, so a way that is worth less than the case's best costs the
    difference on the arc that enters it. The library takes no seed.
    """
    import numpy as np
    from ortools.constraint_solver import pywrapcp
    from ortools.constraint_solver.routing_enums_pb2 import FirstSolutionStrategy, LocalSearchMetaheuristic

    del seed
    cases = [case for case in task.reachable().cases if case]
    ways = [way for case in cases for way in case]
    if not ways:
        return []
    nodes = np.array([0, *(way.node for way in ways)])
    legs = np.array(task.legs, dtype=np.int64)
    np.fill_diagonal(legs, 0)
    travel = legs[np.ix_(nodes, nodes)]
    best = {case[0].case: max(way.value for way in case) for case in cases}
    short = np.array([0, *(round(1000 * (best[way.case] - way.value)) for way in ways)], dtype=np.int64)
    service = np.array([0, *(way.service for way in ways)], dtype=np.int64)
    manager = pywrapcp.RoutingIndexManager(len(ways) + 1, 1, 0)
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix((travel + short[None, :]).tolist()))
    day = task.closes - task.opens
    transit = routing.RegisterTransitMatrix((travel + service[:, None]).tolist())
    routing.AddDimension(transit, day, task.closes, False, "time")
    time = routing.GetDimensionOrDie("time")
    time.CumulVar(routing.Start(0)).SetRange(task.opens, task.closes)
    time.CumulVar(routing.End(0)).SetRange(task.opens, task.closes)
    number = 1
    for case in cases:
        indices = [manager.NodeToIndex(number + i) for i in range(len(case))]
        for index, way in zip(indices, case, strict=True):
            time.CumulVar(index).SetRange(way.earliest, way.latest)
        routing.AddDisjunction(indices, round(1000 * best[case[0].case]))
        number += len(case)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = getattr(FirstSolutionStrategy, first_solution(len(cases), len(ways)))
    parameters.local_search_metaheuristic = getattr(LocalSearchMetaheuristic, search)
    parameters.guided_local_search_lambda_coefficient = GUIDE_WEIGHT
    parameters.time_limit.FromTimedelta(timedelta(seconds=clock.left))
    answer = routing.SolveWithParameters(parameters)
    if answer is None:
        return []
    order, index = [], answer.Value(routing.NextVar(routing.Start(0)))
    while not routing.IsEnd(index):
        order.append(ways[manager.IndexToNode(index) - 1])
        index = answer.Value(routing.NextVar(index))
    return order


def ortools_tabu(task: Task, clock: Clock, seed: int) -> list[Way]:
    """OR-Tools with tabu search."""
    return ortools(task, clock, seed, search="TABU_SEARCH")


def ortools_gls(task: Task, clock: Clock, seed: int) -> list[Way]:
    """OR-Tools with guided local search."""
    return ortools(task, clock, seed, search="GUIDED_LOCAL_SEARCH")


WORTH_A_WINDOW = 0.6


def vroom(task: Task, clock: Clock, seed: int) -> list[Way]:
    """VROOM at exploration 5: a job a case with a priority of 0 to 100. It takes no seed and stops by itself.

    It knows no alternatives: a case is offered at the node of its best way, in the windows there that are worth at
    least 0.6 of it, for their mean value (the best of nine such rules). Which way that came to be, and so what it is
    worth, follows from when the visit begins.
    """
    import numpy as np
    import vroom as library

    del seed
    cases = [_at_best_node(case) for case in task.reachable().cases if case]
    if not cases:
        return []
    values = [sum(way.value for way in case) / len(case) for case in cases]
    problem = library.Input()
    problem.set_durations_matrix("car", np.array(task.legs, dtype=np.uint32))
    problem.add_vehicle(library.Vehicle(0, start=0, end=0, time_window=[task.opens, task.closes]))
    problem.add_job(
        [
            library.Job(
                number,
                location=case[0].node,
                default_service=case[0].service,
                priority=max(1, round(100 * value / max(values))),
                time_windows=[library.TimeWindow(way.earliest, way.latest) for way in case],
            )
            for number, (case, value) in enumerate(zip(cases, values, strict=True))
        ]
    )
    limit = timedelta(milliseconds=max(1, int(clock.left * 1000)))
    solution = problem.solve(exploration_level=5, nb_threads=1, timeout=limit)
    steps = solution.to_dict()["routes"]
    numbers = [step["id"] for route in steps for step in route["steps"] if step["type"] == "job"]
    return by_their_times(task, [cases[number] for number in numbers])


def _at_best_node(case: Sequence[Way]) -> list[Way]:
    best = max(case, key=lambda way: way.value)
    good = [way for way in case if way.node == best.node and way.value >= WORTH_A_WINDOW * best.value]
    return sorted(good, key=lambda way: way.earliest)


def by_their_times(task: Task, order: Sequence[Sequence[Way]]) -> list[Way]:
    """Cases in order, each at one node in several windows: the ways that come of visiting each as soon as can be."""
    chosen, clock, here = [], task.opens, 0
    for case in order:
        reached = clock + task.legs[here][case[0].node]
        way = next((way for way in case if reached <= way.latest), case[-1])
        chosen.append(way)
        clock, here = max(reached, way.earliest) + way.service, way.node
    return chosen


@dataclass(frozen=True, slots=True)
class Entrant:
    """A peer under the name that tables show; `seeded` when runs with different seeds differ."""

    run: Peer
    module: str
    seeded: bool = False

    @property
    def installed(self) -> bool:
        """Whether its library is there."""
        return find_spec(self.module) is not None


PEERS = {
    "pyvrp": Entrant(pyvrp, "pyvrp", seeded=True),
    "ortools-tabu": Entrant(ortools_tabu, "ortools"),
    "ortools-gls": Entrant(ortools_gls, "ortools"),
    "vroom": Entrant(vroom, "vroom"),
}
GROUPS = {"ortools": ("ortools-tabu", "ortools-gls")}


def warm_up(names: Sequence[str]) -> None:
    """Load the libraries, which no run shall pay for."""
    tiny = Task(0, 100, [[0, 1], [1, 0]], [[Way(0, None, 1, 0, 90, 1, 1.0)]])
    for name in names:
        if name in PEERS:
            PEERS[name].run(tiny, Clock(0.05), 0)


def chosen(asked: str, own: Sequence[str]) -> tuple[list[str], list[str]]:
    """The solvers asked for, in order, and those of them that are not installed. Raises ValueError for an unknown name.

    `own` are the names that need no library; `ortools` stands for both of its searches.
    """
    names = [name for word in asked.split(",") for name in GROUPS.get(word.strip(), (word.strip(),))]
    unknown = [name for name in names if name not in PEERS and name not in own]
    if unknown:
        raise ValueError(f"unknown solver: {', '.join(unknown)}; there are {', '.join([*own, *PEERS, *GROUPS])}")
    missing = [name for name in names if name in PEERS and not PEERS[name].installed]
    return [name for name in names if name not in missing], missing
