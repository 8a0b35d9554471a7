"""What is typed and not saved yet: kept in memory while the agent goes about, a longer text also in the journal.

A phone ends a terminal without a word. What was being written then is offered again when the question is.
"""

from __future__ import annotations

from visitcli.cli.screen.asking import Asking
from visitcli.cli.screen.field import Field
from visitcli.cli.screen.state import Visit
from visitcli.domain.script import Question

LONG = 10  # characters; fewer are soon typed again


class Drafts:
    """The unsaved answers of one visit."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._put_away: dict[str, Asking] = {}

    def put_away(self, asking: Asking | None) -> None:
        """The agent leaves a question with something unsaved."""
        if asking and asking.edited:
            self._put_away[asking.question.name] = asking

    def take_up(self, question: Question) -> Asking:
        """The question as it was left; else with the text of the journal, else with its answer."""
        session, name = self._visit.session, question.name
        proposed = session.answers.get(question.default)
        fresh = Asking.of(question, session.answers.get(name), name in session.trail, str(proposed or ""))
        left = self._put_away.pop(name, None)
        if left and left.recorded == fresh.recorded:
            left.restored = False
            return left
        if question.type == "text" and name in session.drafts:
            fresh.field, fresh.restored = Field.of(session.drafts[name]), True
        return fresh

    def write_down(self, asking: Asking | None) -> None:
        """Bring the journal's draft up to what stands in the line; nothing where it is short or already there.

        Raises what recording raises.
        """
        if asking is None or asking.question.type != "text":
            return
        name = asking.question.name
        text, known = asking.field.text if asking.edited else "", self._visit.session.drafts.get(name, "")
        if text != known and (known or len(text) > LONG):
            self._visit.draft(name, text)
