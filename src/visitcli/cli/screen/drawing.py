"""From blocks to lines that fit: widths are display columns, as the terminal counts them (a Chinese character is two).

A drawing is exactly `rows` lines of at most `columns` columns: the header, the page (scrolled), a note, the keys.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from prompt_toolkit.utils import get_cwidth

from visitcli.cli.screen.controller import Controller
from visitcli.cli.screen.pages import Block, page, part_shown
from visitcli.cli.terminal import clean
from visitcli.domain.script import MEDIA, PARTS, SELECTS

Fragment = tuple[str, str]  # style, text
Line = list[Fragment]
Rows = tuple[int, ...]  # where each line of a text begins in it
Body = tuple[list[Line], tuple[int, int] | None, Rows]  # lines, the cursor's character and line, the typed text's rows

NOTE_LINES = 4
BANNER_LINES = 2
ROWS_FOR_TWO_KEY_LINES = 16
_INDENT_LIMIT = 3  # an indent takes at most this fraction of the width
_PLAIN = str.maketrans({
    "“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"', "…": "...", "·": "-", "–": "-", "—": "-",
    "›": ">", "→": ">", "↓": "v", "×": "x", "¥": "CNY ", "￥": "CNY ", "\u00a0": " ",
})  # fmt: skip
# What may not begin a line, and what may not end one.
_CLOSING = frozenset("，。、；：？！）》〉」』】〕”’…～％℃·,.;:?!)]}%")
_OPENING = frozenset("“‘（《〈「『【〔([{¥￥$#")
_PIECE = re.compile(r"[\u0021-\u2fff\uff61-\uffdc]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The lines, and the cursor as (character in its line, line) where something is typed."""

    lines: list[Line]
    cursor: tuple[int, int] | None

    @property
    def text(self) -> str:
        """The drawing without styles."""
        return "\n".join("".join(text for _, text in line) for line in self.lines)


class Typography:
    """What the terminal's encoding can show; the rest becomes ASCII, or a question mark."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._encoding = encoding or "ascii"

    def can(self, text: str) -> bool:
        """Whether the terminal can show this text."""
        try:
            text.encode(self._encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def __call__(self, text: str) -> str:
        if self.can(text):
            return text
        return "".join(char if self.can(char) else self._plain(char) for char in text)

    def _plain(self, char: str) -> str:
        plain = char.translate(_PLAIN)
        return plain if self.can(plain) else "?"


def draw(controller: Controller, columns: int, rows: int, typography: Typography) -> Drawing:
    """The whole screen. Sets the viewport's height and total, so that scrolling knows its limits."""
    header = _header(controller, columns, typography)
    keys = _keys(controller, columns, 2 if rows >= ROWS_FOR_TWO_KEY_LINES else 1, typography)
    footer = [*_banner(controller, columns, typography), *_note(controller, columns, typography), *keys]
    height = max(rows - len(header) - len(footer), 0)
    body, cursor, controller.viewport.rows = _body(page(controller), columns, height, typography)
    _follow(controller, height, len(body), cursor)
    top = controller.viewport.top
    shown = body[top : top + height]
    if shown and len(body) - top > height:
        shown[-1] = _more(controller, len(body) - top - height + 1, columns, typography)
    lines = [*header, *shown, *([[]] * (height - len(shown))), *footer][:rows]
    at = (cursor[0], cursor[1] - top + len(header)) if cursor and top <= cursor[1] < top + height else None
    return Drawing(lines, at)


def _follow(controller: Controller, height: int, total: int, cursor: tuple[int, int] | None) -> None:
    """Keep the scrolled part within the page, and what is being typed in sight."""
    view = controller.viewport
    view.height, view.total = height, total
    if cursor and not view.moved:
        below = 1 if cursor[1] < total - 1 else 0  # the line that says how much more there is
        view.top = min(max(view.top, cursor[1] + below - height + 1), cursor[1])
    view.top = max(0, min(view.top, total - height))


# Header, note, keys -----------------------------------------------------------------------------------------------


def _header(controller: Controller, columns: int, typography: Typography) -> list[Line]:
    """The case number, where the visit is in its four parts, how many questions are done."""
    words, here = controller.words, part_shown(controller)
    case = typography(clean(controller.visit.case_id))
    done = words("screen.count", count=controller.session.progress.done)
    count = typography(words("screen.readback") if controller.page == "readback" else done)
    names = [typography(words(f"screen.part.{part}")) for part in PARTS]
    step = PARTS.index(here)
    arrow = typography(words("screen.arrow"))
    marked = [f"[{name}]" if index == step else name for index, name in enumerate(names)]
    for middle in (arrow.join(marked), f"{step + 1}/4 {names[step]}", f"{step + 1}/4"):
        room = columns - get_cwidth(case) - get_cwidth(middle) - get_cwidth(count) - 4
        if room >= 0:
            left = room // 2
            text = f" {case}{' ' * (left + 1)}{middle}{' ' * (room - left + 1)}{count} "
            return [[("class:header", text)]]
    return [[("class:header", _cut(f"{step + 1}/4 {case}", columns))]]


def _banner(controller: Controller, columns: int, typography: Typography) -> list[Line]:
    """What the clock says, above everything else at the foot."""
    lines = wrapped(typography(controller.banner), columns) if controller.banner else []
    return [[("class:loud", line)] for line in lines[:BANNER_LINES]]


