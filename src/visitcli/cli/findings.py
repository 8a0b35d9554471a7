"""Why a case is not visited, in words: for `plan`, which leaves it out, and for `visit`, which refuses it."""

from __future__ import annotations

from collections.abc import Mapping

from visitcli.words import Words


def sentence(code: str, context: Mapping[str, object], words: Words) -> str:
    """The sentence for one finding (`domain.rules.Finding`, or one of planning's own)."""
    values = dict(context)
    if code == "held":
        values["hold"] = words(f"field.hold.{values['hold']}")
    if code == "not_open":
        values["status"] = words(f"field.status.{values['status']}")
    if code == "stopped":
        values["stop"] = _stop_label(str(values["stop"]), words)
    until = values.get("until")
    return words(f"finding.{code}", **values) + (words("finding.until", until=until) if until else "")


def _stop_label(code: str, words: Words) -> str:
    """What the script calls a stop condition, or an answer after which nobody goes there for a while."""
    from visitcli.app import scripts

    script = scripts.shipped()
    named = script.stop_by_code.get(code) or next((rest for rest in script.rests if rest.name == code), None)
    return named.label.get(words.language) or code if named else code
