"""From a case file to rows that can be read: its sheets understood, its coordinates' system decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from statistics import median
from typing import Any, Literal, Protocol

from visitcli.domain.case import Crs
from visitcli.domain.columns import HEADING_WITHIN, Layout, explain_missing, find_layout
from visitcli.domain.crs_guess import SYSTEMS, guess_crs
from visitcli.domain.errors import BadInputError
from visitcli.domain.intake import CaseRows, Taken
from visitcli.domain.intake_nested import CaseObjects
from visitcli.domain.intake_places import PlaceColumns, Terms
from visitcli.domain.intake_records import RecordRows, attach, unknown_cases
from visitcli.domain.rates import in_fractions
from visitcli.domain.rownotes import Finding
from visitcli.domain.values import folded
from visitcli.domain.vocabulary import CASES, Vocabulary
from visitcli.engines.gazetteer import gazetteer
from visitcli.formats.objects import Objects, open_objects
from visitcli.formats.recognise import Recognised
from visitcli.formats.tables import Row, Table, open_tables
from visitcli.formats.vocabulary_file import shipped

SAMPLED_ROWS = 2_000  # that the coordinates' system and the rates' unit are decided from
DEFAULT_CRS: Crs = "gcj02"

Warn = Callable[[Finding], None]
Said = tuple[str, float, float]  # address, latitude, longitude as the file has them
Rate = tuple[str, object]  # field, cell
CrsSource = Literal["option", "headings", "file", "unsure", "none"]


@dataclass(frozen=True, slots=True)
class CrsDecision:
    """Which system the file's coordinates are in ("column" where each row names its own), and who said so. For `file`
    and `unsure`: the likeliest system by the file's `places`, and the chance (0 to 1) that it is right."""

    crs: str
    by: CrsSource
    confidence: float | None = None
    places: int = 0
    likeliest: str = ""

    @property
    def system(self) -> Crs:
        """The system of numbers whose row names none."""
        return next((crs for crs in SYSTEMS if crs == self.crs), DEFAULT_CRS)


class Reader(Protocol):
    """Reads the rows of one sheet, or the objects of a file. `sheet`: "" where a file has only one."""

    sheet: str

    def read(self, row: Any, number: int) -> Taken | None:
        """See CaseRows.read."""

    def raw(self, row: Any) -> dict[str, str]:
        """A row as it stands."""


class Source(Protocol):
    """A file opened for import."""

    decision: CrsDecision
    sheets_passed_over: list[str]

    def rows(self) -> Iterator[tuple[int, Any, Reader]]:
        """Number, row, and what reads it."""

    def share_read(self) -> float:
        """How much of the file has been read, 0 to 1."""

    def report_strangers(self, known: Callable[[str], bool]) -> None:
        """Warn of records whose case the file does not have."""


def open_source(file: Recognised, mapping: Mapping[str, str], crs: Crs | None, warn: Warn) -> Source:
    """Open a recognised file. Raises BadInputError `import.no_heading`, `import.missing_columns`,
    `import.map_column`, and what the readers of formats raise."""
    if file.kind in ("json", "jsonl"):
        return _ObjectSource(open_objects(file), mapping, crs, warn)
    return _TableSource(file, open_tables(file, shipped()), mapping, crs, warn)


class _ObjectSource:
    """A JSON file."""

    def __init__(self, objects: Objects, mapping: Mapping[str, str], crs: Crs | None, warn: Warn) -> None:
        self.sheets_passed_over: list[str] = []
        self._objects = objects
        words = shipped()
        reader = CaseObjects(Terms(words, gazetteer().locate), warn, mapping)
        first = [found for _, found in islice(objects.rows(), SAMPLED_ROWS)]
        said = [each for found in first for each in reader.witnesses(found)]
        rates = [each for found in first for each in reader.bare_rates(found)]
        self.decision = _decide(crs, frozenset(), said) if said else CrsDecision(crs or DEFAULT_CRS, "none")
        terms = _terms(words, self.decision, said, rates)
        self._reader = CaseObjects(terms, warn, mapping)

    def rows(self) -> Iterator[tuple[int, Any, Reader]]:
        for number, found in self._objects.rows():
            yield number, found, self._reader

    def share_read(self) -> float:
        return self._objects.read()

    def report_strangers(self, known: Callable[[str], bool]) -> None:
        """Nested records cannot be strangers."""


