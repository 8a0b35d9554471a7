"""What stands beside the questions while a visit is led: the clock of the visit."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import cast

from visitcli.app.ruling import is_agreed, pack_in_force
from visitcli.app.runtime import Runtime
from visitcli.app.visiting import Visit
from visitcli.domain.rules_check import Place, open_hours
from visitcli.domain.visit_clock import Notice, notice

WHOLE_DAY = 24 * 3600


def hours_end(runtime: Runtime, visit: Visit) -> datetime | None:
    """When nobody may be visited there any more today, by the rules in force; None where none of them says so."""
    now = runtime.now()
    place = cast(Place, str(visit.session.begun.get("address_kind") or ""))
    agreed = is_agreed(runtime, visit.case_id, now)
    _, closes = open_hours(pack_in_force(runtime), now.date(), place, agreed=agreed)
    if closes in (0, WHOLE_DAY):
        return None
    return datetime.combine(now.date(), time(), now.tzinfo) + timedelta(seconds=closes)


def on_the_clock(runtime: Runtime, visit: Visit, end: datetime | None) -> Notice | None:
    """What the clock says of the visit now; nothing of a record that is only corrected. `end`: of the hours."""
    if visit.session.corrections:
        return None
    now = runtime.now()
    return notice(visit.session.spent(now), now, end)
