"""From a row of a case file to a case: which cells go where, what is refused, what is warned of.

A row becomes `Taken`: the case as it would be stored and the paths that the row speaks of (an update touches no
others). A cell that makes no sense is kept under its heading among the case's `extra`, and not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from visitcli.domain import values
from visitcli.domain.columns import Column, Layout
from visitcli.domain.fields import FIELDS, RATES, Cells, Plain, Problem, converted, converter
from visitcli.domain.intake_places import PlaceColumns, Terms
from visitcli.domain.rates import OF_FRACTIONS
from visitcli.domain.rownotes import LONGEST_KEPT, Finding, Path, RowError, RowNotes
from visitcli.domain.values import folded, plain

LONGEST_NUMBER = 64

_FOOTNOTE = re.compile(r"(?:注|备注|说明|制表|填表|审核|打印|导出|复核|note)\w{0,4}[:：]", re.IGNORECASE)
_HOLD_BREAKS = re.compile(r"[,，;；、/|+\n]+")

# Promises, contacts and holds of which a row has room for one: field -> (key, kind).
_CONTACT = {
    "contact_at": ("at", "moment"),
    "contact_by": ("by", "code:contact_by"),
    "contact_result": ("result", "text"),
}
_PROMISE = {"promise_date": ("due_date", "date"), "promise_amount": ("amount_fen", "money")}
_HOLD = {"hold_since": ("since", "date"), "hold_until": ("until", "date"), "hold_note": ("note", "text")}


@dataclass(slots=True)
class Taken:
    """A case as a file gives it. `touched`: the paths that the file speaks of. `located`: its addresses that got the
    centre of their town or county."""

    case: Plain
    touched: frozenset[Path]
    row: int
    located: int = 0


@dataclass(slots=True)
class _Group:
    name: str
    columns: list[tuple[int, str, Cells, Column]] = field(default_factory=list)


class CaseRows:
    """Reads the rows of one sheet of cases. `warn` is given every Finding that does not refuse its row.

    `places_elsewhere`: a sheet of addresses says where the customers are.
    """

    def __init__(
        self,
        layout: Layout,
        terms: Terms,
        warn: Callable[[Finding], None],
        *,
        sheet: str = "",
        places_elsewhere: bool = False,
    ) -> None:
        self.places = PlaceColumns(layout, terms)
        self.sheet = sheet
        self._terms, self._warn = terms, warn
        self._places_elsewhere = places_elsewhere
        self._columns = layout.columns
        self._names = _distinct([column.heading for column in layout.columns])
        self._at = {column.field: column.index for column in reversed(layout.columns) if column.field}
        self._case_id_at = self._at["case_id"]
        self._case_id_heading = layout.columns[self._case_id_at].heading
        self._groups = [self._group(name, layout) for name in ("customer", "loan", "vehicle", "")]
        self._phones = [column for column in layout.columns if column.field == "phone"]
        self._phone_cells = Cells(values.phones)
        self._status = Cells(converter("code:status", terms.words))
        self._hold_codes = Cells(converter("code:hold", terms.words))
        self._extra = [column for column in layout.columns if not column.field and column.heading]
        self._bare_rates = [c for c in layout.columns if c.field in RATES and c.rate_scale is None]
        self._total_starts = frozenset(char for word in terms.words.totals for char in (word[0], word[0].upper()))
        self._flat = [name for name in ("contact_at", "promise_date", "hold") if name in self._at]
        self._touched = self._speaks_of()

    def read(self, row: Sequence[object], number: int) -> Taken | None:
        """The case in row `number`; None for a row that holds none (blank, sums, a heading again, a footnote).

        Raises RowError.
        """
        if row.count("") == len(row):  # at once: a workbook may span a million of them
            return None
        if len(row) != len(self._columns):
            row = self._fitted(row)
        case_id = self._number(row)
        if case_id is None or case_id[0] in self._total_starts or case_id == self._case_id_heading:
            if self._holds_no_case(row, case_id):
                return None
            if case_id is None:
                raise RowError("case_id", "import.no_case_number")
        notes = RowNotes(row, number, self.sheet, self._names, self._warn)
        found = {group.name: _gathered(group, notes) for group in self._groups}
        if "name" not in found["customer"]:
            raise RowError("name", "import.no_name", case_id=case_id)
        addresses, located = self.places.read(notes)
        if not addresses and not self._places_elsewhere:
            raise RowError("address", "import.no_place", case_id=case_id)
        case = self._case(case_id, addresses, found, notes)
        touched = self._touched.difference(notes.unusable) if notes.unusable else self._touched
        return Taken(case, touched, number, located)

    def raw(self, row: Sequence[object]) -> dict[str, str]:
        """A row as it stands, by heading, for the list of refused rows."""
        return {name: plain(cell) for name, cell in zip(self._names, row, strict=False) if name}

    def witnesses(self, row: Sequence[object]) -> list[tuple[str, float, float]]:
        """See PlaceColumns.witnesses; nothing for a row that is too short."""
        return self.places.witnesses(row) if len(row) >= len(self._columns) else []

    def bare_rates(self, row: Sequence[object]) -> list[tuple[str, object]]:
        """(field, cell) of a case's rates of whose unit the heading says nothing."""
        case_id = folded(plain(row[self._case_id_at])) if self._bare_rates and len(row) >= len(self._columns) else ""
        if not case_id or case_id in self._terms.words.totals:
            return []
        return [(column.field, row[column.index]) for column in self._bare_rates]

    def _fitted(self, row: Sequence[object]) -> Sequence[object]:
        width = len(self._columns)
        if len(row) < width:
            return [*row, *[""] * (width - len(row))]
        if any(plain(cell) for cell in row[width:]):
            # An unquoted comma has moved what follows it: every cell after that would be a lie.
            raise RowError("row", "import.too_many_cells", str(len(row)), plain(row[self._case_id_at]))
        return row[:width]

    def _number(self, row: Sequence[object]) -> str | None:
        cell = row[self._case_id_at]
        value = converted(values.number_text, cell)
        if isinstance(value, Problem) or (value and len(value) > LONGEST_NUMBER):
            raise RowError("case_id", "import.bad_case_number", plain(cell))
        return value or None

    def _holds_no_case(self, row: Sequence[object], case_id: str | None) -> bool:
        words = [text for text in map(plain, row) if text]
        if not words or case_id == self._case_id_heading:
            return True
        if folded(words[0]) in self._terms.words.totals and not plain(row[self._at["name"]]):
            return True
        return len(words) == 1 and bool(_FOOTNOTE.match(words[0]))

    def _case(self, case_id: str, addresses: list[Plain], found: dict[str, Plain], notes: RowNotes) -> Plain:
        """Everything in the stored order."""
        own = found[""]
        case: Plain = {"case_id": case_id, "customer": self._customer(found["customer"], notes), "addresses": addresses}
        status, words = self._status_of(notes)
        case["status"] = status
        if words:
            case["status_text"] = words
        case["stage"] = own.get("stage", "on_site")
        for name in ("loan", "vehicle"):
            if found[name]:
                case[name] = found[name]
        if self._flat:
            self._add_flat_records(case, notes)
        for name in ("assigned_date", "return_date"):
            if name in own:
                case[name] = own[name]
        for column in self._extra:
            cell = notes.cells[column.index]
            if cell != "" and (text := plain(cell)):
                notes.extra[self._names[column.index]] = text[:LONGEST_KEPT]
        if notes.extra:
            case["extra"] = notes.extra
        return case

    def _customer(self, found: Plain, notes: RowNotes) -> Plain:
        good: dict[str, None] = {}
        for column in self._phones:
            cell = notes.cells[column.index]
            if cell == "":
                continue
            taken, bad = self._phone_cells[cell]
            good |= dict.fromkeys(taken)
            if bad:
                notes.keep(column, "import.phone", *([] if taken else [("customer", "phones")]))
        if good:
            if ("customer", "phones") in notes.unusable:
                notes.unusable.remove(("customer", "phones"))
            found["phones"] = list(good)
        return found

    def _status_of(self, notes: RowNotes) -> tuple[str, str]:
        at = self._at.get("status")
        if at is None:
            return "open", ""
        status = self._status[notes.cells[at]]
        words = notes.text(at)[: values.LONGEST_TEXT]
        if isinstance(status, Problem):
            notes.say("status", status.code, words)
            notes.unusable.append(("status",))
            return "open", words
        return status or "open", words

    def _add_flat_records(self, case: Plain, notes: RowNotes) -> None:
        contact = self._record(notes, ("contacts", "flat"), _CONTACT)
        if "at" in contact:
            case["contacts"] = [{"at": contact.pop("at"), "by": contact.pop("by", "phone")} | contact]
        promise = self._record(notes, ("promises", "flat"), _PROMISE)
        if "due_date" in promise:
            case["promises"] = [promise | {"status": "open"}]
        holds = self._holds(notes)
        if holds:
            case["holds"] = holds

    def _record(self, notes: RowNotes, path: Path, parts: dict[str, tuple[str, str]]) -> Plain:
        record: Plain = {}
        for name, (key, kind) in parts.items():
            at = self._at.get(name)
            if at is None or notes.cells[at] == "":
                continue
            value = converted(converter(kind, self._terms.words, self._columns[at].scale), notes.cells[at])
            if isinstance(value, Problem):
                notes.keep(self._columns[at], value.code, path)
            elif value is not None:
                record[key] = value
        return record

    def _holds(self, notes: RowNotes) -> list[Plain]:
        at = self._at.get("hold")
        if at is None or notes.cells[at] == "":
            return []
        about = self._record(notes, ("holds",), _HOLD)
        holds: dict[str, Plain] = {}
        for part in _HOLD_BREAKS.split(notes.text(at)):
            code = self._hold_codes[part]
            if isinstance(code, Problem):
                notes.keep(self._columns[at], code.code, ("holds",))
            elif code is not None:
                holds[code] = {"code": code} | about
        return list(holds.values())

    def _group(self, name: str, layout: Layout) -> _Group:
        """The columns of one part of a case, in the stored order."""
        group = _Group(name)
        by_field = {column.field: column for column in reversed(layout.columns)}
        for known, about in FIELDS.items():
            column = by_field.get(known)
            if column is not None and about.group == name:
                bare = OF_FRACTIONS if known in self._terms.fractions else values.PER_CENT
                cells = Cells(converter(about.kind, self._terms.words, column.scale, column.rate_scale or bare))
                group.columns.append((column.index, about.key, cells, column))
        return group

    def _speaks_of(self) -> frozenset[Path]:
        paths: set[Path] = {("extra", name) for name in self._names if name}
        for group in self._groups:
            paths |= {_path(group.name, key) for _, key, _, _ in group.columns}
        if self._phones:
            paths.add(("customer", "phones"))
        own: dict[str, Path] = {"status": ("status",), "hold": ("holds",)}
        own |= {"contact_at": ("contacts", "flat"), "promise_date": ("promises", "flat")}
        return frozenset(paths | self.places.paths | {path for name, path in own.items() if name in self._at})


def _gathered(group: _Group, notes: RowNotes) -> Plain:
    into: Plain = {}
    cells = notes.cells
    for index, key, values_of, column in group.columns:
        value = values_of[cells[index]]
        if value is None:
            continue
        if value.__class__ is Problem:
            notes.keep(column, value.code, _path(group.name, key))
        else:
            into[key] = value
    return into


def _path(group: str, key: str) -> Path:
    return (group, key) if group else (key,)


def _distinct(headings: Sequence[str]) -> list[str]:
    """Headings as keys: a second one of the same name gets a number."""
    seen: dict[str, int] = {}
    names = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        names.append(f"{heading} ({seen[heading]})" if heading and seen[heading] > 1 else heading)
    return names
