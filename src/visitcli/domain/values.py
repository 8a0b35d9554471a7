"""What a cell of a case file says, as the value that a case keeps: money in fen, dates in ISO, phones as digits.

A cell is what a reader of tables gives: text, or a number, date or truth value of a workbook. A converter takes one
cell and gives a JSON value, None where the cell says nothing, and raises CellError with a code where it makes no sense.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial
from typing import Any

from visitcli.domain import identity

Convert = Callable[[object], Any]

LONGEST_TEXT = 1_000
MOST_FEN = 10**13
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
PER_CENT = Decimal(1)
RATE_SIGNS = {"%": PER_CENT, "‰": Decimal("0.1")}  # in percent

_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar, as all of them count since 1 March 1900
_NOTHING = frozenset(("", "无", "暂无", "没有", "空", "不详", "未知", "na", "nil", "null", "none", "nan"))
_PLAIN_AMOUNT = re.compile(r"(\d{1,11})(?:\.(\d{1,2}))?")
_AMOUNT = re.compile(r"(?:¥|rmb|cny)?([+-]?[\d,]*\.?\d+(?:e[+-]?\d+)?)(万元|万|w|元|yuan|rmb|cny)?")
_COUNT = re.compile(r"(?:每月|第)?(\d{1,6})(?:\.0*)?(?:个月|天|日|号|期|月|days?|months?)?")
_RATE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)([%‰]?)")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DAY = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))"
    r"(?:[t\s]*(\d{1,2})[:时](\d{1,2})(?:[:分].*)?)?"
)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_MOBILE = re.compile(r"(?:\+?0{0,2}86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+?86)?(0\d{9,11}(?:转?\d{1,6})?|[2-9]\d{6,7}|[48]00\d{7})")
_ABROAD = re.compile(r"(?:\+|00)(?!86)[1-9]\d{6,14}")
_MASKED = re.compile(r"[\d*+]*\*[\d*]*")
_PHONE_BREAKS = re.compile(r"[,;/、|\n]+|\s+(?=\+?(?:86)?1\d{10})")
_DEGREES = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)°?([ewns东西北南]?)")


class CellError(ValueError):
    """A cell that makes no sense in its column; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean(text: str) -> str:
    """Text as it is kept: no control characters, lone surrogates or NUL, blanks of every kind as one space at most
    at a place, and without what spreadsheets and guards against formulas put around text (`'001`, `="001"`, `'=1`)."""
    if not text.isprintable():
        text = "".join(map(_printable, text))
    text = text.strip()
    if text[:1] in ("'", "=") and len(text) > 1:
        return _unwrapped(text)
    return text


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    if char.isspace():
        return " "
    return char if unicodedata.category(char) == "Co" else ""  # rare characters of GB18030 lie in private use


def _unwrapped(text: str) -> str:
    if text[0] == "'":
        return text[1:] if text[1] in "=+-@＝＋－＠'" or text[1].isdigit() else text
    return text[2:-1].strip() if len(text) > 3 and text[1] == '"' and text[-1] == '"' else text


