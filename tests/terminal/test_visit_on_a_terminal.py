"""A visit driven through a real terminal: the keys, the Chinese, and what stays behind (nothing)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import Result
from tests.stores import open_store
from tests.terminal.terminal import RealTerminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")

PAUSE, BACK, LEAVE, INTERRUPT, BACKSPACE = "\x10", "\x02", "\x18", "\x03", "\x7f"
DEBT = ("逾期", "欠", "贷", "还款", "催", "承诺", "3264", "3,264", "65,000", "林晓雯")
MORNING = "2026-11-23T10:00:00+08:00"  # a Monday
Start = Callable[..., RealTerminal]


@pytest.fixture
def run(three_cases: Callable[..., Result]) -> Callable[..., Result]:
    """Commands in this process, over a store where nothing is left to be asked before a visit."""
    assert three_cases("config", "company", "安心服务").status == 0
    return three_cases


@pytest.fixture
def start(run: Callable[..., Result], home: Path) -> Iterator[Start]:
    """Begins visitcli on a terminal; whatever still runs at the end is ended."""
    started = []

    def begin(*argv: str, **options: object) -> RealTerminal:
        options = {"at": MORNING} | options
        started.append(RealTerminal(home, *(argv or ("visit", "SH-0001")), **options))  # type: ignore[arg-type]
        return started[-1]

    yield begin
    for terminal in started:
        terminal.process.close(force=True)


def shown(run: Callable[..., Result]) -> dict[str, object]:
    """The last visit of the case as `show --json` has it."""
    visit: dict[str, object] = run("show", "SH-0001", "--json").json["visits"][-1]
    return visit


def nothing_left(terminal: RealTerminal) -> None:
    """Nothing of the debt is on the normal screen or its scrollback, and the alternate screen was erased."""
    assert not terminal.in_alternate_screen
    assert terminal.seen.strip() == ""
    assert not [word for word in DEBT if word in terminal.outside], terminal.outside


def test_nobody_home_in_six_keys_or_fewer(start: Start, run: Callable[..., Result]) -> None:
    terminal = start()
    terminal.wait_for("门口是谁？")
    terminal.keys("7", "留联系卡了吗？")
    terminal.keys("1", "下一步？")
    terminal.keys("1", "平安离开")
    terminal.keys("1", "请核对这次上门的记录")
    terminal.process.send("\r")
    assert terminal.finish() == 0
    visit = shown(run)
    assert (visit["status"], visit["outcome"]) == ("completed", "nobody_home")
    nothing_left(terminal)
    assert "visitcli today" in terminal.outside


def test_with_a_plan_the_next_stop_is_named_without_its_name(start: Start, run: Callable[..., Result]) -> None:
    assert run("plan", "--start", "31.23,121.47", "--seconds", "1", "--json").status == 0
    terminal = start()
    terminal.wait_for("门口是谁？")
    terminal.keys("7111", "请核对这次上门的记录")
    terminal.process.send("\r")
    assert terminal.finish() == 0
    assert terminal.outside == "SH-0001 的记录已保存。下一步：visitcli visit next"


@pytest.mark.parametrize("keys", [PAUSE, "7111\r"])
def test_what_was_read_before_the_visit_is_gone_after_it(start: Start, keys: str) -> None:
    terminal = start(before="林晓雯 逾期 3,264.41\r\n" * 60)
    assert "逾期" in terminal.outside
    terminal.wait_for("门口是谁？")
    terminal.process.send(keys)
    terminal.finish()
    nothing_left(terminal)
    assert len(terminal.outside.split("\n")) == 1
    assert "SH-0001" in terminal.outside


def reasons(home: Path) -> list[str]:
    """What was written down with the stop conditions, as the journal has it."""
    store = open_store(home)
    rows = store.all("SELECT body FROM payloads JOIN events USING (seq) WHERE kind = 'stopped'")
    store.close()
    return [json.loads(body)["reason"] for (body,) in rows]


def test_the_lawyer_is_written_down_where_the_customer_is_represented(start: Start, home: Path) -> None:
    terminal = start()
    terminal.wait_for("门口是谁？")
    terminal.keys(LEAVE, "停止或离开")
    terminal.keys("4", "律师姓名、电话")
    terminal.keys("陈律师 02112345678", "> 陈律师 02112345678")
    terminal.process.send("\r")
    assert terminal.finish() == 0
    assert reasons(home) == ["陈律师 02112345678"]
    nothing_left(terminal)


def test_chinese_with_backspace_back_pause_resume_and_leave_now(
    start: Start, run: Callable[..., Result], home: Path
) -> None:
    first = start()
    first.wait_for("门口是谁？")
    first.keys("1", "核对身份的结果？")
    first.keys("111", "亮明身份")
    first.keys("111", "客户认可账目吗？")
    first.keys("3", "异议的内容")
    first.keys("合同上的利率不队", "> 合同上的利率不队")
    x, y = first.cursor
    assert (x, first.seen.split("\n")[y].strip()) == (2 + 2 * 8, "> 合同上的利率不队")
    first.keys(BACKSPACE, "> 合同上的利率不")
    first.wait_until_gone("队")
    first.keys("对\r", "聊到这里")
    first.keys(BACK, "> 合同上的利率不对")
    first.keys(BACK, "3 > 有异议")
    first.keys("\r", "聊到这里")
    first.process.send(PAUSE)
    assert first.finish() == 7
    nothing_left(first)
    assert first.outside.strip() == "已暂停，已保存的回答都在。继续：visitcli visit SH-0001"

    second = start()
    second.wait_for("聊到这里")
    second.wait_for("前面已有 9 个回答")
    second.keys(LEAVE, "停止或离开")
    second.keys("1", "不好意思，我得先走了")
    second.keys("2，退", "> 对方情绪激动，退")
    second.keys(BACKSPACE + "先出来\r", "")
    assert second.finish() == 0
    nothing_left(second)
    visit = shown(run)
    assert visit["status"] == "stopped"
    assert visit["outcome"] == "left_early"
    assert "合同上的利率不对" in str(visit["answers"])
    assert reasons(home) == ["对方情绪激动，先出来"]


def test_a_promise_with_the_amount_typed_leaves_nothing_in_the_scrollback(
    start: Start, run: Callable[..., Result], tmp_path: Path
) -> None:
    photo = tmp_path / "车.jpg"
    photo.write_bytes(b"\xff\xd8\xff made up")
    terminal = start(columns=100, rows=50)
    terminal.wait_for("门口是谁？")
    seen = ("核对身份", "怎么核实", "在哪里谈", "亮明身份", "告知录音", "现在的情绪", "客户认可账目吗", "异议的内容")
    for key, label in zip("11111113", seen, strict=True):
        terminal.keys(key, label)
    terminal.keys("\x1b[D", "客户认可账目吗")  # left, in an empty line
    terminal.keys("1", "为什么没能按时还")
    terminal.keys("12\r", "从什么时候")
    terminal.keys("22", "照客户原话记")
    terminal.keys("\r", "特别照顾")
    terminal.keys("1", "聊到这里")
    terminal.keys("3", "目前的还款能力")
    terminal.keys("1", "见到车了吗")
    terminal.keys("1", "给客户看了哪些方案")
    terminal.keys("1\r", "谈成了哪一种")
    terminal.keys("1", "还多少元")
    terminal.keys("3，264.41\r", "哪一天还")
    terminal.keys("+7\r", "怎么还")
    assert "（周" in terminal.seen
    terminal.keys("1", "谈完方案")
    terminal.keys("1", "客户的原话")
    terminal.keys("\r", "念一遍")
    terminal.keys("1", "客户有投诉或意见吗")
    terminal.keys("1", "情绪")
    terminal.keys("1", "下一步")
    terminal.keys("3", "哪一天")
    terminal.keys("\r", "平安离开了吗")
    terminal.keys("1", "客户承诺")
    terminal.keys("2", "车辆照片")
    terminal.keys(f"{tmp_path}/车\t", "车.jpg")
    terminal.keys("\r", "客户承诺")
    terminal.keys("\x1b[6~\x1b[6~", "车.jpg")
    assert "3,264.41 元" in terminal.seen
    terminal.process.send("\r")
    assert terminal.finish() == 0
    nothing_left(terminal)
    visit = shown(run)
    assert (visit["status"], visit["outcome"]) == ("completed", "promise")


def test_the_clock_and_better_words_are_shown_while_a_text_is_typed_and_nothing_is_lost(
    start: Start, run: Callable[..., Result]
) -> None:
    terminal = start(at="2026-11-23T21:49:00+08:00", rows=40)
    terminal.wait_for("门口是谁？")
    terminal.keys("1111111", "客户认可账目吗？")
    terminal.keys("3", "异议的内容")
    terminal.keys("客户态度恶劣", "“态度恶劣”是评价，不是事实")
    terminal.process.send(PAUSE + "\r")  # Enter saves it and pauses
    assert terminal.finish() == 7
    late = start(at="2026-11-23T21:51:00+08:00", rows=40)
    late.wait_for("再过几分钟就不得上门了")
    late.wait_for("今天占用您不少时间了")
    late.keys("\x1b", "停止或离开")
    late.keys("\x1b", "聊到这里")
    late.keys(BACK, "> 客户态度恶劣")
    late.keys("，说账不对", "> 客户态度恶劣，说账不对")
    late.keys("\r", "聊到这里")
    late.keys(LEAVE, "停止或离开")
    late.keys("g", "今天占用您不少时间了")
    late.keys("\r", "客户的原话")
    late.process.send(PAUSE)
    assert late.finish() == 7
    assert "客户态度恶劣，说账不对" in str(shown(run)["answers"])


@pytest.mark.parametrize("way", ["ctrl-c", "terminate", "hang-up"])
def test_an_interruption_pauses_and_erases(start: Start, run: Callable[..., Result], way: str) -> None:
    terminal = start()
    terminal.wait_for("门口是谁？")
    terminal.keys("1111", "亮明身份")
    terminal.keys("111", "客户认可账目吗？")
    if way == "ctrl-c":
        terminal.process.send(INTERRUPT)
    else:
        terminal.process.kill(signal.SIGTERM if way == "terminate" else signal.SIGHUP)
    assert terminal.finish() == 7
    nothing_left(terminal)
    assert shown(run)["status"] == "paused"


def test_what_was_being_typed_when_the_terminal_was_killed_is_offered_again(
    start: Start, run: Callable[..., Result], home: Path
) -> None:
    first = start()
    first.wait_for("门口是谁？")
    first.keys("1111", "亮明身份")
    first.keys("111", "客户认可账目吗？")
    first.keys("3", "异议的内容")
    first.keys("合同上的利率和说的不一样", "> 合同上的利率和说的不一样")
    end = time.monotonic() + 30
    while not _drafted(home):
        assert time.monotonic() < end
        time.sleep(0.1)
    first.process.kill(signal.SIGKILL)
    assert first.finish() == -signal.SIGKILL

    second = start()
    second.wait_for("> 合同上的利率和说的不一样")
    second.wait_for("没来得及保存")
    second.keys("\r", "聊到这里")
    second.process.send(PAUSE)
    assert second.finish() == 7
    assert "合同上的利率和说的不一样" in str(shown(run)["answers"])


def _drafted(home: Path) -> bool:
    store = open_store(home)
    found = store.one("SELECT 1 FROM events WHERE kind = 'drafted'") is not None
    store.close()
    return found


def test_it_is_drawn_anew_when_the_window_changes(start: Start) -> None:
    terminal = start(rows=24, columns=80)
    terminal.wait_for("[初步接触] → 情况了解")
    terminal.keys("1111", "亮明身份")
    terminal.resize(40, 20)
    terminal.wait_for("1/4 初步接触")
    terminal.wait_for("3 不愿意谈")
    terminal.keys("111", "客户认可账目吗？")


@pytest.mark.parametrize("term", ["xterm", "screen", "linux", "xterm-256color", "vt100"])
def test_every_usual_terminal_and_no_colour_where_none_is_wanted(start: Start, term: str) -> None:
    terminal = start(TERM=term)
    terminal.wait_for("门口是谁？")
    assert terminal.coloured
    terminal.process.send(PAUSE)
    assert terminal.finish() == 7
    plain = start(TERM=term, NO_COLOR="1")
    plain.wait_for("门口是谁？")
    plain.process.send(PAUSE)
    assert plain.finish() == 7
    assert not plain.coloured


def test_a_terminal_without_utf_8_gets_ascii(start: Start) -> None:
    terminal = start(PYTHONIOENCODING="ascii", encoding="ascii")
    terminal.wait_for("Who is at the door?")
    assert terminal.raw.isascii()
    assert "> Understanding" in terminal.seen


def test_a_chinese_terminal_of_the_old_kind_reads_and_writes_its_own_encoding(
    start: Start, run: Callable[..., Result]
) -> None:
    terminal = start(PYTHONIOENCODING="gb18030", encoding="gb18030")
    terminal.wait_for("门口是谁？")
    terminal.keys("1111", "亮明身份")
    terminal.keys("111", "客户认可账目吗？")
    terminal.keys("3", "异议的内容")
    terminal.keys("金额不对" + BACKSPACE, "> 金额不")
    terminal.keys("符\r", "聊到这里")
    terminal.process.send(PAUSE)
    assert terminal.finish() == 7
    assert "金额不符" in str(shown(run)["answers"])


@pytest.mark.parametrize(("options", "says"), [({"TERM": "dumb"}, "TERM=dumb"), ({"rows": 6}, "6 行")])
def test_where_nothing_can_be_drawn_the_other_way_is_named(start: Start, options: dict[str, object], says: str) -> None:
    terminal = start(**options)
    assert terminal.finish() == 2
    assert says in terminal.outside
    assert "--answers" in terminal.outside
    assert not terminal.raw.count(b"\x1b[?1049h")


@pytest.mark.check
@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux")
def test_a_real_terminals_scrollback_holds_nothing(run: Callable[..., Result], home: Path, tmp_path: Path) -> None:
    socket = str(tmp_path / "tmux")

    def tmux(*argv: str) -> str:
        return subprocess.run(["tmux", "-u", "-S", socket, *argv], check=True, capture_output=True, text=True).stdout

    def wait_for(text: str) -> None:
        end = time.monotonic() + 30
        while text not in tmux("capture-pane", "-p", "-t", "v"):
            assert time.monotonic() < end, tmux("capture-pane", "-p", "-t", "v")
            time.sleep(0.1)

    before = "for n in $(seq 60); do echo 林晓雯 逾期; done; sleep 1"
    day = f"{Path(__file__).with_name('on_a_day.py')} {MORNING}"
    visit = f"VISITCLI_HOME={home} VISITCLI_LANG=zh {sys.executable} {day} visit SH-0001"
    command = f"{before}; {visit}; echo gone; sleep 60"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TMUX")}
    subprocess.run(
        ["tmux", "-u", "-S", socket, "new-session", "-d", "-s", "v", "-x", "80", "-y", "24", command],
        check=True, env=environ,
    )  # fmt: skip
    try:
        wait_for("逾期")
        wait_for("门口是谁？")
        tmux("send-keys", "-t", "v", "1111111")
        wait_for("客户认可账目吗？")
        tmux("send-keys", "-t", "v", "C-c")
        wait_for("gone")
        everything = tmux("capture-pane", "-p", "-S", "-", "-t", "v")
        assert "visitcli visit SH-0001" in everything
        assert not [word for word in DEBT if word in everything], everything
        assert len(everything.split("\n")) <= 24 + 1  # nothing has scrolled off
    finally:
        tmux("kill-server")
