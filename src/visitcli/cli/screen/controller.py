"""What each key does. Nothing here draws, and nothing here knows the script: the session says what comes next.

Keys are single characters, or the names `enter backspace delete tab escape left right up down pageup pagedown home
end` and `c-b` for Ctrl-B.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

from visitcli.cli.screen import attached, reading, way
from visitcli.cli.screen.advice import NOTHING_BESIDE, TIME_OVER, Advice, Beside
from visitcli.cli.screen.asking import KEYS, Asking, half_width
from visitcli.cli.screen.drafts import Drafts
from visitcli.cli.screen.field import Field
from visitcli.cli.screen.saying import refusal
from visitcli.cli.screen.speaking import Speaking
from visitcli.cli.screen.state import Note, Page, Result, Viewport, Visit
from visitcli.domain.errors import VisitcliError
from visitcli.domain.script import MEDIA, Stop
from visitcli.domain.script_cards import Card
from visitcli.words import Words

REASONS = ("1", "2", "3", "4")  # screen.reason.<digit>
_PAUSE = ("c-p", "c-c", "sigint")


class Controller(Speaking):
    """The visit on the screen. `result` is set once the screen is to close."""

    def __init__(self, visit: Visit, words: Words, beside: Beside = NOTHING_BESIDE) -> None:
        super().__init__(visit, words, beside)
        self.result: Result | None = None
        self.page: Page = "question"
        self.asking: Asking | None = None
        self.stop: Stop | None = None
        self.card: Card | None = None
        self.reason = Field()
        self.note: Note | None = None
        self.offered: list[str] = []  # what Tab found
        self.viewport = Viewport()
        self._drafts = Drafts(visit)
        self._advice = Advice(visit.session, words, beside)
        self._pause_asked = False
        resumed = bool(self.session.trail)
        self._go_on()
        if resumed and self.result is None and self.note is None:
            self._say("info", words("screen.resumed", count=len(self.session.trail)))

    def hang_up(self) -> None:
        """The terminal is gone, or the program is to end: pause without a question."""
        with contextlib.suppress(Exception):
            self._drafts.write_down(self.asking)
        with contextlib.suppress(Exception):
            self.visit.pause()
        self.result = self.result or "paused"

    def keep_typed(self) -> None:
        """Write down a longer text that is not saved yet, lest it be lost with the terminal; now and then called."""
        if self.result is None:
            self._attempt(lambda: self._drafts.write_down(self.asking))

    def paste(self, text: str) -> None:
        """Text pasted into a line; elsewhere it is nothing, lest it press keys."""
        field = self.field
        if field is not None:
            field.insert(text)
            self._remark(field)

    def press(self, key: str) -> None:
        """Take one key."""
        if self.result is not None or self._answers_the_pause(key):
            return
        field = self.field
        if field is None:
            key = half_width(key)
        if key in _PAUSE or (key == "c-d" and not (field and field.text)):
            self._pause()
        elif key == "c-x":
            self._turn_to("stops")
        elif key == "c-l" and self.page in ("question", "readback"):
            self._turn_to("answers")
        else:
            self._on_page[self.page](self, "delete" if key == "c-d" else key)
        if self.session.is_closed and self.result is None:  # by this key, or by another window
            self._go_on()

    # Pausing --------------------------------------------------------------------------------------------------

    def _pause(self) -> None:
        if self.page == "question" and self.asking and self.asking.edited and not self._pause_asked:
            self._pause_asked = True
            self._say("info", self.words("screen.unsaved"))
            return
        with contextlib.suppress(VisitcliError):  # what was answered is durable with or without this event
            self.visit.pause()
        self.result = "paused"

    def _answers_the_pause(self, key: str) -> bool:
        """With something unsaved: Enter saves it and pauses; the same key again pauses; another key takes it back."""
        if not self._pause_asked or key in _PAUSE:
            return False
        self._pause_asked, self.note = False, None
        if key != "enter":
            return key == "escape"
        before = self.asking
        self._submit()
        if self.asking is not before and self.result is None:
            self._pause()
        return True

    # Going about ----------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """To what the session says comes next."""
        self.card = None
        status = self.session.status
        if status == "completed" or status == "stopped":
            self.result = status
        elif card := self._advice.card(self.session):
            self.card = card
            self._turn_to("card")
        elif self.session.next is None:
            self.asking = None
            self._turn_to("readback")
        else:
            self._show(self.session.next)
            self._close_in_time()

    def _close_in_time(self) -> None:
        """Over time, the way out is put before the next question; Esc leads back to it."""
        if self._advice.asks_to_close(self.session):
            self.stop, self.reason = self.visit.script.stop_by_code[TIME_OVER], Field()
            self._turn_to("stop")

    @property
    def banner(self) -> str:
        """What the clock says, on every page; "" for nothing."""
        return self._advice.banner(self.session)

    def _remark(self, field: Field) -> None:
        """Words to think over are remarked upon as they are typed; what was typed stays."""
        remark = self._advice.remark(self.session, field.text) if field is self.field else ""
        if remark and (self.page == "stop" or (self.asking and self.asking.question.type == "text")):
            self._say("info", remark)

    def _show(self, name: str) -> None:
        self._drafts.put_away(self.asking)
        self.asking = self._drafts.take_up(self.visit.script.by_name[name])
        self._turn_to("question")
        if self.asking.restored:
            self._say("info", self.words("screen.restored"))

    def _turn_to(self, page: Page) -> None:
        self.page, self.viewport, self.offered, self.note = page, Viewport(), [], None

    def _back(self) -> None:
        earlier = way.earlier(self.session, self.asking.question.name if self.asking else None)
        if earlier:
            self._show(earlier[-1])
        else:
            self._say("info", self.words("screen.first"))

    def _forward(self) -> None:
        """One question on, never beyond the one that is due."""
        if not self.asking or self.asking.question.name not in self.session.trail:
            return
        later = way.later(self.session, self.asking.question.name)
        if later:
            self._show(later)
        else:
            self._drafts.put_away(self.asking)
            self._go_on()

    def _scrolled(self, key: str, *, back: bool = True) -> bool:
        """Take a scrolling key; going up from the top is going back, unless something is being written there."""
        page = max(self.viewport.height - 1, 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, " ": page}
        if key not in steps:
            return False
        moved = self.viewport.move(steps[key])
        if back and not moved and steps[key] < 0 and self.page in ("question", "readback"):
            self._back()
        return True

    # The pages ------------------------------------------------------------------------------------------------

    def _on_question(self, key: str) -> None:
        asking = self.asking
        if asking is None:
            return
        idle = not asking.typing or not asking.field.text
        if key == "c-b" or (key == "left" and idle):
            self._back()
        elif key == "c-f" or (key == "right" and idle):
            self._forward()
        elif key == "enter":
            self._submit()
        elif asking.typing:
            self._type(asking, key)
        else:
            self._pick(asking, key)

    def _pick(self, asking: Asking, key: str) -> None:
        name = asking.choice(key)
        if name is None:
            self._scrolled(key)
        elif asking.question.type == "select_multiple":
            asking.toggle(name)
            self.note = None
        elif name == asking.recorded:
            self._go_on()
        else:
            self._record(name)

    def _type(self, asking: Asking, key: str) -> None:
        if key == "tab" and asking.question.type in MEDIA:
            self._complete(asking.field)
        elif key == "backspace" and asking.attached and not asking.field.text:
            asking.taken_off = not asking.taken_off
            self.note = None
        else:
            asking.give_way(key)
            if not self._edited(asking.field, key):
                self._scrolled(key, back=not asking.field.text)

    def _edited(self, field: Field, key: str) -> bool:
        """Take a key that writes, or that moves within what is written; False where it is none."""
        step = {"up": -1, "down": 1}.get(key)
        taken = field.press(key) if step is None else field.to_line(step, self.viewport.rows)
        if not taken and len(key) == 1:
            field.insert(key)
            taken = True
        if taken:
            self.note, self.offered, self.viewport.moved = None, [], False
            self._remark(field)
        return taken

    def _complete(self, field: Field) -> None:
        found = reading.completions(field.text)
        if found:
            field.replace(max(reading.common_beginning(found), field.text, key=len))
        self.offered = found if len(found) > 1 else []
        if not found:
            self._say("info", self.words("screen.no_such_path"))

    def _on_answers(self, key: str) -> None:
        trail = self.session.trail
        index = KEYS.find(key) if len(key) == 1 else -1
        if 0 <= index < len(trail):
            self._show(trail[index])
        elif key in ("escape", "enter", "c-b", "c-l", "left"):
            self._turn_to("question" if self.asking else "readback")
        else:
            self._scrolled(key)

    def _on_stops(self, key: str) -> None:
        chosen = next((stop for at, stop in self.stops if at == key), None)
        if chosen is not None:
            self.stop, self.reason = chosen, Field()
            self._turn_to("stop")
        elif key in ("escape", "c-b", "left"):
            self._turn_to("card" if self.card else "question" if self.asking else "readback")
        else:
            self._scrolled(key)

    def _on_stop(self, key: str) -> None:
        stop = self.stop
        if stop is None or key in ("escape", "c-b"):
            self._turn_to("stops")
        elif key == "enter":
            self._carry_out(stop)
        elif stop.ask_reason and half_width(key) in REASONS and not self.reason.text:
            self.reason.replace(self.words(f"screen.reason.{half_width(key)}"))
            self.note = None
        elif self.field is None or not self._edited(self.reason, key):
            self._scrolled(key)

    def _on_readback(self, key: str) -> None:
        if key == "enter":
            self._attempt(self.visit.close)
        elif key in ("c-b", "left"):
            self._back()
        elif added := dict(self.later).get(key):
            self._show(added.name)
        else:
            self._scrolled(key)

    def _on_card(self, key: str) -> None:
        if key in ("enter", "escape", "right", "c-f"):
            self._go_on()
        else:
            self._scrolled(key)

    _on_page: Mapping[Page, Callable[[Controller, str], None]] = {
        "question": _on_question,
        "answers": _on_answers,
        "stops": _on_stops,
        "stop": _on_stop,
        "readback": _on_readback,
        "card": _on_card,
    }

    @property
    def field(self) -> Field | None:
        """The line that is being typed now; None where keys choose."""
        if self.page == "stop" and self.stop and (self.stop.ask_reason or self.stop.note):
            return self.reason
        if self.page == "question" and self.asking and self.asking.typing:
            return self.asking.field
        return None

    # Recording ------------------------------------------------------------------------------------------------

    def _submit(self) -> None:
        asking = self.asking
        if asking is None:
            return
        if not asking.edited and asking.settled:
            self._go_on()
        elif asking.question.type == "select_one" or asking.empty:
            self._pass_over(asking)
        elif asking.question.type == "select_multiple":
            self._record(list(asking.chosen))
        elif self._no_doubt(asking):
            today = date.fromisoformat(self.visit.values["today"])
            value = self._attempt(lambda: reading.value_of(asking.question, asking.field.text, today))
            if value is not None:
                self._record(value)

    def _no_doubt(self, asking: Asking) -> bool:
        """A table is never a photo; what only does not look like one is asked about once."""
        kind, typed = asking.question.type, asking.field.text
        doubt = attached.doubt(kind, reading.path(typed)) if kind in MEDIA else ""
        if not doubt or (doubt == "unlike" and asking.sure_of == typed):
            return True
        asking.sure_of = typed
        self._say("error", self.words(f"screen.{doubt}.{kind}"))
        return False

    def _pass_over(self, asking: Asking) -> None:
        if asking.question.required or asking.question.insist:
            key = "screen.required" if asking.typing else "screen.required_choice"
            self._say("error", self.words(key))
            return
        name = asking.question.name
        self._saved(self._attempt(lambda: self.visit.pass_over(name)), self.words("screen.passed"))

    def _record(self, value: object) -> None:
        if self.asking is None:
            return
        question = self.asking.question
        seq = self._attempt(lambda: self.visit.answer(question.name, value))
        shown = question.type in ("date", "decimal", "integer")
        spoken = self.spoken(question, self.session.answers.get(question.name)) if shown else ""
        self._saved(seq, spoken)

    def _carry_out(self, stop: Stop) -> None:
        reason = self.reason.text.strip()
        if stop.ask_reason and not reason:
            self._say("error", self.words("screen.reason_missing"))
            return
        self._saved(self._attempt(lambda: self.visit.stop(stop.code, reason)), self.text(stop.label))

    def _saved(self, seq: object, what: str) -> None:
        if not isinstance(seq, int):
            return
        if self.page == "question":
            self.asking = None  # recorded: no draft of it is kept
        self._go_on()
        if self.result is None:
            text = self.words("screen.saved", seq=seq)
            self._say("saved", text + (self.words("screen.saved_what", what=what) if what else ""))

    def _attempt(self, action: Callable[[], object]) -> object:
        """Do it; what can go wrong is said below the line, and what was typed stays."""
        try:
            return action()
        except VisitcliError as error:
            self._say("error", self._sentence(error))
        except Exception as error:
            from visitcli.store.database import explain

            known = explain(error)
            if known is None:
                raise
            self._say("error", self._sentence(known))
        return None

    def _sentence(self, error: VisitcliError) -> str:
        question = self.asking.question if self.page == "question" and self.asking else None
        return refusal(error, question, self.words, self.text)

    def _say(self, kind: Literal["saved", "error", "info"], text: str) -> None:
        self.note = Note(kind, text)
