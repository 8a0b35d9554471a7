"""Which questions lie before and behind the one that is shown, in the order of the script."""

from __future__ import annotations

from visitcli.domain.session import Session


def earlier(session: Session, name: str | None) -> list[str]:
    """The settled questions before this one; before the end of the script for None."""
    order = _order(session)
    here = len(order) if name is None else order[name]
    return [settled for settled in session.trail if order[settled] < here]


def later(session: Session, name: str) -> str | None:
    """The question after this one, never beyond the one that is due."""
    order, due = _order(session), session.next
    known = [*session.trail, *([due] if due else [])]
    return min((one for one in known if order[one] > order[name]), key=order.__getitem__, default=None)


def _order(session: Session) -> dict[str, int]:
    return {question.name: index for index, question in enumerate(session.script.questions)}
