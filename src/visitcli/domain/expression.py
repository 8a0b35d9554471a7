"""The small expression language of the script's `relevant`, `constraint` and `when`, a part of XLSForm's.

What there is, and nothing else parses::

    condition  = both { "or" both }
    both       = single { "and" single }
    single     = "not" "(" condition ")" | "(" condition ")" | selected | comparison
    selected   = "selected" "(" (name | ".") "," string ")"
    comparison = operand ("=" | "!=" | "<" | "<=" | ">" | ">=") operand
    operand    = name | "." | number | string
    name       = "${" letter-or-underscore { letter | digit | underscore } "}"

`.` is the value that is being checked. Texts stand in single or double quotes, without escapes, as in XPath 1.0.

Meaning. What has no answer is empty: it equals `''`, differs from everything else, and is neither less nor greater
than anything. Where both sides are numbers they compare as decimals (decimal answers are strings in JSON), else as
text, which is right for ISO dates; a number against a text that is none is never equal, less or greater. A quoted
text compares as text by `=` and `!=`, so that `'007'` is not 7. An array is its names joined by single spaces.

Source: XLSForm reference, "Operators" and "selected()", https://xlsform.org/en/#operators
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import ge, gt, le, lt
from typing import Literal, TypeAlias, cast

from visitcli.domain.errors import BadInputError

Value: TypeAlias = str | int | list[str] | None
Operator = Literal["=", "!=", "<", "<=", ">", ">="]

MAX_LENGTH = 2000
MAX_DEPTH = 24


@dataclass(frozen=True, slots=True)
class Name:
    """`${name}`: the answer of that question, or empty."""

    name: str


@dataclass(frozen=True, slots=True)
class Dot:
    """`.`: the value being checked."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal, exact."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted literal. It cannot hold both kinds of quotes."""

    value: str


Operand: TypeAlias = Name | Dot | Number | Text


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and what is asked of them."""

    left: Operand
    operator: Operator
    right: Operand


@dataclass(frozen=True, slots=True)
class Selected:
    """Whether a choice is the answer of a select_one or among those of a select_multiple."""

    operand: Name | Dot
    choice: str


@dataclass(frozen=True, slots=True)
class Not:
    """`not( )`."""

    part: Expression


@dataclass(frozen=True, slots=True)
class And:
    """Two or more conditions that must all hold."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more conditions of which one must hold."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = Comparison | Selected | Not | And | Or
Test: TypeAlias = Callable[[Mapping[str, Value], Value], bool]

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_ORDERS: dict[str, Callable[[object, object], bool]] = {
    "<": cast(Callable[[object, object], bool], lt),
    "<=": cast(Callable[[object, object], bool], le),
    ">": cast(Callable[[object, object], bool], gt),
    ">=": cast(Callable[[object, object], bool], ge),
}
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<name>\$\{[A-Za-z_][A-Za-z0-9_]*\})
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
      | (?P<string>'[^']*'|"[^"]*")
      | (?P<operator>!=|<=|>=|=|<|>)
      | (?P<word>and|or|not|selected)(?![A-Za-z0-9_])
      | (?P<mark>[(),.])""",
    re.VERBOSE,
)
_NUMERIC = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")


def parse(text: str, where: str = "") -> Expression:
    """The expression that `text` writes.

    Raises BadInputError("script.expression") with `text`, `position` (counted from 1), `expected` (in the language's
    own signs) and `where` (as given: the place in the script).
    """
    return _Parser(text, where).whole()


def names(expression: Expression) -> frozenset[str]:
    """The questions that the expression asks about."""
    return frozenset(_names(expression))


def evaluate(expression: Expression, answers: Mapping[str, Value], dot: Value = None) -> bool:
    """Whether the expression holds for these answers; `dot` is the value being checked."""
    return compiled(expression)(answers, dot)


def compiled(expression: Expression) -> Test:
    """The expression as a function of the answers and of the value being checked: for what is asked at every key."""
    match expression:
        case And(parts):
            return _every(tuple(compiled(part) for part in parts))
        case Or(parts):
            return _some(tuple(compiled(part) for part in parts))
        case Not(part):
            test = compiled(part)
            return lambda answers, dot: not test(answers, dot)
        case Selected(operand, choice):
            return _chosen(operand, choice)
        case Comparison(Name(name), "=" | "!=" as operator, Text(text)):
            return _same_text(name, text, operator == "=")
        case Comparison():
            return partial(_compare, expression)


def _every(tests: tuple[Test, ...]) -> Test:
    def test(answers: Mapping[str, Value], dot: Value) -> bool:
        for one in tests:  # noqa: SIM110 - a generator in all() takes twice the time
            if not one(answers, dot):
                return False
        return True

    return test


def _some(tests: tuple[Test, ...]) -> Test:
    def test(answers: Mapping[str, Value], dot: Value) -> bool:
        for one in tests:  # noqa: SIM110
            if one(answers, dot):
                return True
        return False

    return test


def _chosen(operand: Name | Dot, choice: str) -> Test:
    def test(answers: Mapping[str, Value], dot: Value) -> bool:
        value = _value(operand, answers, dot)
        return choice in value if isinstance(value, list) else value == choice

    return test


def _same_text(name: str, text: str, wanted: bool) -> Test:
    def test(answers: Mapping[str, Value], dot: Value) -> bool:
        value = answers.get(name)
        return ((value if isinstance(value, str) else str(_plain(value))) == text) == wanted

    return test


