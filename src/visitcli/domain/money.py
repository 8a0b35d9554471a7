"""Money is integer fen inside and a decimal string in yuan, two places, outside."""

from __future__ import annotations


def yuan(fen: int) -> str:
    """`123450` fen as `"1234.50"`."""
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole}.{cents:02d}"


def yuan_grouped(fen: int) -> str:
    """`123450` fen as `"1,234.50"`, for a person's eye."""
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{cents:02d}"


def in_yuan(value: object) -> object:
    """A JSON-like value with every integer under a key `*_fen` turned into a decimal string under the bare key."""
    if isinstance(value, dict):
        return dict(_entry(key, item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return [in_yuan(item) for item in value]
    return value


def _entry(key: str, item: object) -> tuple[str, object]:
    if key.endswith("_fen") and (item is None or isinstance(item, int)):
        return key.removesuffix("_fen"), None if item is None else yuan(item)
    return key, in_yuan(item)
