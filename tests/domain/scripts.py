"""Scripts for the tests: the shipped one, and small ones to break."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

from visitcli.domain.script import Script, parse_script

SHIPPED_FILE = Path(__file__).parents[2] / "src" / "visitcli" / "data" / "scripts" / "visit.toml"
_SHIPPED = tomllib.loads(SHIPPED_FILE.read_text(encoding="utf-8"))


def shipped_document() -> dict[str, Any]:
    """The shipped script's document, to be changed freely."""
    return copy.deepcopy(_SHIPPED)


def shipped() -> Script:
    """The shipped script."""
    return parse_script(_SHIPPED)


def text(words: str = "字") -> dict[str, str]:
    """A text in both languages."""
    return {"zh": words, "en": words}


def question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question's table; `choices` may be given as names."""
    table: dict[str, Any] = {"name": name, "part": "record", "type": kind, "label": text(name), **more}
    if "choices" in table:
        table["choices"] = [{"name": choice, "label": text(choice)} for choice in table["choices"]]
    return table


def document(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A script's document around some questions."""
    return {"script_id": "small", "version": "1", "questions": list(questions), **more}


def named(tables: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The table of that name or code."""
    return next(table for table in tables if name in (table.get("name"), table.get("code")))
