"""Refused rows as a CSV file: as they stood, with where and why, to be mended in a spreadsheet and imported again."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from visitcli.domain.errors import BadInputError
from visitcli.domain.rownotes import Finding
from visitcli.files import part_of, put
from visitcli.formats.formulas import guarded
from visitcli.words import Words


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

    def refuse_unless_writable(self, path: Path) -> None:
        """Before anything is read: can a file be put there? Raises BadInputError `import.rejected_unwritable`."""
        try:
            _refuse_no_file(path)
            with part_of(path.parent):
                pass
        except OSError as error:
            raise BadInputError("import.rejected_unwritable", file=str(path), reason=error.strerror or "") from error

    def write(self, path: Path) -> None:
        """UTF-8 with a byte order mark, so that a spreadsheet reads Chinese; formulas made harmless; whole or not at
        all, and for its owner only.

        Raises BadInputError `import.cannot_write`.
        """
        try:
            _refuse_no_file(path)
            with part_of(path.parent) as (part, stream):
                text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
                writer = csv.writer(text, lineterminator="\r\n")
                writer.writerows(list(map(guarded, row)) for row in self._table())
                text.detach()
                put(part, stream, path)
        except OSError as error:
            raise BadInputError("import.cannot_write", file=str(path), reason=error.strerror or "") from error

    def _table(self) -> Iterator[list[str]]:
        headings = list(dict.fromkeys(heading for _, _, raw in self._rows for heading in raw))
        own = [self._words(f"import.refused.{name}") for name in ("file", "row", "field", "code", "reason")]
        yield [*headings, *own]
        for name, finding, raw in self._rows:
            reason = self._words(f"{finding.code}.message", value=finding.value)
            where = [Path(name).name, str(finding.row), finding.field, finding.code, reason]
            yield [*(raw.get(heading, "") for heading in headings), *where]


def _refuse_no_file(path: Path) -> None:
    """A folder, a device: nothing to put a file in the place of."""
    if path.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def is_one_of(path: Path, files: Iterable[Path]) -> bool:
    """Whether a path leads to one of the files, by whatever name or link."""
    try:
        return path.exists() and any(file.exists() and path.samefile(file) for file in files)
    except OSError:  # what cannot be looked at is told where it is read or written
        return False
