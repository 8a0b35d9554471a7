"""The script as data: read strictly, and described as the contract has it."""

from __future__ import annotations

from typing import Any

import pytest
from scripts import document, named, question, shipped, shipped_document, text

from visitcli.domain.errors import BadInputError
from visitcli.domain.script import MEDIA, SELECTS, describe, parse_script
from visitcli.domain.texts import Bilingual, fill


def test_the_shipped_script_reads() -> None:
    script = shipped()
    assert [question.part for question in script.questions] == sorted(
        (question.part for question in script.questions),
        key=("first_contact", "understanding", "solution", "record").index,
    )
    assert len(script.stops) == 21
    assert script.stop_by_code["disputes_debt"].hold_days is None
    assert script.stop_by_code["asked_to_leave"].hold_days == 30
    assert script.stop_by_code["leave_now"].ask_reason
    assert script.stop_by_code["represented"].note.zh == "律师姓名、电话"
    assert not script.stop_by_code["abuse_signs"].note
    assert not script.by_name["position"].ask


def test_no_file_or_device_is_ever_required() -> None:
    script = shipped()
    assert not [q.name for q in script.questions if q.required and (q.type in MEDIA or not q.ask)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_describe_is_the_contracts_shape(language: str) -> None:
    described: Any = describe(shipped(), language)
    assert {"script_id", "version", "questions", "stops"} <= set(described)
    for item in described["questions"]:
        assert {"name", "part", "type", "required", "relevant", "constraint", "choices", "label"} <= set(item)
        assert bool(item["choices"]) == (item["type"] in SELECTS)
        assert all(set(choice) == {"name", "label"} and choice["label"] for choice in item["choices"])
        assert item["label"]
    for item in described["stops"]:
        assert {"code", "effect", "label", "say", "note"} <= set(item)


def test_what_discloses_stands_last_among_the_stops() -> None:
    marked = [stop.discloses for stop in shipped().stops]
    assert marked == sorted(marked)
    assert shipped().stop_by_code["court_stay"].discloses


def test_describe_speaks_the_language_asked_for() -> None:
    labels = {lang: describe(shipped(), lang)["questions"][1]["label"] for lang in ("zh", "en")}  # type: ignore[index]
    assert labels == {"zh": "门口是谁？", "en": "Who is at the door?"}


def _spoilt(change: Any) -> dict[str, Any]:
    broken = document(
        question("who", "select_one", choices=["a", "b"], relevant="1 = 1"),
        question("day", "date", not_before="today"),
        stops=[{"code": "leave", "effect": "end", "label": text(), "hold_days": "until_cleared"}],
        outcomes=[{"name": "done", "label": text(), "default": True}],
    )
    parse_script(broken)
    change(broken)
    return broken


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (lambda d: d.update(colour=1), "script.unknown_key", "colour"),
        (lambda d: d.pop("version"), "script.missing", "version"),
        (lambda d: d.update(version=" "), "script.missing", "version"),
        (lambda d: d.update(version=1), "script.shape", "version"),
        (lambda d: d.pop("questions"), "script.missing", "questions"),
        (lambda d: d.update(questions={}), "script.shape", "questions"),
        (lambda d: d["questions"].append("x"), "script.shape", "questions[2]"),
        (lambda d: d["questions"][0].update(requird=True), "script.unknown_key", "questions[0].requird"),
        (lambda d: d["questions"][0].update(required="yes"), "script.shape", "questions[0].required"),
        (lambda d: d["questions"][0].update(name="Who"), "script.name", "questions[0].name"),
        (lambda d: d["questions"][0].update(name="stop"), "script.name", "questions[0].name"),
        (lambda d: d["questions"][0].update(part="door"), "script.value", "questions[0].part"),
        (lambda d: d["questions"][0].update(type=["text"]), "script.value", "questions[0].type"),
        (lambda d: d["questions"][0].pop("label"), "script.missing", "questions[0].label"),
        (lambda d: d["questions"][0].update(label="Who?"), "script.shape", "questions[0].label"),
        (lambda d: d["questions"][0]["label"].update(fr="Qui ?"), "script.unknown_key", "questions[0].label.fr"),
        (lambda d: d["questions"][0].update(label=text("{iban}")), "script.placeholder", "questions[0].label"),
        (lambda d: d["questions"][0].update(relevant="eval(1)"), "script.expression", "questions[0].relevant"),
        (lambda d: d["questions"][0].update(not_before="today"), "script.not_for_type", "questions[0].not_before"),
        (lambda d: d["questions"][1].update(not_before="monday"), "script.value", "questions[1].not_before"),
        (lambda d: d["questions"][1].update(choices=[]), "script.not_for_type", "questions[1].choices"),
        (lambda d: d["questions"][1].update(ask=False, required=True), "script.value", "questions[1].required"),
        (lambda d: d["questions"][1].update(name="who"), "script.duplicate", "questions[1]"),
        (lambda d: d["questions"][0]["choices"][0].update(key=1), "script.unknown_key", "questions[0].choices[0].key"),
        (lambda d: d["stops"][0].update(effect="shout"), "script.value", "stops[0].effect"),
        (lambda d: d["stops"][0].update(hold_days=-1), "script.value", "stops[0].hold_days"),
        (lambda d: d["stops"][0].update(note="who"), "script.shape", "stops[0].note"),
        (lambda d: d["stops"][0].update(note=text(), ask_reason=True), "script.value", "stops[0].note"),
        (lambda d: d["stops"][0].update(hold_days=True), "script.value", "stops[0].hold_days"),
        (lambda d: d["stops"].append(d["stops"][0]), "script.duplicate", "stops[1]"),
        (lambda d: d["outcomes"][0].update(when="x"), "script.expression", "outcomes[0].when"),
    ],
)
def test_what_is_not_right_is_refused_with_its_place(change: Any, code: str, where: str) -> None:
    with pytest.raises(BadInputError) as refused:
        parse_script(_spoilt(change))
    assert (refused.value.code, refused.value.context["where"]) == (code, where)


def test_a_script_that_is_no_table_is_refused() -> None:
    with pytest.raises(BadInputError):
        parse_script([])  # type: ignore[arg-type]


def test_a_slip_in_the_shipped_script_is_refused() -> None:
    broken = shipped_document()
    named(broken["questions"], "introduction")["disclose"] = True
    with pytest.raises(BadInputError, match="unknown_key"):
        parse_script(broken)


def test_fill_knows_every_placeholder_or_draws_a_dash() -> None:
    assert fill("{customer}：{overdue} {x", {"customer": "林晓雯"}) == "林晓雯：— {x"


def test_a_text_falls_back_to_the_other_language() -> None:
    assert Bilingual(zh="谁").get("en") == "谁"
    assert Bilingual(en="who").get("zh") == "who"
    assert not Bilingual()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_card_is_described_with_what_it_waits_for(language: str) -> None:
    cards: Any = describe(shipped(), language)["cards"]
    assert [card["code"] for card in cards] == ["slow_down", "texas", "carers", "blake"]
    assert all(card["text"] and sum(map(bool, (card["when"], card["stop"], card["worsening"]))) == 1 for card in cards)


def test_a_card_waits_for_one_thing() -> None:
    for spoil in ({"stop": "self_harm"}, {"worsening": False}):
        broken = shipped_document()
        broken["cards"][0].update(spoil)
        with pytest.raises(BadInputError):
            parse_script(broken)
