"""Whether a script is fit to be taken to a door: it can be walked, it says everything in both languages, it does what
a visit must do, and until identity is confirmed it holds no word of the debt.

Each finding is a `Problem` with a code of the catalogue ("script.cycle"), its place, and what the sentence needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from visitcli.domain import expression as ex
from visitcli.domain.expression import Value
from visitcli.domain.feedback import RESERVED_TYPES
from visitcli.domain.script import SELECTS, Outcome, Question, Script, Stop
from visitcli.domain.script_reach import Reach, comparisons
from visitcli.domain.session import CONFIRMED, IDENTITY
from visitcli.domain.texts import DEBT_PLACEHOLDERS, LANGUAGES, Bilingual, placeholders

MOST_CHOICES = 9  # as many as there are digit keys
STOP_CODES = (
    "leave_now",
    "asked_to_leave",
    "refuses_visits",
    "represented",
    "disputes_debt",
    "serious_illness",
    "pregnant_or_infant",
    "only_minor",
    "only_elderly",
    "bereavement",
    "self_harm",
    "court_stay",
    "violence",
    "abuse_signs",
    "intoxicated",
    "recording_refused",
    "family_event",
    "time_over",
    "wrong_address",
    "limitation_expired",
    "active_duty",
)

_DEBT_ZH = re.compile(
    "[债欠贷催]|逾期|还款|还钱|还清|罚息|利息|本金|账款|账目|账单|借款|借钱|分期|月供|征信|违约|金融|银行|结清|拖车"
)
_DEBT_EN = re.compile(
    r"\b(debt\w*|loan\w*|ow(e|es|ed|ing)|overdue|arrears|repay\w*|pay|pays|paid|payments?|lenders?|creditors?|borrow\w*"
    r"|collect(ion|ions|or|ors|ing)|instal?lments?|penalt\w+|interest|credit|balance|default(ed)?|repossess\w*|bank)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a script."""

    code: str
    where: str
    context: Mapping[str, str] = field(default_factory=dict)


def lint(script: Script) -> list[Problem]:
    """What is wrong with the script; an empty list where nothing is. What can be reached is only looked at once the
    references are in order."""
    references = [*_references(script), *_cycles(script)]
    problems = [*references, *_choices(script), *_translations(script), *_acts(script), *_outcomes(script)]
    problems += [*_placeholders(script), *_reserved(script)]
    if not references:
        reach = Reach(script)
        problems += [*_unreachable(script, reach), *_debt(script, reach)]
    return problems


def speaks_of_debt(text: str) -> bool:
    """Whether a text of either language holds a word of the debt or a placeholder of it."""
    return bool(_DEBT_ZH.search(text) or _DEBT_EN.search(text) or placeholders(text) & DEBT_PLACEHOLDERS)


def _references(script: Script) -> Iterator[Problem]:
    order = {question.name: index for index, question in enumerate(script.questions)}
    for where, expression, before in _conditions(script):
        for name in sorted(ex.names(expression)):
            if name not in order:
                yield Problem("script.unknown_name", where, {"name": name})
            elif order[name] >= before:
                yield Problem("script.later_name", where, {"name": name})
        yield from _unknown_choices(script, where, expression)
    for index, question in enumerate(script.questions):
        yield from _default(script, question, [earlier.name for earlier in script.questions[:index]])


def _default(script: Script, question: Question, earlier: list[str]) -> Iterator[Problem]:
    """What stands in the line already is the answer of an earlier question of the same type."""
    name, where = question.default, f"questions.{question.name}.default"
    if name and name not in script.by_name:
        yield Problem("script.unknown_name", where, {"name": name})
    elif name and (name not in earlier or question.type in SELECTS):
        yield Problem("script.later_name", where, {"name": name})
    elif name and script.by_name[name].type != question.type:
        yield Problem("script.default_type", where, {"name": name, "type": question.type})


def _unknown_choices(script: Script, where: str, expression: ex.Expression) -> Iterator[Problem]:
    spoken: set[tuple[str, str]] = set()
    owner = where.split(".")[1]
    for asked, literal in comparisons(expression):
        name = asked.name if isinstance(asked, ex.Name) else owner if isinstance(asked, ex.Dot) else ""
        if isinstance(literal, ex.Text) and literal.value:
            spoken.add((name, literal.value))
    for name, choice in sorted(spoken):
        question = script.by_name.get(name)
        if question and question.choices and choice not in {known.name for known in question.choices}:
            yield Problem("script.unknown_choice", where, {"name": name, "choice": choice})


