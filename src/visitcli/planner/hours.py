"""When somebody is at an address, from the few words that an office writes: 周一至周五 09:00-18:00, 18:30后在家."""

from __future__ import annotations

import re
import unicodedata

from visitcli.planner.model import Window

DAY_S = 86_400
_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ENGLISH_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_DAY = r"(?:周|星期|礼拜)([一二三四五六日天])|\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TO = r"\s*(?:-|~|—|–|至|到|to|until)\s*"
_DAY_SPAN = re.compile(rf"(?:{_DAY}){_TO}(?:{_DAY}|([一二三四五六日天]))")
_ONE_DAY = re.compile(_DAY)
_GROUPS = (
    (re.compile(r"工作日|平日|weekdays?|working days?"), range(5)),
    (re.compile(r"周末|双休|weekends?"), range(5, 7)),
    (re.compile(r"每天|每日|天天|全周|daily|every day"), range(7)),
)
_TIME = r"(上午|早上|中午|下午|晚上|傍晚|晚)?(\d{1,2})(?::(\d{2})|[点时](?:(半)|(\d{1,2})分?)?)"
_SPAN = re.compile(rf"{_TIME}{_TO}{_TIME}")
_AFTER = re.compile(rf"{_TIME}\s*(?:以后|之后|后|起)|(?:after|from)\s*{_TIME}")
_BEFORE = re.compile(rf"{_TIME}\s*(?:以前|之前|前)|(?:before|until)\s*{_TIME}")
_PARTS = (
    (re.compile(r"上午|morning"), Window(8 * 3600, 12 * 3600)),
    (re.compile(r"下午|afternoon"), Window(12 * 3600, 18 * 3600)),
    (re.compile(r"晚上|晚间|傍晚|evening"), Window(18 * 3600, 22 * 3600)),
    (re.compile(r"白天|daytime"), Window(8 * 3600, 18 * 3600)),
)
_NEGATION = re.compile(r"不|休|除|勿|非|except|\bnot?\b|closed")


def open_windows(text: str, weekday: int) -> tuple[Window, ...] | None:
    """The windows of that weekday (Monday is 0): empty when nobody is there on it, None when the text says nothing
    that is understood - what is not understood restricts nothing."""
    days: frozenset[int] | None = None
    understood, windows = False, list[Window]()
    for clause in re.split(r"[;；,，\n。]", unicodedata.normalize("NFKC", text).lower()):
        if _NEGATION.search(clause):
            continue
        days = _weekdays(clause) or days
        times = _windows(clause)
        if not times and _weekdays(clause) is None:
            continue
        understood = True
        if days is None or weekday in days:
            windows += times or [Window(0, DAY_S)]
    return tuple(windows) if understood else None


def _weekdays(clause: str) -> frozenset[int] | None:
    """The days that a clause names, None for none."""
    found: set[int] = set()
    for match in _DAY_SPAN.finditer(clause):
        first, last = _day(match[1], match[2]), _day(match[3] or match[5], match[4])
        found |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    found |= {_day(*match.groups()) for match in _ONE_DAY.finditer(clause)}
    for pattern, group in _GROUPS:
        if pattern.search(clause):
            found |= set(group)
    return frozenset(found) or None


def _day(chinese: str | None, english: str | None) -> int:
    return _DAYS[chinese] if chinese else _ENGLISH_DAYS[english or "mon"]


def _windows(clause: str) -> list[Window]:
    """The times that a clause names; a part of the day counts where no hour stands."""
    spans = [(_seconds(m.groups()[:5]), _seconds(m.groups()[5:])) for m in _SPAN.finditer(clause)]
    if not spans:
        spans = [(_seconds(_half(m.groups())), DAY_S) for m in _AFTER.finditer(clause)]
        spans += [(0, _seconds(_half(m.groups()))) for m in _BEFORE.finditer(clause)]
    windows = [Window(opens, closes if closes > opens else DAY_S) for opens, closes in spans if opens < DAY_S]
    return windows or [window for pattern, window in _PARTS if pattern.search(clause)]


_Groups = tuple[str | None, ...]


def _half(groups: _Groups) -> _Groups:
    """Of two ways to write a time the one that was used."""
    return groups[:5] if groups[1] else groups[5:]


def _seconds(groups: _Groups) -> int:
    part, hour, minute, half, minutes = groups
    hours = int(hour or 0)
    if part in ("中午", "下午", "晚上", "傍晚", "晚") and hours < 12 and not (part == "中午" and hours == 11):
        hours += 12
    return min(hours * 3600 + (30 if half else int(minute or minutes or 0)) * 60, DAY_S)
