"""Records that a case has several of (payments, contacts, promises, holds, addresses), from sheets of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from visitcli.domain import values
from visitcli.domain.columns import Layout
from visitcli.domain.fields import (
    DEFAULTS,
    RECORDS,
    REQUIRED,
    Cells,
    Plain,
    Problem,
    converted,
    converter,
    ordered,
    other_hold,
)
from visitcli.domain.intake import Taken
from visitcli.domain.intake_places import PlaceColumns, Terms
from visitcli.domain.rownotes import Finding, RowError, RowNotes
from visitcli.domain.values import plain
from visitcli.domain.vocabulary import Vocabulary

KINDS = ("home", "work", "other")


def completed(kind: str, found: Plain) -> Plain | str:
    """A record in its stored order, with its defaults; the name of what it must have and has not."""
    whole = DEFAULTS.get(kind, {}) | found
    lacking = next((key for key in REQUIRED[kind] if key not in whole), None)
    return lacking if lacking else ordered(kind, whole)


class RecordRows:
    """Reads a sheet of records into lists by case number."""

    def __init__(self, layout: Layout, terms: Terms, warn: Callable[[Finding], None], sheet: str) -> None:
        self.kind = layout.kind
        self.sheet = sheet
        self._terms, self._warn = terms, warn
        self._layout = layout
        self._at = {column.field: column for column in reversed(layout.columns) if column.field}
        self._names = [column.heading for column in layout.columns]
        about = RECORDS.get(layout.kind, {})
        self._cells = [
            (column, about[column.field].key, Cells(converter(about[column.field].kind, terms.words, column.scale)))
            for column in layout.columns
            if column.field in about
        ]
        self._kinds = Cells(converter("code:address_kind", terms.words))
        self._places = PlaceColumns(_as_home(layout), terms) if layout.kind == "addresses" else None
        self.by_case: defaultdict[str, list[Plain]] = defaultdict(list)
        self.kept: defaultdict[str, Plain] = defaultdict(dict)  # cells that make no sense, by case
        self.first_row: dict[str, int] = {}

    def take(self, row: Sequence[object], number: int) -> None:
        """Read one row; what is wrong with it is warned of and, where nothing is left, the row is passed over."""
        width = len(self._layout.columns)
        cells = [*row[:width], *[""] * (width - len(row))]
        case_id = converted(values.number_text, cells[self._at["case_id"].index])
        if case_id is None or isinstance(case_id, Problem) or case_id == self._at["case_id"].heading:
            if isinstance(case_id, Problem):
                self._warn(Finding(number, "case_id", "import.bad_case_number", "", self.sheet))
            return
        notes = RowNotes(cells, number, self.sheet, self._names, self._warn)
        record = self._address(notes) if self._places else self._record(notes)
        for heading, value in notes.extra.items():
            self.kept[case_id][f"{self.sheet} {number} {heading}"] = value
        if record is not None:
            self.by_case[case_id].append(record)
            self.first_row.setdefault(case_id, number)

    def _record(self, notes: RowNotes) -> Plain | None:
        found: Plain = {}
        for column, key, cells in self._cells:
            value = cells[notes.cells[column.index]]
            if isinstance(value, Problem):
                notes.keep(column, value.code)
                other_hold(found, value, plain(notes.cells[column.index]))
            elif value is not None:
                found[key] = value
        if not found:
            return None
        record = completed(self.kind, found)
        if isinstance(record, str):
            if not notes.extra:  # otherwise the cell that makes no sense has been told already
                notes.say(record, "import.record_lacks", self.kind)
            return None
        return record

    def _address(self, notes: RowNotes) -> Plain | None:
        assert self._places is not None  # noqa: S101 - asked by the caller
        found, _ = self._places.read(notes)
        if not found:
            return None
        kind = self._kinds[notes.cells[self._at["kind"].index]]
        return found[0] | {"kind": kind if isinstance(kind, str) else "other"}

    def witnesses(self, row: Sequence[object]) -> list[tuple[str, float, float]]:
        """See PlaceColumns.witnesses."""
        whole = self._places and len(row) >= len(self._layout.columns)
        return self._places.witnesses(row) if self._places and whole else []

    @property
    def places(self) -> PlaceColumns | None:
        """The columns of a sheet of addresses that say where."""
        return self._places


def attach(taken: Taken, sheets: Sequence[RecordRows]) -> None:
    """Give a case the records that the other sheets of its file hold. Raises RowError where it then has no place."""
    case = taken.case
    for sheet in sheets:
        kept = sheet.kept.get(case["case_id"], {})
        if kept:
            case["extra"] = case.get("extra", {}) | kept
            taken.touched |= {("extra", key) for key in kept}
        records = sheet.by_case.get(case["case_id"], [])
        if sheet.kind == "addresses":
            case["addresses"] = _joined(case["addresses"], records)
            taken.located = sum("approximate" in address for address in case["addresses"])
            taken.touched |= {("addresses", kind) for kind in {record["kind"] for record in records}}
            taken.touched |= _place_paths(sheet)
            continue
        taken.touched |= {(sheet.kind,)}
        if records:
            case[sheet.kind] = records
    if not case["addresses"]:
        raise RowError("address", "import.no_place", case_id=case["case_id"])
    taken.case = ordered("", case)


def _joined(main: list[Plain], records: list[Plain]) -> list[Plain]:
    """The sheet's addresses, and of the row's own those of kinds that the sheet does not have."""
    kinds = {record["kind"] for record in records}
    every = records + [address for address in main if address["kind"] not in kinds]
    return sorted(every, key=lambda address: KINDS.index(address["kind"]))


def _place_paths(sheet: RecordRows) -> set[tuple[str, ...]]:
    paths = sheet.places.paths if sheet.places else frozenset()
    return {("addresses", kind, *path[2:]) for kind in KINDS for path in paths if len(path) == 3}


def _as_home(layout: Layout) -> Layout:
    """A sheet of addresses read as if each row were a home: the kind stands in a column of its own."""
    names = {"text": "home_address", "lat": "home_lat", "lon": "home_lon", "point": "home_point", "hours": "home_hours"}
    columns = tuple(replace(column, field=names.get(column.field, column.field)) for column in layout.columns)
    return replace(layout, columns=columns)


def unknown_cases(sheet: RecordRows, known: Callable[[str], bool]) -> list[Finding]:
    """Records of cases that their own file does not have."""
    strangers: Mapping[str, int] = {case: row for case, row in sheet.first_row.items() if not known(case)}
    return [Finding(row, "case_id", "import.unknown_case", case, sheet.sheet) for case, row in strangers.items()]


def record_of(kind: str, found: object, words: Vocabulary) -> tuple[Plain | None, list[tuple[str, str, str]]]:
    """One record from a JSON object, None where it cannot be one, and what was wrong: (field, code, value)."""
    if not isinstance(found, Mapping):
        return None, [(kind, "import.shape", plain(found))]
    record: Plain = {}
    wrong: list[tuple[str, str, str]] = []
    for name, about in RECORDS[kind].items():
        cell = found.get(name)
        if cell is None:
            continue
        value = (
            converted(converter(about.kind, words), cell)
            if not isinstance(cell, dict | list)
            else Problem("import.shape")
        )
        if isinstance(value, Problem):
            wrong.append((f"{kind}.{name}", value.code, plain(cell)))
            other_hold(record, value, plain(cell))
        elif value is not None:
            record[about.key] = value
    whole = completed(kind, record)
    if isinstance(whole, str):
        return None, wrong or [(f"{kind}.{whole}", "import.record_lacks", kind)]
    return whole, wrong
