"""`visitcli hold`: why nobody goes to a case, set and lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.domain.holds import Hold

Case = Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)]


def list_(ctx: typer.Context, case: Case) -> None:
    from visitcli.app import holding

    desk: Desk = ctx.obj
    case_id, standing, lifted = holding.holds_of(desk.runtime, case)
    if desk.terminal.json:
        keys = ("code", "since", "until", "reason", "cleared_at", "cleared_by", "cleared_reason")
        past = [{key: row[key] for key in keys} for row in lifted]
        desk.terminal.document({"case_id": case_id, "holds": [_document(hold) for hold in standing], "cleared": past})
        return
    if not standing:
        desk.terminal.out(desk.words("hold.nothing", case_id=case_id))
    for hold in standing:
        desk.terminal.out(_line(desk, hold))
    for row in lifted:
        said = {key: row[key] or "" for key in ("cleared_reason", "code")}
        desk.terminal.out(
            desk.words(
                "hold.lifted_line",
                date=row["cleared_at"][:10],
                hold=label(desk, said["code"]),
                by=desk.words(f"hold.by.{row['cleared_by']}"),
                reason=said["cleared_reason"],
            )
        )


def set_(
    ctx: typer.Context,
    case: Case,
    code: Annotated[str, typer.Argument(metavar="CODE")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
    until: Annotated[str, typer.Option("--until", metavar="DATE")] = "",
) -> None:
    from visitcli.app import holding

    desk: Desk = ctx.obj
    hold = holding.set_hold(desk.runtime, case, code, until=until, reason=reason)
    if desk.terminal.json:
        desk.terminal.document(_document(hold))
    else:
        desk.terminal.out(desk.words("hold.set_done", line=_line(desk, hold)))


def clear(
    ctx: typer.Context,
    case: Case,
    code: Annotated[str, typer.Argument(metavar="CODE")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
    permit: Annotated[list[str] | None, typer.Option("--code", metavar="CODE")] = None,
) -> None:
    from visitcli.app import holding

    desk: Desk = ctx.obj
    lifted = holding.clear_hold(desk.runtime, case, code, reason=reason, codes=tuple(permit or ()))
    if desk.terminal.json:
        desk.terminal.document({"cleared": [_document(hold) for hold in lifted]})
        return
    for hold in lifted:
        desk.terminal.out(desk.words("hold.cleared", hold=label(desk, hold.code)))


def label(desk: Desk, code: str) -> str:
    """What a hold is called: a code of the case file's, or a stop condition's."""
    from visitcli.app import scripts

    return desk.words.get(f"field.hold.{code}", "") or scripts.rest_label(code, desk.words.language)


def _line(desk: Desk, hold: Hold) -> str:
    until = desk.words("hold.until", date=hold.until.isoformat()) if hold.until else desk.words("hold.for_good")
    return desk.words(
        "hold.line",
        code=hold.code,
        hold=label(desk, hold.code),
        until=until,
        origin=desk.words(f"hold.from.{hold.origin}"),
        by=desk.words(f"hold.by.{hold.may_clear}"),
        reason=hold.reason,
    ).rstrip()


def _document(hold: Hold) -> dict[str, Any]:
    return {
        "code": hold.code,
        "since": hold.since.isoformat() if hold.since else None,
        "until": hold.until.isoformat() if hold.until else None,
        "reason": hold.reason,
        "source": hold.origin,
        "may_clear": hold.may_clear,
    }
