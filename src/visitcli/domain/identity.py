"""Resident identity numbers of China (GB 11643-1999): eighteen characters, a birth date, a check digit."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

Fault = Literal["rounded", "length", "birth_date", "checksum"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character, by ISO 7064 MOD 11-2."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True)) % 11]


def fault(number: str) -> Fault | None:
    """What is wrong with a resident identity number; None where nothing is.

    Masked numbers and papers of another kind (passports, numbers with other letters) are not judged; those of fifteen
    digits, from before 1999, have no check digit. `rounded`: a spreadsheet has kept the number as a number, so that
    only its first fifteen digits are true.
    """
    if _SCIENTIFIC.fullmatch(number):
        return "rounded"
    digits = number[:-1] if number[-1:] in "Xx" else number
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(number) == 15:
        return None if _is_date(f"19{number[6:12]}") else "birth_date"
    if len(number) != 18:
        return "length"
    if check_digit(number[:17]) != number[17].upper():
        return "rounded" if number.endswith("000") else "checksum" if _is_date(number[6:14]) else "birth_date"
    return None if _is_date(number[6:14]) else "birth_date"


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
