"""`visitcli export`: the package for the office."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.app.exporting import Exported, Progress


def export(
    ctx: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR")] = None,
    plain: Annotated[bool, typer.Option("--plain")] = False,
) -> None:
    from visitcli.app import exporting

    desk: Desk = ctx.obj
    with _progress(desk) as progress:
        exported = exporting.export(desk.runtime, to, progress, plain=plain)
    if desk.terminal.json:
        desk.terminal.document(_document(exported))
    elif exported.path is None:
        desk.terminal.note(desk.words("export.nothing"))
    else:
        _tell(desk, exported)
        _tell_missing(desk, exported)
        if to is None:
            desk.terminal.note(desk.words("export.elsewhere"))
    if exported.unfinished:
        cases = desk.words("export.case_mark").join(exported.unfinished)
        desk.terminal.note(desk.words("export.unfinished", count=len(exported.unfinished), cases=cases))


def _document(exported: Exported) -> dict[str, Any]:
    return {
        "package": None if exported.path is None else str(exported.path),
        "package_id": exported.package_id,
        "records": exported.records,
        "sha256": exported.sha256,
        "bytes": exported.bytes,
        "envelope": exported.envelope and {**asdict(exported.envelope), "path": str(exported.envelope.path)},
        "missing": [asdict(missing) for missing in exported.missing],
        "unfinished": list(exported.unfinished),
    }


def _tell(desk: Desk, exported: Exported) -> None:
    words, terminal = desk.words, desk.terminal
    terminal.out(str(exported.path))
    size = f"{exported.bytes / 1024:,.0f}" if exported.bytes < 1024**2 else f"{exported.bytes / 1024**2:,.1f}"
    unit = "KB" if exported.bytes < 1024**2 else "MB"
    terminal.note(words("export.written", count=exported.records, size=size, unit=unit))
    if exported.envelope:
        sealed = exported.envelope
        terminal.note(words("export.sealed", sequence=sealed.sequence, sender=sealed.sender))
    else:
        terminal.note(words("export.plain"))
    terminal.note(words("export.next"))


def _tell_missing(desk: Desk, exported: Exported) -> None:
    for missing in exported.missing:
        key = f"export.file_{missing.state}"
        desk.terminal.note(desk.words(key, case_id=missing.case_id, question=missing.question, file=missing.file))


@contextlib.contextmanager
def _progress(desk: Desk) -> Iterator[Progress]:
    """A bar for the files, on a terminal only."""
    if not desk.terminal.shows_progress:
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=desk.terminal.console(desk.terminal.stderr), transient=True) as bar:
        task = bar.add_task(desk.words("export.packing"), total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)
