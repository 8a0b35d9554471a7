"""Which case is meant: a number, a unique part of one, a customer's name, `#3` or `next`."""

from __future__ import annotations

import unicodedata

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import NotFoundError, UsageError
from visitcli.domain.masking import masked_name
from visitcli.store import cases, plans, visits

SHOWN = 5  # of the cases that a reference could mean


def case_id(runtime: Runtime, reference: str) -> str:
    """The one case that a reference means.

    Raises NotFoundError `cases.not_found`, `cases.no_plan`, `cases.no_such_stop`, `cases.all_done`, and UsageError
    `cases.ambiguous` with the matches.
    """
    wanted = unicodedata.normalize("NFKC", reference).strip()
    if wanted == "next":
        return _next(runtime)
    if wanted.startswith("#") and wanted[1:].isdecimal():
        return _stop(runtime, int(wanted[1:]))
    found = cases.matching(runtime.store, wanted) if wanted else []
    if not found:
        raise NotFoundError("cases.not_found", reference=reference)
    if len(found) > 1:
        matches = [{"case_id": number, "name": masked_name(name)} for number, name in found]
        some = "、".join(f"{number} {masked_name(name)}" for number, name in found[:SHOWN])
        raise UsageError("cases.ambiguous", reference=reference, count=len(found), some=some, matches=matches)
    return found[0][0]


def _stops(runtime: Runtime) -> dict[int, str]:
    """The number of each stop of today's plan."""
    stops = plans.stops(runtime.store, runtime.today().isoformat())
    if stops is None:
        raise NotFoundError("cases.no_plan", date=runtime.today().isoformat())
    return {stop["seq"]: stop["case_id"] for stop in stops}


def _stop(runtime: Runtime, number: int) -> str:
    stops = _stops(runtime)
    if number not in stops:
        raise NotFoundError("cases.no_such_stop", number=number, count=len(stops))
    return stops[number]


def _next(runtime: Runtime) -> str:
    """The visit that was left open, else the first stop of today's plan that is not done."""
    for visit in visits.unfinished(runtime.store):
        if visit["record"] is None:
            return str(visit["case_id"])
    ahead = plans.ahead(runtime.store, runtime.today().isoformat())
    if ahead is None:
        raise NotFoundError("cases.no_plan", date=runtime.today().isoformat())
    if not ahead.left:
        raise NotFoundError("cases.all_done", count=len(ahead.stops))
    return ahead.left[0]
