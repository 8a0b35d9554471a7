"""What can be offered for a case: its loan, what the household can carry, and what the agent may agree to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from visitcli.app import lookup
from visitcli.app.runtime import Runtime
from visitcli.domain.amortisation import LONGEST, half_up
from visitcli.domain.budget import Budget
from visitcli.domain.errors import BadInputError, UsageError
from visitcli.domain.loan import LoanFacts
from visitcli.domain.options import Authority, Ways, Wish, options_for
from visitcli.domain.settings import Settings
from visitcli.store import cases, visits

MOST_FEN = 1_000_000_000_00
MOST_DEPENDANTS = 50
ANSWERS = ("income", "essentials", "dependants", "priority_debts", "support")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command was asked: a month's amounts in yuan as they were typed, None where nothing was said."""

    income: str | None = None
    essentials: str | None = None
    dependants: int | None = None
    priority_debts: str | None = None
    support: str | None = None
    months: int | None = None
    pause: int | None = None
    longer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The ways out of one case's arrears. `budget_from`: "asked", "visit" (what the last visit heard) or ""."""

    case_id: str
    name: str
    ways: Ways
    budget_from: str
    heard_on: str = ""


def offer(runtime: Runtime, reference: str, asked: Asked) -> Offer:
    """Reckon every option. Raises UsageError `options.amount`, `options.count`, `options.no_income` and those of
    `lookup`."""
    case_id = lookup.case_id(runtime, reference)
    body = cases.body(runtime.store, case_id) or {}
    heard, heard_on = _heard(runtime, case_id)
    said = {name: getattr(asked, name) for name in ANSWERS}
    if any(value is not None for value in said.values()):
        budget: Budget | None = _budget({**heard, **_given(said)}, runtime.settings)
        source, heard_on = "asked", ""
    else:
        budget = _budget(heard, runtime.settings) if heard.get("income") is not None else None
        source = "visit" if budget else ""
    wish = Wish(
        catch_up_months=_count(asked.months, "months", LONGEST),
        pause_months=_count(asked.pause, "pause", LONGEST),
        extension_months=_count(asked.longer, "longer", LONGEST),
    )
    loan = LoanFacts.of(body.get("loan", {}))
    ways = options_for(loan, budget, authority_of(runtime.settings), runtime.today(), wish)
    name = str(body.get("customer", {}).get("name", ""))
    return Offer(case_id=case_id, name=name, ways=ways, budget_from=source, heard_on=heard_on if source else "")


def write_sheet(runtime: Runtime, found: Offer, file: Path, say: Callable[..., str], language: str) -> None:
    """Write the sheet that the customer may keep. Raises BadInputError `sheet.cannot_write`."""
    from visitcli.files import part_of, put
    from visitcli.formats.customer_sheet import sheet

    page = sheet(found.name, found.ways, runtime.today(), say, language)
    try:
        target = file.expanduser().absolute()
        with part_of(target.parent) as (part, stream):
            stream.write(page.encode())
            put(part, stream, target)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or ""
        raise BadInputError("sheet.cannot_write", file=str(file), reason=reason) from error


def authority_of(settings: Settings) -> Authority:
    """What the office lets the agent agree to."""
    return Authority(
        catch_up_months=settings.max_instalments,
        pause_months=settings.max_pause_months,
        extension_months=settings.max_extension_months,
        penalty_percent=settings.penalty_reduction_percent,
        settlement_percent=settings.settlement_reduction_percent,
    )


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _heard(runtime: Runtime, case_id: str) -> tuple[dict[str, Any], str]:
    """What the household said of its budget in the last visit that heard of it, and when."""
    for row in reversed(visits.of_case(runtime.store, case_id)):
        answers = (row["record"] or {}).get("answers", {})
        if answers.get("income") not in (None, ""):
            return {name: answers[name] for name in ANSWERS if answers.get(name) not in (None, "")}, row["started_at"]
    return {}, ""


def _budget(said: Mapping[str, Any], settings: Settings) -> Budget:
    if said.get("income") is None:
        raise UsageError("options.no_income")
    return Budget(
        income_fen=_fen(said["income"], "income"),
        essentials_fen=_fen(said.get("essentials", 0), "essentials"),
        dependants=_count(int(said.get("dependants", 0)), "dependants", MOST_DEPENDANTS, least=0) or 0,
        dependants_fen=_fen(said.get("support", 0), "support"),
        priority_debts_fen=_fen(said.get("priority_debts", 0), "priority_debts"),
        floor_fen=half_up(Decimal(str(settings.living_floor)) * 100),
    )


def _fen(value: object, name: str) -> int:
    try:
        fen = Decimal(str(value).strip().replace(",", "").replace("，", "")) * 100
    except ArithmeticError as error:
        raise UsageError("options.amount", option=name, value=str(value)[:40]) from error
    if not fen.is_finite() or not 0 <= fen <= MOST_FEN or fen != fen.to_integral_value():
        raise UsageError("options.amount", option=name, value=str(value)[:40])
    return int(fen)


def _count(value: int | None, name: str, most: int, *, least: int = 1) -> int | None:
    if value is not None and not least <= value <= most:
        raise UsageError("options.count", option=name, value=value, least=least, most=most)
    return value
