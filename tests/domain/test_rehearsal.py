"""Scenarios are graphs that end; the best way scores full, the worst fails; every reply says what it does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.app.rehearsing import names, scenario
from visitcli.domain.errors import BadInputError
from visitcli.domain.rehearsal import GRAVE, PROTOCOL, Choice, Scenario, debrief, parse_scenario, play
from visitcli.words import LANGUAGES, Words

ALL = [scenario(name) for name in names()]


def numbers_of(one: Scenario, way: tuple[Any, ...]) -> list[int]:
    numbers, scene = [], one.scenes[0]
    for reply in way:
        numbers.append(scene.replies.index(reply) + 1)
        scene = one.by_id.get(reply.to, scene)
    return numbers


def test_there_are_at_least_eight_difficult_customers() -> None:
    assert len(ALL) >= 8
    assert [one.name for one in ALL] == list(names())


@pytest.mark.parametrize("one", ALL, ids=names())
def test_every_way_ends_and_the_best_scores_full_and_the_worst_fails(one: Scenario) -> None:
    results = []
    for way in one.ways():
        made, scene = play(one, numbers_of(one, way))
        assert scene is None
        assert [choice.reply for choice in made] == list(way)
        found = debrief(one, made)
        assert found.passed == (found.score >= 75 and not found.grave)
        assert set(found.grave) <= GRAVE & set(found.broken)
        assert not set(found.missed) & set(found.kept)
        results.append(found)
    assert max(found.score for found in results) == 100
    assert any(found.passed for found in results)
    assert min(found.score for found in results) == 0
    assert sum(found.passed for found in results) < len(results) / 2, "passing must be earned"


@pytest.mark.parametrize("one", ALL, ids=names())
def test_every_scene_has_a_good_reply_and_a_tempting_bad_one(one: Scenario) -> None:
    for scene in one.scenes:
        assert 2 <= len(scene.replies) <= 4
        assert not scene.best.breaks
        assert scene.best.keeps
        assert any(reply.breaks for reply in scene.replies)
        for reply in scene.replies:
            assert reply.keeps or reply.breaks
            assert not (reply.keeps and reply.breaks)


def test_the_best_reply_stands_in_every_place() -> None:
    places = [scene.replies.index(scene.best) for one in ALL for scene in one.scenes]
    assert all(places.count(place) >= len(places) / 5 for place in range(3))


@pytest.mark.parametrize("one", ALL, ids=names())
def test_every_text_is_there_in_both_languages_and_stands_once(one: Scenario) -> None:
    for texts in [one.title, one.setting, *(scene.text for scene in one.scenes)]:
        assert texts.zh.strip()
        assert texts.en.strip()
    for scene in one.scenes:
        assert len({reply.text.zh for reply in scene.replies}) == len(scene.replies)
        assert len({reply.text.en for reply in scene.replies}) == len(scene.replies)


def test_every_point_of_the_protocol_is_rehearsed_and_has_words() -> None:
    kept = {point for one in ALL for scene in one.scenes for reply in scene.replies for point in reply.keeps}
    assert kept | {"pressure"} == set(PROTOCOL)
    assert {p for one in ALL for scene in one.scenes for reply in scene.replies for p in reply.breaks} >= GRAVE
    for language in LANGUAGES:
        assert all(Words(language).has(f"rehearse.point.{point}") for point in PROTOCOL)


@given(st.sampled_from(ALL), st.lists(st.integers(-1, 9), max_size=9))
def test_whatever_is_chosen_is_played_or_refused(one: Scenario, numbers: list[int]) -> None:
    try:
        made, _ = play(one, numbers)
    except BadInputError as error:
        assert error.code == "rehearse.number"
        return
    assert 0 <= debrief(one, made).score <= 100


def document(*scenes: dict[str, Any]) -> dict[str, Any]:
    texts = {"zh": "中", "en": "e"}
    return {"name": "x", **texts, "setting_zh": "中", "setting_en": "e", "scene": [{**texts, **one} for one in scenes]}


def reply(to: str, **points: list[str]) -> dict[str, Any]:
    return {"zh": "中", "en": "e", "to": to, **points}


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (document({"id": "a", "reply": [reply("b")]}), "rehearse.leads_nowhere"),
        (document({"id": "a", "reply": [reply("a")]}), "rehearse.circle"),
        (document({"id": "a", "reply": [reply("end", keeps=["calm"])]}, {"id": "b", "reply": [reply("end")]}),
         "rehearse.unreachable"),
        (document({"id": "a", "reply": [reply("end", breaks=["calm"])]}), "rehearse.no_clean_way"),
        (document({"id": "a", "reply": [reply("end", keeps=["kindness"])]}), "script.value"),
        (document({"id": "a", "reply": []}), "script.value"),
        (document(), "script.value"),
        ({"name": "x"}, "script.missing"),
    ],
)  # fmt: skip
def test_a_scenario_that_cannot_be_played_is_refused(made: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        parse_scenario(made)
    assert refused.value.code == code


def test_two_kept_weigh_as_much_as_one_broken() -> None:
    one = parse_scenario(
        document(
            {"id": "a", "reply": [reply("b", keeps=["calm", "listen"]), reply("b", breaks=["listen"])]},
            {"id": "b", "reply": [reply("end", keeps=["rights", "record"])]},
        )
    )
    best, worst = (debrief(one, play(one, numbers)[0]) for numbers in ([1, 1], [2, 1]))
    assert (best.score, best.passed, worst.score, worst.missed) == (100, True, 0, ("calm",))
    assert isinstance(play(one, [1])[0][0], Choice)
