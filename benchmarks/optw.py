"""How much of the best known score our solver collects on published instances, beside PyVRP, OR-Tools and VROOM.

    python -m benchmarks.optw [DIR] [--seconds 1,5] [--seeds 2] [--solvers ours,pyvrp,ortools,vroom]
                              [--instances c101,pr04] [--decimals auto] [--best-known FILE] [--jobs 1] [--json]

DIR holds instances in the format of the TOPTW test instances (benchmarks/optw_instances.py says which) and, where best
known scores are known, `best_known_m1.csv` with the columns `instance` and `bks`. Without DIR four made-up instances
are run. Distances are rounded down to two decimals for instances whose name begins with pr, else to one.

Every run has one core and its seconds of wall time, which the building of the solver's model counts towards. Scores are
counted here from the order of the visits, by a checker that no solver uses; an answer that it refuses is named and
scores 0. A solver that takes no seed runs once. Where no best known score is given, the share is that of the best
score in this run. `.venv-bench/bin/python -m benchmarks.optw` has the peers (`make bench-peers`); elsewhere those that
are not installed are named.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import mean

from benchmarks.optw_instances import (
    FormatError,
    Instance,
    fault_of,
    make_folder,
    read_best_known,
    read_folder,
    score_of,
)
from benchmarks.own import OWN, solved
from benchmarks.peers import PEERS, Clock, Task, Way, chosen, warm_up
from visitcli.planner.model import Alternative, Candidate, Day, Legs, Place, Problem, Window


@dataclass(frozen=True, slots=True)
class Run:
    """One run to make."""

    instance: Instance
    solver: str
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run. `took` in wall seconds; `fault`: why the checker refused the route, whose score is then 0."""

    instance: str
    solver: str
    seconds: float
    seed: int
    score: int | float
    took: float
    fault: str | None = None


class MatrixTravel:
    """An instance's own distances, which are its times."""

    def __init__(self, instance: Instance) -> None:
        self._distances = instance.distances
        self._index = {place_of(instance, i): i for i in range(len(instance.vertices))}

    def legs(self, places: Sequence[Place]) -> Legs:
        """Distances between these of the instance's vertices."""
        order = [self._index[place] for place in places]
        rows = [[self._distances[a][b] for b in order] for a in order]
        return Legs(rows, rows)


def place_of(instance: Instance, vertex: int) -> Place:
    """A vertex as the planner knows places; its coordinates are none of the earth's."""
    return Place(float(instance.vertices[vertex].x), float(instance.vertices[vertex].y))


def problem_of(instance: Instance) -> Problem:
    """The instance for our planner: one day from vertex 0 back to it, a case with one alternative for each other."""
    depot, home = instance.vertices[0], place_of(instance, 0)
    candidates = tuple(
        Candidate(
            case_id=str(number),
            alternatives=(
                Alternative(
                    place=place_of(instance, number),
                    windows=(Window(vertex.opens, vertex.closes + vertex.service),),
                    service_s=vertex.service,
                    value=float(vertex.score),
                    begins=Window(vertex.opens, vertex.closes),
                ),
            ),
        )
        for number, vertex in enumerate(instance.vertices)
        if number and vertex.score > 0
    )
    day = Day(start_s=depot.opens, end_s=depot.closes, start=home, end=home)
    return Problem(days=(day,), candidates=candidates, travel=MatrixTravel(instance))


def task_of(instance: Instance) -> Task:
    """The instance for the peers."""
    ways = [
        [Way(number, number, number, v.opens, v.closes, v.service, v.score)]
        for number, v in enumerate(instance.vertices)
        if number and v.score > 0
    ]
    return Task(instance.vertices[0].opens, instance.until, instance.distances, ways)


def made(run: Run) -> Result:
    """Make a run and check what it answers."""
    warm_up([run.solver])
    clock = Clock(run.seconds)
    if run.solver == OWN:
        stops = solved(problem_of(run.instance), clock, run.seed).routes[0].stops
        route = [int(stop.candidate.case_id) for stop in stops]
    else:
        route = [way.name for way in PEERS[run.solver].run(task_of(run.instance), clock, run.seed)]
    took = clock.spent
    fault = fault_of(run.instance, route)
    score = 0 if fault else score_of(run.instance, route)
    return Result(run.instance.name, run.solver, run.seconds, run.seed, score, round(took, 2), fault)


def runs_of(instances: Sequence[Instance], solvers: Sequence[str], seconds: Sequence[float], seeds: int) -> list[Run]:
    """Every run, the solvers taking turns on an instance, so that a noisy minute touches all of them."""
    return [
        Run(instance, solver, limit, seed)
        for instance in instances
        for limit in seconds
        for seed in range(seeds)
        for solver in solvers
        if seed == 0 or solver == OWN or PEERS[solver].seeded
    ]


def all_made(runs: Sequence[Run], jobs: int, say: Callable[[str], None]) -> list[Result]:
    """The results in the order of the runs; `jobs` runs at a time, each in a process with one thread."""
    results = []
    for number, result in enumerate(_made_by(runs, jobs), 1):
        said = f"  REFUSED: {result.fault}" if result.fault else ""
        say(
            f"{number}/{len(runs)}  {result.instance:10} {result.solver:13} {result.seconds:g} s  seed {result.seed}"
            f"  {result.score:g}  took {result.took:.2f} s{said}"
        )
        results.append(result)
    return results


