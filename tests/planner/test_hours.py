from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.planner.hours import open_windows
from visitcli.planner.model import Window

MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WHOLE = [(0.0, 24.0)]


def hours(text: str, weekday: int) -> list[tuple[float, float]] | None:
    windows = open_windows(text, weekday)
    return None if windows is None else [(w.open_s / 3600, w.close_s / 3600) for w in windows]


EVENING, DAYTIME = [(18.0, 22.0)], [(8.0, 18.0)]
OFFICE = [(9.0, 18.0)]


@pytest.mark.parametrize(
    ("text", "monday", "saturday"),
    [
        ("周一至周五 09:00-18:00", OFFICE, []),
        ("周一至周六 08:30-17:30", [(8.5, 17.5)], [(8.5, 17.5)]),
        ("周一到五 9点-17点半", [(9.0, 17.5)], []),
        ("周1-5 9:00-18:00", OFFICE, []),
        ("周一至周五:9:00-18:00", OFFICE, []),
        ("周一至周五，9:00-18:00", OFFICE, []),
        ("周一至周五（9:00-18:00）", OFFICE, []),
        ("9:00-18:00（周一至周五）", OFFICE, []),
        ("工作日9:00-18:00", OFFICE, []),
        ("工作日朝九晚六", OFFICE, []),
        ("早9晚6", OFFICE, OFFICE),
        ("９点－１８点", OFFICE, OFFICE),
        ("9时至18时", OFFICE, OFFICE),
        ("9点到6点", OFFICE, OFFICE),
        ("9:00～17:30", [(9.0, 17.5)], [(9.0, 17.5)]),
        ("8时30分—17时", [(8.5, 17.0)], [(8.5, 17.0)]),
        ("十点一刻到十一点四十五", [(10.25, 11.75)], [(10.25, 11.75)]),
        ("周一到周五", WHOLE, []),
        ("周一三五晚上", EVENING, []),
        ("周六、日 上午", [], [(8.0, 12.0)]),
        ("周六日", [], WHOLE),
        ("双休日", [], WHOLE),
        ("休息日在家", [], WHOLE),
        ("非工作日", [], WHOLE),
        ("周末在家", [], WHOLE),
        ("周末全天", [], WHOLE),
        ("周五一般在家", [], []),
        ("全天", WHOLE, WHOLE),
        ("24小时", WHOLE, WHOLE),
        ("工作日晚上", EVENING, []),
        ("上午", [(8.0, 12.0)], [(8.0, 12.0)]),
        ("下班后", EVENING, EVENING),
        ("早晚在家", [(6.0, 10.0), (18.0, 22.0)], [(6.0, 10.0), (18.0, 22.0)]),
        ("18:30后在家", [(18.5, 24.0)], [(18.5, 24.0)]),
        ("每天18点后", [(18.0, 24.0)], [(18.0, 24.0)]),
        ("晚上7点半以后", [(19.5, 24.0)], [(19.5, 24.0)]),
        ("晚8点以后", [(20.0, 24.0)], [(20.0, 24.0)]),
        ("每晚八点后", [(20.0, 24.0)], [(20.0, 24.0)]),
        ("10:00之前", [(0.0, 10.0)], [(0.0, 10.0)]),
        ("晚上12点前", WHOLE, WHOLE),
        ("中午以后", [(12.0, 24.0)], [(12.0, 24.0)]),
        ("上午9点到下午5点", [(9.0, 17.0)], [(9.0, 17.0)]),
        ("下午2点-5点", [(14.0, 17.0)], [(14.0, 17.0)]),
        ("晚上7点-9点", [(19.0, 21.0)], [(19.0, 21.0)]),
        ("晚上10点-12点", [(22.0, 24.0)], [(22.0, 24.0)]),
        ("中午12点至2点", [(12.0, 14.0)], [(12.0, 14.0)]),
        ("早八点到晚八点", [(8.0, 20.0)], [(8.0, 20.0)]),
        ("20:00-02:00", [(20.0, 24.0)], [(20.0, 24.0)]),
        ("9:00-12:00,14:00-18:00", [(9.0, 12.0), (14.0, 18.0)], [(9.0, 12.0), (14.0, 18.0)]),
        ("9点-12点，2点-6点", [(9.0, 12.0), (14.0, 18.0)], [(9.0, 12.0), (14.0, 18.0)]),
        ("周一、周三 上午；周六 １４：００～１８：００", [(8.0, 12.0)], [(14.0, 18.0)]),
        ("周一至周五14:00-18:00，周六9:00-12:00", [(14.0, 18.0)], [(9.0, 12.0)]),
        ("工作日18点后，周末全天", [(18.0, 24.0)], WHOLE),
        ("工作日18点后周末全天", [(18.0, 24.0)], WHOLE),
        ("工作日19点后，节假日全天", [(19.0, 24.0)], []),
        ("8点-10点或19点后", [(8.0, 10.0), (19.0, 24.0)], [(8.0, 10.0), (19.0, 24.0)]),
        ("Mon-Fri 9:00-17:00", [(9.0, 17.0)], []),
        ("Mon, Wed 9 a.m. to 5 p.m.", [(9.0, 17.0)], []),
        ("weekdays after 18:00, weekends all day", [(18.0, 24.0)], WHOLE),
        ("after 7pm", [(19.0, 24.0)], [(19.0, 24.0)]),
        ("weekends", [], WHOLE),
        ("全年无休 9:00-18:00", OFFICE, OFFICE),
    ],
)
def test_what_offices_write(text: str, monday: object, saturday: object) -> None:
    assert (hours(text, MONDAY), hours(text, SATURDAY)) == (monday, saturday)


