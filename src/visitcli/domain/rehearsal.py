"""Rehearsing a difficult talk: a customer played from a scenario, replies to choose among, and what they come to.

A scenario is a graph of scenes without a way back. Every reply says which points of the protocol it keeps and which it
breaks; the debrief counts. Scenarios are data (`data/rehearse/`); an office can write its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from visitcli.domain.errors import BadInputError
from visitcli.domain.table import Table
from visitcli.domain.texts import Bilingual

PROTOCOL = (
    "identity", "third_party", "introduce", "calm", "listen", "rights", "pressure", "way_out", "carry", "safety",
    "honest", "stop", "record",
)  # fmt: skip
GRAVE = frozenset({"third_party", "pressure", "safety", "honest", "stop"})
"""Broken once, the visit has failed, whatever else was done well: the law, or somebody's safety, stands behind it."""
PASS = 75  # of 100
END = "end"
MOST_SCENES, MOST_REPLIES = 12, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the agent may say or do; `to`: the scene after it, or `end`."""

    text: Bilingual
    to: str
    keeps: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()

    @property
    def worth(self) -> int:
        """A point broken weighs as much as two kept."""
        return len(self.keeps) - 2 * len(self.breaks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the customer says or does, and the replies."""

    id: str
    text: Bilingual
    replies: tuple[Reply, ...]

    @property
    def best(self) -> Reply:
        """The reply that keeps most and breaks least."""
        return max(self.replies, key=lambda reply: reply.worth)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A customer to rehearse with; the first scene begins."""

    name: str
    title: Bilingual
    setting: Bilingual
    scenes: tuple[Scene, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Scene]:
        """The scenes by their ids."""
        return {scene.id: scene for scene in self.scenes}

    def ways(self, start: str = "") -> Iterator[tuple[Reply, ...]]:
        """Every way from a scene (the first) to the end."""
        for reply in self.by_id[start or self.scenes[0].id].replies:
            if reply.to == END:
                yield (reply,)
            else:
                for rest in self.ways(reply.to):
                    yield (reply, *rest)

    @cached_property
    def most(self) -> int:
        """The points kept on the best way on which none is broken; 0 where there is no such way."""
        clean = (way for way in self.ways() if not any(reply.breaks for reply in way))
        return max((sum(len(reply.keeps) for reply in way) for way in clean), default=0)


@dataclass(frozen=True, slots=True)
class Choice:
    """A reply that was chosen, and where."""

    scene: Scene
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """What the talk came to. `score`: 0 to 100; `grave`: points broken that outweigh all; `missed`: points that the
    best way keeps and this one never did."""

    score: int
    passed: bool
    grave: tuple[str, ...]
    kept: tuple[str, ...]
    broken: tuple[str, ...]
    missed: tuple[str, ...]


def play(scenario: Scenario, numbers: Sequence[int]) -> tuple[list[Choice], Scene | None]:
    """The choices that numbers (from 1) make, and the scene that they lead to; None at the end. Numbers after the end
    are not looked at. Raises BadInputError `rehearse.number` (which choice, how many there are)."""
    scene: Scene | None = scenario.scenes[0]
    made: list[Choice] = []
    for at, number in enumerate(numbers, start=1):
        if scene is None:
            break
        if not 1 <= number <= len(scene.replies):
            raise BadInputError("rehearse.number", at=at, value=number, most=len(scene.replies))
        reply = scene.replies[number - 1]
        made.append(Choice(scene, reply))
        scene = scenario.by_id.get(reply.to)
    return made, scene


def debrief(scenario: Scenario, made: Sequence[Choice]) -> Debrief:
    """What the choices come to."""
    kept = [point for choice in made for point in choice.reply.keeps]
    broken = [point for choice in made for point in choice.reply.breaks]
    grave = tuple(point for point in PROTOCOL if point in GRAVE and point in broken)
    score = max(0, min(100, round(100 * (len(kept) - 2 * len(broken)) / scenario.most)))
    best = {point for scene in scenario.scenes for point in scene.best.keeps}
    missed = [point for point in PROTOCOL if point in best and point not in kept and point not in broken]
    return Debrief(
        score=score, passed=score >= PASS and not grave, grave=grave, missed=tuple(missed),
        kept=tuple(point for point in PROTOCOL if point in kept),
        broken=tuple(point for point in PROTOCOL if point in broken),
    )  # fmt: skip


def parse_scenario(document: Mapping[str, object]) -> Scenario:
    """The scenario that a document writes.

    Raises BadInputError with `where`: those of `Table`, and `rehearse.leads_nowhere` (no scene of that id),
    `rehearse.circle`, `rehearse.unreachable`, `rehearse.no_clean_way` (every way breaks something).
    """
    table = Table(document, "")
    scenario = Scenario(
        name=table.name("name"),
        title=_texts(table),
        setting=_texts(table, "setting_"),
        scenes=tuple(_scene(item) for item in _few(table, "scene", MOST_SCENES)),
    )
    table.finish()
    _refuse_lost_ways(scenario)
    return scenario


def _texts(table: Table, before: str = "") -> Bilingual:
    return Bilingual(table.text(f"{before}zh", required=True), table.text(f"{before}en", required=True))


def _few(table: Table, key: str, most: int) -> list[Table]:
    """As many as a person can look through: the ways through the scenes are all walked."""
    found = table.tables(key, required=True)
    if not 1 <= len(found) <= most:
        raise BadInputError("script.value", where=table.place(key), value=str(len(found)), expected=f"1–{most}")
    return found


def _points(table: Table, key: str) -> tuple[str, ...]:
    found = table.take(key, default=[])
    if not isinstance(found, list) or not all(point in PROTOCOL for point in found):
        raise BadInputError("script.value", where=table.place(key), value=str(found)[:80], expected=", ".join(PROTOCOL))
    return tuple(found)


def _scene(table: Table) -> Scene:
    scene = Scene(
        id=table.name("id"), text=_texts(table), replies=tuple(map(_reply, _few(table, "reply", MOST_REPLIES)))
    )
    table.finish()
    return scene


def _reply(table: Table) -> Reply:
    keeps, breaks = _points(table, "keeps"), _points(table, "breaks")
    reply = Reply(text=_texts(table), to=table.name("to"), keeps=keeps, breaks=breaks)
    table.finish()
    return reply


def _refuse_lost_ways(scenario: Scenario) -> None:
    reached: set[str] = set()

    def follow(scene_id: str, before: tuple[str, ...]) -> None:
        if scene_id in before:
            raise BadInputError("rehearse.circle", where=scene_id)
        if scene_id not in scenario.by_id:
            raise BadInputError("rehearse.leads_nowhere", where=before[-1] if before else "", value=scene_id[:80])
        reached.add(scene_id)
        for reply in scenario.by_id[scene_id].replies:
            if reply.to != END:
                follow(reply.to, (*before, scene_id))

    if not scenario.scenes:
        raise BadInputError("script.missing", where="scene")
    follow(scenario.scenes[0].id, ())
    lost = [scene.id for scene in scenario.scenes if scene.id not in reached]
    if lost or len(scenario.by_id) < len(scenario.scenes):
        raise BadInputError("rehearse.unreachable", where=(lost or [scenario.scenes[-1].id])[0])
    if not scenario.most:
        raise BadInputError("rehearse.no_clean_way", where=scenario.name)
