"""JSON case files: an array, an object with `cases`, or one object a line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from visitcli.domain.errors import BadInputError
from visitcli.domain.rownotes import BrokenLine
from visitcli.formats.recognise import Recognised

MOST_OBJECTS = 1_000_000
LONGEST_LINE = 4_000_000  # characters
DEEPEST = 40

_SPACE = " \t\r\n\ufeff"


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a file, numbered from 1 (JSON Lines: by line, a BrokenLine where one is no JSON). `rows()` begins
    anew each time."""

    rows: Callable[[], Iterator[tuple[int, Any]]]
    read: Callable[[], float]


def open_objects(file: Recognised) -> Objects:
    """The objects of a JSON file. Raises BadInputError while they are read: `import.cut`, `import.json`,
    `import.no_cases`, `import.nesting`, `import.cell_too_long`, `import.too_many_rows`."""
    progress = [0.0]
    read = _lines if file.kind == "jsonl" else _elements
    return Objects(lambda: _not_too_many(read(file, progress), file.path), lambda: progress[0])


def _not_too_many(rows: Iterator[tuple[int, Any]], path: Path) -> Iterator[tuple[int, Any]]:
    for at, row in enumerate(rows):
        if at == MOST_OBJECTS:
            raise BadInputError("import.too_many_rows", file=path.name, most=MOST_OBJECTS)
        yield row


def _lines(file: Recognised, progress: list[float]) -> Iterator[tuple[int, Any]]:
    with file.path.open("rb") as raw, io.TextIOWrapper(raw, encoding=file.encoding, newline="\n") as text:
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) >= LONGEST_LINE:
                raise BadInputError("import.cell_too_long", file=file.path.name, row=number, most=LONGEST_LINE)
            if number % 256 == 0:
                progress[0] = raw.tell() / file.size
            if not line.strip(_SPACE):
                continue
            yield number, _of_line(line, number, file, last=not line.endswith("\n") and not text.read(1))


def _of_line(line: str, number: int, file: Recognised, *, last: bool) -> Any:
    """What a line holds. A broken one costs only itself, unless the file was cut off in it: what else is lacking then
    nobody knows."""
    line = line.strip(_SPACE)
    try:
        found = _decoder().decode(line)
    except (ValueError, RecursionError) as error:
        cut = last and _at_end(error, line)
        if cut or isinstance(error, RecursionError):
            _refuse(error, file.path, number, cut=cut)
        return BrokenLine(line)
    return _shallow(found, file.path, number)


def _elements(file: Recognised, progress: list[float]) -> Iterator[tuple[int, Any]]:
    """The array's elements one by one, so that only its text is held whole."""
    text = file.path.read_text(encoding=file.encoding)
    at = _skip(text, 0)
    if text[at : at + 1] == "{":
        yield from _of_object(text, at, file, progress)
        return
    at, number = _skip(text, at + 1), 0
    decoder = _decoder()
    while text[at : at + 1] != "]":
        number, begin = number + 1, at
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            _refuse(error, file.path, number, cut=_at_end(error, text))
        if at - begin >= LONGEST_LINE:
            raise BadInputError("import.cell_too_long", file=file.path.name, row=number, most=LONGEST_LINE)
        at = _skip(text, at)
        if number % 256 == 0:
            progress[0] = at / len(text)
        yield number, _shallow(found, file.path, number)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            code = "import.json" if at < len(text) else "import.cut"
            raise BadInputError(code, file=file.path.name, row=number + (at < len(text)))


def _of_object(text: str, at: int, file: Recognised, progress: list[float]) -> Iterator[tuple[int, Any]]:
    try:
        found, end = _decoder().raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        _refuse(error, file.path, text.count("\n", 0, getattr(error, "pos", 0)) + 1, cut=_at_end(error, text))
    if _skip(text, end) < len(text):  # more follows: objects one a line, of which the first was too long to be seen
        yield from _lines(file, progress)
        return
    cases = found.get("cases")
    if not isinstance(cases, list):
        if "customer" not in found and all(isinstance(value, dict | list) for value in found.values()):
            raise BadInputError("import.no_cases", file=file.path.name)
        cases = [found]
    for number, each in enumerate(cases, start=1):
        yield number, _shallow(each, file.path, number)


def _decoder() -> json.JSONDecoder:
    # Numbers as they are written: a float would lose the last digits of an amount or of a number kept as one.
    return json.JSONDecoder(parse_float=str, parse_int=str)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _at_end(error: Exception, text: str) -> bool:
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= len(text.rstrip(_SPACE)) - 1 or error.msg.startswith("Unterminated string")


def _refuse(error: Exception, path: Path, row: int, *, cut: bool) -> NoReturn:
    if isinstance(error, RecursionError):
        raise BadInputError("import.nesting", file=path.name, row=row, most=DEEPEST) from error
    raise BadInputError("import.cut" if cut else "import.json", file=path.name, row=row) from error


def _shallow(found: Any, path: Path, row: int) -> Any:
    """The value, unless it is nested deeper than any case."""
    level = [found]
    for _ in range(DEEPEST):
        level = [
            part
            for value in level
            if isinstance(value, dict | list)
            for part in (value.values() if isinstance(value, dict) else value)
            if isinstance(part, dict | list)
        ]
        if not level:
            return found
    raise BadInputError("import.nesting", file=path.name, row=row, most=DEEPEST)
