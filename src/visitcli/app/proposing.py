"""The next step that the record of a case proposes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from visitcli.app import holding
from visitcli.app.ruling import Bench, Record
from visitcli.app.runtime import Runtime
from visitcli.domain.briefing import NEED, Past, last
from visitcli.domain.next_step import Known, NextStep, proposed
from visitcli.domain.rules_check import Touch
from visitcli.store import cases, visits

LOOK_AHEAD = 60  # days in which the first is sought on which a visit may be


def next_step(runtime: Runtime, case_id: str) -> NextStep:
    """What comes next for this case."""
    body = cases.body(runtime.store, case_id) or {}
    bench, today = Bench(runtime), runtime.today()
    record = bench.record(case_id, body)
    facts = bench.facts(record, runtime.now())
    recorded = [row for row in visits.of_case(runtime.store, case_id) if row["record"] is not None]
    final: dict[str, Any] = recorded[-1]["record"] if recorded else {}
    holds = [hold for hold in holding.holds_of(runtime, case_id)[1] if hold.holds_on(today)]
    ends = [hold.until for hold in holds]
    return proposed(
        Known(
            today=today,
            status=facts.status,
            rests=bool(holds),
            resting_until=None if None in ends else max((end for end in ends if end), default=None),
            outcome=str(recorded[-1]["outcome"] or "") if recorded else "",
            last_visit=date.fromisoformat(recorded[-1]["started_at"][:10]) if recorded else None,
            complaint=bool(final.get("complaint")) or any(hold.code == "complaint" for hold in holds),
            in_need=_in_need(recorded),
            promise_due=facts.promise_due,
            unmet_in_a_row=_unmet(facts.touches),
            days_overdue=body.get("loan", {}).get("days_overdue"),
            limitation=facts.limitation,
            free_from=_free_from(bench, record, today),
            agreed_day=_day(final.get("next_date")),
        )
    )


def _in_need(recorded: list[dict[str, Any]]) -> bool:
    """Whether the last visit heard of hardship and of no way out."""
    if not recorded:
        return False
    past = Past(answers=(recorded[-1]["record"]["answers"],))
    hard = bool(NEED & set(last(past, "reasons") or ())) or last(past, "care") not in (None, "none")
    return hard and last(past, "ability") == "none"


def _unmet(seen: tuple[Touch, ...]) -> int:
    count = 0
    for touch in sorted((touch for touch in seen if touch.by == "visit"), key=lambda touch: touch.day):
        count = count + 1 if touch.met is False else 0
    return count


def _free_from(bench: Bench, record: Record, today: date) -> date | None:
    days = (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD))
    return next((day for day in days if not bench.against_on(record, day)), None)


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
