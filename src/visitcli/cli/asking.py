"""One line asked of the person. readline makes backspace right for Chinese (a bare input() breaks characters)."""

from __future__ import annotations

import contextlib
import sys

from visitcli.cli.terminal import Terminal


def agreed(terminal: Terminal, question: str) -> bool:
    """Whether the person says yes; Enter alone is no."""
    return line(terminal, question).lower() in ("y", "yes", "是", "ｙ")


def line(terminal: Terminal, question: str) -> str:
    """The answer to a question, without blanks around it; surrogates of a broken key press are dropped."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - its import is its effect
    if terminal.stdin is sys.stdin:
        answer = input(question)
    else:
        terminal.stderr.write(question)
        answer = terminal.stdin.readline()
    return "".join(char for char in answer.strip() if not "\ud800" <= char <= "\udfff")
