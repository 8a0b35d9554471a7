"""What every verb of the day needs from outside: the store, the settings, the clock, randomness."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from visitcli.domain.ids import uuid7
from visitcli.domain.settings import Settings
from visitcli.engines import settings_file
from visitcli.store import device
from visitcli.store.database import Store, open_store

JURISDICTIONS = ("cn", "us", "us-ma", "uk", "in", "au")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who visits: `id` as the office knows the agent, the name said at the door, who usually comes along, and whose
    rules hold."""

    id: str
    name: str
    partner: str = ""
    jurisdiction: str = "cn"


@dataclass
class Runtime:
    """The world as a verb sees it. `clock` gives an aware local time; `random_bytes(n)` gives n random bytes."""

    home: Path
    settings_path: Path
    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = os.urandom
    _opened: list[Store] = field(default_factory=list)

    @cached_property
    def settings(self) -> Settings:
        """The settings file, read at first use."""
        return settings_file.read(self.settings_path)

    @cached_property
    def store(self) -> Store:
        """The store, opened (made, migrated) at first use."""
        store = open_store(self.home)
        self._opened.append(store)
        return store

    @cached_property
    def agent(self) -> Agent:
        """Who visits; the system's user under China's rules where nobody has said."""
        known = device.read(self.store)
        return Agent(
            id=known.get("agent") or _system_user(),
            name=known.get("name", ""),
            partner=known.get("partner", ""),
            jurisdiction=known.get("jurisdiction", "cn"),
        )

    def forget(self) -> None:
        """Read settings and agent anew at their next use: they have been changed."""
        self.__dict__.pop("settings", None)
        self.__dict__.pop("agent", None)

    def now(self) -> datetime:
        """The present, with offset, in the zone of the settings where one is set."""
        moment = self.clock()
        if not self.settings.timezone:
            return moment
        from zoneinfo import ZoneInfo

        return moment.astimezone(ZoneInfo(self.settings.timezone))

    def today(self) -> date:
        """The present day."""
        return self.now().date()

    def new_id(self) -> str:
        """A new UUIDv7."""
        return uuid7(int(self.now().timestamp() * 1000), self.random_bytes(10))

    def close(self) -> None:
        """Let go of the store."""
        while self._opened:
            self._opened.pop().close()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # ImportError: where Windows says no name, getpass asks for `pwd`
        return "agent"
