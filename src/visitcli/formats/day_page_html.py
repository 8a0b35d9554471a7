"""HTML and SVG that cannot be broken out of: whatever is not made here is escaped."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_BLANKS = re.compile(r"\s+")
_JOINERS = "\u200c\u200d"  # format characters that scripts of India cannot be written without
LONGEST = 400  # characters of one text from a file that are shown


class Html(str):
    """Markup that was made here. A plain `str` is text and gets escaped."""

    __slots__ = ()


Content = str | Html


def text(value: object) -> Html:
    """A text of the plan as HTML: one line, without control and format characters (Unicode Cc and Cf, so the ones that
    turn the direction too) and without halves of surrogate pairs."""
    if isinstance(value, Html):
        return value
    plain = str(value)
    if not plain.isprintable():
        plain = "".join(char for char in _BLANKS.sub(" ", plain) if _shown(char))
    return Html(html.escape(plain, quote=True))


def _shown(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def tag(name: str, /, *content: Content | None, **attributes: object) -> Html:
    """An element. Attributes: `class_` is `class`, `_` is `-`; None and False are left out, True stands alone."""
    inner = "".join(text(part) for part in content if part)
    opened = f"{name}{''.join(_attribute(key, value) for key, value in attributes.items())}"
    if not inner and name in _VOID:
        return Html(f"<{opened}>")
    return Html(f"<{opened}>{inner}</{name}>")


_VOID = frozenset({"input", "meta", "br"})


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(value)}"'


def joined(parts: Iterable[Content], between: str = "") -> Html:
    """The parts, one after the other."""
    return Html(text(between).join(text(part) for part in parts))


def foreign(value: str, language: str) -> Html:
    """A text from a file, isolated so that its direction stays its own; Chinese is marked as that on a page in another
    language, so that it is read aloud and set in type as Chinese. Cut at `LONGEST`."""
    value = value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
    chinese = language != "zh" and _HAN.search(value)
    return tag("bdi", value, lang="zh-CN" if chinese else None)
