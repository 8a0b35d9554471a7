"""Cards: what an agent reads when something has come up that needs another way of talking.

A card is shown once, when what it waits for comes about: an answer (`when`), a stop condition (`stop`), or two
readings of the mood that were each worse than the one before (`worsening`).

Sources of the shipped ones: TEXAS, IDEA, CARERS and BLAKE are protocols of the Money Advice Trust and the Personal
Finance Research Centre (Vulnerability: a guide for debt collection, 2017); LEAPS is G. Thompson's (Verbal Judo).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from visitcli.domain import expression as ex
from visitcli.domain.errors import BadInputError
from visitcli.domain.expression import Value
from visitcli.domain.mood import worsening
from visitcli.domain.table import Table
from visitcli.domain.texts import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`text`: a line for each step. Exactly one of `when`, `stop` (a code) and `worsening` is given."""

    code: str
    label: Bilingual
    text: Bilingual
    when: str = ""
    condition: ex.Expression | None = None
    stop: str = ""
    worsening: bool = False


def read_card(table: Table) -> Card:
    """One `[[cards]]` table. Raises BadInputError as `parse_script` does."""
    when, condition = table.expression("when")
    card = Card(
        code=table.name("code"),
        label=table.bilingual("label", required=True),
        text=table.bilingual("text", required=True),
        when=when,
        condition=condition,
        stop=table.text("stop"),
        worsening=table.flag("worsening"),
    )
    table.finish()
    if sum(map(bool, (condition, card.stop, card.worsening))) != 1:
        raise BadInputError("script.value", where=table.place("when"), value=when, expected="when / stop / worsening")
    return card


def due(cards: Iterable[Card], answers: Mapping[str, Value], stops: Collection[str]) -> tuple[str, ...]:
    """The codes of the cards whose time has come, by the answers that count and the stop conditions applied."""
    return tuple(card.code for card in cards if _is_due(card, answers, stops))


def _is_due(card: Card, answers: Mapping[str, Value], stops: Collection[str]) -> bool:
    if card.condition is not None:
        return ex.evaluate(card.condition, answers)
    return worsening(answers) if card.worsening else card.stop in stops
