"""What a day is worth, planned in eleven ways: a hundred made-up days with a truth that no planner sees.

    python -m benchmarks.day [--days 100] [--cases 60] [--seconds 1] [--seed 1] [--jobs 1] [--json]
                             [--solvers ours,pyvrp,ortools,vroom]
    python -m benchmarks.day --reference FILE [--days 10] [--cases 60] [--seconds 1,5] [--runs 5] [--long 60] ...

The days are those of benchmarks/agents_day.py. File order, priority order, nearest neighbour and greedy are
benchmarks/day_simple.py; PyVRP, OR-Tools and VROOM get the same values (benchmarks/peers.py), each on one core for its
seconds. What every planner collects is worth x estimated chance; what counts in the end is the true chance: contacts
(the sum of chances) and expected value (worth x true chance), walked on the wall clock by a checker of its own. A plan
that it refuses counts as nothing.

With --reference it is measured how much of the best known day each solver collects: the best planned value of `--runs`
runs of `--long` seconds each of ours and of PyVRP. These take long (10 min a day by default), are kept in FILE and are
not made again, so that the measurement can be broken off and gone on with.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, quantiles, stdev

from benchmarks.agents_day import AgentsDay, agents_day
from benchmarks.day_rules import Choice, Walk, task_of, walked
from benchmarks.day_simple import SIMPLE
from benchmarks.own import OWN, solved
from benchmarks.peers import PEERS, Clock, chosen, warm_up

MEASURES = ("contacts", "expected", "planned", "worth", "km", "stops")
TARGETS = {"nearest neighbour": 1.5, "greedy, 1 address": 1.2, "greedy": 1.2}
REFERENCE_SOLVERS = (OWN, "pyvrp")


@dataclass(frozen=True, slots=True)
class Run:
    """One plan to make: which day, by which solver, for how long, with which of its seeds."""

    day: int
    cases: int
    solver: str
    seconds: float
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it; `took` in wall seconds."""

    run: Run
    walk: Walk
    took: float


def made(run: Run) -> Result:
    """Plan the day and walk it."""
    day = agents_day(run.day, run.cases)
    warm_up([run.solver])
    clock = Clock(run.seconds)
    choices = _plan(day, run, clock)
    took = clock.spent
    return Result(run, walked(day, choices), took)


def _plan(day: AgentsDay, run: Run, clock: Clock) -> list[Choice]:
    if run.solver == OWN:
        number = {candidate.case_id: case for case, candidate in enumerate(day.problem.candidates)}
        stops = solved(day.problem, clock, run.seed).routes[0].stops
        return [(number[s.candidate.case_id], s.candidate.alternatives.index(s.alternative)) for s in stops]
    task = task_of(day)
    ways = SIMPLE[run.solver](task) if run.solver in SIMPLE else PEERS[run.solver].run(task, clock, run.seed)
    return [(way.case, way.name) for way in ways]


def all_made(runs: Sequence[Run], jobs: int, keep: Callable[[Result], None]) -> list[Result]:
    """The results in the order of the runs, each handed to `keep` as it comes."""
    results = []
    for number, result in enumerate(_made_by(runs, jobs), 1):
        keep(result)
        run, fault = result.run, f"  REFUSED: {result.walk.fault}" if result.walk.fault else ""
        print(
            f"{number}/{len(runs)}  day {run.day}  {run.solver:18} {run.seconds:g} s  seed {run.seed}"
            f"  planned {result.walk.planned:.1f}  contacts {result.walk.contacts:.2f}  {result.took:.2f} s{fault}",
            file=sys.stderr,
            flush=True,
        )
        results.append(result)
    return results


def _made_by(runs: Sequence[Run], jobs: int) -> Iterable[Result]:
    if jobs <= 1:
        yield from map(made, runs)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(made, runs)


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, standard deviation, and between what four of five days lie."""

    mean: float
    sd: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """How these days lie; a single one has no spread."""
    if len(values) < 2:
        return Spread(values[0], 0.0, values[0], values[0])
    tenths = quantiles(values, n=10, method="inclusive")
    return Spread(mean(values), stdev(values), tenths[0], tenths[-1])


def by_label(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Each planner's results, in the order of the days; a solver that ran for several limits is several planners."""
    limits = {result.run.seconds for result in results if result.run.solver not in SIMPLE}
    found: dict[str, list[Result]] = {}
    for result in results:
        run = result.run
        label = f"{run.solver} {run.seconds:g} s" if run.solver not in SIMPLE and len(limits) > 1 else run.solver
        found.setdefault(label, []).append(result)
    return found


