"""The briefing of a case: what an agent should have in mind before the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitcli.app import lookup, offering
from visitcli.app.ruling import Bench, touches
from visitcli.app.runtime import Runtime
from visitcli.domain.briefing import Past, Reminder, last, moods, reminders
from visitcli.domain.options import Option
from visitcli.store import cases, visits

OFFERED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """One case before the visit. Answers stand by the script's names; `heard`: the last answers by question; `moods`:
    at the end of each visit; `when_met`: when visits met the customer; `options`: plans that may be offered first."""

    case_id: str
    name: str
    loan: Mapping[str, Any]
    met: int
    visited: int
    heard: Mapping[str, Any]
    moods: tuple[str, ...]
    stops: tuple[str, ...]
    when_met: tuple[str, ...]
    promises: tuple[Mapping[str, Any], ...]
    options: tuple[Option, ...]
    reminders: tuple[Reminder, ...]


HEARD = ("reasons", "reason_words", "since_when", "change_expected", "customer_words", "care_help")


def brief(runtime: Runtime, reference: str) -> Briefing:
    """The briefing of a case. Raises those of `lookup`."""
    case_id = lookup.case_id(runtime, reference)
    body = cases.body(runtime.store, case_id) or {}
    recorded = [row for row in visits.of_case(runtime.store, case_id) if row["record"] is not None]
    record = Bench(runtime).record(case_id, body)
    calls = [touch for touch in touches(record) if touch.by == "visit"]
    past = Past(
        answers=tuple(row["record"]["answers"] for row in recorded),
        stops=frozenset(stop["code"] for row in recorded for stop in row["record"]["stops"]),
        unmet_in_a_row=_unmet_in_a_row([touch.met for touch in sorted(calls, key=lambda touch: touch.day)]),
        met_before=any(touch.met for touch in calls),
        promise_broken=any(promise.get("status") == "broken" for promise in body.get("promises", ())),
    )
    ways = offering.offer(runtime, case_id, offering.Asked()).ways
    possible = [one for one in ways.options if len(one.schedule) > 1 and one.carried is not False]
    return Briefing(
        case_id=case_id,
        name=str(body.get("customer", {}).get("name", "")),
        loan=body.get("loan", {}),
        met=sum(bool(touch.met) for touch in calls),
        visited=len(calls),
        heard={name: value for name in HEARD if (value := last(past, name)) is not None},
        moods=tuple(moods(past)),
        stops=tuple(sorted(past.stops)),
        when_met=tuple(v["started_at"] for v in record.been if v["identity"] == "confirmed"),
        promises=tuple(body.get("promises", ())),
        options=tuple(possible[:OFFERED]),
        reminders=tuple(reminders(past)),
    )


def _unmet_in_a_row(met: list[bool | None]) -> int:
    count = 0
    for one in met:
        count = count + 1 if one is False else 0
    return count