class _TableSource:
    """A CSV file or a workbook."""

    def __init__(
        self, file: Recognised, tables: list[Table], mapping: Mapping[str, str], crs: Crs | None, warn: Warn
    ) -> None:
        words = shipped()
        self._warn = warn
        found = [(table, _layout_of(table, words, mapping)) for table in tables]
        self._mains = [(table, layout) for table, layout in found if layout and layout.kind == CASES]
        others = [(table, layout) for table, layout in found if layout and layout.kind != CASES]
        self.sheets_passed_over = [table.name for table, layout in found if layout is None]
        self._refuse_without_cases(file, tables, words, mapping)
        self.decision, terms = self._decided(words, others, crs)
        self._records = [_read_records(table, layout, terms, warn) for table, layout in others]
        places_elsewhere = any(records.kind == "addresses" for records in self._records)
        self._readers = [
            CaseRows(layout, terms, warn, sheet=table.name, places_elsewhere=places_elsewhere)
            for table, layout in self._mains
        ]
        self._refuse_without_places(file, places_elsewhere)
        self._done = 0

    def rows(self) -> Iterator[tuple[int, Any, Reader]]:
        for (table, layout), rows in zip(self._mains, self._readers, strict=True):
            reader: Reader = _WithRecords(rows, self._records) if self._records else rows
            for number, row in table.rows():
                if number >= layout.first_row:
                    yield number, row, reader
            self._done += 1

    def share_read(self) -> float:
        at = min(self._done, len(self._mains) - 1)
        return (at + self._mains[at][0].read()) / len(self._mains)

    def report_strangers(self, known: Callable[[str], bool]) -> None:
        for records in self._records:
            for finding in unknown_cases(records, known):
                self._warn(finding)

    def _decided(
        self, words: Vocabulary, others: Sequence[tuple[Table, Layout]], crs: Crs | None
    ) -> tuple[CrsDecision, Terms]:
        """How the file is to be read, by its first rows."""
        blank = Terms(words, gazetteer().locate)
        said: list[Said] = []
        rates: list[Rate] = []
        places: list[PlaceColumns] = []
        for table, layout in self._mains:
            cases = CaseRows(layout, blank, _ignore)
            places.append(cases.places)
            for row in _sampled(table, layout):
                said += cases.witnesses(row)
                rates += cases.bare_rates(row)
        for table, layout in others:
            records = RecordRows(layout, blank, _ignore, "")
            if records.places:
                places.append(records.places)
                said += [witness for row in _sampled(table, layout) for witness in records.witnesses(row)]
        if any(each.has_numbers for each in places):
            decision = _decide(crs, frozenset().union(*(each.named_systems for each in places)), said)
        else:
            decision = CrsDecision(crs or DEFAULT_CRS, "none")
        return decision, _terms(words, decision, said, rates)

    def _refuse_without_cases(
        self, file: Recognised, tables: list[Table], words: Vocabulary, mapping: Mapping[str, str]
    ) -> None:
        if not self._mains:
            rows = max((_first_rows(table) for table in tables), key=lambda rows: sum(map(len, rows)))
            raise explain_missing(rows, words, mapping, file.path.name)
        headings = {folded(column.heading) for _, layout in self._mains for column in layout.columns}
        for field, heading in mapping.items():
            if folded(heading) not in headings:
                raise BadInputError("import.map_column", file=file.path.name, field=field, column=heading)

    def _refuse_without_places(self, file: Recognised, places_elsewhere: bool) -> None:
        for (_, layout), reader in zip(self._mains, self._readers, strict=True):
            if not reader.places and not places_elsewhere:
                found = [column.heading for column in layout.columns if column.heading]
                raise BadInputError(
                    "import.missing_columns",
                    file=file.path.name,
                    row=layout.first_row - 1,
                    columns=["address"],
                    found=found[:12],
                )


class _WithRecords:
    """Rows of cases, each with what the other sheets know of it."""

    def __init__(self, rows: CaseRows, records: list[RecordRows]) -> None:
        self.sheet, self.raw = rows.sheet, rows.raw
        self._rows, self._records = rows, records

    def read(self, row: Row, number: int) -> Taken | None:
        taken = self._rows.read(row, number)
        if taken is not None:
            attach(taken, self._records)
        return taken


def _first_rows(table: Table) -> list[Row]:
    return [row for _, row in islice(table.rows(), HEADING_WITHIN + 1)]


def _sampled(table: Table, layout: Layout) -> Iterator[Row]:
    start = layout.first_row - 1
    return (row for _, row in islice(table.rows(), start, start + SAMPLED_ROWS))


def _layout_of(table: Table, words: Vocabulary, mapping: Mapping[str, str]) -> Layout | None:
    return find_layout(_first_rows(table), words, mapping, table.name)


def _read_records(table: Table, layout: Layout, terms: Terms, warn: Warn) -> RecordRows:
    records = RecordRows(layout, terms, warn, table.name)
    for number, row in table.rows():
        if number >= layout.first_row:
            records.take(row, number)
    return records


def _decide(crs: Crs | None, named: frozenset[str], said: Sequence[Said]) -> CrsDecision:
    """By --crs, else by what the file's own words name, else by where its rows lie around their places' centres."""
    if crs is not None:
        return CrsDecision(crs, "option")
    if named and not said:
        return CrsDecision(next(iter(named)) if len(named) == 1 else "column", "headings")
    witness = gazetteer().witness
    guess = guess_crs([found for each in said if (found := witness(*each))], DEFAULT_CRS)
    by: CrsSource = "file" if guess.sure else "unsure"
    return CrsDecision(guess.crs, by, guess.confidence, guess.places_used, guess.likeliest)


def _terms(words: Vocabulary, decision: CrsDecision, said: Sequence[Said], rates: Sequence[Rate]) -> Terms:
    """How the file is read. Its own middle tells 宝山区 in Shanghai from its namesake in Heilongjiang."""
    near = (median(lat for _, lat, _ in said), median(lon for _, _, lon in said)) if said else None
    locate = partial(gazetteer().locate, near=near)
    return Terms(words, locate, decision.system, decision.by == "option", in_fractions(rates))


def _ignore(_finding: Finding) -> None:
    """While sampling, nothing is told: the same rows are read again."""
