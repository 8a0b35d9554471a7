"""Why a case is not visited, in words: for `plan`, which leaves it out, for `visit`, which refuses it, and for
`rules check`, which says it beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from visitcli.words import Words

if TYPE_CHECKING:
    from visitcli.domain.rules_check import Finding


def sentence(code: str, context: Mapping[str, object], words: Words) -> str:
    """The sentence for one finding (`domain.rules.Finding`, or one of planning's own)."""
    values = dict(context)
    if code == "held":
        values["hold"] = words(f"field.hold.{values['hold']}")
    if code == "not_open":
        values["status"] = words(f"field.status.{values['status']}")
    if code == "stopped":
        values["stop"] = _stop_label(str(values["stop"]), words)
    if "question" in values:
        values["question"] = _question_label(str(values["question"]), words)
    if "place" in values:
        values["place"] = words(f"field.kind.{values['place']}")
    if words.language == "zh" and "name_zh" in values:
        values["name"] = values["name_zh"]
    until = values.get("until")
    return words(f"finding.{code}", **values) + (words("finding.until", until=until) if until else "")


def reported(finding: Finding, words: Words) -> dict[str, Any]:
    """A finding of the rules as the contract has it, with what the rule says as a whole."""
    message = sentence(finding.code, finding.context, words)
    if finding.rule is None:
        return {"rule": None, "level": "block", "override": "nobody", "message": message, "source": ""}
    rule = finding.rule
    return {
        "rule": rule.id,
        "level": rule.level,
        "override": rule.override,
        "message": message,
        "source": rule.source,
        "source_class": rule.source_class,
        "text": rule.text[words.language],
    }


def _question_label(name: str, words: Words) -> str:
    from visitcli.app import scripts

    question = scripts.shipped().by_name.get(name)
    return (question.label.get(words.language) or name) if question else name


def _stop_label(code: str, words: Words) -> str:
    """What the script calls a stop condition, or an answer after which nobody goes there for a while."""
    from visitcli.app import scripts

    script = scripts.shipped()
    named = script.stop_by_code.get(code) or next((rest for rest in script.rests if rest.name == code), None)
    return named.label.get(words.language) or code if named else code
