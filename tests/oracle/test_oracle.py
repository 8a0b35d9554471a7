"""The engine against the oracle on random days, weighted to the edges; holds, notice and staff are not in it yet."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.oracle import forbids

from visitcli.domain import rules_check
from visitcli.engines.rule_packs import shipped

PACKS = ("cn", "us", "us-ma", "uk", "in", "au")
KINDS = ("open", "assigned", "returned", "hours", "met", "attempts")


def a_day(chance: random.Random) -> dict[str, Any]:
    edge = chance.choice((0, 480, 540, 1010, 1020, 1130, 1140, 1250, 1260, 1310, 1320)) + chance.choice((-1, 0, 1))
    now = datetime(2026, 1, 1) + timedelta(days=chance.randrange(365), minutes=edge)
    day = now.date()
    assigned, returns = (chance.choice((None, day + timedelta(days=chance.choice((-1, 0, 1))))) for _ in "ab")
    touches = [
        {
            "day": now.date() - timedelta(days=chance.choice((0, 1, 5, 6, 7, 28, 29, 30))),
            "by": chance.choice(("visit", "visit", "phone", "letter")),
            "met": chance.choice((True, False, None)),
        }
        for _ in range(chance.randrange(5))
    ]
    promised = chance.choice((None, now.date(), now.date() + timedelta(days=1)))
    return {
        "now": now,
        "status": chance.choice(("open",) * 5 + ("closed", "withdrawn")),
        "assigned": assigned,
        "returns": returns,
        "place": chance.choice(("home", "work", "")),
        "agreed": chance.random() < 0.2,
        "promise_due": promised,
        "touches": touches,
    }


def engine(pack: Any, facts: dict[str, Any]) -> set[str]:
    touches = tuple(rules_check.Touch(**touch) for touch in facts["touches"])
    found = rules_check.forbidding(rules_check.check(pack, rules_check.Facts(**{**facts, "touches": touches})))
    kept = (f.rule for f in found if f.rule)
    return {r.id for r in kept if r.kind in KINDS or r.id == "us-ma.workplace"}


def differences(days: int, seed: int = 4) -> tuple[Counter[str], list[tuple[Any, ...]]]:
    """How often each rule refused (and how often none did), and the days on which the two differ."""
    chance, packs = random.Random(seed), {name: shipped(name) for name in PACKS}
    counts, differ = Counter[str](), []
    for _ in range(days):
        name, facts = chance.choice(PACKS), a_day(chance)
        said, told = engine(packs[name], facts), forbids(name, facts)
        counts.update(said or {f"{name} allowed"})
        if said != told:
            differ.append((name, said - told, told - said, facts))
    return counts, differ


def test_the_engine_forbids_what_the_texts_forbid() -> None:
    assert differences(1000)[1] == []
