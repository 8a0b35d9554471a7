"""The two visits in `examples/` are what a terminal shows today, and stay as short as they say."""

from __future__ import annotations

import sys

import pytest
from tests.terminal.transcripts import EXAMPLES, NOBODY, TALK, WALKS, presses, transcript

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_is_as_it_was_written_down(name: str) -> None:
    assert transcript(name) == (EXAMPLES / f"visit-{name}.txt").read_text(encoding="utf-8")


def test_a_humane_visit_takes_under_forty_keys_and_nobody_home_at_most_six() -> None:
    assert presses(TALK) < 40
    assert presses(NOBODY) <= 6


def test_the_humane_visit_has_a_budget_three_options_and_a_promise() -> None:
    asked = {step.at for step in TALK}
    assert {"全家每月到手多少元？", "给客户看了哪些方案？", "承诺（第一笔）还多少元？", "念一遍今天说的"} <= asked
    assert len(next(step for step in TALK if step.at == "给客户看了哪些方案？").keys) - 1 >= 3
