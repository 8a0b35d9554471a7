"""What the agent is told beside the questions: cards when something has come up, the clock, and words to think over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from visitcli.domain.script_cards import Card
from visitcli.domain.session import Session
from visitcli.domain.visit_clock import TO_CLOSE, Notice
from visitcli.domain.wording import Wording
from visitcli.words import Words

TIME_OVER = "time_over"
ANSWERS_LONG = 2  # a reminder of the clock stands for so many answers

Clock = Callable[[], Notice | None]


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the questions. `clock`: what it says of the visit now; `wording`: the phrases that are
    remarked upon while they are typed; `figures`: in words, what each way out comes to by the answers so far, by its
    code, and under "" what holds for all of them."""

    clock: Clock = _nothing
    wording: Wording | None = None
    figures: Callable[[], Mapping[str, str]] = dict


NOTHING_BESIDE = Beside()


class Advice:
    """For one sitting at a visit. What had come up before it began is not told again."""

    def __init__(self, session: Session, words: Words, beside: Beside) -> None:
        self._words, self._clock, self._wording = words, beside.clock, beside.wording
        self._told = set(session.cards)
        self._seen: dict[Notice, int] = {}  # the answers there were when a notice was first seen
        self._asked_to_close = False

    def card(self, session: Session) -> Card | None:
        """The next card that has come up and was not shown; it counts as shown."""
        code = next((code for code in session.cards if code not in self._told), None)
        if code is None:
            return None
        self._told.add(code)
        return next(card for card in session.script.cards if card.code == code)

    def banner(self, session: Session) -> str:
        """What the clock says, "" for nothing: a reminder goes after a while, the end of the time does not."""
        notice = self._clock()
        if notice is None or session.is_closed:
            return ""
        seen = self._seen.setdefault(notice, session.progress.done)
        if notice not in TO_CLOSE and session.progress.done >= seen + ANSWERS_LONG:
            return ""
        return self._words(f"screen.clock.{notice}")

    def asks_to_close(self, session: Session) -> bool:
        """Whether the visit is to be closed now; said once, and only while something is left of the talk."""
        name = session.next
        talking = name is not None and session.script.by_name[name].part != "record"
        if self._asked_to_close or not talking or TIME_OVER not in session.script.stop_by_code:
            return False
        self._asked_to_close = self._clock() in TO_CLOSE
        return self._asked_to_close

    def remark(self, session: Session, text: str) -> str:
        """What there is to say about words being typed, "" for nothing. Nothing is ever refused."""
        if self._wording is None or not text:
            return ""
        if not session.identified and (word := self._wording.speaks_of_debt(text)):
            return self._words("screen.wording.too_early", found="*" * len(word))
        slips = self._wording.slips(text)
        if not slips:
            return ""
        last = slips[-1]
        better = last.phrase.better.get(self._words.language)
        return self._words(f"screen.wording.{last.phrase.kind}", found=last.found, better=better)
