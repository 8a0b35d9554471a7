"""settings.toml: read with the standard library, written with tomlkit so that comments stay."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visitcli.domain.errors import BadInputError
from visitcli.domain.settings import Settings, by_key, parse, plain, specs, value_of

FILE_NAME = "settings.toml"


def read(path: Path) -> Settings:
    """The settings of a file; the defaults where there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Settings()
    import tomllib

    try:
        return parse(tomllib.loads(text), str(path))
    except tomllib.TOMLDecodeError as error:
        raise BadInputError("config.not_toml", file=str(path), reason=str(error)) from error


def write(path: Path, key: str, raw: str, comment: Callable[[str], str]) -> Any:
    """Set one key and return its value; a file that is not there yet is written whole, with its comments."""
    import tomlkit

    _, spec = by_key(key)
    value = value_of(spec, raw)
    read(path)  # a file that cannot be read is not written over
    text = path.read_text(encoding="utf-8-sig") if path.exists() else template(comment)
    document = tomlkit.parse(text)
    section, entry = spec.key.split(".")
    if section not in document:
        document[section] = tomlkit.table()
    document[section][entry] = plain(value)
    parse(document.unwrap(), str(path))
    _replace(path, tomlkit.dumps(document))
    return value


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
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
