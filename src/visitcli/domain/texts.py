"""Texts in both languages, and the placeholders that they may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("zh", "en")
NEUTRAL_PLACEHOLDERS = frozenset({"customer", "id_tail", "agent", "partner", "company", "plate", "model", "today"})
DEBT_PLACEHOLDERS = frozenset({"lender", "overdue", "balance", "instalment", "days_overdue"})

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_MISSING = "—"


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
