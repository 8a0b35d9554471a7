"""`visitcli cases`: the list of one's cases."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from visitcli.cli.desk import Desk


def cases(
    ctx: typer.Context,
    find: Annotated[str, typer.Option("--find", metavar="TEXT")] = "",
    everything: Annotated[bool, typer.Option("--all")] = False,
) -> None:
    from visitcli.app import reviewing
    from visitcli.domain.masking import masked_name

    desk: Desk = ctx.obj
    found = reviewing.listing(desk.runtime, everything=everything, find=find)
    if desk.terminal.json:
        desk.terminal.document(found)
        return
    words = desk.words
    rows = [
        (
            case["case_id"],
            masked_name(case["name"]),
            words.get(f"field.stage.{case['stage']}", case["stage"]),
            "" if case["days_overdue"] is None else case["days_overdue"],
            case["overdue"] or "",
            case["return_date"] or "",
            _last(desk, case["last_visit"]),
            words.get(f"field.status.{case['status']}", case["status"]),
        )
        for case in found["cases"]
    ]
    if not rows:
        desk.terminal.note(words("cases.nothing_found" if find else "cases.none"))
        return
    if desk.terminal.narrow:
        for case, row in zip(found["cases"], rows, strict=True):
            _write_lines(desk, case, row)
        desk.terminal.note(words("cases.count", count=len(rows)))
        return
    heads = ("case_id", "name", "stage", "days_overdue", "overdue", "return_date", "last_visit", "status")
    shown = slice(None) if everything else slice(0, -1)
    desk.terminal.table(
        [words(f"field.{head}") for head in heads][shown], [row[shown] for row in rows], frozenset({3, 4})
    )
    desk.terminal.note(words("cases.count", count=len(rows)))


def _write_lines(desk: Desk, case: dict[str, Any], row: tuple[object, ...]) -> None:
    """Two lines a case, for a phone."""
    number, name, stage, days, _, back, last, _ = row
    words, overdue = desk.words, case["overdue"]
    parts = [
        words("cases.line.days", count=days) if days != "" else "",
        words("cli.money", amount=overdue) if overdue else "",
        stage,
        words("cases.line.back", date=back) if back else "",
        last,
    ]
    desk.terminal.out(f"{number}  {name}")
    desk.terminal.out("  " + "  ".join(str(part) for part in parts if part))


def _last(desk: Desk, visit: dict[str, str] | None) -> str:
    if not visit:
        return ""
    from visitcli.app.scripts import outcome_label

    status = desk.words.get(f"field.visit.{visit['outcome']}", "")
    return f"{visit['at'][5:10]} {status or outcome_label(visit['outcome'], desk.words.language)}"
