"""Which rules hold here, and the facts that they are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

from visitcli.app import scripts
from visitcli.app.days_off import DaysOff
from visitcli.app.runtime import Runtime
from visitcli.domain.limitation import reckoned
from visitcli.domain.meeting import call_was_answered, result_says, was_met
from visitcli.domain.rules import Rest
from visitcli.domain.rules_check import Facts, Finding, Held, Place, Touch, check, forbidding
from visitcli.domain.rules_pack import Pack
from visitcli.engines import rule_packs
from visitcli.store import holds, plans, visits

Row = Mapping[str, Any]
LASTING = ("open", "assigned", "returned", "hold", "limitation")
"""Kinds of rules whose reason outlasts a day: they are named first."""

NOT_FOR_A_DAY = frozenset({"hours", "place"})
"""Kinds of rules that a plan does not ask about a day: it keeps to them in choosing the hour and the address."""
_NAMES = re.compile(r"[、,，;；&/]+")


def pack_in_force(runtime: Runtime) -> Pack:
    """The pack of the agent's jurisdiction, as the office has extended it. Raises what `rule_packs.own` raises."""
    jurisdiction, own = runtime.agent.jurisdiction, runtime.settings.rules_pack
    if not own:
        return rule_packs.shipped(jurisdiction)
    return rule_packs.own(runtime.settings_path.parent / Path(own).expanduser(), jurisdiction)


def staff_of(partner: str) -> int:
    """How many people go, the agent and those named as coming along."""
    return 1 + sum(bool(name.strip()) for name in _NAMES.split(partner))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the device knows of one case: the office's `body`, the visits (`store.visits.been_there`) and calls made
    here, and for how long a visit's record keeps people away."""

    body: Row
    been: Sequence[Row] = ()
    called: Sequence[Row] = ()
    held: Sequence[Row] = ()
    rest: Rest | None = None


class Bench:
    """The rules in force and the facts of cases."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.pack = pack_in_force(runtime)
        self._off = DaysOff(runtime)
        self._minds_holidays = any(rule.kind in ("holiday", "holiday_unsure") for rule in self.pack.rules)

    @cached_property
    def _questions(self) -> dict[str, frozenset[str]]:
        script = scripts.shipped()
        return {question.name: frozenset(choice.name for choice in question.choices) for question in script.questions}

    def record(self, case_id: str, body: Row) -> Record:
        """The record of one case from the store."""
        store = self._runtime.store
        return Record(
            body=body,
            been=visits.been_there(store, case_id),
            called=visits.contacts_of(store, case_id),
            held=holds.standing(store).get(case_id, []),
            rest=visits.rests(store, case_id).get(case_id),
        )

    def facts(
        self, record: Record, moment: datetime, *, place: Place = "", staff: int | None = None, agreed: bool = False
    ) -> Facts:
        """What the rules look at for a visit of this case at this moment."""
        body, loan = record.body, record.body.get("loan", {})
        office = _date(loan.get("limitation_date"))
        return Facts(
            now=moment,
            status=body.get("status", "open"),
            assigned=_date(body.get("assigned_date")),
            returns=_date(body.get("return_date")),
            place=place,
            staff=staff,
            agreed=agreed,
            holds=tuple(_holds(record)),
            touches=tuple(touches(record)),
            promise_due=min((due for due in _promised(record) if due >= moment.date()), default=None),
            limitation=office or reckoned(loan),
            limitation_reckoned=office is None,
            holiday=self._off.name(moment.date()) if self._minds_holidays else None,
            year_estimated=self._minds_holidays and self._off.is_estimate(moment.date()),
            questions=self._questions,
        )

    def findings(
        self, record: Record, moment: datetime, *, place: Place, staff: int | None, agreed: bool
    ) -> list[Finding]:
        """What the rules say of a visit of this case at this moment."""
        return check(self.pack, self.facts(record, moment, place=place, staff=staff, agreed=agreed))

    def against_on(self, record: Record, day: date, *, agreed: bool = False) -> tuple[Finding, ...]:
        """What forbids a visit of this case on a day, whatever the hour and the address."""
        facts = self.facts(record, datetime.combine(day, time(12)), agreed=agreed)
        against = forbidding(check(self.pack, facts, without=NOT_FOR_A_DAY))
        return tuple(sorted(against, key=lambda found: found.rule is not None and found.rule.kind not in LASTING))


def is_agreed(runtime: Runtime, case_id: str, moment: datetime) -> bool:
    """Whether the plan of that day has a time for this case that was agreed with the customer."""
    return any(
        stop["case_id"] == case_id and stop.get("locked")
        for stop in plans.stops(runtime.store, moment.date().isoformat()) or ()
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _holds(record: Record) -> Iterator[Held]:
    for hold in record.body.get("holds", ()):
        yield Held(str(hold["code"]), _date(hold.get("since")), _date(hold.get("until")))
    for hold in record.held:
        yield Held(str(hold["code"]), _date(hold["since"]), _date(hold["until"]))
    if record.rest is not None:
        yield Held(record.rest.code, None, record.rest.until, "visit")


def touches(record: Record) -> Iterator[Touch]:
    """Every contact so far, the office's and those made here."""
    for contact in record.body.get("contacts", ()):
        day, by, result = date.fromisoformat(contact["at"][:10]), contact["by"], contact.get("result", "")
        met = result_says(result)[0] if by == "visit" else call_was_answered(result) if by == "phone" else None
        yield Touch(day, by, met)
    for call in record.called:
        met = call_was_answered(call["result"]) if call["by"] == "phone" else None
        yield Touch(date.fromisoformat(call["at"][:10]), call["by"], met)
    for visit in record.been:
        day = date.fromisoformat(visit["started_at"][:10])
        yield Touch(day, "visit", was_met(visit["outcome"] or "", visit["identity"]))


def _promised(record: Record) -> Iterable[date]:
    """The days of promises that are open: the office's, and that of the last visit that brought one."""
    said = {date.fromisoformat(one["due_date"]): one.get("status", "open") for one in record.body.get("promises", ())}
    made = [date.fromisoformat(visit["promise_due"]) for visit in record.been if visit["promise_due"]]
    return [due for due, status in said.items() if status == "open"] + [due for due in made[-1:] if due not in said]
