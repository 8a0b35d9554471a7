"""`visitcli init`: who uses this device, and whose rules hold."""

from __future__ import annotations

from typing import Annotated

import typer

from visitcli.cli.desk import Desk
from visitcli.domain.errors import UsageError


def init(
    ctx: typer.Context,
    agent: Annotated[str | None, typer.Option("--agent", metavar="ID")] = None,
    partner: Annotated[str | None, typer.Option("--partner", metavar="NAME")] = None,
    jurisdiction: Annotated[str | None, typer.Option("--jurisdiction", metavar="cn|us|us-ma|uk|in|au")] = None,
) -> None:
    from visitcli.app.runtime import JURISDICTIONS
    from visitcli.store import device

    desk: Desk = ctx.obj
    if jurisdiction is not None and jurisdiction not in JURISDICTIONS:
        raise UsageError("init.jurisdiction", value=jurisdiction, known=JURISDICTIONS)
    named = {"agent": agent, "partner": partner, "jurisdiction": jurisdiction}
    changes = {key: value.strip() for key, value in named.items() if value is not None}
    if changes.get("agent") == "" or any(len(value) > 80 for value in changes.values()):
        raise UsageError("init.bad_name")
    runtime = desk.runtime
    with runtime.store.transaction():
        device.write(runtime.store, changes)
    known = runtime.agent
    document: dict[str, object] = {"agent": known.name, "partner": known.partner or None}
    document |= {
        "jurisdiction": known.jurisdiction,
        "home": str(runtime.home),
        "settings": str(runtime.settings_path),
        "changed": sorted(changes),
    }
    if desk.terminal.json:
        desk.terminal.document(document)
        return
    words = desk.words
    desk.terminal.out(words("init.set" if changes else "init.is"))
    desk.terminal.out(words("init.agent", value=known.name))
    desk.terminal.out(words("init.partner", value=known.partner or words("cli.none")))
    desk.terminal.out(words("init.rules", value=words(f"init.jurisdiction.{known.jurisdiction}")))
    desk.terminal.out(words("init.home", value=runtime.home))
    desk.terminal.out(words("init.settings", value=runtime.settings_path))
    if not runtime.settings.home_base:
        desk.terminal.out(words("init.home_base"))
