from __future__ import annotations

import pytest

from visitcli.planner.hours import open_windows
from visitcli.planner.model import Window

MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WHOLE = [(0.0, 24.0)]


def hours(text: str, weekday: int) -> list[tuple[float, float]] | None:
    windows = open_windows(text, weekday)
    return None if windows is None else [(w.open_s / 3600, w.close_s / 3600) for w in windows]


@pytest.mark.parametrize(
    ("text", "monday", "saturday"),
    [
        ("周一至周五 09:00-18:00", [(9.0, 18.0)], []),
        ("周一至周六 08:30-17:30", [(8.5, 17.5)], [(8.5, 17.5)]),
        ("周一到五 9点-17点半", [(9.0, 17.5)], []),
        ("18:30后在家", [(18.5, 24.0)], [(18.5, 24.0)]),
        ("晚上7点半以后", [(19.5, 24.0)], [(19.5, 24.0)]),
        ("上午9点到下午5点", [(9.0, 17.0)], [(9.0, 17.0)]),
        ("10:00之前", [(0.0, 10.0)], [(0.0, 10.0)]),
        ("周末在家", [], WHOLE),
        ("工作日晚上", [(18.0, 22.0)], []),
        ("周一、周三 上午；周六 １４：００～１８：００", [(8.0, 12.0)], [(14.0, 18.0)]),
        ("9:00-12:00,14:00-18:00", [(9.0, 12.0), (14.0, 18.0)], [(9.0, 12.0), (14.0, 18.0)]),
        ("20:00-02:00", [(20.0, 24.0)], [(20.0, 24.0)]),
        ("Mon-Fri 9:00-17:00", [(9.0, 17.0)], []),
        ("after 19:00", [(19.0, 24.0)], [(19.0, 24.0)]),
        ("weekends", [], WHOLE),
        ("做二休一", None, None),
        ("周日休息", None, None),
        ("不在家", None, None),
        ("", None, None),
        ("电话联系 13800000001", None, None),
    ],
)
def test_what_offices_write(text: str, monday: object, saturday: object) -> None:
    assert (hours(text, MONDAY), hours(text, SATURDAY)) == (monday, saturday)


def test_days_may_wrap_round_the_weekend() -> None:
    assert hours("周六至周一 10:00-12:00", SUNDAY) == [(10.0, 12.0)]
    assert hours("周六至周一 10:00-12:00", 2) == []


def test_a_window_never_leaves_the_day() -> None:
    for text in ("8:00-99:00", "25:00-26:00", "25:00以后", "0:00-0:00"):
        for window in open_windows(text, MONDAY) or ():
            assert 0 <= window.open_s < window.close_s <= 86_400
    assert open_windows("0:00-24:00", MONDAY) == (Window(0, 86_400),)
