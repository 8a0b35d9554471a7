"""The day page in a real browser: on a phone, a tablet, a desk and on paper."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.check.chromium import Chromium, program
from tests.formats.day_page_plans import REASONS, at, day, done_stop, many, plan, stop

from visitcli.domain.navigation import amap
from visitcli.formats.day_page import day_page
from visitcli.words import LANGUAGES, Words

pytestmark = [
    pytest.mark.check,
    pytest.mark.skipif(program() is None, reason="SKIPPED: no Chromium here"),
]
WIDTHS = (360, 768, 1280)
AXE = os.environ.get("VISITCLI_AXE", "")
STILL = "document.documentElement.style.scrollBehavior = 'auto'"
LEFT = "document.querySelector('.mark.stop circle').getBoundingClientRect().left"
TRANSFORM = "document.querySelector('.world').getAttribute('transform')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as opened:
        yield opened


def write(folder: Path, name: str, document: dict[str, Any], language: str = "zh") -> Path:
    file = folder / f"{name}.html"
    file.write_text(day_page(document, Words(language), made_at="2026-11-24 08:20"), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of ten stops in both languages, of sixty, and of several days with all that can be on them."""
    folder = tmp_path_factory.mktemp("pages")
    stops = [done_stop(1), stop(2, lat=None, lon=None), *(stop(n) for n in range(3, 9)), stop(9, lat=31.3, lon=121.9)]
    home = {"at": at(540), "lat": 31.33, "lon": 121.25, "radius_m": None}
    days = [day(stops, start=home, end=home), day([stop(1), stop(2)], date="2026-11-25"), day([], date="2026-11-26")]
    found = {language: write(folder, language, many(10, language), language) for language in LANGUAGES}
    found["sixty"] = write(folder, "sixty", many(60))
    found["all"] = write(folder, "all", plan(*days))
    found["all_en"] = write(folder, "all_en", plan(*days), "en")
    return found


def codes(picture: Path) -> list[str]:
    """What the QR codes of a picture say."""
    if not shutil.which("zbarimg"):
        pytest.skip("SKIPPED: zbarimg is not here")
    done = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True, check=False)
    return done.stdout.split()


def expected(count: int, language: str = "zh") -> set[str]:
    return {amap(made["lat"], made["lon"]) for made in many(count, language)["days"][0]["stops"]}


# nothing leaves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["zh", "en", "sixty", "all", "all_en"])
def test_it_opens_without_a_request_an_error_or_a_sideways_scroll(
    browser: Chromium, pages: dict[str, Path], name: str, width: int
) -> None:
    browser.open(pages[name], width=width)
    browser.run("window.scrollTo(0, document.body.scrollHeight)")
    assert browser.requests == [pages[name].as_uri()]
    assert browser.console == []
    assert browser.run("document.documentElement.scrollWidth") <= width
    wide = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
    assert browser.run(f"{wide} && !e.closest('svg')).map(e => e.outerHTML.slice(0, 80))") == []


def test_the_policy_holds(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"])
    browser.run(
        "window.hit = false; window.blocked = [];"
        "document.addEventListener('securitypolicyviolation', (e) => window.blocked.push(e.effectiveDirective));"
        "const i = new Image(); i.src = 'https://outside.invalid/a.png'; document.body.append(i);"
        "const s = document.createElement('script'); s.textContent = 'window.hit = true'; document.body.append(s);"
    )
    said = browser.run("fetch('https://outside.invalid/').then(() => 'went', () => 'refused')")
    assert said == "refused"
    assert browser.run("window.hit") is False
    assert {"img-src", "connect-src"} <= set(browser.run("window.blocked"))
    assert browser.requests == [pages["zh"].as_uri()]
    assert "https://outside.invalid/a.png" in browser.refused


# hands --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["all", "all_en"])
def test_fingers_find_what_they_touch(browser: Chromium, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name], width=360)
    browser.click("#app-all")
    small = browser.run(
        "[...document.querySelectorAll('main a, nav a, button, summary, label')]"
        ".map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
        ".filter(([, b]) => b.width && (b.height < 43.9 || b.width < 43.9)).map(([h, b]) => [h, b.width, b.height])"
    )
    assert small == []


