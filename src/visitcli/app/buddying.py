"""`buddy`: the sheet of a day that somebody at home keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from visitcli.app.runtime import Runtime
from visitcli.app.sharing import write_file
from visitcli.domain.buddy import Checkpoint, checkpoints
from visitcli.domain.errors import NotFoundError
from visitcli.store import cases, plans


@dataclass(frozen=True, slots=True)
class Sheet:
    """Who is out with whom on which day, whom to call, and the checkpoints that lie ahead."""

    day: date
    agent: str
    partner: str
    agent_phone: str
    supervisor_phone: str
    points: list[Checkpoint]


def sheet(runtime: Runtime, day: date | None = None) -> Sheet:
    """The sheet of a day's plan, without the stops already made. Raises NotFoundError `buddy.no_plan`,
    `buddy.nothing`."""
    wanted = day or runtime.today()
    ahead = plans.ahead(runtime.store, wanted.isoformat())
    if ahead is None:
        raise NotFoundError("buddy.no_plan", date=wanted.isoformat())
    left = [stop for stop in ahead.stops if stop["case_id"] in ahead.left and stop["status"] != "done"]
    if not left:
        raise NotFoundError("buddy.nothing", date=wanted.isoformat())
    agent, settings = runtime.agent, runtime.settings
    return Sheet(
        day=wanted, agent=agent.name or agent.id, partner=agent.partner, agent_phone=settings.agent_phone,
        supervisor_phone=settings.supervisor_phone, points=checkpoints(_lines(runtime, left)),
    )  # fmt: skip


def write(path: Path, page: str) -> None:
    """Write the page for its owner alone. Raises BadInputError `share.cannot_write`."""
    write_file(path, page.encode())


def _lines(runtime: Runtime, stops: list[dict[str, Any]]) -> Iterator[tuple[int, str, datetime, datetime]]:
    for stop in stops:
        arrive, leave = datetime.fromisoformat(stop["arrive"]), datetime.fromisoformat(stop["leave"])
        yield int(stop["seq"]), _address(runtime, stop), arrive, leave


def _address(runtime: Runtime, stop: dict[str, Any]) -> str:
    body = cases.body(runtime.store, stop["case_id"]) or {}
    found = [address for address in body.get("addresses", ()) if address["kind"] == stop["address_kind"]]
    found.sort(key=lambda address: (address.get("lat"), address.get("lon")) != (stop["lat"], stop["lon"]))
    return str(found[0].get("text") or "") if found else ""
