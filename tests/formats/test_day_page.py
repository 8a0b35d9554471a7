"""The day page: everything of the day on it, nothing of a debt where anybody may look, nothing fetched, nothing broken
out of."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.day_page_plans import REASONS, at, day, done_stop, many, plan, stop

from visitcli.domain.masking import masked_name
from visitcli.formats.day_page import day_page
from visitcli.words import LANGUAGES, Words

VOID = {"meta", "input", "br", "link", "img", "hr", "base"}
_ELEMENTS = (
    "html head meta title style body script a header h1 h2 h3 h4 nav ul ol li div fieldset legend label input span main"
    " section details summary p dl dt dd figure figcaption svg desc g path circle rect polygon text i b bdi time"
    " button footer"
)
ALLOWED = set(_ELEMENTS.split())
TELLING = {
    "zh": ("催收", "欠", "逾期", "还款", "贷", "债", "结清", "元", "SH-0", "催", "违约"),
    "en": ("debt", "overdue", "arrear", "loan", "lend", "collect", "pay", "owe", "¥", "SH-0", "promise"),
}


class Page(HTMLParser):
    """A page taken apart, strictly: every tag closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, list[str], bool]] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1][0] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        private = any("private" in (attrs.get("class") or "").split() for _, attrs in self.open)
        self.texts.append((data, tags, private and "summary" not in tags))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def of(self, tag: str, class_: str) -> list[dict[str, str | None]]:
        return [attrs for attrs in self.all(tag) if class_ in (attrs.get("class") or "").split()]

    def visible(self) -> str:
        """What stands on the page before anything is opened, and what is read out of it: labels and the title."""
        shown = [text for text, tags, private in self.texts if not private and not {"script", "style"} & set(tags)]
        read = [str(attrs[name]) for _, attrs in self.elements for name in ("aria-label", "title") if attrs.get(name)]
        return "\n".join([*shown, *read])

    def private(self) -> str:
        return "\n".join(text for text, _, private in self.texts if private)


def page(document: dict[str, Any], language: str = "zh") -> Page:
    return Page(day_page(document, Words(language), made_at="2026-11-24 08:20"))


@pytest.fixture(scope="module", params=LANGUAGES)
def ten(request: pytest.FixtureRequest) -> tuple[str, Page]:
    return request.param, page(many(10, request.param), request.param)


