"""`visitcli rehearse`: a difficult talk, played before it happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk
from visitcli.domain.errors import UnfinishedError, UsageError

if TYPE_CHECKING:
    from visitcli.domain.rehearsal import Choice, Debrief, Scenario, Scene


def rehearse(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)] = "",
    scenario: Annotated[str, typer.Option("--scenario", metavar="NAME")] = "",
    every: Annotated[bool, typer.Option("--list")] = False,
    choose: Annotated[str, typer.Option("--choose", metavar="1,2,…")] = "",
) -> None:
    from visitcli.app import rehearsing
    from visitcli.domain.rehearsal import debrief, play

    desk: Desk = ctx.obj
    if every:
        _list(desk, [rehearsing.scenario(name) for name in rehearsing.names()])
        return
    name = scenario or (rehearsing.fitting(desk.runtime, case) if case else rehearsing.of_today(desk.runtime))
    played = rehearsing.scenario(name)
    if choose or not desk.terminal.can_ask or desk.terminal.json:
        made, scene = play(played, _numbers(choose))
    else:
        made, scene = _on_a_terminal(desk, played)
    found = debrief(played, made)
    if desk.terminal.json:
        desk.terminal.document(_document(desk, played, made, scene, found))
        return
    if scene is not None:
        _unfinished(desk, played, made, scene)
    _tell(desk, made, found)


def _list(desk: Desk, scenarios: Sequence[Scenario]) -> None:
    language = desk.words.language
    if desk.terminal.json:
        known = [{"name": one.name, "title": one.title.get(language)} for one in scenarios]
        desk.terminal.document({"scenarios": known})
        return
    for one in scenarios:
        desk.terminal.out(f"{one.name:12}  {one.title.get(language)}")


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.replace("，", ",").split(",") if part.strip()]
    except ValueError as error:
        raise UsageError("rehearse.choose", value=text[:40]) from error


def _on_a_terminal(desk: Desk, scenario: Scenario) -> tuple[list[Choice], Scene | None]:
    """Ask for a number at each scene. The talk is broken off by an empty line or the end of input."""
    from visitcli.domain.rehearsal import play

    say, language = desk.terminal.out, desk.words.language
    say(f"【{scenario.title.get(language)}】" if language == "zh" else f"[{scenario.title.get(language)}]")
    say(scenario.setting.get(language))
    numbers: list[int] = []
    made, scene = play(scenario, numbers)
    while scene is not None:
        _show(desk, scene)
        typed = _read(desk)
        if not typed:
            return made, scene
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(scene.replies):
            numbers.append(int(typed))
            made, scene = play(scenario, numbers)
        else:
            desk.terminal.note(desk.words("rehearse.pick", most=len(scene.replies)))
    return made, scene


def _read(desk: Desk) -> str:
    desk.terminal.stdout.write(desk.words("rehearse.prompt"))
    desk.terminal.stdout.flush()
    return desk.terminal.stdin.readline().strip()


def _show(desk: Desk, scene: Scene) -> None:
    language = desk.words.language
    desk.terminal.out("")
    desk.terminal.out(scene.text.get(language))
    for number, reply in enumerate(scene.replies, start=1):
        desk.terminal.out(f"  {number}  {reply.text.get(language)}")


def _unfinished(desk: Desk, scenario: Scenario, made: Sequence[Choice], scene: Scene) -> None:
    """What a machine sees of a talk that is not at its end, and how it goes on."""
    if not made:
        desk.terminal.out(scenario.setting.get(desk.words.language))
    _show(desk, scene)
    raise UnfinishedError("rehearse.unfinished", scenario=scenario.name)


def _tell(desk: Desk, made: Sequence[Choice], found: Debrief) -> None:
    say, words, language = desk.terminal.out, desk.words, desk.words.language
    say("")
    say(words("rehearse.debrief"))
    for number, choice in enumerate(made, start=1):
        say(f"{number}. {choice.reply.text.get(language)}")
        for point in choice.reply.keeps:
            say("   ✓ " + words(f"rehearse.point.{point}"))
        for point in choice.reply.breaks:
            say("   ✗ " + words(f"rehearse.point.{point}"))
        if choice.reply.breaks:
            say("   " + words("rehearse.better", reply=choice.scene.best.text.get(language)))
    for point in found.missed:
        say(words("rehearse.missed", point=words(f"rehearse.point.{point}")))
    if found.grave:
        say(words("rehearse.grave"))
    say(words("rehearse.passed" if found.passed else "rehearse.failed", score=found.score))


def _document(
    desk: Desk, scenario: Scenario, made: Sequence[Choice], scene: Scene | None, found: Debrief
) -> dict[str, Any]:
    language = desk.words.language
    choices = [
        {
            "scene": choice.scene.id,
            "reply": choice.reply.text.get(language),
            "kept": list(choice.reply.keeps),
            "broken": list(choice.reply.breaks),
            "better": choice.scene.best.text.get(language) if choice.reply.breaks else None,
        }
        for choice in made
    ]
    shown = None
    if scene is not None:
        replies = [reply.text.get(language) for reply in scene.replies]
        shown = {"scene": scene.id, "text": scene.text.get(language), "replies": replies}
    result = {"score": found.score, "passed": found.passed, "grave": list(found.grave), "missed": list(found.missed)}
    return {
        "scenario": scenario.name,
        "title": scenario.title.get(language),
        "setting": scenario.setting.get(language),
        "choices": choices,
        "next": shown,
        "result": result if scene is None else None,
    }
