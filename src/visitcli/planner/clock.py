"""The day's clock with its breaks cut out, so that a route is planned on an axis where all time is working time."""

from __future__ import annotations

from collections.abc import Iterable

from visitcli.planner.model import Window


class Clock:
    """Maps seconds of the day to working seconds and back.

    A break shrinks to one point of the axis; whether that point means the break's start or its end is known only to
    who asks: something that ends there ends before the break, something that begins there begins after it.
    """

    def __init__(self, breaks: Iterable[Window] = ()) -> None:
        self.breaks = _merged(breaks)

    def axis(self, second: int) -> int:
        """Working seconds at a time of day; all of a break is the same point."""
        lost = sum(min(second, b.close_s) - b.open_s for b in self.breaks if b.open_s < second)
        return second - lost

    def when(self, point: int) -> int:
        """The time of day at which `point` is reached (the start of a break, not its end)."""
        for pause in self.breaks:
            if point <= pause.open_s:
                break
            point += pause.close_s - pause.open_s
        return point

    def open_parts(self, window: Window) -> list[Window]:
        """What the breaks leave of a window, in order."""
        parts, opens = [], window.open_s
        for pause in self.breaks:
            if opens < pause.open_s < window.close_s:
                parts.append(Window(opens, pause.open_s))
            if pause.open_s < window.close_s:
                opens = max(opens, pause.close_s)
        if opens < window.close_s:
            parts.append(Window(opens, window.close_s))
        return parts


def _merged(breaks: Iterable[Window]) -> tuple[Window, ...]:
    merged: list[Window] = []
    for pause in sorted(breaks, key=lambda b: (b.open_s, b.close_s)):
        if pause.close_s <= pause.open_s:
            continue
        if merged and pause.open_s <= merged[-1].close_s:
            merged[-1] = Window(merged[-1].open_s, max(merged[-1].close_s, pause.close_s))
        else:
            merged.append(pause)
    return tuple(merged)
