"""Words to think over: each of the shipped phrases is found in both languages, plain sentences are left alone."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from scripts import SHIPPED_FILE, shipped

from visitcli.domain.errors import BadInputError
from visitcli.domain.script_lint import speaks_of_debt
from visitcli.domain.texts import Bilingual
from visitcli.domain.wording import parse_wording

DOCUMENT: dict[str, Any] = tomllib.loads(SHIPPED_FILE.with_name("wording.toml").read_text(encoding="utf-8"))
WORDING = parse_wording(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("客户态度很恶劣", "judging"), ("我看他是装病", "judging"), ("一直找借口", "judging"),
        ("典型的耍赖", "judging"),
        ("这个人好吃懒做", "judging"), ("He was rude to us", "judging"), ("just excuses", "judging"),
        ("clearly lazy", "judging"), ("won't pay", "judging"), ("就是个老赖", "forbidden"),
        ("we are the police", "forbidden"),
        ("再不来就抓你", "forbidden"), ("you will go to jail", "forbidden"), ("告诉你们单位领导", "forbidden"),
        ("We will tell your boss", "forbidden"), ("天天上门", "forbidden"),
        ("we won't leave until you sign", "forbidden"),
        ("今天就拖车", "forbidden"), ("take the car", "forbidden"), ("找亲戚朋友借一点", "forbidden"),
        ("borrow from a friend", "forbidden"), ("上门费２００", "forbidden"), ("a visit fee", "forbidden"),
        ("转我微信就行", "forbidden"), ("pay it to me", "forbidden"), ("最后机会", "forbidden"),
        ("last chance", "forbidden"), ("法院委托，传票已出", "forbidden"), ("A thief", "forbidden"),
    ],
)  # fmt: skip
def test_words_to_think_over_are_found(text: str, kind: str) -> None:
    assert kind in [slip.phrase.kind for slip in WORDING.slips(text)]


@pytest.mark.parametrize(
    "text",
    [
        "客户说上个月失业，十二月发工资。", "腰伤，医生让休息三个月。", "女儿上小学，母亲跟着住。",
        "说话声音很大，三次打断我们。",
        "公司拖欠工资两个月。", "请我们改天再来。", "车停在楼下，有划痕。", "收入六千，房租两千。",
        "He lost his job in May.", "The car is parked downstairs.", "She asked us to come back on Friday.",
        "Rent is 2,000 a month.", "Two children at school.",
    ],
)  # fmt: skip
def test_plain_facts_are_left_alone(text: str) -> None:
    assert WORDING.slips(text) == []


def test_each_phrase_has_both_languages_and_a_better_one() -> None:
    for phrase in DOCUMENT["phrases"]:
        assert phrase["zh"] and phrase["en"] and phrase["better"]["zh"] and phrase["better"]["en"], phrase
        assert not WORDING.slips(phrase["better"]["zh"] + " | " + phrase["better"]["en"]) or "现金" in phrase["zh"]


def test_our_own_sentences_are_free_of_them() -> None:
    """What the agent is told to say never holds a forbidden phrase, except where it says not to do it."""
    script = shipped()
    said = [question.say for question in script.questions] + [stop.say for stop in script.stops]
    for text in (text for text in said if text != script.by_name["promise_channel"].say):
        for language in (text.zh, text.en):
            assert not WORDING.slips(language), language


def test_the_words_of_the_debt_are_those_that_the_linter_refuses() -> None:
    for words in WORDING.debt.values():
        assert [word for word in words if not speaks_of_debt(word)] == []
    assert WORDING.speaks_of_debt("他逾期了") == "逾期"
    assert WORDING.speaks_of_debt("An OVERDUE matter") == "overdue"
    assert WORDING.speaks_of_debt("一件私事") == ""


def test_a_list_that_is_wrong_is_refused_with_its_place() -> None:
    with pytest.raises(BadInputError) as wrong:
        parse_wording({**DOCUMENT, "phrases": [{"kind": "nice", "zh": "x", "better": {"zh": "y", "en": "y"}}]})
    assert wrong.value.context["where"] == "phrases[0].kind"
    assert parse_wording(DOCUMENT).phrases[0].better == Bilingual(**DOCUMENT["phrases"][0]["better"])
