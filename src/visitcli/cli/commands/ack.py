"""`visitcli ack`: the office's receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visitcli.cli.desk import Desk


def ack(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    from visitcli.app import exporting

    desk: Desk = ctx.obj
    taken = exporting.acknowledge(desk.runtime, file)
    if desk.terminal.json:
        desk.terminal.document(
            {
                "package_id": taken.package_id,
                "records": taken.records,
                "already": taken.already,
                "not_exported": taken.left.not_exported,
                "not_acknowledged": taken.left.not_acknowledged,
            }
        )
        return
    words, left = desk.words, taken.left
    key = "ack.already" if taken.already else "ack.taken"
    desk.terminal.out(words(key, count=taken.records, package_id=taken.package_id))
    if left.not_exported or left.not_acknowledged:
        desk.terminal.out(words("ack.left", new=left.not_exported, sent=left.not_acknowledged))
    else:
        desk.terminal.out(words("ack.nothing_left"))
