"""Whether a condition of a script can ever hold: by trying the answers that could matter, in the script's order.

What is tried for a question: no answer, every choice that some condition speaks of and one that none does; for other
types the literals that it is compared with, just below and just above them. A question that is not relevant has no
answer, and a value that breaks its constraint is none. That decides every script whose conditions compare answers
with literals; beyond `LIMIT` trials the question stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from visitcli.domain import expression as ex
from visitcli.domain.answers import holds
from visitcli.domain.expression import Value
from visitcli.domain.script import Question, Script

LIMIT = 100_000
_SUBSETS = 6  # of a select_multiple, all subsets of at most so many choices; of more, singles and pairs

Goal = Callable[[Mapping[str, Value]], bool]


def conditions(script: Script) -> Iterator[tuple[str, ex.Expression]]:
    """Every condition of the script, with the name of the question whose `.` it speaks of ("" for outcomes)."""
    for question in script.questions:
        for expression in (question.relevance, question.condition):
            if expression is not None:
                yield question.name, expression
    for outcome in script.outcomes:
        if outcome.condition is not None:
            yield "", outcome.condition
    for rest in script.rests:
        yield "", rest.condition
    for card in script.cards:
        if card.condition is not None:
            yield "", card.condition


def comparisons(expression: ex.Expression) -> Iterator[tuple[ex.Operand, ex.Operand]]:
    """The pairs that an expression compares; `selected(a, 'b')` is the pair a and 'b'."""
    match expression:
        case ex.And(parts) | ex.Or(parts):
            for part in parts:
                yield from comparisons(part)
        case ex.Not(part):
            yield from comparisons(part)
        case ex.Selected(operand, choice):
            yield operand, ex.Text(choice)
        case ex.Comparison(left, _, right):
            yield left, right
            yield right, left


class Reach:
    """The script with the values that matter for each of its questions."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._literals: dict[str, set[str]] = {question.name: set() for question in script.questions}
        for owner, expression in conditions(script):
            for asked, literal in comparisons(expression):
                name = asked.name if isinstance(asked, ex.Name) else owner if isinstance(asked, ex.Dot) else ""
                if name in self._literals and isinstance(literal, ex.Text | ex.Number):
                    text = literal.value if isinstance(literal, ex.Text) else format(literal.value, "f")
                    self._literals[name].add(text)
        self._domains = {question.name: self._domain(question) for question in script.questions}

    def possible(self, goal: Goal, names: Iterable[str]) -> bool | None:
        """Whether some answers make `goal` true, which looks at `names` only; None: too many to tell."""
        wanted = self._closure(names)
        asked = [question for question in self._script.questions if question.name in wanted]
        for trials, answers in enumerate(_walks(asked, self._domains, {})):
            if goal(answers):
                return True
            if trials >= LIMIT:
                return None
        return False

    def _closure(self, names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in found or name not in self._script.by_name:
                continue
            found.add(name)
            question = self._script.by_name[name]
            for expression in (question.relevance, question.condition):
                waiting.extend(ex.names(expression) if expression is not None else ())
        return found

    def _domain(self, question: Question) -> list[Value]:
        spoken_of = self._literals[question.name]
        if question.choices:
            names = [choice.name for choice in question.choices]
            told = [name for name in names if name in spoken_of]
            rest = [name for name in names if name not in spoken_of][:1]
            return [None, *told, *rest] if question.type == "select_one" else [None, *_subsets(told + rest)]
        return [None, *_around(question, spoken_of)]


def _walks(
    left: list[Question], domains: Mapping[str, list[Value]], answers: dict[str, Value]
) -> Iterator[dict[str, Value]]:
    if not left:
        yield answers
        return
    question, rest = left[0], left[1:]
    if question.relevance is not None and not ex.evaluate(question.relevance, answers):
        yield from _walks(rest, domains, answers)
        return
    for value in domains[question.name]:
        if value is None:
            yield from _walks(rest, domains, answers)
        elif holds(question, value, answers):
            yield from _walks(rest, domains, {**answers, question.name: value})


def _subsets(names: list[str]) -> Iterator[Value]:
    most = len(names) if len(names) <= _SUBSETS else 2
    for size in range(1, most + 1):
        for chosen in combinations(names, size):
            yield list(chosen)


def _around(question: Question, literals: set[str]) -> list[Value]:
    given = sorted(literals - {""})
    if question.type in ("integer", "decimal"):
        numbers = {Decimal(text) + step for text in given if _is_number(text) for step in (-1, 0, 1)} | {Decimal(1)}
        return [int(n) if question.type == "integer" else format(n, "f") for n in sorted(numbers)]
    if question.type == "date":
        days = {_day(text) + timedelta(step) for text in given if _is_day(text) for step in (-1, 0, 1)}
        return [day.isoformat() for day in sorted(days | {date(2026, 1, 1)})]
    return [*given, "·"]


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _is_day(text: str) -> bool:
    try:
        return date.min < _day(text) < date.max
    except ValueError:
        return False
