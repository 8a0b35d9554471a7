"""Whence a passphrase comes: the environment, a file, or a person who types it unseen."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from visitcli.cli.terminal import Terminal
from visitcli.domain.errors import NotFoundError, UnfinishedError
from visitcli.words import Words

TRIES = 3
_LARGEST = 4096  # bytes read of a passphrase file


@dataclass(frozen=True, slots=True)
class DeskSecrets:
    """The passphrase as this command line has it."""

    terminal: Terminal
    words: Words
    environ: Mapping[str, str]
    file: str | None = None

    def given(self) -> str | None:
        """By --passphrase-file or VISITCLI_PASSPHRASE. Raises NotFoundError `key.no_passphrase_file`."""
        return first_line(self.file) if self.file else self.environ.get("VISITCLI_PASSPHRASE") or None

    def asked(self, wrong: int) -> str | None:
        """Typed by a person, who has three tries."""
        if not self.terminal.can_ask or wrong >= TRIES:
            return None
        if wrong:
            self.terminal.note(self.words("key.wrong.message"))
        return self._typed("key.ask")

    def new(self) -> str | None:
        """A new one, typed twice; None where nobody is there. Raises UnfinishedError `key.differ`."""
        if not self.terminal.can_ask:
            return None
        self.terminal.note(self.words("key.explain"))
        first = self._typed("key.ask_new")
        if first != self._typed("key.ask_again"):
            raise UnfinishedError("key.differ")
        return first

    def _typed(self, question: str) -> str:
        prompt = self.words(question)
        if self.terminal.stdin is not sys.stdin:
            self.terminal.stderr.write(prompt)
            return self.terminal.stdin.readline().rstrip("\r\n")
        import getpass

        return getpass.getpass(prompt)


def first_line(file: str) -> str:
    """The first line of a file. Raises NotFoundError `key.no_passphrase_file`."""
    try:
        with Path(file).expanduser().open("rb") as stream:
            return stream.read(_LARGEST).decode("utf-8-sig").splitlines()[0]
    except (OSError, ValueError, IndexError, RuntimeError) as error:
        raise NotFoundError("key.no_passphrase_file", file=file) from error
