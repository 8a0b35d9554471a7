"""The clock of a visit by the rules in force and the time at the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.conftest import Clock, Result
from tests.stores import PASSPHRASE

from visitcli.app import attending, visiting
from visitcli.app.runtime import Given, Runtime


@pytest.fixture
def runtime(three_cases: Callable[..., Result], home: Path, clock: Clock) -> Runtime:
    return Runtime(home, home / "settings.toml", clock, secrets=Given(PASSPHRASE))


@pytest.mark.parametrize(("minutes", "said"), [(5, None), (16, "quarter"), (31, "half"), (46, "long")])
def test_the_time_at_the_door(runtime: Runtime, clock: Clock, minutes: int, said: str | None) -> None:
    visit = visiting.begin(runtime, "SH-0001", "王芳")
    end = attending.hours_end(runtime, visit)
    assert attending.on_the_clock(runtime, visit, end) is None
    clock.forward(minutes=minutes)
    assert attending.on_the_clock(runtime, visit, end) == said


def test_the_hours_end_when_the_rules_say_so(runtime: Runtime, clock: Clock) -> None:
    clock.moment = datetime.fromisoformat("2026-11-23T21:30:00+08:00")
    visit = visiting.begin(runtime, "SH-0001", "王芳")
    end = attending.hours_end(runtime, visit)
    assert end == datetime.fromisoformat("2026-11-23T22:00:00+08:00")
    clock.forward(minutes=19)
    assert attending.on_the_clock(runtime, visit, end) == "quarter"
    clock.forward(minutes=1)
    assert attending.on_the_clock(runtime, visit, end) == "hours"


def test_a_correction_has_no_clock(three_cases: Callable[..., Result], runtime: Runtime, clock: Clock) -> None:
    visit = visiting.begin(runtime, "SH-0001", "王芳")
    visit.stop("wrong_address")
    clock.forward(hours=2)
    again = visiting.reopen(runtime, "SH-0001", "看错", lift=True)
    assert attending.on_the_clock(runtime, again, None) is None
