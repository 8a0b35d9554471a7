"""A plan's files: whole, for their owner, and the calendar's numbers kept only when its file is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import Clock
from tests.formats.plans import day, plan, stop
from tests.stores import PASSPHRASE

from visitcli.app.runtime import Given, Runtime
from visitcli.app.sharing import Format, share
from visitcli.domain.errors import BadInputError
from visitcli.words import Words

SAY = Words("zh")


@pytest.fixture
def runtime(home: Path, clock: Clock) -> Iterator[Runtime]:
    made = Runtime(home, home / "settings.toml", clock, secrets=Given(PASSPHRASE))
    yield made
    made.close()


def test_all_three_are_written_for_their_owner_only(runtime: Runtime, tmp_path: Path) -> None:
    files: dict[Format, Path] = {
        "gpx": tmp_path / "a.gpx",
        "geojson": tmp_path / "a.geojson",
        "ics": tmp_path / "a.ics",
    }
    for kind, path in files.items():
        share(runtime, plan(day(stop(1))), kind, path, SAY)
    begin = {kind: path.read_bytes()[:15] for kind, path in files.items()}
    assert begin == {"gpx": b'<?xml version="', "geojson": b'{\n "type": "Fea', "ics": b"BEGIN:VCALENDAR"}
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}


def test_the_calendar_remembers_between_runs(runtime: Runtime, clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "a.ics"
    share(runtime, plan(day(stop(1), stop(2))), "ics", file, SAY)
    first = file.read_bytes()
    clock.forward(hours=1)
    share(runtime, plan(day(stop(1), stop(2))), "ics", file, SAY)
    assert file.read_bytes() == first
    share(runtime, plan(day(stop(2))), "ics", file, SAY)
    assert file.read_bytes().count(b"STATUS:CANCELLED") == 1
    assert file.read_bytes().count(b"SEQUENCE:1") == 1


def test_a_file_that_cannot_be_written_changes_no_number(runtime: Runtime, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.ics", tmp_path / "none" / "a.ics"
    share(runtime, plan(day(stop(1))), "ics", good, SAY)
    with pytest.raises(BadInputError, match=r"share\.cannot_write"):
        share(runtime, plan(day()), "ics", bad, SAY)
    share(runtime, plan(day(stop(1))), "ics", good, SAY)
    assert b"SEQUENCE:0" in good.read_bytes()


@pytest.mark.parametrize("name", [".", "/dev/null", "~nobody-of-that-name/a.gpx", "a\0b.gpx"])
def test_what_is_no_place_for_a_file_is_refused(runtime: Runtime, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match=r"share\.cannot_write"):
        share(runtime, plan(day()), "gpx", tmp_path / name if name == "." else Path(name), SAY)
