"""`visitcli options`: the ways out of a case's arrears, each with its figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk

if TYPE_CHECKING:
    from visitcli.app.offering import Offer
    from visitcli.domain.options import Option


def options(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)],
    income: Annotated[str | None, typer.Option("--income", metavar="YUAN")] = None,
    essentials: Annotated[str | None, typer.Option("--essentials", metavar="YUAN")] = None,
    dependants: Annotated[int | None, typer.Option("--dependants", metavar="N")] = None,
    priority_debts: Annotated[str | None, typer.Option("--priority-debts", metavar="YUAN")] = None,
    support: Annotated[str | None, typer.Option("--support", metavar="YUAN")] = None,
    months: Annotated[int | None, typer.Option("--months", metavar="N")] = None,
    pause: Annotated[int | None, typer.Option("--pause", metavar="N")] = None,
    longer: Annotated[int | None, typer.Option("--longer", metavar="N")] = None,
    schedule: Annotated[str, typer.Option("--schedule", metavar="OPTION")] = "",
    sheet: Annotated[Path | None, typer.Option("--sheet", metavar="FILE.html")] = None,
) -> None:
    from visitcli.app import offering

    desk: Desk = ctx.obj
    asked = offering.Asked(
        income=income,
        essentials=essentials,
        dependants=dependants,
        priority_debts=priority_debts,
        support=support,
        months=months,
        pause=pause,
        longer=longer,
    )
    found = offering.offer(desk.runtime, case, asked)
    if schedule:
        _refuse_unknown(schedule)
    if sheet is not None:
        offering.write_sheet(desk.runtime, found, sheet, desk.words, desk.words.language)
        desk.terminal.note(desk.words("sheet.written", file=str(sheet)))
    if desk.terminal.json:
        desk.terminal.document(_document(desk, found))
    elif schedule:
        _tell_schedule(desk, found, schedule)
    else:
        _tell(desk, found)


def _refuse_unknown(code: str) -> None:
    from visitcli.domain.errors import UsageError
    from visitcli.domain.options import CODES

    if code not in CODES:
        raise UsageError("options.unknown", value=code[:40], known=", ".join(CODES))


def _document(desk: Desk, offer: Offer) -> dict[str, Any]:
    from visitcli.domain.money import in_yuan

    ways, budget = offer.ways, offer.ways.budget
    document: dict[str, Any] = {
        "case_id": offer.case_id,
        "arrears": None,
        "budget": None,
        "only_a_pause": ways.only_a_pause,
        "options": [_option(desk, option) for option in ways.options],
    }
    if ways.arrears:
        owed = ways.arrears
        names = ("principal_fen", "interest_fen", "penalty_fen", "compound_fen", "total_fen", "reckoned")
        document["arrears"] = {name: getattr(owed, name) for name in names}
    if budget:
        names = ("income_fen", "living_fen", "priority_debts_fen", "buffer_fen", "surplus_fen", "most_fen")
        document["budget"] = {name: getattr(budget, name) for name in names}
        document["budget"] |= {"dependants": budget.dependants, "from": offer.budget_from, "heard": offer.heard_on}
    converted = in_yuan(document)
    assert isinstance(converted, dict)  # noqa: S101 - for the type checker: a dict stays one
    return converted


def _option(desk: Desk, option: Option) -> dict[str, Any]:
    last, rate = option.last_date, option.rate
    return {
        "option": option.code,
        "label": desk.words(f"options.name.{option.code}"),
        "available": option.available,
        "missing": list(option.missing),
        "authority": option.authority,
        "months": option.months,
        "total_fen": option.total_fen if option.available else None,
        "cost_fen": option.cost_fen if option.available else None,
        "highest_fen": option.highest_fen if option.available else None,
        "waived_fen": option.waived_fen,
        "last_date": last.isoformat() if last else None,
        "rate_nominal": f"{rate.nominal:.2f}" if rate else None,
        "rate_effective": f"{rate.effective:.2f}" if rate else None,
        "missed_a_day_fen": option.missed_fen_a_day,
        "carried": option.carried,
        "holds_shock": option.holds_shock,
        "schedule": [
            {
                "number": one.number,
                "date": day.isoformat(),
                "principal_fen": one.principal_fen,
                "interest_fen": one.interest_fen,
                "other_fen": one.other_fen,
                "total_fen": one.total_fen,
                "balance_fen": one.balance_fen,
            }
            for one, day in zip(option.schedule, option.dates, strict=True)
        ],
    }


def _tell(desk: Desk, offer: Offer) -> None:
    from visitcli.domain.money import yuan_grouped

    words, terminal, ways = desk.words, desk.terminal, offer.ways
    terminal.out(words("options.title", case_id=offer.case_id, name=offer.name))
    owed = ways.arrears
    if owed:
        items = {
            key: yuan_grouped(getattr(owed, f"{key}_fen")) for key in ("principal", "interest", "penalty", "total")
        }
        terminal.out(words("options.owed_reckoned" if owed.reckoned else "options.owed", **items))
    if ways.budget:
        budget = ways.budget
        amounts = {
            key: yuan_grouped(getattr(budget, f"{key}_fen"))
            for key in ("income", "living", "buffer", "surplus", "most")
        }
        terminal.out(words("options.budget", **amounts))
        if offer.heard_on:
            terminal.out(words("options.heard", date=offer.heard_on[:10]))
    if ways.only_a_pause:
        terminal.out(words("options.only_a_pause"))
    for option in ways.options:
        terminal.out("")
        _tell_option(desk, option)
    if not ways.budget:
        terminal.note(words("options.say_income", case_id=offer.case_id))
    terminal.note(words("options.consent"))


def _tell_option(desk: Desk, option: Option) -> None:
    """Three lines at most, the first with the name."""
    from visitcli.domain.money import yuan_grouped

    words, terminal = desk.words, desk.terminal
    name = words(f"options.name.{option.code}")
    if option.missing:
        fields = words("options.and").join(words(f"options.field.{field}") for field in option.missing)
        terminal.out(f"{name}  {words('options.missing', fields=fields)}")
        return
    if not option.available:
        terminal.out(f"{name}  {words('options.nothing' if option.authority else 'options.no_authority')}")
        return
    months = words(f"options.months.{option.code}", months=option.months) if option.months else ""
    carried = {True: "options.carried", False: "options.not_carried", None: ""}[option.carried]
    if option.carried and not option.holds_shock:
        carried = "options.carried_barely"
    terminal.out("  ".join(part for part in (name, months, words(carried) if carried else "") if part))
    figures = {key: yuan_grouped(getattr(option, f"{key}_fen")) for key in ("total", "cost", "highest", "waived")}
    one, last = len(option.schedule) == 1, option.last_date
    terminal.out("  " + words("options.at_once" if one else "options.by_month", last=last, **figures))
    more = [words("options.waived", **figures)] if option.waived_fen else []
    if option.rate:
        more.append(
            words("options.rate", nominal=f"{option.rate.nominal:.2f}", effective=f"{option.rate.effective:.2f}")
        )
    if option.missed_fen_a_day:
        more.append(words("options.missed", amount=yuan_grouped(option.missed_fen_a_day)))
    if more:
        terminal.out("  " + words("options.and").join(more))


def _tell_schedule(desk: Desk, offer: Offer, code: str) -> None:
    from visitcli.domain.money import yuan_grouped

    option = next((one for one in offer.ways.options if one.code == code), None)
    if option is None or not option.available:
        desk.terminal.out(desk.words("options.not_offered", option=desk.words(f"options.name.{code}")))
        return
    desk.terminal.out(f"{offer.case_id}  {desk.words(f'options.name.{code}')}")
    columns = ("number", "date", "total", "principal", "interest", "other", "balance")
    rows = [
        [
            str(one.number),
            day.isoformat(),
            *(
                yuan_grouped(amount)
                for amount in (one.total_fen, one.principal_fen, one.interest_fen, one.other_fen, one.balance_fen)
            ),
        ]
        for one, day in zip(option.schedule, option.dates, strict=True)
    ]
    desk.terminal.table(
        [desk.words(f"options.column.{column}") for column in columns], rows, right=frozenset({0, 2, 3, 4, 5, 6})
    )
