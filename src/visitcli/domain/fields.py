"""The fields of a case as files name them, where each is kept, and how its cells are read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from visitcli.domain import values
from visitcli.domain.values import CellError, Convert
from visitcli.domain.vocabulary import Vocabulary

Plain = dict[str, Any]  # a case as JSON values: the keys of domain.case.Case, money in fen, nothing that is empty

_CACHED_CELLS = 4_096


@dataclass(frozen=True, slots=True)
class Field:
    """`group`: customer, loan, vehicle, "" for the case itself. `key`: its name there. `kind`: how a cell is read;
    `code:x` is one of the vocabulary's values x."""

    group: str
    key: str
    kind: str


def _of(group: str, kind: str, *names: str) -> dict[str, Field]:
    suffix = "_fen" if kind == "money" else ""
    return {name: Field(group, name + suffix, kind) for name in names}


FIELDS: dict[str, Field] = {
    **_of("customer", "text", "name"),
    **_of("customer", "id", "id_number"),
    **_of("customer", "text", "employer"),
    **_of("loan", "number", "contract"),
    **_of("loan", "text", "lender"),
    **_of("loan", "code:product", "product"),
    **_of("loan", "money", "principal", "balance", "overdue", "penalty", "instalment"),
    **_of("loan", "count", "days_overdue"),
    **_of("loan", "term", "instalments_overdue", "instalments_total", "instalments_paid"),
    **_of("loan", "percent", "rate", "penalty_rate"),
    **_of("loan", "month_day", "due_day"),
    **_of("loan", "date", "start_date", "end_date", "overdue_since", "last_payment_date", "limitation_date"),
    **_of("vehicle", "capitals", "plate", "vin"),
    **_of("vehicle", "text", "model"),
    **_of("", "code:stage", "stage"),
    **_of("", "date", "assigned_date", "return_date"),
}

RATES = frozenset(name for name, about in FIELDS.items() if about.kind == "percent")

# Records that a case has several of: sheet kind -> field -> (key, kind).
RECORDS: dict[str, dict[str, Field]] = {
    "payments": _of("payments", "date", "due_date", "paid_date") | _of("payments", "money", "due", "paid"),
    "contacts": _of("contacts", "moment", "at")
    | _of("contacts", "code:contact_by", "by")
    | _of("contacts", "text", "result", "note", "who"),
    "promises": _of("promises", "date", "due_date", "made_at")
    | _of("promises", "money", "amount")
    | _of("promises", "code:promise_status", "status"),
    "holds": _of("holds", "code:hold", "code") | _of("holds", "date", "since", "until") | _of("holds", "text", "note"),
}
REQUIRED = {"payments": ("due_date",), "contacts": ("at", "by"), "promises": ("due_date", "status"), "holds": ("code",)}
DEFAULTS: dict[str, Plain] = {"contacts": {"by": "phone"}, "promises": {"status": "open"}}
ORDER: dict[str, tuple[str, ...]] = {
    "": (
        "case_id", "customer", "addresses", "status", "status_text", "stage", "loan", "vehicle", "payments",
        "contacts", "promises", "holds", "assigned_date", "return_date", "extra",
    ),
    "customer": ("name", "id_number", "phones", "employer"),
    "loan": tuple(field.key for field in FIELDS.values() if field.group == "loan"),
    "vehicle": ("plate", "vin", "model"),
    "payments": ("due_date", "due_fen", "paid_date", "paid_fen"),
    "contacts": ("at", "by", "result", "note", "who"),
    "promises": ("due_date", "amount_fen", "made_at", "status"),
    "holds": ("code", "since", "until", "note"),
}  # fmt: skip


class Problem(NamedTuple):
    """A cell that makes no sense: why."""

    code: str


UNKNOWN_HOLD = "import.unknown_hold"


def other_hold(record: Plain, problem: Problem, said: str) -> None:
    """A hold for a reason that nobody knows is a hold: it is kept as `other`, with its own words."""
    if problem.code == UNKNOWN_HOLD:
        record["code"] = "other"
        record["note"] = said


class Cells(dict[object, Any]):
    """A converter that remembers: cell -> value, None for nothing, or a Problem. Columns repeat themselves."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self.convert = convert

    def __missing__(self, cell: object) -> Any:
        value = converted(self.convert, cell)
        if len(self) >= _CACHED_CELLS:
            self.clear()
        self[cell] = value
        return value


def converted(convert: Convert, cell: object) -> Any:
    """The value of a cell, or a Problem."""
    try:
        return convert(cell)
    except CellError as refused:
        return Problem(refused.code)


def converter(kind: str, words: Vocabulary, scale: int = 1, rate_scale: Decimal = values.PER_CENT) -> Convert:
    """How cells of a kind are read; `scale` is for money, `rate_scale` for rates."""
    if kind.startswith("code:"):
        name = kind.removeprefix("code:")
        return values.choice(words.values[name], f"import.unknown_{name}")
    if kind == "money":
        return values.fen if scale == 1 else partial(values.fen, scale=scale)
    return partial(values.percent, scale=rate_scale) if kind == "percent" else _CONVERTERS[kind]


_CONVERTERS: dict[str, Convert] = {
    "text": values.text,
    "number": values.number_text,
    "capitals": values.capitals,
    "id": values.id_number,
    "count": values.count,
    "term": partial(values.count, high=600),
    "month_day": partial(values.count, low=1, high=31),
    "date": values.day,
    "moment": values.moment,
}


def ordered(group: str, found: Plain) -> Plain:
    """The same values in the one order in which they are stored."""
    return {key: found[key] for key in ORDER[group] if key in found}