def test_buttons_and_keys_zoom_and_move_the_map(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"])
    browser.run(STILL)
    browser.click("[data-zoom=in]")
    assert scale(browser) == 1.5
    pin = "document.querySelector('.mark.stop circle').getBoundingClientRect().width"
    width, bar = browser.run(pin), browser.run("document.querySelector('.scale text').textContent")
    browser.click("[data-zoom=in]")
    browser.click("[data-zoom=in]")
    assert browser.run(pin) == pytest.approx(width, abs=0.5)  # numbers keep their size
    assert browser.run("document.querySelector('.scale text').textContent") != bar
    browser.click("[data-zoom=reset]")
    assert browser.run(TRANSFORM) == "translate(0 0) scale(1)"
    browser.run("document.querySelector('.canvas').focus()")
    browser.key("+")
    before = browser.run(LEFT)
    browser.key("ArrowRight")
    assert scale(browser) == 1.5
    assert browser.run(LEFT) < before - 20
    browser.key("-")
    browser.key("0")
    assert browser.run(TRANSFORM) == "translate(0 0) scale(1)"
    browser.click("[data-zoom=out]")
    assert browser.run(TRANSFORM) == "translate(0 0) scale(1)"  # never smaller than the whole
    for _ in range(9):
        browser.click("[data-zoom=in]")
    seen = browser.run(
        "(() => { const f = document.querySelector('.canvas').getBoundingClientRect();"
        " return [...document.querySelectorAll('.mark')].filter(m => { const b = m.getBoundingClientRect();"
        " return b.left > f.left && b.right < f.right && b.top > f.top && b.bottom < f.bottom; }).length; })()"
    )
    assert seen >= 1  # however large, it does not lead into the void


def middle(browser: Chromium) -> tuple[float, float]:
    x, y = browser.run(
        "(() => { const s = document.querySelector('.canvas svg'); s.scrollIntoView({block: 'center'});"
        " const b = s.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
    )
    return x, y


def scale(browser: Chromium) -> float:
    return float(browser.run(f"Number({TRANSFORM}?.match(/scale\\((.*)\\)/)[1] ?? 1)"))


def test_a_mouse_moves_the_map_and_the_wheel_zooms_once_it_is_chosen(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"])
    browser.run(STILL)
    browser.click("[data-zoom=in]")
    x, y = middle(browser)
    before = browser.run(TRANSFORM)
    browser.mouse("mousePressed", x, y)
    browser.mouse("mouseMoved", x + 40, y + 20)
    browser.mouse("mouseReleased", x + 40, y + 20)
    assert browser.run(TRANSFORM) != before
    browser.run("document.activeElement.blur(); window.scrollTo(0, 0)")
    held = scale(browser)
    browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=-100)
    assert scale(browser) == held
    browser.run("document.querySelector('.canvas').focus()")
    x, y = middle(browser)
    browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=-100)
    assert scale(browser) > held


