"""The day page: a plan as one HTML file that asks nothing of anybody.

It opens from disk, works without JavaScript (which adds pan, zoom and a remembered choice of map app), and fetches
nothing: its Content-Security-Policy allows the page's own style and script by their hashes and nothing else. It may be
seen by a neighbour or a print shop, so it says nothing of a debt where anybody can read it
(`day_page_stops`).
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any

from visitcli.formats.day_page_html import Html, joined, tag, text
from visitcli.formats.day_page_map import day_map
from visitcli.formats.day_page_stops import bring_list, clock, duration, length, stop_list
from visitcli.words import Words

_DATA = Path(__file__).parent.parent / "data" / "page"
_APPS = ("amap", "baidu", "tencent", "apple", "google", "geo", "all")


def day_page(plan: Mapping[str, Any], words: Words, *, made_at: str) -> str:
    """The page of a plan in the contract's shape, its messages in the user's language; `made_at` is shown as it is.

    Understood beyond the contract where it is there: a stop's `chance` (0 to 1), `buffer_s`, `locked`,
    `radius_m` and `visit_kind`, a day's `start` and `end`, the plan's `warnings` with their messages.
    """
    days = plan["days"]
    body = [
        tag("a", words("page.skip"), href="#main", class_="skip"),
        _header(days, words),
        tag(
            "main",
            _warnings(plan.get("warnings", ()), words),
            *(_day(day, words, f"d{number}") for number, day in enumerate(days, 1)),
            _left_out(plan["left_out"], words),
            id="main",
        ),
        _footer(words, made_at),
    ]
    style, script = _asset("page.css"), _asset("page.js")
    return Template(_asset("page.html")).substitute(
        lang="zh-CN" if words.language == "zh" else "en",
        title=text(_title(days, words)),
        style=style,
        style_hash=_csp_hash(style),
        script=script,
        script_hash=_csp_hash(script),
        body=joined(body, "\n"),
    )


def _asset(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")


def _csp_hash(content: str) -> str:
    """A source expression of CSP Level 3 for an inline style or script."""
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()


def _title(days: Sequence[Mapping[str, Any]], words: Words) -> str:
    if len(days) == 1:
        return words("page.title", date=days[0]["date"])
    return words("page.title.several", first=days[0]["date"], last=days[-1]["date"])


def _date(day: Mapping[str, Any], words: Words) -> str:
    at = date.fromisoformat(day["date"])
    month, weekday = words(f"page.month.{at.month}"), words(f"page.weekday.{at.weekday()}")
    return words("page.date", month=month, day=at.day, weekday=weekday)


def _header(days: Sequence[Mapping[str, Any]], words: Words) -> Html:
    several = [tag("li", tag("a", _date(day, words), href=f"#d{n}")) for n, day in enumerate(days, 1)]
    return tag(
        "header",
        tag("h1", _title(days, words)),
        tag("nav", tag("ul", *several, role="list"), aria_label=words("page.days")) if len(days) > 1 else None,
        tag("div", _app_choice(words), _printing(words), class_="options"),
    )


def _app_choice(words: Words) -> Html:
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="app", id=f"app-{app}", value=app, checked=app == _APPS[0]),
            tag("span", words(f"page.app.{app}")),
        )
        for app in _APPS
    ]
    return tag("fieldset", tag("legend", words("page.app.choose")), *choices, class_="apps")


def _printing(words: Words) -> Html:
    ticked = tag("label", tag("input", type="checkbox", id="print-private"), tag("span", words("page.print.private")))
    return tag(
        "div", tag("button", words("page.print"), type="button", id="print", hidden=True), ticked, class_="print"
    )


def _warnings(warnings: Sequence[Mapping[str, Any]], words: Words) -> Html | None:
    if not warnings:
        return None
    listed = tag("ul", *(tag("li", warning["message"]) for warning in warnings))
    return tag("details", tag("summary", words("page.warnings", count=len(warnings))), listed, class_="private")


def _day(day: Mapping[str, Any], words: Words, key: str) -> Html:
    named = _date(day, words)
    if not day["stops"]:
        content: list[Html | None] = [tag("p", words("page.empty"), class_="none")]
    else:
        overview = tag(
            "div",
            _totals(day, words),
            tag("section", tag("h3", words("page.map")), day_map(day, words, key=key, title=named), class_="map-part"),
            bring_list(day["stops"], words),
            class_="overview",
        )
        listed = tag("section", tag("h3", words("page.list")), stop_list(day, words, key=key), class_="list-part")
        content = [overview, listed]
    return tag("section", tag("h2", named, id=f"{key}-h"), *content, class_="day", id=key, aria_labelledby=f"{key}-h")


def _totals(day: Mapping[str, Any], words: Words) -> Html:
    totals, stops = day["totals"], day["stops"]
    ahead = [stop for stop in stops if stop["status"] != "done"]
    facts: list[tuple[str, str | Html]] = [("stops" if len(ahead) == len(stops) else "ahead", str(len(ahead)))]
    if len(ahead) < len(stops):
        facts.append(("done", str(len(stops) - len(ahead))))
    if ahead:
        facts.append(("km", length(totals["travel_m"], words)))
        facts.append(("travel", duration(totals["travel_s"], words)))
        facts.append(("service", duration(totals["service_s"], words)))
        if day.get("start"):
            facts.append(("begins", clock(day["start"]["at"])))
        facts.append(("ends", clock(totals["ends"])))
    chances = [stop["chance"] for stop in ahead if stop.get("chance") is not None]
    if chances and len(chances) == len(ahead):
        facts.append(("meet", words("page.persons", count=f"{sum(chances):.1f}")))
    shown = [tag("div", tag("dt", words(f"page.total.{what}")), tag("dd", value)) for what, value in facts]
    return tag("dl", *shown, class_="totals")


def _left_out(left_out: Sequence[Mapping[str, Any]], words: Words) -> Html | None:
    """How many and why in general; never who, and never in words that tell of a debt."""
    if not left_out:
        return None
    counts = Counter(left["code"] for left in left_out)
    items = [
        tag("li", words("page.left.group", what=words.get(f"page.left.{code}", words("page.left.other")), count=count))
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    heading = tag("h2", words("page.left"), id="left-h")
    return tag("section", heading, tag("ul", *items, role="list"), class_="left", aria_labelledby="left-h")


def _footer(words: Words, made_at: str) -> Html:
    return tag("footer", tag("p", words("page.footer", made_at=made_at)), tag("p", words("page.footer.private")))
