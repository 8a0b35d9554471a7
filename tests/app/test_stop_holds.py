"""What a stop condition sets: for how long nobody goes there, who may end that early; and planning keeps to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import Clock, Result
from tests.stores import PASSPHRASE

from visitcli.app import visiting
from visitcli.app.ruling import Bench
from visitcli.app.runtime import Given, Runtime
from visitcli.app.scripts import shipped
from visitcli.domain.script import MAY_CLEAR, Stop
from visitcli.store import cases

STOPS = shipped().stops
REST = {"who_opened": "customer", "identity": "confirmed", "introduction": "continue", "complaint": "no",
        "vehicle_seen": "no", "mood": "calm", "next_step": "office_review"}  # fmt: skip


@pytest.fixture
def runtime(three_cases: Callable[..., Result], home: Path, clock: Clock) -> Runtime:
    return Runtime(home, home / "settings.toml", clock, secrets=Given(PASSPHRASE))


def stopped(runtime: Runtime, stop: Stop) -> None:
    """A visit on which the condition came up, finished."""
    visit = visiting.begin(runtime, "SH-0003", "王芳")
    visit.stop(stop.code, "原话")
    while (name := visit.session.next) is not None:
        if name in REST:
            visit.answer(name, REST[name])
        else:
            assert not visit.script.by_name[name].required, name
            visit.pass_over(name)
    if not visit.session.is_closed:
        visit.close()


def forbidden(runtime: Runtime, days: int) -> list[str]:
    """What forbids a visit so many days later, by the rules that planning asks."""
    bench = Bench(runtime)
    record = bench.record("SH-0003", cases.body(runtime.store, "SH-0003") or {})
    found = bench.against_on(record, runtime.today() + timedelta(days=days))
    return [finding.code for finding in found if finding.code == "stopped"]


@pytest.mark.parametrize("stop", STOPS, ids=[stop.code for stop in STOPS])
def test_nobody_goes_there_for_as_long_as_the_condition_says(runtime: Runtime, stop: Stop) -> None:
    stopped(runtime, stop)
    if stop.hold_days == 0:
        assert forbidden(runtime, 1) == []
    elif stop.hold_days is None:
        assert forbidden(runtime, 1) == forbidden(runtime, 3000) == ["stopped"]
    else:
        assert forbidden(runtime, 1) == forbidden(runtime, stop.hold_days) == ["stopped"]
        assert forbidden(runtime, stop.hold_days + 1) == []


def test_a_plan_of_the_next_day_leaves_it_out_and_says_so(
    three_cases: Callable[..., Result], runtime: Runtime, clock: Clock
) -> None:
    stopped(runtime, shipped().stop_by_code["asked_to_leave"])
    clock.forward(days=1)
    left_out = three_cases("plan", "--seconds", "1", "--json").json["left_out"]
    assert "stopped" in [each["code"] for each in left_out if each["case_id"] == "SH-0003"]


def test_a_rest_that_is_long_or_without_end_is_never_the_agents_to_clear() -> None:
    for stop in STOPS:
        assert stop.may_clear in MAY_CLEAR
        if stop.hold_days is None or stop.hold_days > 14:
            assert stop.may_clear in ("office", "supervisor"), stop.code
    assert shipped().stop_by_code["self_harm"].may_clear == "office"
    assert all(rest.may_clear == "office" for rest in shipped().rests)
