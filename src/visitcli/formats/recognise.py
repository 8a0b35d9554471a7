"""What kind of file a case file is, by its content: a name's ending is only a promise."""

from __future__ import annotations

import codecs
import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Literal

from visitcli.domain.errors import BadInputError, NotFoundError

FileKind = Literal["csv", "json", "jsonl", "xlsx", "xls"]

LARGEST = 1_000_000_000  # bytes
LARGEST_JSON = 250_000_000  # an array is held in memory as text

_CHUNK = 1 << 20
_HEAD = 1 << 16
_ZIP, _EMPTY_ZIP, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"Rar!": "RAR", b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip", b"SQLite format 3": "SQLite", b"\x7fELF": "ELF", b"MZ": "EXE", b"{\\rtf": "RTF",
}  # fmt: skip
_SPACE = "\ufeff \t\r\n"
_JUDGED_LINES = 20
_LONGEST_CHARACTER = 4  # bytes
_STRANGE_SHARE = 0.02  # of the first bytes: more control characters than this is no text


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that may be read: its kind, its encoding ("" for workbooks), its SHA-256 and size in bytes."""

    path: Path
    kind: FileKind
    encoding: str
    sha256: str
    size: int


def recognise(path: Path) -> Recognised:
    """What a file is. Raises NotFoundError `import.no_file`; BadInputError `import.is_folder`,
    `import.no_permission`, `import.unreadable`, `import.empty`, `import.binary`, `import.not_text`, `import.html`,
    `import.encoding`, `import.cut`, `import.too_large`."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise BadInputError("import.is_folder", file=str(path))
        if not stat.S_ISREG(mode):  # a pipe gives what it has only once, and a case file is read more than once
            raise BadInputError("import.unreadable", file=str(path), reason=os.strerror(errno.EINVAL))
        with path.open("rb") as file:
            return _recognise(path, file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError("import.no_file", file=str(path)) from error
    except PermissionError as error:
        raise BadInputError("import.no_permission", file=str(path)) from error
    except OSError as error:
        raise BadInputError("import.unreadable", file=str(path), reason=error.strerror or "") from error


def _recognise(path: Path, file: IO[bytes]) -> Recognised:
    head = file.read(_HEAD)
    size = path.stat().st_size
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise BadInputError("import.empty", file=path.name)
    if size > LARGEST:
        raise BadInputError("import.too_large", file=path.name, megabytes=LARGEST // 1_000_000)
    file.seek(0)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return Recognised(path, "xlsx", "", _digest(file), size)
    if head.startswith(_OLE):
        return Recognised(path, "xls", "", _digest(file), size)
    _refuse_other_kinds(path, head)
    digest, encoding = _text_encoding(path, file, head)
    kind = _text_kind(path, encoding)
    if kind == "json" and size > LARGEST_JSON:
        raise BadInputError("import.too_large", file=path.name, megabytes=LARGEST_JSON // 1_000_000)
    return Recognised(path, kind, encoding, digest, size)


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            raise BadInputError("import.binary", file=path.name, kind=name)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    strange = sum(head.count(code) for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1b")
    if strange > len(head) * _STRANGE_SHARE:
        raise BadInputError("import.not_text", file=path.name)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise BadInputError("import.html", file=path.name)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _text_encoding(path: Path, file: IO[bytes], head: bytes) -> tuple[str, str]:
    """SHA-256 and encoding: a byte order mark, else strict UTF-8, else GB18030."""
    candidates = ["utf-8", "gb18030"]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    failed: list[tuple[int, int]] = []
    for encoding in candidates:
        file.seek(0)
        digest, fault = _decodes(file, encoding)
        if fault is None:
            return digest, encoding
        failed.append(fault)
    # Undecodable in its last bytes only: a character was cut in two, so the file was.
    cut = next((line for line, left in failed if left <= _LONGEST_CHARACTER), None)
    if cut is not None:
        raise BadInputError("import.cut", file=path.name, row=cut)
    raise BadInputError("import.encoding", file=path.name, row=max(line for line, _ in failed))


def _decodes(file: IO[bytes], encoding: str) -> tuple[str, tuple[int, int] | None]:
    """SHA-256, and None where the whole file decodes; else the line of the first fault and the bytes after it."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder(encoding)()
    lines, read = 1, 0
    chunk = b""
    try:
        for chunk in _chunks(file):
            digest.update(chunk)
            decoder.decode(chunk)
            lines += chunk.count(b"\n")
            read += len(chunk)
        chunk = b""
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        size = file.seek(0, 2)
        held = len(error.object) - len(chunk)  # bytes that the decoder kept from the chunk before
        return "", (lines + chunk[: max(error.start - held, 0)].count(b"\n"), size - (read - held + error.start))
    return digest.hexdigest(), None


def _text_kind(path: Path, encoding: str) -> FileKind:
    with path.open(encoding=encoding, newline="") as file:
        lines = list(islice((line for line in _lines(file) if line.strip()), _JUDGED_LINES))
    if not lines:  # blanks of other kinds than the ones looked for before
        raise BadInputError("import.empty", file=path.name)
    start = lines[0].lstrip(_SPACE)[:1]
    if start == "[" and _opens_json(lines[0]):
        return "json"
    if start == "{" and _may_be_one_value("".join(lines)):
        return "json"
    # One object a line; some of the lines may be broken.
    return "jsonl" if any(map(_is_object, lines)) else "json" if start == "{" else "csv"


def _lines(file: IO[str]) -> Iterator[str]:
    """As many as there is need to look at."""
    left = _CHUNK
    while left > 0 and (line := file.readline(left)):
        left -= len(line)
        yield line


def _may_be_one_value(head: str) -> bool:
    """Whether a file that begins like this may be one JSON value: nothing is wrong before the head ends."""
    head = head.strip(_SPACE)
    try:
        return json.JSONDecoder().raw_decode(head)[1] == len(head)
    except RecursionError:
        return True
    except json.JSONDecodeError as error:
        return error.pos >= len(head) - 1 or error.msg.startswith("Unterminated string")


def _is_object(line: str) -> bool:
    line = line.strip(_SPACE)
    try:
        return line.startswith("{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _opens_json(line: str) -> bool:
    """`[` begins an array, or a CSV whose first heading is `[编号]`."""
    return line.lstrip(_SPACE + "[")[:1] in ("", "{", "]", '"')
