"""One question while it is being answered: what is typed or ticked, and whether that is already recorded."""

from __future__ import annotations

import dataclasses
import unicodedata
from dataclasses import dataclass

from visitcli.cli.screen.field import Field
from visitcli.domain.expression import Value
from visitcli.domain.script import MEDIA, SELECTS, Question

KEYS = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def half_width(key: str) -> str:
    """A key as it is on the list: Chinese input methods type `１` and `ｂ` for `1` and `b`."""
    return unicodedata.normalize("NFKC", key) if len(key) == 1 else key


@dataclass
class Asking:
    """`recorded`: the answer that stands, None for none. `settled`: answered or passed over already. `taken_off`: the
    file attached is not to stand any longer. `sure_of`: the path that was doubted and asked about. `restored`: what
    stands here was typed before the terminal was lost. `proposed`: what stands in the line already and Enter takes."""

    question: Question
    recorded: Value = None
    settled: bool = False
    field: Field = dataclasses.field(default_factory=Field)
    chosen: list[str] = dataclasses.field(default_factory=list)
    taken_off: bool = False
    sure_of: str = ""
    restored: bool = False
    proposed: str = ""

    @classmethod
    def of(cls, question: Question, recorded: Value, settled: bool, proposed: str = "") -> Asking:
        """The question as it is first shown: with its present answer filled in."""
        asking = cls(question, recorded, settled)
        if isinstance(recorded, list):
            asking.chosen = list(recorded)
        elif recorded is not None and asking.typing and not asking.attached:
            asking.field = Field.of(str(recorded))
        elif recorded is None and proposed and not settled:
            asking.field, asking.proposed = Field.of(proposed), proposed
        return asking

    @property
    def typing(self) -> bool:
        """Whether the answer is a line of text."""
        return self.question.type not in SELECTS

    @property
    def attached(self) -> bool:
        """Whether a file stands here; the line below it is for another one."""
        return self.question.type in MEDIA and self.recorded is not None

    @property
    def edited(self) -> bool:
        """Whether something stands here that is not recorded."""
        if self.question.type == "select_one":
            return False
        if self.question.type == "select_multiple":
            return self.chosen != (self.recorded if isinstance(self.recorded, list) else [])
        if self.attached:
            return self.taken_off or bool(self.field.text)
        if self.proposed and self.field.text == self.proposed:
            return False
        return self.field.text != ("" if self.recorded is None else str(self.recorded))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to record."""
        return not self.chosen and not self.field.text.strip()

    def give_way(self, key: str) -> None:
        """What was only proposed makes room for what is typed."""
        if self.proposed and len(key) == 1 and self.field.text == self.proposed:
            self.field.replace("")
        self.proposed = self.proposed if self.field.text == self.proposed else ""

    def choice(self, key: str) -> str | None:
        """The name of the choice under a key."""
        index = KEYS.find(key) if len(key) == 1 else -1
        return self.question.choices[index].name if 0 <= index < len(self.question.choices) else None

    def toggle(self, name: str) -> None:
        """Tick a choice, or take the tick away; the order stays the script's."""
        ticked = set(self.chosen) ^ {name}
        self.chosen = [choice.name for choice in self.question.choices if choice.name in ticked]
