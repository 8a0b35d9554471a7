"""`visitcli config`: what may be set, shown and changed."""

from __future__ import annotations

from typing import Annotated

import typer

from visitcli.cli.desk import Desk


def config(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument()] = None,
    value: Annotated[str | None, typer.Argument()] = None,
) -> None:
    from visitcli.app import setting_up
    from visitcli.domain.settings import by_key, plain, specs

    desk: Desk = ctx.obj
    path, words = desk.runtime.settings_path, desk.words
    if key is not None and value is not None:
        setting_up.change(desk.runtime, key, value, lambda name: words(f"settings.{name}"))
    wanted = list(specs()) if key is None else [by_key(key)]
    settings = desk.runtime.settings
    values = {spec.key: plain(getattr(settings, name)) for name, spec in wanted}
    if desk.terminal.json:
        desk.terminal.document({"file": str(path), "settings": values})
        return
    if key is not None:
        desk.terminal.out(str(values[wanted[0][1].key]))
        desk.terminal.note(words(f"settings.{wanted[0][1].key}"))
        if value is not None:
            desk.terminal.note(words("config.saved", file=path))
        return
    if desk.terminal.narrow:
        for name, shown in values.items():
            desk.terminal.out(f"{name} = {shown}")
            desk.terminal.out(f"  {words(f'settings.{name}')}")
        desk.terminal.note(words("config.file", file=path))
        return
    rows = [(name, shown, words(f"settings.{name}")) for name, shown in values.items()]
    desk.terminal.table([words("config.key"), words("config.value"), words("config.meaning")], rows)
    desk.terminal.note(words("config.file", file=path))
    if unknown := setting_up.unknown_keys(desk.runtime):
        desk.terminal.note(words("config.unknown_in_file", file=path, keys=", ".join(unknown)))
