"""`visitcli rehearse`: on a terminal, for programs, by the case, with an office's own scenario."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_visit import PROMISE
from tests.conftest import Clock, Result

from visitcli.app.rehearsing import names, scenario

Run = Callable[..., Result]


def test_the_list_has_at_least_eight_in_both_languages(run: Run) -> None:
    for lang in ("zh", "en"):
        done = run("rehearse", "--list", lang=lang)
        assert done.status == 0, done.err
        assert len(done.out.splitlines()) >= 8
    assert [one["name"] for one in run("rehearse", "--list", "--json").json["scenarios"]] == list(names())


def numbers(name: str, *, good: bool) -> str:
    """The best reply at every scene, or the worst."""
    one = scenario(name)
    scene, found = one.scenes[0], []
    while scene is not None:
        reply = scene.best if good else min(scene.replies, key=lambda reply: reply.worth)
        found.append(str(scene.replies.index(reply) + 1))
        scene = one.by_id.get(reply.to)  # type: ignore[assignment]
    return ",".join(found)


def test_a_talk_that_goes_well_and_one_that_does_not(run: Run) -> None:
    well = run("rehearse", "--scenario", "relative", "--choose", numbers("relative", good=True), "--json").json
    assert (well["result"]["score"], well["result"]["passed"], well["next"]) == (100, True, None)
    wrong = numbers("relative", good=False)
    badly = run("rehearse", "--scenario", "relative", "--choose", wrong, "--json").json
    assert badly["result"]["passed"] is False
    assert badly["result"]["grave"] == ["third_party", "pressure"]
    assert badly["choices"][0]["better"]
    told = run("rehearse", "--scenario", "relative", "--choose", wrong, lang="zh").out
    assert "债务不让第三人知道" in told
    assert "更好的说法" in told
    assert "没通过" in told


def test_a_program_goes_through_it_step_by_step(run: Run) -> None:
    first = run("rehearse", "--scenario", "angry", "--json").json
    assert first["result"] is None
    assert first["next"]["scene"] == "door"
    assert len(first["next"]["replies"]) == 3
    one = numbers("angry", good=True)[0]
    second = run("rehearse", "--scenario", "angry", "--choose", one, "--json").json
    assert second["next"]["scene"] == "who"
    assert run("rehearse", "--scenario", "angry", "--choose", one).status == 7
    assert run("rehearse", "--scenario", "angry", "--choose", "9", "--json").error["code"] == "rehearse.number"
    assert run("rehearse", "--scenario", "angry", "--choose", "x", "--json").error["code"] == "rehearse.choose"
    assert run("rehearse", "--scenario", "nobody", "--json").status == 3


def test_another_one_every_day(run: Run, clock: Clock) -> None:
    found = []
    for _ in names():
        found.append(run("rehearse", "--json").json["scenario"])
        clock.forward(days=1)
    assert sorted(found) == sorted(names())


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({**PROMISE, "mood": "angry"}, "angry"),
        ({**PROMISE, "reasons": ["job_lost"]}, "job_lost"),
        ({**PROMISE, "stop": "self_harm"}, "self_harm"),
        ({"who_opened": "family", "stop": "asked_to_leave"}, "relative"),
    ],
)
def test_what_was_met_last_is_rehearsed(three_cases: Run, tmp_path: Path, answers: dict[str, Any], name: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    done = three_cases("visit", "SH-0001", "--answers", file, "--json")
    assert done.status == 0, done.err + done.out
    assert three_cases("rehearse", "SH-0001", "--json").json["scenario"] == name


def test_an_office_has_scenarios_of_its_own(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'name = "own"\nzh = "自己的"\nen = "Our own"\nsetting_zh = "门口"\nsetting_en = "A door"\n[[scene]]\nid = "a"\n'
        'zh = "你好"\nen = "Hello"\n[[scene.reply]]\nzh = "您好"\nen = "Good day"\nto = "end"\nkeeps = ["calm"]\n',
        encoding="utf-8",
    )
    assert run("rehearse", "--scenario", file, "--choose", "1", "--json").json["result"]["score"] == 100
    file.write_text("name = [", encoding="utf-8")
    broken = run("rehearse", "--scenario", file, "--json")
    assert (broken.status, broken.error["code"]) == (5, "rehearse.unreadable")
    assert run("rehearse", "--scenario", tmp_path / "gone.toml", "--json").error["code"] == "rehearse.unreadable"
