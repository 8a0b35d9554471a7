"""What the controller works with: the visit as it needs it, the page, the note below it, how far it is scrolled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from visitcli.domain.script import Script
from visitcli.domain.session import Session

Result = Literal["completed", "stopped", "paused"]
Page = Literal["question", "answers", "stops", "stop", "readback", "card"]


class Visit(Protocol):
    """What the screen needs of an open visit (app/visiting.py)."""

    case_id: str
    script: Script
    session: Session

    @property
    def values(self) -> Mapping[str, str]:
        """What the placeholders stand for."""

    @property
    def last_time(self) -> Mapping[str, object]:
        """The answers of the case's last finished visit."""

    @property
    def attached(self) -> Mapping[str, str]:
        """The names that the attached files had, by the answers that stand for them."""

    @property
    def another_waits(self) -> bool:
        """Whether `visitcli visit next` leads to another case."""

    def answer(self, name: str, value: object) -> int:
        """Record an answer."""

    def pass_over(self, name: str) -> int:
        """Leave an optional question."""

    def draft(self, name: str, text: str) -> int:
        """Keep what is being typed and not saved yet."""

    def stop(self, code: str, reason: str = "") -> int:
        """Apply a stop condition."""

    def pause(self) -> None:
        """Put the visit away."""

    def close(self) -> None:
        """Finish the record."""


@dataclass(frozen=True, slots=True)
class Note:
    """The line below the page. `kind` is its style."""

    kind: Literal["saved", "error", "info"]
    text: str


@dataclass
class Viewport:
    """How far the page is scrolled, in lines. The drawing sets `height`, `total` and `rows` (where each line of the
    text being typed begins in it); `moved`: by the agent's hand, so that the drawing does not run after the cursor."""

    top: int = 0
    height: int = 1
    total: int = 1
    moved: bool = False
    rows: tuple[int, ...] = (0,)

    def move(self, lines: int) -> bool:
        """Scroll; False where there is nothing to scroll to."""
        top = max(0, min(self.top + lines, self.total - self.height))
        changed, self.top = top != self.top, top
        self.moved = self.moved or changed
        return changed
