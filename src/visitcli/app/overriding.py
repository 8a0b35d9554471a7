"""Setting a rule aside: by the agent with a reason, by a supervisor with a code that the office signed, by nobody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import ForbiddenError, NotFoundError, UsageError
from visitcli.domain.overrides import LONGEST, Code, Permit, UnreadableCode, fingerprint, read, write
from visitcli.domain.rules_pack import Pack, Rule
from visitcli.domain.texts import plain_text

REASON_LEAST, REASON_MOST = 6, 2000
HOLD_RULE = "hold."
"""With the hold's code behind it: what a code of the office names in a rule's place that lets the agent lift it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rules (by id) are to be set aside, why, and the codes from the office."""

    rules: tuple[str, ...] = ()
    reason: str = ""
    codes: tuple[str, ...] = ()


NOTHING_ASKED = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A rule that was set aside: `by` agent or supervisor, why, and until when the supervisor's code holds."""

    rule: str
    kind: str
    by: str
    reason: str
    until: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """For the journal."""
        return asdict(self)


def accepted(runtime: Runtime, pack: Pack, case_id: str, asked: Asked) -> tuple[Override, ...]:
    """What of that may be set aside for a visit of this case, now.

    Raises NotFoundError `override.no_rule`, UsageError `override.no_reason`, ForbiddenError `override.nobody`,
    `override.needs_code`, and what `refuse_code` raises.
    """
    if not asked.rules:
        return ()
    reason = reason_of(asked.reason)
    return tuple(
        _accepted(runtime, pack.by_id(rule_id), rule_id, case_id, reason, asked.codes)
        for rule_id in dict.fromkeys(asked.rules)
    )


def reason_of(text: str) -> str:
    """A reason, long enough to be one. Raises UsageError `override.no_reason`."""
    reason = plain_text(text, REASON_MOST, "reason")
    if len(reason) < REASON_LEAST:
        raise UsageError("override.no_reason", least=REASON_LEAST)
    return reason


def _accepted(
    runtime: Runtime, rule: Rule | None, rule_id: str, case_id: str, reason: str, codes: tuple[str, ...]
) -> Override:
    if rule is None:
        raise NotFoundError("override.no_rule", value=rule_id[:80])
    if rule.override == "nobody":
        raise ForbiddenError("override.nobody", case_id=case_id, rule=rule.id)
    if rule.override == "agent":
        return Override(rule=rule.id, kind=rule.kind, by="agent", reason=reason)
    until = permitted(runtime, case_id, rule.id, codes)
    return Override(rule=rule.id, kind=rule.kind, by="supervisor", reason=reason, until=until.isoformat())


def permitted(runtime: Runtime, case_id: str, rule: str, codes: tuple[str, ...]) -> datetime:
    """Until when one of the codes lets this agent set this rule aside for this case.

    Raises ForbiddenError `override.needs_code`, `override.no_office_key`, and of the last code why it does not hold:
    `override.mistyped`, `override.newer`, `override.other_office`, `override.too_early`, `override.too_late`,
    `override.not_for_this`.
    """
    if not codes:
        raise ForbiddenError("override.needs_code", case_id=case_id, rule=rule)
    refused: ForbiddenError | None = None
    for text in codes:
        try:
            return _holds(runtime, case_id, rule, text)
        except ForbiddenError as error:
            refused = error
    assert refused is not None  # noqa: S101 - there was a code, and it was refused
    raise refused


def _holds(runtime: Runtime, case_id: str, rule: str, text: str) -> datetime:
    from visitcli.engines import signing

    context: dict[str, object] = {"case_id": case_id, "rule": rule}
    try:
        code = read(text)
    except UnreadableCode as error:
        raise ForbiddenError(f"override.{'newer' if error.why == 'version' else 'mistyped'}", **context) from error
    office = signing.public_key(runtime.settings.office_key)
    if office is None:
        raise ForbiddenError("override.no_office_key", **context)
    if code.key != fingerprint(office):
        raise ForbiddenError("override.other_office", **context)
    permit = _permit(runtime, case_id, rule, code)
    if not signing.verifies(office, code.signature, permit.message):
        raise ForbiddenError("override.not_for_this", agent=runtime.agent.id, **context)
    now = runtime.now()
    if now < code.since:
        raise ForbiddenError("override.too_early", since=_local(runtime, code.since), **context)
    if now >= code.until:
        raise ForbiddenError("override.too_late", until=_local(runtime, code.until), **context)
    return code.until.astimezone(now.tzinfo)


def _permit(runtime: Runtime, case_id: str, rule: str, code: Code) -> Permit:
    return Permit(agent=runtime.agent.id, case_id=case_id, rule=rule, since=code.since, until=code.until)


def _local(runtime: Runtime, moment: datetime) -> str:
    return f"{moment.astimezone(runtime.now().tzinfo):%Y-%m-%d %H:%M}"


def signed(key: Path, permit: Permit) -> str:
    """The code for a permit, by the office's key file. Raises UsageError `office.times`, and as `signing.sign`."""
    from visitcli.engines import signing

    if not permit.since < permit.until <= permit.since + LONGEST:
        raise UsageError("office.times", days=LONGEST.days)
    public, signature = signing.sign(key, permit.message)
    return write(permit, public, signature)
