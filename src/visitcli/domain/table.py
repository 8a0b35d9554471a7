"""Reading a document of plain tables strictly: every key has one type and one meaning, and unknown ones are refused.

Refusals are BadInputError with `where`, the place in the document: `script.shape` (another kind of value),
`script.missing`, `script.unknown_key`, `script.value` (not one of those allowed), `script.name`,
`script.not_for_type`, `script.placeholder`, `script.expression`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from visitcli.domain import expression as ex
from visitcli.domain.errors import BadInputError
from visitcli.domain.texts import DEBT_PLACEHOLDERS, NEUTRAL_PLACEHOLDERS, Bilingual, placeholders

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

T = TypeVar("T")


class Table:
    """One table of a document, read key by key; `finish` refuses the keys that nobody asked for.

    `where` is its place, "questions[3]", "" for the document itself. `unless` in a reader: the key has no meaning here
    and is refused.
    """

    def __init__(self, document: object, where: str) -> None:
        self.where = where
        if not isinstance(document, Mapping):
            raise BadInputError("script.shape", where=where or "script", expected="{ }")
        self._left: dict[str, object] = {str(key): value for key, value in document.items()}

    def finish(self) -> None:
        for key in self._left:
            raise BadInputError("script.unknown_key", where=self.place(key))

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.take(key, required=required, default="")
        if not isinstance(value, str):
            raise BadInputError("script.shape", where=self.place(key), expected='" "')
        if required and not value.strip():
            raise BadInputError("script.missing", where=self.place(key))
        return value

    def name(self, key: str) -> str:
        value = self.text(key, required=True)
        if _NAME.fullmatch(value) is None:
            raise BadInputError("script.name", where=self.place(key), value=value[:80])
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.take(key, default=default)
        if not isinstance(value, bool):
            raise BadInputError("script.shape", where=self.place(key), expected="true / false")
        return value

    def one_of(self, key: str, allowed: tuple[T, ...], *, default: T | None = None, unless: bool = False) -> T:
        value = self.take(key, required=default is None, default=default, unless=unless)
        if value not in allowed:
            expected = ", ".join(str(item) for item in allowed if item)
            raise BadInputError("script.value", where=self.place(key), value=str(value)[:80], expected=expected)
        return value

    def bilingual(self, key: str, *, required: bool = False) -> Bilingual:
        value = self.take(key, required=required, default={})
        table = Table(value, self.place(key))
        texts = Bilingual(zh=table.text("zh"), en=table.text("en"))
        table.finish()
        unknown = (placeholders(texts.zh) | placeholders(texts.en)) - NEUTRAL_PLACEHOLDERS - DEBT_PLACEHOLDERS
        if unknown:
            raise BadInputError("script.placeholder", where=self.place(key), value="{" + min(unknown) + "}")
        return texts

    def expression(self, key: str) -> tuple[str, ex.Expression | None]:
        text = self.text(key)
        return text, ex.parse(text, where=self.place(key)) if text.strip() else None

    def tables(self, key: str, *, required: bool = False, unless: bool = False) -> list[Table]:
        value = self.take(key, required=required, default=[], unless=unless)
        if not isinstance(value, list | tuple):
            raise BadInputError("script.shape", where=self.place(key), expected="[ ]")
        return [Table(item, f"{self.place(key)}[{index}]") for index, item in enumerate(value)]

    def take(self, key: str, *, required: bool = False, default: object = None, unless: bool = False) -> object:
        if key not in self._left:
            if required:
                raise BadInputError("script.missing", where=self.place(key))
            return default
        if unless:
            raise BadInputError("script.not_for_type", where=self.place(key))
        return self._left.pop(key)

    def place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key