def ratios(ours: Sequence[Result], other: Sequence[Result]) -> tuple[float, Spread]:
    """Expected contacts of ours to another's: of the sums over all days, and day by day. A day on which the other
    meets nobody has no ratio and is left out of the latter."""
    pairs = [(a.walk.contacts, b.walk.contacts) for a, b in zip(ours, other, strict=True)]
    whole = sum(a for a, _ in pairs) / (sum(b for _, b in pairs) or 1)
    return whole, spread([a / b for a, b in pairs if b] or [0.0])


def comparison(results: Sequence[Result]) -> dict[str, object]:
    """The answer as a document: each planner's measures, and the ratios beside their targets."""
    planners = by_label(results)
    document: dict[str, object] = {
        "days": len({result.run.day for result in results}),
        "cases": results[0].run.cases,
        "planners": {
            label: {
                **{name: asdict(spread([getattr(r.walk, name) for r in rows])) for name in MEASURES},
                "refused": sum(r.walk.fault is not None for r in rows),
                "slowest_s": max(r.took for r in rows),
            }
            for label, rows in planners.items()
        },
    }
    compared = []
    for label in (label for label, rows in planners.items() if rows[0].run.solver == OWN):
        for other in (other for other in planners if other not in (label, OWN)):
            whole, daily = ratios(planners[label], planners[other])
            compared.append(
                {"planner": label, "to": other, "ratio": whole, **asdict(daily), "target": TARGETS.get(other)}
            )
    document["contacts_ratio"] = compared
    return document


def comparison_lines(results: Sequence[Result]) -> list[str]:
    """The same for people."""
    planners, days = by_label(results), len({result.run.day for result in results})
    lines = [
        f"{days} days of {results[0].run.cases} cases: mean ± standard deviation (four of five days lie between)",
        "",
    ]
    lines.append(f"{'':20}{'expected contacts':>28}{'expected value':>18}{'value planned':>18}{'km':>14}{'stops':>7}")
    for label, rows in planners.items():
        cells = {name: spread([getattr(r.walk, name) for r in rows]) for name in MEASURES}
        contacts, km = cells["contacts"], cells["km"]
        refused = sum(r.walk.fault is not None for r in rows)
        lines.append(
            f"{label:20}{f'{contacts.mean:.2f} ± {contacts.sd:.2f} ({contacts.low:.1f}-{contacts.high:.1f})':>28}"
            + "".join(f"{f'{cells[m].mean:.0f} ± {cells[m].sd:.0f}':>18}" for m in ("expected", "planned"))
            + f"{f'{km.mean:.0f} ± {km.sd:.0f}':>14}{cells['stops'].mean:7.1f}"
            + (f"  {refused} REFUSED" if refused else "")
        )
    lines += ["", "expected contacts of ours to"]
    for label in (label for label, rows in planners.items() if rows[0].run.solver == OWN):
        for other in (other for other in planners if other not in (label, OWN)):
            whole, daily = ratios(planners[label], planners[other])
            lines.append(
                f"  {other:20}{whole:6.2f} x   day by day {daily.mean:.2f} ± {daily.sd:.2f}"
                f" ({daily.low:.2f}-{daily.high:.2f})" + _verdict(whole, TARGETS.get(other))
            )
    return lines


def _verdict(value: float, target: float | None) -> str:
    return "" if target is None else f"   at least {target:g}: {'holds' if value >= target else 'MISSED'}"


class Kept:
    """Long runs kept in a file, by the text of the day that they were made for, so that none is taken for another's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, float] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        self._prints: dict[tuple[int, int], str] = {}

    def key(self, run: Run) -> str:
        """The run's name in the file."""
        day = (run.day, run.cases)
        if day not in self._prints:
            self._prints[day] = sha256(repr(agents_day(*day).problem).encode()).hexdigest()[:12]
        return (
            f"day {run.day}, {run.cases} cases ({self._prints[day]}): {run.solver} {run.seconds:g} s, seed {run.seed}"
        )

    def keep(self, result: Result) -> None:
        """Write a result down at once."""
        self.values[self.key(result.run)] = result.walk.planned
        part = self.path.with_name(self.path.name + ".part")
        part.write_text(json.dumps(self.values, indent=1, sort_keys=True) + "\n", "utf-8")
        part.replace(self.path)


