"""The map of the day page: an SVG of the route, with no street under it and no address of anybody else's in it.

What keeps its size when the map is zoomed is a group of class `pin`; the page's script counters the zoom there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, sin
from typing import Any

from visitcli.domain.geo import Point
from visitcli.formats.day_page_frame import HEIGHT, WIDTH, XY, Frame, Spot, framed, round_length, spread
from visitcli.formats.day_page_html import Html, joined, tag
from visitcli.formats.day_page_names import Box, Label, names_of, placed
from visitcli.formats.day_page_stops import anchor
from visitcli.words import Words

FEW = 25  # numbers up to here are drawn large
_LARGE, _SMALL = 12.0, 9.5  # radius of a number's disc
_SAME_PLACE = 1e-4  # degrees: a start and an end this near are one
_CHEVRON_LEAST = 46.0  # shorter legs need no sign of their direction
_SCALE_LONGEST = 110.0  # units
_CORNERS: tuple[Box, ...] = ((0, HEIGHT - 30, 130, HEIGHT), (WIDTH - 36, 0, WIDTH, 44))  # scale bar, north


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn at a place: a stop's number, or the start or the end."""

    label: str
    place: Point
    classes: str
    said: str
    on_the_way: bool = True
    anchor: str = ""


def day_map(day: Mapping[str, Any], words: Words, *, key: str, title: str) -> Html:
    """The figure of one day; `key` makes its ids unique on the page, `title` says which day."""
    marks = _marks(day, words, key)
    if not marks:
        return tag("p", words("page.map.none"), class_="none")
    frame, spots = framed([mark.place for mark in marks], [mark.place for mark in marks if mark.anchor])
    radius = _LARGE if len(marks) <= FEW else _SMALL
    discs = spread([(spot.x, spot.y) for spot in spots], radius)
    legs = _legs(marks, spots, returns=_returns(day))
    names = _names(day, frame, discs, radius, legs)
    world = tag(
        "g",
        _grid(frame),
        *(_leg(a, b) for a, b in legs),
        *(_name(label) for label in names),
        *(_leader(spot, disc) for spot, disc in zip(spots, discs, strict=True)),
        *(_mark(m, s, d, radius, words) for m, s, d in zip(marks, spots, discs, strict=True)),
        class_="world",
    )
    far = [_far_words(mark, spot, words) for mark, spot in zip(marks, spots, strict=True) if spot.far]
    described = [words("page.map.desc", count=len(marks))]
    if far:
        described.append(words("page.map.desc.far", far=words("page.separator").join(far)))
    drawing = tag(
        "svg",
        tag("title", words("page.map.title", date=title), id=f"{key}-t"),
        tag("desc", " ".join(described), id=f"{key}-d"),
        world,
        _north(words),
        _scale(frame, words),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
        data_metres=f"{frame.metres:.4f}",
        data_km=words("page.km", km="#"),
        data_m=words("page.m", metres="#"),
    )
    return tag(
        "figure",
        tag("div", drawing, class_="canvas", data_label=words("page.map"), data_hint=f"{key}-k"),
        tag("figcaption", _legend(marks, bool(far), words), _buttons(words)),
        tag("p", words("page.map.keys"), id=f"{key}-k", class_="keys", hidden=True),
        class_="map",
    )


def _marks(day: Mapping[str, Any], words: Words, key: str) -> list[Mark]:
    start, end = _place(day.get("start")), _place(day.get("end"))
    marks = [
        _stop_mark(stop, words, anchor(key, number)) for number, stop in enumerate(day["stops"], 1) if _place(stop)
    ]
    if start:
        label = words("page.map.both" if _returns(day) else "page.map.start")
        marks.insert(0, Mark(label, start, "base", words("page.map.start.name")))
    if end and not _returns(day):
        marks.append(Mark(words("page.map.end"), end, "base", words("page.map.end.name")))
    return marks


def _returns(day: Mapping[str, Any]) -> bool:
    """Whether the day ends where it began."""
    start, end = _place(day.get("start")), _place(day.get("end"))
    return bool(start and end) and all(abs(a - b) < _SAME_PLACE for a, b in zip(start or (), end or (), strict=True))


