"""A day as a person has it: in a real terminal, in Chinese, by keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FEW_CASES

pytestmark = pytest.mark.check
MORNING = "2026-11-24T10:00:00+08:00"  # a real night would forbid the visit
ROOT = Path(__file__).parents[2]


class Tmux:
    """One tmux session on a socket of its own."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.socket, self.environ = str(folder / "tmux"), environ
        self("new-session", "-d", "-s", "day", "-x", "90", "-y", "30", "sh")

    def __call__(self, *command: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self.socket, *command], env=self.environ, capture_output=True, text=True, check=True
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        """Press keys by tmux's names."""
        self("send-keys", "-t", "day", *keys)

    def screen(self) -> str:
        """What stands on the screen and in the scrollback."""
        return self("capture-pane", "-p", "-t", "day", "-S", "-500")

    def wait(self, text: str, seconds: float = 20) -> str:
        """The screen once the text stands on it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in (shown := self.screen()):
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{text!r} never came:\n{self.screen()}")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if not shutil.which("tmux"):
        pytest.skip("tmux cannot be had here")
    program = tmp_path / "bin" / "visitcli"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m tests.terminal.on_a_day {MORNING} "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {
        **os.environ,
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "VISITCLI_HOME": str(tmp_path / "home"),
        "VISITCLI_LANG": "zh",
    }
    environ |= {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PS1": "$ "}
    session = Tmux(tmp_path, environ)
    yield session
    session("kill-server")


def test_a_day_by_keys(tmux: Tmux, tmp_path: Path) -> None:
    (tmp_path / "three.csv").write_text(FEW_CASES, encoding="utf-8")
    tmux.type(
        f"cd {tmp_path}; visitcli init --agent A007 --partner 王芳; visitcli config agent.company 示例公司", "Enter"
    )
    tmux.wait("settings.toml")
    tmux.type("visitcli import three.csv; visitcli", "Enter")
    tmux.wait("visitcli plan")
    tmux.type("clear; visitcli visit SH-0001", "Enter")
    tmux.wait("门口是谁")
    tmux.type("7")
    tmux.wait("留联系卡了吗")
    tmux.type("1")
    tmux.wait("下一步")
    tmux.type("1")
    tmux.wait("平安离开")
    tmux.type("1")
    tmux.wait("Enter")
    tmux.type("Enter")
    after = tmux.wait("SH-0001 的记录已保存")
    assert "门口是谁" not in after, "the visit's screen stayed in the scrollback"
    tmux.type("clear; visitcli export --to out; ls out", "Enter")
    assert ".zip" in tmux.wait(".zip")
