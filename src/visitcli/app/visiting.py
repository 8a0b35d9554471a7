"""A visit: begun, answered event by event, paused, taken up again, ended with its record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from visitcli.app import lookup, scripts
from visitcli.app.attaching import Attachment, attach
from visitcli.app.runtime import Runtime
from visitcli.domain import feedback
from visitcli.domain.errors import BadInputError, ForbiddenError, NotFoundError
from visitcli.domain.money import yuan_grouped
from visitcli.domain.rules import IN_PAIRS, VISITING_FROM_HOUR, VISITING_UNTIL_HOUR, LastStop, against_a_visit
from visitcli.domain.script import MEDIA, Script
from visitcli.domain.session import Session, apply, check, check_stop, replay
from visitcli.store import cases, documents, journal, visits
from visitcli.store.database import Store


def last_stop(runtime: Runtime, case_id: str) -> LastStop | None:
    """The stop condition of the case's last finished visit, where there was one."""
    finished = [visit for visit in visits.of_case(runtime.store, case_id) if visit["record"] is not None]
    if not finished or not finished[-1]["stop_code"]:
        return None
    visit = finished[-1]
    stop = scripts.of_visit(runtime.store, visit["script_sha256"]).stop_by_code.get(visit["stop_code"])
    return LastStop(visit["stop_code"], date.fromisoformat(visit["started_at"][:10]), stop.hold_days if stop else 0)


def outside_hours(now: datetime) -> bool:
    """Whether nobody may be visited at this time of day."""
    return not VISITING_FROM_HOUR <= now.hour < VISITING_UNTIL_HOUR


def needs_partner(runtime: Runtime, reference: str) -> bool:
    """Whether a visit of this case has to know who comes along and nobody has said."""
    if visits.unfinished(runtime.store, lookup.case_id(runtime, reference)):
        return False
    return runtime.agent.jurisdiction in IN_PAIRS and not runtime.agent.partner


def begin(runtime: Runtime, reference: str, partner: str = "") -> Visit:
    """Begin a visit of a case, or take up the one that was left unfinished.

    Raises ForbiddenError `visit.forbidden` (what is against it: `reasons`) and `visit.no_partner`.
    """
    case_id = lookup.case_id(runtime, reference)
    unfinished = visits.unfinished(runtime.store, case_id)
    if unfinished:
        return resume(runtime, unfinished[0])
    body = cases.body(runtime.store, case_id) or {}
    against = against_a_visit(body, runtime.today(), last_stop(runtime, case_id))
    if against:
        raise ForbiddenError("visit.forbidden", case_id=case_id, findings=against)
    partner = partner or runtime.agent.partner
    if not partner and runtime.agent.jurisdiction in IN_PAIRS:
        raise ForbiddenError("visit.no_partner", case_id=case_id)
    return _begin(runtime, case_id, partner)


def _begin(runtime: Runtime, case_id: str, partner: str) -> Visit:
    store, at = runtime.store, _stamp(runtime)
    row = {"visit_id": runtime.new_id(), "case_id": case_id, "agent": runtime.agent.name, "partner": partner}
    with store.transaction():
        row["script_sha256"] = documents.keep(store, "script", scripts.shipped_text())
        visits.begin(store, {**row, "started_at": at})
        payload: dict[str, Any] = {"agent": row["agent"], "partner": partner, "script": row["script_sha256"]}
        payload |= {"position": None, "outside_hours": outside_hours(runtime.now())}
        journal.append(
            store, case_id=case_id, visit_id=row["visit_id"], kind="begun", at=at, payload=payload,
            random_bytes=runtime.random_bytes,
        )  # fmt: skip
    return _open(runtime, row["visit_id"])


def resume(runtime: Runtime, row: Mapping[str, Any]) -> Visit:
    """Take up a visit that was paused, or cut off."""
    visit = _open(runtime, str(row["visit_id"]))
    if visit.session.status == "paused":
        visit.record("resumed", {}, status="open")
    return visit


