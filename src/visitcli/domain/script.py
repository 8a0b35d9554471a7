"""The script of a visit as data: what is asked, in which order, what stops it, and what it can come to.

A script is a document of plain tables (TOML or JSON): `script_id`, `version`, `[[questions]]`, `[[stops]]`,
`[[outcomes]]`, `[[rests]]`, `[[cards]]` (script_cards.py). Texts are tables with one entry a language:
`label = { zh = "…", en = "…" }`. Unknown keys are refused, so that a slip of the pen cannot switch off a rule.
Whether the script is sound is `script_lint`'s question.

A stop condition has one of four effects on the visit:

- `end`: the visit is over now. Nothing more is asked; what was answered stands.
- `stop_demand`: no more is said of the debt. The questions of the solution part fall away, those already answered
  too, and of understanding those that disclose and have no answer; the record is still made.
- `pause`: collection rests and help comes first: what is left of understanding falls away too, and all of solution.
- `close`: what is not yet answered of understanding and solution falls away; the record is still made.

`hold_days` is for how long nobody goes there again: a number, 0 for not at all, None until somebody clears it.
`may_clear` is who may end that early: `agent` (with a reason), `supervisor`, `office` or `nobody`.

Source of the names `type`, `relevant`, `constraint`, `required`, `hint`: XLSForm, https://xlsform.org/en/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from visitcli.domain import expression as ex
from visitcli.domain.errors import BadInputError
from visitcli.domain.script_cards import Card, read_card
from visitcli.domain.table import Table
from visitcli.domain.texts import NOTHING, Bilingual

Part = Literal["first_contact", "understanding", "solution", "record"]
Type = Literal[
    "text",
    "integer",
    "decimal",
    "date",
    "select_one",
    "select_multiple",
    "image",
    "audio",
    "file",
    "geopoint",
]
Effect = Literal["end", "stop_demand", "pause", "close"]
MayClear = Literal["office", "supervisor", "agent", "nobody"]

PARTS: tuple[Part, ...] = get_args(Part)
TYPES: tuple[Type, ...] = get_args(Type)
EFFECTS: tuple[Effect, ...] = get_args(Effect)
MAY_CLEAR: tuple[MayClear, ...] = get_args(MayClear)
SELECTS = ("select_one", "select_multiple")
MEDIA = ("image", "audio", "file")
UNTIL_CLEARED = "until_cleared"
RESERVED = frozenset({"stop"})  # what an answers file says for a stop condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a question's answers; its place in the list is its digit key. `option`: the way out (domain/options.py)
    whose figures stand beside it, "" for none."""

    name: str
    label: Bilingual
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to find out.

    `relevant`, `constraint`: as written; `relevance`, `condition`: parsed, None where there is none.
    `say`: the sentence that the agent may speak. `ask`: false for what only the device or an answers file gives.
    `insist`: a person at the screen cannot pass it over, though a file of answers may leave it out.
    `later`: not asked in its turn, offered when the record is read back. `default`: the earlier question whose answer
    stands in the line already. `not_before`: "today" on dates that must lie ahead. `discloses`: label, hint or
    sentence speak of the debt.
    """

    name: str
    part: Part
    type: Type
    label: Bilingual
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    relevance: ex.Expression | None = None
    condition: ex.Expression | None = None
    choices: tuple[Choice, ...] = ()
    hint: Bilingual = NOTHING
    say: Bilingual = NOTHING
    constraint_message: Bilingual = NOTHING
    ask: bool = True
    insist: bool = False
    later: bool = False
    default: str = ""
    not_before: Literal["", "today"] = ""
    discloses: bool = False

    @property
    def texts(self) -> tuple[Bilingual, ...]:
        """Everything of this question that can stand on the screen."""
        own = (self.label, self.hint, self.say, self.constraint_message)
        return own + tuple(choice.label for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A condition that ends or narrows the visit. `outcome`: what the visit comes to, "" where the answers say it.

    `ask_reason`: the agent has to give a reason in words. `note`: what the agent may write down with it (the label of
    an optional text), kept as the reason; never beside `ask_reason`. `discloses`: its texts speak of the debt, so it
    is offered only once identity is confirmed. `hold_days`, `may_clear`: see the module.
    """

    code: str
    effect: Effect
    label: Bilingual
    say: Bilingual = NOTHING
    hold_days: int | None = 0
    may_clear: MayClear = "office"
    outcome: str = ""
    ask_reason: bool = False
    note: Bilingual = NOTHING
    discloses: bool = False

    @property
    def texts(self) -> tuple[Bilingual, ...]:
        """Everything of this stop condition that can stand on the screen."""
        return self.label, self.say, self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a visit can come to. The first whose condition holds is the visit's; without one only a stop gives it.

    `default`: holds where nothing before it did.
    """

    name: str
    label: Bilingual
    when: str = ""
    condition: ex.Expression | None = None
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Answers after which nobody goes there for a while, e.g. a disputed account until it is checked.

    `hold_days`, `may_clear`: as with a stop condition.
    """

    name: str
    label: Bilingual
    when: str
    condition: ex.Expression
    hold_days: int | None
    may_clear: MayClear = "office"


