"""A visit: begun, answered event by event, paused, taken up again, ended with its record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from visitcli.app import lookup, scripts
from visitcli.app.attaching import Attachment, attach
from visitcli.app.overriding import NOTHING_ASKED, Asked, Override, accepted
from visitcli.app.ruling import Bench, is_agreed, pack_in_force, staff_of
from visitcli.app.runtime import Runtime
from visitcli.domain import feedback
from visitcli.domain.errors import BadInputError, ForbiddenError, NotFoundError, UsageError
from visitcli.domain.money import yuan_grouped
from visitcli.domain.rules import beyond_authority, more_than_owed
from visitcli.domain.rules_check import PLACES, Finding, Place, forbidding
from visitcli.domain.rules_pack import Pack
from visitcli.domain.script import MEDIA, Script
from visitcli.domain.session import Session, apply, check, check_stop, replay
from visitcli.domain.texts import plain_text
from visitcli.store import cases, documents, journal, plans, visits
from visitcli.store.database import Store

NAME_LIMIT, REASON_LIMIT = 80, 2000
MISTAKE_MINUTES = 30  # in which a stop condition that was chosen by mistake is taken back


def needs_partner(runtime: Runtime, reference: str) -> bool:
    """Whether a visit of this case has to know who comes along and nobody has said."""
    if visits.open_one(runtime.store, lookup.case_id(runtime, reference)) or runtime.agent.partner:
        return False
    return any(rule.kind == "staff" and rule.params["min"] > 1 for rule in pack_in_force(runtime).rules)


def script_for(runtime: Runtime, reference: str) -> Script:
    """The script that a visit of this case follows: that of the one left open, else the shipped one."""
    row = visits.open_one(runtime.store, lookup.case_id(runtime, reference))
    return scripts.of_visit(runtime.store, str(row["script_sha256"])) if row else scripts.shipped()


def was_visited_today(runtime: Runtime, reference: str) -> bool:
    """Whether a visit of this case was finished today and none is open."""
    case_id = lookup.case_id(runtime, reference)
    if visits.open_one(runtime.store, case_id):
        return False
    return case_id in visits.visited_on(runtime.store, runtime.today().isoformat())


def begin(runtime: Runtime, reference: str, partner: str = "", asked: Asked = NOTHING_ASKED) -> Visit:
    """Begin a visit of a case, or take up the one that was left open. Raises as `refuse_forbidden` does."""
    admission = refuse_forbidden(runtime, reference, partner, asked)
    case_id = lookup.case_id(runtime, reference)
    if admission is not None:
        return _begin(runtime, case_id, admission)
    row = visits.open_one(runtime.store, case_id)
    return resume(runtime, row) if row is not None else begin(runtime, reference, partner, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a visit may begin with: who comes along, at what kind of address, by which rules; `warnings`: what is to be
    minded, `overrides`: what was set aside, by whom and why."""

    partner: str
    place: str
    pack: Pack
    warnings: tuple[Finding, ...] = ()
    overrides: tuple[Override, ...] = ()


def refuse_forbidden(runtime: Runtime, reference: str, partner: str, asked: Asked = NOTHING_ASKED) -> Admission | None:
    """Refuse what a rule forbids, before anything is begun; None where a visit was begun already: that one may always
    be finished.

    Raises ForbiddenError `visit.forbidden` (what is against it: `findings`), `visit.no_partner`, and what
    `overriding.accepted` raises.
    """
    case_id = lookup.case_id(runtime, reference)
    if visits.open_one(runtime.store, case_id) is not None:
        return None
    bench, place = Bench(runtime), _address_kind(runtime, case_id)
    partner = plain_text(partner, NAME_LIMIT, "partner") or runtime.agent.partner
    record = bench.record(case_id, cases.body(runtime.store, case_id) or {})
    staff, agreed = staff_of(partner), is_agreed(runtime, case_id, runtime.now())
    findings = bench.findings(record, runtime.now(), place=place, staff=staff, agreed=agreed)
    overrides = accepted(runtime, bench.pack, case_id, asked)
    against = forbidding(findings, {override.rule for override in overrides})
    if against and all(finding.code == "staff" for finding in against) and not partner:
        raise ForbiddenError("visit.no_partner", case_id=case_id)
    if against:
        raise ForbiddenError("visit.forbidden", case_id=case_id, findings=against)
    warnings = tuple(finding for finding in findings if not finding.forbids)
    return Admission(partner=partner, place=place, pack=bench.pack, warnings=warnings, overrides=overrides)


