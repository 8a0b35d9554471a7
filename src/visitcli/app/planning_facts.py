"""What planning knows of the open cases: the office's word and the agent's own records put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from visitcli.app.runtime import Runtime
from visitcli.domain.case import Address, Promise
from visitcli.domain.rules import Finding, Rest, against_a_visit
from visitcli.planner.value import Facts
from visitcli.store import cases, visits

_ADDRESS_FIELDS = frozenset(item.name for item in fields(Address))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One case: its facts, whose it is, what is against a visit on the day."""

    facts: Facts
    name: str
    against: tuple[Finding, ...]


def facts_of_open_cases(runtime: Runtime, day: date, named: frozenset[str]) -> Iterator[Known]:
    """Every open case in the order of its number, and closed ones only where they are named."""
    store = runtime.store
    touched, rests = visits.last_touch(store), visits.rests(store)
    been: dict[str, list[dict[str, Any]]] = {}
    for visit in visits.been_there(store):
        been.setdefault(visit["case_id"], []).append(visit)
    bodies = {body["case_id"]: body for body in cases.open_bodies(store, runtime.today().isoformat())}
    for case_id in sorted(named - bodies.keys()):
        body = cases.body(store, case_id)
        if body is not None:
            bodies[case_id] = body
    for case_id in sorted(bodies):
        been_here, rest = been.get(case_id, []), rests.get(case_id)
        yield _known(bodies[case_id], day, been_here, touched.get(case_id), rest)


def _known(
    body: Mapping[str, Any], day: date, been: list[dict[str, Any]], touched: str | None, rest: Rest | None
) -> Known:
    return Known(
        facts=_facts(body, been, touched),
        name=body["customer"]["name"],
        against=tuple(against_a_visit(body, day, rest)),
    )


def _facts(body: Mapping[str, Any], been: list[dict[str, Any]], touched: str | None) -> Facts:
    contacts, loan = body.get("contacts", ()), body.get("loan", {})
    days = [contact["at"][:10] for contact in contacts] + ([touched[:10]] if touched else [])
    return Facts(
        case_id=body["case_id"],
        addresses=tuple(
            Address(**{key: value for key, value in address.items() if key in _ADDRESS_FIELDS})
            for address in body.get("addresses", ())
        ),
        stage=body.get("stage", "on_site"),
        days_overdue=loan.get("days_overdue"),
        overdue_fen=loan.get("overdue_fen"),
        return_date=_date(body.get("return_date")),
        promises=tuple(_promises(body, been)),
        last_contact=_date(max(days, default=None)),
        visits=len(been) + sum(contact["by"] == "visit" for contact in contacts),
    )


def _promises(body: Mapping[str, Any], been: list[dict[str, Any]]) -> Iterator[Promise]:
    """The office's promises, and the last one made at a door unless the office already says what came of it."""
    said = [
        Promise(
            due_date=date.fromisoformat(promise["due_date"]),
            amount_fen=promise.get("amount_fen"),
            status=promise.get("status", "open"),
        )
        for promise in body.get("promises", ())
    ]
    yield from said
    made = [date.fromisoformat(visit["promise_due"]) for visit in been if visit["promise_due"]]
    if made and made[-1] not in {promise.due_date for promise in said}:
        yield Promise(due_date=made[-1])


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
