"""The buddy's sheet in a real browser: no request, it counts down, the button is heard, the codes are read."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.check.chromium import Chromium, program

from visitcli.domain.buddy import checkpoints
from visitcli.formats.buddy_sheet import page
from visitcli.words import LANGUAGES, Words

pytestmark = [
    pytest.mark.check,
    pytest.mark.skipif(program() is None, reason="SKIPPED: no Chromium here"),
]
AXE = os.environ.get("VISITCLI_AXE", "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as opened:
        yield opened


def written(folder: Path, language: str = "zh") -> Path:
    """A sheet of three stops: one long over, one over just now, one ahead."""
    now = datetime.now().astimezone().replace(microsecond=0)
    ends = (timedelta(minutes=-60), timedelta(minutes=-27), timedelta(minutes=60))
    stops = [
        (n, f"上海市嘉定区无名路{n}号", now + end - timedelta(minutes=30), now + end) for n, end in enumerate(ends, 1)
    ]
    file = folder / f"buddy-{language}.html"
    phones = ("13900000000", "13911111111")
    made = page(now.date(), "张伟", "王芳", phones, checkpoints(stops), Words(language), language)
    file.write_text(made, encoding="utf-8")
    return file


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_it_stands_alone_and_counts(browser: Chromium, tmp_path: Path, language: str, width: int) -> None:
    file = written(tmp_path, language)
    browser.open(file, width=width)
    # What another test's click has left in the same browser.
    browser.run("localStorage.clear(); sections.forEach(one => one.classList.remove('done')); tick()")
    assert browser.requests == [file.as_uri()]
    assert browser.console == []
    assert browser.run("document.documentElement.scrollWidth") <= width
    late = browser.run("[...document.querySelectorAll('section')].map(e => e.classList.contains('late'))")
    assert late == [True, True, False]
    now = browser.run("[...document.querySelectorAll('section')].map(e => e.querySelectorAll('li.now').length)")
    assert now == [4, 2, 0]  # 45 minutes late: all four steps; 12 minutes late: two
    browser.click("section button")
    assert browser.run("document.querySelector('section').className") == "done"
    assert browser.run("localStorage.length") == 1  # so that it is known when the page is opened again


def test_the_codes_are_calendar_entries(browser: Chromium, tmp_path: Path) -> None:
    if not shutil.which("zbarimg"):
        pytest.skip("SKIPPED: zbarimg is not here")
    browser.open(written(tmp_path), width=768)
    time.sleep(0.2)
    browser.picture(tmp_path / "page.png")
    done = subprocess.run(
        ["zbarimg", "-q", "--raw", tmp_path / "page.png"], capture_output=True, text=True, check=False
    )
    assert done.stdout.count("BEGIN:VEVENT") == 3
    assert done.stdout.count("BEGIN:VALARM") == 3


@pytest.mark.skipif(not AXE, reason="SKIPPED: axe-core is not here")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_nothing_serious(browser: Chromium, tmp_path: Path, language: str) -> None:
    browser.open(written(tmp_path, language), width=360)
    browser.run(Path(AXE).read_text(encoding="utf-8") + "; undefined")
    found = browser.run(
        "axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id))"
    )
    assert found == []
