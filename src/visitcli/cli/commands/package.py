"""`visitcli package`: what the office runs on a package that has arrived. It needs no store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.app.receiving import Verified

File = Annotated[Path, typer.Argument(metavar="FILE")]
Key = Annotated[Path | None, typer.Option("--key", metavar="FILE")]
Sender = Annotated[str, typer.Option("--sender", metavar="KEY")]
LedgerFile = Annotated[Path | None, typer.Option("--ledger", metavar="FILE")]
Skip = Annotated[bool, typer.Option("--skip-missing")]


def verify(
    ctx: typer.Context,
    file: File,
    key: Key = None,
    sender: Sender = "",
    ledger: LedgerFile = None,
    skip_missing: Skip = False,
) -> None:
    from visitcli.app import receiving

    desk: Desk = ctx.obj
    found = receiving.verify(file, receiving.Means(key, sender, ledger, skip_missing))
    if desk.terminal.json:
        desk.terminal.document(_document(found))
        return
    _tell(desk, found)


def open_(
    ctx: typer.Context,
    file: File,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR")] = None,
    key: Key = None,
    sender: Sender = "",
    ledger: LedgerFile = None,
    skip_missing: Skip = False,
) -> None:
    from visitcli.app import receiving

    desk: Desk = ctx.obj
    found, path = receiving.open_(file, to, receiving.Means(key, sender, ledger, skip_missing))
    if desk.terminal.json:
        desk.terminal.document({**_document(found), "package": str(path)})
        return
    desk.terminal.out(str(path))
    _tell(desk, found)


def receipt(
    ctx: typer.Context,
    file: File,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE")] = None,
    key: Key = None,
    sender: Sender = "",
    ledger: LedgerFile = None,
    skip_missing: Skip = False,
) -> None:
    from visitcli.app import receiving

    desk: Desk = ctx.obj
    received = receiving.receive(desk.runtime, file, to, receiving.Means(key, sender, ledger, skip_missing))
    if desk.terminal.json:
        desk.terminal.document(
            {**received.receipt.document, "receipt": str(received.path), "records": received.package.records}
        )
        return
    desk.terminal.out(str(received.path))
    _tell(desk, received.package)
    desk.terminal.note(desk.words("package.next"))


def _document(found: Verified) -> dict[str, Any]:
    document = {
        "ok": True,
        "sealed": found.manifest is not None,
        "package_id": found.package_id,
        "sha256": found.sha256,
        "bytes": found.bytes,
        "records": found.records,
        "media": found.media,
    }
    if manifest := found.manifest:
        names = ("agent", "sender", "recipient", "sequence")
        document |= {name: getattr(manifest, name) for name in names} | {"previous": manifest.previous or None}
    return document


def _tell(desk: Desk, found: Verified) -> None:
    words, note = desk.words, desk.terminal.note
    if found.media is not None:
        note(words("package.whole", count=found.records, media=found.media, package_id=found.package_id))
    if manifest := found.manifest:
        values = {"agent": manifest.agent, "sequence": manifest.sequence, "package_id": manifest.package_id}
        note(words("package.genuine", count=found.records, **values))
