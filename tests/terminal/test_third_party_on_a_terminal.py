"""Whoever else is at the door learns nothing, on a real terminal: the screen at each step, every byte that was ever
drawn, the title bar, and what is left behind."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Result
from tests.terminal.terminal import FastTerminal

from visitcli.app.scripts import shipped, wording
from visitcli.cli.screen.asking import KEYS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")

MORNING = "2026-11-23T10:00:00+08:00"
STOP, ESCAPE, PAUSE, LIST = "\x18", "\x1b", "\x10", "\x0c"
FIGURES = ("3264", "3,264", "65,000", "65000")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()=>].?|[\r\n]")
WAYS = {
    "a relative passes it on": "22111\r",
    "a colleague would rather not say": "35111\r",
    "a neighbour does not know": "4411\r",
    "only a child": "511\r",
    "only an elderly person": "611\r",
    "nobody": "7111\r",
    "the wrong place": "811\r",
    "identity fails": "12111\r",
    "identity is not told": "13111\r",
}


def refuse_the_debt(text: str) -> None:
    found = [word for words in wording().debt.values() for word in words if word in text.lower()]
    assert not found and not [figure for figure in FIGURES if figure in text], (found, text)


def everything(terminal: FastTerminal) -> str:
    """All that was ever drawn, in its order; pieces that were drawn apart stay apart."""
    return _CONTROL.sub("|", terminal.raw.decode(terminal.encoding, "replace"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("way", WAYS)
def test_no_word_of_it_from_the_first_screen_to_the_last(
    three_cases: Callable[..., Result], home: Path, way: str, lang: str
) -> None:
    assert three_cases("config", "company", "安心服务").status == 0
    terminal = FastTerminal(home, "visit", "SH-0001", rows=50, at=MORNING, VISITCLI_LANG=lang)
    try:
        terminal.wait_for("SH-0001")
        for key in WAYS[way]:
            terminal.settle()
            refuse_the_debt(terminal.seen)
            if not terminal.process.isalive():
                break
            terminal.process.send(key)
        assert terminal.finish() == 0
    finally:
        terminal.process.close(force=True)
    refuse_the_debt(everything(terminal))
    refuse_the_debt(terminal.outside)
    assert b"\x1b]" not in terminal.raw  # no title is set


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_stop_at_the_door_is_silent_about_it(three_cases: Callable[..., Result], home: Path, lang: str) -> None:
    assert three_cases("config", "company", "安心服务").status == 0
    terminal = FastTerminal(home, "visit", "SH-0001", rows=50, at=MORNING, VISITCLI_LANG=lang)
    stops = [stop for stop in shipped().stops if not stop.discloses]
    try:
        terminal.wait_for("SH-0001")
        terminal.process.send("2")
        for key, stop in zip(KEYS, stops, strict=False):
            label = stop.label.get(lang)
            terminal.keys(STOP, stops[-1].label.get(lang))
            refuse_the_debt(terminal.seen)
            terminal.process.send(key)
            terminal.wait_until_gone(stops[-2 if stop is stops[-1] else -1].label.get(lang))
            terminal.wait_for(label)
            refuse_the_debt(terminal.seen)
            terminal.process.send(ESCAPE)
            terminal.wait_for(stops[0].label.get(lang))
        terminal.process.send(PAUSE)
        assert terminal.finish() == 7
    finally:
        terminal.process.close(force=True)
    refuse_the_debt(everything(terminal))
    refuse_the_debt(terminal.outside)
    assert b"\x1b]" not in terminal.raw
