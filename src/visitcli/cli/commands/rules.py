"""`visitcli rules`: the rules in force, and what they say of one case at one time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.domain.rules_pack import Pack, Rule

REFUSED = 4


def list_(ctx: typer.Context) -> None:
    from visitcli.app.ruling import pack_in_force

    desk: Desk = ctx.obj
    pack = pack_in_force(desk.runtime)
    if desk.terminal.json:
        desk.terminal.document(_document(pack, desk.words.language))
        return
    words = desk.words
    name = pack.name[words.language]
    desk.terminal.out(words("rules.title", name=name, id=pack.id, version=pack.version, count=len(pack.rules)))
    for rule in pack.rules:
        _tell(desk, rule)
    doubtful = [rule.id for rule in pack.rules if rule.needs_a_lawyer]
    if doubtful:
        desk.terminal.note(words("rules.lawyer", count=len(doubtful), rules=words("visit.and").join(doubtful)))


def _tell(desk: Desk, rule: Rule) -> None:
    """A rule in three lines: it is read, not scanned, and has no room in a table of 80 columns."""
    words, terminal = desk.words, desk.terminal
    level, override = words(f"rules.level.{rule.level}"), words(f"rules.override.{rule.override}")
    terminal.out("")
    terminal.out(f"{rule.id}  [{level} · {words('rules.column.override')} {override}]")
    terminal.out(f"  {rule.text[words.language]}")
    terminal.out(
        "  " + words("rules.source", source_class=words(f"rules.class.{rule.source_class}"), source=rule.source)
    )


def _document(pack: Pack, language: str) -> dict[str, Any]:
    return {
        "pack": pack.id,
        "version": pack.version,
        "name": pack.name[language],
        "extends": list(pack.extends),
        "sha256": pack.sha256,
        "rules": [
            {
                "rule": rule.id,
                "kind": rule.kind,
                "level": rule.level,
                "override": rule.override,
                "params": dict(rule.params),
                "text": rule.text[language],
                "source": rule.source,
                "source_class": rule.source_class,
                "needs_lawyer": rule.needs_a_lawyer,
            }
            for rule in pack.rules
        ],
    }


def check(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)],
    at: Annotated[str, typer.Option("--at", metavar="TIME")] = "",
    place: Annotated[str, typer.Option("--place", metavar="home|work|other")] = "",
    staff: Annotated[int | None, typer.Option("--staff", metavar="N")] = None,
) -> int:
    from visitcli.app import rule_check
    from visitcli.cli.findings import reported

    desk: Desk = ctx.obj
    answer = rule_check.ask(desk.runtime, case, at=at, place=place, staff=staff)
    findings = [reported(finding, desk.words) for finding in answer.findings]
    if desk.terminal.json:
        desk.terminal.document(
            {
                "case_id": answer.case_id,
                "at": answer.at.isoformat(timespec="seconds"),
                "pack": answer.pack,
                "allowed": answer.allowed,
                "findings": findings,
            }
        )
    else:
        _tell_answer(desk, answer.case_id, f"{answer.at:%Y-%m-%d %H:%M}", answer.allowed, findings)
    return 0 if answer.allowed else REFUSED


def _tell_answer(desk: Desk, case_id: str, at: str, allowed: bool, findings: list[dict[str, Any]]) -> None:
    words, terminal = desk.words, desk.terminal
    terminal.out(words("rules.allowed" if allowed else "rules.not_allowed", case_id=case_id, at=at))
    if not findings:
        terminal.out(words("rules.nothing"))
    for found in findings:
        level, source = words(f"rules.level.{found['level']}"), words(f"rules.class.{found['source_class']}")
        override = words(f"rules.override.{found['override']}")
        terminal.out("")
        terminal.out(f"[{level}] {found['message']}")
        terminal.out(f"  {found['rule']} · {words('rules.column.override')} {override}")
        terminal.out(f"  {found['text']}")
        terminal.out("  " + words("rules.source", source_class=source, source=found["source"]))
