"""Both languages' catalogues, and how a code becomes a sentence.

A catalogue is `words/<language>/<area>.json`, a flat object from key to text with `{named}` placeholders; the area is
what stands before the first dot of a key and is read when the first of its keys is asked for. Where a text counts
something, `key.one` is taken instead of `key` when `count` is 1.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

LANGUAGES = ("zh", "en")
_HERE = Path(__file__).parent
_LANG_CHINESE = 0x04  # the primary language in the low ten bits of a Windows LANGID, whatever the region


class Words:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._areas: dict[str, dict[str, str]] = {}

    def has(self, key: str) -> bool:
        """Whether the catalogue knows this key."""
        return key in self._area(key)

    def text(self, key: str, /, **values: object) -> str:
        """The sentence for a key, its placeholders filled. An unknown key is a bug and raises KeyError."""
        area = self._area(key)
        if values.get("count") == 1 and f"{key}.one" in area:
            key = f"{key}.one"
        return area[key].format(**values) if values else area[key]

    __call__ = text

    def get(self, key: str, default: str, /, **values: object) -> str:
        """Like `text`, for codes that a file may bring from outside: unknown ones stand as `default`."""
        return self.text(key, **values) if self.has(key) else default

    def _area(self, key: str) -> dict[str, str]:
        name = key.partition(".")[0]
        if name not in self._areas:
            path = _HERE / self.language / f"{name}.json"
            self._areas[name] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return self._areas[name]


def language_of(environ: os._Environ[str] | dict[str, str]) -> str:
    """`zh` or `en`: VISITCLI_LANG, else the locale of the environment, else the system's; Chinese for zh locales,
    English otherwise."""
    names = ("VISITCLI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((environ[name] for name in names if environ.get(name)), "") or _system_locale()
    return "zh" if wanted.lower().startswith("zh") else "en"


def _system_locale() -> str:
    """What the system says where the environment says nothing, as on Windows; imported only then."""
    if sys.platform == "win32":
        import ctypes

        language = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return "zh" if language & 0x3FF == _LANG_CHINESE else "en"
    else:  # noqa: RET505 - for mypy, to which the rest is unreachable on Windows
        import locale

        return locale.getlocale()[0] or ""
