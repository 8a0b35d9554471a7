"""Text that a spreadsheet would run as a formula, made harmless and brought back (OWASP ASVS 5.0, 1.2.10)."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
GUARD = "'"


def guarded(text: str) -> str:
    """The text as no spreadsheet runs it: with an apostrophe in front where it begins like a formula.

    One that already begins with an apostrophe gets another, so that taking one away always gives the text back. The
    import takes it off by itself (`domain.values.clean`).
    """
    return GUARD + text if text.startswith((GUARD, *FORMULA_STARTS)) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell.removeprefix(GUARD)
