"""What a person sees: data on stdout, all else on stderr; rich only where there is a terminal."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

NARROW = 100  # columns below which lists are written as lines
_FORMAT_CHARACTERS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STEERING = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"  # not compiled before it is needed


@dataclass
class Terminal:
    """The three streams and how they may be used."""

    stdin: IO[str] = field(default_factory=lambda: sys.stdin)
    stdout: IO[str] = field(default_factory=lambda: sys.stdout)
    stderr: IO[str] = field(default_factory=lambda: sys.stderr)
    environ: Mapping[str, str] = field(default_factory=dict)
    json: bool = False
    interactive: bool = True
    color: bool = True

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return self.interactive and not self.json and self.stdin.isatty() and self.stderr.isatty()

    @property
    def pretty(self) -> bool:
        """Whether stdout is a terminal that can draw."""
        return self.stdout.isatty() and self.environ.get("TERM") != "dumb"

    @property
    def narrow(self) -> bool:
        """Whether a table would break its cells: a phone's terminal."""
        import shutil

        return self.pretty and shutil.get_terminal_size().columns < NARROW

    @property
    def draws_unicode(self) -> bool:
        """Whether stdout can take more than ASCII."""
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        return encoding.lower().replace("-", "") == "utf8"

    @property
    def shows_progress(self) -> bool:
        """Whether long work may draw on stderr."""
        return self.interactive and not self.json and self.stderr.isatty() and self.environ.get("TERM") != "dumb"

    def document(self, value: object, *, one_line: bool = False) -> None:
        """One JSON document on stdout; on a terminal indented, in a pipe (or where asked) on one line."""
        self.stdout.write(as_json(value, indent=None if one_line or self._piped else 2) + "\n")
        self.stdout.flush()

    @property
    def _piped(self) -> bool:
        return not self.stdout.isatty()

    def out(self, text: str = "") -> None:
        """A line of data."""
        self.stdout.write(clean(text) + "\n")

    def note(self, text: str = "") -> None:
        """A line for the person, not part of the data."""
        self.stderr.write(clean(text) + "\n")

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        right: frozenset[int] = frozenset(),
        beside: Sequence[str] = (),
    ) -> None:
        """Rows under headings: drawn to fit a terminal, aligned columns in a pipe. `right`: columns aligned right;
        `beside`: a picture that a terminal shows on the right of it."""
        cells = [[clean(str(cell)) for cell in row] for row in rows]
        if self.pretty:
            self._rich_table(columns, cells, right, beside)
            return
        widths = [max([width(head), *(width(row[i]) for row in cells)]) for i, head in enumerate(columns)]
        for row in [list(columns), *cells]:
            padded = [_pad(cell, widths[i], i in right) for i, cell in enumerate(row)]
            self.stdout.write("  ".join(padded).rstrip() + "\n")

    def console(self, stream: IO[str] | None = None) -> Console:
        """A rich console for stdout (or the stream given), without markup."""
        from rich.console import Console

        return Console(
            file=stream or self.stdout,
            markup=False,
            highlight=False,
            emoji=False,
            no_color=not self.color or None,
            safe_box=True,
        )

    def picture(self, lines: Sequence[str], beside: Sequence[str] = ()) -> None:
        """A picture of characters on a terminal, its labels stressed; `beside`: lines that stand on the left of it."""
        self._draw("\n".join(map(clean, beside)), lines)

    def _draw(self, left: RenderableType, picture: Sequence[str]) -> None:
        from rich.table import Table
        from rich.text import Text

        drawn = Text("\n".join(map(clean, picture)), style="cyan", no_wrap=True, overflow="crop")
        drawn.highlight_regex(r"[^\W_]+|[<>^]", "bold not dim default")
        grid = Table.grid(padding=(0, 3, 0, 0))
        if left:
            grid.add_column()
        grid.add_column(no_wrap=True, width=max(map(width, picture), default=0))
        grid.add_row(*([left] if left else []), drawn)
        self.console().print(grid)

    def _rich_table(
        self, columns: Sequence[str], cells: list[list[str]], right: frozenset[int], beside: Sequence[str]
    ) -> None:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        style = box.SIMPLE_HEAD if self.draws_unicode else box.ASCII2
        table = Table(box=style, pad_edge=False, header_style="bold")
        for index, head in enumerate(columns):
            table.add_column(head, justify="right" if index in right else "left", overflow="fold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        if beside:
            self._draw(table, beside)
        else:
            self.console().print(table)


def clean(text: str) -> str:
    """The text without control, format and surrogate characters (newline and tab stay): names come from files."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _FORMAT_CHARACTERS)


def as_json(value: object, indent: int | None = None) -> str:
    """The value as JSON in which nothing steers a terminal: DEL, C1, line separators and the bidirectional controls
    are escaped, as JSON itself escapes C0. What is not plain is written by `str`."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return re.sub(_STEERING, lambda found: f"\\u{ord(found[0]):04x}", text)


def width(text: str) -> int:
    """Columns that the text takes on a terminal (Unicode UAX 11: wide and full-width characters take two)."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, columns: int, right: bool) -> str:
    blank = " " * (columns - width(text))
    return blank + text if right else text + blank
