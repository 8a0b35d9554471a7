"""What a visit promises afterwards: rest where it was asked for, one open visit a case, corrections that stay apart."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_visit import NOBODY, PROMISE, answers
from tests.conftest import Clock, Result
from tests.stores import PASSPHRASE, open_store

from visitcli.app import scripts, visiting
from visitcli.app.runtime import Given, Runtime
from visitcli.domain.errors import BadInputError

Run = Callable[..., Result]


@pytest.fixture
def runtime(three_cases: Run, home: Path, clock: Clock) -> Runtime:
    return Runtime(home, home / "settings.toml", clock, secrets=Given(PASSPHRASE))


def refused(run: Run, case: str) -> bool:
    planned = run("plan", "--json").json
    on_the_route = case in [stop["case_id"] for stop in planned["days"][0]["stops"] if stop["status"] != "done"]
    visit = run("visit", case, "--answers", "-", "--json")
    assert on_the_route is False or visit.status != 4
    return bool(visit.status == 4)


@pytest.mark.parametrize("first", ["self_harm", "disputes_debt", "limitation_expired", "active_duty"])
@pytest.mark.parametrize("then", ["leave_now", "asked_to_leave", "wrong_address"])
def test_the_longest_rest_holds_whatever_stopped_the_visit_last(
    three_cases: Run, clock: Clock, first: str, then: str
) -> None:
    lines = [("who_opened", "customer"), ("identity", "confirmed"), ("introduction", "continue")]
    lines += [("stop", first), ("stop", then)]
    stdin = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in lines)
    assert three_cases("visit", "SH-0001", "--answers", "-", stdin=stdin).status == 0
    clock.forward(days=20)
    assert refused(three_cases, "SH-0001")


def test_of_any_two_stop_conditions_the_longer_rest_is_the_visits(runtime: Runtime) -> None:
    stops = scripts.shipped().stops
    for one, two in itertools.combinations(stops, 2):
        if "end" in (one.effect, two.effect) and one.effect == "end":
            one, two = two, one
        visit = visiting.begin(runtime, "SH-0003", "王芳")
        visit.stop(one.code)
        if not visit.session.is_closed:
            visit.stop(two.code)
            wanted = max((stop.hold_days for stop in (one, two)), key=lambda d: float("inf") if d is None else d)
            hold = visit.session.hold
            assert (hold.days if hold else 0) == wanted, (one.code, two.code)
        for table in ("media", "payloads", "visits"):
            runtime.store.run(f"DELETE FROM {table}")
        runtime.store.run("PRAGMA foreign_keys = OFF")
        runtime.store.run("DELETE FROM events")
        runtime.store.run("PRAGMA foreign_keys = ON")


@pytest.mark.parametrize(
    "said",
    [
        {"account_view": "disputes", "dispute_words": "金额不对。"},
        {"next_step": "no_more_visits"},
    ],
)
def test_what_the_customer_was_told_is_kept(
    three_cases: Run, tmp_path: Path, clock: Clock, said: dict[str, Any]
) -> None:
    values = {**PROMISE, **said}
    assert three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values)).status == 0
    clock.forward(days=40)
    assert refused(three_cases, "SH-0001")
    assert three_cases("show", "SH-0001", "--json").json["holds"][0]["recorded_here"] is True
    assert "!" in three_cases("show", "SH-0001", lang="zh").out


def test_a_mistaken_stop_can_be_lifted(three_cases: Run, tmp_path: Path) -> None:
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, {"stop": "refuses_visits"}))
    assert refused(three_cases, "SH-0001")
    corrected = three_cases(
        "correct", "SH-0001", "--reason", "误按", "--lift-stop", "--answers", answers(tmp_path, NOBODY), "--json"
    )
    assert (corrected.status, corrected.json["outcome"]) == (0, "nobody_home")
    assert not refused(three_cases, "SH-0001")


def test_a_stop_is_taken_back_at_once_or_by_whom_its_hold_names(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, {"stop": "refuses_visits"}))
    lift = ("correct", "SH-0001", "--reason", "误按", "--lift-stop", "--answers", answers(tmp_path, NOBODY), "--json")
    clock.forward(minutes=31)
    late = three_cases(*lift)
    assert (late.status, late.error["code"]) == (4, "correct.too_late_to_lift")
    assert refused(three_cases, "SH-0001")


def test_two_windows_share_one_visit(runtime: Runtime) -> None:
    one = visiting.begin(runtime, "SH-0001", "王芳")
    two = visiting.begin(runtime, "SH-0001", "王芳")
    assert one.visit_id == two.visit_id
    one.answer("who_opened", "nobody")
    two.answer("card_left", "no")
    two.answer("next_step", "phone")
    two.pass_over("left_safe")
    two.close()
    with pytest.raises(BadInputError) as late:
        one.answer("card_left", "yes")
    assert late.value.code == "answer.closed"


def test_nothing_is_finished_while_a_question_is_left(runtime: Runtime) -> None:
    visit = visiting.begin(runtime, "SH-0001", "王芳")
    with pytest.raises(BadInputError) as early:
        visit.close()
    assert early.value.code == "visit.not_done"
    assert visit.session.status == "open"


def test_a_record_that_went_out_is_never_changed_under_its_revision(runtime: Runtime) -> None:
    one = visiting.begin(runtime, "SH-0001", "王芳")
    two = visiting.begin(runtime, "SH-0001", "王芳")
    for name, value in NOBODY.items():
        two.answer(name, value)
    two.pass_over("left_safe")
    two.close()
    again = visiting.reopen(runtime, "SH-0001", "看错")
    one.answer("next_step", "phone")
    one.close()
    assert again.visit_id == one.visit_id
    assert runtime.store.one("SELECT revision FROM visits") == (2,)


def test_a_visit_over_midnight_counts_on_the_day_it_ended(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, {"who_opened": "nobody"}))
    assert three_cases("today", "--json").json["visited"] == 0
    clock.forward(days=1)
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY))
    assert three_cases("today", "--json").json["visited"] == 1


def test_a_correction_is_not_the_visits_end(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, PROMISE))
    ended = three_cases("show", "SH-0001", "--json").json["visits"][0]["ended_at"]
    clock.forward(days=4)
    for number, reason in enumerate(("金额记错", "又记错"), 2):
        changed = answers(tmp_path, {"promise_amount": f"{number}00"})
        assert three_cases("correct", "SH-0001", "--reason", reason, "--answers", changed).status == 0
    visit = three_cases("show", "SH-0001", "--json").json["visits"][0]
    assert (visit["ended_at"], visit["revision"]) == (ended, 3)


def test_a_correction_left_open_does_not_take_the_next_visits_answers(
    three_cases: Run, tmp_path: Path, clock: Clock
) -> None:
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY))
    three_cases("correct", "SH-0001", "--reason", "看错人", "--answers", answers(tmp_path, {"who_opened": "customer"}))
    clock.forward(days=1)
    assert three_cases("today", "--json").json["next"] == "visitcli correct SH-0001"
    assert three_cases("visit", "SH-0001", "--answers", answers(tmp_path, NOBODY)).status == 0
    first, second = three_cases("show", "SH-0001", "--json").json["visits"]
    assert (first["status"], second["status"]) == ("correcting", "completed")
    assert second["started_at"][:10] == "2026-11-24"


def test_a_misspelt_name_begins_nothing(three_cases: Run, tmp_path: Path) -> None:
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, {"whoopened": "nobody"}), "--json")
    assert (result.status, result.error["code"]) == (5, "answer.unknown")
    assert three_cases("today", "--json").json["unfinished"] == []


def test_the_same_answers_again_add_nothing_to_the_journal(three_cases: Run, tmp_path: Path, home: Path) -> None:
    photo = tmp_path / "car.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0 made up \xff\xd9")
    values = {**PROMISE, "vehicle_seen": "yes", "vehicle_photo": str(photo)}
    del values["mood"]
    file = answers(tmp_path, values)
    assert three_cases("visit", "SH-0001", "--answers", file).status == 7

    def recorded() -> int:
        store = open_store(home)
        row = store.one("SELECT count(*) FROM events WHERE kind = 'answered'")
        store.close()
        return int(row[0]) if row else 0

    before = recorded()
    assert three_cases("visit", "SH-0001", "--answers", file).status == 7
    photo.unlink()
    assert three_cases("visit", "SH-0001", "--answers", file).status == 7
    assert recorded() == before


def test_a_promise_beyond_all_that_is_owed_is_a_slip(three_cases: Run, tmp_path: Path) -> None:
    values = {**PROMISE, "promise_amount": "1200500"}
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values), "--json")
    assert (result.status, result.error["code"]) == (5, "answer.more_than_owed")


@pytest.mark.parametrize("amount", ["100.505", "0.001"])
def test_money_is_told_to_the_fen(three_cases: Run, tmp_path: Path, amount: str) -> None:
    values = {**PROMISE, "promise_amount": amount}
    result = three_cases("visit", "SH-0001", "--answers", answers(tmp_path, values), "--json")
    assert (result.status, result.error["code"]) == (5, "answer.places")


def test_a_promise_made_at_the_door_stands_in_show_and_cases(three_cases: Run, tmp_path: Path, clock: Clock) -> None:
    three_cases("visit", "SH-0001", "--answers", answers(tmp_path, PROMISE))
    (promise,) = three_cases("show", "SH-0001", "--json").json["promises"]
    assert (promise["due_date"], promise["amount"]) == ("2026-12-01", "1500.00")
    listed = {case["case_id"]: case["promise_due"] for case in three_cases("cases", "--json").json["cases"]}
    assert listed["SH-0001"] == "2026-12-01"
    clock.forward(days=8)
    assert [p["case_id"] for p in three_cases("today", "--json").json["promised_today"]] == ["SH-0001"]


def test_a_case_that_went_back_is_open_no_more(three_cases: Run, clock: Clock) -> None:
    clock.moment += timedelta(days=8)  # SH-0002 went back on 30 November
    assert "SH-0002" not in [case["case_id"] for case in three_cases("cases", "--json").json["cases"]]
    assert three_cases("today", "--json").json["open_cases"] == 2
    assert three_cases("show", "SH-0002", "--json").json["status"] == "returned"


def test_what_forbids_a_visit_is_told_before_a_terminal_is_asked_for(three_cases: Run) -> None:
    assert three_cases("visit", "NOPE", "--json").status == 3
    three_cases("init", "--partner", "")
    assert three_cases("visit", "SH-0001", "--no-input").status == 4
    assert three_cases("correct", "SH-0001", "--reason", "x", "--json").status == 3


def test_a_line_that_is_too_long_gets_one_answer(three_cases: Run) -> None:
    stdin = json.dumps({"name": "who_opened", "value": "x" * 700_000}) + '\n{"name": "who_opened", "value": "nobody"}\n'
    replies = [
        json.loads(line) for line in three_cases("visit", "SH-0001", "--answers", "-", stdin=stdin).out.splitlines()
    ]
    assert [("refused" in reply, "saved" in reply) for reply in replies[:-1]] == [(True, False), (False, True)]


def test_what_was_said_at_a_stop_stands_in_show(three_cases: Run, tmp_path: Path) -> None:
    said = {"stop": "represented", "stop_reason": "张律师，021-0000000"}
    assert three_cases("visit", "SH-0001", "--answers", answers(tmp_path, said)).status == 0
    assert three_cases("show", "SH-0001", "--json").json["visits"][0]["stop"] == {
        "code": "represented",
        "reason": "张律师，021-0000000",
    }
    assert "张律师" in three_cases("show", "SH-0001", lang="zh").out
