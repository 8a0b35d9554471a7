"""The short forms of the torture: the same code, fewer rounds."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.torture import at_once, crashes, faults, flips, hostile, search

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


def test_a_flipped_bit_is_noticed_or_changes_nothing() -> None:
    found = flips.torture(60, seed=1)
    assert found["faults"] == []
    assert sum(count for kind, count in found["found"].items() if kind.endswith("noticed")) > 20
    assert found["found"]["salvage: all events"] > 0


def test_two_windows_at_once_lose_nothing() -> None:
    found = at_once.torture(30)
    assert found == {"windows": 3, "acknowledged": 90, "lost": 0, "broken": 0}


@posix
def test_nothing_of_a_day_lies_in_the_clear() -> None:
    found = search.torture()
    assert found["faults"] == []
    assert found["failed"] == []
    assert found["purged"] == ["BS-0000", "BS-0001", "BS-0002"]
    assert {path.partition("/")[0] for path in found["asked_for_in_the_clear"]} <= set(search.ASKED)
    assert any("plain" in path for path in found["asked_for_in_the_clear"])


SHORT = (
    "xlsx overlapping entries", "xlsx external entity", "xlsx cell at XFD1048576", "xlsx shared text bomb",
    "xls whose table goes round in a circle", "xls that says it spans four billion rows", "csv quote without end",
    "csv columns named by code",
    "json nested 100,000 deep", "json lines, one broken", "a pipe", "a device",
)  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_hostile_files_are_refused_in_little_time_and_memory_and_no_row_is_dropped() -> None:
    assert [f"{told.kind}: {told.fault}" for told in hostile.torture(SHORT) if told.fault] == []


@pytest.fixture
def strace() -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not here")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace may not trace here")


@pytest.mark.check
@pytest.mark.usefixtures("strace")
def test_power_cuts_lose_no_acknowledged_answer_and_the_harness_can_tell() -> None:
    told = crashes.power_cuts(15)
    assert (told.states, told.faults) == (15, [])
    assert told.acknowledged > 100
    assert crashes.power_cuts(15, weaker="NORMAL").faults


@pytest.mark.check
@pytest.mark.usefixtures("strace")
def test_files_are_old_or_new_after_a_power_cut_and_the_harness_can_tell() -> None:
    assert {told.name: told.faults for told in crashes.plain_files(25)} == {
        name: [] for name in ("key file", "attachment", "export", "backup", "restore")
    }
    unsynced = crashes.plain_files(40, weaker="no fsync")
    assert sum(bool(told.faults) for told in unsynced) >= 2


@pytest.mark.check
@pytest.mark.skipif(not shutil.which("fiu-run"), reason="fiu-run is not here")
def test_failing_system_calls_lose_no_acknowledged_answer(tmp_path: Path) -> None:
    for told in faults.torture(3):
        assert (told["lost"], told["broken"], told.get("doctor", [])) == (0, 0, []), told
