"""`visitcli plan`: which cases on which day, and in which order."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk
from visitcli.domain.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from visitcli.app.planning_files import FileKind

SYSTEMS = ("auto", "wgs84", "gcj02", "bd09")
CEILING_S = 60.0  # when nobody says how long planning may take


def plan(
    ctx: typer.Context,
    date_: Annotated[str, typer.Option("--date", metavar="D")] = "",
    days: Annotated[int | None, typer.Option(metavar="N")] = None,
    now: Annotated[bool, typer.Option("--now")] = False,
    from_: Annotated[str, typer.Option("--from", metavar="HH:MM")] = "",
    until: Annotated[str, typer.Option("--until", metavar="HH:MM")] = "",
    start: Annotated[str, typer.Option("--start", metavar="PLACE")] = "",
    end: Annotated[str, typer.Option("--end", metavar="PLACE")] = "",
    crs: Annotated[str, typer.Option("--crs", metavar="|".join(SYSTEMS))] = "auto",
    include: Annotated[list[str] | None, typer.Option(metavar="CASE", autocompletion=case_numbers)] = None,
    exclude: Annotated[list[str] | None, typer.Option(metavar="CASE", autocompletion=case_numbers)] = None,
    lock: Annotated[list[str] | None, typer.Option(metavar="CASE[@HH:MM]", autocompletion=case_numbers)] = None,
    unlock: Annotated[list[str] | None, typer.Option(metavar="CASE", autocompletion=case_numbers)] = None,
    explain: Annotated[str, typer.Option(metavar="CASE", autocompletion=case_numbers)] = "",
    html: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    gpx: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    geojson: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    ics: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    matrix: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    seed: Annotated[int, typer.Option(metavar="N")] = 1,
    seconds: Annotated[float, typer.Option(metavar="S")] = CEILING_S,
) -> int:
    from visitcli.cli.waiting import interruptible

    desk: Desk = ctx.obj
    if crs not in SYSTEMS:
        raise UsageError("plan.crs", value=crs, known=SYSTEMS)
    if not 0 <= seconds < float("inf"):
        raise UsageError("plan.seconds", value=seconds)
    today = desk.runtime.today()
    day, start_at, end_at = _date(date_, today), _time("--from", from_), _time("--until", until)
    files = _files(html=html, gpx=gpx, geojson=geojson, ics=ics)
    if files and explain:
        raise UsageError("plan.explain_files")
    with interruptible(desk.terminal) as wait:
        wait.show(desk.words("plan.progress", percent=0))  # before anything that takes time, loading the planner too
        from visitcli.app import planning

        found = planning.plan(
            desk.runtime,
            planning.Request(
                date=day,
                days=days,
                now=now,
                start_at=start_at,
                end_at=end_at,
                start=start,
                end=end,
                crs="wgs84" if crs == "auto" else crs,  # type: ignore[arg-type]
                include=tuple(include or ()),
                exclude=tuple(exclude or ()),
                lock=tuple(lock or ()),
                unlock=tuple(unlock or ()),
                matrix=matrix,
                explain=explain,
                seed=seed,
                seconds=seconds,
            ),
            interrupted=wait.interrupted,
            progress=lambda share: wait.show(desk.words("plan.progress", percent=round(share * 100))),
        )
    return _answer(desk, found, files)


def _answer(desk: Desk, found: dict[str, Any], files: dict[FileKind, Path]) -> int:
    """The plan, whatever becomes of its files; the exit status."""
    from visitcli.cli.planning_view import render, spoken
    from visitcli.cli.telling import sentences, tell

    document = spoken(found, desk.words)
    unwritten = _write(desk, document, files) if files else None
    if desk.terminal.json:
        error = {"error": {"code": unwritten.code, **sentences(desk, unwritten)}} if unwritten else {}
        desk.terminal.document({**document, **error})
    elif "explain" in document:
        from visitcli.cli.explain_view import render as render_explanation

        for warning in document["warnings"]:
            desk.terminal.note(warning["message"])
        render_explanation(document["explain"], desk)
    else:
        render(document, desk)
        if unwritten:
            tell(desk, unwritten)
    return unwritten.exit_status if unwritten else 0


def _files(**named: Path | None) -> dict[FileKind, Path]:
    """Where the plan is to be written too, as far as nothing else stands there."""
    files: dict[FileKind, Path] = {kind: path for kind, path in named.items() if path is not None}  # type: ignore[misc]
    if files:
        from visitcli.app.planning_files import refuse_foreign

        refuse_foreign(files)
    return files


def _write(desk: Desk, document: dict[str, Any], files: dict[FileKind, Path]) -> BadInputError | None:
    """Write the files, and name those that were written in the document; what kept the others from it."""
    from visitcli.app.planning_files import write

    def page() -> str:
        from visitcli.formats.day_page import day_page

        return day_page(document, desk.words, made_at=f"{desk.runtime.now():%Y-%m-%d %H:%M}")

    document["files"], unwritten = {}, None
    for kind, path in files.items():
        try:
            document["files"][kind] = write(desk.runtime, document, kind, path, page, desk.words)
        except BadInputError as error:
            unwritten = error
    return unwritten


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