def _note(controller: Controller, columns: int, typography: Typography) -> list[Line]:
    note = controller.note
    if note is None:
        return []
    lines = wrapped(typography(note.text), columns)[:NOTE_LINES]
    return [[(f"class:{note.kind}", line)] for line in lines]


def _keys(controller: Controller, columns: int, most: int, typography: Typography) -> list[Line]:
    """What the keys do, in order of need: what does not fit into `most` lines is left away."""
    words, shown = controller.words, controller.page
    own = f"question.{_manner(controller)}" if shown == "question" else shown
    items = typography(words(f"screen.keys.{own}")).split("|")
    if shown in ("question", "readback"):
        items += typography(words("screen.keys.everywhere")).split("|")
    if get_cwidth("  ".join(items)) > columns:
        items = [item.replace("Ctrl-", "^") for item in items]
    lines = [""]
    for item in items:
        longer = f"{lines[-1]}  {item}" if lines[-1] else item
        if get_cwidth(longer) <= columns:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(_cut(item, columns))
    return [[("class:help", line)] for line in lines]


def _manner(controller: Controller) -> str:
    kind = controller.asking.question.type if controller.asking else "text"
    if kind in SELECTS:
        return kind
    return "path" if kind in MEDIA else "text"


def _more(controller: Controller, hidden: int, columns: int, typography: Typography) -> Line:
    text = controller.words("screen.more_typing" if controller.field else "screen.more", count=hidden)
    return [("class:more", _cut(typography(text), columns))]


def _cut(text: str, columns: int) -> str:
    shown, used = "", 0
    for char in text:
        used += get_cwidth(char)
        if used > columns:
            break
        shown += char
    return shown


# The page ---------------------------------------------------------------------------------------------------------


def _body(blocks: list[Block], columns: int, height: int, typography: Typography) -> Body:
    """All lines of the page; the blank lines between paragraphs go where the room is short."""
    body = _lines(blocks, columns, typography, gaps=True)
    return body if len(body[0]) <= height else _lines(blocks, columns, typography, gaps=False)


def _lines(blocks: list[Block], columns: int, typography: Typography, *, gaps: bool) -> Body:
    lines: list[Line] = []
    cursor = None
    rows: Rows = (0,)
    for block in blocks:
        if gaps and block.gap and lines:
            lines.append([])
        if block.cursor is not None:
            typed, at, rows = _typed(block, block.cursor, columns, typography)
            cursor = (at[0], at[1] + len(lines))
            lines += typed
        else:
            lines += _paragraph(block, columns, typography)
    return lines, cursor, rows


def _paragraph(block: Block, columns: int, typography: Typography) -> Iterator[Line]:
    lead = typography(block.lead)
    indent = get_cwidth(lead)
    if indent * _INDENT_LIMIT > columns:
        lead, indent = "", 0
    for index, text in enumerate(wrapped(typography(block.text), columns - indent)):
        before = (f"class:{block.lead_style}", lead) if index == 0 else ("", " " * indent)
        yield [before, (f"class:{block.style}" if block.style else "", text)]


def _typed(block: Block, cursor: int, columns: int, typography: Typography) -> tuple[list[Line], tuple[int, int], Rows]:
    """A text being typed, where its cursor stands, and where its lines begin. Behind each line one column is kept for
    the cursor. Nothing is left out, so that every character keeps its place."""
    starts, used, at = [0], 0, 0
    room = max(columns - get_cwidth(block.lead) - 1, 2)
    for piece in _pieces(block.text, room):
        taken = get_cwidth(typography(piece))
        if used and used + taken > room:
            starts.append(at)
            used = 0
        used, at = used + taken, at + len(piece)
    rows = [typography(block.text[start:end]) for start, end in pairwise([*starts, len(block.text)])]
    row = bisect_right(starts, cursor) - 1
    column = len(block.lead) + len(typography(block.text[starts[row] : cursor]))
    leads = [block.lead, *([" " * get_cwidth(block.lead)] * (len(rows) - 1))]
    lines = [
        [("class:key", lead), (f"class:{block.style}", f"{text} ")] for lead, text in zip(leads, rows, strict=True)
    ]
    return lines, (column, row), tuple(starts)


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most `columns`: Western words stay whole, closing punctuation never begins a line."""
    columns = max(columns, 2)
    lines = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for piece in _pieces(paragraph, columns):
            taken = get_cwidth(piece)
            if line and used + taken > columns:
                lines.append(line.rstrip())
                line, used = "", 0
                if piece.isspace():
                    continue
            line, used = line + piece, used + taken
        lines.append(line.rstrip())
    return lines


def _pieces(text: str, columns: int) -> Iterator[str]:
    """What may not be torn apart, cut where it is longer than a whole line."""
    held = ""
    for found in _PIECE.findall(text):
        sticks = held and (found[0] in _CLOSING or held[-1] in _OPENING)
        if sticks and get_cwidth(held + found) <= columns:
            held += found
            continue
        yield from _cut_up(held, columns)
        held = found
    yield from _cut_up(held, columns)


def _cut_up(piece: str, columns: int) -> Iterator[str]:
    while piece:
        head = _cut(piece, columns) or piece[0]
        yield head
        piece = piece[len(head) :]
