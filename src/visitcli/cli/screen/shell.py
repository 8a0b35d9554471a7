"""The terminal around the visit: the alternate screen, the keys as they come in, signals, and leaving without a trace.

The normal screen and its scrollback are erased before the alternate one is entered, and that one before it is left,
whichever way that happens, so that nothing of the debt stays to be read at the door.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable

from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from visitcli.cli.screen.advice import NOTHING_BESIDE, Beside
from visitcli.cli.screen.controller import Controller
from visitcli.cli.screen.drawing import Drawing, Typography, draw, wrapped
from visitcli.cli.screen.state import Result, Visit
from visitcli.cli.terminal import clean
from visitcli.domain.errors import UsageError
from visitcli.words import Words

COLUMNS_NEEDED, ROWS_NEEDED = 24, 8
_CANNOT_DRAW = ("", "dumb", "unknown")
_KEEP_SECONDS = 5.0  # so often a text that is being typed is written down
_UNBROKEN = "\u00a0"  # the blank at which no line is broken, so that a command can be copied whole
_ESCAPE_SECONDS = 0.05  # how long an Esc waits for the rest of a key's sequence

# prompt_toolkit's names of the keys that the controller knows by others
_NAMES = {"c-m": "enter", "c-j": "enter", "c-h": "backspace", "c-i": "tab", "<sigint>": "sigint"}
_KEYS = (
    *_NAMES,
    *("escape", "delete", "left", "right", "up", "down", "pageup", "pagedown", "home", "end"),
    *(f"c-{letter}" for letter in "abcdefklpux"),
)
_STYLE = Style([
    ("header", "reverse"), ("say", "bold"), ("loud", "bold"), ("label", "bold ansicyan"), ("part", "bold"),
    ("key", "bold"), ("chosen", "bold underline"), ("error", "bold ansired"), ("saved", "ansigreen"),
    ("info", "bold"), ("more", "reverse"), ("hint", ""), ("help", ""), ("input", ""),
])  # fmt: skip


def run_screen(
    visit: Visit,
    words: Words,
    *,
    input: Input | None = None,  # noqa: A002 (prompt_toolkit's own name for it)
    output: Output | None = None,
    color: bool = True,
    beside: Beside = NOTHING_BESIDE,
) -> Result:
    """Lead through the visit on the terminal until it is finished, stopped or paused.

    Raises UsageError `screen.dumb` where the terminal cannot draw, `screen.too_small` where nothing would fit.
    """
    if output is None:
        _refuse_a_dumb_terminal()
        output = create_output(sys.stdout)
    _refuse_a_small_window(output)
    typography = Typography(output.encoding())
    spoken = words if typography.can(words("screen.say")) else Words("en")
    controller = Controller(visit, spoken, beside)
    if controller.result is None:
        _wipe(output)  # what was read before the door: the plan, the file of the case
        _Shell(controller, typography, input, output, color=color).run()
        _wipe(output)  # where the alternate screen is none
    result = controller.result or "paused"
    output.write(typography(_closing(controller, result, output.get_size().columns)) + "\n")
    output.flush()
    return result


def _wipe(output: Output) -> None:
    """Erase the normal screen and what has scrolled off it (ED 3, xterm's; terminals without it pass over it)."""
    output.cursor_goto(0, 0)
    output.erase_screen()
    if isinstance(getattr(output, "vt100_output", output), Vt100_Output):  # on Windows one within another
        output.write_raw("\x1b[3J")
    output.flush()


def _closing(controller: Controller, result: Result, columns: int) -> str:
    """What stays on the normal screen: the case number and the next command, no name and no word of the debt."""
    case = shlex.quote(clean(controller.visit.case_id))
    if result == "paused":
        key, command = "screen.paused", f"visitcli visit {case}"
    else:
        key, command = "screen.done", "visitcli visit next" if controller.visit.another_waits else "visitcli today"
    said = controller.words(key, case=case, command=command.replace(" ", _UNBROKEN))
    return "\n".join(wrapped(said, columns)).replace(_UNBROKEN, " ")


def _refuse_a_dumb_terminal() -> None:
    term = os.environ.get("TERM", "")
    if os.name == "posix" and term in _CANNOT_DRAW:
        raise UsageError("screen.dumb", term=term or "-")


def _refuse_a_small_window(output: Output) -> None:
    size = output.get_size()
    if size.columns < COLUMNS_NEEDED or size.rows < ROWS_NEEDED:
        raise UsageError(
            "screen.too_small", columns=size.columns, rows=size.rows, need=f"{COLUMNS_NEEDED}x{ROWS_NEEDED}"
        )


class _Shell:
    """One run of the application. What goes wrong in a key or in the drawing ends it and is raised from `run`."""

    def __init__(
        self, controller: Controller, typography: Typography, source: Input | None, output: Output, *, color: bool
    ) -> None:
        self._controller = controller
        self._typography = typography
        self._drawing = Drawing([], None)
        self._failure: BaseException | None = None
        text = FormattedTextControl(self._fragments, get_cursor_position=self._cursor, show_cursor=True)
        window = Window(text, wrap_lines=False, always_hide_cursor=Condition(lambda: self._drawing.cursor is None))
        mono = not color or bool(os.environ.get("NO_COLOR"))
        self._app: Application[None] = Application(
            Layout(window),
            key_bindings=self._bindings(),
            style=_STYLE,
            include_default_pygments_style=False,
            color_depth=ColorDepth.MONOCHROME if mono else ColorDepth.ANSI_COLORS_ONLY,
            full_screen=True,
            erase_when_done=True,
            input=source,
            output=output,
        )
        self._app.ttimeoutlen = self._app.timeoutlen = _ESCAPE_SECONDS

    def run(self) -> None:
        """Until the controller has a result, or the terminal is gone."""
        try:
            self._app.run(pre_run=self._watch, set_exception_handler=False)
        except EOFError:  # the terminal has gone
            self._controller.hang_up()
        finally:
            if self._controller.result is None:
                self._controller.hang_up()
        if self._failure is not None:
            raise self._failure

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: self._fail(context.get("exception") or RuntimeError(context)))
        if os.name == "posix" and threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._hang_up)
        loop.call_later(_KEEP_SECONDS, self._keep, loop)

    def _keep(self, loop: asyncio.AbstractEventLoop) -> None:
        """Now and then, until the loop has ended."""
        try:
            self._controller.keep_typed()
        except Exception as error:
            self._fail(error)
        self._app.invalidate()
        loop.call_later(_KEEP_SECONDS, self._keep, loop)

    def _hang_up(self) -> None:
        self._controller.hang_up()
        self._leave()

    def _leave(self) -> None:
        if self._app.is_running and not self._app.is_done:
            self._app.exit()

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._leave()

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        for key in _KEYS:
            bindings.add(key, eager=True)(self._guarded(self._on_key))
        bindings.add(Keys.BracketedPaste)(self._guarded(lambda event: self._controller.paste(event.data)))
        bindings.add(Keys.Any)(self._guarded(self._on_character))
        return bindings

    def _guarded(self, handler: Callable[[KeyPressEvent], None]) -> Callable[[KeyPressEvent], None]:
        def guarded(event: KeyPressEvent) -> None:
            try:
                handler(event)
            except Exception as error:
                self._fail(error)
            if self._controller.result is not None:
                self._leave()

        return guarded

    def _on_key(self, event: KeyPressEvent) -> None:
        name = event.key_sequence[0].key
        text = name.value if isinstance(name, Keys) else name
        self._controller.press(_NAMES.get(text, text))

    def _on_character(self, event: KeyPressEvent) -> None:
        key = event.key_sequence[0].key
        if not isinstance(key, Keys):
            self._controller.press(key)

    def _fragments(self) -> StyleAndTextTuples:
        size = self._app.output.get_size()
        try:
            self._drawing = draw(self._controller, size.columns, size.rows, self._typography)
        except Exception as error:
            self._drawing = Drawing([], None)
            self._fail(error)
        fragments: StyleAndTextTuples = []
        for line in self._drawing.lines:
            fragments += [*line, ("", "\n")]
        return fragments[:-1]

    def _cursor(self) -> Point | None:
        return Point(*self._drawing.cursor) if self._drawing.cursor else None
