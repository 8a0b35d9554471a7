"""Setting a rule aside: by the agent with a reason, by a supervisor with a code that the office signed, by nobody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from visitcli.domain.errors import ForbiddenError, NotFoundError, UsageError
from visitcli.domain.rules_pack import Pack, Rule
from visitcli.domain.texts import plain_text

REASON_LEAST, REASON_MOST = 6, 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rules (by id) are to be set aside, why, and the codes from the office."""

    rules: tuple[str, ...] = ()
    reason: str = ""
    codes: tuple[str, ...] = ()


NOTHING_ASKED = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A rule that was set aside: `by` agent or supervisor, and why."""

    rule: str
    kind: str
    by: str
    reason: str

    @property
    def document(self) -> dict[str, Any]:
        """For the journal."""
        return asdict(self)


def accepted(pack: Pack, case_id: str, asked: Asked) -> tuple[Override, ...]:
    """What of that may be set aside for a visit of this case.

    Raises NotFoundError `override.no_rule`, ForbiddenError `override.nobody`, `override.needs_code`, UsageError
    `override.no_reason`.
    """
    if not asked.rules:
        return ()
    reason = plain_text(asked.reason, REASON_MOST, "reason")
    if len(reason) < REASON_LEAST:
        raise UsageError("override.no_reason", least=REASON_LEAST)
    return tuple(_accepted(pack.by_id(rule_id), rule_id, case_id, reason) for rule_id in dict.fromkeys(asked.rules))


def _accepted(rule: Rule | None, rule_id: str, case_id: str, reason: str) -> Override:
    if rule is None:
        raise NotFoundError("override.no_rule", value=rule_id[:80])
    if rule.override == "nobody":
        raise ForbiddenError("override.nobody", case_id=case_id, rule=rule.id)
    if rule.override == "supervisor":
        raise ForbiddenError("override.needs_code", case_id=case_id, rule=rule.id)
    return Override(rule=rule.id, kind=rule.kind, by="agent", reason=reason)
