"""A line being typed. The cursor moves, and backspace removes, by what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from prompt_toolkit.utils import get_cwidth

from visitcli.cli.terminal import clean

_EXTENDING = frozenset({"Mn", "Me", "Mc"})
_SKIN_TONES = range(0x1F3FB, 0x1F400)


@dataclass
class Field:
    """`cursor` counts code points from the start and never stands inside a character."""

    text: str = ""
    cursor: int = 0

    @classmethod
    def of(cls, text: str) -> Field:
        """A field that holds `text`, the cursor behind it."""
        return cls(text, len(text))

    def insert(self, typed: str) -> None:
        """Type or paste. Line ends and tabs become spaces; what steers a terminal and lone surrogates are dropped."""
        plain = clean(typed.replace("\r\n", "\n")).replace("\n", " ").replace("\t", " ")
        self.text = self.text[: self.cursor] + plain + self.text[self.cursor :]
        self.cursor += len(plain)
        while self.cursor < len(self.text) and _extends(self.text[self.cursor]):
            self.cursor += 1

    def replace(self, text: str) -> None:
        """Put another text in place of the whole line."""
        self.text, self.cursor = text, len(text)

    def press(self, key: str) -> bool:
        """Take an editing key; False where the key is none."""
        if key not in _KEYS:
            return False
        start, end, cursor = _KEYS[key](self)
        self.text = self.text[:start] + self.text[end:]
        self.cursor = cursor
        return True

    def to_line(self, step: int, rows: tuple[int, ...]) -> bool:
        """Move to the line above (-1) or below (1), as near as can be to the same column; False where there is none.

        `rows`: where each line of the text begins, as it is drawn.
        """
        here = max(bisect_right(rows, self.cursor) - 1, 0)
        there = here + step
        if not 0 <= there < len(rows):
            return False
        column = get_cwidth(self.text[rows[here] : self.cursor])
        last = rows[there + 1] - 1 if there + 1 < len(rows) else len(self.text)
        cursor = rows[there]
        while cursor < last and get_cwidth(self.text[rows[there] : cursor + 1]) <= column:
            cursor += 1
        cursor = min(cursor, len(self.text))  # keys may come faster than the drawing
        while 0 < cursor < len(self.text) and _extends(self.text[cursor]):
            cursor -= 1
        self.cursor = cursor
        return True

    def before(self) -> int:
        """Where the character before the cursor begins."""
        index = self.cursor - 1
        while index > 0 and _extends(self.text[index]):
            index -= 1
        return max(index, 0)

    def after(self) -> int:
        """Where the character at the cursor ends."""
        index = self.cursor + 1
        while index < len(self.text) and _extends(self.text[index]):
            index += 1
        return min(index, len(self.text))


def _extends(char: str) -> bool:
    return unicodedata.category(char) in _EXTENDING or ord(char) in _SKIN_TONES


# Each key: from where to where it removes, and where the cursor stands afterwards.
_KEYS: dict[str, Callable[[Field], tuple[int, int, int]]] = {
    "backspace": lambda field: (field.before(), field.cursor, field.before()),
    "delete": lambda field: (field.cursor, field.after(), field.cursor),
    "c-u": lambda field: (0, field.cursor, 0),
    "c-k": lambda field: (field.cursor, len(field.text), field.cursor),
    "left": lambda field: (0, 0, field.before()),
    "right": lambda field: (0, 0, field.after()),
    "home": lambda field: (0, 0, 0),
    "c-a": lambda field: (0, 0, 0),
    "end": lambda field: (0, 0, len(field.text)),
    "c-e": lambda field: (0, 0, len(field.text)),
}
