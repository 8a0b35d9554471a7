"""What a plan says of its travel, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visitcli.words import Words

SHOWN = 5  # cases named in one sentence


def travel_lines(document: Mapping[str, Any], words: Words) -> list[str]:
    """The sentences of a plan's `travel` (app.travelling.TravelChoice.document), one a note."""
    return [_sentence(note["code"], note["context"], words) for note in document["notes"]]


def _sentence(code: str, context: Mapping[str, Any], words: Words) -> str:
    values = {key: f"{value:g}" if isinstance(value, float) else value for key, value in context.items()}
    cases = list(context.get("cases", ()))
    if "cases" in context:
        some = words("roads.said.comma").join(cases[:SHOWN])
        values["cases"] = words("roads.said.and_more", cases=some) if len(cases) > SHOWN else some
        code = f"{code}_unnamed" if code == "off_the_map" and not cases else code
    return words(f"roads.said.{code}", **values)
