"""Two visits walked through on a real terminal, key by key, and written down as `examples/visit-*.txt`.

`python -m tests.terminal.transcripts` writes the files anew. The screens are those of the terminal; the clock of the
process begins on a Monday morning, so that the days typed are the same whenever it is run.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.stores import PASSPHRASE
from tests.terminal.terminal import FastTerminal

from visitcli.cli.desk import Environment, system
from visitcli.cli.main import main
from visitcli.cli.terminal import Terminal

EXAMPLES = Path(__file__).parents[2] / "examples"
MORNING = "2026-11-23T10:00:00+08:00"
CASE = {
    "case_id": "SH-0001",
    "customer": {"name": "林晓雯", "id_number": "310114199001011234"},
    "addresses": [{"kind": "home", "text": "上海市嘉定区安亭镇糖果路1号", "lat": "31.288", "lon": "121.165"}],
    "loan": {
        "lender": "示例汽车金融", "overdue": "3264.41", "days_overdue": 46, "balance": "65000.00",
        "instalment": "1632.20", "rate": "0.0888", "instalments_total": 60, "instalments_paid": 12, "due_day": 10,
    },
    "vehicle": {"plate": "沪A12345", "model": "朗逸"},
}  # fmt: skip
NAMES = {"\r": "Enter", "\x10": "Ctrl-P"}


@dataclass(frozen=True)
class Step:
    """At the prompt `at`: what is typed into the line, if anything, and the keys pressed after it."""

    at: str
    keys: str
    typed: str = ""


NOBODY = [
    Step("门口是谁？", "7"),
    Step("留联系卡了吗？", "1"),
    Step("下一步？", "1"),
    Step("平安离开了吗？", "1"),
    Step("请核对这次上门的记录", "\r"),
]

TALK = [
    Step("门口是谁？", "1"),
    Step("核对身份的结果？", "1"),
    Step("怎么核实的？", "1"),
    Step("在哪里谈？", "2"),
    Step("亮明身份、说明来意", "1"),
    Step("告知录音", "1"),
    Step("客户现在的情绪？", "3"),
    Step("客户认可账目吗？", "1"),
    Step("为什么没能按时还？", "1\r"),
    Step("从什么时候开始的？", "2"),
    Step("估计什么时候会好转？", "2"),
    Step("难处（照客户原话记）", "\r", "九月店里没什么生意，十二月起在亲戚店里帮工，每月有固定工资。"),
    Step("有没有需要特别照顾的情况？", "1"),
    Step("聊到这里，客户的情绪？", "1"),
    Step("目前的还款能力？", "4"),
    Step("全家每月到手多少元？", "\r", "8800"),
    Step("吃住、看病、上学、养老", "\r", "4200"),
    Step("要养几口人？", "\r", "2"),
    Step("见到车了吗？", "1"),
    Step("给客户看了哪些方案？", "345\r"),
    Step("谈成了哪一种？", "4"),
    Step("承诺（第一笔）还多少元？", "\r", "1357.22"),
    Step("哪一天还？", "\r", "3月10日"),
    Step("怎么还？", "2"),
    Step("谈完方案，客户的情绪？", "2"),
    Step("客户的原话", "\r", "缓三个月，三月起每月一千三百多能还上，心里踏实了。"),
    Step("念一遍今天说的", "1"),
    Step("客户有投诉或意见吗？", "1"),
    Step("您离开时客户的情绪", "2"),
    Step("下一步？", "3"),
    Step("哪一天？", "\r"),
    Step("平安离开了吗？", "1"),
    Step("请核对这次上门的记录", "\r"),
]

WALKS = {"nobody": NOBODY, "talk": TALK}


def presses(steps: list[Step]) -> int:
    """Key presses beyond what is typed into lines; the Enter after it counts."""
    return sum(len(step.keys) for step in steps)


def typed(steps: list[Step]) -> int:
    """Characters typed into lines."""
    return sum(len(step.typed) for step in steps)


def walk(steps: list[Step]) -> tuple[int, list[str]]:
    """Walk through the visit; its exit status, and the screens as they were seen with the keys pressed at each."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        _fill(home, Path(folder))
        terminal = FastTerminal(home, "visit", "SH-0001", rows=64, at=MORNING)
        try:
            pages = list(_pages(terminal, steps))
            return terminal.finish(), [*pages, terminal.outside]
        finally:
            terminal.process.close(force=True)


def _pages(terminal: FastTerminal, steps: list[Step]) -> Iterator[str]:
    for step in steps:
        terminal.wait_for(step.at)
        terminal.settle()
        seen = terminal.seen
        if step.typed:
            terminal.keys(step.typed, f"> {step.typed}")
        yield _page(seen, step)
        for key in step.keys[:-1]:
            terminal.process.send(key)
        terminal.process.send(step.keys[-1])


def _page(seen: str, step: Step) -> str:
    """One screen without its blank lines, its header and the help on keys, and what was pressed."""
    lines = [line.rstrip() for line in seen.split("\n") if line.strip()]
    shown = [line for line in lines[1:] if "Ctrl-X" not in line and not line.startswith("Ctrl-")]
    pressed = " ".join(NAMES.get(key, key) for key in step.keys)
    answer = f"输入：{step.typed}    按键：{pressed}" if step.typed else f"按键：{pressed}"
    return "\n".join([*(f"  {line}" for line in shown), f"  —— {answer}"])


def transcript(name: str) -> str:
    """The whole text of one walk."""
    steps = WALKS[name]
    status, pages = walk(steps)
    head = (
        f"$ visitcli visit SH-0001\n"
        f"# 按键 {presses(steps)} 次，另在输入行里打字 {typed(steps)} 个；退出码 {status}。"
        f"人物、门牌、贷款都是虚构的。\n"
        f"# {presses(steps)} key presses, and {typed(steps)} characters typed into lines; exit status {status}. "
        f"All people, places and loans are invented.\n"
    )
    return head + "\n" + "\n\n".join(pages) + "\n"


def _fill(home: Path, folder: Path) -> None:
    file = folder / "cases.json"
    file.write_text(json.dumps([CASE], ensure_ascii=False), encoding="utf-8")
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "zh"}
    for argv in (
        ["init", "--agent", "李明", "--partner", "王芳"],
        ["config", "company", "安心服务"],
        ["import", str(file), "--crs", "wgs84"],
    ):
        streams = Terminal(io.StringIO(), io.StringIO(), io.StringIO())
        status = main(argv, Environment(environ, system().clock, terminal=streams))
        assert status == 0, streams.stderr.getvalue()  # type: ignore[attr-defined]


if __name__ == "__main__":
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    for each in WALKS:
        with contextlib.suppress(BrokenPipeError):
            (EXAMPLES / f"visit-{each}.txt").write_text(transcript(each), encoding="utf-8")
