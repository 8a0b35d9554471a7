"""Each rule of each shipped pack fires where it must and keeps quiet beside it."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.rule_cases import CASES, DAY, facts, visits

from visitcli.domain.rules_check import (
    Finding,
    check,
    check_call,
    forbidding,
    open_hours,
)
from visitcli.domain.rules_pack import Pack, base_of, read

FOLDER = resources.files("visitcli") / "data" / "rules"
PACKS = sorted(entry.name.removesuffix(".toml") for entry in FOLDER.iterdir() if entry.name.endswith(".toml"))


def shipped(name: str) -> Pack:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    base = base_of(text, name)
    return read(text, name, shipped(base) if base else None)


RULES = {rule.id: pack for pack in map(shipped, PACKS) for rule in pack.rules if rule.id.startswith(f"{pack.id}.")}


def everything(pack: Pack, given_facts: object) -> list[Finding]:
    return [finding for ask in (check, check_call) for finding in ask(pack, given_facts)]  # type: ignore[arg-type]


def test_every_rule_has_facts_that_make_it_fire_and_facts_that_do_not() -> None:
    assert set(CASES) == set(RULES)
    assert all(firing and quiet for firing, quiet in CASES.values())


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_rule_fires_where_it_must_and_nowhere_beside(rule_id: str) -> None:
    firing, quiet = CASES[rule_id]
    for expected, each in [(True, one) for one in firing] + [(False, one) for one in quiet]:
        found = [finding for finding in everything(RULES[rule_id], each) if finding.rule and finding.rule.id == rule_id]
        assert bool(found) is expected, each


@pytest.mark.parametrize("name", PACKS)
def test_a_quiet_day_is_quiet_under_every_pack(name: str) -> None:
    pack = shipped(name)
    allowed = facts(touches=(*visits(40), *notices()))
    assert [f.rule and f.rule.id for f in forbidding(everything(pack, allowed))] == []


def notices() -> tuple[object, ...]:
    from visitcli.domain.rules_check import Touch

    return tuple(Touch(DAY - timedelta(days=ago), "letter", None) for ago in range(1, 20))


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_says_where_it_comes_from_in_both_languages(name: str) -> None:
    pack = shipped(name)
    for rule in pack.rules:
        assert rule.source and rule.text["zh"] and rule.text["en"]
        assert not rule.text["en"].isascii() or rule.text["en"] != rule.text["zh"]
        assert any("一" <= letter <= "鿿" for letter in rule.text["zh"]), rule.id
    assert any(rule.needs_a_lawyer for rule in pack.rules)


def test_what_nobody_may_override_stands_whatever_is_said() -> None:
    pack = shipped("cn")
    closed = check(pack, facts(status="closed", holiday=("春节", "Spring Festival")))
    assert [f.rule.id for f in forbidding(closed, {"cn.open", "cn.holiday"}) if f.rule] == ["cn.open"]
    assert forbidding(check(pack, facts(holiday=("春节", "Spring Festival"))), {"cn.holiday"}) == []


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(["home", "work", "other", ""]))
def test_the_hours_that_a_plan_keeps_to_are_those_at_which_a_visit_may_begin(day: date, place: str) -> None:
    from datetime import datetime, time

    for pack in map(shipped, PACKS):
        opens, closes = open_hours(pack, day, place)  # type: ignore[arg-type]
        for minute in range(0, 24 * 60, 7):
            moment = datetime.combine(day, time(minute // 60, minute % 60))
            found = check(pack, facts(now=moment, place=place))
            outside = [f for f in found if f.code in ("hours", "weekday", "place") and f.forbids]
            if outside:
                least = max(f.rule.params.get("closing_minutes", 0) for f in outside if f.rule)
                assert not opens <= minute * 60 < closes - least * 60
            else:
                assert opens <= minute * 60 < closes


def test_only_the_kinds_that_are_left_out_are_not_asked() -> None:
    pack = shipped("cn")
    night = facts(now=facts().now.replace(hour=23), staff=1)
    asked = {f.rule.kind for f in check(pack, night) if f.rule}
    assert asked - {f.rule.kind for f in check(pack, night, without={"hours", "staff"}) if f.rule} == {"hours", "staff"}
