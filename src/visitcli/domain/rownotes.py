"""What is noted while one row is read: findings, cells kept as they stand, paths that an update must not touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from visitcli.domain.columns import Column
from visitcli.domain.fields import Plain
from visitcli.domain.values import plain

Path = tuple[str, ...]

LONGEST_KEPT = 5_000
LONGEST_SPOKEN = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a file: where, what (a code), the value as it stands. `row` as a spreadsheet counts."""

    row: int
    field: str
    code: str
    value: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that should be an object and is not JSON."""

    text: str


class RowError(Exception):
    """A row that cannot be a case."""

    def __init__(self, field: str, code: str, value: str = "", case_id: str = "") -> None:
        super().__init__(code)
        self.field, self.code, self.value, self.case_id = field, code, value[:LONGEST_SPOKEN], case_id


@dataclass(slots=True)
class RowNotes:
    """One row: its cells, its number, the sheet; `names` are the keys under which cells are kept."""

    cells: Sequence[object]
    row: int
    sheet: str
    names: Sequence[str]
    warn: Callable[[Finding], None]
    extra: Plain = field(default_factory=dict)
    unusable: list[Path] = field(default_factory=list)

    def text(self, index: int) -> str:
        """A cell as it stands."""
        return plain(self.cells[index])

    def say(self, about: str, code: str, value: str) -> None:
        """Warn."""
        self.warn(Finding(self.row, about, code, value[:LONGEST_SPOKEN], self.sheet))

    def keep(self, column: Column, code: str, *paths: Path) -> None:
        """A cell that makes no sense: kept as it stands, not used, warned of."""
        value = self.text(column.index)
        self.extra[self.names[column.index]] = value[:LONGEST_KEPT]
        self.unusable += paths
        self.say(column.field, code, value)
