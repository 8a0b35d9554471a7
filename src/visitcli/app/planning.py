"""Planning: the open cases of the store to a route for a day or several, and every case that is on none of them with
the reason."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from visitcli.app import lookup
from visitcli.app.planning_asked import Asked, Request, dates_of
from visitcli.app.planning_choosing import SortedOut, habits_of, sorted_out, visited_again
from visitcli.app.planning_document import coded, day_of
from visitcli.app.planning_done import made_on, made_stops
from visitcli.app.planning_facts import Found, facts_of_open_cases, prior_of
from visitcli.app.runtime import Runtime
from visitcli.app.travelling import TravelChoice, travel_for
from visitcli.domain.ids import uuid7
from visitcli.planner.chance import Chances
from visitcli.planner.model import Place, Problem, Reason, Solution
from visitcli.planner.solver import default_iterations, solve
from visitcli.store import plans

__all__ = ["Request", "plan"]

Document = dict[str, Any]
Visits = Mapping[str, Mapping[str, Any]]


def plan(
    runtime: Runtime,
    request: Request,
    *,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _share: None,
) -> Document:
    """Choose and order the visits of the days asked for, keep the plan in the store, and give it back in the
    contract's shape. A plan that is only made to explain a case is not kept; its document has an `explain`.

    Reasons, `left_out` and `warnings` carry a code and its context and no words; money is integer fen. `interrupted`
    is asked again and again and ends the search with the best so far (by a KeyboardInterrupt, while roads are measured
    and there is no best yet); `progress` is told the share that is done.
    Raises UsageError `plan.hours`, `plan.both`, `plan.latlon`, NotFoundError `plan.place`, and those of
    `planning_asked.dates_of`, `planning_locks.locks_of`, `travelling.travel_for` and `lookup`.
    """
    explained = lookup.case_id(runtime, request.explain) if request.explain else None
    making = _Making.of(runtime, request, explained, interrupted)
    search = _Search(making.problem, request, interrupted, progress)
    solution = search.run()
    for left in solution.left_out:
        making.choice.leave(left)
    document = making.document(solution, search)
    if explained is None:
        plans.save(runtime.store, _without_people(document), runtime.now().isoformat())
    else:
        document["explain"] = making.explained(solution, explained)
        if not _stands(runtime, document):
            document["warnings"].append(coded(Reason("explains_another")))
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """A plan in the making: what was asked, what is known, and the planner's problem."""

    runtime: Runtime
    request: Request
    asked: Asked
    found: Found
    visited: Visits
    chances: Chances
    choice: SortedOut
    travel: TravelChoice
    problem: Problem

    @classmethod
    def of(cls, runtime: Runtime, request: Request, explained: str | None, interrupted: Callable[[], bool]) -> _Making:
        dates = dates_of(runtime, request)
        visited = made_on(runtime, dates[0])
        asked = Asked.of(runtime, request, dates, visited)
        going_on = {asked.open_case} if asked.open_case else set()
        named = asked.named | visited.keys() | going_on | ({explained} if explained else set())
        found = facts_of_open_cases(runtime, dates, named)
        chances = Chances(prior_of(runtime.settings), found.observations)
        closed = (visited.keys() - visited_again(asked, visited)) | going_on
        may = {case_id: entry for case_id, entry in found.known.items() if case_id not in closed}
        choice = sorted_out(habits_of(runtime.settings, found.pack), asked, may, visited, chances)
        travel = travel_for(runtime, start=asked.base, matrix=request.matrix, interrupted=interrupted)
        problem = Problem(
            days=tuple(day.day for day in asked.days),
            candidates=tuple(choice.candidates),
            travel=travel.travel,
            paces=travel.paces,
            buffer=travel.buffer,
        )
        return cls(
            runtime=runtime,
            request=request,
            asked=asked,
            found=found,
            visited=visited,
            chances=chances,
            choice=choice,
            travel=travel,
            problem=problem,
        )

    def document(self, solution: Solution, search: _Search) -> Document:
        """The contract's shape."""
        made = made_stops(self.runtime, self.asked, self.visited, self.found.known, solution.routes[0])
        days = [
            day_of(self.runtime, self.asked, index, route, self.found.known, self.visited, made)
            for index, route in enumerate(solution.routes)
        ]
        document: Document = {
            "plan_id": "",
            "seed": self.request.seed,
            "cut": search.cut if solution.cut else None,
            "iterations": solution.iterations,
            "share": search.share(solution),
            "days": days,
            "left_out": self.choice.document,
            "travel": self.travel.document(_names(self.problem)),
            "locks": [one.document for _, one in sorted(self.asked.locks.here.items())],
            "warnings": [coded(warning) for warning in (*self.asked.warnings, *self.choice.missed)],
        }
        document["plan_id"] = _identity(self.asked.dates[0], document)
        return document

    def explained(self, solution: Solution, case_id: str) -> Document:
        """Why this case is on the plan or not."""
        from visitcli.app.planning_explain import Made, explain

        made = Made(
            days=self.asked.dates,
            problem=self.problem,
            solution=solution,
            known=self.found.known,
            chances=self.chances,
            habits=habits_of(self.runtime.settings, self.found.pack),
            left_out=self.choice.left_out,
            done=self.visited.keys(),
            seed=self.request.seed,
        )
        return explain(made, case_id)


def _stands(runtime: Runtime, document: Document) -> bool:
    """Whether the plans that hold for these days lead to the same doors at the same times; where there is none, there
    is nothing else that it could be taken for."""
    for day in document["days"]:
        standing = plans.stops(runtime.store, day["date"])
        times = [(stop["case_id"], stop["start"]) for stop in day["stops"]]
        if standing is not None and times != [(stop["case_id"], stop["start"]) for stop in standing]:
            return False
    return True


def _names(problem: Problem) -> dict[Place, str]:
    return {way.place: one.case_id for one in problem.candidates for way in one.alternatives}


def _identity(day: date, document: Document) -> str:
    """The same plan has the same id: a UUIDv7 of its day and of the SHA-256 of what it says. A clock that was never set
    may say 1969; such ids begin at 1970, as all do."""
    said = json.dumps(document, ensure_ascii=False, sort_keys=True, default=str)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return uuid7(max(int(midnight.timestamp() * 1000), 0), hashlib.sha256(said.encode()).digest()[:10])


def _without_people(document: Document) -> Document:
    """The plan as it is kept: case numbers say who, so that an erased customer does not live on in old plans."""
    days = [
        {**day, "stops": [{k: v for k, v in stop.items() if k not in ("name", "address")} for stop in day["stops"]]}
        for day in document["days"]
    ]
    return {**document, "days": days}


class _Search:
    """The search, and what cut it short."""

    def __init__(
        self, problem: Problem, request: Request, interrupted: Callable[[], bool], progress: Callable[[float], None]
    ) -> None:
        self._problem, self._request, self._interrupted, self._progress = problem, request, interrupted, progress
        self._total, self._ends = default_iterations(problem), time.monotonic() + request.seconds
        self.cut = ""

    def run(self) -> Solution:
        """The solution; cut short where the time is over or the person wants it so."""
        return solve(self._problem, seed=self._request.seed, iterations=self._total, should_stop=self.should_stop)

    def should_stop(self, done: int) -> bool:
        """What the solver asks again and again."""
        if done % 50 == 0:
            self._progress(min(done / self._total, 1))
        self.cut = "interrupted" if self._interrupted() else "ceiling" if time.monotonic() >= self._ends else ""
        return bool(self.cut)

    def share(self, solution: Solution) -> float:
        """How much of the search was done."""
        return round(solution.iterations / self._total, 3) if solution.cut else 1.0
