"""`plan --explain CASE` in words: the document of `app.planning_explain` with its sentences, and the page for a
person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from visitcli.cli.desk import Desk
from visitcli.cli.findings import sentence
from visitcli.domain.masking import masked_name
from visitcli.domain.money import yuan_grouped
from visitcli.words import Words

NAMED = 4  # of the cases that give way, so many are named
EVEN = 0.05  # points; what is less is no difference

Document = dict[str, Any]


def spoken(explained: Mapping[str, Any], words: Words) -> Document:
    """The document with a `message` beside every code, and `summary`: why, and what would have to give."""
    return {
        **explained,
        "findings": [
            {"code": found["code"], "message": sentence(found["code"], found["context"], words)}
            for found in explained["findings"]
        ],
        "changes": [{"code": each["code"], "message": _change(each, words)} for each in explained["changes"]],
        "terms": [
            {"points": term["points"], "code": term["code"], "message": _term(term, words)}
            for term in explained["terms"]
        ],
        "ways": [
            {**way, "chance": _chance(way, explained["worth"]), "message": _basis(way, words)}
            for way in explained["ways"]
        ],
        "summary": list(_summary(explained, words)),
    }


def render(document: Document, desk: Desk) -> None:
    """The answer first, then the points, then the chances."""
    terminal, words = desk.terminal, desk.words
    title = words(
        f"explain.title.{document['status']}", case_id=document["case_id"], name=masked_name(document["name"])
    )
    terminal.out(title)
    for line in document["summary"]:
        terminal.out(f"  {line}")
    terminal.out()
    terminal.out(words("explain.worth", worth=_points(document["worth"])))
    for term in sorted(document["terms"], key=lambda term: -float(term["points"])):
        terminal.out(f"  {term['points']:+6.1f}  {term['message']}")
    if document["ways"]:
        terminal.out()
        terminal.out(words("explain.ways", worth=_points(document["worth"])))
        _render_ways(document["ways"], desk)


def _render_ways(ways: list[Document], desk: Desk) -> None:
    words = desk.words
    dated = len({way["date"] for way in ways}) > 1
    names = (["date"] if dated else []) + ["place", "part", "chance", "value", "basis"]
    rows = [
        (
            *((way["date"],) if dated else ()),
            words(f"field.kind.{way['address_kind']}"),
            words(f"explain.part.{way['part']}"),
            words("explain.percent", percent=_percent(way["chance"])),
            _points(way["value"]),
            way["message"],
        )
        for way in ways
    ]
    right = frozenset({names.index("chance"), names.index("value")})
    desk.terminal.table([words(f"explain.column.{name}") for name in names], rows, right)


def _summary(explained: Mapping[str, Any], words: Words) -> Iterator[str]:
    trade = explained["trade"]
    for found in explained["findings"]:
        yield words("explain.why_not", reason=sentence(found["code"], found["context"], words))
    for change in explained["changes"]:
        yield _change(change, words)
    if trade and explained["status"] == "planned":
        yield from _on_the_plan(trade, words)
    elif trade:
        yield from _left_out(explained["case_id"], trade, words)


def _left_out(case_id: str, trade: Mapping[str, Any], words: Words) -> Iterator[str]:
    if not trade["fits"]:
        yield words("explain.trade.no_room")
        return
    values = _values(trade, words)
    if trade["short"] <= EVEN:
        yield words("explain.trade.even", **values)
    elif trade["swapped"]:
        yield words("explain.trade.swap", count=len(trade["swapped"]), **values)
        moved = trade["short"] - sum(swap["value"] for swap in trade["swapped"]) + trade["at"]["value"]
        if moved > EVEN:
            yield words("explain.trade.moved", moved=_points(moved))
    else:
        yield words("explain.trade.moves", **values)
    yield words("explain.trade.include", case_id=case_id)


def _on_the_plan(trade: Mapping[str, Any], words: Words) -> Iterator[str]:
    values = _values(trade, words)
    yield words("explain.trade.planned", **values)
    loss = trade["score_with"] - trade["score_without"]
    if loss <= EVEN:
        yield words("explain.trade.dropped_even", **values)
    else:
        which = "dropped_swap" if trade["swapped"] else "dropped"
        yield words(f"explain.trade.{which}", loss=_points(loss), **values)


def _values(trade: Mapping[str, Any], words: Words) -> dict[str, object]:
    at, swapped = trade["at"], trade["swapped"]
    named = [
        words("explain.swap", case_id=s["case_id"], name=masked_name(s["name"]), value=_points(s["value"]))
        for s in swapped
    ]
    cases = words("plan.comma").join(named[:NAMED])
    if len(named) > NAMED:
        cases = words("explain.and_others", cases=cases, count=len(named))
    return {
        "minutes": round(trade["cost_s"] / 60),
        "short": _points(trade["short"]),
        "cases": cases,
        "weakest": named[0] if named else "",
        "total": _points(sum(swap["value"] for swap in swapped)),
        "own": _points(at["value"]),
        "date": at["date"],
        "time": at["time"],
        "place": words(f"field.kind.{at['address_kind']}"),
    }


def _change(change: Mapping[str, Any], words: Words) -> str:
    """What would have to change for a finding; the sentence may depend on what is known of it."""
    code, context = change["code"], dict(change["context"])
    if code in ("held", "stopped"):
        code += ".until" if context.get("until") else ".open"
    if code == "closed":
        code += ".next" if context["next"] else ".never"
    context |= {key[:-2]: round(value / 60) for key, value in context.items() if key.endswith("_s")}
    if not words.has(f"explain.change.{code}"):  # what a rule forbids: the rule itself says who may set it aside
        code = "rule"
    return words(f"explain.change.{code}", **context)


def _term(term: Mapping[str, Any], words: Words) -> str:
    if term["code"] == "any_visit":
        return words("explain.any_visit")
    context = dict(term["context"])
    if "amount_fen" in context:
        context["amount"] = yuan_grouped(context["amount_fen"])
    return words(f"plan.reason.{term['code']}", **context)


def _chance(way: Mapping[str, Any], worth: float) -> float:
    """The chance that the points were reckoned with: at an agreed time it may be better than that of the hour."""
    return round(way["value"] / worth, 3) if way["agreed"] and worth else float(way["chance"])


def _basis(way: Mapping[str, Any], words: Words) -> str:
    """What a chance came from."""
    if way["agreed"]:
        return words("explain.basis.agreed")
    percents = {key: _percent(way[key]) for key in ("prior", "pooled")}
    said = [words("explain.basis.prior", **percents)]
    if percents["prior"] != percents["pooled"]:
        said = [words("explain.basis.pooled", **percents)]
    if way["seen"]:
        said.append(words("explain.basis.seen", seen=way["seen"], met=way["met"]))
    if way["own_seen"]:
        said.append(words("explain.basis.own", seen=way["own_seen"], met=way["own_met"]))
    return words("plan.separator").join(said)


def _points(points: float) -> str:
    return f"{points:.1f}"


def _percent(chance: float) -> int:
    return round(chance * 100)
