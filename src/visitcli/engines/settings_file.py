"""settings.toml: read with the standard library, written with tomlkit so that comments stay."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visitcli.domain import settings
from visitcli.domain.errors import BadInputError
from visitcli.domain.settings import Settings, by_key, parse, plain, specs, value_of
from visitcli.files import open_at_once, part_of, put

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

FILE_NAME = "settings.toml"
LARGEST = 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what a Chinese Windows writes where nobody asks for UTF-8


def read(path: Path) -> Settings:
    """The settings of a file; the defaults where there is none.

    Raises BadInputError with the file: `config.unreadable`, `config.not_a_file`, `config.too_large`,
    `config.not_text`, `config.not_toml`, and those of `domain.settings.parse`.
    """
    return parse(_tables(path), str(path))


def unknown_keys(path: Path) -> list[str]:
    """What the file sets and no setting is; it counts for nothing. Raises as `read` does."""
    return settings.unknown_keys(_tables(path))


def write(path: Path, key: str, raw: str, comment: Callable[[str], str]) -> Any:
    """Set one key and return its value; a file that is not there yet is written whole, with its comments."""
    import tomlkit

    _, spec = by_key(key)
    value = value_of(spec, raw)
    document = _document(path, comment)
    section, entry = spec.key.split(".")
    if section not in document:
        document[section] = tomlkit.table()
    elif not isinstance(document[section], Mapping):
        raise BadInputError("config.section", key=section, file=str(path))
    document[section][entry] = plain(value)
    parse(document.unwrap(), str(path))
    _replace(path, tomlkit.dumps(document))
    return value


def _document(path: Path, comment: Callable[[str], str]) -> TOMLDocument:
    """The file to be changed; one that cannot be read is not written over."""
    import tomlkit

    _tables(path)
    try:
        return tomlkit.parse(_text(path) or template(comment))
    except ValueError as error:  # where tomlkit is stricter than the standard library
        raise BadInputError("config.not_toml", file=str(path), reason=str(error)) from error


def _tables(path: Path) -> dict[str, Any]:
    text = _text(path)
    if not text:
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number too long for Python, a list too deep
        raise BadInputError("config.not_toml", file=str(path), reason=str(error)) from error


def _text(path: Path) -> str:
    raw = _bytes(path)
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInputError("config.not_text", file=str(path))


def _bytes(path: Path) -> bytes:
    try:
        descriptor, status = open_at_once(path)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        if not stat.S_ISREG(status.st_mode):
            raise BadInputError("config.not_a_file", file=str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(descriptor)
    if len(raw) > LARGEST:
        raise BadInputError("config.too_large", file=str(path), limit=LARGEST // 1024)
    return raw


def _unreadable(path: Path, error: OSError) -> BadInputError:
    if os.path.isdir(path):  # noqa: PTH112 - Windows opens no folder; Path.is_dir may itself be refused
        return BadInputError("config.not_a_file", file=str(path))
    return BadInputError("config.unreadable", file=str(path), reason=error.strerror or "")


def template(comment: Callable[[str], str]) -> str:
    """The commented file with every default. `comment(key)` gives the sentence above a key."""
    lines: list[str] = [f"# {comment('file')}"]
    section = ""
    defaults = Settings()
    for name, spec in specs():
        head, entry = spec.key.split(".")
        if head != section:
            section = head
            lines += ["", f"[{section}]"]
        value = plain(getattr(defaults, name))
        lines += [f"# {comment(spec.key)}", f"{entry} = {_toml(value)}"]
    return "\n".join(lines) + "\n"


def _toml(value: str | int | float) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with part_of(path.parent) as (part, stream):
        stream.write(text.encode())
        put(part, stream, path)
