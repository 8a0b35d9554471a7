"""`visitcli doctor`: whether what was recorded is whole and safe."""

from __future__ import annotations

import typer

from visitcli.cli.desk import Desk

STORE_TROUBLE = 6


def doctor(ctx: typer.Context) -> int:
    from visitcli.app import keeping

    desk: Desk = ctx.obj
    checks = keeping.examine(desk.runtime)
    sound = all(check.ok for check in checks)
    said = [
        {"name": c.name, "ok": c.ok, "message": desk.words(f"doctor.{c.name}.{c.problem or 'ok'}", **c.context)}
        for c in checks
    ]
    if desk.terminal.json:
        desk.terminal.document({"ok": sound, "checks": said})
    else:
        for check in said:
            desk.terminal.out(
                f"{desk.words('doctor.mark.ok' if check['ok'] else 'doctor.mark.bad')} {check['message']}"
            )
        desk.terminal.out(desk.words("doctor.sound" if sound else "doctor.unsound"))
    return 0 if sound else STORE_TROUBLE
