"""`visitcli rules` and `rules check`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import Result

from visitcli.engines.rule_packs import shipped

Run = Callable[..., Result]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_is_listed_with_its_source_and_how_far_it_was_read(three_cases: Run, lang: str) -> None:
    said = three_cases("rules", lang=lang)
    assert said.status == 0
    for rule in shipped("cn").rules:
        assert rule.id in said.out
        assert rule.source.split("；")[0][:20] in said.out.replace("\n  ", "")
    house = {"zh": "公司规定", "en": "house policy"}[lang]
    assert said.out.count(house) >= sum(rule.source_class == "house" for rule in shipped("cn").rules)
    assert "cn.hours" in said.err  # a lawyer has to check it


def test_the_list_as_json_tells_policy_from_law(three_cases: Run) -> None:
    listed = three_cases("rules", "--json").json
    assert (listed["pack"], listed["extends"], listed["sha256"]) == ("cn", [], shipped("cn").sha256)
    rules = {rule["rule"]: rule for rule in listed["rules"]}
    assert rules["cn.met_week"]["source_class"] == "house" and not rules["cn.met_week"]["needs_lawyer"]
    assert rules["cn.hours"]["needs_lawyer"] and rules["cn.hours"]["params"]["until"] == "22:00"


def test_the_rules_of_a_state_hold_beside_those_of_its_land(three_cases: Run) -> None:
    three_cases("init", "--jurisdiction", "us-ma")
    listed = three_cases("rules", "--json").json
    ids = [rule["rule"] for rule in listed["rules"]]
    assert {"us.hours", "us-ma.met"} <= set(ids) and listed["extends"] == ["us"]


def test_a_check_says_what_applies_and_why(three_cases: Run) -> None:
    night = three_cases("rules", "check", "SH-0001", "--at", "2026-11-24T23:15", "--staff", "1", "--json")
    assert night.status == 4 and night.json["allowed"] is False
    found = {finding["rule"]: finding for finding in night.json["findings"]}
    assert {"cn.hours", "cn.staff"} <= set(found)
    assert set(found["cn.hours"]) >= {"rule", "level", "override", "message", "source"}
    assert (found["cn.hours"]["level"], found["cn.hours"]["override"]) == ("block", "nobody")
    day = three_cases("rules", "check", "SH-0001", "--at", "10:00", "--place", "work", "--json")
    assert (day.status, day.json["allowed"]) == (0, True)
    assert [f["level"] for f in day.json["findings"] if f["rule"] == "cn.workplace"] == ["warn"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_check_on_the_screen_says_the_same(three_cases: Run, lang: str) -> None:
    said = three_cases("rules", "check", "SH-0001", "--at", "2026-11-24 23:15", lang=lang)
    assert said.status == 4
    assert "cn.hours" in said.out and shipped("cn").by_id("cn.hours").text[lang] in said.out  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--at", "tomorrow"), "rules.at"),
        (("--at", "25:00"), "rules.at"),
        (("--place", "moon"), "rules.place"),
        (("--staff", "0"), "rules.staff"),
    ],
)
def test_what_makes_no_sense_is_said(three_cases: Run, more: tuple[str, ...], code: str) -> None:
    refused = three_cases("rules", "check", "SH-0001", *more, "--json")
    assert (refused.status, refused.error["code"]) == (2, code)


def test_a_time_elsewhere_is_told_in_local_time(three_cases: Run) -> None:
    checked = three_cases("rules", "check", "SH-0001", "--at", "2026-11-24T02:00:00+00:00", "--json").json
    assert checked["at"] == "2026-11-24T10:00:00+08:00"


def test_after_three_answered_calls_a_day_there_are_no_more(three_cases: Run) -> None:
    call = ("contact", "SH-0001", "--by", "phone", "--result")
    for _ in range(2):
        assert three_cases(*call, "reached", "--json").json["findings"] == []
    third = three_cases(*call, "reached", "--json").json["findings"]
    assert [finding["rule"] for finding in third] == ["cn.calls_reached"]
    assert "at most 3" in three_cases(*call, "reached").err
    for _ in range(5):
        three_cases(*call, "no_answer")
    last = three_cases(*call, "busy", "--json").json["findings"]
    assert {finding["rule"] for finding in last} == {"cn.calls_reached", "cn.calls_dialled"}
    assert three_cases("contact", "SH-0001", "--by", "letter", "--result", "sent", "--json").json["findings"] == []
