"""Our own solver under a wall-clock limit, as the benchmarks run it."""

from __future__ import annotations

import inspect

from benchmarks.peers import Clock
from visitcli.planner.model import Problem, Solution
from visitcli.planner.solver import solve

OWN = "ours"


def solved(problem: Problem, clock: Clock, seed: int) -> Solution:
    """The best that the search finds while the clock runs; laying the problem out counts."""
    if "share" in inspect.signature(solve).parameters:
        return solve(problem, seed=seed, share=clock.share)  # type: ignore[call-arg]
    trial = Clock(0.15)
    done = solve(problem, seed=seed, iterations=10**9, should_stop=lambda _: trial.spent >= 0.15).iterations
    return solve(
        problem,
        seed=seed,
        iterations=max(1, int(done / trial.spent * clock.left)),
        should_stop=lambda _: clock.spent >= clock.seconds,
    )
