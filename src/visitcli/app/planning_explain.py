"""`plan --explain CASE`: why a case is on the plan or not, as a document with codes and contexts and no words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from visitcli.app.planning_facts import Known
from visitcli.domain.clock import clock
from visitcli.domain.rules_check import Finding
from visitcli.planner.candidates import Habits
from visitcli.planner.chance import PART_STARTS, Chances, part_ends
from visitcli.planner.explaining import (
    Trade,
    Way,
    if_dropped,
    if_visited,
    out_of_hours,
    remembering,
    too_far,
    ways,
    worth_of,
)
from visitcli.planner.model import Candidate, Problem, Reason, Solution

Document = dict[str, Any]
_LOST_TO_OTHERS = frozenset({"no_time_left", "other_musts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A plan that was made, and what it was made of. `days` are the dates of the problem's days; `left_out`: each case
    that is on none of them with all that is against it, the weightiest first; `done`: cases visited already."""

    days: Sequence[date]
    problem: Problem
    solution: Solution
    known: Mapping[str, Known]
    chances: Chances
    habits: Habits
    left_out: Mapping[str, Sequence[Finding]]
    done: Collection[str] = ()
    seed: int = 1


def explain(made: Made, case_id: str) -> Document:
    """What speaks for the case and against it, its chances, and what would have to give. `case_id` is one of
    `made.known`. The search runs once more in any case, be the plan itself cut short: less than a second for 500 cases.

    Keys: `case_id`, `name`, `status` ("planned", "done", "left_out"), `findings` and `changes` (what is against a
    visit, and of each what would change it: code and context), `worth` (points), `terms` (points, code, context),
    `ways` (each with its chance and what it came from), `trade` (None unless only other visits stand in the way or it
    is planned).
    """
    made, entry = replace(made, problem=remembering(made.problem)), made.known[case_id]
    candidate = next((one for one in made.problem.candidates if one.case_id == case_id), None)
    planned = any(stop.candidate.case_id == case_id for route in made.solution.routes for stop in route.stops)
    findings = () if planned else tuple(made.left_out.get(case_id, ()))
    worth = worth_of(entry.facts, candidate, made.days, made.habits)
    return {
        "case_id": case_id,
        "name": entry.name,
        "status": "planned" if planned else "left_out" if findings else "done",
        "findings": [_coded(finding) for finding in findings],
        "changes": [_coded(change) for finding in findings if (change := _change(made, candidate, case_id, finding))],
        "worth": worth.value,
        "terms": [{"points": term.points, **_coded(term.reason)} for term in worth.terms],
        "ways": [_way(way, made.days) for way in ways(entry.facts, candidate, made.days, made.habits, made.chances)],
        "trade": _trade(made, case_id, planned, findings),
    }


def _coded(said: Finding | Reason) -> Document:
    return {"code": said.code, "context": dict(said.context)}


def _change(made: Made, candidate: Candidate | None, case_id: str, finding: Finding) -> Finding | Reason | None:
    """What would change a finding; nothing that is not said by the trade with other visits."""
    if finding.code in _LOST_TO_OTHERS:
        return None
    facts = made.known[case_id].facts
    if finding.code == "outside_hours" and candidate:
        return out_of_hours(facts, candidate, made.problem, made.days, made.habits)
    if finding.code == "too_far" and candidate:
        return too_far(candidate, made.problem)
    if finding.code == "no_place":
        return Finding("no_place", {"case_id": case_id, "address": facts.addresses[0].text if facts.addresses else ""})
    return Finding(finding.code, {"case_id": case_id, "first_day": made.days[0].isoformat(), **finding.context})


def _way(way: Way, days: Sequence[date]) -> Document:
    chance = way.chance
    return {
        "date": days[way.day].isoformat(),
        "address_index": way.address_index,
        "address_kind": way.address_kind,
        "part": way.part,
        "from": clock(PART_STARTS[way.part]),
        "until": clock(part_ends(way.part)),
        "agreed": way.agreed,
        "value": way.value,
        "chance": round(chance.value, 3),
        "prior": round(chance.prior, 3),
        "pooled": round(chance.pooled, 3),
        "usual": round(chance.usual, 3),
        "seen": chance.seen,
        "met": chance.met,
        "own_seen": chance.own_seen,
        "own_met": chance.own_met,
    }


def _trade(made: Made, case_id: str, planned: bool, findings: Sequence[Finding]) -> Document | None:
    if planned:
        trade = if_dropped(made.problem, made.solution, case_id, seed=made.seed)
    elif findings and findings[0].code in _LOST_TO_OTHERS:
        trade = if_visited(made.problem, made.solution, case_id, seed=made.seed)
    else:
        return None
    return {
        "fits": trade.fits,
        "score_without": trade.score_without,
        "score_with": trade.score_with,
        "short": trade.short,
        "cost_s": trade.cost_s,
        "at": _stop(trade, made.days),
        "swapped": [
            {"case_id": swap.case_id, "name": made.known[swap.case_id].name, "value": swap.value}
            for swap in trade.swapped
        ],
    }


def _stop(trade: Trade, days: Sequence[date]) -> Document | None:
    if trade.stop is None:
        return None
    way = trade.stop.alternative
    return {
        "date": days[way.day].isoformat(),
        "time": clock(trade.stop.start_s),
        "address_kind": way.address_kind,
        "value": way.value,
    }
