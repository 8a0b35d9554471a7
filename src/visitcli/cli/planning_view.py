"""A plan in words: the contract's document, and the table for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from visitcli.cli.desk import Desk
from visitcli.cli.findings import sentence
from visitcli.cli.terminal import width
from visitcli.domain.masking import masked_name
from visitcli.domain.money import yuan_grouped
from visitcli.words import Words

FEW = 12  # left-out cases up to here are listed one by one
SHOWN = 6  # of a group, so many numbers
WIDE = 130  # columns that the table needs; on a narrower terminal each stop takes three lines

GAP = 3  # columns between the stops and their map
MAP_LEAST, MAP_MOST = 36, 64  # columns of a map that can be read; more do not make it better
MAP_HIGH = 16  # its rows, where what stands beside it has less
MAP_BELOW = 60  # columns of a terminal that gets a map below the stops

Document = dict[str, Any]


def spoken(plan: Mapping[str, Any], words: Words) -> Document:
    """The plan in the contract's shape: every code with its sentence in the user's language."""
    document = {
        **plan,
        "days": [_spoken_day(day, words) for day in plan["days"]],
        "left_out": [
            {
                "case_id": left["case_id"],
                "code": left["code"],
                "message": words("plan.separator").join(
                    sentence(found["code"], found["context"], words) for found in left["findings"]
                ),
                "rules": [found["rule"] for found in left["findings"] if "rule" in found],
            }
            for left in plan["left_out"]
        ],
        "travel": {**plan["travel"], "notes": _said_of_travel(plan["travel"], words)},
        "warnings": [_spoken(warning, "plan.warning", words) for warning in plan["warnings"]],
    }
    if "explain" in plan:
        from visitcli.cli import explain_view

        document["explain"] = explain_view.spoken(plan["explain"], words)
    return document


def _said_of_travel(travel: Mapping[str, Any], words: Words) -> list[Document]:
    from visitcli.cli.travel_view import travel_lines

    lines = zip(travel["notes"], travel_lines(travel, words), strict=True)
    return [{"code": note["code"], "message": line} for note, line in lines]


def _spoken_day(day: Mapping[str, Any], words: Words) -> Document:
    stops = [
        {**stop, "reasons": [_spoken(reason, "plan.reason", words) for reason in stop["reasons"]]}
        for stop in day["stops"]
    ]
    return {**day, "stops": stops}


def _spoken(coded: Mapping[str, Any], area: str, words: Words) -> Document:
    context = dict(coded["context"])
    if "amount_fen" in context:
        context["amount"] = yuan_grouped(context["amount_fen"])
    if "radius_m" in context:
        context["km"] = round(context["radius_m"] / 1000, 1)
    if "cases" in context:
        context["cases"] = words("plan.comma").join(context["cases"])
    return {"code": coded["code"], "message": words(f"{area}.{coded['code']}", **context)}


def render(plan: Document, desk: Desk) -> None:
    """Each day as a table on stdout, how the times on the road come about and what was left out below them, and what
    is doubtful on stderr."""
    terminal, words = desk.terminal, desk.words
    stops = [stop for day in plan["days"] for stop in day["stops"]]
    if not stops and not plan["left_out"]:
        terminal.note(words("plan.no_cases"))
        return
    for warning in plan["warnings"]:
        terminal.note(warning["message"])
    if plan["cut"]:
        terminal.note(words(f"plan.cut.{plan['cut']}", percent=int(plan["share"] * 100)))
    for number, day in enumerate(plan["days"]):
        if number:
            terminal.out()
        _render_day(day, plan["travel"], desk, _name(day["date"], words) if len(plan["days"]) > 1 else day["date"])
    for note in plan["travel"]["notes"] if _planned(stops) else ():
        terminal.out(note["message"])
    _render_left_out(plan["left_out"], desk)
    for path in plan.get("files", {}).values():
        terminal.note(words("share.written", file=path))
    if _planned(plan["days"][0]["stops"]) and plan["days"][0]["date"] == desk.runtime.today().isoformat():
        terminal.note(words("plan.next"))


def _planned(stops: list[Document]) -> list[Document]:
    return [stop for stop in stops if stop["status"] == "planned"]


def _name(day: str, words: Words) -> str:
    """A date with its day of the week."""
    return words("plan.day", date=day, weekday=words(f"today.weekday.{date.fromisoformat(day).isoweekday()}"))


def _render_day(day: Document, travel: Document, desk: Desk, name: str) -> None:
    terminal, words, totals = desk.terminal, desk.words, day["totals"]
    ahead = _planned(day["stops"])
    done = sum(stop["status"] == "done" for stop in day["stops"])
    if day["stops"]:
        title = "plan.title_done" if done else "plan.title"
        terminal.out(words(title, date=name, count=len(day["stops"]) - done, done=done))
        _render_stops(day, desk)
    if not ahead:
        terminal.out(words("plan.empty", date=name))
        return
    for pause in day["breaks"]:
        terminal.out(words("plan.lunch", start=_hm(pause["start"]), end=_hm(pause["end"])))
    minutes = {name: round(totals[f"{name}_s"] / 60) for name in ("travel", "buffer", "service")}
    way = words("plan.totals.line" if travel["source"] == "line" else "plan.totals.road", km=_km(totals["travel_m"]))
    key = "plan.totals.buffer" if minutes["buffer"] else "plan.totals"
    terminal.out(words(key, way=way, ends=_hm(totals["ends"]), **minutes))


def _render_stops(day: Document, desk: Desk) -> None:
    """The stops, on a terminal with their map: beside them where there is room, else below."""
    terminal, words, stops = desk.terminal, desk.words, day["stops"]
    columns = terminal.console().width if terminal.pretty else 0
    if 0 < columns < WIDE:
        cards = [line for stop in stops for line in _card(stop, words)]
        beside = _map(day, desk, columns - max(map(width, cards)) - GAP, max(len(cards), MAP_HIGH))
        if beside:
            terminal.picture(beside, cards)
        else:
            for line in cards:
                terminal.out(line)
    else:
        heads = [words(f"plan.column.{name}") for name in ("seq", "time")]
        heads.append(words("field.case_id"))
        heads += [words(f"plan.column.{name}") for name in ("customer", "place", "travel", "reasons")]
        beside = _map(day, desk, columns - WIDE - GAP, max(len(stops) + 4, MAP_HIGH))
        terminal.table(heads, [_row(stop, words) for stop in stops], frozenset({0}), beside)
    if not beside and columns >= MAP_BELOW:
        terminal.out()
        terminal.picture(_map(day, desk, columns - 1, MAP_HIGH))
        terminal.out()


def _map(day: Document, desk: Desk, columns: int, rows: int) -> list[str]:
    """The day's map; empty where it would be too narrow, or would show one place only."""
    if columns < MAP_LEAST:
        return []
    from visitcli.cli.planning_map import draw, pins_of

    words, unicode = desk.words, desk.terminal.draws_unicode
    pins = pins_of(day, *(words("share.map.start"), words("share.map.end")) if unicode else ("S", "E"))
    if len({pin.place for pin in pins}) < 2:
        return []
    units = {"km": words("share.map.km"), "metres": words("share.map.metres")} if unicode else {}
    return draw(pins, min(columns, MAP_MOST), min(rows, MAP_MOST // 2), unicode=unicode, **units)


def _card(stop: Document, words: Words) -> tuple[str, str, str]:
    seq, when, case_id, name, place, travel, reasons = _row(stop, words)
    return f"{seq:>2}  {when}  {case_id}  {name}  {travel}", f"    {place}", f"    {reasons}"


def _row(stop: Document, words: Words) -> tuple[object, ...]:
    travel = words("plan.travel", km=_km(stop["travel_m"]), minutes=round(stop["travel_s"] / 60))
    place = f"{words('field.kind.' + stop['address_kind'])} {stop['address']}" if stop["address_kind"] else ""
    return (
        stop["seq"],
        f"{_hm(stop['start'])}–{_hm(stop['leave'])}",
        stop["case_id"],
        masked_name(stop["name"]),
        words("plan.approximate", place=place) if stop["approximate"] else place,
        travel if stop["travel_s"] else words("plan.travel.none"),
        _why(stop, words),
    )


def _why(stop: Document, words: Words) -> str:
    """Done, or why the visit is worth the way: its reasons, and the chance to meet the customer."""
    if stop["status"] != "planned":
        return words("plan.done" if stop["status"] == "done" else "plan.going_on")
    said = [reason["message"] for reason in stop["reasons"]]
    if stop["locked"] and all(reason["code"] != "appointment" for reason in stop["reasons"]):
        said.insert(0, words("plan.locked"))
    said.append(words("plan.chance", percent=round(stop["chance"] * 100)))
    return words("plan.comma").join(said)


def _render_left_out(left_out: list[Document], desk: Desk) -> None:
    """One by one when they are few, else grouped by the reason."""
    terminal, words = desk.terminal, desk.words
    if not left_out:
        return
    terminal.out()
    terminal.out(words("plan.left_out", count=len(left_out)))
    if len(left_out) <= FEW:
        for left in left_out:
            terminal.out(words("plan.left_line", case_id=left["case_id"], message=left["message"]))
        return
    groups: dict[str, list[str]] = {}
    for left in left_out:
        groups.setdefault(left["code"], []).append(left["case_id"])
    for code, numbers in sorted(groups.items(), key=lambda item: -len(item[1])):
        shown = words("plan.comma").join(numbers[:SHOWN])
        if len(numbers) > SHOWN:
            shown = words("plan.and_more", cases=shown)
        what = words(f"plan.group.{code}")
        terminal.out(words("plan.group_line", count=len(numbers), what=what, cases=shown))


def _hm(moment: str) -> str:
    return moment[11:16]


def _km(metres: int) -> str:
    return f"{metres / 1000:.1f}"
