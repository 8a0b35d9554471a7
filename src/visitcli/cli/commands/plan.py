"""`visitcli plan`: which cases today, and in which order."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk
from visitcli.domain.errors import UsageError

SYSTEMS = ("auto", "wgs84", "gcj02", "bd09")
CEILING_S = 60.0  # when nobody says how long planning may take


def plan(
    ctx: typer.Context,
    date_: Annotated[str, typer.Option("--date", metavar="D")] = "",
    from_: Annotated[str, typer.Option("--from", metavar="HH:MM")] = "",
    until: Annotated[str, typer.Option("--until", metavar="HH:MM")] = "",
    start: Annotated[str, typer.Option("--start", metavar="PLACE")] = "",
    end: Annotated[str, typer.Option("--end", metavar="PLACE")] = "",
    crs: Annotated[str, typer.Option("--crs", metavar="|".join(SYSTEMS))] = "auto",
    include: Annotated[list[str] | None, typer.Option(metavar="CASE", autocompletion=case_numbers)] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="CASE", autocompletion=case_numbers)] = None,
    seed: Annotated[int, typer.Option(metavar="N")] = 1,
    seconds: Annotated[float, typer.Option(metavar="S")] = CEILING_S,
) -> None:
    from visitcli.cli.waiting import interruptible

    desk: Desk = ctx.obj
    if crs not in SYSTEMS:
        raise UsageError("plan.crs", value=crs, known=SYSTEMS)
    if not 0 <= seconds < float("inf"):
        raise UsageError("plan.seconds", value=seconds)
    day, start_at, end_at = _date(date_, desk.runtime.today()), _time("--from", from_), _time("--until", until)
    with interruptible(desk.terminal) as wait:
        wait.show(desk.words("plan.progress", percent=0))  # before anything that takes time, loading the planner too
        from visitcli.app import planning

        found = planning.plan(
            desk.runtime,
            planning.Request(
                date=day,
                start_at=start_at,
                end_at=end_at,
                start=start,
                end=end,
                crs="wgs84" if crs == "auto" else crs,  # type: ignore[arg-type]
                include=tuple(include or ()),
                exclude=tuple(exclude or ()),
                seed=seed,
                seconds=seconds,
            ),
            interrupted=wait.interrupted,
            progress=lambda share: wait.show(desk.words("plan.progress", percent=round(share * 100))),
        )
    _answer(desk, found)


def _answer(desk: Desk, found: dict[str, Any]) -> None:
    from visitcli.cli.planning_view import render, spoken

    document = spoken(found, desk.words)
    if desk.terminal.json:
        desk.terminal.document(document)
    else:
        render(document, desk)


def _date(text: str, today: date) -> date:
    words = {"": today, "today": today, "tomorrow": today + timedelta(days=1)}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise UsageError("plan.date", value=text) from error


def _time(option: str, text: str) -> time | None:
    if not text:
        return None
    try:
        return datetime.strptime(text.replace("：", ":"), "%H:%M").time()  # noqa: DTZ007 - a time of day only
    except ValueError as error:
        raise UsageError("plan.time", option=option, value=text) from error
