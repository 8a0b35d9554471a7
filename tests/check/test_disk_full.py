"""A disk that fills up in the middle of a visit: what was called saved is there, reading works, it goes on later."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import FEW_CASES

pytestmark = pytest.mark.check


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False).returncode:
        pytest.skip("mount is not allowed here")
    yield disk
    subprocess.run(["umount", disk], check=True)


MORNING = "2026-11-24T10:00:00+08:00"  # a real night would forbid the visit
ROOT = Path(__file__).parents[2]


def visitcli(home: Path, *argv: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "en", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.terminal.on_a_day", MORNING, *argv]
    return subprocess.run(command, env=environ, input=stdin, capture_output=True, text=True, check=False)


def test_acknowledged_answers_survive_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    home, file = small_disk / "home", tmp_path / "three.csv"
    other = small_disk / "holiday-photos"  # what a person would delete to make room
    other.write_bytes(bytes(256 * 1024))
    file.write_text(FEW_CASES, encoding="utf-8")
    assert visitcli(home, "init", "--agent", "A007", "--partner", "王芳").returncode == 0
    assert visitcli(home, "import", str(file)).returncode == 0
    opening = [("who_opened", "customer"), ("identity", "confirmed"), ("introduction", "continue")]
    words = [("customer_words", f"{number} " + "说" * 3000) for number in range(1000)]
    stdin = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in [*opening, *words])
    done = visitcli(home, "visit", "SH-0001", "--answers", "-", stdin=stdin)
    saved = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 6
    assert "no room" in done.stderr
    assert len(saved) > len(opening)
    assert not (home / "store.reserve").exists()  # it has made room for the last of them

    filler = small_disk / "filler"  # reading must work while there is no room at all
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)
    shown = visitcli(home, "show", "SH-0001", "--json")
    assert shown.returncode == 0, shown.stderr
    answers = json.loads(shown.stdout)["visits"][0]["answers"]
    assert answers["customer_words"] == dict(words_by_seq(saved, opening, words))[saved[-1]["seq"]]

    filler.unlink(missing_ok=True)
    other.unlink()
    finished = visitcli(home, "visit", "SH-0001", "--answers", "-", stdin='{"name": "complaint", "value": "no"}\n')
    assert finished.returncode == 7, finished.stderr


def words_by_seq(
    saved: list[dict[str, int]], opening: list[tuple[str, str]], words: list[tuple[str, str]]
) -> list[tuple[int, str]]:
    """Which words each acknowledgement stands for."""
    values = [value for _, value in [*opening, *words]]
    return [(reply["seq"], values[index]) for index, reply in enumerate(saved)]
