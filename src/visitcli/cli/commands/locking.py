"""`visitcli unlock`, `lock`, `passphrase`: who may open the store, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visitcli.cli.desk import Desk
from visitcli.domain.errors import StoreError


def unlock(ctx: typer.Context, length: Annotated[str, typer.Option("--for", metavar="8h")] = "8h") -> None:
    from visitcli.app import unlocking

    desk: Desk = ctx.obj
    _refuse_unset(desk)
    until, place = unlocking.unlock(desk.runtime, unlocking.span(length))
    if desk.terminal.json:
        desk.terminal.document({"unlocked_until": until.isoformat(), "place": str(place)})
    else:
        desk.terminal.out(desk.words("unlock.done", until=until.strftime("%H:%M")))


def lock(ctx: typer.Context) -> None:
    from visitcli.app import unlocking

    desk: Desk = ctx.obj
    was = unlocking.lock(desk.runtime)
    if desk.terminal.json:
        desk.terminal.document({"locked": True, "was_unlocked": was})
    else:
        desk.terminal.out(desk.words("lock.done" if was else "lock.was"))


def passphrase(
    ctx: typer.Context,
    new_file: Annotated[str | None, typer.Option("--new-file", metavar="FILE")] = None,
    new_code: Annotated[bool, typer.Option("--new-code")] = False,
    key_file_: Annotated[Path | None, typer.Option("--key-file", metavar="FILE")] = None,
) -> None:
    from visitcli.app import unlocking
    from visitcli.cli.secrets import DeskSecrets, first_line
    from visitcli.engines import key_file

    desk: Desk = ctx.obj
    if key_file_ is None:
        _refuse_unset(desk)
    secrets = desk.runtime.secrets
    file = unlocking.take_over(desk.runtime, key_file_) if key_file_ else key_file.read(desk.runtime.home)
    key = desk.runtime.unsealed(file)
    new = first_line(new_file) if new_file else secrets.new() if isinstance(secrets, DeskSecrets) else None
    if new is None:
        raise StoreError("passphrase.none_new")
    code = unlocking.change_passphrase(desk.runtime, file, key, new, renew_code=new_code)
    if desk.terminal.json:
        desk.terminal.document({"changed": True, "recovery_code": code or None})
        return
    desk.terminal.out(desk.words("passphrase.done"))
    if code:
        show_code(desk, code)


def set_up(desk: Desk) -> str | None:
    """Make the key of a new store, asking for a passphrase where a person is there; the recovery code, None where the
    store has its key already. Raises StoreError `key.none_yet`."""
    from visitcli.app import unlocking
    from visitcli.cli.secrets import DeskSecrets

    runtime = desk.runtime
    if unlocking.is_set_up(runtime):
        return None
    if runtime.secrets.given() is None and isinstance(runtime.secrets, DeskSecrets):
        runtime.refuse_keyless_store()
        typed = runtime.secrets.new()
        if typed is not None:
            return runtime.make_key(typed, recoverable=True)[1]
    return runtime.first_key(recoverable=True)[1]


def show_code(desk: Desk, code: str) -> None:
    """The recovery code, once."""
    desk.terminal.note(desk.words("key.code", code=code))


def _refuse_unset(desk: Desk) -> None:
    from visitcli.app import unlocking

    if not unlocking.is_set_up(desk.runtime):
        desk.runtime.refuse_keyless_store()
        raise StoreError("key.none_yet")