@dataclass(frozen=True, kw_only=True)
class Script:
    """A whole script, in the order in which it is asked."""

    script_id: str
    version: str
    questions: tuple[Question, ...]
    stops: tuple[Stop, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    rests: tuple[Rest, ...] = ()
    cards: tuple[Card, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        """The questions by their names."""
        return {question.name: question for question in self.questions}

    @cached_property
    def relevance(self) -> Mapping[str, ex.Test]:
        """What decides whether a question is asked, for those that are not always."""
        return {q.name: ex.compiled(q.relevance) for q in self.questions if q.relevance is not None}

    @cached_property
    def stop_by_code(self) -> Mapping[str, Stop]:
        """The stop conditions by their codes."""
        return {stop.code: stop for stop in self.stops}

    @cached_property
    def outcome_by_name(self) -> Mapping[str, Outcome]:
        """The outcomes by their names."""
        return {outcome.name: outcome for outcome in self.outcomes}


def parse_script(document: Mapping[str, object]) -> Script:
    """The script that a document writes.

    Raises BadInputError with `where` ("questions[3].type") and the code `script.shape`, `script.missing`,
    `script.unknown_key`, `script.value`, `script.name`, `script.duplicate`, `script.not_for_type`,
    `script.placeholder` or `script.expression`.
    """
    table = Table(document, "")
    script = Script(
        script_id=table.name("script_id"),
        version=table.text("version", required=True),
        questions=tuple(_question(item) for item in table.tables("questions", required=True)),
        stops=tuple(_stop(item) for item in table.tables("stops")),
        outcomes=tuple(_outcome(item) for item in table.tables("outcomes")),
        rests=tuple(_rest(item) for item in table.tables("rests")),
        cards=tuple(read_card(item) for item in table.tables("cards")),
    )
    table.finish()
    _distinct("questions", [question.name for question in script.questions])
    _distinct("stops", [stop.code for stop in script.stops])
    _distinct("cards", [card.code for card in script.cards])
    _distinct("outcomes", [outcome.name for outcome in script.outcomes])
    _distinct("stops and rests", [*script.stop_by_code, *(rest.name for rest in script.rests)])
    return script


def describe(script: Script, language: str) -> dict[str, object]:
    """What `script --json` prints, in one language; placeholders stand as they are."""
    return {
        "script_id": script.script_id,
        "version": script.version,
        "questions": [_describe_question(question, language) for question in script.questions],
        "stops": [_describe_stop(stop, language) for stop in script.stops],
        "outcomes": [
            {"name": outcome.name, "label": outcome.label.get(language), "when": outcome.when}
            for outcome in script.outcomes
        ],
        "rests": [
            {
                "name": rest.name,
                "label": rest.label.get(language),
                "when": rest.when,
                "hold_days": rest.hold_days,
                "may_clear": rest.may_clear,
            }
            for rest in script.rests
        ],
        "cards": [
            {
                "code": card.code,
                "label": card.label.get(language),
                "text": card.text.get(language),
                "when": card.when,
                "stop": card.stop,
                "worsening": card.worsening,
            }
            for card in script.cards
        ],
    }


def _describe_question(question: Question, language: str) -> dict[str, object]:
    return {
        "name": question.name,
        "part": question.part,
        "type": question.type,
        "required": question.required,
        "relevant": question.relevant,
        "constraint": question.constraint,
        "choices": [{"name": choice.name, "label": choice.label.get(language)} for choice in question.choices],
        "label": question.label.get(language),
        "hint": question.hint.get(language),
        "say": question.say.get(language),
        "constraint_message": question.constraint_message.get(language),
        "ask": question.ask,
        "insist": question.insist,
        "later": question.later,
        "default": question.default,
        "not_before": question.not_before,
        "discloses": question.discloses,
    }


def _describe_stop(stop: Stop, language: str) -> dict[str, object]:
    return {
        "code": stop.code,
        "effect": stop.effect,
        "label": stop.label.get(language),
        "say": stop.say.get(language),
        "hold_days": stop.hold_days,
        "may_clear": stop.may_clear,
        "outcome": stop.outcome,
        "ask_reason": stop.ask_reason,
        "note": stop.note.get(language),
        "discloses": stop.discloses,
    }


def _question(table: Table) -> Question:
    kind = table.one_of("type", TYPES)
    relevant, relevance = table.expression("relevant")
    constraint, condition = table.expression("constraint")
    question = Question(
        name=table.name("name"),
        part=table.one_of("part", PARTS),
        type=kind,
        label=table.bilingual("label", required=True),
        required=table.flag("required"),
        relevant=relevant,
        constraint=constraint,
        relevance=relevance,
        condition=condition,
        choices=tuple(_choice(item) for item in table.tables("choices", unless=kind not in SELECTS)),
        hint=table.bilingual("hint"),
        say=table.bilingual("say"),
        constraint_message=table.bilingual("constraint_message"),
        ask=table.flag("ask", default=True),
        insist=table.flag("insist"),
        later=table.flag("later"),
        default=table.text("default"),
        not_before=table.one_of("not_before", ("", "today"), default="", unless=kind != "date"),
        discloses=table.flag("discloses"),
    )
    table.finish()
    if question.name in RESERVED:
        raise BadInputError("script.name", where=f"{table.where}.name", value=question.name)
    if question.required and (not question.ask or question.later):
        expected = "ask = true, later = false"
        raise BadInputError("script.value", where=f"{table.where}.required", value="true", expected=expected)
    return question


def _choice(table: Table) -> Choice:
    choice = Choice(name=table.name("name"), label=table.bilingual("label", required=True), option=table.text("option"))
    table.finish()
    return choice


def _stop(table: Table) -> Stop:
    stop = Stop(
        code=table.name("code"),
        effect=table.one_of("effect", EFFECTS),
        label=table.bilingual("label", required=True),
        say=table.bilingual("say"),
        hold_days=_hold_days(table),
        may_clear=table.one_of("may_clear", MAY_CLEAR, default="office"),
        outcome=table.text("outcome"),
        ask_reason=table.flag("ask_reason"),
        note=table.bilingual("note"),
        discloses=table.flag("discloses"),
    )
    table.finish()
    if stop.ask_reason and stop.note:
        raise BadInputError("script.value", where=table.place("note"), value="note", expected="ask_reason = false")
    return stop


def _hold_days(table: Table) -> int | None:
    value = table.take("hold_days", default=0)
    if value == UNTIL_CLEARED:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 3660:
        expected = f"0 … 3660, {UNTIL_CLEARED}"
        raise BadInputError("script.value", where=table.place("hold_days"), value=str(value)[:80], expected=expected)
    return value


def _outcome(table: Table) -> Outcome:
    when, condition = table.expression("when")
    outcome = Outcome(
        name=table.name("name"),
        label=table.bilingual("label", required=True),
        when=when,
        condition=condition,
        default=table.flag("default"),
    )
    table.finish()
    return outcome


def _rest(table: Table) -> Rest:
    when, condition = table.expression("when")
    if condition is None:
        raise BadInputError("script.missing", where=table.place("when"))
    rest = Rest(
        name=table.name("name"),
        label=table.bilingual("label", required=True),
        when=when,
        condition=condition,
        hold_days=_hold_days(table),
        may_clear=table.one_of("may_clear", MAY_CLEAR, default="office"),
    )
    table.finish()
    return rest


def _distinct(where: str, names: list[str]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            raise BadInputError("script.duplicate", where=f"{where}[{index}]", value=name)
        seen.add(name)
