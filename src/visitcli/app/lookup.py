"""Which case is meant: a number, a unique part of one, a customer's name, `#3` or `next`."""

from __future__ import annotations

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import NotFoundError, UsageError
from visitcli.store import cases, plans, visits


def case_id(runtime: Runtime, reference: str) -> str:
    """The one case that a reference means.

    Raises NotFoundError `cases.not_found`, `cases.no_plan`, `cases.no_such_stop`, `cases.all_done`, and UsageError
    `cases.ambiguous` with the matches.
    """
    wanted = reference.strip()
    if wanted == "next":
        return _next(runtime)
    if wanted.startswith("#") and wanted[1:].isdecimal():
        return _stop(runtime, int(wanted[1:]))
    found = cases.matching(runtime.store, wanted) if wanted else []
    if not found:
        raise NotFoundError("cases.not_found", reference=reference)
    if len(found) > 1:
        raise UsageError("cases.ambiguous", reference=reference, matches=[f"{number} {name}" for number, name in found])
    return found[0][0]


def _stops(runtime: Runtime) -> list[str]:
    stops = plans.stops_of(runtime.store, runtime.today().isoformat())
    if stops is None:
        raise NotFoundError("cases.no_plan", date=runtime.today().isoformat())
    return stops


def _stop(runtime: Runtime, number: int) -> str:
    stops = _stops(runtime)
    if not 1 <= number <= len(stops):
        raise NotFoundError("cases.no_such_stop", number=number, count=len(stops))
    return stops[number - 1]


def _next(runtime: Runtime) -> str:
    unfinished = {visit["case_id"] for visit in visits.unfinished(runtime.store)}
    stops = _stops(runtime)
    done = visits.visited_on(runtime.store, runtime.today().isoformat())
    waiting = [number for number in stops if number in unfinished] + [number for number in stops if number not in done]
    if not waiting:
        raise NotFoundError("cases.all_done", count=len(stops))
    return waiting[0]
