"""Sharing: a plan as files for maps, navigation and calendars."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError
from visitcli.files import part_of, put
from visitcli.store import calendar

Format = Literal["gpx", "geojson", "ics"]


def share(runtime: Runtime, plan: Mapping[str, Any], kind: Format, path: Path, say: Callable[..., str]) -> None:
    """Write a plan (the contract's document) to a file, whole or not at all and for its owner only.

    What stands there is replaced. What the calendar was told is kept after its file is there, and not before.
    `say`: the catalogue. Raises BadInputError `share.cannot_write`.
    """
    if kind == "gpx":
        from visitcli.formats.gpx import gpx

        write_file(path, gpx(plan, say))
    elif kind == "geojson":
        from visitcli.formats.geojson import geojson

        write_file(path, geojson(plan))
    else:
        _calendar(runtime, plan, path, say)


def _calendar(runtime: Runtime, plan: Mapping[str, Any], path: Path, say: Callable[..., str]) -> None:
    from visitcli.formats.ics import ics

    before = calendar.written(runtime.store, [day["date"] for day in plan["days"]])
    content, after = ics(plan, say, agent=runtime.agent.id, before=before, now=runtime.now())
    write_file(path, content)
    calendar.save(runtime.store, after.values())


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner only. Raises BadInputError `share.cannot_write`."""
    try:
        target = path.expanduser().absolute()
        if target.exists() and not target.is_file():  # a device, a pipe: nothing to put a file in the place of
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        with part_of(target.parent) as (part, stream):
            stream.write(content)
            put(part, stream, target)
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: ~nobody; ValueError: NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError("share.cannot_write", file=str(path), reason=reason) from error
