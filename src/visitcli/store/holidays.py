"""The public holidays of the years that were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from visitcli.store.database import Store

Names = tuple[str, str]


def known_year(store: Store, land: str, year: int) -> tuple[bool, str] | None:
    """Whether the year is an estimate, and where it came from; None where nobody has read it yet."""
    row = store.one("SELECT estimated, source FROM holiday_years WHERE land = ? AND year = ?", (land, year))
    return (bool(row[0]), str(row[1])) if row else None


def days(store: Store, land: str, year: int) -> dict[date, Names]:
    """The days off of a year, with their names in Chinese and English."""
    rows = store.all(
        "SELECT date, name_zh, name_en FROM holidays WHERE land = ? AND substr(date, 1, 4) = ?", (land, f"{year:04d}")
    )
    return {date.fromisoformat(day): (zh, en) for day, zh, en in rows}


def keep(store: Store, land: str, year: int, found: Mapping[date, Names], *, estimated: bool, source: str) -> None:
    """Keep a year, in place of what was known of it."""
    with store.transaction():
        store.run("DELETE FROM holidays WHERE land = ? AND substr(date, 1, 4) = ?", (land, f"{year:04d}"))
        for day, (zh, en) in found.items():
            store.run("INSERT INTO holidays VALUES (?, ?, ?, ?)", (land, day.isoformat(), zh, en))
        store.run(
            "INSERT OR REPLACE INTO holiday_years (land, year, estimated, source) VALUES (?, ?, ?, ?)",
            (land, year, int(estimated), source),
        )