def test_the_page_is_well_formed_and_made_of_known_elements(ten: tuple[str, Page]) -> None:
    _, found = ten
    assert found.html.startswith("<!DOCTYPE html>\n")
    assert {tag for tag, _ in found.elements} <= ALLOWED
    ids = [attrs["id"] for _, attrs in found.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in found.elements:
        for name in ("aria-labelledby", "aria-describedby", "data-to", "data-hint"):
            assert set((attrs.get(name) or "").split()) <= set(ids)
        if (attrs.get("href") or "").startswith("#"):
            assert str(attrs["href"])[1:] in ids
    assert not [attrs for _, attrs in found.elements if any(name.startswith("on") or name == "style" for name in attrs)]


def test_nothing_is_fetched(ten: tuple[str, Page]) -> None:
    _, found = ten
    for tag, attrs in found.elements:
        assert not {"src", "srcset", "data", "action", "poster", "xlink:href", "background", "ping"} & set(attrs)
        assert "href" not in attrs or tag == "a"
    style = found.html.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    links = {str(attrs["href"]) for attrs in found.all("a")}
    outside = found.html
    for link in links:
        outside = outside.replace(link.replace("&", "&amp;"), "")
    assert "//" not in re.sub(r"//[^\n]*", "", outside.partition("<script>")[2]).replace("://", "//")
    assert not re.search(r"https?:|//\w", outside.partition("<script>")[0])


def test_the_policy_allows_this_style_and_script_and_nothing_else(ten: tuple[str, Page]) -> None:
    _, found = ten
    policy = next(str(m["content"]) for m in found.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        content = found.html.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[name] == f"'sha256-{digest}'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_debt_is_seen_by_a_third_person(language: str) -> None:
    stops = [done_stop(1), *(stop(seq, language=language) for seq in range(2, 10))]
    every_code = [
        {"case_id": f"SH-09{n}", "code": code, "message": "逾期"}
        for n, code in enumerate(
            ("held", "not_open", "not_yet", "returned", "stopped", "excluded", "no_place", "outside_hours", "too_far",
             "no_time_left", "other_musts", "something_new")
        )
    ]  # fmt: skip
    found = page(plan(day(stops), left_out=every_code), language)
    seen = found.visible().lower()
    assert not [word for word in TELLING[language] if word.lower() in seen]
    hidden = found.private()
    assert all(message in hidden for message in REASONS[language])
    assert "SH-0002" in hidden
    assert all("open" not in attrs for attrs in found.all("details"))


def test_names_are_masked_everywhere(ten: tuple[str, Page]) -> None:
    language, found = ten
    for made in many(10, language)["days"][0]["stops"]:
        assert made["name"] not in found.html
        assert masked_name(made["name"]) in found.visible()


def test_every_stop_stands_in_the_list_with_all_that_is_known_of_it(ten: tuple[str, Page]) -> None:
    language, found = ten
    words, seen = Words(language), found.visible()
    stops = many(10, language)["days"][0]["stops"]
    assert [attrs["id"] for attrs in found.of("li", "stop")] == [f"d1-s{made['seq']}" for made in stops]
    for made in stops:
        assert made["address"] in seen
        assert f"{made['travel_m'] / 1000:.1f}" in seen
        assert all(made[moment][11:16] in seen for moment in ("arrive", "start", "leave"))
    assert seen.count(words("page.kind.first_visit")) == sum(made["visit_kind"] == "first_visit" for made in stops)
    assert seen.count(words("page.approximate", radius=words("page.km", km="4.0"))) == 2
    assert seen.count(words("page.chance", percent=40)) == 10
    assert len(found.of("a", "amap")) == len(found.of("div", "qr")) == 10
    assert len(found.of("g", "stop")) == 10


def test_links_are_the_only_way_out_and_hold_no_name() -> None:
    made = stop(1, name="王建国", address="上海市嘉定区安亭镇无名一路1号")
    found = page(plan(day([made])))
    links = [str(attrs["href"]) for attrs in found.all("a") if not str(attrs["href"]).startswith("#")]
    assert len(links) == 9
    schemes = {link.partition(":")[0] for link in links}
    assert schemes == {"https", "geo", "androidamap", "iosamap", "baidumap"}
    assert not [link for link in links if "王" in link or "%E7%8E%8B" in link or "安亭" in link or "%E5%AE%89" in link]


def test_lunch_and_both_ends_stand_between_the_stops() -> None:
    stops = [
        stop(1, arrive=at(545), start=at(545), leave=at(555)),
        stop(2, arrive=at(630), start=at(630), leave=at(640)),
    ]
    found = page(plan(day(stops)))
    order = [attrs for attrs in found.all("li") if set((attrs.get("class") or "").split()) & {"stop", "moment"}]
    assert [attrs["class"] for attrs in order] == ["moment start", "stop", "moment lunch", "stop", "moment finish"]
    assert "午休" in found.visible()


def test_what_was_done_is_grey_and_the_next_one_is_named() -> None:
    unplaced = done_stop(2, lat=None, lon=None, address="", address_kind=None, visit_kind=None)
    found = page(plan(day([done_stop(1), unplaced, stop(3), stop(4)])))
    assert [attrs["class"] for attrs in found.of("li", "stop")] == ["stop done", "stop done", "stop next", "stop"]
    assert found.visible().count("下一站") == 1
    assert len(found.of("div", "qr")) == 2  # nobody goes there again
    assert len(found.of("g", "done")) == 1


def test_a_door_that_is_tried_twice_has_one_number_and_two_places_on_the_page() -> None:
    found = page(plan(day([done_stop(1), stop(2), stop(1, arrive=at(900), locked=True)])))
    assert [attrs["id"] for attrs in found.of("li", "stop")] == ["d1-s1", "d1-s2", "d1-s3"]
    assert found.visible().count("时间已定") == 1


def test_a_day_of_done_stops_only_promises_no_end() -> None:
    found = page(plan(day([done_stop(1)])))
    assert not found.of("li", "moment start")
    assert "出门清单" not in found.visible()


def test_a_stop_without_a_place_says_so() -> None:
    found = page(plan(day([stop(1, lat=None, lon=None), stop(2)])))
    assert "没有坐标，不能导航。" in found.visible()
    assert len(found.of("g", "stop")) == 1


def test_several_days_are_linked_and_told_apart() -> None:
    days = [day([stop(1), stop(2)], date=f"2026-11-2{n}") for n in (4, 5)] + [day([], date="2026-11-26")]
    found = page(plan(*days))
    assert [attrs["href"] for attrs in found.all("a") if str(attrs["href"]).startswith("#d")] == ["#d1", "#d2", "#d3"]
    assert "行程 2026-11-24 至 2026-11-26" in found.visible()
    assert "11月25日 星期三" in found.visible()
    assert found.visible().count("这一天没有安排。") == 1


def test_nothing_planned_at_all_is_a_page_too(ten: tuple[str, Page]) -> None:
    language, _ = ten
    found = page(plan(day([]), warnings=[], left_out=[]), language)
    assert Words(language)("page.empty") in found.visible()
    assert not found.all("svg")


def test_left_out_cases_are_counted_by_reason() -> None:
    seen = page(many(3)).visible()
    assert "时间不够：2 件" in seen
    assert "已办结：1 件" in seen


def test_a_screen_reader_finds_its_way(ten: tuple[str, Page]) -> None:
    language, found = ten
    assert found.all("html")[0]["lang"] == {"zh": "zh-CN", "en": "en"}[language]
    for landmark in ("header", "main", "footer"):
        assert len(found.all(landmark)) == 1
    first = found.all("a")[0]
    assert (first["class"], first["href"]) == ("skip", "#main")
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for drawing in found.all("svg"):
        assert drawing["role"] == "img"
        assert drawing.get("aria-label") or drawing.get("aria-labelledby")
    if language == "en":
        assert all(attrs.get("lang") == "zh-CN" for attrs in found.all("bdi") if attrs)


HOSTILE = (
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></svg></style></script><b>",
    "<!-- ]]> -->",
    "${style} $body {0} %s",
    "a&lt;b&amp;",
    "\u202e\u2066abc\u2069\u200b\ufeff",
    "\x00\x07\x1b[31m\x9b",
    "\ud800 half",
    "line\nline\u2028line\tend",
    "長" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_file_breaks_out(text: str) -> None:
    def with_text(text: str) -> str:
        said = [{"code": "x", "message": text}]
        made = stop(1, address=text, name=text, case_id=text, reasons=said)
        return day_page(plan(day([made]), warnings=said), Words("zh"), made_at=text)

    html = with_text(text)
    found, plain = Page(html), Page(with_text("plain"))
    assert {tag for tag, _ in found.elements} <= ALLOWED
    assert len(found.all("script")) == 1
    assert [tag for tag, _ in found.elements] == [tag for tag, _ in plain.elements]
    html.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", html)
    assert len(html) < 60_000


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_any_text_is_safe(address: str, name: str) -> None:
    found = page(plan(day([stop(1, address=address, name=name, case_id=name)])))
    assert {tag for tag, _ in found.elements} <= ALLOWED
    found.html.encode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sixty_stops_take_less_than_400_kilobytes(language: str) -> None:
    html = day_page(many(60, language), Words(language), made_at="2026-11-24 08:20")
    assert len(html.encode()) < 400_000


def test_the_same_plan_gives_the_same_page() -> None:
    assert page(many(20)).html == page(many(20)).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_catalogue_is_used(language: str) -> None:
    import json
    from pathlib import Path

    import visitcli

    source = Path(visitcli.__file__).parent
    code = "\n".join(path.read_text() for path in (source / "formats").glob("day_page*.py"))
    catalogue = json.loads((source / "words" / language / "page.json").read_text())
    made_up = re.compile(
        r"page\.(app|kind|folder|bring|left|weekday|month|legend|total|map\.(in|out|reset|both|start|end))(\.|$)"
        r"|page\.(arrive|begin|leave|start|end|finish)$"
    )
    assert not [key for key in catalogue if f'"{key}"' not in code and not made_up.match(key)]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_every_text_stands_out_from_what_is_behind_it(scheme: str) -> None:
    from pathlib import Path

    import visitcli

    style = (Path(visitcli.__file__).parent / "data" / "page" / "page.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:3]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", blocks[("light", "dark", "paper").index(scheme)]))
    full = {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for name, value in colours.items()
    }
    pairs = [
        ("ink", "paper"),
        ("ink", "card"),
        ("quiet", "paper"),
        ("quiet", "card"),
        ("route", "card"),
        ("name", "map"),
    ]
    pairs += [("on-route", "route"), ("warn", "warn-tint"), ("ink", "tint"), ("done", "map"), ("done", "paper")]
    pairs += [("quiet", "map"), ("ink", "map"), ("card", "ink")]
    assert not [(a, b, round(contrast(full[a], full[b]), 2)) for a, b in pairs if contrast(full[a], full[b]) < 4.5]
    assert contrast(full["route"], full["map"]) > 3  # a line, not a text
