"""A plan's files: where they may be written, and that they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from visitcli.app.runtime import Runtime
from visitcli.app.sharing import share, write_file
from visitcli.domain.errors import UsageError
from visitcli.files import open_at_once

FileKind = Literal["html", "gpx", "geojson", "ics"]
MARKS: Mapping[FileKind, bytes] = {
    "html": b"<!doctype html",
    "gpx": b"<gpx",
    "geojson": b'"FeatureCollection"',
    "ics": b"BEGIN:VCALENDAR",
}
"""What stands near the beginning of each, in small letters or as it is."""

LOOKED_AT = 512


def refuse_foreign(files: Mapping[FileKind, Path]) -> None:
    """A file of the same kind is replaced, as every morning's is; any other that stands there is left alone.

    Raises UsageError `plan.foreign_file` and `plan.same_file`, before anything is planned.
    """
    if len({_target(path) for path in files.values()}) < len(files):
        raise UsageError("plan.same_file", files=sorted(str(path) for path in files.values()))
    for kind, path in files.items():
        begins = _beginning(path)
        if begins and MARKS[kind].lower() not in begins.lower():
            raise UsageError("plan.foreign_file", file=str(path), kind=kind)


def _target(path: Path) -> Path:
    """Where writing would put it, by whatever way it is named; what is no name stays as it is (writing will say)."""
    try:
        whole = path.expanduser()
        return whole.parent.resolve() / whole.name
    except (OSError, RuntimeError, ValueError):
        return path


def _beginning(path: Path) -> bytes:
    """Of what stands there; nothing where nothing does, or nobody can read it (writing will say why)."""
    try:
        descriptor, _ = open_at_once(path.expanduser())
    except (OSError, RuntimeError, ValueError):
        return b""
    try:
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(LOOKED_AT)
    except OSError:
        return b""


def write(
    runtime: Runtime,
    plan: Mapping[str, Any],
    kind: FileKind,
    path: Path,
    page: Callable[[], str],
    say: Callable[..., str],
) -> str:
    """Write the plan (the contract's document, spoken) to a file of this kind and give its whole path. `page` makes the
    HTML, `say` is the catalogue. Raises BadInputError `share.cannot_write`."""
    if kind == "html":
        write_file(path, page().encode())
    else:
        share(runtime, plan, kind, path, say)
    return str(path.expanduser().absolute())
