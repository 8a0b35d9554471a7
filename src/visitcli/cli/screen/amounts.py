"""Amounts as people type them: `１，５００元`, `1.5万`, `1千5`, `一千五`, `两万三千`, `3k`."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_LETTERS = str.maketrans({"k": "千", "w": "万", "〇": "零"})
_FRAME = re.compile(r"[¥$]?(.+?)(?:元|块|块钱|yuan|rmb)?(?:整|正)?")
_BAD_COMMA = re.compile(r"(?<![0-9]),|,(?![0-9]{3}(?![0-9]))")
_DIGITS_ONLY = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_FRACTION = re.compile(r"([0-9]+\.[0-9]+)([万千百])")
_WEIGHTS = {"万": 10000, "千": 1000, "百": 100, "十": 10}
_NUMBER = r"(?:[0-9]+|[一二两三四五六七八九])"
_SECTION = re.compile(
    rf"(?:(?P<thousands>{_NUMBER})千)?(?P<gap1>零)?(?:(?P<hundreds>{_NUMBER})百)?(?P<gap2>零)?"
    rf"(?P<tens>(?P<ten>{_NUMBER})?十)?(?P<gap3>零)?(?P<ones>{_NUMBER})?"
)


def amount(typed: str) -> str:
    """The amount in digits; what is none is handed back as it was typed."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).lower()
    framed = _FRAME.fullmatch(text)
    if framed is None or _BAD_COMMA.search(framed[1]):
        return typed
    text = framed[1].replace(",", "").translate(_LETTERS)
    if _DIGITS_ONLY.fullmatch(text):
        return text
    number = _value(text)
    return typed if number is None else format(number.normalize(), "f")


def _value(text: str) -> Decimal | None:
    if "." in text:  # 1.5万 is clear, 1.5万3 is not
        tail = _FRACTION.fullmatch(text)
        return Decimal(tail[1]) * _WEIGHTS[tail[2]] if tail else None
    high, ten_thousands, low = text.rpartition("万")
    if not ten_thousands:
        return _section(low, "")
    above = _section(high, "")
    below = _section(low, "万") if low else Decimal(0)
    return None if above is None or below is None else above * 10000 + below


def _section(text: str, unit: str) -> Decimal | None:
    """A number below 万. `unit`: what stands before it. A last digit right behind a unit counts in tenths of that:
    一千五 is 1500, 一千零五 is 1005; two digits there would be a guess."""
    found = _SECTION.fullmatch(text)
    if found is None or not text:
        return None
    total = Decimal(0)
    for name, own in (("thousands", "千"), ("hundreds", "百"), ("tens", "十")):
        if found[name]:
            total += _digit((found["ten"] or "一") if own == "十" else found[name]) * _WEIGHTS[own]
            unit = own
    ones = found["ones"]
    if ones is None:
        return total
    if not unit or unit == "十" or any(found[gap] for gap in ("gap1", "gap2", "gap3")):
        return total + _digit(ones)
    return total + _digit(ones) * (_WEIGHTS[unit] // 10) if len(ones) == 1 else None


def _digit(text: str) -> Decimal:
    return Decimal(_DIGITS[text]) if text in _DIGITS else Decimal(text)
