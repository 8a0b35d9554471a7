"""Refused rows as a CSV file: as they stood, with where and why, to be mended in a spreadsheet and imported again."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from visitcli.domain.errors import BadInputError
from visitcli.domain.rownotes import Finding
from visitcli.words import Words

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class RefusedRows:
    """Collects refused rows of any number of files and writes them out."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._rows: list[tuple[str, Finding, dict[str, str]]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, file: str, finding: Finding, raw: dict[str, str]) -> None:
        """Take one refused row."""
        self._rows.append((file, finding, raw))

    def write(self, path: Path) -> None:
        """UTF-8 with a byte order mark, so that a spreadsheet reads Chinese; formulas made harmless; for its owner.

        Raises BadInputError `import.cannot_write`.
        """
        headings = list(dict.fromkeys(heading for _, _, raw in self._rows for heading in raw))
        own = [self._words(f"import.refused.{name}") for name in ("file", "row", "field", "code", "reason")]
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, lineterminator="\r\n")
                writer.writerow(map(harmless, [*headings, *own]))
                for name, finding, raw in self._rows:
                    reason = self._words(f"{finding.code}.message", value=finding.value)
                    where = [Path(name).name, str(finding.row), finding.field, finding.code, reason]
                    writer.writerow(_harmless([*(raw.get(heading, "") for heading in headings), *where]))
        except OSError as error:
            raise BadInputError("import.cannot_write", file=str(path), reason=error.strerror or "") from error


def harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula, with an apostrophe before it (OWASP ASVS 1.2.10); the import
    takes the apostrophe off again."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _harmless(cells: Sequence[str]) -> list[str]:
    return [harmless(cell) for cell in cells]
