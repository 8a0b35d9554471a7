"""The engine against the oracle on random days; and the oracle notices when a rule is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.oracle.days import ASKED, PACKS, differences
from tests.oracle.simulation import simulate

from visitcli.domain.rules_pack import Pack
from visitcli.engines.rule_packs import shipped


def test_the_engine_forbids_what_the_texts_forbid() -> None:
    counts, differ = differences(1500)
    assert differ == []
    assert sum(counts[f"{name} allowed"] for name in PACKS) > 50, "some days must be allowed"


def changed(name: str, rule_id: str, **params: Any) -> Pack:
    """The pack with other params of one rule."""
    pack = shipped(name)
    assert any(rule.id == rule_id for rule in pack.rules)
    rules = tuple(
        replace(rule, params={**rule.params, **params}) if rule.id == rule_id else rule for rule in pack.rules
    )
    return replace(pack, rules=rules)


MUTATIONS = [
    ("cn", "cn.met_week", {"days": 6}), ("cn", "cn.met_week", {"max": 2}), ("cn", "cn.met_month", {"days": 29}),
    ("cn", "cn.attempts_day", {"max": 1}), ("cn", "cn.staff", {"min": 3}), ("cn", "cn.crowd", {"max": 3}),
    ("cn", "cn.complaint", {"codes": ("dispute",)}), ("cn", "cn.met_week", {"exempt": ()}),
    ("au", "au.met", {"days": 31}), ("uk", "uk.notice", {"days_before": 8}), ("uk", "uk.notice", {"within_days": 59}),
    ("au", "au.asked_first", {"within_days": 29}), ("us-ma", "us-ma.met", {"exempt": ()}),
    ("cn", "cn.limitation", {"reckoned": True}), ("us-ma", "us-ma.workplace", {"places": ("home",)}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule_id", "params"), MUTATIONS)
def test_the_oracle_notices_a_changed_rule(name: str, rule_id: str, params: dict[str, Any]) -> None:
    _, differ = differences(4000, packs={name: changed(name, rule_id, **params)})
    assert differ
    assert all(rule_id in said | told or rule_id.endswith("complaint") for _, said, told, _ in differ)


def test_every_rule_that_forbids_is_seen_to_forbid() -> None:
    counts, _ = differences(12_000)
    forbidding = {
        rule.id for name in PACKS for rule in shipped(name).rules if rule.level != "warn" and rule.kind not in ASKED
    }
    assert forbidding <= set(counts)


def test_what_is_planned_and_begun_is_what_the_texts_allow() -> None:
    counts, faults = simulate(48)
    assert faults == []
    for what in ("planned", "left out", "begun", "refused"):
        assert sum(count for name, count in counts.items() if name.endswith(what)) > 10, what
