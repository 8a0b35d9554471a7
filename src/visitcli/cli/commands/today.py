"""`visitcli today`, and a bare `visitcli`: where the day stands and what comes next."""

from __future__ import annotations

from typing import Any

import typer

from visitcli.cli.desk import Desk
from visitcli.domain.masking import masked_name


def today(ctx: typer.Context) -> None:
    from visitcli.app import reviewing

    desk: Desk = ctx.obj
    status = reviewing.today(desk.runtime)
    if desk.terminal.json:
        desk.terminal.document(status)
        return
    say, words = desk.terminal.out, desk.words
    say(words("today.title", date=status["date"], weekday=words(f"today.weekday.{_weekday(status['date'])}")))
    for line in _lines(desk, status):
        say(f"  {line}")
    if status["next"]:
        say(words(f"today.next.{status['next_reason']}"))
        say(f"  {status['next'].replace('FILE', words('today.file'))}")
    else:
        say(words("today.next.done"))


def _weekday(day: str) -> int:
    from datetime import date

    return date.fromisoformat(day).isoweekday()


def _lines(desk: Desk, status: dict[str, Any]) -> list[str]:
    words = desk.words
    lines = [words("today.cases", count=status["open_cases"])]
    if status["planned"] is not None:
        lines.append(words("today.planned", count=status["planned"], left=len(status["left"])))
    lines += [
        words("today.appointment", case_id=one["case_id"], time=one["at"][11:16]) for one in status["appointments"]
    ]
    if status["visited"]:
        lines.append(words("today.visited", count=status["visited"]))
    lines += [
        words("today.unfinished", case_id=v["case_id"], at=v["started_at"][:16].replace("T", " "))
        for v in status["unfinished"]
    ]
    lines += [_promise(desk, entry) for entry in status["promised_today"]]
    for key in ("returning_soon", "not_exported", "not_acknowledged"):
        if status[key]:
            lines.append(words(f"today.{key}", count=status[key]))
    return lines


def _promise(desk: Desk, entry: dict[str, Any]) -> str:
    amount = desk.words("cli.money", amount=entry["amount"]) if entry["amount"] else ""
    return desk.words(
        "today.promised", case_id=entry["case_id"], name=masked_name(entry["name"]), amount=amount
    ).rstrip()
