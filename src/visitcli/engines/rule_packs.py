"""The rule packs: those that are shipped, and an office's own that extends one of them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from visitcli.domain.errors import BadInputError, NotFoundError
from visitcli.domain.rules_pack import Pack, base_of, read

LARGEST = 512 * 1024


@cache
def shipped(name: str) -> Pack:
    """A shipped pack with those that it builds on. Raises NotFoundError `rules.no_pack`."""
    source = resources.files("visitcli") / "data" / "rules" / f"{name}.toml"
    if not name.replace("-", "").isalnum() or not source.is_file():
        raise NotFoundError("rules.no_pack", value=name[:40])
    text = source.read_text(encoding="utf-8")
    base = base_of(text, name)
    return read(text, name, shipped(base) if base else None)


def own(path: Path, jurisdiction: str) -> Pack:
    """An office's pack, which must build on the pack of the jurisdiction (or on one that this one builds on).

    Raises NotFoundError `rules.no_file`; BadInputError `rules.unreadable`, `rules.other_base` and those of
    `rules_pack.read`.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise NotFoundError("rules.no_file", file=str(path)) from error
    except OSError as error:
        raise BadInputError("rules.unreadable", file=str(path), reason=error.strerror or "") from error
    try:
        text = raw.decode("utf-8-sig") if len(raw) <= LARGEST else ""
    except UnicodeDecodeError as error:
        raise BadInputError("rules.unreadable", file=str(path), reason="UTF-8") from error
    base = shipped(jurisdiction)
    if base_of(text, str(path)) != base.id:
        raise BadInputError("rules.other_base", file=str(path), row=1, base=base.id)
    return read(text, str(path), base)
