"""Planning: the open cases of the store to a route for a day, and every case that is not on it with the reason."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from visitcli.app.planning_asked import Asked, Request, seconds
from visitcli.app.planning_document import coded, day_of
from visitcli.app.planning_done import done_stops, made_on, numbers
from visitcli.app.planning_facts import Known, facts_of_open_cases, prior_of
from visitcli.app.runtime import Runtime
from visitcli.domain.ids import uuid7
from visitcli.domain.rules import Finding
from visitcli.domain.settings import Settings
from visitcli.planner.candidates import Habits, candidate_over
from visitcli.planner.chance import Chances
from visitcli.planner.model import Candidate, LeftOut, Must, Problem, Reason, Solution, Window
from visitcli.planner.solver import default_iterations, solve
from visitcli.planner.travel import AffineTravel
from visitcli.planner.value import Weights
from visitcli.store import plans

__all__ = ["Request", "plan"]


def plan(
    runtime: Runtime,
    request: Request,
    *,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _share: None,
) -> dict[str, Any]:
    """Choose and order the day's visits, keep the plan in the store, and give it back in the contract's shape.

    Reasons, `left_out` and `warnings` carry a code and its context and no words; money is integer fen. `interrupted`
    is asked again and again and ends the search with the best so far; `progress` is told the share that is done.
    Raises UsageError `plan.hours`, `plan.both`, `plan.latlon`, NotFoundError `plan.place` and those of `lookup`.
    """
    asked = Asked.of(runtime, request)
    visited = made_on(runtime, asked.date)
    found = facts_of_open_cases(runtime, (asked.date,), asked.named | visited.keys())
    known, chances = found.known, Chances(prior_of(runtime.settings), found.observations)
    made = {case_id: visit for case_id, visit in visited.items() if case_id not in asked.include}
    ahead = {case_id: entry for case_id, entry in known.items() if case_id not in made}
    sorted_out = _sorted_out(runtime.settings, asked, ahead, chances)
    problem = Problem(days=(asked.day,), candidates=tuple(sorted_out.candidates), travel=_travel(runtime.settings))
    solution, cut = _search(problem, request, interrupted, progress)
    for left in solution.left_out:
        sorted_out.leave(left)

    planned = [stop.candidate.case_id for stop in solution.routes[0].stops]
    number = numbers(runtime, asked.date, [case for case in visited if case in made or case in planned], planned)
    done = done_stops(runtime, asked.date, made, known)
    document: dict[str, Any] = {
        "plan_id": "",
        "seed": request.seed,
        "cut": cut,
        "iterations": solution.iterations,
        "days": [day_of(runtime, asked, solution.routes[0], known, done, number)],
        "left_out": sorted_out.document,
        "warnings": [coded(warning) for warning in (*asked.warnings, *sorted_out.missed)],
    }
    document["plan_id"] = _identity(asked.date, document)
    plans.save(runtime.store, _without_people(document), asked.date.isoformat(), runtime.now().isoformat())
    return document


def _identity(day: date, document: dict[str, Any]) -> str:
    """The same plan has the same id: a UUIDv7 of its day and of the SHA-256 of what it says."""
    said = json.dumps(document, ensure_ascii=False, sort_keys=True, default=str)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return uuid7(int(midnight.timestamp() * 1000), hashlib.sha256(said.encode()).digest()[:10])


def _without_people(document: dict[str, Any]) -> dict[str, Any]:
    """The plan as it is kept: case numbers say who, so that an erased customer does not live on in old plans."""
    days = [
        {**day, "stops": [{k: v for k, v in stop.items() if k not in ("name", "address")} for stop in day["stops"]]}
        for day in document["days"]
    ]
    return {**document, "days": days}


@dataclass(slots=True)
class _SortedOut:
    """Candidates, and the cases that are not visited on this day with all that is against it. `missed_for`: those of
    them that should have been, by why."""

    candidates: list[Candidate] = field(default_factory=list)
    left_out: dict[str, list[Finding]] = field(default_factory=dict)
    missed_for: dict[Must, list[str]] = field(default_factory=lambda: {"asked": [], "promised": [], "locked": []})

    def leave(self, left: LeftOut) -> None:
        """Leave out a case that planning found no place for."""
        self.forbid(left.case_id, [Finding(left.code, dict(left.context))], left.must_visit)

    def forbid(self, case_id: str, against: list[Finding], must: Must | None) -> None:
        """Leave out a case for these reasons, the weightiest first."""
        self.left_out[case_id] = against
        if must:
            self.missed_for[must].append(case_id)

    @property
    def document(self) -> list[dict[str, Any]]:
        """The contract's `left_out`."""
        return [
            {"case_id": case_id, "code": against[0].code, "findings": [coded(finding) for finding in against]}
            for case_id, against in sorted(self.left_out.items())
        ]

    @property
    def missed(self) -> list[Reason]:
        """The warnings that something which should be visited is not."""
        codes: dict[Must, str] = {
            "asked": "include_left_out",
            "promised": "promise_left_out",
            "locked": "locked_left_out",
        }
        return [Reason(codes[must], {"cases": sorted(cases)}) for must, cases in self.missed_for.items() if cases]


def _sorted_out(settings: Settings, asked: Asked, known: Mapping[str, Known], chances: Chances) -> _SortedOut:
    """Who may be visited. A promise due on the day is missed only where a visit would be allowed."""
    habits, sorted_out = _habits(settings), _SortedOut()
    for case_id, entry in known.items():
        wanted = case_id in asked.include
        against = [Finding("excluded")] * (case_id in asked.exclude) + list(entry.against)
        if against:
            sorted_out.forbid(case_id, against, "asked" if wanted else None)
            continue
        found = candidate_over(entry.facts, (asked.date,), habits, chances, asked=wanted)
        if isinstance(found, Candidate):
            sorted_out.candidates.append(found)
        else:
            sorted_out.leave(found)
    return sorted_out


def _habits(settings: Settings) -> Habits:
    return Habits(
        home=Window(seconds(settings.home_from), seconds(settings.home_until)),
        work=Window(seconds(settings.work_from), seconds(settings.work_until)),
        service_s={
            "first_visit": settings.first_visit_minutes * 60,
            "follow_up": settings.follow_up_minutes * 60,
            "promise_check": settings.promise_minutes * 60,
        },
        weights=Weights(
            any_visit=settings.weight_any_visit,
            days_overdue=settings.weight_days_overdue,
            amount=settings.weight_amount,
            promise=settings.weight_promise,
            return_date=settings.weight_return_date,
            limitation=settings.weight_limitation,
            last_contact=settings.weight_last_contact,
            stage=settings.weight_stage,
        ),
    )


def _travel(settings: Settings) -> AffineTravel:
    return AffineTravel(round(settings.leg_minutes * 60), settings.minutes_per_km * 60)


def _search(
    problem: Problem, request: Request, interrupted: Callable[[], bool], progress: Callable[[float], None]
) -> tuple[Solution, str | None]:
    """The solution, and what cut it short: "ceiling", "interrupted" or None."""
    total, ends = default_iterations(problem), time.monotonic() + request.seconds
    cut = ""

    def should_stop(done: int) -> bool:
        nonlocal cut
        if done % 50 == 0:
            progress(done / total)
        cut = "interrupted" if interrupted() else "ceiling" if time.monotonic() >= ends else ""
        return bool(cut)

    solution = solve(problem, seed=request.seed, iterations=total, should_stop=should_stop)
    return solution, cut if solution.cut else None