def references(kept: Kept, days: Sequence[int], asked: argparse.Namespace, solvers: Sequence[str]) -> dict[int, float]:
    """The best planned value known of each day; what is missing is run."""
    runs = {
        day: [Run(day, asked.cases, s, asked.long, seed) for seed in range(asked.runs) for s in solvers] for day in days
    }
    missing = [run for own in runs.values() for run in own if kept.key(run) not in kept.values]
    all_made(missing, asked.jobs, kept.keep)
    return {day: max(kept.values[kept.key(run)] for run in own) for day, own in runs.items()}


def share_lines(results: Sequence[Result], best: dict[int, float], said: str) -> list[str]:
    """Per cent of the reference by planner."""
    lines = [f"Per cent of the reference, {len(best)} days of {results[0].run.cases} cases ({said})", ""]
    lines.append(f"{'':22}{'mean':>8}{'sd':>7}{'worst':>8}{'slowest':>10}")
    for label, values in shares(results, best).items():
        slowest = max(result.took for result in by_label(results)[label])
        one = spread(values)
        lines.append(f"{label:22}{one.mean:8.2f}{one.sd:7.2f}{min(values):8.2f}{slowest:8.2f} s")
    return lines


def shares(results: Sequence[Result], best: dict[int, float]) -> dict[str, list[float]]:
    """Per cent of the reference, a figure a run; above 100 where a run beat it."""
    return {
        label: [100 * result.walk.planned / best[result.run.day] if best[result.run.day] else 100.0 for result in rows]
        for label, rows in by_label(results).items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 2 where a solver is unknown or none is there to make a reference."""
    asked = _parser().parse_args(arguments)
    try:
        solvers, missing = chosen(asked.solvers, [OWN])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for name in missing:
        print(
            f"{name}: not installed here; make bench-peers, then .venv-bench/bin/python -m benchmarks.day",
            file=sys.stderr,
        )
    days = range(asked.seed, asked.seed + asked.days)
    if asked.reference:
        _against_reference(asked, solvers, days)
        return 0
    results = all_made(_runs(asked, solvers, days), asked.jobs, lambda _result: None)
    if asked.json:
        print(json.dumps(comparison(results), indent=1))
    else:
        print("\n".join(comparison_lines(results)))
    return 0


def _against_reference(asked: argparse.Namespace, solvers: Sequence[str], days: Sequence[int]) -> None:
    makers = [name for name in REFERENCE_SOLVERS if name == OWN or PEERS[name].installed]
    best = references(Kept(asked.reference), days, asked, makers)
    results = all_made(_runs(asked, solvers, days), asked.jobs, lambda _result: None)
    if asked.json:
        print(json.dumps({"reference": best, "share": shares(results, best)}, indent=1))
        return
    said = f"the best of {asked.runs} runs of {asked.long:g} s each of {' and '.join(makers)}"
    print("\n".join(share_lines(results, best, said)))


def _runs(asked: argparse.Namespace, solvers: Sequence[str], days: Sequence[int]) -> list[Run]:
    """Day by day, the planners taking turns, so that a noisy minute touches all of them. Those without a solver take
    no time to speak of and come once."""
    limits = [float(word) for word in asked.seconds.split(",")]
    return [
        run
        for day in days
        for run in (
            *(Run(day, asked.cases, name, limits[0]) for name in SIMPLE),
            *(Run(day, asked.cases, name, limit) for limit in limits for name in solvers),
        )
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--seconds", default="1", help="wall seconds of a plan, several by commas (1)")
    parser.add_argument("--seed", type=int, default=1, help="the first day; the others are those after it")
    parser.add_argument("--solvers", default="ours,pyvrp,ortools,vroom")
    parser.add_argument("--jobs", type=int, default=1, choices=(1, 2), help="runs at a time, on idle cores only")
    parser.add_argument("--reference", type=Path, metavar="FILE", help="measure against long runs, kept in FILE")
    parser.add_argument("--runs", type=int, default=5, help="long runs of each solver (5)")
    parser.add_argument("--long", type=float, default=60, help="seconds of a long run (60)")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
