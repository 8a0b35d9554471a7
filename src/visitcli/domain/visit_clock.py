"""How long a visit has taken, and when it is time to go: house policy, except for the end of the hours.

The agent is told at a quarter of an hour and at half an hour. After three quarters of an hour, or ten minutes before
nobody may be visited any more, the visit is closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

Notice = Literal["quarter", "half", "long", "hours"]

QUARTER, HALF, LONGEST = (timedelta(minutes=minutes) for minutes in (15, 30, 45))
BEFORE_THE_END = timedelta(minutes=10)
TO_CLOSE: tuple[Notice, ...] = ("long", "hours")
"""The notices at which the visit is to be closed."""


def notice(spent: timedelta, now: datetime, hours_end: datetime | None) -> Notice | None:
    """What the clock says, the most pressing only.

    `spent`: the time at the door so far. `hours_end`: when nobody may be visited any more today, None where no rule
    says so.
    """
    if hours_end is not None and now >= hours_end - BEFORE_THE_END:
        return "hours"
    if spent >= LONGEST:
        return "long"
    if spent >= HALF:
        return "half"
    return "quarter" if spent >= QUARTER else None
