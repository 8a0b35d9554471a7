"""`visitcli script`: what a visit asks, and what stops it; and whether a script of the office's own is sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.domain.script import Script

UNSOUND = 5


def script(
    ctx: typer.Context,
    file: Annotated[str, typer.Option("--file", metavar="FILE")] = "",
    check: Annotated[bool, typer.Option("--check")] = False,
) -> int:
    from visitcli.app import scripts
    from visitcli.domain.script import describe

    desk: Desk = ctx.obj
    wanted = scripts.read(Path(file)) if file else scripts.shipped()
    if check:
        return _check(desk, wanted)
    if desk.terminal.json:
        desk.terminal.document(describe(wanted, desk.words.language))
    else:
        _write(desk, wanted)
    return 0


def _check(desk: Desk, wanted: Script) -> int:
    """Say what is wrong with a script, in words."""
    from visitcli.domain.script_lint import lint

    problems = [
        {"code": p.code, "where": p.where, "message": desk.words(f"{p.code}.message", where=p.where, **p.context)}
        for p in lint(wanted)
    ]
    if desk.terminal.json:
        desk.terminal.document({"ok": not problems, "problems": problems})
    else:
        for problem in problems:
            desk.terminal.out(problem["message"])
        desk.terminal.note(desk.words("script.unsound" if problems else "script.sound", count=len(problems)))
    return UNSOUND if problems else 0


def _write(desk: Desk, wanted: Script) -> None:
    words, out, language = desk.words, desk.terminal.out, desk.words.language
    out(words("script.title", script_id=wanted.script_id, version=wanted.version))
    part = None
    for question in wanted.questions:
        if question.part != part:
            part = question.part
            out(f"\n{words(f'script.part.{part}')}")
        out(f" {'*' if question.required else ' '} {question.name}  {question.label.get(language)}")
        for choice in question.choices:
            out(f"       {choice.name}  {choice.label.get(language)}")
    out(f"\n{words('script.stops')}")
    for stop in wanted.stops:
        out(f"   {stop.code}  {stop.label.get(language)}  ({words('script.effect.' + stop.effect)})")
