"""`visitcli visit`: the guided visit, on a terminal or from answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.domain.errors import ForbiddenError

REFUSED = 4


def visit(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)],
    with_: Annotated[str, typer.Option("--with", metavar="NAME")] = "",
    answers: Annotated[str, typer.Option("--answers", metavar="FILE|-")] = "",
    override: Annotated[list[str] | None, typer.Option("--override", metavar="RULE")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")] = "",
    code: Annotated[list[str] | None, typer.Option("--code", metavar="CODE")] = None,
) -> int:
    from visitcli.app import visiting
    from visitcli.app.overriding import Asked
    from visitcli.cli import guiding
    from visitcli.cli.findings import sentence
    from visitcli.domain.errors import ForbiddenError, UnfinishedError

    desk: Desk = ctx.obj
    asked = Asked(tuple(override or ()), reason, tuple(code or ()))
    try:
        partner = with_ or _ask_partner(desk, case)
        admission = visiting.refuse_forbidden(desk.runtime, case, partner, asked)
        source = guiding.source(desk, answers)
        guiding.refuse_unknown(source, visiting.script_for(desk.runtime, case))
        if source is None and not _sure(desk, case):
            raise UnfinishedError("visit.declined", case_id=case)
        opened = visiting.begin(desk.runtime, case, partner, asked)
    except ForbiddenError as error:
        return _refused(desk, error, as_line=answers == "-")
    for warning in admission.warnings if admission and not desk.terminal.json else ():
        desk.terminal.note(desk.words("visit.mind", reason=sentence(warning.code, warning.context, desk.words)))
    return guiding.guide(desk, opened, source)


def _sure(desk: Desk, case: str) -> bool:
    """What a person is asked before the screen: the company once, and whether a second visit today is meant."""
    from visitcli.app import visiting
    from visitcli.cli.asking import agreed

    _ask_company(desk)
    if not desk.terminal.can_ask or not visiting.was_visited_today(desk.runtime, case):
        return True
    return agreed(desk.terminal, desk.words("visit.again"))


def _ask_partner(desk: Desk, case: str) -> str:
    from visitcli.app import visiting

    if not desk.terminal.can_ask or not visiting.needs_partner(desk.runtime, case):
        return ""
    from visitcli.cli.asking import line

    return line(desk.terminal, desk.words("visit.ask_partner"))


def _ask_company(desk: Desk) -> None:
    """The company is named at the door; asked once, it is kept in the settings."""
    if desk.runtime.settings.company or not desk.terminal.can_ask:
        return
    from visitcli.app import setting_up
    from visitcli.cli.asking import line

    company = line(desk.terminal, desk.words("visit.ask_company"))
    if company:
        setting_up.change(desk.runtime, "agent.company", company, lambda key: desk.words(f"settings.{key}"))


def _refused(desk: Desk, error: ForbiddenError, *, as_line: bool) -> int:
    """A visit that may not begin: its JSON where a program asked, the reasons in words for a person."""
    findings = error.context.pop("findings", [])
    speaks_json = desk.terminal.json or as_line
    if not findings:
        if not speaks_json:
            raise error
        reasons = [{"code": error.code, "message": desk.words(f"{error.code}.message", **error.context)}]
    else:
        from visitcli.cli.findings import reported

        reasons = [{**reported(f, desk.words), "code": f.code} for f in findings]  # type: ignore[attr-defined]
        error.context["reasons"] = desk.words("visit.and").join(reason["message"] for reason in reasons)
    if not speaks_json:
        raise error
    empty = {"visit_id": None, "case_id": error.context["case_id"], "status": "refused", "next": None}
    desk.terminal.document({**empty, "outcome": None, "stop": None, "reasons": reasons}, one_line=as_line)
    return REFUSED