def _conditions(script: Script) -> Iterator[tuple[str, ex.Expression, int]]:
    """Every condition with its place and the number of questions that it may speak of."""
    for index, question in enumerate(script.questions):
        for key, expression in (("relevant", question.relevance), ("constraint", question.condition)):
            if expression is not None:
                yield f"questions.{question.name}.{key}", expression, index
    for outcome in script.outcomes:
        if outcome.condition is not None:
            yield f"outcomes.{outcome.name}.when", outcome.condition, len(script.questions)
    for rest in script.rests:
        yield f"rests.{rest.name}.when", rest.condition, len(script.questions)
    for card in script.cards:
        if card.condition is not None:
            yield f"cards.{card.code}.when", card.condition, len(script.questions)


def _cycles(script: Script) -> Iterator[Problem]:
    """Questions whose relevance comes round to themselves."""
    edges = {q.name: ex.names(q.relevance) if q.relevance else frozenset() for q in script.questions}
    for name in edges:
        reached: set[str] = set()
        waiting = list(edges[name])
        while waiting:
            step = waiting.pop()
            if step not in reached:
                reached.add(step)
                waiting.extend(edges.get(step, ()))
        if name in reached:
            yield Problem("script.cycle", f"questions.{name}.relevant", {"name": name})


def _choices(script: Script) -> Iterator[Problem]:
    for question in script.questions:
        where = f"questions.{question.name}.choices"
        names = [choice.name for choice in question.choices]
        if question.type in SELECTS and not names:
            yield Problem("script.no_choices", where)
        if len(names) > MOST_CHOICES:
            yield Problem("script.too_many_choices", where, {"count": str(len(names)), "most": str(MOST_CHOICES)})
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem("script.duplicate_choice", where, {"choice": name})


def _translations(script: Script) -> Iterator[Problem]:
    for where, text, needed in _all_texts(script):
        for language in LANGUAGES:
            if not getattr(text, language).strip() and (needed or text):
                yield Problem("script.no_translation", where, {"language": language})
        if text.zh and text.en and placeholders(text.zh) != placeholders(text.en):
            odd = sorted(placeholders(text.zh) ^ placeholders(text.en))
            yield Problem("script.placeholders_differ", where, {"names": ", ".join(odd)})


def _all_texts(script: Script) -> Iterator[tuple[str, Bilingual, bool]]:
    """Every text with its place and whether there must be one."""
    for question in script.questions:
        place = f"questions.{question.name}"
        yield f"{place}.label", question.label, True
        yield f"{place}.hint", question.hint, False
        yield f"{place}.say", question.say, False
        yield f"{place}.constraint_message", question.constraint_message, False
        for choice in question.choices:
            yield f"{place}.choices.{choice.name}", choice.label, True
    for stop in script.stops:
        yield f"stops.{stop.code}.label", stop.label, True
        yield f"stops.{stop.code}.say", stop.say, False
        yield f"stops.{stop.code}.note", stop.note, False
    for outcome in script.outcomes:
        yield f"outcomes.{outcome.name}.label", outcome.label, True
    for rest in script.rests:
        yield f"rests.{rest.name}.label", rest.label, True
    for card in script.cards:
        yield f"cards.{card.code}.label", card.label, True
        yield f"cards.{card.code}.text", card.text, True


def _acts(script: Script) -> Iterator[Problem]:
    """What a visit must do, whatever else it does."""
    for act, sound in (
        ("who_opened", _always_asked(script, "who_opened")),
        (IDENTITY, _required(script, IDENTITY) and _has_choice(script, IDENTITY, CONFIRMED)),
        ("introduction", _introduction_sound(script)),
        ("next_step", _always_asked(script, "next_step")),
        ("customer_words", "customer_words" in script.by_name),
        ("complaint", _required(script, "complaint") and _has_choice(script, "complaint", "yes")),
        ("complaint_words", _required(script, "complaint_words")),
    ):
        if not sound:
            yield Problem("script.missing_act", f"questions.{act}", {"act": act})
    for code in STOP_CODES:
        if code not in script.stop_by_code:
            yield Problem("script.missing_stop", f"stops.{code}", {"stop": code})
    for card in script.cards:
        if card.stop and card.stop not in script.stop_by_code:
            yield Problem("script.missing_stop", f"cards.{card.code}.stop", {"stop": card.stop})


def _required(script: Script, name: str) -> bool:
    question = script.by_name.get(name)
    return question is not None and question.required


def _always_asked(script: Script, name: str) -> bool:
    return _required(script, name) and script.by_name[name].relevance is None


def _has_choice(script: Script, name: str, choice: str) -> bool:
    """Whether this choice is there, and another one beside it."""
    names = {known.name for known in script.by_name[name].choices}
    return choice in names and len(names) > 1


def _introduction_sound(script: Script) -> bool:
    """Own name, company and purpose, in both languages."""
    if not _required(script, "introduction"):
        return False
    say = script.by_name["introduction"].say
    return all({"agent", "company", "lender"} <= placeholders(text) for text in (say.zh, say.en))


