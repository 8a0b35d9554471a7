"""From what was recorded to the rows of the package: one visit's record and journal, or one contact.

The audit follows the shape of ODK's audit.csv (https://docs.getodk.org/form-audit-log/): times in epoch milliseconds,
`start` of a question is the end of the event before it. The first time of a visit is the wall clock's, the ones after
it are counted on, so that a clock set anew does not bend a duration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from visitcli.domain.money import yuan
from visitcli.domain.script import Question, Script
from visitcli.domain.session import Event, Session, apply
from visitcli.domain.texts import NOTHING, Bilingual
from visitcli.formats.package import media_path

Rows = dict[str, list[dict[str, Any]]]

_ODK_EVENTS = {
    "begun": "form start",
    "answered": "question",
    "passed": "question",
    "paused": "form exit",
    "resumed": "form resume",
    "closed": "form finalize",
    "reopened": "change reason",
}
_AS_RECORDED = (
    "who_opened", "identity", "introduction", "ability", "vehicle_seen", "customer_words", "complaint",
    "complaint_words", "mood", "next_step", "next_date", "remark", "script_id", "script_version", "status",
)  # fmt: skip


def rows_of_visit(
    visit: Mapping[str, Any], script: Script, events: Iterable[Event], media: Sequence[Mapping[str, Any]]
) -> Rows:
    """The rows of one finished visit by the name of their table.

    `visit`: a row of `store.visits` with its record. `events`: its journal; what comes after the closing that made the
    record is left out. `media`: {question, type, sha256, bytes, suffix, original_name, at, state} of each file.
    """
    record, journal = visit["record"], until_closing(script, events)
    frame = {"record_id": visit["visit_id"], "revision": visit["revision"]}
    with_case = {**frame, "case_id": visit["case_id"]}
    rows: Rows = {
        "visits": [{**with_case, **_visit(visit, script, journal)}],
        "answers": _answers(record["answers"], script, media),
        "promises": _promises(record, script),
        "offers": _offers(record["offers"], script),
        "media": [_media(file) for file in media],
        "audit": _audit(script, journal),
    }
    return {table: [{**with_case, **row} for row in found] for table, found in rows.items()}


def rows_of_contact(contact: Mapping[str, Any]) -> Rows:
    """The one row of a call, message or letter (`store.visits.CONTACT`)."""
    names = ("case_id", "at", "by", "result", "note")
    row = {name: contact[name] for name in names}
    return {"contacts": [{**row, "record_id": contact["contact_id"], "revision": 1, "agent_id": contact["agent"]}]}


def rows_of_hold(hold: Mapping[str, Any]) -> Rows:
    """The one row of a hold that was set or lifted here (`store.holds.HOLD`)."""
    names = ("case_id", "code", "since", "until", "reason", "visit_id", "cleared_at", "cleared_by", "cleared_reason")
    row = {name: hold[name] for name in names}
    row |= {"record_id": hold["hold_id"], "revision": 2 if hold["cleared_at"] else 1}
    return {"holds": [{**row, "agent_id": hold["agent"], "set_at": hold["at"]}]}


def until_closing(script: Script, events: Iterable[Event]) -> list[Event]:
    """The events up to the one that closed the visit last: a correction not yet finished stays at home, and so does
    what was typed and not saved."""
    session, journal, end = Session(script=script), list(events), 0
    for index, event in enumerate(journal):
        before, session = session.is_closed, apply(session, event)
        if session.is_closed and not before:
            end = index + 1
    return [event for event in journal[:end] if event.kind != "drafted"]


def _visit(visit: Mapping[str, Any], script: Script, journal: Sequence[Event]) -> dict[str, Any]:
    record = visit["record"]
    stop, position = record["stop"] or {}, record["position"] or {}
    outcome = script.outcome_by_name.get(record["outcome"] or "")
    stopped = script.stop_by_code.get(stop.get("code", ""))
    return {
        **{name: record[name] for name in _AS_RECORDED},
        "agent_id": record["agent"],
        "partner": record["partner"],
        "started_at": record["started_at"],
        "ended_at": record["ended_at"],
        **_labelled("outcome", record["outcome"], outcome.label if outcome else NOTHING),
        **_labelled("stop", stop.get("code"), stopped.label if stopped else NOTHING),
        "stop_reason": stop.get("reason"),
        "stops": " ".join(item["code"] for item in record["stops"]),
        "reasons": " ".join(record["reasons"]),
        "notes": "\n".join(record["notes"]),
        "latitude": position.get("lat"),
        "longitude": position.get("lon"),
        "position_crs": "wgs84" if position else None,
        "outside_hours": bool(journal and journal[0].payload.get("outside_hours")),
        "correction_reason": record["corrections"][-1] if record["corrections"] else None,
        "script_sha256": visit["script_sha256"],
    }


def _labelled(name: str, code: object, label: Bilingual) -> dict[str, Any]:
    return {name: code, f"{name}_zh": label.zh, f"{name}_en": label.en}


def _answers(answers: Mapping[str, Any], script: Script, media: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    files = {file["question"]: media_path(file["sha256"], file["suffix"]) for file in media}
    rows = []
    for seq, (name, value) in enumerate(answers.items(), start=1):
        question = script.by_name[name]
        row = {"seq": seq, "name": name, "part": question.part, "type": question.type}
        row |= {"question_zh": question.label.zh, "question_en": question.label.en}
        label = _label(question, value)
        rows.append({**row, "value": files.get(name) or _value(value), "label_zh": label.zh, "label_en": label.en})
    return rows


def _value(value: object) -> str:
    """As XLSForm writes it: several choices stand with a space between them."""
    return " ".join(value) if isinstance(value, list) else str(value)


def _label(question: Question, value: object) -> Bilingual:
    chosen = value if isinstance(value, list) else [value]
    labels = [choice.label for choice in question.choices if choice.name in chosen]
    return Bilingual("；".join(label.zh for label in labels), "; ".join(label.en for label in labels))


def _choice(script: Script, question: str, name: str) -> Bilingual:
    asked = script.by_name.get(question)
    return _label(asked, name) if asked else NOTHING


def _promises(record: Mapping[str, Any], script: Script) -> list[dict[str, Any]]:
    promise = record["promise"]
    if promise is None:
        return []
    channel = promise["channel"]
    row = {"amount": yuan(promise["amount_fen"]), "currency": "CNY", "due_date": promise["due_date"]}
    row |= {"instalments": promise["instalments"], "made_at": record["started_at"]}
    return [{**row, **_labelled("channel", channel, _choice(script, "promise_channel", channel))}]


def _offers(offers: Sequence[Mapping[str, Any]], script: Script) -> list[dict[str, Any]]:
    return [
        {
            "seq": seq,
            **_labelled("offer", offer["kind"], _choice(script, "offered", offer["kind"])),
            "offered": offer["offered"],
            "agreed": offer["agreed"],
        }
        for seq, offer in enumerate(offers, start=1)
    ]


def _media(file: Mapping[str, Any]) -> dict[str, Any]:
    names = ("question", "type", "state", "sha256", "bytes", "original_name")
    path = media_path(file["sha256"], file["suffix"]) if file["state"] == "included" else None
    return {**{name: file[name] for name in names}, "path": path, "attached_at": file["at"]}


def _audit(script: Script, journal: Sequence[Event]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    known: dict[str, str] = {}
    user, before = "", None
    for event in journal:
        user = str(event.payload.get("agent") or user)
        at = _epoch_ms(event.at)
        row: dict[str, Any] = {"event": _ODK_EVENTS.get(event.kind, event.kind), "start": at, "user": user}
        if event.kind in ("answered", "passed"):
            row |= {"start": at if before is None else before, "end": at, **_change(script, event, known)}
        rows.append(row | _words_of(event))
        rows += [{**row, "event": "override", **said} for said in _overrides(event)]
        before = at
    return [{**row, "seq": seq} for seq, row in enumerate(rows, start=1)]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _overrides(event: Event) -> list[dict[str, Any]]:
    """The rules that were set aside when the visit began: which, by whom, and why."""
    return [
        {
            "node": f"/rules/{override['rule']}",
            "new-value": override["by"],
            "change-reason": override["reason"] + (f" (until {override['until']})" if override.get("until") else ""),
        }
        for override in _listed(event.payload.get("overrides"))
    ]


def _change(script: Script, event: Event, known: dict[str, str]) -> dict[str, Any]:
    name = str(event.payload["name"])
    new = _value(event.payload["value"]) if event.kind == "answered" else ""
    row: dict[str, Any] = {"node": f"/data/{name}", "old-value": known.get(name), "new-value": new}
    known[name] = new
    question = script.by_name.get(name)
    if question is not None and question.type == "geopoint" and new:
        row["latitude"], row["longitude"] = new.split()
    return row


def _words_of(event: Event) -> dict[str, Any]:
    payload = event.payload
    match event.kind:
        case "stopped":
            return {"node": "/data/stop", "new-value": payload["code"], "change-reason": payload.get("reason")}
        case "reopened":
            return {"change-reason": payload.get("reason")}
        case "noted":
            return {"new-value": payload["text"]}
        case _:
            return {}


def _epoch_ms(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
