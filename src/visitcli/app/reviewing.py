"""Looking, before and between visits: the list, the whole file of one case, and where the day stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from visitcli.app import lookup
from visitcli.app.runtime import Runtime
from visitcli.domain.money import in_yuan
from visitcli.store import cases, packages, plans, visits

RETURNING_SOON = timedelta(days=3)


def listing(runtime: Runtime, *, everything: bool, find: str) -> dict[str, Any]:
    """`{"cases": [...]}`; money as decimal strings in yuan."""
    return {"cases": in_yuan(cases.listing(runtime.store, everything=everything, find=find))}


def whole_file(runtime: Runtime, reference: str) -> dict[str, Any]:
    """The whole file of one case as `show --json` gives it: the office's word, then what was recorded here."""
    number = lookup.case_id(runtime, reference)
    body = cases.body(runtime.store, number)
    if body is None:
        raise KeyError(number)
    document = _with_everything(body)
    recorded = [
        {
            "at": c["at"],
            "by": c["by"],
            "result": c["result"],
            "note": c["note"],
            "who": c["agent"],
            "recorded_here": True,
        }
        for c in visits.contacts_of(runtime.store, number)
    ]
    document["contacts"] = sorted([*document["contacts"], *recorded], key=lambda contact: str(contact["at"]))
    document["visits"] = [_visit(runtime, visit) for visit in visits.of_case(runtime.store, number)]
    result = in_yuan(document)
    if not isinstance(result, dict):
        raise TypeError(result)
    return result


def _with_everything(body: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {"customer": {}, "loan": {}, "vehicle": {}, "extra": {}}
    empty |= {"addresses": [], "payments": [], "contacts": [], "promises": [], "holds": []}
    return {**empty, "status": "open", "stage": "on_site", **body}


def _visit(runtime: Runtime, visit: dict[str, Any]) -> dict[str, Any]:
    keys = ("visit_id", "status", "started_at", "ended_at", "outcome", "revision", "agent", "partner", "script_sha256")
    shown = {key: visit[key] for key in keys}
    shown["stop"] = visit["stop_code"]
    if visit["record"] is not None:
        return {**shown, "answers": visit["record"]["answers"]}
    from visitcli.app.visiting import session_of

    session = session_of(runtime, visit)
    return {**shown, "answers": session.answers, "next": session.next}


def today(runtime: Runtime) -> dict[str, Any]:
    """Where the day stands, and the one command to run next."""
    store, day = runtime.store, runtime.today()
    plan = plans.stops_of(store, day.isoformat())
    done = visits.visited_on(store, day.isoformat())
    waiting = packages.waiting(store)
    status: dict[str, Any] = {
        "date": day.isoformat(),
        "open_cases": cases.count(store).get("open", 0),
        "planned": None if plan is None else len(plan),
        "visited": len(done),
        "left": [number for number in plan or [] if number not in done],
        "unfinished": [_unfinished(visit) for visit in visits.unfinished(store)],
        "promised_today": [
            {**entry, "amount_fen": entry["amount_fen"]} for entry in visits.promised_for(store, day.isoformat())
        ],
        "returning_soon": cases.returning_by(store, (day + RETURNING_SOON).isoformat()),
        "not_exported": waiting.not_exported,
        "not_acknowledged": waiting.not_acknowledged,
    }
    status |= dict(zip(("next", "next_reason"), _next(status), strict=True))
    result = in_yuan(status)
    if not isinstance(result, dict):
        raise TypeError(result)
    return result


def _unfinished(visit: dict[str, Any]) -> dict[str, Any]:
    return {"case_id": visit["case_id"], "visit_id": visit["visit_id"], "started_at": visit["started_at"]}


def _next(status: dict[str, Any]) -> tuple[str | None, str]:
    if status["unfinished"]:
        return f"visitcli visit {status['unfinished'][0]['case_id']}", "unfinished"
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
