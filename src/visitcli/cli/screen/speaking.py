"""The script's texts as the screen may show them now: filled, and silent about the debt until identity is confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from visitcli.cli.screen import reading
from visitcli.cli.screen.advice import Beside
from visitcli.cli.screen.asking import KEYS
from visitcli.cli.screen.state import Visit
from visitcli.cli.terminal import clean
from visitcli.domain.expression import Value
from visitcli.domain.script import MEDIA, Question, Stop
from visitcli.domain.session import Session
from visitcli.domain.texts import NEUTRAL_PLACEHOLDERS, Bilingual, fill
from visitcli.words import Words

LEAVE_NOW = "leave_now"


class Speaking:
    """What a visit says in the agent's language."""

    def __init__(self, visit: Visit, words: Words, beside: Beside) -> None:
        self.visit = visit
        self.words = words
        self._beside = beside

    def figures(self, question: Question) -> Mapping[str, str]:
        """What each way out comes to, where the question's choices are such; nothing before identity is confirmed."""
        wanted = self.session.identified and any(choice.option for choice in question.choices)
        return self._beside.figures() if wanted else {}

    @property
    def session(self) -> Session:
        """Where the visit stands."""
        return self.visit.session

    def text(self, text: Bilingual) -> str:
        """A text of the script, filled. Until identity is confirmed nothing of the loan can be filled in."""
        values = self.visit.values
        if not self.session.identified:
            values = {key: value for key, value in values.items() if key in NEUTRAL_PLACEHOLDERS}
        return clean(fill(text.get(self.words.language), values))

    def last_time(self, question: Question) -> str:
        """Last time's answer; words that somebody typed then are held back until identity is confirmed."""
        value = self.visit.last_time.get(question.name)
        if value is None or question.type in MEDIA or not (question.choices or self.session.identified):
            return ""
        return self.spoken(question, value if isinstance(value, str | int | list) else str(value))

    def spoken(self, question: Question, value: Value) -> str:
        """A value as a person reads it; a file by the name that it had."""
        if question.type in MEDIA and isinstance(value, str):
            return clean(self.visit.attached.get(value) or value.rpartition("/")[2])
        return clean(reading.spoken(question, value, self.words))

    @property
    def stops(self) -> list[tuple[str, Stop]]:
        """The stop conditions on offer and their keys, which are the same before and after identity is confirmed.

        Those held back until then come last, so that no key is seen to be missing.
        """
        ordered = sorted(self.visit.script.stops, key=lambda stop: (stop.code != LEAVE_NOW, stop.discloses))
        offered = {stop.code for stop in self.session.offered_stops}
        return [(key, stop) for key, stop in zip(KEYS, ordered, strict=False) if stop.code in offered]

    @property
    def later(self) -> list[tuple[str, Question]]:
        """What may still be added when the record is read back, and its keys."""
        by_name = self.visit.script.by_name
        return [(key, by_name[name]) for key, name in zip(KEYS, self.session.later, strict=False)]
