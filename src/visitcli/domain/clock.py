"""Times of day as they are counted and written."""

from __future__ import annotations


def clock(second: int) -> str:
    """A second of the day as HH:MM."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"