def _stop_mark(stop: Mapping[str, Any], words: Words, name: str) -> Mark:
    done = stop["status"] == "done"
    classes = f"stop{' done' if done else ''}{' approximate' if stop['approximate'] else ''}"
    said = words("page.map.stop", seq=stop["seq"])
    return Mark(str(stop["seq"]), (stop["lat"], stop["lon"]), classes, said, not done, name)


def _place(where: Mapping[str, Any] | None) -> Point | None:
    if where is None or where.get("lat") is None or where.get("lon") is None:
        return None
    return where["lat"], where["lon"]


def _legs(marks: Sequence[Mark], spots: Sequence[Spot], *, returns: bool) -> list[tuple[Spot, Spot]]:
    way = [spot for mark, spot in zip(marks, spots, strict=True) if mark.on_the_way]
    return list(pairwise([*way, way[0]] if returns else way))


def _leg(a: Spot, b: Spot) -> Html:
    far = " far" if a.far or b.far else ""
    line = tag("path", d=f"M{a.x:.1f} {a.y:.1f}L{b.x:.1f} {b.y:.1f}", class_=f"leg{far}")
    if hypot(b.x - a.x, b.y - a.y) < _CHEVRON_LEAST:
        return line
    turn = degrees(atan2(b.y - a.y, b.x - a.x))
    at = f"translate({(a.x + b.x) / 2:.1f} {(a.y + b.y) / 2:.1f}) rotate({turn:.0f})"
    return joined([line, tag("path", d="M-3-4.5 3 0-3 4.5", class_="pin chevron", transform=at)])


def _mark(mark: Mark, spot: Spot, disc: XY, radius: float, words: Words) -> Html:
    dx, dy = disc[0] - spot.x, disc[1] - spot.y
    small = " small" if radius == _SMALL else ""
    return tag(
        "g",
        _arrow(spot, (dx, dy), radius, words) if spot.far else None,
        _shape(mark, (dx, dy), radius),
        tag("text", mark.label, x=f"{dx:.1f}", y=f"{dy:.1f}", dy=".36em"),
        class_=f"pin mark {mark.classes}{small}",
        transform=f"translate({spot.x:.1f} {spot.y:.1f})",
        data_to=mark.anchor or None,
    )


def _leader(spot: Spot, disc: XY) -> Html | None:
    """From a number that had to move to the point that it stands for; under all numbers."""
    dx, dy = disc[0] - spot.x, disc[1] - spot.y
    if spot.far or hypot(dx, dy) <= 2:
        return None
    parts = tag("path", d=f"M0 0L{dx:.1f} {dy:.1f}"), tag("circle", r="2.2")
    return tag("g", *parts, class_="pin leader", transform=f"translate({spot.x:.1f} {spot.y:.1f})")


def _shape(mark: Mark, at: XY, radius: float) -> Html:
    if mark.classes != "base":
        return tag("circle", cx=f"{at[0]:.1f}", cy=f"{at[1]:.1f}", r=f"{radius:g}")
    half = radius + (5 if len(mark.label) > 1 else 0)
    x, y = f"{at[0] - half:.1f}", f"{at[1] - radius:.1f}"
    return tag("rect", x=x, y=y, width=f"{2 * half:g}", height=f"{2 * radius:g}", rx="4")


def _arrow(spot: Spot, at: XY, radius: float, words: Words) -> Html:
    """A point outwards and how far off it is, written towards the middle of the map."""
    tip, foot = radius + 9, radius + 2.5
    c, s = cos(spot.angle), sin(spot.angle)
    corners = ((tip * c, tip * s), (foot * c - 5 * s, foot * s + 5 * c), (foot * c + 5 * s, foot * s - 5 * c))
    points = " ".join(f"{at[0] + x:.1f},{at[1] + y:.1f}" for x, y in corners)
    right = spot.x + at[0] > WIDTH / 2
    x = at[0] + (-radius - 5 if right else radius + 5)
    label = words("page.km", km=round(spot.far_m / 1000))
    anchor = "end" if right else "start"
    written = tag("text", label, x=f"{x:.1f}", y=f"{at[1]:.1f}", dy=".36em", text_anchor=anchor, class_="away")
    return joined([tag("polygon", points=points, class_="arrow"), written])


