"""The customer's mood as it is read at each part of a visit, and whether it is getting worse."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from visitcli.domain.expression import Value

READINGS = ("mood_start", "mood_talk", "mood_offer", "mood")
"""The questions that take a reading, in their order."""

WEIGHT: Mapping[str, int] = {"relieved": 0, "calm": 1, "worried": 2, "low": 3, "angry": 4}
_BEFORE = "calm"  # nobody is worse than calm because of a visit that has not begun


def worsening(answers: Mapping[str, Value]) -> bool:
    """Whether the last two readings were each worse than the one before; the first is held against calm."""
    read = [str(answers[name]) for name in READINGS if answers.get(name) in WEIGHT]
    steps = [WEIGHT[after] > WEIGHT[before] for before, after in pairwise([_BEFORE, *read])]
    return len(steps) >= 2 and steps[-1] and steps[-2]
