"""`visitcli contact`: a call, a message or a letter, recorded so that it counts."""

from __future__ import annotations

from typing import Annotated

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk


def contact(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)],
    by: Annotated[str, typer.Option("--by", metavar="phone|message|letter")],
    result: Annotated[str, typer.Option("--result", metavar="CODE")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT")] = "",
) -> None:
    from visitcli.app import contacting

    desk: Desk = ctx.obj
    recorded = contacting.record(desk.runtime, case, by=by, result=result, note=note)
    if desk.terminal.json:
        desk.terminal.document(recorded)
        return
    words = desk.words
    how = words(f"field.by.{recorded['by']}")
    what = words.get(f"contact.result.{recorded['result']}", recorded["result"])
    desk.terminal.out(words("contact.recorded", case_id=recorded["case_id"], by=how, result=what))
    desk.terminal.note(words("contact.counts"))
