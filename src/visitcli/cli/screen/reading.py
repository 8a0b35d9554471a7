"""From what was typed to the value that is recorded, and from a value to what is shown.

What cannot be understood is handed on as it was typed: the session's own check refuses it, in one place.
"""

from __future__ import annotations

import calendar
import os
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from visitcli.cli.screen.amounts import amount
from visitcli.domain.errors import BadInputError
from visitcli.domain.expression import Value
from visitcli.domain.script import MEDIA, Question
from visitcli.words import Words

_DAY_NAMES = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3, "today": 0, "tomorrow": 1}
_WEEKDAYS = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6}
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_ROLL = timedelta(days=120)  # further ahead, a day without a year was rather meant to lie behind


def value_of(question: Question, typed: str, today: date) -> object:
    """The value for `answer` from the line typed. Raises BadInputError `screen.date_passed`."""
    if question.type == "date":
        return day(typed, today, ahead=question.not_before == "today")
    if question.type in ("integer", "decimal"):
        return amount(typed.strip().removesuffix("期"))
    if question.type in MEDIA:
        return path(typed)
    return typed


def day(typed: str, today: date, *, ahead: bool) -> str:
    """The ISO date for `12-1`, `12月1日`, `15号`, `明天`, `+7`, `周五`, `月底` and their like.

    `ahead`: a date without a year, or without a month, is the next one from today on; else it is the nearest one.
    Raises BadInputError `screen.date_passed` (`month`, `day`, and the `year` it would be) where the next one is in
    another year and so far ahead that nobody will have meant it.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).lower()
    for pattern, meaning in _DAYS:
        found = pattern.fullmatch(text)
        if found:
            try:
                return meaning(found, today, ahead).isoformat()
            except (ValueError, OverflowError):
                return typed
    return text or typed


def _in_days(found: re.Match[str], today: date, _ahead: bool) -> date:
    base = _DAY_NAMES.get(found["base"] or "", 0)
    return today + timedelta(days=base + int(found["days"] or 0))


def _weekday(found: re.Match[str], today: date, _ahead: bool) -> date:
    name = found["zh"] or found["en"]
    wanted = _WEEKDAYS[name] if found["zh"] else _ENGLISH_WEEKDAYS.index(name[:3])
    if found["next"]:
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _month_and_day(found: re.Match[str], today: date, ahead: bool) -> date:
    month, number = int(found[1]), int(found[2])
    dates = [
        date(year, month, number) for year in range(today.year - 1, today.year + 2) if _exists(year, month, number)
    ]
    chosen = _choose(dates, today, ahead)
    if ahead and chosen.year > today.year and chosen - today > _LONGEST_ROLL:
        raise BadInputError("screen.date_passed", year=chosen.year, month=month, day=number)
    return chosen


def _day_of_named_month(found: re.Match[str], today: date, _ahead: bool) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + (1 if found["next"] else 0), 12)
    return date(year, month + 1, int(found["day"]))


def _day_of_month(found: re.Match[str], today: date, ahead: bool) -> date:
    number = int(found[1])
    months = [divmod(today.year * 12 + today.month - 1 + step, 12) for step in (-1, 0, 1, 2)]
    dates = [date(year, month + 1, number) for year, month in months if _exists(year, month + 1, number)]
    return _choose(dates, today, ahead)


def _end_of_month(found: re.Match[str], today: date, _ahead: bool) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + (1 if found["next"] else 0), 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _exists(year: int, month: int, number: int) -> bool:
    return 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]


def _choose(dates: list[date], today: date, ahead: bool) -> date:
    if ahead:
        dates = [found for found in dates if found >= today]
    if not dates:
        raise ValueError
    return min(dates, key=lambda found: abs(found - today))


_DAYS: list[tuple[re.Pattern[str], Callable[[re.Match[str], date, bool], date]]] = [
    (re.compile(r"(?P<base>今天|明天|后天|大后天|today|tomorrow)(?:\+(?P<days>[0-9]{1,4}))?"), _in_days),
    (re.compile(r"(?P<base>)(?:\+(?P<days>[0-9]{1,4})(?:天|d|days?)?)"), _in_days),
    (re.compile(r"(?P<base>)(?P<days>[0-9]{1,4})(?:天后|天以后|天之后|days?)"), _in_days),
    (
        re.compile(
            r"(?P<next>下|next)?(?:个)?(?:(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])|(?P<en>mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
        ),
        _weekday,
    ),
    (re.compile(r"(?:(?P<next>下)个?|这个|本)?月底"), _end_of_month),
    (re.compile(r"(?:(?P<next>下)个?|这个|本)月(?P<day>[0-9]{1,2})[日号]?"), _day_of_named_month),
    (re.compile(r"([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})[日号]?"), _month_and_day),
    (re.compile(r"([0-9]{1,2})[日号]"), _day_of_month),
]


def path(typed: str) -> str:
    """A path as it is typed, completed, or dragged onto the terminal: quotes, escaped spaces and `~` are understood."""
    text = typed.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    elif os.name == "posix":
        text = re.sub(r"\\(.)", r"\1", text)
    return os.path.expanduser(text)  # noqa: PTH111 (Path would turn "" into ".")


def completions(typed: str) -> list[str]:
    """The paths that begin like `typed`, folders with a slash behind them, as they are to be typed."""
    folder, _, begun = typed.lstrip("'\"").rpartition("/")
    place = Path(path(folder + "/") if "/" in typed else ".")
    try:
        names = sorted(entry.name + "/" * entry.is_dir() for entry in place.iterdir())
    except OSError:
        return []
    prefix = folder + "/" if "/" in typed else ""
    shown = [name for name in names if name.startswith(begun) and (begun or not name.startswith("."))]
    return [prefix + name for name in shown]


def common_beginning(texts: list[str]) -> str:
    """What all texts begin with."""
    shortest, longest = min(texts), max(texts)
    same = next((i for i, (a, b) in enumerate(zip(shortest, longest, strict=False)) if a != b), len(shortest))
    return shortest[:same]


def spoken(question: Question, value: Value, words: Words) -> str:
    """A value as a person reads it: labels for choices, the weekday with a date, thousands grouped."""
    if value is None:
        return ""
    if isinstance(value, list):
        return words("screen.comma").join(_label(question, name, words) for name in value)
    match question.type:
        case "select_one":
            return _label(question, str(value), words)
        case "date":
            return spoken_date(str(value), words)
        case "decimal":
            return _grouped(str(value))
        case _:
            return str(value)


def _label(question: Question, name: str, words: Words) -> str:
    found = next((choice.label for choice in question.choices if choice.name == name), None)
    return found.get(words.language) if found else name


def spoken_date(text: str, words: Words) -> str:
    """An ISO date with its weekday."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    weekday, month = words(f"screen.weekday.{found.isoweekday()}"), words(f"screen.month.{found.month}")
    return words("screen.date", year=found.year, month=month, day=found.day, weekday=weekday)


def _grouped(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{number:,f}"