def _begin(runtime: Runtime, case_id: str, admission: Admission) -> Visit:
    store, at, pack = runtime.store, _stamp(runtime), admission.pack
    row = {"visit_id": runtime.new_id(), "case_id": case_id, "agent": runtime.agent.id, "partner": admission.partner}
    with store.transaction():
        other = visits.open_one(store, case_id)
        if other is not None:  # another window was faster
            return resume(runtime, other)
        row["script_sha256"] = documents.keep(store, "script", scripts.shipped_text())
        visits.begin(store, {**row, "started_at": at})
        payload: dict[str, Any] = {"agent": row["agent"], "partner": row["partner"], "script": row["script_sha256"]}
        payload["rules"] = {"id": pack.id, "version": pack.version, "sha256": documents.keep(store, "rules", pack.text)}
        payload["warned"] = [finding.rule.id for finding in admission.warnings if finding.rule]
        payload["overrides"] = [override.document for override in admission.overrides]
        payload["outside_hours"] = any(override.kind == "hours" for override in admission.overrides)
        if admission.place:
            payload["address_kind"] = admission.place
        journal.append(
            store, case_id=case_id, visit_id=row["visit_id"], kind="begun", at=at, payload=payload,
            random_bytes=runtime.random_bytes,
        )  # fmt: skip
    return _open(runtime, row["visit_id"])


def _address_kind(runtime: Runtime, case_id: str) -> Place:
    """At what kind of address the visit is: the one that today's plan leads to, else the only one that the case has;
    "" where nobody knows."""
    planned = [
        stop["address_kind"]
        for stop in plans.stops(runtime.store, runtime.today().isoformat()) or ()
        if stop["case_id"] == case_id and stop["address_kind"]
    ]
    kinds = planned[:1] or {
        address["kind"] for address in (cases.body(runtime.store, case_id) or {}).get("addresses", ())
    }
    return next((kind for kind in PLACES if kinds and {*kinds} == {kind}), "")


def resume(runtime: Runtime, row: Mapping[str, Any]) -> Visit:
    """Take up a visit that was paused, or cut off."""
    visit = _open(runtime, str(row["visit_id"]))
    if visit.session.status == "paused":
        visit.record("resumed", {}, status="open")
    return visit


def reopen(runtime: Runtime, reference: str, reason: str, *, visit_id: str = "", lift: bool = False) -> Visit:
    """Open the last finished visit of a case (or the one named) for correction: its record gets a new revision.

    A correction that was left open is taken up; it needs no second reason. `lift`: take back the stop conditions, which
    is for a key pressed by mistake: later on a hold is lifted by whom it names.
    Raises NotFoundError `correct.nothing`, UsageError `correct.no_reason`, ForbiddenError `correct.too_late_to_lift`.
    """
    reason = plain_text(reason, REASON_LIMIT, "reason")
    visit = _open(runtime, refuse_correction(runtime, reference, visit_id))
    if lift and visit.session.hold is not None and _ended_long_ago(runtime, visit.session):
        raise ForbiddenError("correct.too_late_to_lift", case_id=visit.case_id, minutes=MISTAKE_MINUTES)
    if not reason and visit.session.is_closed:
        raise UsageError("correct.no_reason")
    if reason or lift:
        payload = {"reason": reason, "lift": lift, "agent": runtime.agent.id}
        visit.record("reopened", payload, status="correcting")
    return visit


def _ended_long_ago(runtime: Runtime, session: Session) -> bool:
    ended = datetime.fromisoformat(session.ended_at) if session.ended_at else runtime.now()
    return runtime.now() - ended > timedelta(minutes=MISTAKE_MINUTES)


def refuse_correction(runtime: Runtime, reference: str, visit_id: str) -> str:
    """The id of the visit that a correction means. Raises NotFoundError `correct.nothing`."""
    case_id = lookup.case_id(runtime, reference)
    rows = visits.of_case(runtime.store, case_id)
    wanted = [row for row in rows if row["record"] is not None and visit_id in ("", row["visit_id"])]
    if not wanted:
        raise NotFoundError("correct.nothing", case_id=case_id, visit_id=visit_id)
    return str(wanted[-1]["visit_id"])


def rebuild_lost(runtime: Runtime) -> list[str]:
    """Make the rows of visits anew that were lost and stand in the journal; the ids of those visits."""
    rebuilt = []
    for case_id, visit_id in journal.visits_without_row(runtime.store):
        with runtime.store.transaction():
            begun, *later = journal.of_visit(runtime.store, visit_id)
            known: dict[str, Any] = {"visit_id": visit_id, "case_id": case_id, "started_at": begun.at}
            known |= {"agent": begun.payload["agent"], "partner": begun.payload["partner"]}
            runtime.store.run("PRAGMA defer_foreign_keys = ON")
            visits.begin(runtime.store, {**known, "script_sha256": begun.payload["script"]})
            visit = _open(runtime, visit_id)
            if visit.session.is_closed:
                revision = sum(event.kind == "closed" for event in later) or 1
                visits.finish(runtime.store, {**visit._closing(visit.session), "revision": revision})
            elif visit.session.status == "paused":
                visits.set_status(runtime.store, visit_id, "paused")
        rebuilt.append(visit_id)
    return rebuilt


