"""Every stop condition from every kind of prompt, on a real terminal: one control key opens the list, one more picks,
the sentence stands there, and what was being typed or ticked is still there afterwards."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import Result
from tests.stores import open_store
from tests.terminal.terminal import FastTerminal

from visitcli.app.scripts import shipped
from visitcli.cli.screen.asking import KEYS
from visitcli.domain.script import Stop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")

MORNING = "2026-11-23T10:00:00+08:00"
PAUSE, STOP, ESCAPE, LIST, CLEAR = "\x10", "\x18", "\x1b", "\x0c", "\x15"
STOPS = [stop for stop in shipped().stops if not stop.discloses] + [stop for stop in shipped().stops if stop.discloses]
NOTHING_TO_SAY = "什么都不用说"

# What is pressed to come to the next kind of prompt, what is seen there, and what is left half done in it.
ROUTE = [
    ("a choice at the door", "", "门口是谁？", "", ""),
    ("a choice", "1111111", "客户认可账目吗？", "", ""),
    ("ticks", "1", "为什么没能按时还", "14", "[x]"),
    ("a text", "\r22", "照客户原话记", "生意不好，", "> 生意不好，"),
    ("a number with a fraction", "\r114", "全家每月到手多少元", "60", "> 60"),
    ("a whole number", "00\r3500\r", "要养几口人", "2", "> 2"),
    ("a number that is promised", "\r11123\r33\r", "还多少元", "10", "> 10"),
    ("a day", "00\r", "哪一天还", "12-", "> 12-"),
    ("the record read back", "1\r11\r1113\r1", "请核对这次上门的记录", "", ""),
    ("a file", "2", "车辆照片（文件）", "/tm", "> /tm"),
    ("the list of answers", CLEAR + "\r" + LIST, "已经回答的问题", "", ""),
]


@pytest.fixture
def begin(three_cases: Callable[..., Result], home: Path) -> Iterator[Callable[[], FastTerminal]]:
    """Begins the visit on a terminal; whatever still runs at the end is ended."""
    assert three_cases("config", "company", "安心服务").status == 0
    started = []

    def start() -> FastTerminal:
        started.append(FastTerminal(home, "visit", "SH-0001", rows=40, at=MORNING))
        return started[-1]

    yield start
    for terminal in started:
        terminal.process.close(force=True)


def says(stop: Stop) -> str:
    """What stands on the page of a stop condition."""
    return stop.say.zh[:24] if stop.say else NOTHING_TO_SAY


def look_at_all(terminal: FastTerminal, where: str, left: str, identified: bool) -> int:
    """Open the list, pick, read the sentence, go back to the prompt; for each stop condition on offer."""
    seen = 0
    for key, stop in zip(KEYS, STOPS, strict=False):
        if stop.discloses and not identified:
            continue
        terminal.keys(STOP, "停止或离开")
        terminal.keys(key, says(stop))
        assert stop.label.zh in terminal.seen
        terminal.keys(ESCAPE, "停止或离开")
        terminal.keys(ESCAPE, left or where)
        seen += 1
    return seen


def test_every_stop_is_two_keys_away_from_every_kind_of_prompt(begin: Callable[[], FastTerminal]) -> None:
    terminal, pairs = begin(), 0
    for kind, keys, where, half, left in ROUTE[:-1]:
        if keys:
            terminal.process.send(keys.encode())
        terminal.wait_for(where)
        if half:
            terminal.keys(half, left)
        pairs += look_at_all(terminal, where, left, identified=kind != "a choice at the door")
    _, keys, where, _, _ = ROUTE[-1]
    terminal.keys(keys, where)
    for key, stop in zip(KEYS, STOPS, strict=False):  # behind the list of answers lies the question again
        terminal.keys(STOP, "停止或离开")
        terminal.keys(key, says(stop))
        terminal.keys(ESCAPE, "停止或离开")
        terminal.keys(ESCAPE, "请核对")
        terminal.keys(LIST, where)
        pairs += 1
    terminal.process.send(PAUSE)
    assert terminal.finish() == 7
    assert pairs == 10 * len(STOPS) + sum(not stop.discloses for stop in STOPS)


def test_every_stop_is_two_keys_away_from_a_card(begin: Callable[[], FastTerminal]) -> None:
    terminal, card = begin(), "情绪在变差"
    terminal.keys("1111113", "客户认可账目吗？")
    terminal.keys("11\r11\r15", card)
    assert look_at_all(terminal, card, "", identified=True) == len(STOPS)
    terminal.process.send(PAUSE)
    assert terminal.finish() == 7


def test_every_stop_is_two_keys_away_when_asked_about_what_is_not_saved(begin: Callable[[], FastTerminal]) -> None:
    terminal, typed, asked = begin(), "> 生意不好，", "这里的内容还没保存"
    for _, keys, where, _, _ in ROUTE[1:4]:
        terminal.keys(keys, where)
        if where == "为什么没能按时还":
            terminal.keys("14", "[x]")
    terminal.keys("生意不好，", typed)
    for key, stop in zip(KEYS, STOPS, strict=False):
        terminal.keys(PAUSE, asked)
        terminal.keys(STOP, "停止或离开")
        terminal.keys(key, says(stop))
        terminal.keys(ESCAPE, "停止或离开")
        terminal.keys(ESCAPE, typed)
    terminal.process.send(PAUSE + PAUSE)
    assert terminal.finish() == 7


@pytest.mark.parametrize("index", range(len(STOPS)), ids=[stop.code for stop in STOPS])
def test_every_stop_does_what_it_says(
    begin: Callable[[], FastTerminal], index: int, three_cases: Callable[..., Result], home: Path
) -> None:
    """Each applied once, the kinds of prompts in turn."""
    stop, terminal = STOPS[index], begin()
    kinds = ROUTE[1:8]
    for _, keys, where, _, _ in kinds[: index % len(kinds) + 1]:
        terminal.keys(keys, where)
        if where == "为什么没能按时还":
            terminal.keys("14", "[x]")
        elif where == "全家每月到手多少元":
            terminal.keys("60", "> 60")
        elif where == "要养几口人":
            terminal.keys("2", "> 2")
        elif where == "还多少元":
            terminal.keys("10", "> 10")
    terminal.keys(STOP, "停止或离开")
    terminal.keys(KEYS[index], says(stop))
    terminal.process.send(b"1\r" if stop.ask_reason else b"\r")
    if stop.effect != "end":
        terminal.wait_until_gone(says(stop))
        terminal.process.send(PAUSE + PAUSE)  # the second leaves what is half typed
    assert terminal.finish() == (0 if stop.effect == "end" else 7)
    store = open_store(home)
    rows = store.all("SELECT body FROM payloads JOIN events USING (seq) WHERE kind = 'stopped'")
    store.close()
    assert [json.loads(body)["code"] for (body,) in rows] == [stop.code]
    visit = three_cases("show", "SH-0001", "--json").json["visits"][-1]
    assert visit["status"] == ("stopped" if stop.effect == "end" else "paused")
    if stop.effect in ("stop_demand", "pause"):
        assert not {"offered", "agreed", "promise_amount"} & set(visit["answers"])
