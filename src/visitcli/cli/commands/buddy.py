"""`visitcli buddy`: who waits for word from the agent, and what they do when none comes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from visitcli.cli.desk import Desk
from visitcli.domain.errors import UsageError


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("buddy.bad_date", value=text[:40]) from error


def buddy(
    ctx: typer.Context,
    day: Annotated[str, typer.Option("--date", metavar="DATE")] = "",
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE")] = None,
) -> None:
    from visitcli.app import buddying

    desk: Desk = ctx.obj
    words = desk.words
    found = buddying.sheet(desk.runtime, _date(day))
    if html is not None:
        from visitcli.formats.buddy_sheet import page

        phones = (found.agent_phone, found.supervisor_phone)
        text = page(found.day, found.agent, found.partner, phones, found.points, words, words.language)
        buddying.write(html.expanduser(), text)
    if desk.terminal.json:
        points = [
            {
                "seq": point.seq,
                "address": point.place,
                "arrive": point.arrive.isoformat(),
                "due": point.due.isoformat(),
                "steps": [{"step": step, "at": at.isoformat()} for step, at in point.steps],
            }
            for point in found.points
        ]
        document = {"date": found.day.isoformat(), "agent": found.agent, "partner": found.partner or None}
        desk.terminal.document({**document, "checkpoints": points, "html": str(html) if html else None})
        return
    desk.terminal.out(words("buddy.title", date=found.day.isoformat()))
    for point in found.points:
        desk.terminal.out(f"{point.seq:>2}  {point.arrive:%H:%M}  {words('buddy.due', at=f'{point.due:%H:%M}')}")
        desk.terminal.out(f"    {point.place}")
    for step, at in found.points[0].steps:
        minutes = round((at - found.points[0].due).total_seconds() / 60)
        desk.terminal.out(words("buddy.ladder", minutes=minutes, step=words(f"buddy.step.{step}")))
    desk.terminal.note(words("buddy.written", file=str(html)) if html else words("buddy.give"))
    if not found.agent_phone or not found.supervisor_phone:
        desk.terminal.note(words("buddy.no_phones"))
