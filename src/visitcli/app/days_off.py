"""Whether a day is a public holiday where the agent works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from visitcli.app.runtime import Runtime
from visitcli.engines import public_holidays
from visitcli.store import holidays
from visitcli.store.database import explain

Names = tuple[str, str]
LAST_YEAR = 2100  # beyond which nobody reckons holidays


@dataclass
class DaysOff:
    """The public holidays of the agent's jurisdiction; each year is read once and kept in the store."""

    runtime: Runtime
    _years: dict[int, tuple[Mapping[date, Names], bool]] = field(default_factory=dict)

    @cached_property
    def _own(self) -> Mapping[date, tuple[bool, str]]:
        file = self.runtime.settings.days_file
        if not file:
            return {}
        return public_holidays.own_days(self.runtime.settings_path.parent / Path(file).expanduser())

    def name(self, day: date) -> Names | None:
        """What the holiday is called in Chinese and English; None on any other day. The office's file decides first."""
        if day in self._own:
            off, name = self._own[day]
            return (name or day.isoformat(),) * 2 if off else None
        return self._year(day.year)[0].get(day)

    def is_estimate(self, day: date) -> bool:
        """Whether the holidays of that year are not published yet and the office's file says nothing of it either."""
        return self._year(day.year)[1] and not any(known.year == day.year for known in self._own)

    def _year(self, year: int) -> tuple[Mapping[date, Names], bool]:
        if year not in self._years:
            self._years[year] = self._read(year)
        return self._years[year]

    def _keep(self, land: str, year: int, found: public_holidays.Year) -> None:
        """For next time. A store without room, or that may only be read, is no reason to answer nothing now."""
        try:
            holidays.keep(self.runtime.store, land, year, found.days, estimated=found.estimated, source=found.source)
        except Exception as error:
            if explain(error) is None:
                raise

    def _read(self, year: int) -> tuple[Mapping[date, Names], bool]:
        store, land = self.runtime.store, self.runtime.agent.jurisdiction
        if year > LAST_YEAR:
            return {}, False
        known = holidays.known_year(store, land, year)
        if known is None or (known[0] and known[1] != public_holidays.release()):
            found = public_holidays.year_of(land, year)
            self._keep(land, year, found)
            return found.days, found.estimated
        return holidays.days(store, land, year), known[0]
