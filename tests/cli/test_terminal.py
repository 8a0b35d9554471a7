"""What reaches a terminal: nothing out of a file or an answer may steer it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from tests.conftest import Result

from visitcli.cli.terminal import Terminal

STEERING = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]
STEERING += list("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stdout", [io.StringIO, Screen])
def test_a_document_steers_no_terminal_and_says_the_same(stdout: type[io.StringIO]) -> None:
    terminal = Terminal(io.StringIO(), stdout(), io.StringIO())
    value = {"名": "".join(STEERING) + "林晓雯 é 👨\u200d👩", "\x9b2J": ["\x85"]}
    terminal.document(value)
    assert isinstance(terminal.stdout, io.StringIO)
    written = terminal.stdout.getvalue()
    assert json.loads(written) == value
    assert not set(STEERING) & set(written) - {"\n"}
    assert "林晓雯 é 👨\u200d👩" in written
    assert "\\u009b2J" in written


def test_an_error_in_json_steers_no_terminal(run: Callable[..., Result]) -> None:
    result = run("show", "\x9b2J\u202e", "--json")
    assert result.status == 3
    assert "\x9b2J\u202e" in result.error["message"]
    assert not set(STEERING) & set(result.err) - {"\n"}
