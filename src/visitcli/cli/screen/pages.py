"""What stands on each page, as blocks from top to bottom; how they fall into lines is the drawing's business."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from visitcli.cli.screen import reading
from visitcli.cli.screen.asking import KEYS, Asking
from visitcli.cli.screen.controller import REASONS, Controller
from visitcli.cli.screen.field import Field
from visitcli.cli.screen.state import Page
from visitcli.domain.feedback import promise
from visitcli.domain.money import yuan_grouped
from visitcli.domain.script import MEDIA, PARTS, Part, Question

SHOWN_PATHS = 12


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. `lead` stands before its first line, the others are indented by as much; `gap`: a blank line above
    where there is room. `cursor`: it is a line being typed, with the cursor at that character."""

    text: str
    style: str = ""
    lead: str = ""
    lead_style: str = "key"
    gap: bool = False
    cursor: int | None = None


def page(controller: Controller) -> list[Block]:
    """The blocks of the page that is shown."""
    return list(_PAGES[controller.page](controller))


def part_shown(controller: Controller) -> Part:
    """Which of the four parts the visit is in."""
    due = controller.session.next
    if controller.asking:
        return controller.asking.question.part
    return controller.visit.script.by_name[due].part if due else PARTS[-1]


def _question(controller: Controller) -> Iterator[Block]:
    asking, words = controller.asking, controller.words
    if asking is None:
        return
    question = asking.question
    if question.say:
        yield Block(words("screen.quoted", text=controller.text(question.say)), "say", words("screen.say"), "hint")
    optional = "" if question.required or question.insist else words("screen.optional")
    yield Block(controller.text(question.label) + optional, "label", gap=True)
    if question.hint:
        yield Block(controller.text(question.hint), "hint")
    last = controller.last_time(question)
    if last:
        yield Block(last, "hint", words("screen.last_time"), "hint")
    if asking.attached:
        key = "screen.taken_off" if asking.taken_off else "screen.attached"
        yield Block(words(key, name=controller.spoken(question, asking.recorded)), "part")
    if asking.typing:
        form = "path" if question.type in MEDIA else question.type
        if words.has(f"screen.form.{form}"):
            yield Block(words(f"screen.form.{form}"), "hint")
        yield from _line(controller, asking.field)
    else:
        yield from _choices(controller, asking)
    if question.type in MEDIA:
        yield from _paths(controller)


def _choices(controller: Controller, asking: Asking) -> Iterator[Block]:
    many = asking.question.type == "select_multiple"
    figures = controller.figures(asking.question)
    if figures.get(""):
        yield Block(figures[""], "loud")
    for index, (key, choice) in enumerate(zip(KEYS, asking.question.choices, strict=False)):
        here = choice.name in asking.chosen if many else choice.name == asking.recorded
        mark = (" [x] " if here else " [ ] ") if many else (" > " if here else "   ")
        figure = figures.get(choice.option, "") if choice.option else ""
        text = "  ".join(part for part in (controller.text(choice.label), figure) if part)
        yield Block(text, "chosen" if here else "", key + mark, gap=index == 0)


def _line(controller: Controller, field: Field) -> Iterator[Block]:
    yield Block(field.text, "input", "> ", gap=True, cursor=field.cursor)


def _paths(controller: Controller) -> Iterator[Block]:
    names = [path.rstrip("/").rpartition("/")[2] + "/" * path.endswith("/") for path in controller.offered]
    if names:
        more = controller.words("screen.more_paths", count=len(names) - SHOWN_PATHS) if len(names) > SHOWN_PATHS else ""
        yield Block("  ".join(names[:SHOWN_PATHS]) + more, "hint")


def _answers(controller: Controller) -> Iterator[Block]:
    yield Block(controller.words("screen.answers.title"), "label")
    by_name = controller.visit.script.by_name
    yield from _by_part(controller, [(key, by_name[name]) for key, name in _keyed(controller.session.trail)])


def _keyed(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(KEYS[index] if index < len(KEYS) else " ", name) for index, name in enumerate(names)]


def _by_part(controller: Controller, rows: list[tuple[str, Question]]) -> Iterator[Block]:
    words, answers = controller.words, controller.session.answers
    part = None
    for key, question in rows:
        if question.part != part:
            part = question.part
            yield Block(words(f"screen.part.{part}"), "part", gap=True)
        spoken = controller.spoken(question, answers.get(question.name)) or words("screen.no_answer")
        text = words("screen.answer", label=controller.text(question.label), answer=spoken)
        yield Block(text, "", f"{key}  " if key else "  ")


def _stops(controller: Controller) -> Iterator[Block]:
    yield Block(controller.words("screen.stops.title"), "label")
    for index, (key, stop) in enumerate(controller.stops):
        yield Block(controller.text(stop.label), "", f"{key}  ", gap=index == 0)


def _stop(controller: Controller) -> Iterator[Block]:
    stop, words = controller.stop, controller.words
    if stop is None:
        return
    yield Block(controller.text(stop.label), "label")
    if stop.say:
        yield Block(
            words("screen.quoted", text=controller.text(stop.say)), "loud", words("screen.say"), "hint", gap=True
        )
    else:
        yield Block(words("screen.say_nothing"), "loud", gap=True)
    yield Block(words(f"screen.effect.{stop.effect}"), "hint", gap=True)
    if stop.ask_reason:
        yield Block(words("screen.reason"), "label", gap=True)
        for digit in REASONS:
            yield Block(words(f"screen.reason.{digit}"), "", f"{digit}  ")
    if stop.note:
        yield Block(controller.text(stop.note) + words("screen.optional"), "label", gap=True)
    if stop.ask_reason or stop.note:
        yield from _line(controller, controller.reason)


def _readback(controller: Controller) -> Iterator[Block]:
    session, words, script = controller.session, controller.words, controller.visit.script
    yield Block(words("screen.readback.title"), "label")
    outcome = script.outcome_by_name.get(session.outcome or "")
    if outcome:
        yield Block(controller.text(outcome.label), "part", words("screen.outcome"), "hint")
    if session.stop and session.stop.code in script.stop_by_code:
        stopped = script.stop_by_code[session.stop.code]
        yield Block(controller.text(stopped.label), "part", words("screen.stopped"), "hint")
    if session.unasked:
        yield Block(words("screen.no_position"), "hint")
    yield from _promise(controller)
    answered = [script.by_name[name] for name in session.trail if name in session.answers]
    yield from _by_part(controller, [("", question) for question in answered])
    for index, (key, question) in enumerate(controller.later):
        if index == 0:
            yield Block(words("screen.later"), "label", gap=True)
        yield Block(controller.text(question.label), "", f"{key}  ")


def _card(controller: Controller) -> Iterator[Block]:
    card = controller.card
    if card is None:
        return
    yield Block(controller.text(card.label), "loud")
    for index, line in enumerate(controller.text(card.text).split("\n")):
        yield Block(line, "", "- ", gap=index == 0)


def _promise(controller: Controller) -> Iterator[Block]:
    promised, words = promise(controller.session), controller.words
    if promised:
        amount, due = promised["amount_fen"], reading.spoken_date(str(promised["due_date"]), words)
        spoken = yuan_grouped(amount) if isinstance(amount, int) else ""
        yield Block(words("screen.promise", amount=spoken, date=due), "say", gap=True)


_PAGES: Mapping[Page, Callable[[Controller], Iterator[Block]]] = {
    "question": _question,
    "answers": _answers,
    "stops": _stops,
    "stop": _stop,
    "readback": _readback,
    "card": _card,
}
