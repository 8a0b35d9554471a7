"""The stops of a day as a list: everything about a stop, what is of nobody else's concern behind a closed door.

What anybody may see says nothing of a debt: no reason, no case number, no amount. That stands in the `private` part,
closed on the screen and printed only where the reader has asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from visitcli.domain.masking import masked_name
from visitcli.domain.navigation import amap, links
from visitcli.formats.day_page_html import Html, foreign, joined, tag
from visitcli.words import Words

Stop = Mapping[str, Any]

QUIET_ZONE = 4  # modules of white around a QR code (ISO/IEC 18004)
MODULE_PX = 3  # screen pixels of a module

_ALWAYS = ("id_card", "authority", "recorder", "folder")
BRING = {  # by kind of visit; the names say nothing to somebody who looks over a shoulder
    "first_visit": (*_ALWAYS, "form", "card"),
    "follow_up": (*_ALWAYS, "form", "card"),
    "promise_check": (*_ALWAYS, "slip", "card"),
}
_ONE_A_DAY = ("id_card", "recorder")


def stop_list(day: Mapping[str, Any], words: Words, *, key: str) -> Html:
    """The day from leaving to its end: stops, breaks between them, both ends."""
    stops, totals = day["stops"], day["totals"]
    ahead = [stop for stop in stops if stop["status"] != "done"]
    following = ahead[0] if ahead and len(ahead) < len(stops) else None
    rows = [
        (stop["arrive"][:19], 1, _stop(stop, words, anchor(key, number), stop is following))
        for number, stop in enumerate(stops, 1)
    ]
    rows += [(pause["start"][:19], 2, _pause(pause, words)) for pause in day["breaks"]]
    if ahead:
        to_a_place = bool(day.get("end")) and day["end"]["lat"] is not None
        rows.append(("9999", 3, _moment("end" if to_a_place else "finish", totals["ends"], words)))
        if day.get("start"):
            rows.append((day["start"]["at"][:19], 0, _moment("start", day["start"]["at"], words)))
    return tag("ol", *(row for *_, row in sorted(rows, key=lambda row: row[:2])), class_="stops", role="list")


def anchor(key: str, number: int) -> str:
    """The id of the stop that stands at this place in the day. Not its `seq`: a door tried twice on one day has one."""
    return f"{key}-s{number}"


def bring_list(stops: Iterable[Stop], words: Words) -> Html | None:
    """What to pack before leaving, and how many of each."""
    counts: dict[str, int] = {}
    for stop in stops:
        if stop["status"] != "done":
            for what in BRING.get(stop["visit_kind"] or "", ()):
                counts[what] = 1 if what in _ONE_A_DAY else counts.get(what, 0) + 1
    if not counts:
        return None
    items = [
        tag("li", tag("label", tag("input", type="checkbox"), tag("span", _counted(what, count, words))))
        for what, count in counts.items()
    ]
    return tag("section", tag("h3", words("page.bring.list")), tag("ul", *items, role="list"), class_="bring-list")


def _counted(what: str, count: int, words: Words) -> str:
    name = words.get(f"page.bring.{what}.list", words(f"page.bring.{what}"))
    return name if what in _ONE_A_DAY else words("page.bring.count", what=name, count=count)


def clock(moment: str) -> Html:
    """The time of day of an ISO 8601 moment."""
    return tag("time", moment[11:16], datetime=moment)


def _moment(what: str, at: str, words: Words) -> Html:
    return tag("li", clock(at), tag("span", words(f"page.{what}")), class_=f"moment {what}")


def _pause(pause: Mapping[str, Any], words: Words) -> Html:
    span = joined([clock(pause["start"]), "–", clock(pause["end"])])
    return tag("li", span, tag("span", words("page.lunch")), class_="moment lunch")


def _stop(stop: Stop, words: Words, name: str, following: bool) -> Html:
    done = stop["status"] == "done"
    located = stop["lat"] is not None and stop["lon"] is not None
    return tag(
        "li",
        _head(stop, words, name, following),
        tag(
            "div",
            _where(stop, words),
            tag("p", None if done else _way(stop, words), _times(stop, words), class_="times"),
            None if done else _bring(stop, words),
            class_="facts",
        ),
        _go(stop, words) if located and not done else None,
        tag("p", words("page.no_place"), class_="warn") if not located and not done else None,
        _qr(stop, words) if located and not done else None,
        _private(stop, words),
        class_=f"stop{' done' if done else ''}{' next' if following else ''}",
        id=name,
        aria_labelledby=f"{name}-h",
        tabindex="-1",
    )


def _head(stop: Stop, words: Words, name: str, following: bool) -> Html:
    badges = []
    if stop["status"] == "done":
        badges.append(tag("span", words("page.status.done"), class_="badge done"))
    elif following:
        badges.append(tag("span", words("page.status.next"), class_="badge next"))
    kind = stop["visit_kind"]
    if kind and stop["status"] != "done":
        badges.append(tag("span", words.get(f"page.kind.{kind}", kind), class_="badge"))
    if stop.get("locked") and stop["status"] != "done":
        badges.append(tag("span", words("page.status.locked"), class_="badge"))
    span = tag("span", clock(stop["start"]), "–", clock(stop["leave"]), class_="span")
    who = tag("span", foreign(masked_name(stop["name"]), words.language), class_="who")
    return tag("h4", tag("span", str(stop["seq"]), class_="number"), " ", span, " ", who, " ", *badges, id=f"{name}-h")


def _where(stop: Stop, words: Words) -> Html:
    kind = words.get(f"field.kind.{stop['address_kind']}", "") if stop["address_kind"] else ""
    address = foreign(str(stop["address"]), words.language) if stop["address"] else words("page.no_address")
    line = tag("p", tag("span", kind, class_="kind") if kind else None, " ", address, class_="address")
    return joined([line, _approximate(stop, words) or ""])


def _approximate(stop: Stop, words: Words) -> Html | None:
    if not stop["approximate"]:
        return None
    radius = stop.get("radius_m")
    said = words("page.approximate", radius=length(radius, words)) if radius else words("page.approximate.unknown")
    return tag("p", said, class_="warn")


def _times(stop: Stop, words: Words) -> Html:
    parts = [
        tag("span", words(f"page.{what}"), " ", clock(stop[at]))
        for what, at in (("arrive", "arrive"), ("begin", "start"), ("leave", "leave"))
    ]
    chance = stop.get("chance")
    if chance is not None and stop["status"] != "done":
        parts.append(tag("span", words("page.chance", percent=round(chance * 100))))
    return joined(parts, " ")


def _way(stop: Stop, words: Words) -> Html | None:
    if not stop["travel_s"]:
        return None
    facts = {"km": length(stop["travel_m"], words), "minutes": duration(stop["travel_s"], words)}
    kept = round((stop.get("buffer_s") or 0) / 60)
    if kept:
        return tag("span", words("page.way.buffer", buffer=words("page.minutes", minutes=kept), **facts), class_="way")
    return tag("span", words("page.way", **facts), class_="way")


def length(metres: float, words: Words) -> str:
    """Metres below a kilometre, else kilometres with one decimal place."""
    if metres < 1000:
        return words("page.m", metres=round(metres))
    return words("page.km", km=f"{metres / 1000:.1f}")


def duration(seconds: float, words: Words) -> str:
    """Minutes below an hour, else hours and minutes."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return words("page.minutes", minutes=minutes)
    return words("page.hours", hours=minutes // 60, minutes=minutes % 60)


def _bring(stop: Stop, words: Words) -> Html | None:
    items = BRING.get(stop["visit_kind"] or "")
    if not items:
        return None
    listed = words("page.separator").join(words(f"page.bring.{what}") for what in items)
    return tag("p", tag("b", words("page.bring")), " ", listed, class_="bring")


def _go(stop: Stop, words: Words) -> Html:
    shown = [
        tag("a", words(f"page.app.{link.app}"), href=link.url, class_=link.app, target=_window(link.url))
        for link in links(stop["lat"], stop["lon"])
    ]
    return tag("div", *shown, class_="links", role="group", aria_label=words("page.go", seq=stop["seq"]))


def _window(url: str) -> str | None:
    """A web map opens beside the page; an app is called from it, without an empty window left behind."""
    return "_blank" if url.startswith("https:") else None


def _qr(stop: Stop, words: Words) -> Html:
    drawing = qr_svg(amap(stop["lat"], stop["lon"]), words("page.qr", seq=stop["seq"]))
    return tag("div", drawing, tag("span", words("page.qr.hint"), aria_hidden="true"), class_="qr")


def qr_svg(content: str, label: str) -> Html:
    """A QR code of the lowest error correction (level L: it is read from clean paper or a screen, and larger modules
    help more there), as one path on white."""
    import segno

    code = segno.make(content, micro=False, error="l", boost_error=True)
    side = code.symbol_size(border=QUIET_ZONE)[0]
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=False, svgclass=None, lineclass=None, nl=False)
    path = drawn.getvalue().decode().partition(' d="')[2].partition('"')[0]
    return tag(
        "svg",
        tag("path", d=f"M0 0h{side}v{side}h-{side}z", fill="#fff"),
        tag("path", d=path, stroke="#000"),
        viewBox=f"0 0 {side} {side}",
        width=side * MODULE_PX,
        height=side * MODULE_PX,
        shape_rendering="crispEdges",
        role="img",
        aria_label=label,
    )


def _private(stop: Stop, words: Words) -> Html:
    reasons = [tag("li", reason["message"]) for reason in stop["reasons"]]
    folder = f"page.folder.{stop['visit_kind']}"
    terms = [(words("page.private.case"), tag("dd", foreign(str(stop["case_id"]), words.language)))]
    if reasons:
        terms.append((words("page.private.why"), tag("dd", tag("ul", *reasons))))
    if stop["status"] != "done" and words.has(folder):
        terms.append((words("page.private.folder"), tag("dd", words(folder))))
    inner = [part for term, shown in terms for part in (tag("dt", term), shown)]
    return tag("details", tag("summary", words("page.private")), tag("dl", *inner), class_="private")
