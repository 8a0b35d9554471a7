"""Holds of a case: the office's, the agent's, and those that visits asked for; set and cleared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from visitcli.app import lookup, scripts
from visitcli.app.overriding import HOLD_RULE, permitted, reason_of
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import ForbiddenError, NotFoundError, UsageError
from visitcli.domain.holds import CLEARED_BY, CODES, Hold
from visitcli.domain.script import MayClear
from visitcli.store import cases, holds, journal, visits


def holds_of(runtime: Runtime, reference: str) -> tuple[str, list[Hold], list[dict[str, Any]]]:
    """The case's number, the holds that stand today or will, and those that were lifted here."""
    case_id = lookup.case_id(runtime, reference)
    today = runtime.today()
    found = [hold for hold in _all(runtime, case_id) if hold.until is None or hold.until >= today]
    return case_id, found, [row for row in holds.of_case(runtime.store, case_id) if row["cleared_at"]]


def _all(runtime: Runtime, case_id: str) -> Iterator[Hold]:
    body = cases.body(runtime.store, case_id) or {}
    for said in body.get("holds", ()):
        yield Hold(
            code=said["code"],
            origin="office",
            may_clear="office",
            since=_date(said.get("since")),
            until=_date(said.get("until")),
            reason=said.get("note", ""),
        )
    for row in holds.of_case(runtime.store, case_id):
        if row["visit_id"] is None and row["cleared_at"] is None:
            yield Hold(
                code=row["code"],
                origin="agent",
                may_clear=CLEARED_BY.get(row["code"], "office"),
                since=_date(row["since"]),
                until=_date(row["until"]),
                reason=row["reason"],
                id=row["hold_id"],
            )
    for rest in visits.resting(runtime.store, case_id):
        yield Hold(
            code=rest["hold_code"],
            origin="visit",
            may_clear=_may_clear(runtime, rest),
            since=date.fromisoformat(rest["ended_at"][:10]),
            until=None if rest["hold_until"] == visits.UNTIL_CLEARED else _date(rest["hold_until"]),
            id=rest["visit_id"],
        )


def _may_clear(runtime: Runtime, rest: Mapping[str, Any]) -> MayClear:
    """Who may lift it, by the script of that visit."""
    script = scripts.of_visit(runtime.store, rest["script_sha256"])
    known = script.stop_by_code.get(rest["hold_code"])
    known_rest = next((one for one in script.rests if one.name == rest["hold_code"]), None)
    named = known or known_rest
    return named.may_clear if named else "office"


def set_hold(runtime: Runtime, reference: str, code: str, *, until: str, reason: str) -> Hold:
    """Keep everybody away from a case. Raises UsageError `hold.code`, `hold.until`, `override.no_reason`, and those of
    `lookup`."""
    case_id = lookup.case_id(runtime, reference)
    if code not in CODES:
        raise UsageError("hold.code", value=code[:40], known=", ".join(CODES))
    today, last = runtime.today(), _until(until)
    if last is not None and last < today:
        raise UsageError("hold.until", value=until)
    row = {
        "hold_id": runtime.new_id(), "case_id": case_id, "code": code, "since": today.isoformat(),
        "until": last.isoformat() if last else None, "reason": reason_of(reason), "agent": runtime.agent.id,
        "at": _stamp(runtime),
    }  # fmt: skip
    with runtime.store.transaction():
        holds.add(runtime.store, row)
        _journal(runtime, case_id, "held", row)
    may_clear = CLEARED_BY[code]
    return Hold(code=code, origin="agent", may_clear=may_clear, since=today, until=last, reason=row["reason"] or "")


def clear_hold(runtime: Runtime, reference: str, code: str, *, reason: str, codes: tuple[str, ...] = ()) -> list[Hold]:
    """Lift every hold of that code which the agent may lift: with a reason; a supervisor's with the office's code too.

    Raises NotFoundError `hold.none`, ForbiddenError `hold.office`, `hold.nobody`, and those of `overriding.permitted`;
    nothing is lifted then.
    """
    case_id, standing, _ = holds_of(runtime, reference)
    wanted = [hold for hold in standing if hold.code == code]
    if not wanted:
        raise NotFoundError("hold.none", case_id=case_id, value=code[:40])
    why = reason_of(reason)
    by = {_cleared_by(runtime, case_id, hold, codes) for hold in wanted}
    at = _stamp(runtime)
    with runtime.store.transaction():
        for hold in wanted:
            _clear(runtime, case_id, hold, at, "supervisor" if "supervisor" in by else "agent", why)
    return wanted


def _cleared_by(runtime: Runtime, case_id: str, hold: Hold, codes: tuple[str, ...]) -> str:
    if hold.may_clear in ("office", "nobody"):
        raise ForbiddenError(f"hold.{hold.may_clear}", case_id=case_id, value=hold.code)
    if hold.may_clear == "supervisor":
        permitted(runtime, case_id, f"{HOLD_RULE}{hold.code}", codes)
    return hold.may_clear


def _clear(runtime: Runtime, case_id: str, hold: Hold, at: str, by: str, why: str) -> None:
    store = runtime.store
    if hold.origin == "agent":
        holds.clear(store, hold.id, at, by, why)
    else:
        row = {
            "hold_id": runtime.new_id(), "case_id": case_id, "visit_id": hold.id, "code": hold.code, "reason": "",
            "since": hold.since.isoformat() if hold.since else None,
            "until": hold.until.isoformat() if hold.until else None,
            "agent": runtime.agent.id, "at": at, "cleared_at": at, "cleared_by": by, "cleared_reason": why,
        }  # fmt: skip
        holds.add(store, row)
    _journal(runtime, case_id, "released", {"code": hold.code, "by": by, "reason": why, "hold": hold.id, "at": at})


def _journal(runtime: Runtime, case_id: str, kind: str, payload: dict[str, Any]) -> None:
    journal.append(
        runtime.store, case_id=case_id, visit_id=None, kind=kind, at=str(payload["at"]), payload=payload,
        random_bytes=runtime.random_bytes,
    )  # fmt: skip


def _until(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError("hold.until", value=text[:40]) from error


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _stamp(runtime: Runtime) -> str:
    return runtime.now().isoformat(timespec="milliseconds")