def _made_by(runs: Sequence[Run], jobs: int) -> Iterable[Result]:
    if jobs <= 1:
        yield from map(made, runs)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(made, runs)


def shares(results: Sequence[Result], best_known: dict[str, float]) -> dict[tuple[str, float], dict[str, list[float]]]:
    """Per cent of the best known score by solver and seconds, by instance, a figure a run. An instance without a best
    known score is measured by the best of these results."""
    best: dict[str, float] = {}
    for result in results:
        best[result.instance] = max(best.get(result.instance, 0), result.score)
    best |= {name: score for name, score in best_known.items() if name in best}
    found: dict[tuple[str, float], dict[str, list[float]]] = {}
    for result in results:
        share = 100 * result.score / best[result.instance] if best[result.instance] else 100.0
        found.setdefault((result.solver, result.seconds), {}).setdefault(result.instance, []).append(share)
    return found


def table(results: Sequence[Result], best_known: dict[str, float]) -> list[str]:
    """The lines of the answer: each instance, then each solver's mean and worst."""
    found = shares(results, best_known)
    columns = sorted(found, key=lambda column: column[1])
    names = list(dict.fromkeys(result.instance for result in results))
    known = sum(name in best_known for name in names)
    lines = [f"Per cent of the best known score ({known} of {len(names)} instances; of the best in this run elsewhere)"]
    lines += ["", " " * 12 + "".join(f"{solver:>14}" for solver, _ in columns)]
    lines += [" " * 12 + "".join(f"{f'{seconds:g} s':>14}" for _, seconds in columns)]
    for name in names:
        cells = [found[column].get(name) for column in columns]
        lines.append(f"{name:12}" + "".join(f"{mean(cell) if cell else 0:14.1f}" for cell in cells))
    lines += ["", f"{'solver':14}{'seconds':>8}{'mean':>8}{'worst':>8}  {'worst on':10}{'refused':>8}{'slowest':>10}"]
    for solver, seconds in sorted(found, key=lambda column: (column[1], list(found).index(column))):
        lines.append(_summary(solver, seconds, found[solver, seconds], results))
    return lines


def _summary(solver: str, seconds: float, by_instance: dict[str, list[float]], results: Sequence[Result]) -> str:
    """The mean of the instances' means over the seeds, and the worst single run."""
    own = [r for r in results if (r.solver, r.seconds) == (solver, seconds)]
    worst, name = min((min(values), name) for name, values in by_instance.items())
    average = mean(mean(values) for values in by_instance.values())
    refused, slowest = sum(r.fault is not None for r in own), max(r.took for r in own)
    return f"{solver:14}{seconds:8g}{average:8.2f}{worst:8.2f}  {name:10}{refused:8}{slowest:8.2f} s"


def document(results: Sequence[Result], best_known: dict[str, float]) -> list[dict[str, object]]:
    """What --json prints."""
    return [
        {
            "instance": result.instance,
            "solver": result.solver,
            "seconds": _number(result.seconds),
            "seed": result.seed,
            "score": result.score,
            "best_known": _number(best_known.get(result.instance)),
        }
        for result in results
    ]


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 2 where something asked for is not there."""
    asked = _parser().parse_args(arguments)
    try:
        return _benchmark(asked)
    except (FormatError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR")
    parser.add_argument("--seconds", default="1,5", help="wall seconds of a run, several by commas (1,5)")
    parser.add_argument("--seeds", type=int, default=2, help="runs of each solver that takes a seed (2)")
    parser.add_argument("--solvers", default="ours,pyvrp,ortools,vroom")
    parser.add_argument("--instances", default="", help="names, by commas; all where none is given")
    parser.add_argument("--decimals", default="auto", help="to how many distances are rounded down: auto, 1, 2 ...")
    parser.add_argument("--best-known", type=Path, help="CSV with the columns instance and bks")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time; no more than there are idle cores")
    parser.add_argument("--json", action="store_true")
    return parser


def _benchmark(asked: argparse.Namespace) -> int:
    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    solvers, missing = chosen(asked.solvers, [OWN])
    for name in missing:
        say(f"{name}: not installed here; make bench-peers, then .venv-bench/bin/python -m benchmarks.optw")
    with tempfile.TemporaryDirectory() as made_up:
        folder = asked.folder or Path(made_up)
        if asked.folder is None:
            make_folder(folder)
        names = [name.strip() for name in asked.instances.split(",") if name.strip()]
        decimals = None if asked.decimals == "auto" else int(asked.decimals)
        instances, others = read_folder(folder, names, decimals)
        best_known = read_best_known(folder, asked.best_known)
    for other in others:
        say(f"not an instance: {other}")
    if not instances:
        raise FormatError(f"{folder}: no instances (*.txt)")
    seconds = [float(word) for word in asked.seconds.split(",")]
    results = all_made(runs_of(instances, solvers, seconds, asked.seeds), asked.jobs, say)
    if asked.json:
        print(json.dumps(document(results, best_known), indent=1))
    else:
        print("\n".join(table(results, best_known)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