def _far_words(mark: Mark, spot: Spot, words: Words) -> str:
    return words("page.map.far", what=mark.said, km=round(spot.far_m / 1000))


def _names(
    day: Mapping[str, Any], frame: Frame, discs: Sequence[XY], radius: float, legs: Sequence[tuple[Spot, Spot]]
) -> list[Label]:
    known = [
        (str(stop["address"] or ""), (stop["lat"], stop["lon"]), bool(stop["approximate"]))
        for stop in day["stops"]
        if _place(stop)
    ]
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y in discs]
    return placed(names_of(known), frame, [*_CORNERS, *taken], [box for leg in legs for box in _along(*leg)])


def _along(a: Spot, b: Spot) -> list[Box]:
    """Small boxes along a leg, which a name had better not cover."""
    steps = int(hypot(b.x - a.x, b.y - a.y) / 5) + 1
    at = [(a.x + (b.x - a.x) * i / steps, a.y + (b.y - a.y) * i / steps) for i in range(steps + 1)]
    return [(x - 2, y - 2, x + 2, y + 2) for x, y in at]


def _name(label: Label) -> Html:
    x, y = label.offset
    text = tag("text", label.name.text, x=f"{x:.1f}", y=f"{y:.1f}", dy=".36em")
    at = f"translate({label.at[0]:.1f} {label.at[1]:.1f})"
    return tag("g", text, class_=f"pin name {label.name.kind}", transform=at, lang="zh-CN")


def _grid(frame: Frame) -> Html:
    """Lines at a round distance, over more than the frame, so that a moved map is not bare."""
    step = round_length(WIDTH * frame.metres / 3) / frame.metres
    cols, rows = (
        range(-round(WIDTH / step), round(2 * WIDTH / step)),
        range(-round(HEIGHT / step), round(2 * HEIGHT / step)),
    )
    lines = [f"M{i * step:.1f} {-HEIGHT:g}V{2 * HEIGHT:g}" for i in cols]
    lines += [f"M{-WIDTH:g} {i * step:.1f}H{2 * WIDTH:g}" for i in rows]
    return tag("path", d="".join(lines), class_="grid")


def _north(words: Words) -> Html:
    at = f"translate({WIDTH - 18:g} 24)"
    letter = tag("text", words("page.map.north"), y="11")
    return tag("g", tag("path", d="M0-14 5 0 0-3-5 0z"), letter, class_="north", transform=at)


def _scale(frame: Frame, words: Words) -> Html:
    metres = round_length(_SCALE_LONGEST * frame.metres)
    length = metres / frame.metres
    label = words("page.km", km=f"{metres / 1000:g}") if metres >= 1000 else words("page.m", metres=f"{metres:g}")
    bar = tag("path", d=f"M0-4V0H{length:.1f}V-4")
    return tag("g", bar, tag("text", label, y="-6"), class_="scale", transform=f"translate(12 {HEIGHT - 10:g})")


def _buttons(words: Words) -> Html:
    made = [
        tag("button", sign, type="button", data_zoom=what, aria_label=words(f"page.map.{what}"))
        for what, sign in (("in", "+"), ("out", "−"), ("reset", "⤢"))
    ]
    return tag("div", *made, class_="zoom", hidden=True)


def _legend(marks: Sequence[Mark], far: bool, words: Words) -> Html:
    kinds = []
    if any(mark.classes == "stop" for mark in marks):
        kinds.append("ahead")
    kinds += [kind for kind in ("approximate", "done") if any(kind in mark.classes for mark in marks)]
    if far:
        kinds.append("far")
    items = [tag("span", tag("i", class_=kind), words(f"page.legend.{kind}")) for kind in kinds]
    return tag("p", *items)
