"""The script that guides a visit: the shipped one for a new visit, the stored one for a visit already begun."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path

from visitcli.domain.errors import BadInputError, NotFoundError
from visitcli.domain.script import Script, parse_script
from visitcli.domain.wording import Wording, parse_wording
from visitcli.store import documents
from visitcli.store.database import Store

SHIPPED, WORDING = "visit.toml", "wording.toml"
LARGEST = 2 * 1024 * 1024


@cache
def shipped_text() -> str:
    """The shipped script as canonical JSON: the text by whose hash a visit remembers what it began with."""
    return json.dumps(_data(SHIPPED), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _data(name: str) -> dict[str, object]:
    import tomllib

    return tomllib.loads((resources.files("visitcli") / "data" / "scripts" / name).read_text(encoding="utf-8"))


@cache
def wording() -> Wording:
    """The phrases that are remarked upon in what an agent writes, and the words of the debt."""
    return parse_wording(_data(WORDING))


@cache
def _parsed(text: str) -> Script:
    return parse_script(json.loads(text))


def shipped() -> Script:
    """The shipped script."""
    return _parsed(shipped_text())


def read(path: Path) -> Script:
    """A script of the office's own, TOML or JSON. Raises NotFoundError `script.no_file`, BadInputError `script.*`."""
    import tomllib

    try:
        text = path.read_bytes()[: LARGEST + 1].decode("utf-8-sig")
        document = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except FileNotFoundError as error:
        raise NotFoundError("script.no_file", file=str(path)) from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError("script.unreadable", file=str(path), reason=str(error)[:200]) from error
    if not isinstance(document, dict) or len(text) > LARGEST:
        raise BadInputError("script.unreadable", file=str(path), reason="")
    return parse_script(document)


def of_visit(store: Store, sha256: str) -> Script:
    """The script that a visit began with."""
    return _parsed(documents.text(store, sha256))


def rest_label(code: str, language: str) -> str:
    """In words, why nobody goes there for a while: a stop condition, or an answer that the script names."""
    script = shipped()
    known = script.stop_by_code.get(code) or next((rest for rest in script.rests if rest.name == code), None)
    return known.label.get(language) if known else code


def outcome_label(outcome: str, language: str) -> str:
    """An outcome in words, as the shipped script calls it."""
    known = shipped().outcome_by_name.get(outcome)
    return known.label.get(language) if known else outcome
