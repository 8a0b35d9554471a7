"""`visitcli legal`: the papers of a case for the legal route."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk


def legal(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)],
    to: Annotated[Path, typer.Option("--to", metavar="DIR")],
) -> None:
    from visitcli.app import legal as papers

    desk: Desk = ctx.obj
    words = desk.words
    written = papers.write(desk.runtime, case, to, words, words.language)
    found = written.reckoned
    if desk.terminal.json:
        desk.terminal.document(
            {
                "case_id": written.case_id,
                "folder": str(written.folder),
                "files": dict(written.files),
                "limitation": {
                    "office": written.office_date.isoformat() if written.office_date else None,
                    "reckoned": found.ends.isoformat() if found else None,
                    "steps": [
                        {
                            "date": step.act.day.isoformat(),
                            "kind": step.act.kind,
                            "effect": step.effect,
                            "until": step.until.isoformat(),
                        }
                        for step in (found.steps if found else ())
                    ],
                },
            }
        )
        return
    desk.terminal.out(words("legal.written", folder=str(written.folder), count=len(written.files)))
    if written.office_date:
        desk.terminal.out(words("legal.readme.office", date=written.office_date.isoformat()))
    if found:
        desk.terminal.out(words("legal.readme.reckoned", date=found.ends.isoformat()))
    desk.terminal.note(words("legal.readme.lawyer"))
