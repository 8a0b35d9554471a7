"""A plan in words: the contract's document, and the table for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visitcli.cli.desk import Desk
from visitcli.domain.money import yuan_grouped
from visitcli.words import Words

FEW = 12  # left-out cases up to here are listed one by one
SHOWN = 6  # of a group, so many numbers
WIDE = 130  # columns that the table needs; on a narrower terminal each stop takes three lines

Document = dict[str, Any]


def spoken(plan: Mapping[str, Any], words: Words) -> Document:
    """The plan in the contract's shape: every code with its sentence in the user's language."""
    return {
        **plan,
        "days": [_spoken_day(day, words) for day in plan["days"]],
        "left_out": [
            {
                "case_id": left["case_id"],
                "code": left["code"],
                "message": words("plan.separator").join(_left_message(found, words) for found in left["findings"]),
            }
            for left in plan["left_out"]
        ],
        "warnings": [_spoken(warning, "plan.warning", words) for warning in plan["warnings"]],
    }


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


def _left_message(finding: Mapping[str, Any], words: Words) -> str:
    code, context = finding["code"], dict(finding["context"])
    if code == "held":
        context["hold"] = words(f"field.hold.{context['hold']}")
    if code == "not_open":
        context["status"] = words(f"field.status.{context['status']}")
    if code == "stopped":
        context["stop"] = _stop_label(context["stop"], words)
    until = context.get("until")
    return words(f"plan.left.{code}", **context) + (words("plan.left.until", until=until) if until else "")


def _stop_label(code: str, words: Words) -> str:
    from visitcli.app import scripts

    stop = scripts.shipped().stop_by_code.get(code)
    return stop.label.get(words.language) or code if stop else code


def render(plan: Document, desk: Desk) -> None:
    """The day as a table on stdout, what was left out below it, and what is doubtful on stderr."""
    terminal, words = desk.terminal, desk.words
    stops = sum(len(day["stops"]) for day in plan["days"])
    if not stops and not plan["left_out"]:
        terminal.note(words("plan.no_cases"))
        return
    for warning in plan["warnings"]:
        terminal.note(warning["message"])
    if plan["cut"]:
        terminal.note(words(f"plan.cut.{plan['cut']}"))
    for day in plan["days"]:
        _render_day(day, desk)
    _render_left_out(plan["left_out"], desk)
    if stops and plan["days"][0]["date"] == desk.runtime.today().isoformat():
        terminal.note(words("plan.next"))


def _render_day(day: Document, desk: Desk) -> None:
    terminal, words, totals = desk.terminal, desk.words, day["totals"]
    if not day["stops"]:
        terminal.out(words("plan.empty"))
        return
    terminal.out(words("plan.title", date=day["date"], count=len(day["stops"])))
    if terminal.pretty and terminal.console().width < WIDE:
        for stop in day["stops"]:
            _card(stop, desk)
    else:
        heads = [words(f"plan.column.{name}") for name in ("seq", "time")]
        heads.append(words("field.case_id"))
        heads += [words(f"plan.column.{name}") for name in ("customer", "place", "travel", "reasons")]
        terminal.table(heads, [_row(stop, words) for stop in day["stops"]], frozenset({0}))
    for pause in day["breaks"]:
        terminal.out(words("plan.lunch", start=_hm(pause["start"]), end=_hm(pause["end"])))
    minutes = {"travel": round(totals["travel_s"] / 60), "service": round(totals["service_s"] / 60)}
    terminal.out(words("plan.totals", km=_km(totals["travel_m"]), ends=_hm(totals["ends"]), **minutes))


def _card(stop: Document, desk: Desk) -> None:
    seq, when, case_id, name, place, travel, reasons = _row(stop, desk.words)
    desk.terminal.out(f"{seq:>2}  {when}  {case_id}  {name}  {travel}")
    desk.terminal.out(f"    {place}")
    desk.terminal.out(f"    {reasons}")


def _row(stop: Document, words: Words) -> tuple[object, ...]:
    travel = words("plan.travel", km=_km(stop["travel_m"]), minutes=round(stop["travel_s"] / 60))
    place = f"{words('field.kind.' + stop['address_kind'])} {stop['address']}"
    return (
        stop["seq"],
        f"{_hm(stop['start'])}–{_hm(stop['leave'])}",
        stop["case_id"],
        stop["name"],
        words("plan.approximate", place=place) if stop["approximate"] else place,
        travel if stop["travel_s"] else words("plan.travel.none"),
        words("plan.comma").join(reason["message"] for reason in stop["reasons"]),
    )


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
