"""`visitcli visit` from answers: in order, resumed, stopped, refused; and `correct`."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Clock, Result
from tests.stores import open_store

from visitcli.app.runtime import vault_of

Run = Callable[..., Result]

PHOTO = b"\xff\xd8\xff\xe0 made up \xff\xd9"
NOBODY = {"who_opened": "nobody", "card_left": "yes", "next_step": "visit_again"}
PROMISE: dict[str, Any] = {
    "who_opened": "customer",
    "identity": "confirmed",
    "introduction": "continue",
    "account_view": "agrees",
    "reasons": ["income_down"],
    "ability": "part_now",
    "vehicle_seen": "no",
    "offered": ["instalments"],
    "agreed": "part",
    "promise_amount": "1,500",
    "promise_date": "2026-12-01",
    "promise_channel": "app",
    "customer_words": "下月工资到账就还一部分。",
    "complaint": "no",
    "mood": "calm",
    "next_step": "wait",
}


def answers(tmp_path: Path, values: dict[str, Any]) -> Path:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    return file


def test_a_whole_visit_from_a_file(three_cases: Run, tmp_path: Path) -> None:
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, PROMISE), "--json")
    assert result.status == 0, result.out + result.err
    assert result.json["status"] == "completed"
    assert result.json["outcome"] == "promise"
    assert uuid.UUID(result.json["visit_id"]).version == 7
    shown = three_cases("show", "SH-0001", "--json").json["visits"][0]
    assert shown["answers"]["promise_amount"] == "1500.00"
    assert shown["answers"]["customer_words"] == "下月工资到账就还一部分。"


def test_it_stops_at_the_first_required_question_and_goes_on_from_there(three_cases: Run, tmp_path: Path) -> None:
    first = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, {"who_opened": "nobody"}), "--json")
    assert (first.status, first.json["status"], first.json["next"]) == (7, "paused", "card_left")
    unfinished = three_cases("show", "SH-0001", "--json").json["visits"][0]
    assert (unfinished["status"], unfinished["answers"]) == ("paused", {"who_opened": "nobody"})
    second = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY), "--json")
    assert (second.status, second.json["status"], second.json["outcome"]) == (0, "completed", "nobody_home")
    assert second.json["visit_id"] == first.json["visit_id"]


def test_lines_are_saved_one_by_one_and_refused_one_by_one(three_cases: Run) -> None:
    lines = [
        {"name": "who_opened", "value": "nobody"},
        {"name": "card_left", "value": "perhaps"},
        {"name": "no_such_question", "value": 1},
        {"name": "card_left", "value": "no"},
        {"name": "next_step", "value": "phone"},
    ]
    result = three_cases("visit", "SH-0001", "--answers", "-", stdin="".join(json.dumps(x) + "\n" for x in lines))
    replies = [json.loads(line) for line in result.out.splitlines()]
    assert [("saved" in r and r["saved"]) or r.get("refused") for r in replies[:-1]] == [
        "who_opened", "card_left", "no_such_question", "card_left", "next_step",
    ]  # fmt: skip
    assert replies[1]["code"] == "answer.choice"
    assert replies[2]["code"] == "answer.unknown"
    assert replies[-1]["status"] == "completed"
    numbers = [reply["seq"] for reply in replies if "seq" in reply]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("line", ["", "not json", "[]", '{"name": 3, "value": 1}', '{"name": "remark"}', "\ud800"])
def test_a_line_that_is_no_answer_is_refused_and_loses_nothing(three_cases: Run, line: str) -> None:
    stdin = '{"name": "who_opened", "value": "nobody"}\n' + line + '\n{"name": "card_left", "value": "no"}\n'
    result = three_cases("visit", "SH-0001", "--answers", "-", stdin=stdin)
    replies = [json.loads(reply) for reply in result.out.splitlines()]
    assert [reply["saved"] for reply in replies if "saved" in reply] == ["who_opened", "card_left"]
    assert result.status == 7


def test_every_stop_condition_can_be_applied_at_once(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    for stop in three_cases("script", "--json").json["stops"]:
        result = three_cases("visit", "SH-0002", "--answers", answers(tmp_path, {"stop": stop["code"]}), "--json")
        if result.json["status"] == "refused":  # the stop before it forbids a visit for a while
            correction = three_cases(
                "correct", "SH-0002", "--reason", "误按", "--lift-stop", "--answers",
                answers(tmp_path, {**NOBODY, "stop": stop["code"]}), "--json",
            )  # fmt: skip
            assert correction.json["stop"]["code"] == stop["code"], stop["code"]
            continue
        assert result.json["stop"]["code"] == stop["code"]
        if stop["effect"] == "end":
            assert (result.status, result.json["status"]) == (0, "stopped")
        else:
            assert (result.status, result.json["status"]) == (7, "paused")
            three_cases("visit", "SH-0002", "--answers", answers(tmp_path, NOBODY))


def test_a_stop_that_asks_for_quiet_forbids_the_next_visit(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    assert three_cases("visit", "SH-0001", "--answers", answers(tmp_path, {"stop": "asked_to_leave"})).status == 0
    again = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY), "--json")
    assert (again.status, again.json["status"], again.json["visit_id"]) == (4, "refused", None)
    clock.forward(days=31)
    assert three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY)).status == 0


def test_without_a_partner_no_visit_begins(three_cases: Run, tmp_path: Path) -> None:
    three_cases("init", "--partner", "")
    refused = three_cases("visit", "SH-0001", "--no-input", "--answers", answers(tmp_path, NOBODY))
    assert refused.status == 4
    assert "SH-0001" in refused.err
    assert three_cases("visit", "SH-0001", "--with", "王芳", "--answers", answers(tmp_path, NOBODY)).status == 0


def test_where_one_may_go_alone_nobody_is_asked_for(three_cases: Run, tmp_path: Path) -> None:
    three_cases("init", "--partner", "", "--jurisdiction", "us")
    assert three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY)).status == 0


@pytest.mark.parametrize(
    "change", [{"status": "closed"}, {"holds": [{"code": "represented"}]}, {"return_date": "2026-11-22"}]
)
def test_a_case_that_may_not_be_visited_is_not(
    three_cases: Run, tmp_path: Path, home: Path, change: dict[str, Any]
) -> None:
    store = open_store(home)
    body = json.loads(store.all("SELECT body FROM cases WHERE case_id = 'SH-0001'")[0][0])
    store.run("UPDATE cases SET body = ? WHERE case_id = 'SH-0001'", (json.dumps({**body, **change}),))
    store.close()
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY), "--json")
    assert (result.status, result.json["status"]) == (4, "refused")
    assert three_cases("show", "SH-0001", "--json").json["visits"] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "visit.not_json"),
        (b"[1, 2]", "visit.not_an_object"),
        (b"\xff\xfe\x00", "visit.not_json"),
        (b'{"who_opened": "nobody"', "visit.not_json"),
        (b"[" * 100_000, "visit.not_json"),
        (b'{"x": ' + b"9" * 5000 + b"}", "visit.not_json"),
        (b'{"whoopened": "nobody"}', "answer.unknown"),
        (b'{"who_opened": "somebody"}', "answer.choice"),
    ],
)
def test_a_bad_file_of_answers_is_named(three_cases: Run, tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "answers.json"
    file.write_bytes(content)
    result = three_cases("visit", "SH-0001", "--answers", file, "--json")
    assert result.status == 5
    assert result.error["code"] == code
    assert result.error["hint"]


def test_an_answer_out_of_bounds_keeps_those_before_it(three_cases: Run, tmp_path: Path) -> None:
    values = {**PROMISE, "promise_date": "2026-11-01"}
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values), "--json")
    assert (result.status, result.error["code"]) == (5, "answer.not_before")
    shown = three_cases("show", "SH-0001", "--json").json["visits"][0]
    assert shown["status"] == "paused"
    assert shown["answers"]["promise_amount"] == "1500.00"


def test_a_photo_is_taken_in_sealed(three_cases: Run, tmp_path: Path, home: Path) -> None:
    photo = tmp_path / "车.jpg"
    photo.write_bytes(PHOTO)
    values = {**PROMISE, "vehicle_seen": "yes", "vehicle_photo": str(photo)}
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values), "--json")
    assert result.status == 0, result.err
    photo.unlink()
    name = three_cases("show", "SH-0001", "--json").json["visits"][0]["answers"]["vehicle_photo"]
    assert name == f"media/{hashlib.sha256(PHOTO).hexdigest()}.jpg"
    (kept,) = (home / "media").iterdir()
    assert Path(name).stem not in kept.name
    assert b"made up" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    with open_store(home) as store, vault_of(store).open(name) as stream:
        assert stream.read() == PHOTO


@pytest.mark.parametrize(("file", "code"), [("gone.jpg", "not_found"), (".", "not_a_file"), ("empty.jpg", "empty")])
def test_a_photo_that_is_none_is_refused(three_cases: Run, tmp_path: Path, file: str, code: str) -> None:
    (tmp_path / "empty.jpg").touch()
    values = {**PROMISE, "vehicle_seen": "yes", "vehicle_photo": str(tmp_path / file)}
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values), "--json")
    assert (result.status, result.error["code"]) == (5, f"attach.{code}")


def test_a_correction_is_a_new_revision_of_the_same_record(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    visit_id = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, PROMISE), "--json").json["visit_id"]
    clock.forward(hours=2)
    result = three_cases(
        "correct",
        "SH-0001",
        "--reason",
        "金额记错",
        "--answers",
        answers(tmp_path, {"promise_amount": "1800"}),
        "--json",
    )
    assert (result.status, result.json["visit_id"]) == (0, visit_id)
    (visit,) = three_cases("show", "SH-0001", "--json").json["visits"]
    assert (visit["revision"], visit["answers"]["promise_amount"]) == (2, "1800.00")
    assert three_cases("doctor", "--json").json["ok"]


def test_an_unfinished_correction_keeps_the_record_it_had(three_cases: Run, tmp_path: Path) -> None:
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY))
    changed = {"who_opened": "customer"}
    result = three_cases("correct", "SH-0001", "--reason", "看错人", "--answers", answers(tmp_path, changed), "--json")
    assert (result.status, result.json["status"]) == (7, "paused")
    assert three_cases("export", "--json").json["records"] == 1
    assert three_cases("today", "--json").json["unfinished"][0]["case_id"] == "SH-0001"


def test_nothing_finished_is_nothing_to_correct(three_cases: Run) -> None:
    result = three_cases("correct", "SH-0001", "--reason", "x", "--answers", "-", "--json")
    assert (result.status, result.error["code"]) == (3, "correct.nothing")


def test_the_screen_needs_a_terminal(three_cases: Run) -> None:
    result = three_cases("visit", "SH-0001")
    assert result.status == 2
    assert "--answers" in result.err


def test_no_plan_beyond_the_agents_authority(three_cases: Run, tmp_path: Path) -> None:
    values = {**PROMISE, "agreed": "instalments", "instalment_count": 25}
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values), "--json")
    assert (result.status, result.error["code"]) == (5, "answer.authority")
    three_cases("config", "authority.max_instalments", "36")
    assert three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values)).status == 0
