"""The key kept for a day: in memory only, the user's own, gone when its time is up."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from visitcli.domain.errors import StoreError
from visitcli.engines import session_key

NOW = datetime(2026, 11, 23, 8, 20).astimezone()
KEY = bytes(range(48))

pytestmark = pytest.mark.skipif(os.name != "posix", reason="keeps a file in memory")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(session_key, "is_in_memory", lambda folder: "disk" not in folder.parts)
    (tmp_path / "disk").mkdir()
    (tmp_path / "memory").mkdir()
    return [tmp_path / "disk" / "visitcli", tmp_path / "memory" / "visitcli"]


def test_it_is_read_until_its_time_is_up_and_then_gone(places: list[Path]) -> None:
    file = session_key.write(places, "id", KEY, NOW + timedelta(hours=8))
    assert file.parent == places[1]  # the first place lies on a disk
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert session_key.read(places, "id", NOW + timedelta(hours=7)) == KEY
    assert session_key.read(places, "other", NOW) is None
    assert session_key.read(places, "id", NOW + timedelta(hours=8)) is None
    assert not file.exists()


def test_forgotten_is_forgotten(places: list[Path]) -> None:
    session_key.write(places, "id", KEY, NOW + timedelta(hours=8))
    assert session_key.forget(places, "id")
    assert not session_key.forget(places, "id")
    assert session_key.read(places, "id", NOW) is None


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_key_that_others_may_read_is_not_used(places: list[Path], mode: int) -> None:
    session_key.write(places, "id", KEY, NOW + timedelta(hours=8)).chmod(mode)
    assert session_key.read(places, "id", NOW) is None


def test_a_link_planted_by_somebody_is_not_followed(places: list[Path], tmp_path: Path) -> None:
    file = session_key.write(places, "id", KEY, NOW + timedelta(hours=8))
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert session_key.read(places, "id", NOW) is None


def test_without_a_place_in_memory_nothing_is_kept(places: list[Path]) -> None:
    with pytest.raises(StoreError) as refused:
        session_key.write(places[:1], "id", KEY, NOW)
    assert refused.value.code == "unlock.no_safe_place"
    assert not places[0].exists()


def test_a_disk_is_told_from_memory(tmp_path: Path) -> None:
    assert not session_key.is_in_memory(Path("/"))
    assert not session_key.is_in_memory(tmp_path / "not there")
