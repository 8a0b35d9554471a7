"""The agent's desk: what a command is given - language, terminal, and the world behind them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from visitcli.cli.terminal import Terminal
from visitcli.domain.errors import UsageError
from visitcli.words import Words, language_of

if TYPE_CHECKING:
    from visitcli.app.runtime import Runtime


@dataclass(frozen=True)
class Environment:
    """What a process is given from outside. Tests and the demo hand in their own."""

    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = os.urandom
    terminal: Terminal | None = None


def system() -> Environment:
    """The real one. The clock reads the wall once and then counts, so that a clock set back does not bend durations;
    it counts the time asleep too, since a visit may outlast a closed lid."""
    begun, counted = datetime.now().astimezone(), _counter()
    return Environment(os.environ, lambda: begun + timedelta(seconds=_counter() - counted))


def _counter() -> float:
    """Seconds that go on while the device sleeps: CLOCK_BOOTTIME on Linux, CLOCK_MONOTONIC elsewhere."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        if hasattr(time, name):
            return time.clock_gettime(getattr(time, name))
    return time.monotonic()  # Windows: counts sleep


@dataclass
class Desk:
    """One command's surroundings; options that stand everywhere (--home, --json ...) are set on it."""

    environment: Environment
    words: Words
    terminal: Terminal
    home: str | None = None
    passphrase_file: str | None = None
    debug: bool = False

    @cached_property
    def runtime(self) -> Runtime:
        """Store, settings, clock; made when the first command asks."""
        from visitcli.app.runtime import Runtime
        from visitcli.cli.secrets import DeskSecrets
        from visitcli.engines import session_key
        from visitcli.engines.settings_file import FILE_NAME

        home, settings = self._folders()
        environ = self.environment.environ
        return Runtime(
            home,
            settings / FILE_NAME,
            self.environment.clock,
            self.environment.random_bytes,
            DeskSecrets(self.terminal, self.words, environ, self.passphrase_file),
            session_key.places(environ),
        )

    def _folders(self) -> tuple[Path, Path]:
        given = self.home or self.environment.environ.get("VISITCLI_HOME")
        if given:
            try:
                folder = Path(given).expanduser().absolute()
            except RuntimeError as error:  # ~nobody
                raise UsageError("cli.bad_home", value=given) from error
            return folder, folder
        import platformdirs

        return (
            Path(platformdirs.user_data_dir("visitcli", appauthor=False)),
            Path(platformdirs.user_config_dir("visitcli", appauthor=False)),
        )

    def close(self) -> None:
        """Let go of the store if it was opened; what was found to be missing in it is said, whatever the command."""
        if "runtime" not in self.__dict__:
            return
        if self.runtime.missing and not self.terminal.json:
            self.terminal.note(self.words("store.missing", count=self.runtime.missing))
        self.runtime.close()


def new_desk(environment: Environment, argv: list[str]) -> Desk:
    """The desk for a command line. What its errors depend on is known before anything is parsed."""
    terminal = environment.terminal or Terminal(sys.stdin, sys.stdout, sys.stderr)
    terminal.environ = environment.environ
    terminal.color = not environment.environ.get("NO_COLOR")
    language = _language_option(argv) or language_of(dict(environment.environ))
    terminal.json = "--json" in argv
    return Desk(environment, Words(language), terminal, debug="--debug" in argv)


def _language_option(argv: list[str]) -> str | None:
    for index, word in enumerate(argv):
        value = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and index + 1 < len(argv):
            value = argv[index + 1]
        if value in ("zh", "en"):
            return value
    return None
