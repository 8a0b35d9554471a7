"""What planning knows of the open cases: the office's word and the agent's own records put together, and what the
visits so far say of the chance to meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from visitcli.app.ruling import Bench, Record
from visitcli.app.runtime import Runtime
from visitcli.domain.case import Address, AddressKind, Promise
from visitcli.domain.limitation import reckoned
from visitcli.domain.meeting import GONE, result_says, was_met
from visitcli.domain.rules_check import Finding
from visitcli.domain.rules_pack import Pack
from visitcli.domain.settings import Settings
from visitcli.planner.candidates import is_weekend
from visitcli.planner.chance import PARTS, Observation, Prior, part_of
from visitcli.planner.value import Facts
from visitcli.store import cases, holds, visits

_ADDRESS_FIELDS = frozenset(item.name for item in fields(Address))
_KINDS: Mapping[str, AddressKind] = {"home": "home", "work": "work", "other": "other"}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One case: its facts, whose it is, what is against a visit on each of the days asked about, and what of it stands
    where the time is agreed with the customer."""

    facts: Facts
    name: str
    against_on: tuple[tuple[Finding, ...], ...]
    against_agreed_on: tuple[tuple[Finding, ...], ...] = ()

    @property
    def against(self) -> tuple[Finding, ...]:
        """What is against a visit on the first of the days."""
        return self.against_on[0]

    @property
    def barred(self) -> frozenset[int]:
        """The days, counted from 0, on which it must not be visited."""
        return frozenset(index for index, against in enumerate(self.against_on) if against)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Every case that planning looks at, by number and in that order; and of all visits so far, those of other cases
    too, what they say of the chance to meet; and the rules that hold."""

    known: dict[str, Known]
    observations: tuple[Observation, ...]
    pack: Pack


def facts_of_open_cases(runtime: Runtime, days: Sequence[date], named: frozenset[str]) -> Found:
    """Every open case, closed ones only where they are named. `days`: those that are planned, at least one."""
    store, bench = runtime.store, Bench(runtime)
    touched, rests, called = visits.last_touch(store), visits.rests(store), visits.contacts(store)
    held = holds.standing(store)
    been: dict[str, list[Row]] = {}
    for visit in visits.been_there(store):
        been.setdefault(visit["case_id"], []).append(visit)
    bodies = {body["case_id"]: body for body in cases.open_bodies(store, runtime.today().isoformat())}
    for case_id in sorted(named - bodies.keys()):
        body = cases.body(store, case_id)
        if body is not None:
            bodies[case_id] = body
    records = {
        case_id: Record(
            body=bodies[case_id],
            been=been.pop(case_id, []),
            called=called.get(case_id, []),
            held=held.get(case_id, []),
            rest=rests.get(case_id),
        )
        for case_id in sorted(bodies)
    }
    known = {case_id: _known(bench, record, days, touched.get(case_id)) for case_id, record in records.items()}
    others = [seen for rows in been.values() for seen in _seen_here(rows, None)]
    observations = (*(seen for one in known.values() for seen in one.facts.seen), *others)
    return Found(known=known, observations=observations, pack=bench.pack)


def prior_of(settings: Settings) -> Prior:
    """What the settings say of the chance to meet."""
    return Prior(
        home={part: getattr(settings, f"chance_home_{part}") for part in PARTS},
        work={part: getattr(settings, f"chance_work_{part}") for part in PARTS},
        other=settings.chance_other,
        home_weekend=settings.chance_home_weekend,
        work_weekend=settings.chance_work_weekend,
        appointment=settings.chance_appointment,
        visits=settings.chance_prior_visits,
        customer_visits=settings.chance_customer_visits,
    )


def _known(bench: Bench, record: Record, days: Sequence[date], touched: str | None) -> Known:
    return Known(
        facts=_facts(record.body, record.been, touched),
        name=record.body["customer"]["name"],
        against_on=tuple(bench.against_on(record, day) for day in days),
        against_agreed_on=tuple(bench.against_on(record, day, agreed=True) for day in days),
    )


def _facts(body: Row, been: Sequence[Row], touched: str | None) -> Facts:
    contacts, loan = body.get("contacts", ()), body.get("loan", {})
    days = [contact["at"][:10] for contact in contacts] + ([touched[:10]] if touched else [])
    limitation = _date(loan.get("limitation_date"))
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
        limitation_date=limitation or reckoned(loan),
        limitation_reckoned=limitation is None,
        promises=tuple(_promises(body, been)),
        last_contact=_date(max(days, default=None)),
        visits=len(been) + sum(contact["by"] == "visit" for contact in contacts),
        seen=tuple(_seen(body, been)),
    )


def _promises(body: Row, been: Sequence[Row]) -> Iterator[Promise]:
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


def _seen(body: Row, been: Sequence[Row]) -> Iterator[Observation]:
    """The case's visits on this device, and those that only the office knows of. Where nobody said at which address,
    it was at the only kind that the case has."""
    kinds = {address["kind"] for address in body.get("addresses", ())}
    only = _KINDS.get(kinds.pop()) if len(kinds) == 1 else None
    yield from _seen_here(been, only)
    for contact in body.get("contacts", ()):
        met, gone = result_says(contact.get("result", "")) if contact["by"] == "visit" else (None, False)
        if met is not None:
            yield _observation(met, contact["at"], only, gone)


def _seen_here(been: Sequence[Row], only: AddressKind | None) -> Iterator[Observation]:
    for visit in been:
        outcome = visit["outcome"] or ""
        met = was_met(outcome, visit["identity"])
        if met is not None:
            kind = _KINDS.get(visit["address_kind"], only)
            yield _observation(met, visit["started_at"], kind, outcome in GONE)


def _observation(met: bool, at: str, kind: AddressKind | None, gone: bool) -> Observation:
    """`at`: local, a date or a date and a time, ISO 8601."""
    moment = datetime.fromisoformat(at)
    part = part_of(moment.hour * 3600 + moment.minute * 60 + moment.second) if len(at) > len("2026-11-23") else None
    return Observation(met=met, kind=kind, part=part, weekend=is_weekend(moment), gone=gone)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
