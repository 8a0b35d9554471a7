"""Rule packs are read whole or refused with the line, and no office can loosen what nobody may override."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.test_rules_check import PACKS, shipped

from visitcli.domain.errors import BadInputError
from visitcli.domain.rules_pack import KINDS, PARAMS, Pack, base_of, read

HEAD = """[pack]
id = "office"
version = "1"
name_zh = "公司"
name_en = "Office"
"""
RULE = """
[[rule]]
id = "office.hours"
kind = "hours"
level = "block"
override = "nobody"
params = { from = "09:00", until = "20:00" }
source = "公司制度"
source_class = "house"
zh = "九点到二十点。"
en = "Nine to eight."
"""


def test_a_pack_is_read_as_it_is_written_and_named_by_its_content() -> None:
    pack = read(HEAD + RULE, "office.toml")
    assert (pack.id, pack.name["en"], len(pack.rules), pack.extends) == ("office", "Office", 1, ())
    assert pack.rules[0].document["params"] == {"from": "09:00", "until": "20:00"}
    assert pack.sha256 == read("# a comment\n" + HEAD + RULE, "other.toml").sha256
    assert pack.sha256 != read(HEAD + RULE.replace("20:00", "19:00"), "office.toml").sha256


@pytest.mark.parametrize(
    ("was", "now", "code", "line"),
    [
        ("[[rule]]", "[[rule", "rules.not_toml", 7),
        ('level = "block"', 'level = "must"', "rules.bad_value", 10),
        ('kind = "hours"', 'kind = "moon"', "rules.bad_value", 9),
        ('override = "nobody"', 'override = "me"', "rules.bad_value", 11),
        ('source = "公司制度"\n', "", "rules.missing", 7),
        ('zh = "九点到二十点。"', 'zh = ""', "rules.missing", 15),
        ('"20:00"', '"25:00"', "rules.bad_value", 12),
        ('until = "20:00"', 'until = "08:00"', "rules.bad_value", 12),
        (', until = "20:00"', "", "rules.missing", 12),
        ('until = "20:00"', 'until = "20:00", by = ["phone"]', "rules.unknown_key", 12),
        ('version = "1"', "version = 1", "rules.bad_value", 3),
        ('id = "office"', 'id = "Office!"', "rules.bad_value", 2),
        ('id = "office.hours"', 'id = "hours"', "rules.bad_value", 8),
        ('source_class = "house"', 'source_class = "house"\nsure = true', "rules.unknown_key", 15),
        ("[pack]", "[pakc]", "rules.missing", 1),
        ('id = "office"', 'id = "office"\nmotto = "x"', "rules.unknown_key", 3),
    ],
)
def test_a_pack_that_does_not_validate_is_refused_with_its_line(was: str, now: str, code: str, line: int) -> None:
    text = (HEAD + RULE).replace(was, now, 1)
    with pytest.raises(BadInputError) as refused:
        read(text, "office.toml")
    assert (refused.value.code, refused.value.context["row"]) == (code, line)
    assert refused.value.context["file"] == "office.toml"


def test_the_fault_is_named_in_the_rule_where_it_is() -> None:
    second = RULE.replace("office.hours", "office.more").replace('"20:00"', '"24:30"')
    with pytest.raises(BadInputError) as refused:
        read(HEAD + RULE + second, "office.toml")
    assert refused.value.context["row"] == 12 + RULE.count("\n")
    with pytest.raises(BadInputError) as twice:
        read(HEAD + RULE + RULE, "office.toml")
    assert (twice.value.code, twice.value.context["row"]) == ("rules.twice", 8 + RULE.count("\n"))


def test_an_office_extends_a_pack_and_tightens_it() -> None:
    text = (
        HEAD
        + 'extends = "cn"\n'
        + RULE.replace("office.hours", "cn.hours").replace('until = "20:00"', 'until = "20:00", closing_minutes = 15')
    )
    assert base_of(text, "office.toml") == "cn"
    base = shipped("cn")
    pack = read(text, "office.toml", base)
    assert [rule.id for rule in pack.rules] == [rule.id for rule in base.rules]
    assert pack.by_id("cn.hours").params["until"] == "20:00"  # type: ignore[union-attr]
    assert pack.extends == ("cn",)


@pytest.mark.parametrize(
    ("was", "now", "key"),
    [
        ("", "", "until"),  # 23:00 as below
        ('level = "block"', 'level = "warn"', "level"),
        ('override = "nobody"', 'override = "agent"', "override"),
        ('kind = "hours"', 'kind = "open"', "kind"),
        ("closing_minutes = 10", "closing_minutes = 5", "closing_minutes"),
        (", closing_minutes = 10", "", "closing_minutes"),
        ('from = "09:00"', 'from = "07:00"', "from"),
        ("closing_minutes = 10", 'closing_minutes = 10, places = ["home"]', "places"),
    ],
)
def test_what_nobody_may_override_is_never_loosened(was: str, now: str, key: str) -> None:
    rule = RULE.replace("office.hours", "cn.hours").replace('until = "20:00"', 'until = "22:00", closing_minutes = 10')
    if key == "until":
        rule = rule.replace("22:00", "23:00")
    if key == "kind":
        rule = re.sub(r"params = .*\n", "", rule)
    with pytest.raises(BadInputError) as refused:
        read(HEAD + 'extends = "cn"\n' + rule.replace(was, now, 1), "office.toml", shipped("cn"))
    assert refused.value.code == "rules.loosens"


def test_what_a_supervisor_may_override_is_the_offices_own() -> None:
    rule = RULE.replace("office.hours", "cn.met_week").replace('"hours"', '"met"').replace('"nobody"', '"agent"')
    rule = re.sub(r"params = .*\n", "params = { max = 2, days = 5 }\n", rule)
    pack = read(HEAD + 'extends = "cn"\n' + rule, "office.toml", shipped("cn"))
    assert pack.by_id("cn.met_week").params == {"max": 2, "days": 5}  # type: ignore[union-attr]


def toml_of(pack: Pack) -> str:
    """The pack as a file again."""
    import tomlkit

    document: dict[str, Any] = pack.document
    document["pack"].pop("extends")
    return tomlkit.dumps(document)


@pytest.mark.parametrize("name", PACKS)
def test_a_shipped_pack_written_out_and_read_again_is_the_same(name: str) -> None:
    pack = shipped(name)
    again = read(toml_of(pack), name)
    assert again.rules == pack.rules


@given(st.text(max_size=300))
def test_no_text_at_all_ends_in_anything_but_a_pack_or_a_refusal(text: str) -> None:
    for whole in (text, HEAD + text, HEAD + RULE + text):
        try:
            read(whole, "x.toml")
        except BadInputError as refused:
            assert isinstance(refused.context["row"], int)


def test_every_parameter_of_every_kind_is_known() -> None:
    used = {key for needs, may in KINDS.values() for key in needs | may}
    assert used == set(PARAMS)
