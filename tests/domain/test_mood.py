"""When the mood is getting worse."""

from __future__ import annotations

import pytest

from visitcli.domain.mood import READINGS, worsening


@pytest.mark.parametrize(
    ("moods", "worse"),
    [
        ("", False), ("worried", False), ("worried angry", True), ("calm worried", False), ("calm worried low", True),
        ("worried worried", False), ("worried calm worried", False), ("relieved worried angry", True),
        ("worried low relieved", False), ("worried low low", False), ("calm worried low angry", True),
        ("angry low", False),
    ],
)  # fmt: skip
def test_two_readings_each_worse_than_the_one_before(moods: str, worse: bool) -> None:
    assert worsening(dict(zip(READINGS, moods.split(), strict=False))) is worse


def test_a_reading_left_out_is_none() -> None:
    assert worsening({"mood_start": "worried", "mood": "angry"})
    assert not worsening({"mood_start": "no such mood", "mood": "angry"})
