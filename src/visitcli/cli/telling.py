"""An error put into the user's words."""

from __future__ import annotations

from visitcli.cli.desk import Desk
from visitcli.domain.errors import VisitcliError


def sentences(desk: Desk, error: VisitcliError) -> dict[str, str]:
    """`message`: what is wrong and where, the bare code where nobody has a sentence for it. `hint`: what to do, ""
    where there is nothing to say."""
    context = {key: _spoken(value) for key, value in error.context.items()}
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


def _spoken(value: object) -> object:
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else value
