"""Which cases the planner may choose from, and why the others are not visited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from visitcli.app.planning_asked import Asked, seconds
from visitcli.app.planning_document import coded
from visitcli.app.planning_facts import Known
from visitcli.app.planning_now import NOBODY_HOME, earliest_again
from visitcli.domain.case import AddressKind
from visitcli.domain.clock import clock
from visitcli.domain.rules_check import Finding, open_hours
from visitcli.domain.rules_pack import Pack
from visitcli.domain.settings import Settings, weekdays_off
from visitcli.planner.candidates import Habits, candidate_over
from visitcli.planner.chance import Chances
from visitcli.planner.model import Candidate, LeftOut, Must, Reason, Window
from visitcli.planner.value import Weights

Visits = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class SortedOut:
    """Candidates, and the cases that are not visited on these days with all that is against it. `missed_for`: those of
    them that should have been, by why."""

    visited: frozenset[str]
    candidates: list[Candidate] = field(default_factory=list)
    left_out: dict[str, list[Finding]] = field(default_factory=dict)
    missed_for: dict[Must, list[str]] = field(default_factory=lambda: {"locked": [], "asked": [], "promised": []})

    def leave(self, left: LeftOut) -> None:
        """Leave out a case that planning found no place for."""
        self.forbid(left.case_id, [Finding(left.code, dict(left.context))], left.must_visit)

    def forbid(self, case_id: str, against: list[Finding], must: Must | None) -> None:
        """Leave out a case for these reasons, the weightiest first; one that was visited already stays with that."""
        if case_id not in self.visited:
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


def visited_again(asked: Asked, visited: Visits) -> frozenset[str]:
    """Of the cases visited on the first day, those that are to be visited once more: asked for, agreed for later, and
    for the rest of a day those where nobody was home."""
    again = (asked.include - asked.exclude) | asked.locks.here.keys()
    if asked.position:
        again |= {case_id for case_id, visit in visited.items() if visit["outcome"] == NOBODY_HOME} - asked.exclude
    return frozenset(again & visited.keys())


def sorted_out(
    habits: Habits, asked: Asked, known: Mapping[str, Known], visited: Visits, chances: Chances
) -> SortedOut:
    """Who may be visited, of these cases; `visited`: what was visited on the first day already.

    A promise due on the day is missed only where a visit would be allowed.
    """
    found = SortedOut(visited=frozenset(visited))
    for case_id, entry in known.items():
        locked, wanted = asked.locks.here.get(case_id), case_id in asked.include
        must: Must | None = "locked" if locked else "asked" if wanted else None
        against = _against(asked, entry)
        if against:
            found.forbid(case_id, against, must)
            continue
        candidate = candidate_over(
            entry.facts,
            asked.dates,
            habits,
            chances,
            asked=wanted,
            locked=locked.lock(entry, asked.dates) if locked else None,
            earliest_s=_earliest(asked, visited.get(case_id), wanted=wanted),
            barred=entry.barred,
        )
        if isinstance(candidate, Candidate):
            found.candidates.append(candidate)
        else:
            found.leave(candidate)
    return found


def _against(asked: Asked, entry: Known) -> list[Finding]:
    """Why this case is visited on none of the days (one that is locked: not on its day); empty where it may be."""
    case_id = entry.facts.case_id
    found = [Finding("excluded")] * (case_id in asked.exclude)
    elsewhere, locked = asked.locks.elsewhere.get(case_id), asked.locks.here.get(case_id)
    if elsewhere and not locked and case_id not in asked.include:
        found.append(Finding("appointment", {"date": elsewhere.day.isoformat(), "time": clock(elsewhere.begin_s)}))
    if locked:
        return found + list(entry.against_agreed_on[asked.dates.index(locked.day)])
    if not all(entry.against_on):
        return found
    for finding in (finding for against in entry.against_on for finding in against):
        if finding not in found:
            found.append(finding)
    return found


def _earliest(asked: Asked, visit: Mapping[str, Any] | None, *, wanted: bool) -> list[int] | None:
    """From which second of each day on it may be visited, where somebody was there on the first already."""
    if visit is None or wanted:
        return None
    return [earliest_again(visit), *(0 for _ in asked.dates[1:])]


def habits_of(settings: Settings, pack: Pack) -> Habits:
    """How this agent works, as the settings say and the rules allow."""

    def allowed(day: date, kind: AddressKind, agreed: bool) -> Window:
        return Window(*open_hours(pack, day, kind, agreed=agreed))

    return Habits(
        allowed=allowed,
        days_off=weekdays_off(settings),
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
