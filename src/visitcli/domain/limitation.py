"""The limitation period of a loan (诉讼时效): until when the office can still sue, where it has not said so itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import MAXYEAR, date
from typing import Any

PERIOD_YEARS = 3
"""民法典 (Civil Code of the PRC) art. 188."""


def reckoned(loan: Mapping[str, Any]) -> date | None:
    """The earliest day on which the period can end by what the case file says; None without the loan's last day.

    `loan`: the case's loan as stored, dates ISO. A debt in instalments runs from the due date of the last one
    (art. 189); a payment begins the period anew (art. 195). What else interrupts it (a demand that reached the
    customer, an acknowledgement, a suit) is the office's to know, so that the true day may be later, never earlier,
    unless the loan was called in before its end.
    """
    if not loan.get("end_date"):
        return None
    begins = max(date.fromisoformat(loan[key]) for key in ("end_date", "last_payment_date") if loan.get(key))
    if begins.year + PERIOD_YEARS > MAXYEAR:  # 9999-12-31 stands in some files for a loan without an end
        return None
    try:
        return begins.replace(year=begins.year + PERIOD_YEARS)
    except ValueError:  # 29 February
        return date(begins.year + PERIOD_YEARS, 3, 1)
