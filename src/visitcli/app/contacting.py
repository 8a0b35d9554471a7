"""Calls, messages and letters that the agent makes: they count for the rules and are exported."""

from __future__ import annotations

import re
from typing import Any

from visitcli.app import lookup
from visitcli.app.ruling import Bench
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import UsageError
from visitcli.domain.rules_check import Finding, check_call
from visitcli.domain.texts import plain_text
from visitcli.store import cases, journal, visits

BY = ("phone", "message", "letter")
RESULTS = (
    "reached", "no_answer", "busy", "switched_off", "wrong_number", "third_person", "promised", "refused", "disputed",
    "hardship", "call_back", "sent", "delivered", "returned", "other",
)  # fmt: skip
NOTE_LIMIT = 4000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def to_mind(runtime: Runtime, case_id: str) -> list[Finding]:
    """What the rules say of one more call to this customer today."""
    bench = Bench(runtime)
    record = bench.record(case_id, cases.body(runtime.store, case_id) or {})
    return check_call(bench.pack, bench.facts(record, runtime.now()))


def record(runtime: Runtime, reference: str, *, by: str, result: str, note: str) -> dict[str, Any]:
    """Record one contact, now. `result`: one of RESULTS, or a code of the office's own (a-z, 0-9, _).

    Raises UsageError `contact.by`, `contact.result`; BadInputError `text.surrogate`, `text.too_long`.
    """
    if by not in BY:
        raise UsageError("contact.by", value=by, known=BY)
    if not _CODE.fullmatch(result):
        raise UsageError("contact.result", value=result, known=RESULTS)
    note = plain_text(note, NOTE_LIMIT, "note")
    case_id = lookup.case_id(runtime, reference)
    at = runtime.now().isoformat(timespec="milliseconds")
    contact = {"contact_id": runtime.new_id(), "by": by, "result": result, "note": note}
    contact |= {"case_id": case_id, "agent": runtime.agent.id, "at": at}

    def save() -> None:
        with runtime.store.transaction():
            visits.add_contact(runtime.store, contact)
            journal.append(
                runtime.store, case_id=case_id, visit_id=None, kind="contacted", at=at, payload=contact,
                random_bytes=runtime.random_bytes,
            )  # fmt: skip

    runtime.store.with_room(save)
    return contact
