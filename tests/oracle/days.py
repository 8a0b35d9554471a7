"""Random days, weighted to the edges, and the rule engine asked about them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle.oracle import DISPUTED, HOLDS, UNWANTED, UNWELL, forbids

from visitcli.domain import rules_check
from visitcli.domain.rules_pack import Pack
from visitcli.engines.rule_packs import shipped

PACKS = ("cn", "us", "us-ma", "uk", "in", "au")
CODES = (*UNWELL, *UNWANTED, *DISPUTED, "complaint", "represented", "deceased", "court_stay", "active_duty",
         "family_event", "violence", "limitation_expired", "something_else")  # fmt: skip
EDGES = (0, 480, 540, 1010, 1020, 1130, 1140, 1250, 1260, 1310, 1320, 600, 840)
ASKED = frozenset({"asks", "choices"})
"""Kinds of rules that speak of the script, which is checked elsewhere."""


def a_day(chance: random.Random) -> dict[str, Any]:
    """A moment, a case and what was before, as the oracle takes them."""
    start = datetime(2026, 6, 5) if chance.random() < 0.1 else datetime(2026, 1, 1)
    days = chance.randrange(6 if start.month == 6 else 365)
    now = start + timedelta(days=days, minutes=chance.choice(EDGES) + chance.choice((-1, 0, 1)))
    day = now.date()
    return {
        "now": now,
        "status": chance.choice(("open",) * 7 + ("closed", "withdrawn")),
        "assigned": _near(chance, day, (-30, -1, 0, 1)),
        "returns": _near(chance, day, (-1, 0, 1, 30)),
        "place": chance.choice(("home", "work", "")),
        "agreed": chance.random() < 0.2,
        "promise_due": chance.choice((None, day, day + timedelta(days=1))),
        "touches": _touches(chance, day),
        "holds": [_hold(chance, day) for _ in range(chance.choice((0, 0, 0, 1, 2)))],
        "staff": chance.choice((None, 1, 2, 2, 2, 3)),
        "limitation": _near(chance, day, (-1, 0, 1)) if chance.random() < 0.3 else None,
        "limitation_reckoned": chance.random() < 0.3,
        "holiday": ("节", "a holiday") if chance.random() < 0.08 else None,
    }


def _near(chance: random.Random, day: date, offsets: tuple[int, ...]) -> date | None:
    return chance.choice((None, day + timedelta(days=chance.choice(offsets))))


def _touches(chance: random.Random, day: date) -> list[dict[str, Any]]:
    if chance.random() < 0.1:  # met again and again
        agos = chance.sample((7, 9, 15, 28, 29, 30), 3)
        return [{"day": day - timedelta(days=ago), "by": "visit", "met": True} for ago in agos]
    if chance.random() < 0.05:  # and again today
        return [{"day": day, "by": "visit", "met": chance.choice((False, None))} for _ in range(chance.choice((1, 2)))]
    return [_touch(chance, day) for _ in range(chance.randrange(5))]


def _touch(chance: random.Random, day: date) -> dict[str, Any]:
    ago = chance.choice((0, 1, 5, 6, 7, 8, 28, 29, 30, 31, 59, 60, 61))
    by = chance.choice(("visit", "visit", "phone", "message", "letter"))
    return {"day": day - timedelta(days=ago), "by": by, "met": chance.choice((True, False, None))}


def _hold(chance: random.Random, day: date) -> dict[str, Any]:
    since, until = _near(chance, day, (-9, 0, 1)), _near(chance, day, (-1, 0, 9))
    return {"code": chance.choice(CODES), "since": since, "until": until}


def engine(pack: Pack, facts: dict[str, Any]) -> set[str]:
    """The rules by which the engine forbids that the visit begins."""
    touches = tuple(rules_check.Touch(**touch) for touch in facts["touches"])
    holds = tuple(rules_check.Held(**hold) for hold in facts["holds"])
    asked = rules_check.Facts(**{**facts, "touches": touches, "holds": holds})
    found = rules_check.forbidding(rules_check.check(pack, asked))
    return {rule.id for finding in found if (rule := finding.rule) and rule.kind not in ASKED}


def differences(
    days: int, seed: int = 4, packs: dict[str, Pack] | None = None
) -> tuple[Counter[str], list[tuple[Any, ...]]]:
    """How often each rule refused, and how often none did; and the days on which engine and oracle differ."""
    chance, known = random.Random(seed), packs or {name: shipped(name) for name in PACKS}
    counts, differ = Counter[str](), []
    for _ in range(days):
        name, facts = chance.choice(tuple(known)), a_day(chance)
        said, told = engine(known[name], facts), forbids(name, facts)
        counts.update(said or {f"{name} allowed"})
        if said != told:
            differ.append((name, said - told, told - said, facts))
    return counts, differ


assert set(HOLDS) == {"cn", "us", "uk", "in", "au"}
