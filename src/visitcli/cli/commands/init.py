"""`visitcli init`: who uses this device, and whose rules hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visitcli.cli.desk import Desk


def init(
    ctx: typer.Context,
    agent: Annotated[str | None, typer.Option("--agent", metavar="ID")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME")] = None,
    partner: Annotated[str | None, typer.Option("--partner", metavar="NAME")] = None,
    jurisdiction: Annotated[str | None, typer.Option("--jurisdiction", metavar="cn|us|us-ma|uk|in|au")] = None,
    office_key: Annotated[Path | None, typer.Option("--office-key", metavar="FILE")] = None,
) -> None:
    from visitcli.app import setting_up, unlocking
    from visitcli.cli.commands.locking import set_up, show_code

    desk: Desk = ctx.obj
    code = set_up(desk)
    office = unlocking.let_the_office_in(desk.runtime, office_key) if office_key else ""
    named = {"agent": agent, "name": name, "partner": partner, "jurisdiction": jurisdiction}
    known, changed = setting_up.set_device_up(desk.runtime, named)
    runtime, words = desk.runtime, desk.words
    if desk.terminal.json:
        document = {"agent": known.id, "name": known.name or None, "partner": known.partner or None}
        document |= {"jurisdiction": known.jurisdiction, "home": str(runtime.home)}
        document |= {"settings": str(runtime.settings_path), "recovery_code": code, "office_key": office or None}
        desk.terminal.document({**document, "changed": changed})
        return
    desk.terminal.out(words("init.set" if changed else "init.is"))
    desk.terminal.out(words("init.agent", value=known.id))
    desk.terminal.out(words("init.name", value=known.name or words("cli.none")))
    desk.terminal.out(words("init.partner", value=known.partner or words("cli.none")))
    desk.terminal.out(words("init.rules", value=words(f"init.jurisdiction.{known.jurisdiction}")))
    desk.terminal.out(words("init.home", value=runtime.home))
    desk.terminal.out(words("init.settings", value=runtime.settings_path))
    if office:
        desk.terminal.out(words("init.office_key_set", value=office))
    if not runtime.settings.home_base:
        desk.terminal.out(words("init.home_base"))
    if code:
        show_code(desk, code)
