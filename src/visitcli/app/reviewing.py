"""Looking, before and between visits: the list, the whole file of one case, and where the day stands."""

from __future__ import annotations

import shlex
from datetime import date, timedelta
from typing import Any

from visitcli.app import lookup
from visitcli.app.runtime import Runtime
from visitcli.domain.money import in_yuan
from visitcli.store import cases, holds, packages, plans, visits

RETURNING_SOON = timedelta(days=3)


def listing(runtime: Runtime, *, everything: bool, find: str) -> dict[str, Any]:
    """`{"cases": [...]}`; money as decimal strings in yuan."""
    day = runtime.today().isoformat()
    return {"cases": in_yuan(cases.listing(runtime.store, day, everything=everything, find=find))}


def whole_file(runtime: Runtime, reference: str) -> dict[str, Any]:
    """The whole file of one case as `show --json` gives it: the office's word, then what was recorded here."""
    number = lookup.case_id(runtime, reference)
    body = cases.body(runtime.store, number)
    if body is None:
        raise KeyError(number)
    document = _with_everything(body)
    if document["status"] == "open" and (document["return_date"] or "9") < runtime.today().isoformat():
        document["status"] = "returned"
    recorded = visits.of_case(runtime.store, number)
    contacts = [*document["contacts"], *map(_contact, visits.contacts_of(runtime.store, number))]
    document["contacts"] = sorted(contacts, key=lambda contact: str(contact["at"]))
    document["promises"] += [promise for visit in recorded if (promise := _promise(visit))]
    document["holds"] += [*_held_here(runtime, number), *_rest(runtime, number)]
    document["visits"] = [_visit(runtime, visit) for visit in recorded]
    from visitcli.app.proposing import next_step

    step = next_step(runtime, number)
    document["next_step"] = {"step": step.step, "date": step.day.isoformat() if step.day else None, "why": step.why}
    document["keep_until"] = _keep_until(runtime, number)
    result = in_yuan(document)
    if not isinstance(result, dict):
        raise TypeError(result)
    return result


def _keep_until(runtime: Runtime, number: str) -> str | None:
    """The day until which the file of a case that is over is kept; None while it is open."""
    from visitcli.store import erasing  # `today` stands in this module too, and must be quick

    since = erasing.over_since(runtime.store, number, runtime.today().isoformat())
    if since is None:
        return None
    return (date.fromisoformat(since) + timedelta(days=runtime.settings.retention_days)).isoformat()


def _contact(contact: dict[str, Any]) -> dict[str, Any]:
    shown = {key: contact[key] for key in ("at", "by", "result", "note")}
    return {**shown, "who": contact["agent"], "recorded_here": True}


def _promise(visit: dict[str, Any]) -> dict[str, Any] | None:
    """What was promised at this visit."""
    if not visit["promise_due"]:
        return None
    said = {"due_date": visit["promise_due"], "amount_fen": visit["promise_fen"], "made_at": visit["started_at"][:10]}
    return {**said, "status": "open", "recorded_here": True}


def _held_here(runtime: Runtime, number: str) -> list[dict[str, Any]]:
    """The holds that were set on this device and stand."""
    return [
        {"code": hold["code"], "since": hold["since"], "until": hold["until"], "note": hold["reason"],
         "recorded_here": True}
        for hold in holds.standing(runtime.store).get(number, [])
        if not hold["until"] or hold["until"] >= runtime.today().isoformat()
    ]  # fmt: skip


def _rest(runtime: Runtime, number: str) -> list[dict[str, Any]]:
    """What the visits recorded here ask for: nobody goes there for a while."""
    rest = visits.rests(runtime.store, number).get(number)
    if rest is None or (rest.until is not None and rest.until < runtime.today()):
        return []
    until = rest.until.isoformat() if rest.until else None
    return [{"code": rest.code, "since": None, "until": until, "note": "", "recorded_here": True}]


