"""`visitcli correct`: a finished record put right, as a new revision with its reason."""

from __future__ import annotations

from typing import Annotated

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk


def correct(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")] = "",
    answers: Annotated[str, typer.Option("--answers", metavar="FILE|-")] = "",
    visit_id: Annotated[str, typer.Option("--visit", metavar="ID")] = "",
    lift_stop: Annotated[bool, typer.Option("--lift-stop")] = False,
) -> int:
    from visitcli.app import visiting
    from visitcli.cli import guiding
    from visitcli.cli.asking import line

    desk: Desk = ctx.obj
    visiting.refuse_correction(desk.runtime, case, visit_id)
    source = guiding.source(desk, answers)
    if not reason.strip() and desk.terminal.can_ask:
        reason = line(desk.terminal, desk.words("correct.ask_reason"))
    opened = visiting.reopen(desk.runtime, case, reason, visit_id=visit_id, lift=lift_stop)
    return guiding.guide(desk, opened, source)
