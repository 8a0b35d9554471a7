"""When somebody is at an address, from the few words that an office writes: 周一至周五 09:00-18:00, 18:30后在家.

The text is read from left to right as groups of days and times (`周末全天`, `晚上7点-9点`), some of which say that
nobody is there (`周日除外`). What is not understood restricts nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from visitcli.planner.hours_words import (
    DAY_S,
    DAYS,
    ENGLISH_DAYS,
    EVENING,
    GROUPS,
    MORNING,
    NOON,
    PARTS,
    READ_TIME,
    TO,
    WORD,
    H,
    in_digits,
)
from visitcli.planner.model import Window

_WHOLE = Window(0, DAY_S)
_Sense = Literal["there", "away", "rest", "unsure"]
_SENSES: dict[str, _Sense] = {"not": "away", "away": "away", "rest": "rest", "unsure": "unsure"}


@dataclass(slots=True)
class _Group:
    """What is said together: on these days (None: none named) at these times. `late`: the times came first;
    `bare`: the clause ended right after its days."""

    days: frozenset[int] | None = None
    times: list[Window] = field(default_factory=list)
    part: list[Window] = field(default_factory=list)  # counts where no hour stands
    sense: _Sense = "there"
    late: bool = False
    bare: bool = False

    @property
    def windows(self) -> list[Window]:
        """The times; the whole day where only days are named."""
        return self.times or self.part or [_WHOLE]

    @property
    def says_when(self) -> bool:
        """Whether any time was named."""
        return bool(self.times or self.part)

    def on(self, weekday: int) -> bool:
        """Whether it speaks of that day."""
        return self.days is None or weekday in self.days


def open_windows(text: str, weekday: int) -> tuple[Window, ...] | None:
    """The windows of that weekday (Monday is 0): empty when nobody is there on it, None when the text says nothing
    that is understood."""
    groups = list(_groups(in_digits(unicodedata.normalize("NFKC", text).lower())))
    there = [group for group in groups if group.sense == "there" and group.days != frozenset()]
    # 周日休息 alone may mean at home or not at work: it only closes days that something else has opened.
    away = [g for g in groups if g.sense == "away" or (g.sense == "rest" and there)]
    away = [group for group in away if group.on(weekday)]
    windows = [window for group in there if group.on(weekday) for window in group.windows]
    if not windows and (not there or any(group.says_when for group in away)):
        if not away:
            return None
        windows = [_WHOLE]
    return tuple(_without(windows, [window for group in away for window in group.windows]))


def _without(windows: list[Window], closed: list[Window]) -> Iterator[Window]:
    for window in windows:
        opens = window.open_s
        for gap in sorted(closed, key=lambda gap: gap.open_s):
            if gap.close_s <= opens or gap.open_s >= window.close_s:
                continue
            if opens < gap.open_s:
                yield Window(opens, gap.open_s)
            opens = gap.close_s
        if opens < window.close_s:
            yield Window(opens, window.close_s)


def _groups(text: str) -> Iterator[_Group]:
    """The groups in order, days inherited (`周一至周五 9:00-12:00, 14:00-18:00`), empty ones left out."""
    last: _Group | None = None
    for group in _read(text):
        if group.days is None and not group.says_when:
            continue
        if group.days is None and last:
            group.days = last.days
            if last.bare and group.sense == "there":  # 周一至周五, 9:00-18:00
                last.times, last.part, last.bare = group.times, group.part, False
                continue
        elif group.sense == "there" and not group.late:
            last = group
        yield group


def _read(text: str) -> list[_Group]:
    groups, last_time, days_end = [_Group()], None, -1
    for word in WORD.finditer(text):
        kind, group = word.lastgroup, groups[-1]
        if kind == "end":
            group.bare = group.days is not None and not group.says_when and not text[days_end : word.start()].strip()
            groups.append(_Group())
            if word[0] == ")" and group.bare and len(groups) > 2 and groups[-3].days is None and groups[-3].says_when:
                groups[-2].days = groups.pop(-2).days  # 9:00-18:00 (周一至周五)
        elif kind == "without":
            groups.insert(-1, _Group(days=_days(word["excepted"]), sense="away"))
        elif kind == "days":
            groups = _with_days(groups, _days(word[0]))
            last_time, days_end = None, word.end()
        elif kind in _SENSES:
            group.sense = _SENSES[kind]
        elif kind != "open":
            if group.late:  # 18点后周末全天: the days belong to what follows
                groups.append(_Group(days=group.days))
                group.days, group.late, group = None, False, groups[-1]
            last_time = _add_times(group, word, last_time)
    return groups


def _with_days(groups: list[_Group], days: frozenset[int]) -> list[_Group]:
    """Days begin a group of their own after times, unless nobody has named any days yet (9:00-18:00 周一至周五)."""
    group = groups[-1]
    if group.says_when and any(other.days is not None for other in groups):
        return [*groups, _Group(days=days)]
    group.late = group.says_when
    group.days = days if group.days is None else group.days | days
    return groups


def _days(text: str) -> frozenset[int]:
    for words, group in GROUPS:
        if re.search(words, text):
            return frozenset(group)
    ends = re.split(TO, text)
    found = [_DAY.findall(end) for end in ends]
    if len(ends) == 2 and all(found):
        first, last = _number(found[0][0]), _number(found[1][-1])
        return frozenset(day % 7 for day in range(first, last + 1 if last >= first else last + 8))
    return frozenset(_number(name) for names in found for name in names)


_DAY = re.compile(r"[一二三四五六日天1-7]|mon|tue|wed|thu|fri|sat|sun")


def _number(name: str) -> int:
    return DAYS[name] if name in DAYS else ENGLISH_DAYS[name]


def _add_times(group: _Group, word: re.Match[str], before: Window | None) -> Window | None:
    """Put a word's times into the group; the last times of the clock that were named are handed on."""
    kind = word.lastgroup
    if kind == "part":
        group.part += [Window(*span) for words, spans in PARTS if re.fullmatch(words, word[0]) for span in spans]
    elif kind == "whole":
        group.times.append(_WHOLE)
    else:
        window = _window(word, before)
        if window:
            group.times.append(window)
            return window
    return before


