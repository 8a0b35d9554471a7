"""What the legal route needs of a case: ledger, contacts, demands, records, and how the limitation period runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Any

from visitcli.app import lookup, scripts
from visitcli.app.ruling import Bench, Record, touches
from visitcli.app.runtime import Runtime
from visitcli.domain.limitation import Act, Reckoning, reckoning
from visitcli.domain.loan import LoanFacts
from visitcli.domain.money import yuan
from visitcli.domain.rules_check import Touch
from visitcli.formats import legal_folder
from visitcli.formats.legal_folder import Sheet
from visitcli.store import cases, visits

Say = Callable[..., str]
Row = Mapping[str, Any]
SENSITIVE = frozenset({"care", "care_words", "care_help", "incident_words", "opinion"})
"""Answers that stay at home: health and distress are sensitive (个人信息保护法 art. 28), opinions are no evidence."""

LOAN = (
    "contract", "lender", "product", "start_date", "end_date", "rate", "penalty_rate", "days_overdue", "overdue_since",
    "instalments_total", "instalments_paid", "instalments_overdue", "last_payment_date",
)  # fmt: skip
AMOUNTS = ("principal_fen", "balance_fen", "overdue_fen", "penalty_fen", "instalment_fen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: the folder, the files with their SHA-256, the limitation date of the office and as reckoned."""

    case_id: str
    folder: Path
    files: Mapping[str, str]
    office_date: date | None
    reckoned: Reckoning | None


def write(runtime: Runtime, reference: str, folder: Path, say: Say, language: str) -> Written:
    """Write the folder of a case. `say`: the sentence for a key, in the user's language.

    Raises as `legal_folder.write` and `lookup` do.
    """
    case_id = lookup.case_id(runtime, reference)
    body = cases.body(runtime.store, case_id) or {}
    record = Bench(runtime).record(case_id, body)
    recorded = [row for row in visits.of_case(runtime.store, case_id) if row["record"] is not None]
    loan = body.get("loan", {})
    reckoned = reckoning(loan, _acts(record, say))
    office = date.fromisoformat(loan["limitation_date"]) if loan.get("limitation_date") else None
    sheets = [
        _ledger(body, say),
        _payments(body, say),
        _contacts(record, recorded, say),
        _demands(record, say),
        _records(runtime, recorded, say, language),
    ]
    if reckoned:
        sheets.append(_limitation(reckoned, say))
    about = {"case_id": case_id, "made_at": runtime.now().isoformat(timespec="seconds"), "agent": runtime.agent.id}
    texts = {"README.txt": _readme(case_id, office, reckoned, about, say)}
    files = legal_folder.write(folder, texts, sheets, dict(_copies(runtime, recorded)), about)
    return Written(case_id=case_id, folder=folder, files=files, office_date=office, reckoned=reckoned)


def _acts(record: Record, say: Say) -> Iterator[Act]:
    """What may have begun the period anew: payments, demands that reached the customer, promises made."""
    for payment in record.body.get("payments", ()):
        if payment.get("paid_date"):
            yield Act(date.fromisoformat(payment["paid_date"]), "payment", say("legal.act.payment"))
    last = record.body.get("loan", {}).get("last_payment_date")
    if last:
        yield Act(date.fromisoformat(last), "payment", say("legal.act.last_payment"))
    for touch in _reached(record):
        yield Act(touch.day, "demand", say(f"legal.by.{touch.by}"))
    for visit in record.been:
        if visit["promise_due"]:
            day = date.fromisoformat(visit["started_at"][:10])
            yield Act(day, "acknowledgement", say("legal.act.promise", date=visit["promise_due"]))


def _reached(record: Record) -> list[Touch]:
    return [touch for touch in touches(record) if touch.met]


def _ledger(body: Row, say: Say) -> Sheet:
    loan = body.get("loan", {})
    rows = [[say(f"legal.loan.{key}"), loan.get(key)] for key in LOAN if loan.get(key) is not None]
    rows += [[say(f"legal.loan.{key}"), yuan(loan[key])] for key in AMOUNTS if loan.get(key) is not None]
    owed = LoanFacts.of(loan).arrears()
    if owed:
        note = say("legal.reckoned") if owed.reckoned else ""
        for key in ("principal", "interest", "penalty", "total"):
            rows.append([say(f"legal.owed.{key}") + note, yuan(getattr(owed, f"{key}_fen"))])
    return Sheet("ledger.csv", [say("legal.column.item"), say("legal.column.value")], rows)


