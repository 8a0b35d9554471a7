"""What stands beside the questions while a visit is led: the clock of the visit."""

from __future__ import annotations

from datetime import datetime

from visitcli.app.runtime import Runtime
from visitcli.app.visiting import Visit
from visitcli.domain.visit_clock import Notice, notice


def on_the_clock(runtime: Runtime, visit: Visit, hours_end: datetime | None = None) -> Notice | None:
    """What the clock says of the visit now; nothing of a record that is only corrected."""
    if visit.session.corrections:
        return None
    now = runtime.now()
    return notice(visit.session.spent(now), now, hours_end)