def test_two_fingers_pinch_the_map(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"], width=360)
    browser.run(STILL)
    x, y = middle(browser)
    browser.fingers("touchStart", [(x - 30, y), (x + 30, y)])
    for step in range(1, 6):
        browser.fingers("touchMove", [(x - 30 - 8 * step, y), (x + 30 + 8 * step, y)])
    browser.fingers("touchEnd", [])
    assert scale(browser) > 1.8


def test_a_number_on_the_map_leads_to_its_stop(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"], width=768)
    browser.run(STILL)
    browser.click(".mark[data-to=d1-s7] circle")
    assert browser.run("document.activeElement.id") == "d1-s7"
    assert browser.run("document.querySelector('#d1-s7').getBoundingClientRect().top < innerHeight") is True


SHOWN = "[...document.querySelectorAll('#d1-s3 .links a')].filter(a => a.offsetWidth).map(a => a.className)"


def test_one_map_app_is_chosen_for_all_stops_and_remembered(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"])
    browser.run("localStorage.clear()")
    browser.open(pages["zh"])
    assert browser.run(SHOWN) == ["amap"]
    browser.click("#app-tencent")
    assert browser.run(SHOWN) == ["tencent"]
    browser.open(pages["zh"])
    assert browser.run(SHOWN) == ["tencent"]
    browser.click("#app-all")
    assert len(browser.run(SHOWN)) == 9


def test_it_works_without_a_script(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"], width=360, script=False)
    assert browser.run(SHOWN) == ["amap"]
    browser.click("#app-baidu")
    assert browser.run(SHOWN) == ["baidu"]
    assert browser.run("document.querySelector('.zoom').offsetWidth") == 0
    browser.click("#d1-s3 summary")
    assert browser.run("document.querySelector('#d1-s3 dl').offsetHeight > 0") is True
    assert browser.run("document.querySelectorAll('.mark.stop').length") == 10


# eyes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_phone_reads_the_codes_from_the_screen(
    browser: Chromium, pages: dict[str, Path], tmp_path: Path, width: int, dark: bool
) -> None:
    browser.open(pages["zh"], width=width, dark=dark)
    browser.picture(tmp_path / "screen.png")
    assert set(codes(tmp_path / "screen.png")) == expected(10)


@pytest.mark.parametrize("name", ["all", "all_en"])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser: Chromium, pages: dict[str, Path], width: int, dark: bool, name: str) -> None:
    if not AXE:
        pytest.skip("SKIPPED: axe-core is not here (VISITCLI_AXE)")
    browser.open(pages[name], width=width, dark=dark)
    browser.run("document.querySelector('details').open = true; document.querySelector('.stop details').open = true")
    browser.run(Path(AXE).read_text(encoding="utf-8") + "; 0")
    found = json.loads(browser.run("axe.run({resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))"))
    assert [(v["id"], v["impact"], [n["target"] for n in v["nodes"]][:3]) for v in found] == []


def test_less_motion_where_it_is_asked_for(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"])
    for value, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": value}])
        assert browser.run("getComputedStyle(document.documentElement).scrollBehavior") == behaviour


# paper --------------------------------------------------------------------------------------------------------------


def paper(browser: Chromium, file: Path, folder: Path, *, private: bool = False) -> list[tuple[str, Path]]:
    """The printed pages, each as its text and as a picture at 110 dpi."""
    if not shutil.which("pdftoppm"):
        pytest.skip("SKIPPED: pdftoppm is not here (poppler-utils)")
    browser.open(file)
    if private:
        browser.click("#print-private")
    pdf = folder / "page.pdf"
    browser.paper(pdf)
    subprocess.run(["pdftoppm", "-r", "110", "-png", pdf, folder / "p"], check=True)
    pictures = sorted(folder.glob("p-*.png"))
    texts = [
        subprocess.run(
            ["pdftotext", "-raw", "-f", str(n), "-l", str(n), pdf, "-"], capture_output=True, text=True, check=True
        ).stdout
        for n in range(1, len(pictures) + 1)
    ]
    return list(zip(texts, pictures, strict=True))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("name", ["zh", "sixty"])
def test_on_a4_no_stop_is_split_and_every_code_is_read(
    browser: Chromium, pages: dict[str, Path], tmp_path: Path, name: str, private: bool
) -> None:
    count = 60 if name == "sixty" else 10
    found = paper(browser, pages[name], tmp_path, private=private)
    info = subprocess.run(["pdfinfo", tmp_path / "page.pdf"], capture_output=True, text=True, check=True).stdout
    assert "A4" in info
    words, seen = Words("zh"), list[str]()
    for text, picture in found:
        stops = [s for s in many(count)["days"][0]["stops"] if s["address"][-5:] in text]
        read = codes(picture)
        assert set(read) == {amap(s["lat"], s["lon"]) for s in stops}, picture
        for made in stops:  # first and last line of a stop, and what stands beside them
            assert f"{made['start'][11:16]}–{made['leave'][11:16]}" in text
            assert f"{made['travel_m'] / 1000:.1f}" in text
        assert text.count(words("page.bring")) == len(stops)
        assert text.count(words("page.private.folder")) == (len(stops) if private else 0)
        assert text.count(words("page.qr.hint")) == len(stops)
        seen += read
    assert len(seen) == count
    assert set(seen) == expected(count)
    assert words("page.bring.list") in found[0][0]  # the map and what to bring stand on the first page


def test_the_codes_are_24_mm_wide_on_paper(browser: Chromium, pages: dict[str, Path]) -> None:
    browser.open(pages["zh"])
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.run("document.querySelector('.qr svg').getBoundingClientRect().width") / 96 * 25.4 == pytest.approx(
        24, abs=0.1
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_printed_only_when_asked_for(
    browser: Chromium, pages: dict[str, Path], tmp_path: Path, language: str
) -> None:
    def printed(**how: bool) -> str:
        return "".join("".join(text for text, _ in paper(browser, pages[language], tmp_path, **how)).split())

    reasons = ["".join(reason.split()) for reason in REASONS[language]]
    without = printed()
    assert not [reason for reason in (*reasons, "SH-00") if reason in without]
    asked = printed(private=True)
    assert all(asked.count(reason) == 10 for reason in reasons)
    assert asked.count("SH-00") == 10


def test_what_was_opened_on_the_screen_is_not_printed(
    browser: Chromium, pages: dict[str, Path], tmp_path: Path
) -> None:
    browser.open(pages["zh"])
    browser.click("#d1-s3 summary")
    browser.paper(tmp_path / "page.pdf")
    text = subprocess.run(["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "95" not in "".join(text.split()).replace("1095", "")
    assert "SH-0003" not in text
