"""Holds (暂停上门): why nobody goes to a case for a while, and who may lift them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from visitcli.domain.case import HoldCode
from visitcli.domain.script import MayClear

CODES: tuple[HoldCode, ...] = get_args(HoldCode)
Origin = Literal["office", "agent", "visit"]

CLEARED_BY: Mapping[str, MayClear] = {
    "complaint": "supervisor",
    "dispute": "office",
    "represented": "office",
    "vulnerable": "supervisor",
    "deceased": "office",
    "no_visits": "supervisor",
    "court_stay": "office",
    "other": "supervisor",
}
"""Who may lift a hold that an agent has set. One of the case file's is the office's alone: its next file lifts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold: from `since` to `until` inclusive, None: always, until somebody lifts it. `id`: of the hold set here, or
    of the visit that it came from; "" for the case file's."""

    code: str
    origin: Origin
    may_clear: MayClear
    since: date | None = None
    until: date | None = None
    reason: str = ""
    id: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether it stands on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
