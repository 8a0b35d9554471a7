"""`visitcli brief`: one screen, in both languages, with what was heard before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Clock, Result

from visitcli.cli.terminal import width

Run = Callable[..., Result]
TALK = {
    "who_opened": "customer", "identity": "confirmed", "introduction": "continue", "account_view": "agrees",
    "reasons": ["job_lost"], "reason_words": "厂里停工", "ability": "none", "vehicle_seen": "no",
    "offered": ["pause"], "agreed": "think_over", "customer_words": "下月找到工作就联系" * 20, "complaint": "no",
    "mood": "low", "next_step": "wait",
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_anybody_was_there_it_says_how_to_begin(three_cases: Run, lang: str) -> None:
    said = three_cases("brief", "SH-0001", lang=lang).out
    assert {"zh": "第一次见", "en": "The first time"}[lang] in said
    assert {"zh": "只给自己看", "en": "For you alone"}[lang] in said.splitlines()[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_after_a_visit_it_tells_what_was_heard_on_one_screen(
    three_cases: Run, tmp_path: Path, clock: Clock, lang: str
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(TALK))
    done = three_cases("visit", "SH-0001", "--with", "王芳", "--answers", path, "--json")
    assert done.status == 0, done.err
    clock.forward(days=8)
    lines = three_cases("brief", "SH-0001", lang=lang).out.splitlines()
    assert sum(-(-max(width(line), 1) // 80) for line in lines) <= 24
    assert any("厂里停工" in line for line in lines)
    found = three_cases("brief", "SH-0001", "--json", lang=lang).json
    assert found["moods"] == ["low"] and found["met"] == 1 and len(found["reminders"]) == 3
    assert [reminder["code"] for reminder in found["reminders"]][:2] == ["low_before", "in_need"]
    assert found["heard"]["reasons"] == ["job_lost"]
