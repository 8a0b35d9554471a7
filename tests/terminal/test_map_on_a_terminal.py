"""The day's map on a real terminal: beside the stops where there is room, else below them, and not at all elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.terminal.terminal import RealTerminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")

BRAILLE = re.compile("[\u2801-\u28ff]")
PLAN = ("plan", "--date", "2031-03-05", "--start", "31.20,121.30", "--seed", "1")
PLACES = [(31.22, 121.33), (31.25, 121.31), (31.26, 121.36), (31.23, 121.38)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("map")
    cases = [
        {
            "case_id": f"P-{number:04d}",
            "customer": {"name": "王建国"},
            "addresses": [{"kind": "home", "text": f"无名路{number}号", "lat": lat, "lon": lon}],
            "loan": {"days_overdue": 40 + number, "overdue": "3000.00"},
        }
        for number, (lat, lon) in enumerate(PLACES)
    ]
    (folder / "cases.json").write_text(json.dumps(cases, ensure_ascii=False), encoding="utf-8")
    imported = RealTerminal(folder / "home", "import", str(folder / "cases.json"), "--crs", "wgs84")
    assert imported.finish() == 0
    return folder / "home"


def screen(home: Path, columns: int, *argv: str, **environ: str) -> list[str]:
    terminal = RealTerminal(home, *PLAN, *argv, columns=columns, rows=60, **environ)
    assert terminal.finish() == 0, terminal.outside
    return terminal.outside.splitlines()


def drawn(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if BRAILLE.search(line)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_wide_terminal_it_stands_beside_the_stops(filled: Path, lang: str) -> None:
    lines = screen(filled, 180, VISITCLI_LANG=lang)
    first = next(number for number, line in enumerate(lines) if "P-0" in line)
    assert min(drawn(lines)) <= first + 3
    assert any("P-0" in lines[number] for number in drawn(lines))


def test_beside_the_cards_of_a_narrower_one_too(filled: Path) -> None:
    lines = screen(filled, 120)
    assert any("P-0" in lines[number] for number in drawn(lines))


def test_on_a_narrow_terminal_it_stands_below_them(filled: Path) -> None:
    lines = screen(filled, 80)
    last = max(number for number, line in enumerate(lines) if "P-0" in line)
    assert min(drawn(lines)) > last
    assert any("├" in line and "公里" in line for line in lines)
    numbers = " ".join(lines[number] for number in drawn(lines))
    assert all(re.search(rf"(?<!\d){number}(?!\d)", numbers) for number in range(1, len(PLACES) + 1))


def test_a_phone_has_no_room_for_it(filled: Path) -> None:
    assert not drawn(screen(filled, 50))


def test_a_terminal_that_is_not_utf_8_gets_it_in_ascii(filled: Path) -> None:
    lines = screen(filled, 100, VISITCLI_LANG="en", PYTHONIOENCODING="ascii:replace")
    assert not drawn(lines)
    assert any(re.match(r"\|-+\| \d+ k?m", line) for line in lines)


def test_without_colour_there_is_none(filled: Path) -> None:
    plain = RealTerminal(filled, *PLAN, columns=180, rows=60, NO_COLOR="1")
    assert plain.finish() == 0
    assert not plain.coloured


def test_a_pipe_gets_no_map(filled: Path) -> None:
    environ = {**os.environ, "VISITCLI_HOME": str(filled), "VISITCLI_LANG": "zh", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "visitcli", *PLAN], env=environ, capture_output=True, encoding="utf-8", check=True
    )
    assert "P-0001" in done.stdout
    assert not BRAILLE.search(done.stdout)
