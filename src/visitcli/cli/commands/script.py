"""`visitcli script`: what a visit asks, and what stops it."""

from __future__ import annotations

import typer

from visitcli.cli.desk import Desk


def script(ctx: typer.Context) -> None:
    from visitcli.app import scripts
    from visitcli.domain.script import describe

    desk: Desk = ctx.obj
    document = describe(scripts.shipped(), desk.words.language)
    if desk.terminal.json:
        desk.terminal.document(document)
        return
    words, out = desk.words, desk.terminal.out
    out(words("script.title", script_id=document["script_id"], version=document["version"]))
    part = None
    for question in document["questions"]:  # type: ignore[attr-defined]
        if question["part"] != part:
            part = question["part"]
            out(f"\n{words(f'script.part.{part}')}")
        must = "*" if question["required"] else " "
        out(f" {must} {question['name']}  {question['label']}")
        for choice in question["choices"]:
            out(f"       {choice['name']}  {choice['label']}")
    out(f"\n{words('script.stops')}")
    for stop in document["stops"]:  # type: ignore[attr-defined]
        out(f"   {stop['code']}  {stop['label']}  ({words('script.effect.' + stop['effect'])})")
