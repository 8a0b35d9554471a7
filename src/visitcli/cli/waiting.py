"""Long work that a person may cut short: Ctrl-C asks it to end with what it has, a second one breaks it off."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from visitcli.cli.terminal import Terminal, width


class Wait:
    """What the work is asked and told while it runs."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal, self._shown, self._asked = terminal, "", False

    def interrupted(self) -> bool:
        """Whether the person pressed Ctrl-C."""
        return self._asked

    def show(self, text: str) -> None:
        """Say how far it is, on one line of the terminal that is written over and over."""
        if not self._terminal.shows_progress or text == self._shown:
            return
        blank = " " * max(width(self._shown) - width(text), 0)
        self._terminal.stderr.write(f"\r{text}{blank}")
        self._terminal.stderr.flush()
        self._shown = text

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._terminal.stderr.write("\r\x1b[K")  # to the line's end: the terminal may have echoed ^C there
            self._terminal.stderr.flush()

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True


@contextmanager
def interruptible(terminal: Terminal) -> Iterator[Wait]:
    """Run long work so that Ctrl-C is a wish and not a blow. (Only the main thread can hear signals.)"""
    wait = Wait(terminal)
    before = None
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGINT, wait.ask)
    try:
        yield wait
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
        wait.clear()