def _window(word: re.Match[str], before: Window | None) -> Window | None:
    """The window that a word names, None where its hours are none of the clock's."""
    if word["early_late"]:
        return Window(int(word["early"]) * H, (int(word["late"]) + 12) * H)
    if word["after"]:
        opens, closes = _seconds(word["since"] or word["since_"]), DAY_S
    elif word["before"]:
        opens, closes = 0, _seconds(word["till"] or word["till_"])
    else:
        opens, closes = _span(word["opens"], word["closes"], before)
    return Window(opens, closes) if 0 <= opens < closes <= DAY_S else None


def _span(first: str, second: str, before: Window | None) -> tuple[int, int]:
    """Both ends of a span. What has no part of the day of its own follows what stands before it (下午2点-5点;
    9点-12点, 2点-6点); what would end before it begins goes on past midnight, where the day ends."""
    opens, closes = _seconds(first), _seconds(second)
    if opens < 0 or closes < 0:
        return -1, -1
    if before and closes <= before.open_s and not _has_part(first) and not _has_part(second):
        opens, closes = opens + DAY_S // 2, closes + DAY_S // 2
    if closes <= opens and not _has_part(second) and closes >= H and closes + DAY_S // 2 > opens:
        closes += DAY_S // 2
    return opens, closes if opens < closes <= DAY_S else DAY_S


def _has_part(time: str) -> bool:
    match = READ_TIME.match(time)
    return bool(match and (match["part"] or match["half_day"]))


def _seconds(time: str) -> int:
    """Seconds of the day, -1 for an hour that no day has."""
    match = READ_TIME.match(time)
    hour = int(match["hour"]) if match else 25
    if match is None or hour > 24:
        return -1
    part, minute = match["part"] or "", int(match["minute"] or match["past"] or 0)
    if match["half"]:
        minute = 30
    elif match["quarters"]:
        minute = 15 if match["quarters"] in "1一" else 45
    return min(_hour(part, match["half_day"], hour) * H + minute * 60, DAY_S)


def _hour(part: str, half_day: str | None, hour: int) -> int:
    """The hour of 24: 晚上12点 is midnight at the day's end, 晚上1点 lies beyond it, 中午12点 and 12 pm are noon."""
    if half_day == "a" or re.fullmatch(MORNING, part):
        return 0 if hour == 12 and (half_day == "a" or part == "凌晨") else hour
    if half_day == "p" or re.fullmatch(NOON, part):
        return hour if hour in (11, 12) and not half_day else hour % 12 + 12 if hour <= 12 else hour
    if re.fullmatch(EVENING, part) and hour <= 12:
        at_night = part not in ("下午", "午后", "傍晚")
        return 24 if at_night and (hour == 12 or hour < 5) else hour % 12 + 12
    return hour
