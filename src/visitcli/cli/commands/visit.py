"""`visitcli visit`: the guided visit, on a terminal or from answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.app.visiting import Visit
    from visitcli.domain.errors import ForbiddenError

REFUSED = 4


def visit(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)],
    with_: Annotated[str, typer.Option("--with", metavar="NAME")] = "",
    answers: Annotated[str, typer.Option("--answers", metavar="FILE|-")] = "",
) -> int:
    from visitcli.app import visiting
    from visitcli.cli import guiding
    from visitcli.domain.errors import ForbiddenError

    desk: Desk = ctx.obj
    source = guiding.source(desk, answers)
    partner = with_.strip() or _ask_partner(desk, case)
    if source is None:
        _ask_company(desk)
    try:
        opened = visiting.begin(desk.runtime, case, partner)
    except ForbiddenError as error:
        return _refused(desk, error)
    _notes(desk, opened)
    return guiding.guide(desk, opened, source)


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
    from visitcli.cli.asking import line
    from visitcli.engines import settings_file

    company = line(desk.terminal, desk.words("visit.ask_company"))
    if company:
        path, words = desk.runtime.settings_path, desk.words
        settings_file.write(path, "agent.company", company, lambda key: words(f"settings.{key}"))
        desk.runtime.__dict__.pop("settings", None)


def _refused(desk: Desk, error: ForbiddenError) -> int:
    findings = error.context.pop("findings", [])
    if not findings:
        if not desk.terminal.json:
            raise error
        reasons = [{"code": error.code, "message": desk.words(f"{error.code}.message", **error.context)}]
    else:
        reasons = [{"code": f.code, "message": _sentence(desk, f)} for f in findings]  # type: ignore[attr-defined]
        error.context["reasons"] = desk.words("visit.and").join(reason["message"] for reason in reasons)
    if not desk.terminal.json:
        raise error
    empty = {"visit_id": None, "case_id": error.context["case_id"], "status": "refused", "next": None}
    desk.terminal.document({**empty, "outcome": None, "stop": None, "reasons": reasons})
    return REFUSED


def _sentence(desk: Desk, finding: object) -> str:
    code, context = finding.code, dict(finding.context)  # type: ignore[attr-defined]
    words = desk.words
    if code == "held":
        context["hold"] = words(f"field.hold.{context['hold']}")
    if code == "not_open":
        context["status"] = words(f"field.status.{context['status']}")
    if code == "stopped":
        from visitcli.app import scripts

        stop = scripts.shipped().stop_by_code.get(context["stop"])
        context["stop"] = stop.label.get(words.language) if stop else context["stop"]
    until = context.get("until")
    return words(f"visit.against.{code}", **context) + (words("visit.until", until=until) if until else "")


def _notes(desk: Desk, opened: Visit) -> None:
    from visitcli.domain.rules import outside_hours

    if outside_hours(desk.runtime.now()):
        desk.terminal.note(desk.words("visit.outside_hours"))
