"""Texts in both languages, and the placeholders that they may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from visitcli.domain.errors import BadInputError

LANGUAGES = ("zh", "en")
NEUTRAL_PLACEHOLDERS = frozenset({"customer", "id_tail", "agent", "partner", "company", "plate", "model", "today"})
DEBT_PLACEHOLDERS = frozenset({"lender", "overdue", "balance", "instalment", "days_overdue"})

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_MISSING = "—"
_JOINERS = "\u200c\u200d"  # format characters that scripts of India and many emoji cannot be written without


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages; an empty one was not given."""

    zh: str = ""
    en: str = ""

    def get(self, language: str) -> str:
        """The text in `language`; where that is missing, in the other one."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


NOTHING = Bilingual()


def placeholders(text: str) -> frozenset[str]:
    """The names that a text holds in braces."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; what nobody knows becomes a dash."""
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1)) or _MISSING, text)


def plain_text(text: str, limit: int, name: str) -> str:
    """A free text that is no script's answer, as it is kept: one line, without what steers a terminal or hides text.

    Line ends and tabs become a space, other control characters and format characters (Unicode Cc and Cf, so the
    bidirectional controls too) are dropped, the rest is NFC without blanks at its ends. `limit`: characters kept at
    most; `name`: what the text is, for the message. Raises BadInputError `text.surrogate` (a broken character: half
    of a pair, or a byte that was no UTF-8), `text.too_long`.
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise BadInputError("text.surrogate", name=name, limit=limit)
    line = " ".join(text.replace("\t", " ").splitlines())
    kept = (char for char in line if char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf"))
    plain = unicodedata.normalize("NFC", "".join(kept)).strip()
    if len(plain) > limit:
        raise BadInputError("text.too_long", name=name, limit=limit)
    return plain