def session_of(runtime: Runtime, row: Mapping[str, Any]) -> Session:
    """The session of a visit as its journal has it."""
    return session_in(runtime.store, row)


def session_in(store: Store, row: Mapping[str, Any]) -> Session:
    """The same from a store that is only read."""
    script = scripts.of_visit(store, str(row["script_sha256"]))
    return replay(script, journal.of_visit(store, str(row["visit_id"])))


def _open(runtime: Runtime, visit_id: str) -> Visit:
    row = visits.one(runtime.store, visit_id)
    if row is None:
        raise KeyError(visit_id)
    return Visit(runtime, row)


def _hold_until(session: Session) -> str | None:
    """The last day on which nobody goes there, counted from the day on which the visit ended."""
    if session.hold is None:
        return None
    if session.hold.days is None:
        return visits.UNTIL_CLEARED
    return (date.fromisoformat(session.ended_at[:10]) + timedelta(days=session.hold.days)).isoformat()


def _stamp(runtime: Runtime) -> str:
    return runtime.now().isoformat(timespec="milliseconds")


class Visit:
    """One open visit. Every method that records returns the event's number once it is durable on the disk."""

    def __init__(self, runtime: Runtime, row: Mapping[str, Any]) -> None:
        self._runtime = runtime
        self._row = row
        self.visit_id = str(row["visit_id"])
        self.case_id = str(row["case_id"])
        self.case = cases.body(runtime.store, self.case_id) or {}
        self.script: Script = scripts.of_visit(runtime.store, str(row["script_sha256"]))
        self._seq = 0
        self.session = Session(script=self.script)
        self._catch_up()

    def answer(self, name: str, value: object) -> int:
        """Validate one answer, copy the file in where it names one, and record it. Raises BadInputError `answer.*`,
        `attach.*`; nothing is recorded then."""
        self._catch_up()
        checked = check(self.session, name, value, self._runtime.today())
        self._refuse_too_much(name, checked)
        question = self.script.by_name[name]
        if question.type in MEDIA and checked != self.session.answers.get(name):
            attachment = attach(self._runtime.vault, name, str(checked))
            if attachment.path == self.session.answers.get(name):  # the same file again
                return self._seq
            return self.record("answered", {"name": name, "value": attachment.path}, attachment=attachment)
        return self.record("answered", {"name": name, "value": checked})

    def _refuse_too_much(self, name: str, value: object) -> None:
        owed = more_than_owed(name, value, self.case.get("loan", {}))
        if owed is not None:
            raise BadInputError("answer.more_than_owed", name=name, value=str(value), expected=yuan_grouped(owed))
        limit = self._runtime.settings.max_instalments
        if beyond_authority(name, value, limit):
            raise BadInputError("answer.authority", name=name, value=str(value), expected=str(limit))

    def pass_over(self, name: str) -> int:
        """Leave an optional question without an answer. Raises BadInputError `answer.required`."""
        if self.script.by_name[name].required:
            raise BadInputError("answer.required", name=name, value="", expected="")
        return self.record("passed", {"name": name})

    def draft(self, name: str, text: str) -> int:
        """Keep what is being typed and not saved yet: no answer, and no part of the record."""
        return self.record("drafted", {"name": name, "text": text})

    def stop(self, code: str, reason: str = "") -> int:
        """Apply a stop condition, or leave now with a reason. Raises BadInputError `answer.stop`, `answer.closed`."""
        self._catch_up()
        check_stop(self.session, code)
        return self.record("stopped", {"code": code, "reason": plain_text(reason, REASON_LIMIT, "reason")})

    def pause(self) -> None:
        """Put the visit away; it is taken up again where it stands."""
        if self.session.status == "open":
            self.record("paused", {}, status="" if self._row["record"] is not None else "paused")

    def close(self) -> None:
        """Finish the record. Raises BadInputError `visit.not_done` while a question is left."""
        self.record("closed", {})

    @property
    def attached(self) -> dict[str, str]:
        """The names that the files of this visit had, by the path of the copy."""
        return visits.media_names(self._runtime.store, self.visit_id)

    @property
    def another_waits(self) -> bool:
        """Whether `next` names a case: a visit left open, or a stop of today's plan that is not done."""
        try:
            lookup.case_id(self._runtime, "next")
        except NotFoundError:
            return False
        return True

    @cached_property
    def last_time(self) -> dict[str, Any]:
        """The answers of the case's last finished visit by question name."""
        rows = visits.of_case(self._runtime.store, self.case_id)
        earlier = [row for row in rows if row["record"] is not None and row["visit_id"] != self.visit_id]
        return dict(earlier[-1]["record"]["answers"]) if earlier else {}

    @cached_property
    def values(self) -> dict[str, str]:
        """What the placeholders in the script's texts stand for."""
        customer, loan, vehicle = (self.case.get(key, {}) for key in ("customer", "loan", "vehicle"))
        money = {key: loan.get(f"{key}_fen") for key in ("overdue", "balance", "instalment")}
        return {
            "customer": customer.get("name", ""),
            "id_tail": customer.get("id_number", "")[-4:],
            "agent": self._runtime.agent.name or str(self._row["agent"]),
            "partner": str(self._row["partner"]),
            "company": self._runtime.settings.company,
            "lender": loan.get("lender", ""),
            "days_overdue": str(loan.get("days_overdue", "")),
            "plate": vehicle.get("plate", ""),
            "model": vehicle.get("model", ""),
            "today": self._runtime.today().isoformat(),
            **{key: yuan_grouped(fen) for key, fen in money.items() if fen is not None},
        }

    @property
    def result(self) -> dict[str, Any]:
        """What the visit has come to, as `visit --json` gives it (the words of the stop are the command's)."""
        stop = self.session.stop
        return {
            "visit_id": self.visit_id,
            "case_id": self.case_id,
            "status": "paused" if self.session.status == "open" else self.session.status,
            "next": self.session.next if not self.session.is_closed else None,
            "outcome": self.session.outcome if self.session.is_closed else None,
            "stop": {"code": stop.code} if stop else None,
        }

    def record(
        self, kind: str, payload: dict[str, Any], *, status: str = "", attachment: Attachment | None = None
    ) -> int:
        """Commit one event, and in the same transaction what follows from it: the file's row, the visit's record."""
        return self._runtime.store.with_room(lambda: self._record(kind, payload, status, attachment))

    def _record(self, kind: str, payload: dict[str, Any], status: str, attachment: Attachment | None) -> int:
        store, at = self._runtime.store, _stamp(self._runtime)
        with store.transaction():
            self._catch_up()
            self._refuse_late(kind, payload)
            event = journal.append(
                store, case_id=self.case_id, visit_id=self.visit_id, kind=kind, at=at, payload=payload,
                random_bytes=self._runtime.random_bytes,
            )  # fmt: skip
            session = apply(self.session, event)
            if attachment:
                visits.add_media(store, self.visit_id, str(payload["name"]), attachment.sha256, attachment.path,
                                 attachment.original_name, attachment.bytes, at)  # fmt: skip
            if status:
                visits.set_status(store, self.visit_id, status)
            if session.is_closed and not self.session.is_closed:
                visits.finish(store, self._closing(session))
        if session.is_closed and not self.session.is_closed:
            store.checkpoint()
        self._seq, self.session = event.seq, session
        return event.seq

    def _refuse_late(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Another window may have closed the visit, or made a question due, since this one last looked."""
        if self.session.is_closed and kind != "reopened":
            raise BadInputError("answer.closed", name=str(payload.get("name", kind)), value="", expected="")
        if kind == "closed" and self.session.next is not None:
            raise BadInputError("visit.not_done", question=self.session.next)

    def _closing(self, session: Session) -> dict[str, Any]:
        record = feedback.record(session)
        promise = feedback.promise(session) or {}
        before = visits.one(self._runtime.store, self.visit_id) or {"record": None, "revision": 0}
        return {
            "visit_id": self.visit_id,
            "status": session.status,
            "ended_at": session.ended_at,
            "outcome": record["outcome"],
            "stop_code": session.stop.code if session.stop else None,
            "promise_due": promise.get("due_date"),
            "promise_fen": promise.get("amount_fen"),
            "hold_code": session.hold.code if session.hold else None,
            "hold_until": _hold_until(session),
            "revision": before["revision"] + (1 if before["record"] is not None else 0),
            "record": json.dumps(record, ensure_ascii=False),
        }

    def _catch_up(self) -> None:
        """Take in what another window has recorded for this visit meanwhile."""
        for event in journal.of_visit(self._runtime.store, self.visit_id, after=self._seq):
            self.session, self._seq = apply(self.session, event), event.seq
