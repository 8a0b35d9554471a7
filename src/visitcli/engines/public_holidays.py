"""The public holidays of a year, from the `holidays` library and an office's own file of days.

The library costs twelve bare starts of Python to import: whoever needs a year keeps it (store/holidays.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

from visitcli.domain.errors import BadInputError, NotFoundError

LANDS: Mapping[str, tuple[str, str | None]] = {
    "cn": ("CN", None), "us": ("US", None), "us-ma": ("US", "MA"), "uk": ("GB", "ENG"), "in": ("IN", None),
    "au": ("AU", None),
}  # fmt: skip
PUBLISHED_YEARLY = frozenset({"cn"})
"""Where the government publishes each year's days off shortly before it: a year that nobody knows is an estimate."""

LARGEST = 256 * 1024
BRIDGE = 3  # days that a weekend between two days off may be away from them and still belong to the holiday
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*[,\t ]\s*(off|work|休|班)(?:\s*[,\t ]\s*(.{0,60}))?")


@dataclass(frozen=True, slots=True)
class Year:
    """The days off of one year with their names (Chinese, English). `estimated`: not published yet; `source`: by which
    release of the library."""

    days: Mapping[date, tuple[str, str]] = field(default_factory=dict)
    estimated: bool = False
    source: str = ""


def release() -> str:
    """The library's release, without loading it."""
    return version("holidays")


def year_of(land: str, year: int) -> Year:
    """The public holidays of a land (`LANDS`) in a year: the days named, and weekends between two of them."""
    import holidays

    country, part = LANDS[land]

    def read(language: str | None) -> dict[date, str]:
        return dict(holidays.country_holidays(country, subdiv=part, years=year, language=language))

    english = read("en_US" if country in ("CN", "US", "IN") else None)
    own = read("zh_CN") if country == "CN" else english
    found = holidays.country_holidays(country, subdiv=part, years=year)
    unknown = land in PUBLISHED_YEARLY and year not in getattr(found, "special_public_holidays", {})
    guessed = any("estimated" in name for name in english.values())
    days = {day: (own.get(day, name), name) for day, name in english.items() if day.year == year}
    return Year(_with_weekends(days), unknown or guessed, release())


def _with_weekends(days: Mapping[date, tuple[str, str]]) -> dict[date, tuple[str, str]]:
    """The library leaves out the Saturdays and Sundays in the middle of a long holiday."""
    found = dict(days)
    for day, names in days.items():
        gap = [day + timedelta(days=ahead) for ahead in range(1, BRIDGE + 1)]
        reached = next((index for index, later in enumerate(gap) if later in days), None)
        for between in gap[:reached] if reached is not None else ():
            if between.isoweekday() >= 6:
                found.setdefault(between, names)
    return dict(sorted(found.items()))


def own_days(path: Path) -> dict[date, tuple[bool, str]]:
    """An office's file of days: one a line, `2027-02-05 off 春节` or `2027-02-20 work`; `#` begins a remark. By day:
    whether it is off, and its name. Raises NotFoundError `rules.no_days`, BadInputError `rules.bad_day`."""
    try:
        with path.open("rb") as stream:
            text = stream.read(LARGEST).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise NotFoundError("rules.no_days", file=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError("rules.bad_day", file=str(path), row=1, value=str(error)[:80]) from error
    found: dict[date, tuple[bool, str]] = {}
    for row, line in enumerate(text.splitlines(), 1):
        said = line.split("#")[0].strip()
        match = _LINE.fullmatch(said)
        try:
            if said:
                if match is None:
                    raise ValueError(said)
                found[date.fromisoformat(match[1])] = (match[2] in ("off", "休"), (match[3] or "").strip())
        except ValueError as error:
            raise BadInputError("rules.bad_day", file=str(path), row=row, value=said[:60]) from error
    return found
