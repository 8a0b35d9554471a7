"""`visitcli office`: what the office does: its keys, and codes that set a rule aside."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from visitcli.cli.desk import Desk
from visitcli.domain.errors import UsageError


def key(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    from visitcli.engines import signing

    desk: Desk = ctx.obj
    public = signing.written(signing.make_key(file.expanduser()))
    if desk.terminal.json:
        desk.terminal.document({"file": str(file), "public_key": public})
        return
    desk.terminal.out(public)
    desk.terminal.note(desk.words("office.key_made", file=str(file), key=public))


def seal_key(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    from visitcli.engines import sealing

    desk: Desk = ctx.obj
    public = sealing.make_key(file.expanduser())
    if desk.terminal.json:
        desk.terminal.document({"file": str(file), "public_key": public})
        return
    desk.terminal.out(public)
    desk.terminal.note(desk.words("office.seal_key_made", file=str(file), key=public))


def recover(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    key: Annotated[Path, typer.Option("--key", metavar="FILE")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE")],
) -> None:
    from visitcli.app import unlocking

    desk: Desk = ctx.obj
    code = unlocking.recover(file, key, to, desk.runtime.random_bytes)
    if desk.terminal.json:
        desk.terminal.document({"file": str(to), "recovery_code": code})
        return
    desk.terminal.out(code)
    desk.terminal.note(desk.words("office.recovered", file=str(to)))


def code(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    rule: Annotated[str, typer.Argument(metavar="RULE")],
    agent: Annotated[str, typer.Option("--agent", metavar="ID")],
    until: Annotated[str, typer.Option("--until", metavar="TIME")],
    key: Annotated[Path, typer.Option("--key", metavar="FILE")],
    since: Annotated[str, typer.Option("--since", metavar="TIME")] = "",
) -> None:
    from visitcli.app.overriding import signed
    from visitcli.app.rule_check import moment_of
    from visitcli.domain.overrides import Permit

    desk: Desk = ctx.obj
    _refuse_unknown_rule(desk, rule)
    if not agent.strip() or not case.strip():
        raise UsageError("office.nobody")
    begins, ends = moment_of(desk.runtime, since), moment_of(desk.runtime, until)
    permit = Permit(agent=agent.strip(), case_id=case.strip(), rule=rule, since=begins, until=ends)
    text = signed(key.expanduser(), permit)
    if desk.terminal.json:
        desk.terminal.document(
            {
                "code": text,
                "case_id": permit.case_id,
                "rule": rule,
                "agent": permit.agent,
                "since": _iso(begins),
                "until": _iso(ends),
            }
        )
        return
    desk.terminal.out(text)
    desk.terminal.note(
        desk.words("office.code_made", case_id=permit.case_id, rule=rule, agent=permit.agent, until=_iso(ends))
    )


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _refuse_unknown_rule(desk: Desk, rule: str) -> None:
    """A code for what nobody may set aside, or for no rule at all, would only be found out at the door."""
    from visitcli.app.overriding import HOLD_RULE
    from visitcli.app.ruling import pack_in_force
    from visitcli.domain.errors import ForbiddenError, NotFoundError

    if rule.startswith(HOLD_RULE) and len(rule) > len(HOLD_RULE):
        return
    known = pack_in_force(desk.runtime).by_id(rule)
    if known is None:
        raise NotFoundError("override.no_rule", value=rule[:80])
    if known.override == "nobody":
        raise ForbiddenError("override.nobody", rule=rule)