def reopen(runtime: Runtime, reference: str, reason: str, *, visit_id: str = "", lift: bool = False) -> Visit:
    """Open the last finished visit of a case (or the one named) for correction: its record gets a new revision.

    `lift`: take back the stop condition that ended it. Raises NotFoundError `correct.nothing`.
    """
    case_id = lookup.case_id(runtime, reference)
    rows = visits.of_case(runtime.store, case_id)
    wanted = [row for row in rows if row["record"] is not None and visit_id in ("", row["visit_id"])]
    if not wanted:
        raise NotFoundError("correct.nothing", case_id=case_id, visit_id=visit_id)
    visit = _open(runtime, wanted[-1]["visit_id"])
    if visit.session.is_closed:
        visit.record("reopened", {"reason": reason, "lift": lift, "agent": runtime.agent.name}, status="open")
    return visit


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
        self._within_authority(name, checked)
        question = self.script.by_name[name]
        if question.type in MEDIA and checked != self.session.answers.get(name):
            attachment = attach(self._runtime.store, name, str(checked))
            return self.record("answered", {"name": name, "value": attachment.path}, attachment=attachment)
        return self.record("answered", {"name": name, "value": checked})

    def _within_authority(self, name: str, value: object) -> None:
        limit = self._runtime.settings.max_instalments
        if name == "instalment_count" and isinstance(value, int) and value > limit:
            raise BadInputError("answer.authority", name=name, value=str(value), expected=str(limit))

    def pass_over(self, name: str) -> int:
        """Leave an optional question without an answer. Raises BadInputError `answer.required`."""
        if self.script.by_name[name].required:
            raise BadInputError("answer.required", name=name, value="", expected="")
        return self.record("passed", {"name": name})

    def stop(self, code: str, reason: str = "") -> int:
        """Apply a stop condition, or leave now with a reason. Raises BadInputError `answer.stop`, `answer.closed`."""
        self._catch_up()
        check_stop(self.session, code)
        return self.record("stopped", {"code": code, "reason": reason})

    def pause(self) -> None:
        """Put the visit away; it is taken up again where it stands."""
        if self.session.status == "open":
            self.record("paused", {}, status="paused")

    def close(self) -> None:
        """Finish the record. Everything that had to be asked has been."""
        self.record("closed", {})

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
            "agent": str(self._row["agent"]),
            "partner": str(self._row["partner"]),
            "company": self._runtime.settings.company,
            "lender": loan.get("lender", ""),
            "days_overdue": str(loan.get("days_overdue", "")),
            "plate": vehicle.get("plate", ""),
            "model": vehicle.get("model", ""),
            "today": self._runtime.today().isoformat(),
            **{key: f"¥{yuan_grouped(fen)}" for key, fen in money.items() if fen is not None},
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
        store, at = self._runtime.store, _stamp(self._runtime)
        with store.transaction():
            self._catch_up()
            if self.session.is_closed and kind != "reopened":
                raise BadInputError("answer.closed", name=str(payload.get("name", kind)), value="", expected="")
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
        self._seq, self.session = event.seq, session
        return event.seq

    def _closing(self, session: Session) -> dict[str, Any]:
        record = feedback.record(session)
        promise = feedback.promise(session) or {}
        revision = int(self._row["revision"]) + (1 if self._row["record"] is not None else 0)
        return {
            "visit_id": self.visit_id,
            "status": session.status,
            "ended_at": session.ended_at,
            "outcome": record["outcome"],
            "stop_code": session.stop.code if session.stop else None,
            "promise_due": promise.get("due_date"),
            "promise_fen": promise.get("amount_fen"),
            "revision": revision,
            "record": json.dumps(record, ensure_ascii=False),
        }

    def _catch_up(self) -> None:
        """Take in what another window has recorded for this visit meanwhile."""
        for event in journal.of_visit(self._runtime.store, self.visit_id, after=self._seq):
            self.session, self._seq = apply(self.session, event), event.seq