def _outcomes(script: Script) -> Iterator[Problem]:
    by_stops = {stop.outcome for stop in script.stops if stop.outcome}
    for stop in script.stops:
        if stop.outcome and stop.outcome not in script.outcome_by_name:
            yield Problem("script.unknown_outcome", f"stops.{stop.code}.outcome", {"outcome": stop.outcome})
    defaults = [index for index, outcome in enumerate(script.outcomes) if outcome.default]
    if not defaults:
        yield Problem("script.no_default_outcome", "outcomes")
    for index, outcome in enumerate(script.outcomes):
        asked = bool(outcome.condition or outcome.default) and index <= min(defaults, default=index)
        if not asked and outcome.name not in by_stops:
            yield Problem("script.unreachable_outcome", f"outcomes.{outcome.name}", {"outcome": outcome.name})


def _placeholders(script: Script) -> Iterator[Problem]:
    """The figures of the debt only where the question says that it discloses."""
    for kind, name, marked, texts in _marked(script):
        used = frozenset().union(*(placeholders(text.zh) | placeholders(text.en) for text in texts))
        for placeholder in sorted(used & DEBT_PLACEHOLDERS if not marked else ()):
            yield Problem("script.not_marked", f"{kind}.{name}", {"name": "{" + placeholder + "}"})


def _marked(script: Script) -> Iterator[tuple[str, str, bool, tuple[Bilingual, ...]]]:
    for question in script.questions:
        yield "questions", question.name, question.discloses, question.texts
    for stop in script.stops:
        yield "stops", stop.code, stop.discloses, stop.texts


def _reserved(script: Script) -> Iterator[Problem]:
    """The names that the record reads hold what the record expects."""
    for question in script.questions:
        expected = RESERVED_TYPES.get(question.name, question.type)
        if question.type != expected:
            yield Problem("script.reserved_type", f"questions.{question.name}.type", {"expected": expected})


def _unreachable(script: Script, reach: Reach) -> Iterator[Problem]:
    for question in script.questions:
        if question.relevance is not None and not _can_hold(reach, question.relevance):
            yield Problem("script.unreachable", f"questions.{question.name}.relevant", {"name": question.name})
    for outcome in script.outcomes:
        if outcome.condition is not None and not _can_hold(reach, outcome.condition):
            yield Problem("script.unreachable_outcome", f"outcomes.{outcome.name}.when", {"outcome": outcome.name})
    for rest in script.rests:
        if not _can_hold(reach, rest.condition):
            yield Problem("script.unreachable_rest", f"rests.{rest.name}.when", {"rest": rest.name})


def _can_hold(reach: Reach, condition: ex.Expression) -> bool:
    """Undecided counts as yes: the linter does not accuse without proof."""
    return reach.possible(lambda answers: ex.evaluate(condition, answers), ex.names(condition)) is not False


def _unidentified(reach: Reach, condition: ex.Expression | None) -> bool:
    """Whether the condition can hold without confirmed identity. Here undecided counts as yes, for safety."""

    def goal(answers: Mapping[str, Value]) -> bool:
        return answers.get(IDENTITY) != CONFIRMED and (condition is None or ex.evaluate(condition, answers))

    names = ex.names(condition) if condition is not None else frozenset()
    return reach.possible(goal, names | {IDENTITY}) is not False


def _debt(script: Script, reach: Reach) -> Iterator[Problem]:
    for question in script.questions:
        word = _debt_in(question)
        if word and _unidentified(reach, question.relevance):
            yield Problem("script.debt_before_identity", f"questions.{question.name}", {"word": word})
    for stop in script.stops:
        word = _debt_word(stop.texts)
        if word and not stop.discloses:
            yield Problem("script.debt_before_identity", f"stops.{stop.code}", {"word": word})
    for outcome in script.outcomes:
        word = _debt_word((outcome.label,))
        if word and _outcome_unidentified(reach, outcome, script.stops):
            yield Problem("script.debt_before_identity", f"outcomes.{outcome.name}", {"word": word})
    for card in script.cards:
        word = _debt_word((card.label, card.text))
        if word and (card.condition is None or _unidentified(reach, card.condition)):
            yield Problem("script.debt_before_identity", f"cards.{card.code}", {"word": word})


def _outcome_unidentified(reach: Reach, outcome: Outcome, stops: tuple[Stop, ...]) -> bool:
    by_stop = any(stop.outcome == outcome.name and not stop.discloses for stop in stops)
    by_answers = outcome.condition is not None and _unidentified(reach, outcome.condition)
    return by_stop or outcome.default or by_answers


def _debt_in(question: Question) -> str:
    return _debt_word(question.texts) or ("discloses" if question.discloses else "")


def _debt_word(texts: Iterable[Bilingual]) -> str:
    for text in texts:
        figures = sorted((placeholders(text.zh) | placeholders(text.en)) & DEBT_PLACEHOLDERS)
        found = _DEBT_ZH.search(text.zh) or _DEBT_EN.search(text.en)
        if figures or found:
            return "{" + figures[0] + "}" if figures else found.group() if found else ""
    return ""