def _payments(body: Row, say: Say) -> Sheet:
    keys = ("due_date", "due_fen", "paid_date", "paid_fen")
    rows = [
        [
            yuan(payment[key]) if key.endswith("_fen") and payment.get(key) is not None else payment.get(key)
            for key in keys
        ]
        for payment in body.get("payments", ())
    ]
    return Sheet("payments.csv", [say(f"legal.column.{key}") for key in keys], rows)


def _contacts(record: Record, recorded: list[dict[str, Any]], say: Say) -> Sheet:
    rows: list[list[object]] = [
        [
            c["at"],
            say(f"legal.by.{c['by']}"),
            c.get("result", ""),
            c.get("who", ""),
            c.get("note", ""),
            say("legal.office"),
        ]
        for c in record.body.get("contacts", ())
    ]
    rows += [
        [c["at"], say(f"legal.by.{c['by']}"), c["result"], c["agent"], c["note"], say("legal.here")]
        for c in record.called
    ]
    rows += [
        [v["started_at"], say("legal.by.visit"), v["record"]["outcome"], v["agent"], "", say("legal.here")]
        for v in recorded
    ]
    columns = ("at", "by", "result", "who", "note", "source")
    return Sheet(
        "contacts.csv", [say(f"legal.column.{key}") for key in columns], sorted(rows, key=lambda row: str(row[0]))
    )


def _demands(record: Record, say: Say) -> Sheet:
    rows = [
        [touch.day.isoformat(), say(f"legal.by.{touch.by}")] for touch in sorted(_reached(record), key=lambda t: t.day)
    ]
    return Sheet("demands.csv", [say("legal.column.at"), say("legal.column.by")], rows)


def _records(runtime: Runtime, recorded: list[dict[str, Any]], say: Say, language: str) -> Sheet:
    rows: list[list[object]] = []
    for visit in recorded:
        script = scripts.of_visit(runtime.store, visit["script_sha256"])
        for name, value in visit["record"]["answers"].items():
            question = script.by_name.get(name)
            if name in SENSITIVE or question is None:
                continue
            chosen = value if isinstance(value, list) else [value]
            labels = {choice.name: choice.label.get(language) for choice in question.choices}
            said = "; ".join(str(labels.get(str(one), one)) for one in chosen)
            label = question.label.get(language) or name
            rows.append([visit["started_at"], visit["agent"], visit["revision"], label, said])
    columns = ("at", "who", "revision", "question", "answer")
    return Sheet("records.csv", [say(f"legal.column.{key}") for key in columns], rows)


def _limitation(found: Reckoning, say: Say) -> Sheet:
    rows = [[found.begins.isoformat(), say("legal.step.begins"), "", ""]]
    for step in found.steps:
        kind, effect = say(f"legal.kind.{step.act.kind}"), say(f"legal.effect.{step.effect}")
        rows.append([step.act.day.isoformat(), f"{kind}: {step.act.what}", effect, step.until.isoformat()])
    rows.append([found.ends.isoformat(), say("legal.step.ends"), "", ""])
    columns = ("day", "act", "effect", "until")
    return Sheet("limitation.csv", [say(f"legal.column.{key}") for key in columns], rows)


def _readme(case_id: str, office: date | None, found: Reckoning | None, about: Row, say: Say) -> str:
    lines = [
        say("legal.readme.title", case_id=case_id, made_at=about["made_at"], agent=about["agent"]),
        say("legal.readme.office", date=office.isoformat()) if office else say("legal.readme.no_office"),
        say("legal.readme.reckoned", date=found.ends.isoformat()) if found else say("legal.readme.not_reckoned"),
        say("legal.readme.files"),
        say("legal.readme.left_out"),
        say("legal.readme.lawyer"),
    ]
    return "\n\n".join(lines) + "\n"


def _copies(runtime: Runtime, recorded: list[dict[str, Any]]) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    for visit in recorded:
        for item in visit["record"]["media"]:
            if item["question"] not in SENSITIVE:
                yield f"attachments/{Path(item['path']).name}", partial(runtime.vault.open, item["path"])
