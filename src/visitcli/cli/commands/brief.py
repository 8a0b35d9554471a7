"""`visitcli brief`: one screen to read before the door, never at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.app.briefing import Briefing

QUOTE = 60  # characters of the customer's own words that a line has room for


def brief(
    ctx: typer.Context, case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)] = "next"
) -> None:
    from visitcli.app import briefing
    from visitcli.app.unmasking import unmask

    desk: Desk = ctx.obj
    found = briefing.brief(desk.runtime, case)
    unmask(desk.runtime, found.case_id, "brief")
    if desk.terminal.json:
        desk.terminal.document(_document(desk, found))
        return
    for line in _lines(desk, found):
        desk.terminal.out(line)


def _lines(desk: Desk, found: Briefing) -> Iterator[str]:
    from visitcli.app import scripts
    from visitcli.domain.money import yuan_grouped

    words, loan = desk.words, found.loan
    yield words("brief.private")
    yield words("brief.who", case_id=found.case_id, name=found.name, met=found.met, visited=found.visited)
    if loan.get("overdue_fen") is not None:
        days = loan.get("days_overdue")
        yield words("brief.owed", amount=yuan_grouped(loan["overdue_fen"]), days="?" if days is None else days)
    for name, value in found.heard.items():
        said = _said(desk, name, value)
        if said:
            yield words(f"brief.heard.{name}", said=said)
    if found.moods:
        yield words("brief.moods", moods=" → ".join(_said(desk, "mood", mood) for mood in found.moods[-4:]))
    if found.stops:
        labels = [scripts.rest_label(code, words.language) for code in found.stops]
        yield words("brief.stops", stops=words("options.and").join(labels))
    if found.when_met:
        yield words("brief.when_met", at=found.when_met[-1][:16].replace("T", " "))
    for option in found.options:
        carried = words("options.carried") if option.carried else ""
        figures = words(
            "brief.option", name=words(f"options.name.{option.code}"), highest=yuan_grouped(option.highest_fen)
        )
        yield f"  {figures}  {carried}".rstrip()
    yield words("brief.opening", say=_opening(desk, found))
    for number, reminder in enumerate(found.reminders, 1):
        yield f"{number}. " + words(f"brief.reminder.{reminder}")


def _opening(desk: Desk, found: Briefing) -> str:
    from visitcli.app import scripts

    question = scripts.shipped().by_name["who_opened"]
    agent = desk.runtime.agent
    said = question.say.get(desk.words.language) or ""
    return said.replace("{agent}", agent.name or agent.id).replace("{customer}", found.name)


def _said(desk: Desk, name: str, value: Any) -> str:
    """An answer in words: the labels of what was chosen, or the words themselves, cut to a line."""
    from visitcli.app import scripts

    question = scripts.shipped().by_name.get(name)
    labels = {choice.name: choice.label.get(desk.words.language) for choice in question.choices} if question else {}
    chosen = value if isinstance(value, list) else [value]
    text = desk.words("options.and").join(str(labels.get(str(one), one)) for one in chosen)
    return text if len(text) <= QUOTE else text[:QUOTE] + "…"


def _document(desk: Desk, found: Briefing) -> dict[str, Any]:
    from visitcli.domain.money import yuan

    overdue = found.loan.get("overdue_fen")
    return {
        "case_id": found.case_id,
        "name": found.name,
        "overdue": yuan(overdue) if overdue is not None else None,
        "days_overdue": found.loan.get("days_overdue"),
        "visits": found.visited,
        "met": found.met,
        "heard": dict(found.heard),
        "moods": list(found.moods),
        "stops": list(found.stops),
        "met_at": list(found.when_met),
        "options": [option.code for option in found.options],
        "opening": _opening(desk, found),
        "reminders": [
            {"code": reminder, "message": desk.words(f"brief.reminder.{reminder}")} for reminder in found.reminders
        ],
    }
