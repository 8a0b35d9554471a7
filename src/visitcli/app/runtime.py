"""What every verb of the day needs from outside: the store, the settings, the clock, randomness."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from visitcli.domain.errors import StoreError
from visitcli.domain.ids import uuid7
from visitcli.domain.settings import Settings
from visitcli.engines import key_file, session_key, settings_file
from visitcli.store import device
from visitcli.store.database import FILE_NAME, Store, open_store, private_folder, translated

if TYPE_CHECKING:
    from visitcli.engines.vault import Vault

SIGNING_KEY = "signing_key"
JURISDICTIONS = ("cn", "us", "us-ma", "uk", "in", "au")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who visits: `id` as the office knows the agent, the name said at the door, who usually comes along, and whose
    rules hold."""

    id: str
    name: str
    partner: str = ""
    jurisdiction: str = "cn"


class Secrets(Protocol):
    """Whence a passphrase comes."""

    def given(self) -> str | None:
        """The one that was handed in for a machine, if any."""

    def asked(self, wrong: int) -> str | None:
        """The one that a person types, after so many wrong ones; None where nobody is there, or gives up."""


@dataclass(frozen=True, slots=True)
class Given:
    """A passphrase handed in (or none), and nobody to ask."""

    passphrase: str | None = None

    def given(self) -> str | None:
        """The passphrase."""
        return self.passphrase

    def asked(self, wrong: int) -> str | None:
        """Nobody is there."""
        return None


@dataclass
class Runtime:
    """The world as a verb sees it. `clock` gives an aware local time; `random_bytes(n)` gives n random bytes;
    `memory` are the folders where the key of an unlocked day may lie."""

    home: Path
    settings_path: Path
    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = os.urandom
    secrets: Secrets = Given()
    memory: list[Path] = field(default_factory=list)
    _opened: list[Store] = field(default_factory=list)

    @cached_property
    def settings(self) -> Settings:
        """The settings file, read at first use."""
        return settings_file.read(self.settings_path)

    @cached_property
    def store(self) -> Store:
        """The store, opened (made, migrated) at first use."""
        store = open_store(self.home, self.key)
        self._opened.append(store)
        return store

    @cached_property
    def key(self) -> bytes:
        """The store's key: kept for the day, or by the passphrase. A first one is made where a passphrase is given.

        Raises StoreError `key.none_yet`, `key.missing`, `store.plain`, `key.locked`, `key.wrong`, `key.damaged`.
        """
        if not key_file.exists(self.home):
            return self.first_key(recoverable=False)[0]
        file = key_file.read(self.home)
        return session_key.read(self.memory, file.store_id, self.clock()) or self.unsealed(file)

    def unsealed(self, file: key_file.KeyFile) -> bytes:
        """The key by what a person knows. Raises StoreError `key.locked`, `key.wrong`."""
        secret, wrong = self.secrets.given(), 0
        if secret is not None:
            return file.opened(secret)
        while (secret := self.secrets.asked(wrong)) is not None:
            try:
                return file.opened(secret)
            except StoreError:
                wrong += 1
        raise StoreError("key.wrong" if wrong else "key.locked")

    def first_key(self, *, recoverable: bool) -> tuple[bytes, str]:
        """Make key file and key for a new store by the passphrase given; the recovery code is "" unless asked for.

        Raises StoreError `key.none_yet`, `key.too_short`; `key.missing`, `store.plain` (a store without its key file).
        """
        self.refuse_keyless_store()
        passphrase = self.secrets.given()
        if passphrase is None:
            raise StoreError("key.none_yet")
        return self.make_key(passphrase, recoverable=recoverable)

    def make_key(self, passphrase: str, *, recoverable: bool) -> tuple[bytes, str]:
        """Key file, key and recovery code ("" unless asked for) for a new store."""
        key_file.refuse_unfit(passphrase)
        file, key = key_file.new(self.random_bytes)
        file = file.with_slot("passphrase", passphrase, key, self.random_bytes)
        code = key_file.new_code(self.random_bytes) if recoverable else ""
        if code:
            file = file.with_slot("recovery", code, key, self.random_bytes)
        with translated(self.home / key_file.FILE_NAME):
            private_folder(self.home)
            key_file.write(self.home, file)
        self.__dict__["key"] = key
        return key, code

    def refuse_keyless_store(self) -> None:
        """Raises StoreError `store.plain`, `key.missing` where there is a store whose key file is not."""
        path = self.home / FILE_NAME
        if not path.exists():
            return
        with path.open("rb") as stream:
            plain = stream.read(16) in (b"SQLite format 3\0", b"")
        raise StoreError("store.plain" if plain else "key.missing", path=str(path))

    @cached_property
    def vault(self) -> Vault:
        """The attached files."""
        return vault_of(self.store, self.random_bytes)

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """Public key and signature by this device, whose key is made at first use and lies in the store alone."""
        from visitcli.engines import signing

        key = device.read(self.store).get(SIGNING_KEY)
        if key is None:
            with self.store.transaction():
                key = device.read(self.store).get(SIGNING_KEY) or signing.new_key()
                device.write(self.store, {SIGNING_KEY: key})
        return signing.sign_with(key, message)

    @property
    def is_unlocked(self) -> bool:
        """Whether the store opens without a question; asks nothing."""
        try:
            store_id = key_file.read(self.home).store_id
        except StoreError:
            return False
        return self.secrets.given() is not None or bool(session_key.read(self.memory, store_id, self.clock()))

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

    @property
    def missing(self) -> int:
        """Saved events that were found to be missing while this command had the store open."""
        return max((store.missing for store in self._opened), default=0)

    def let_go(self) -> None:
        """Close the store, to open it anew at its next use: its files are about to be others."""
        self.close()
        for name in ("store", "vault", "agent"):
            self.__dict__.pop(name, None)

    def close(self) -> None:
        """Let go of the store."""
        while self._opened:
            self._opened.pop().close()


def vault_of(store: Store, random_bytes: Callable[[int], bytes] = os.urandom) -> Vault:
    """The attached files of a store."""
    from visitcli.engines.vault import Vault

    return Vault(store.media, store.secret("media"), random_bytes)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # ImportError: where Windows says no name, getpass asks for `pwd`
        return "agent"
