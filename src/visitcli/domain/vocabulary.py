"""The words of case files: which headings mean which field, which cell texts mean which code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitcli.domain.values import folded

CASES = "cases"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything by its folded form (`values.folded`).

    `sheets`: sheet kind -> heading -> field. `values`: kind of code -> word -> code. `units`: what a heading says of
    its numbers -> factor. `percents`: how a heading says percent without the sign. `totals`: how the line of sums
    begins.
    """

    sheets: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, str]]
    units: Mapping[str, int]
    percents: frozenset[str]
    totals: frozenset[str]

    def field_named(self, name: str) -> str | None:
        """The field of a case that a person means: by its own name (`overdue`, `loan.overdue`) or any heading."""
        headings = self.sheets[CASES]
        bare = name.strip().rpartition(".")[2].removesuffix("_fen")
        fields = {field for field in headings.values() if field != "ignored"}
        return bare if bare in fields else headings.get(folded(name))


def vocabulary(document: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary from its document: field -> list of headings, or "sheet.field" for the same headings as there."""
    marks = document["marks"]
    return Vocabulary(
        sheets={kind: _headings(document["sheets"], fields) for kind, fields in document["sheets"].items()},
        values={kind: _by_word(codes) for kind, codes in document["values"].items()},
        units={folded(word): 10_000 for word in marks["wan"]}
        | {folded(word): 1 for word in [*marks["yuan"], *marks["percent"]]},
        percents=frozenset(map(folded, marks["percent"])),
        totals=frozenset(map(folded, marks["totals"])),
    )


def _headings(sheets: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, str]:
    resolved = {}
    for field, words in fields.items():
        if isinstance(words, str):
            sheet, _, other = words.partition(".")
            words = sheets[sheet][other]
        resolved[field] = [*words, field]
    return _by_word(resolved)


def _by_word(codes: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, words in codes.items():
        for word in words:
            found.setdefault(folded(word), code)
    return found
