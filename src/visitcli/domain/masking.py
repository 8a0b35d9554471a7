"""What of a customer may be read by somebody who happens to see a page or a file."""

from __future__ import annotations

import unicodedata

STARS = "**"  # always two, so that the length of a name tells nothing
_SURNAMES = """
欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 令狐 慕容 宇文 长孙 長孫 夏侯 轩辕
端木 百里 呼延 南宫 东郭 独孤 完颜 闻人 钟离 西门 太史 申屠 澹台 公冶 淳于 濮阳 赫连 拓跋 万俟 司空 仲孙
"""
_COMPOUND = frozenset(_SURNAMES.split())  # those in common use


def masked_name(name: str) -> str:
    """The surname and two stars (王**, 欧阳**), of a name in another script its first letter (S**); two stars alone
    where there is no letter. Of a name that is a compound surname only, or seems to be, the first character."""
    text = unicodedata.normalize("NFC", name)
    start = next((index for index, char in enumerate(text) if char.isalpha()), None)
    if start is None:
        return STARS
    surname = text[start : start + 2]
    if surname in _COMPOUND and text[start + 2 : start + 3].isalpha():
        return surname + STARS
    end = start + 1
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1  # what stands on the letter belongs to it
    return text[start:end].upper() + STARS


def masked_phone(number: str) -> str:
    """A phone number with its ends: three digits, four stars, four digits. Shorter ones keep the last four, those of
    less than seven digits nothing."""
    text = unicodedata.normalize("NFKC", number)
    if "*" in text:
        head, tail = _digits(text.partition("*")[0]), _digits(text.rpartition("*")[2])
        return f"{head[:3]}****{tail[-4:]}"
    digits = _digits(text)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return f"{digits[:3] if len(digits) >= 11 else ''}****{digits[-4:] if len(digits) >= 7 else ''}"


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdigit())
