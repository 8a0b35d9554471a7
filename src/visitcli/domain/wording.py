"""Words that have no place in a record or a conversation, with better ones: a warning, never a refusal.

A list is a document: `[[phrases]]` with `kind` (`judging`: an opinion about the person; `forbidden`: a threat, a lie,
a demand that no agent may make), `zh` and `en` (regular expressions, either may be missing) and `better` in both
languages; `[debt]` with `zh` and `en`: the words that must not be seen before identity is confirmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from visitcli.domain.table import Table
from visitcli.domain.texts import LANGUAGES, Bilingual

Kind = Literal["judging", "forbidden"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """`pattern`: in either language. `better`: what to write or say instead."""

    kind: Kind
    pattern: re.Pattern[str]
    better: Bilingual


@dataclass(frozen=True, slots=True)
class Slip:
    """What was found in a text: the words, and the phrase that they are one of."""

    found: str
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Wording:
    """A list of phrases, and the words of the debt by language."""

    phrases: tuple[Phrase, ...]
    debt: Mapping[str, tuple[str, ...]]

    def slips(self, text: str) -> list[Slip]:
        """The phrases of the list that stand in the text, in the list's order; half and full width are one."""
        plain = unicodedata.normalize("NFKC", text)
        found = ((phrase.pattern.search(plain), phrase) for phrase in self.phrases)
        return [Slip(match.group(), phrase) for match, phrase in found if match]

    def speaks_of_debt(self, text: str) -> str:
        """The first word of the debt in the text, of either language; "" where there is none."""
        plain = unicodedata.normalize("NFKC", text).lower()
        return next((word for words in self.debt.values() for word in words if word in plain), "")


def parse_wording(document: Mapping[str, object]) -> Wording:
    """The list that a document writes. Raises BadInputError `script.*` with its place."""
    table = Table(document, "")
    phrases = tuple(_phrase(item) for item in table.tables("phrases", required=True))
    words = Table(table.take("debt", required=True), "debt")
    debt = {language: tuple(words.text(language, required=True).split()) for language in LANGUAGES}
    words.finish()
    table.finish()
    return Wording(phrases, debt)


def _phrase(table: Table) -> Phrase:
    kind = table.one_of("kind", get_args(Kind))
    parts = [part for part in (table.text("zh"), table.text("en")) if part]
    better = table.bilingual("better", required=True)
    table.finish()
    return Phrase(kind, re.compile("|".join(parts), re.IGNORECASE), better)