def unparse(expression: Expression) -> str:
    """The text of an expression; `parse` gives the same expression back."""
    match expression:
        case And(parts):
            return " and ".join(_grouped(part) for part in parts)
        case Or(parts):
            return " or ".join(_grouped(part) for part in parts)
        case Not(part):
            return f"not({unparse(part)})"
        case Selected(operand, choice):
            return f"selected({_operand_text(operand)}, {_quoted(choice)})"
        case Comparison(left, operator, right):
            return f"{_operand_text(left)} {operator} {_operand_text(right)}"


def _grouped(part: Expression) -> str:
    return f"({unparse(part)})" if isinstance(part, And | Or) else unparse(part)


def _operand_text(operand: Operand) -> str:
    match operand:
        case Name(name):
            return f"${{{name}}}"
        case Dot():
            return "."
        case Number(value):
            return format(value, "f")
        case Text(value):
            return _quoted(value)


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _names(expression: Expression) -> Iterator[str]:
    match expression:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _names(part)
        case Not(part):
            yield from _names(part)
        case Selected(operand):
            yield from (operand.name,) if isinstance(operand, Name) else ()
        case Comparison(left, _, right):
            yield from (side.name for side in (left, right) if isinstance(side, Name))


def _value(operand: Operand, answers: Mapping[str, Value], dot: Value) -> Value | Decimal:
    match operand:
        case Name(name):
            return answers.get(name)
        case Dot():
            return dot
        case Number(value):
            return value
        case Text(value):
            return value


def _compare(comparison: Comparison, answers: Mapping[str, Value], dot: Value) -> bool:
    left = _plain(_value(comparison.left, answers, dot))
    right = _plain(_value(comparison.right, answers, dot))
    if comparison.operator in ("=", "!="):
        quoted = isinstance(comparison.left, Text) or isinstance(comparison.right, Text)
        same = str(left) == str(right) if quoted else _equal(left, right)
        return same == (comparison.operator == "=")
    if left == "" or right == "":
        return False
    return _ordered(comparison.operator, left, right)


def _plain(value: Value | Decimal) -> str | int | Decimal:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else value


def _equal(left: str | int | Decimal, right: str | int | Decimal) -> bool:
    a, b = _number(left), _number(right)
    return a == b if a is not None and b is not None else left == right


def _ordered(operator: str, left: str | int | Decimal, right: str | int | Decimal) -> bool:
    a, b = _number(left), _number(right)
    if a is not None and b is not None:
        return _ORDERS[operator](a, b)
    if a is None and b is None:
        return _ORDERS[operator](left, right)
    return False


def _number(value: str | int | Decimal) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if _NUMERIC.fullmatch(value) else None
    return Decimal(value)


class _Parser:
    """Recursive descent over the tokens; `depth` bounds the nesting so that no text exhausts the stack."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._depth = 0
        if len(text) > MAX_LENGTH:
            raise self._refusal(MAX_LENGTH, f"<= {MAX_LENGTH}")
        self._tokens = list(self._scan())
        self._at = 0

    def whole(self) -> Expression:
        expression = self._any()
        if self._peek()[0] != "end":
            raise self._unexpected("and or")
        return expression

    def _scan(self) -> Iterator[tuple[str, str, int]]:
        position = 0
        while position < len(self._text):
            found = _TOKEN.match(self._text, position)
            if found is None:
                raise self._refusal(position, "${name} 1 'text' . = != < <= > >= and or not() selected()")
            if found.lastgroup != "space":
                yield cast(str, found.lastgroup), found.group(), position
            position = found.end()
        yield "end", "", position

    def _any(self) -> Expression:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Expression:
        parts = [self._single()]
        while self._take("and"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _single(self) -> Expression:
        if self._take("not"):
            self._expect("(")
            return Not(self._inner())
        if self._take("("):
            return self._inner()
        if self._take("selected"):
            return self._selected()
        return self._comparison()

    def _inner(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._unexpected(f"( ) <= {MAX_DEPTH}")
        inner = self._any()
        self._expect(")")
        self._depth -= 1
        return inner

    def _selected(self) -> Selected:
        self._expect("(")
        operand = self._operand()
        if not isinstance(operand, Name | Dot):
            raise self._unexpected("${name} .", back=1)
        self._expect(",")
        choice = self._operand()
        if not isinstance(choice, Text):
            raise self._unexpected("'text'", back=1)
        self._expect(")")
        return Selected(operand, choice.value)

    def _comparison(self) -> Comparison:
        left = self._operand()
        kind, operator, _ = self._peek()
        if kind != "operator":
            raise self._unexpected(" ".join(_OPERATORS))
        self._at += 1
        return Comparison(left, cast(Operator, operator), self._operand())

    def _operand(self) -> Operand:
        kind, found, _ = self._peek()
        self._at += 1
        match kind:
            case "name":
                return Name(found[2:-1])
            case "number":
                return Number(Decimal(found))
            case "string":
                return Text(found[1:-1])
            case "mark" if found == ".":
                return Dot()
            case _:
                raise self._unexpected("${name} 1 'text' .", back=1)

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._at]

    def _take(self, token: str) -> bool:
        kind, found, _ = self._peek()
        if kind in ("word", "mark") and found == token:
            self._at += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self._unexpected(token)

    def _unexpected(self, expected: str, back: int = 0) -> BadInputError:
        return self._refusal(self._tokens[self._at - back][2], expected)

    def _refusal(self, position: int, expected: str) -> BadInputError:
        text = self._text[:MAX_LENGTH]
        return BadInputError(
            "script.expression", text=text, position=position + 1, expected=expected, where=self._where
        )
