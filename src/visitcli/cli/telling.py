"""An error put into the user's words."""

from __future__ import annotations

import errno
import os

from visitcli.cli.desk import Desk
from visitcli.domain.errors import VisitcliError


def sentences(desk: Desk, error: VisitcliError) -> dict[str, str]:
    """`message`: what is wrong and where, the bare code where nobody has a sentence for it. `hint`: what to do, ""
    where there is nothing to say."""
    context = {key: _spoken(value) for key, value in error.context.items()}
    if "reason" in context:
        context["reason"] = _reason(desk, str(context["reason"]))
    return {
        "message": desk.words.get(f"{error.code}.message", error.code, **context),
        "hint": desk.words.get(f"{error.code}.hint", "", **context),
    }


def tell(desk: Desk, error: VisitcliError) -> None:
    """The error and its hint, for a person, on stderr."""
    told = sentences(desk, error)
    desk.terminal.note(f"{desk.words('cli.error')}{told['message']}")
    if told["hint"]:
        desk.terminal.note(f"{desk.words('cli.hint')}{told['hint']}")


_REASONS = {
    "": "unknown",
    os.strerror(errno.EACCES): "no_permission",
    os.strerror(errno.EPERM): "no_permission",
    os.strerror(errno.EISDIR): "folder",
    os.strerror(errno.ENOTDIR): "not_a_folder",
    os.strerror(errno.ENOENT): "missing",
    os.strerror(errno.EEXIST): "exists",
    os.strerror(errno.EROFS): "read_only",
    os.strerror(errno.ENOSPC): "full",
    os.strerror(errno.EIO): "disk",
    os.strerror(errno.EINVAL): "not_a_file",
    os.strerror(errno.ENAMETOOLONG): "long_name",
    os.strerror(errno.ELOOP): "links",
}


def _reason(desk: Desk, reason: str) -> str:
    """What the system gives as the reason, in the user's words where it is one that a user can meet."""
    name = _REASONS.get(reason)
    return desk.words(f"cli.reason.{name}") if name else reason


def _spoken(value: object) -> object:
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else value
