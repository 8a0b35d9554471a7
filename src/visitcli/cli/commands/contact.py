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
    from visitcli.cli.asking import agreed
    from visitcli.cli.findings import reported, sentence
    from visitcli.domain.errors import UnfinishedError

    desk: Desk = ctx.obj
    by, result = _code(desk, "field.by", by, contacting.BY), _code(desk, "contact.result", result, contacting.RESULTS)
    known = result in contacting.RESULTS or not desk.terminal.can_ask
    if not known and not agreed(desk.terminal, desk.words("contact.unknown_result", result=result)):
        raise UnfinishedError("contact.declined", known=contacting.RESULTS)
    recorded = contacting.record(desk.runtime, case, by=by, result=result, note=note)
    findings = contacting.to_mind(desk.runtime, recorded["case_id"]) if by == "phone" else []
    if desk.terminal.json:
        desk.terminal.document({**recorded, "findings": [reported(finding, desk.words) for finding in findings]})
        return
    words = desk.words
    how = words(f"field.by.{recorded['by']}")
    what = words.get(f"contact.result.{recorded['result']}", recorded["result"])
    desk.terminal.out(words("contact.recorded", case_id=recorded["case_id"], by=how, result=what))
    desk.terminal.note(words("contact.counts"))
    for finding in findings:
        desk.terminal.note(words("visit.mind", reason=sentence(finding.code, finding.context, words)))


def _code(desk: Desk, prefix: str, given: str, codes: tuple[str, ...]) -> str:
    """The code that a word of the user's language stands for; anything else as it is."""
    return next((code for code in codes if given == desk.words(f"{prefix}.{code}")), given)
