"""The feedback record of a visit: what the office gets, drawn from the answers by reserved question names.

    who_opened, identity, introduction      who was there, and whether a talk came about
    ability, reasons, vehicle_seen          what was understood
    offered                                 select_multiple of the offers made; `none` is no offer
    agreed                                  select_one; a name of `offered` is what was agreed, others (think_over,
                                            refused) are no agreement
    instalment_count                        integer, with `agreed`
    promise_amount, promise_date            the promise, in yuan; only both together are one
    promise_channel                         how it will be paid
    customer_words, remark                  text
    complaint, complaint_words              `yes` is a complaint
    mood_start, mood_talk, mood_offer, mood the mood at each part (mood.py), the last of them in the record itself
    income, essentials, priority_debts      yuan a month, what the ways out are held against, and
    dependants                              how many people live on it
    next_step, next_date                    what comes next
    position                                geopoint on arrival, WGS-84

A script may leave any of them out, and may ask more: every answer stands in `answers` as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from visitcli.domain.expression import Value
from visitcli.domain.script import MEDIA, Type
from visitcli.domain.session import Session, Stopped

NO_OFFER = "none"
RESERVED_TYPES: Mapping[str, Type] = {
    "who_opened": "select_one",
    "identity": "select_one",
    "introduction": "select_one",
    "ability": "select_one",
    "reasons": "select_multiple",
    "vehicle_seen": "select_one",
    "offered": "select_multiple",
    "agreed": "select_one",
    "instalment_count": "integer",
    "promise_amount": "decimal",
    "promise_date": "date",
    "promise_channel": "select_one",
    "customer_words": "text",
    "remark": "text",
    "complaint": "select_one",
    "complaint_words": "text",
    "mood_start": "select_one",
    "mood_talk": "select_one",
    "mood_offer": "select_one",
    "mood": "select_one",
    "income": "decimal",
    "essentials": "decimal",
    "priority_debts": "decimal",
    "dependants": "integer",
    "next_step": "select_one",
    "next_date": "date",
    "position": "geopoint",
}


def record(session: Session) -> dict[str, object]:
    """The record as plain JSON values; amounts are integer fen under `*_fen`, empty texts are "".

    Keys: `script_id`, `script_version`, `status`, `outcome` (None while unfinished), `stop` (the weightiest, or None),
    `stops`, `agent`, `partner`, `started_at`, `ended_at`, `corrected_at` ("" unless corrected),
    `address_kind` (where it is known), `position` ({lat, lon} or None), the reserved names above,
    `complaint` (bool), `promise` ({amount_fen, due_date, channel, instalments} or None), `offers`
    ([{kind, offered, agreed}]), `answers` (values by question name), `media` ([{question, type, path}]), `notes`,
    `corrections`.
    """
    return {
        **_frame(session),
        **_visit(session),
        "promise": promise(session),
        "offers": offers(session),
        "answers": session.answers,
        "media": media(session),
        "notes": list(session.notes),
        "corrections": list(session.corrections),
    }


def promise(session: Session) -> dict[str, object] | None:
    """What the customer promised: amount in fen, date, channel, number of instalments (None where there are none)."""
    answers = session.answers
    amount, due = answers.get("promise_amount"), answers.get("promise_date")
    if amount is None or due is None:
        return None
    return {
        "amount_fen": _fen(str(amount)),
        "due_date": due,
        "channel": answers.get("promise_channel") or "",
        "instalments": answers.get("instalment_count"),
    }


def offers(session: Session) -> list[dict[str, object]]:
    """What was offered and whether it was agreed; what the customer proposed and got agreed was not offered."""
    offered = _names(session.answers.get("offered"))
    agreed = session.answers.get("agreed")
    question = session.script.by_name.get("offered")
    kinds = [choice.name for choice in question.choices if choice.name != NO_OFFER] if question else []
    return [
        {"kind": kind, "offered": kind in offered, "agreed": kind == agreed}
        for kind in kinds
        if kind in offered or kind == agreed
    ]


def media(session: Session) -> list[dict[str, object]]:
    """The files that were attached, by the question that they answer."""
    by_name = session.script.by_name
    return [
        {"question": name, "type": by_name[name].type, "path": value}
        for name, value in session.answers.items()
        if by_name[name].type in MEDIA
    ]


def _frame(session: Session) -> dict[str, object]:
    return {
        "script_id": session.script.script_id,
        "script_version": session.script.version,
        "status": session.status,
        "outcome": session.outcome,
        "stop": _stopped(session.stop) if session.stop else None,
        "stops": [_stopped(stopped) for stopped in session.stops],
        "agent": str(session.begun.get("agent") or ""),
        "partner": str(session.begun.get("partner") or ""),
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "corrected_at": session.corrected_at,
        **({"address_kind": kind} if (kind := session.begun.get("address_kind")) else {}),
    }


def _visit(session: Session) -> dict[str, object]:
    answers = session.answers
    texts = ("who_opened", "identity", "introduction", "ability", "vehicle_seen", "mood", "next_step", "next_date")
    return {
        **{name: answers.get(name) or "" for name in (*texts, "customer_words", "remark")},
        "reasons": _names(answers.get("reasons")),
        "complaint": answers.get("complaint") == "yes",
        "complaint_words": answers.get("complaint_words") or "",
        "position": _position(answers.get("position")),
    }


def _stopped(stopped: Stopped) -> dict[str, object]:
    return {"code": stopped.code, "reason": stopped.reason, "at": stopped.at}


def _position(value: Value) -> dict[str, float] | None:
    if not isinstance(value, str):
        return None
    lat, lon = value.split()
    return {"lat": float(lat), "lon": float(lon)}


def _names(value: Value) -> list[str]:
    return list(value) if isinstance(value, list) else []


def _fen(yuan: str) -> int:
    """Integer fen of a decimal string that has two places (`answers` holds it to that)."""
    return int(Decimal(yuan) * 100)
