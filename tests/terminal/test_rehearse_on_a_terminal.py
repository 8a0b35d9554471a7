"""A rehearsal on a real terminal: one key and Enter a scene, a slip asked again, the debrief at the end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from visitcli.app.rehearsing import scenario

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")


def test_a_talk_is_played_to_its_debrief(tmp_path: Path) -> None:
    import pexpect

    environ = {**os.environ, "VISITCLI_HOME": str(tmp_path / "home"), "VISITCLI_LANG": "zh", "COLUMNS": "100"}
    child = pexpect.spawn(
        sys.executable, ["-m", "visitcli", "rehearse", "--scenario", "relative"], env=environ, encoding="utf-8",
        timeout=30,
    )  # fmt: skip
    one = scenario("relative")
    child.expect("开门的是家里人")
    child.expect("怎么说")
    child.sendline("9")
    child.expect("请输入 1 到 3")
    scene = one.scenes[0]
    while True:
        child.expect("怎么说")
        child.sendline(str(scene.replies.index(scene.best) + 1))
        if scene.best.to == "end":
            break
        scene = one.by_id[scene.best.to]
    child.expect("复盘")
    child.expect("100 分，通过")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
