"""A visit begins by the rules: what forbids it, what may be set aside, and by whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Clock, Result
from tests.stores import open_store

Run = Callable[..., Result]
Go = Callable[..., Result]
Change = Callable[..., None]
NOBODY = {"who_opened": "nobody", "card_left": "no", "next_step": "visit_again"}
AGAIN = "客户打电话来，请我们再来一次"


@pytest.fixture
def go(three_cases: Run, tmp_path: Path) -> Go:
    """Visit a case where nobody is home."""
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(NOBODY))

    def visit(*more: str) -> Result:
        return three_cases("visit", "SH-0001", "--answers", path, *more, "--json")

    return visit


@pytest.fixture
def change(home: Path, three_cases: Run) -> Change:
    """Change what the office said of the case."""

    def change_body(**parts: Any) -> None:
        store = open_store(home)
        body = json.loads(store.all("SELECT body FROM cases WHERE case_id = 'SH-0001'")[0][0])
        store.run("UPDATE cases SET body = ? WHERE case_id = 'SH-0001'", (json.dumps({**body, **parts}),))
        store.close()

    return change_body


def begun(home: Path) -> dict[str, Any]:
    """What the journal says of how the last visit began."""
    from visitcli.store import journal, visits

    store = open_store(home)
    visit = visits.of_case(store, "SH-0001")[-1]
    event = journal.of_visit(store, visit["visit_id"])[0]
    store.close()
    assert event.kind == "begun"
    return dict(event.payload)


def rules(result: Result) -> list[str]:
    return [reason["rule"] for reason in result.json["reasons"]]


@pytest.mark.parametrize("hour", [0, 7, 22, 23])
def test_nobody_is_visited_at_night(go: Go, clock: Clock, hour: int) -> None:
    clock.moment = clock.moment.replace(hour=hour, minute=30)
    refused = go("--override", "cn.hours", "--reason", AGAIN)
    assert (refused.status, [reason["code"] for reason in refused.json["reasons"]]) == (4, ["override.nobody"])
    refused = go()
    assert (refused.status, refused.json["status"], rules(refused)) == (4, "refused", ["cn.hours"])
    (reason,) = refused.json["reasons"]
    assert (reason["level"], reason["override"], reason["code"]) == ("block", "nobody", "hours")
    assert "08:00" in reason["message"] and reason["source"] and reason["text"]


def test_a_customer_met_this_week_is_left_in_peace(go: Go, change: Change, clock: Clock) -> None:
    day = (clock.moment - timedelta(days=3)).date().isoformat()
    change(contacts=[{"at": day, "by": "visit", "result": "见到本人"}])
    refused = go()
    assert (refused.status, rules(refused)) == (4, ["cn.met_week"])
    assert (clock.moment + timedelta(days=4)).date().isoformat() in refused.json["reasons"][0]["message"]
    clock.forward(days=4)
    assert go().status == 0


def test_what_a_supervisor_may_set_aside_the_agent_may_not(go: Go, change: Change, clock: Clock) -> None:
    change(contacts=[{"at": clock.moment.date().isoformat(), "by": "visit", "result": "见到本人"}])
    refused = go("--override", "cn.met_week", "--reason", AGAIN)
    assert (refused.status, [reason["code"] for reason in refused.json["reasons"]]) == (4, ["override.needs_code"])


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        (("--override", "cn.moon", "--reason", AGAIN), 3, "override.no_rule"),
        (("--override", "cn.announced", "--reason", "ok"), 2, "override.no_reason"),
        (("--override", "cn.announced"), 2, "override.no_reason"),
    ],
)
def test_a_rule_is_set_aside_by_its_name_and_for_a_reason(
    go: Go, more: tuple[str, ...], status: int, code: str
) -> None:
    refused = go(*more)
    assert (refused.status, refused.error["code"]) == (status, code)


def test_a_visit_keeps_the_rules_that_it_began_under(go: Go, home: Path) -> None:
    from visitcli.engines.rule_packs import shipped
    from visitcli.store import documents

    assert go("--override", "cn.announced", "--reason", AGAIN).status == 0
    payload = begun(home)
    pack = shipped("cn")
    assert payload["rules"] == {"id": "cn", "version": pack.version, "sha256": pack.sha256}
    (override,) = payload["overrides"]
    assert (override["rule"], override["by"], override["reason"]) == ("cn.announced", "agent", AGAIN)
    assert "cn.announced" in payload["warned"]
    store = open_store(home)
    assert json.loads(documents.text(store, pack.sha256)) == pack.document
    store.close()


def test_a_visit_that_was_begun_may_be_finished_whatever_the_rules_say(
    three_cases: Run, tmp_path: Path, go: Go, clock: Clock
) -> None:
    path = tmp_path / "first.json"
    path.write_text(json.dumps({"who_opened": "nobody"}))
    assert three_cases("visit", "SH-0001", "--answers", path, "--json").status == 7
    clock.moment = clock.moment.replace(hour=23)
    assert go().status == 0


def test_an_office_tightens_the_rules_and_a_bad_pack_is_refused_with_its_line(
    go: Go, three_cases: Run, home: Path
) -> None:
    own = home / "office.toml"
    head = '[pack]\nid = "ours"\nversion = "1"\nextends = "cn"\nname_zh = "公司"\nname_en = "Ours"\n'
    rule = (
        '\n[[rule]]\nid = "cn.announced"\nkind = "announced"\nlevel = "require"\noverride = "supervisor"\n'
        'params = { by = ["phone"], within_days = 10 }\nsource = "公司制度"\nsource_class = "house"\n'
        'zh = "十天内打过电话。"\nen = "Called within ten days."\n'
    )
    own.write_text(head + rule, encoding="utf-8")
    assert three_cases("config", "rules.pack", "office.toml").status == 0
    assert rules(go()) == ["cn.announced"]
    assert three_cases("contact", "SH-0001", "--by", "phone", "--result", "no_answer").status == 0
    assert go().status == 0
    own.write_text(head + rule.replace("within_days = 10", "within_days = -1"), encoding="utf-8")
    refused = go()
    assert (refused.status, refused.error["code"]) == (5, "rules.bad_value")
    assert "line 13" in refused.error["message"]


def test_the_rules_of_another_land(go: Go, three_cases: Run) -> None:
    assert three_cases("init", "--jurisdiction", "uk").status == 0
    assert rules(go()) == ["uk.notice"]


def test_more_than_two_at_a_door_are_a_crowd(go: Go) -> None:
    assert rules(go("--with", "王芳、李强")) == ["cn.crowd"]
    assert go("--with", "王芳").status == 0