def narrow(text: str) -> str:
    """Full-width letters and digits as the usual ones (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def folded(text: str) -> str:
    """A heading or a word for comparison: NFKC, lower case, letters and digits only."""
    return "".join(char for char in narrow(text).lower() if char.isalnum())


def plain(cell: object) -> str:
    """The text of any cell. A whole number in a number cell is written without a point (1001.0 is case 1001)."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):
            return ""
        return str(int(cell)) if cell == int(cell) and abs(cell) < 10**EXACT_DIGITS else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == time(0) else cell.isoformat("T", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else clean(str(cell))


def says_nothing(text: str) -> bool:
    """Whether a cell's text stands for an empty cell: blanks, dashes, 无, N/A ..."""
    return not text or (len(text) < 5 and folded(text) in _NOTHING)


def _compact(cell: object) -> str:
    """Text without any blank, narrow and lower case; "" where the cell says nothing."""
    text = plain(cell)
    return "" if says_nothing(text) else "".join(narrow(text).lower().split())


def text(cell: object) -> str | None:
    """Words. Raises CellError `import.too_long`."""
    found = plain(cell)
    if len(found) > LONGEST_TEXT:
        raise CellError("import.too_long")
    return None if says_nothing(found) else found


def number_text(cell: object) -> str | None:
    """A number that names something (contract, account). Raises CellError `import.rounded` where digits are lost."""
    if isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS:
        raise CellError("import.rounded")
    found = text(cell)
    if found is None:
        return None
    found = narrow(found)
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+\d+", found):
        raise CellError("import.rounded")
    return found


def capitals(cell: object) -> str | None:
    """A plate or chassis number: capitals and digits without blanks or dots (沪A·12345 is 沪A12345)."""
    found = _compact(cell).upper().replace("·", "").replace("•", "").replace("-", "")
    if len(found) > 40:
        raise CellError("import.too_long")
    return found or None


def fen(cell: object, scale: int = 1) -> int | None:
    """Money in fen. `scale`: 10,000 where the heading says 万元. Raises CellError `import.amount`.

    The cell's own unit (3.5万, 120元) counts for more than the heading's.
    """
    if isinstance(cell, str) and scale == 1 and (quick := _PLAIN_AMOUNT.fullmatch(cell)):
        return int(quick[1]) * 100 + int((quick[2] or "0").ljust(2, "0"))
    if isinstance(cell, bool | date):
        raise CellError("import.amount")
    found = _compact(cell)
    if not found:
        return None
    match = _AMOUNT.fullmatch(found)
    if match is None:
        raise CellError("import.amount")
    unit = match[2]
    factor = scale if unit is None else 10_000 if unit in ("万元", "万", "w") else 1
    try:
        amount = (Decimal(match[1].replace(",", "")) * factor * 100).quantize(Decimal(1), ROUND_HALF_UP)
    except InvalidOperation as error:
        raise CellError("import.amount") from error
    if not 0 <= amount <= MOST_FEN:
        raise CellError("import.amount")
    return int(amount)


def count(cell: object, low: int = 0, high: int = 100_000) -> int | None:
    """A whole number of days or instalments, within bounds. Raises CellError `import.number`."""
    found = _compact(cell)
    if not found:
        return None
    match = _COUNT.fullmatch(found.replace(",", ""))
    if match is None or isinstance(cell, bool | date) or not low <= int(match[1]) <= high:
        raise CellError("import.number")
    return int(match[1])


def percent(cell: object, scale: Decimal = PER_CENT) -> str | None:
    """A rate in percent as a decimal string. Raises CellError `import.percent`.

    `scale`: how many percent a bare 1 is: 100 where the column's rates are fractions (see `rates.py`), a tenth where
    its heading says ‰. The cell's own sign counts for more.
    """
    found = _rate(cell)
    if found is None:
        return None
    value = found[0] * RATE_SIGNS.get(found[1], scale)
    if value > 100:
        raise CellError("import.percent")
    return f"{value.normalize():f}"


def bare_rate(cell: object) -> Decimal | None:
    """The number of a rate that has no sign of its own; None for all other cells."""
    try:
        found = _rate(cell)
    except CellError:
        return None
    return found[0] if found and not found[1] else None


def _rate(cell: object) -> tuple[Decimal, str] | None:
    found = _compact(cell)
    if not found:
        return None
    match = _RATE.fullmatch(found)
    if match is None or isinstance(cell, bool | date):
        raise CellError("import.percent")
    return Decimal(match[1]), match[2]


def day(cell: object) -> str | None:
    """A calendar date as ISO text. Raises CellError `import.date`. See `moment` for what is understood."""
    if isinstance(cell, str) and (quick := _ISO_DAY.fullmatch(cell)):
        return _iso(int(quick[1]), int(quick[2]), int(quick[3]))
    found = moment(cell)
    return found[:10] if found else None


def moment(cell: object) -> str | None:
    """A date, or a date and time to the minute, as ISO text. Raises CellError `import.date`.

    Understood: dates of a workbook, 2026/11/3, 2026-11-03, 2026.11.3, 20261103, 2026年11月3日, each with or without
    a time of day, and a spreadsheet's count of days (46329).
    """
    if isinstance(cell, datetime):
        written = cell.isoformat("T", "minutes")
        return written[:10] if cell.time() == time(0) else written
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool | time | timedelta):
        raise CellError("import.date")
    words = plain(cell)
    if says_nothing(words):
        return None
    words = narrow(words).lower().strip()
    if serial := _SERIAL.fullmatch(words):
        return _within((_EPOCH + timedelta(days=int(serial[1]))).isoformat())
    match = _DAY.fullmatch(words.replace("年 ", "年").replace("月 ", "月"))
    if match is None:
        raise CellError("import.date")
    on = _iso(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    if match[6] is None or (int(match[6]), int(match[7])) == (0, 0):
        return on
    if int(match[6]) > 23 or int(match[7]) > 59:
        raise CellError("import.date")
    return f"{on}T{int(match[6]):02d}:{int(match[7]):02d}"


def _iso(year: int, month: int, day_of_month: int) -> str:
    try:
        return _within(date(year, month, day_of_month).isoformat())
    except ValueError as error:
        raise CellError("import.date") from error


def _within(iso: str) -> str:
    if not "1950" <= iso < "2100":
        raise CellError("import.date")
    return iso


def id_number(cell: object) -> str | None:
    """An identity number. Raises CellError `import.id_rounded`, `import.id_length`, `import.id_birth_date`,
    `import.id_checksum` (GB 11643)."""
    if isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS:
        raise CellError("import.id_rounded")
    found = _compact(cell).upper()
    if not found:
        return None
    if fault := identity.fault(found):
        raise CellError(f"import.id_{fault}")
    return found


def phones(cell: object) -> tuple[list[str], list[str]]:
    """The phones of one cell, which may name several: (as digits, those that are none)."""
    words = plain(cell)
    if says_nothing(words):
        return [], []
    good: list[str] = []
    bad: list[str] = []
    for part in _PHONE_BREAKS.split(narrow(words)):
        number = re.sub(r"[\s\-()‐–—]", "", part).rstrip(".")
        if number and not says_nothing(number):
            found = phone(number)
            (good if found else bad).append(found or part.strip())
    return good, bad


def phone(number: str) -> str | None:
    """One phone without blanks and hyphens, its +86 taken off; None where it cannot be one. Masked ones stand."""
    match = _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)
    if match:
        return match[1]
    masked = number.upper().replace("X", "*")
    if _ABROAD.fullmatch(number) or (_MASKED.fullmatch(masked) and 7 <= len(number) <= 16):
        return number
    return None


