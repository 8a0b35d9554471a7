"""What of a customer may be read by somebody who happens to see a page or a file."""

from __future__ import annotations

import unicodedata

_REST = "**"


def masked_name(name: str) -> str:
    """The first letter and two stars (王**, S**), whatever follows and however long it is; empty where there is no
    letter. Two stars always, so that the length tells nothing."""
    first = next((char for char in unicodedata.normalize("NFC", name) if char.isalpha()), "")
    return f"{first.upper()}{_REST}" if first else ""
