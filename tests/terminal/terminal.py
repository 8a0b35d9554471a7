"""visitcli on a real terminal of the test's own: keys go in, and what a person would see is read back.

pyte has no alternate screen, so the byte stream is split here: what lies between the two switches goes to one screen,
everything else to another with its scrollback.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pyte

TIMEOUT = 30.0
_SWITCH = re.compile(rb"\x1b\[\?1049([hl])(?:\x1b\[H)?")
_COLOUR = re.compile(rb"\x1b\[[0-9;]*\b(?:3[0-7]|9[0-7]|4[0-7]|10[0-7])\b[0-9;]*m")


class RealTerminal:
    """One run of `visitcli` with these arguments. `before`: what stands on the terminal already. `at`: when it begins
    on the process's own clock, "" for the real time."""

    def __init__(
        self,
        home: Path,
        *argv: str,
        columns: int = 80,
        rows: int = 24,
        encoding: str = "utf-8",
        before: str = "",
        at: str = "",
        **environ: str,
    ) -> None:
        self.columns, self.rows, self.encoding = columns, rows, encoding
        # COLUMNS and LINES: a test runner's workers set them, and they would speak louder than the terminal's own size
        others = ("NO_COLOR", "VISITCLI_LANG", "COLUMNS", "LINES")
        keep = {key: value for key, value in os.environ.items() if key not in others}
        variables = {**keep, "VISITCLI_HOME": str(home), "TERM": "xterm", "VISITCLI_LANG": "zh", **environ}
        self.raw = before.encode(encoding)
        program = [str(Path(__file__).with_name("on_a_day.py")), at] if at else ["-m", "visitcli"]
        self.process = pexpect.spawn(
            sys.executable, [*program, *argv], env=variables, dimensions=(rows, columns), timeout=TIMEOUT
        )
        self.process.delaybeforesend = None

    def keys(self, keys: str, seen: str) -> None:
        """Press keys and wait until a text is seen (blanks do not count: a long text may be wrapped anywhere)."""
        self.process.send(keys.encode(self.encoding))
        self.wait_for(seen)

    def wait_for(self, text: str) -> None:
        """Wait until the text stands on the alternate screen."""
        self._wait(text, wanted=True)

    def wait_until_gone(self, text: str) -> None:
        """Wait until the text no longer stands there."""
        self._wait(text, wanted=False)

    def _wait(self, text: str, *, wanted: bool) -> None:
        end = time.monotonic() + TIMEOUT
        while ("".join(text.split()) in "".join(self.seen.split())) != wanted:
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"{text!r} ({wanted=}):\n{self.seen}\n-- outside:\n{self.outside}")

    def finish(self) -> int:
        """Read to the end; the exit status (negative: the signal)."""
        end = time.monotonic() + TIMEOUT
        while self._read():
            if time.monotonic() > end:
                raise AssertionError(f"still running:\n{self.seen}")
        self.process.close()
        status = self.process.exitstatus
        return -int(self.process.signalstatus or 0) if status is None else int(status)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size, as turning a phone does; what was drawn for the old one is forgotten."""
        self.raw = b"\x1b[?1049h"
        self.columns, self.rows = columns, rows
        self.process.setwinsize(rows, columns)

    @property
    def seen(self) -> str:
        """The alternate screen as it stands."""
        screen = pyte.Screen(self.columns, self.rows)
        self._play(screen, inside=True)
        return "\n".join(line.rstrip() for line in screen.display)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor on the alternate screen."""
        screen = pyte.Screen(self.columns, self.rows)
        self._play(screen, inside=True)
        return screen.cursor.x, screen.cursor.y

    @property
    def outside(self) -> str:
        """The normal screen with everything that has scrolled off it."""
        screen = pyte.HistoryScreen(self.columns, self.rows, history=10000)
        self._play(screen, inside=False)
        above = ["".join(line[x].data for x in range(self.columns)) for line in screen.history.top]
        return "\n".join(line.rstrip() for line in [*above, *screen.display] if line.strip())

    @property
    def in_alternate_screen(self) -> bool:
        """Whether the alternate screen is on."""
        switches = _SWITCH.findall(self.raw)
        return bool(switches) and switches[-1] == b"h"

    @property
    def coloured(self) -> bool:
        """Whether a colour was ever set."""
        return _COLOUR.search(self.raw) is not None

    def _play(self, screen: pyte.Screen, *, inside: bool) -> None:
        stream = pyte.Stream(screen)
        parts = _SWITCH.split(self.raw)  # text, switch, text, switch, text ...
        stream.feed(b"".join(parts[2 if inside else 0 :: 4]).decode(self.encoding, "replace"))

    def _read(self) -> bool:
        with contextlib.suppress(pexpect.TIMEOUT):
            try:
                self.raw += self.process.read_nonblocking(65536, timeout=0.2)
            except pexpect.EOF:
                return False
        return True


class FastTerminal(RealTerminal):
    """One that stays on the alternate screen and is played on from where it stood, for long walks."""

    def settle(self) -> None:
        """Wait until nothing more is drawn."""
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            while True:
                self.raw += self.process.read_nonblocking(65536, timeout=0.1)

    def __init__(self, *argv: Any, **options: Any) -> None:
        super().__init__(*argv, **options)
        self._screen = pyte.Screen(self.columns, self.rows)
        self._stream, self._played = pyte.ByteStream(self._screen), 0

    @property
    def seen(self) -> str:
        """The alternate screen as it stands."""
        entered = _SWITCH.search(self.raw)
        if entered is None:
            return ""
        begin = max(self._played, entered.end())
        self._stream.feed(self.raw[begin:])
        self._played = len(self.raw)
        # not `display`: it stumbles over the empty cell that half of an overwritten Chinese character leaves
        buffer = self._screen.buffer
        lines = ("".join(buffer[y][x].data for x in range(self.columns)) for y in range(self.rows))
        return "\n".join(line.rstrip() for line in lines)
