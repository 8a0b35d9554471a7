"""`visitcli package receipt`: what the office runs on a package that has arrived. It needs no store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visitcli.cli.desk import Desk


def receipt(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE")] = None,
) -> None:
    from visitcli.app import receiving

    desk: Desk = ctx.obj
    received = receiving.receive(desk.runtime, file, to)
    if desk.terminal.json:
        desk.terminal.document(
            {**received.receipt.document, "receipt": str(received.path), "records": received.package.records}
        )
        return
    found = received.package
    desk.terminal.out(str(received.path))
    desk.terminal.note(desk.words("package.whole", count=found.records, media=found.media, package_id=found.package_id))
    desk.terminal.note(desk.words("package.next"))
