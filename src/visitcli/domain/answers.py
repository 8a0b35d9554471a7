"""One answer: its type's form, its choices, its constraint.

Values as JSON has them: text, decimal ("1500.50", always two places), date ("2026-11-03"), a choice's name, a path,
a geopoint ("31.2304 121.4737", WGS-84) are strings; integer is a number; select_multiple an array of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice

from visitcli.domain import expression as ex
from visitcli.domain.errors import BadInputError
from visitcli.domain.script import Question

TEXT_LIMIT = 4000
PATH_LIMIT = 1000
DIGITS_LIMIT = 15

_EXAMPLES = {
    "integer": "6",
    "decimal": "1500.50",
    "date": "2026-11-03",
    "select_multiple": '["..."]',
    "geopoint": "31.2304 121.4737",
    "image": "photo.jpg",
    "audio": "talk.m4a",
    "file": "paper.pdf",
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
_GEOPOINT = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)(?:\s*,\s*|\s+)(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)")
_SHOWN = 80


def normalised(question: Question, value: object) -> ex.Value:
    """The value in its type's one form; full-width digits, thousand separators and 2026年11月3日 are understood.

    Raises BadInputError with `name`, `value` (shortened) and `expected`: `answer.empty`, `answer.surrogate`,
    `answer.type`, `answer.too_long`, `answer.choice`.
    """
    _refuse_surrogates(question, value)
    return _FORMS[question.type](question, value)


def holds(question: Question, value: ex.Value, answers: Mapping[str, ex.Value]) -> bool:
    """Whether the question's constraint holds for the value."""
    return question.condition is None or ex.evaluate(question.condition, answers, value)


def check_constraint(question: Question, value: ex.Value, answers: Mapping[str, ex.Value]) -> None:
    """Raises BadInputError `answer.constraint` where the question's constraint does not hold."""
    if not holds(question, value, answers):
        raise _refusal("constraint", question, value, question.constraint)


def check_not_before(question: Question, value: ex.Value, today: date) -> None:
    """Raises BadInputError `answer.not_before` for a date before today where it must lie ahead."""
    if question.not_before == "today" and str(value) < today.isoformat():
        raise _refusal("not_before", question, value, today.isoformat())


def _refusal(code: str, question: Question, value: object, expected: str) -> BadInputError:
    return BadInputError(f"answer.{code}", name=question.name, value=_shown(value), expected=expected)


def _wrong_type(question: Question, value: object) -> BadInputError:
    return _refusal("type", question, value, _EXAMPLES.get(question.type, '"..."'))


def _shown(value: object) -> str:
    """The value short enough and safe enough to be shown; of what is no plain value, only its kind."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    if isinstance(value, int) and abs(value) >= 10**_SHOWN:
        return "…"
    text = str(value)
    printable = "".join(char if char.isprintable() else "�" for char in text[: _SHOWN + 1])
    return printable if len(text) <= _SHOWN else printable[:_SHOWN] + "…"


def _refuse_surrogates(question: Question, value: object) -> None:
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, str) and any("\ud800" <= char <= "\udfff" for char in part) for part in parts):
        raise _refusal("surrogate", question, value, question.type)


def _string(question: Question, value: object, limit: int) -> str:
    """A string without the characters that steer a terminal; line ends are newlines."""
    if not isinstance(value, str):
        raise _wrong_type(question, value)
    if len(value) > limit:
        raise _refusal("too_long", question, value, str(limit))
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) != "Cc").strip()
    if not text:
        raise _refusal("empty", question, value, question.type)
    return text


def _text(question: Question, value: object) -> str:
    return unicodedata.normalize("NFC", _string(question, value, TEXT_LIMIT))


def _path(question: Question, value: object) -> str:
    text = _string(question, value, PATH_LIMIT)
    if "\n" in text or text != str(value).strip():
        raise _wrong_type(question, value)
    return text


def _number(question: Question, value: object) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**DIGITS_LIMIT:
            raise _refusal("too_long", question, value, str(DIGITS_LIMIT))
        return Decimal(value)
    text = unicodedata.normalize("NFKC", _string(question, value, TEXT_LIMIT))
    if _NUMBER.fullmatch(text) is None:
        raise _wrong_type(question, value)
    if len(text) > DIGITS_LIMIT + 8 or sum(char.isdigit() for char in text) > DIGITS_LIMIT:
        raise _refusal("too_long", question, value, str(DIGITS_LIMIT))
    return Decimal(text.replace(",", ""))


def _integer(question: Question, value: object) -> int:
    number = _number(question, value)
    if number != number.to_integral_value():
        raise _wrong_type(question, value)
    return int(number)


def _decimal(question: Question, value: object) -> str:
    number = _number(question, value)
    if number != round(number, 2):
        raise _refusal("places", question, value, "2")
    written = f"{abs(number) if number == 0 else number:.2f}"
    if sum(char.isdigit() for char in written) > DIGITS_LIMIT:  # the two places count: what is taken can be taken again
        raise _refusal("too_long", question, value, str(DIGITS_LIMIT))
    return written


def _date(question: Question, value: object) -> str:
    text = unicodedata.normalize("NFKC", _string(question, value, TEXT_LIMIT))
    found = _DATE.fullmatch(text)
    if found is None:
        raise _wrong_type(question, value)
    year, month, day = islice((int(group) for group in found.groups() if group), 3)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _wrong_type(question, value) from None


def _one(question: Question, value: object) -> str:
    allowed = [choice.name for choice in question.choices]
    if value not in allowed:
        raise _refusal("choice", question, value, ", ".join(allowed))
    return str(value)


def _many(question: Question, value: object) -> list[str]:
    if not isinstance(value, list):
        raise _wrong_type(question, value)
    if not value:
        raise _refusal("empty", question, value, question.type)
    for name in value:
        _one(question, name)
    return [choice.name for choice in question.choices if choice.name in value]


def _geopoint(question: Question, value: object) -> str:
    text = unicodedata.normalize("NFKC", _string(question, value, TEXT_LIMIT))
    found = _GEOPOINT.fullmatch(text)
    if found is None or abs(Decimal(found[1])) > 90 or abs(Decimal(found[2])) > 180:
        raise _wrong_type(question, value)
    return f"{found[1]} {found[2]}"


_FORMS: Mapping[str, Callable[[Question, object], ex.Value]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "select_one": _one,
    "select_multiple": _many,
    "image": _path,
    "audio": _path,
    "file": _path,
    "geopoint": _geopoint,
}
