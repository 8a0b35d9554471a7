"""Stores of the tests: encrypted as everybody's are, by one passphrase that costs nothing to derive from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from benchmarks.year import PASSPHRASE

from visitcli.app.runtime import Given, Runtime
from visitcli.store import database
from visitcli.store.database import FILE_NAME, Store

__all__ = ["PASSPHRASE", "key_of", "open_existing", "open_store"]


def key_of(home: Path) -> bytes:
    """The key of a home, made where there is none."""
    return Runtime(home, home / "settings.toml", lambda: datetime.now().astimezone(), secrets=Given(PASSPHRASE)).key


def open_store(home: Path) -> Store:
    """The store of a home."""
    return database.open_store(home, key_of(home))


def open_existing(home: Path) -> Store | None:
    """The store of a home as it stands."""
    return database.open_existing(home, key_of(home)) if (home / FILE_NAME).exists() else None