def degrees(cell: object) -> float | None:
    """Decimal degrees, not yet held against the globe. Raises CellError `import.coordinates`."""
    if isinstance(cell, str):
        try:
            return float(cell) if cell else None
        except ValueError:
            pass
    found = _compact(cell)
    if not found:
        return None
    match = _DEGREES.fullmatch(found)
    if match is None or isinstance(cell, bool | date):
        raise CellError("import.coordinates")
    return -float(match[1]) if match[2] in ("w", "s", "西", "南") and match[2] else float(match[1])


def point(cell: object) -> tuple[float, float] | None:
    """The two numbers of one cell in their order (121.47,31.23). Raises CellError `import.coordinates`."""
    words = narrow(plain(cell)).strip("()[] ")
    if says_nothing(words):
        return None
    numbers = [degrees(part) for part in re.split(r"[,;、\s]+", words.lower())]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        raise CellError("import.coordinates")
    return numbers[0], numbers[1]


def choice(words: Mapping[str, str], code: str) -> Convert:
    """A converter for a cell that names one of a few things: folded word -> its code; CellError `code` for others."""
    return partial(_choose, words, code)


def _choose(words: Mapping[str, str], code: str, cell: object) -> str | None:
    found = plain(cell)
    if says_nothing(found):
        return None
    chosen = words.get(folded(found))
    if chosen is None:
        raise CellError(code)
    return chosen