def _with_everything(body: dict[str, Any]) -> dict[str, Any]:
    """The body with every field that a case has; what nobody knows is None, and a list is empty."""
    from dataclasses import fields  # `today` does not need them

    from visitcli.domain.case import Address, Case, Customer, Loan, Vehicle

    empty: dict[str, Any] = {item.name: None for item in fields(Case)}
    empty |= {"addresses": [], "payments": [], "contacts": [], "promises": [], "holds": [], "extra": {}}
    document = {**empty, "status": "open", "stage": "on_site", **body}
    parts: tuple[tuple[str, type], ...] = (("customer", Customer), ("loan", Loan), ("vehicle", Vehicle))
    for part, kind in parts:
        document[part] = {**{item.name: None for item in fields(kind)}, **(body.get(part) or {})}
    document["customer"]["phones"] = document["customer"]["phones"] or []
    document["addresses"] = [
        {**{item.name: None for item in fields(Address)}, "approximate": False, **address}
        for address in document["addresses"]
    ]
    return document


def _visit(runtime: Runtime, visit: dict[str, Any]) -> dict[str, Any]:
    keys = ("visit_id", "status", "started_at", "ended_at", "outcome", "revision", "agent", "partner", "script_sha256")
    shown = {key: visit[key] for key in keys}
    said = (visit["record"] or {}).get("stop") or {}
    shown["stop"] = {"code": visit["stop_code"], "reason": said.get("reason", "")} if visit["stop_code"] else None
    if visit["record"] is not None:
        return {**shown, "answers": visit["record"]["answers"]}
    from visitcli.app.visiting import session_of

    session = session_of(runtime, visit)
    return {**shown, "answers": session.answers, "next": session.next}


def today(runtime: Runtime) -> dict[str, Any]:
    """Where the day stands, and the one command to run next."""
    store, day = runtime.store, runtime.today()
    plan = plans.ahead(store, day.isoformat())
    done = visits.visited_on(store, day.isoformat())
    waiting = packages.waiting(store)
    status: dict[str, Any] = {
        "date": day.isoformat(),
        "open_cases": cases.count_open(store, day.isoformat()),
        "planned": None if plan is None else len(plan.stops),
        "visited": len(done),
        "left": plan.left if plan else [],
        "appointments": _appointments(plan),
        "unfinished": [_unfinished(visit) for visit in visits.unfinished(store)],
        "promised_today": [
            entry for entry in visits.promised_for(store, day.isoformat()) if entry["case_id"] not in done
        ],
        "returning_soon": cases.returning_by(store, day.isoformat(), (day + RETURNING_SOON).isoformat()),
        "not_exported": waiting.not_exported,
        "not_acknowledged": waiting.not_acknowledged,
    }
    status |= dict(zip(("next", "next_reason"), _next(status), strict=True))
    result = in_yuan(status)
    if not isinstance(result, dict):
        raise TypeError(result)
    return result


def _appointments(plan: plans.Ahead | None) -> list[dict[str, str]]:
    """The stops ahead whose time is fixed."""
    stops = plan.stops if plan else []
    return [
        {"case_id": stop["case_id"], "at": stop["start"]}
        for stop in stops
        if stop.get("locked") and plan and stop["case_id"] in plan.left
    ]


def _unfinished(visit: dict[str, Any]) -> dict[str, Any]:
    shown = {key: visit[key] for key in ("case_id", "visit_id", "started_at")}
    return {**shown, "correction": visit["record"] is not None}


def _next(status: dict[str, Any]) -> tuple[str | None, str]:
    for visit in status["unfinished"]:
        command = "correct" if visit["correction"] else "visit"
        return f"visitcli {command} {shlex.quote(visit['case_id'])}", "unfinished"
    if status["left"]:
        return "visitcli visit next", "on_the_way"
    if status["not_exported"] and (status["planned"] is not None or not status["open_cases"]):
        return "visitcli export", "to_export"
    if not status["open_cases"]:
        return "visitcli import FILE", "no_cases"
    if status["planned"] is None:
        return "visitcli plan", "no_plan"
    if status["not_acknowledged"]:
        return "visitcli ack FILE", "to_acknowledge"
    return None, "done"