@pytest.mark.parametrize(
    ("text", "monday", "saturday"),
    [
        ("每天9:00-18:00，周六除外", OFFICE, []),
        ("每天9:00-18:00 周六除外", OFFICE, []),
        ("9:00-18:00（周末不在）", OFFICE, []),
        ("除周一外每天9-18点", [], OFFICE),
        ("周一至周六（除周一）9-18点", [], OFFICE),
        ("营业时间9:00-18:00，周一休息", [], OFFICE),
        ("9:00-18:00，12:00-13:00午休", [(9.0, 12.0), (13.0, 18.0)], [(9.0, 12.0), (13.0, 18.0)]),
        ("白天不在", [(0.0, 8.0), (18.0, 24.0)], [(0.0, 8.0), (18.0, 24.0)]),
        ("白天不在家，晚上7点后在家", [(19.0, 24.0)], [(19.0, 24.0)]),
        ("周一至周五白天不在，周末在家", [(0.0, 8.0), (18.0, 24.0)], WHOLE),
        ("not on Saturdays", None, []),
        ("9:00-18:00（节假日除外）", OFFICE, OFFICE),
    ],
)
def test_when_nobody_is_there(text: str, monday: object, saturday: object) -> None:
    assert (hours(text, MONDAY), hours(text, SATURDAY)) == (monday, saturday)


@pytest.mark.parametrize(
    "text",
    [
        "做二休一",
        "轮休",
        "周六休息",  # at home, or not at work? Alone it says too little
        "不在家",
        "晚上不一定在家",
        "时间不固定",
        "工作日上班",
        "节假日在家",
        "一周三次",
        "80后",
        "3号楼8-12层",
        "2026-11-23",
        "12月25日后",
        "电话联系 13800000001",
        "021-5555-12",
        "",
    ],
)
def test_what_is_not_understood_restricts_nothing(text: str) -> None:
    assert [hours(text, weekday) for weekday in range(7)] == [None] * 7


def test_days_may_wrap_round_the_weekend() -> None:
    assert hours("周六至周一 10:00-12:00", SUNDAY) == [(10.0, 12.0)]
    assert hours("周六至周一 10:00-12:00", 2) == []


WORDS = (
    *(
        "周",
        "星期",
        "一",
        "三",
        "五",
        "六",
        "日",
        "工作日",
        "周末",
        "每",
        "早",
        "晚",
        "晚上",
        "下午",
        "中午",
        "上午",
        "全天",
    ),
    *(
        "9",
        "12",
        "22",
        "24",
        "30",
        "99",
        "0",
        "十",
        "二",
        ":",
        "点",
        "半",
        "刻",
        "分",
        "-",
        "至",
        "后",
        "前",
        "除",
        "外",
    ),
    *("除外", "不在", "休息", "不", "或", "、", ",", ";", "(", ")", "mon", "fri", "am", "pm", "after", "before", "not"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join), st.integers(0, 6))
def test_whatever_is_written_a_window_never_leaves_the_day(text: str, weekday: int) -> None:
    for window in open_windows(text, weekday) or ():
        assert 0 <= window.open_s < window.close_s <= 86_400


def test_a_day_has_twenty_four_hours() -> None:
    assert open_windows("0:00-24:00", MONDAY) == (Window(0, 86_400),)
    assert open_windows("25:00以后", MONDAY) is None
