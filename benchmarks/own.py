"""Our own solver under a wall-clock limit, as the benchmarks run it."""

from __future__ import annotations

from benchmarks.peers import Clock
from visitcli.planner.model import Problem, Solution
from visitcli.planner.solver import solve

OWN = "ours"


def solved(problem: Problem, clock: Clock, seed: int) -> Solution:
    """The best that the search finds while the clock runs; laying the problem out counts."""
    return solve(problem, seed=seed, share=clock.share)
