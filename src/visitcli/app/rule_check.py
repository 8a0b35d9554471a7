"""Asking the rules beforehand whether a case may be visited at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from visitcli.app import lookup
from visitcli.app.ruling import Bench, is_agreed
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import UsageError
from visitcli.domain.rules_check import PLACES, Finding, Place, forbidding
from visitcli.store import cases

MOST_STAFF = 20
_TIME = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the rules of the pack say of a visit of this case at this time."""

    case_id: str
    at: datetime
    pack: str
    allowed: bool
    findings: tuple[Finding, ...]


def ask(runtime: Runtime, reference: str, *, at: str, place: str, staff: int | None) -> Answer:
    """Ask every rule. `at`: ISO 8601, or HH:MM of today; "" for now. `staff` None: nobody has decided yet.

    Raises UsageError `rules.at`, `rules.place`, `rules.staff`, and those of `lookup`.
    """
    case_id, moment = lookup.case_id(runtime, reference), moment_of(runtime, at)
    kind: Place = next((known for known in PLACES if known == place), "")
    if place and not kind:
        raise UsageError("rules.place", value=place[:40])
    if staff is not None and not 1 <= staff <= MOST_STAFF:
        raise UsageError("rules.staff", value=staff)
    bench = Bench(runtime)
    record = bench.record(case_id, cases.body(runtime.store, case_id) or {})
    agreed = is_agreed(runtime, case_id, moment)
    findings = tuple(bench.findings(record, moment, place=kind, staff=staff, agreed=agreed))
    allowed = not forbidding(findings)
    return Answer(case_id=case_id, at=moment, pack=bench.pack.id, allowed=allowed, findings=findings)


def moment_of(runtime: Runtime, at: str) -> datetime:
    """A time as it is typed: ISO 8601, or HH:MM of today; "" for now. Raises UsageError `rules.at`."""
    now, text = runtime.now(), at.strip().replace("：", ":")
    if not text:
        return now
    try:
        if _TIME.fullmatch(text):
            hour, minute = map(int, text.split(":"))
            return datetime.combine(now.date(), time(hour, minute), now.tzinfo)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("rules.at", value=at[:40]) from error
    return moment.astimezone(now.tzinfo) if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
