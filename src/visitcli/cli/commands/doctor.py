"""`visitcli doctor`: whether what was recorded is whole and safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.app.keeping import Check
    from visitcli.words import Words

STORE_TROUBLE = 6


def doctor(ctx: typer.Context) -> int:
    from visitcli.app import keeping

    desk: Desk = ctx.obj
    checks = keeping.examine(desk.runtime)
    sound = all(check.ok for check in checks)
    said = [{"name": check.name, "ok": check.ok, "message": _sentence(check, desk.words)} for check in checks]
    if desk.terminal.json:
        desk.terminal.document({"ok": sound, "checks": said})
    else:
        for check in said:
            desk.terminal.out(
                f"{desk.words('doctor.mark.ok' if check['ok'] else 'doctor.mark.bad')} {check['message']}"
            )
        desk.terminal.out(desk.words("doctor.sound" if sound else "doctor.unsound"))
    return 0 if sound else STORE_TROUBLE


def _sentence(check: Check, words: Words) -> str:
    values = dict(check.context)
    code = values.get("code")
    if code:
        values |= {"reason": words(f"{code}.message", **values), "hint": words(f"{code}.hint", **values)}
    return words(f"doctor.{check.name}.{check.problem or 'ok'}", **values)
