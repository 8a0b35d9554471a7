"""`import`: case files into the store, each in one transaction, all or nothing where that is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visitcli.app.runtime import Runtime
from visitcli.app.taking import CrsDecision, Reader, Source, open_source
from visitcli.domain.case import Crs
from visitcli.domain.errors import BadInputError, UsageError, VisitcliError
from visitcli.domain.fields import Plain
from visitcli.domain.intake import Taken
from visitcli.domain.merging import earliest_promise, merged, withdrawn
from visitcli.domain.rownotes import Finding, RowError
from visitcli.engines.case_check import first_fault
from visitcli.formats.recognise import Recognised, recognise
from visitcli.formats.vocabulary_file import shipped
from visitcli.store import imports, plans
from visitcli.store.database import Store

BATCH = 500
MOST_WARNINGS = 10_000  # listed; the others are counted

_MOVES = ("withdrawn", "closed", "recalled", "reopened")  # of known cases
_CHANGES = ("added", "updated", *_MOVES, "approximate")

_Changed = tuple[int, Plain, str]  # row, case, its text
Refuse = Callable[[str, Finding, dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to import. `crs`: None to decide from the file. `mapping`: field -> heading."""

    dry_run: bool = False
    strict: bool = False
    complete: bool = False
    crs: Crs | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What became of one file. `rows` = added + updated + unchanged + rejected. `closed`, `recalled`: known cases
    that the file's status column closed or withdrew; `reopened` the other way. `withdrawn`: open cases absent from a
    complete file; `named` has the numbers of these four. `would`: what would have changed, where strictness took all
    of it back."""

    file: str
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    closed: int = 0
    recalled: int = 0
    reopened: int = 0
    approximate: int = 0
    named: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _MOVES})
    would: dict[str, Any] | None = None
    stored: bool = False
    crs: CrsDecision = field(default_factory=lambda: CrsDecision("gcj02", "none"))
    rejected: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    warning_counts: dict[str, int] = field(default_factory=dict)
    sheets_passed_over: list[str] = field(default_factory=list)

    def warn(self, finding: Finding) -> None:
        """Take a warning."""
        self.warning_counts[finding.code] = self.warning_counts.get(finding.code, 0) + 1
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(finding)

    def moved(self, how: str, case_ids: Sequence[str]) -> None:
        """Count known cases that were closed, withdrawn, recalled or reopened."""
        self.named[how] += case_ids
        setattr(self, how, len(self.named[how]))

    def took_back(self) -> None:
        """Nothing changed after all."""
        self.would = {name: getattr(self, name) for name in _CHANGES} | {"named": self.named}
        self.named = {name: [] for name in _MOVES}
        for name in _CHANGES:
            setattr(self, name, 0)

    def summary(self) -> dict[str, Any]:
        """The figures, for the book of imports."""
        figures = {name: getattr(self, name) for name in (*_CHANGES, "unchanged")}
        return figures | {"rejected": len(self.rejected)}


@dataclass(slots=True)
class Portfolio:
    """What all files of one command name together: with --complete they are the whole portfolio.

    `nameless`: files and refused rows of which nobody can say whose cases they hold.
    """

    named: set[str] = field(default_factory=set)
    nameless: int = 0


class _TakenBackError(Exception):
    """Ends a transaction of which nothing shall stay."""


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """`FIELD=COLUMN` pairs as field -> heading. Raises UsageError `import.map`, `import.map_field`."""
    mapping = {}
    for pair in pairs:
        name, equals, heading = pair.partition("=")
        if not equals or not name.strip() or not heading.strip():
            raise UsageError("import.map", pair=pair)
        known = shipped().field_named(name)
        if known is None:
            raise UsageError("import.map_field", field=name.strip())
        mapping[known] = heading.strip()
    return mapping


def import_file(
    runtime: Runtime,
    path: Path,
    options: Options,
    progress: Callable[[float], None],
    refuse: Refuse,
    portfolio: Portfolio | None = None,
) -> Report:
    """Take one file in. `progress` is told the share that is done, `refuse` every refused row. `portfolio` gathers
    what the files of one command name; `options.complete` is for the last of them.

    Raises BadInputError or NotFoundError where the file as a whole cannot be taken, VisitcliError `import.not_a_case`
    where a row was read into what is no case; the store is then as it was.
    """
    file = recognise(path)
    report = Report(str(path))
    source = open_source(file, options.mapping, options.crs, report.warn)
    report.crs = source.decision
    report.sheets_passed_over = source.sheets_passed_over
    taking = _Taking(runtime.store, report, options, source, refuse, portfolio or Portfolio())
    try:
        with runtime.store.transaction():
            taking.run(file, runtime.now().isoformat(timespec="seconds"), progress)
            if options.dry_run or (options.strict and report.rejected):
                raise _TakenBackError
            report.stored = True
    except _TakenBackError:
        if not options.dry_run:
            report.took_back()
    return report


def stops_gone(runtime: Runtime, reports: Iterable[Report]) -> list[str]:
    """The cases that the files took back or closed though they are stops of today's plan that are still to be made,
    in the plan's order."""
    gone = {
        case_id
        for report in reports
        if report.stored
        for how in ("withdrawn", "closed", "recalled")
        for case_id in report.named[how]
    }
    if not gone:
        return []
    ahead = plans.ahead(runtime.store, runtime.today().isoformat())
    return [stop for stop in ahead.left if stop in gone] if ahead else []


class _Taking:
    """One file on its way into the store, inside a transaction."""

    def __init__(
        self, store: Store, report: Report, options: Options, source: Source, refuse: Refuse, portfolio: Portfolio
    ) -> None:
        self._portfolio = portfolio
        self._store, self._report, self._options, self._source = store, report, options, source
        self._tell_refused = refuse
        self._seen: dict[str, int] = {}  # case number -> the row that it was taken from
        self._batch: list[tuple[Taken, object, Reader]] = []
        self._refused: list[tuple[int, str, str, dict[str, str]]] = []
        self._import_id = 0
        self._store_is_empty = not imports.has_cases(store)

    def run(self, file: Recognised, at: str, progress: Callable[[float], None]) -> None:
        """Everything that one file changes."""
        report = self._report
        self._import_id = imports.begin(self._store, at=at, file=file.path.name, sha256=file.sha256, crs=report.crs.crs)
        for found in self._cases(progress):
            self._batch.append(found)
            if len(self._batch) >= BATCH:
                self._store_batch()
        self._store_batch()
        if report.rows == 0:
            raise BadInputError("import.no_rows", file=file.path.name)
        self._source.report_strangers(lambda case_id: case_id in self._seen)
        self._portfolio.named |= self._seen.keys()
        if self._options.complete:
            self._withdraw_absent()
        imports.refuse(self._store, self._import_id, self._refused)
        imports.finish(self._store, self._import_id, rows=report.rows, summary=report.summary())

    def _cases(self, progress: Callable[[float], None]) -> Iterator[tuple[Taken, object, Reader]]:
        """The rows that can be cases, each with what it was read from and by; the others are refused."""
        for number, row, reader in self._source.rows():
            if number % 2_000 == 0:
                progress(self._source.share_read())
            try:
                taken = reader.read(row, number)
            except RowError as error:
                self._report.rows += 1
                self._refuse(number, error, row, reader)
                continue
            if taken is not None:
                self._report.rows += 1
                yield taken, row, reader
        progress(1.0)

    def _refuse(self, number: int, error: RowError, row: object, reader: Reader) -> None:
        if error.case_id:
            self._portfolio.named.add(error.case_id)
        else:
            self._portfolio.nameless += 1
        finding = Finding(number, error.field, error.code, error.value, reader.sheet)
        raw = reader.raw(row)
        self._report.rejected.append(finding)
        self._refused.append((number, error.field, error.code, raw))
        self._tell_refused(self._report.file, finding, raw)

    def _store_batch(self) -> None:
        known = self._known()
        changed: dict[str, _Changed] = {}
        for taken, row, reader in self._batch:
            case_id = taken.case["case_id"]
            first = self._seen.setdefault(case_id, taken.row)
            before = known.get(case_id)
            case, text = self._brought_up_to_date(taken, before)
            if first != taken.row:
                if before == text:  # says nothing else
                    self._report.unchanged += 1
                else:
                    self._refuse(taken.row, RowError("case_id", "import.duplicate", str(first), case_id), row, reader)
                continue
            self._count(before, text, case)
            self._report.approximate += taken.located
            if before != text:
                changed[case_id] = (taken.row, case, text)
                known[case_id] = text
        self._put(list(changed.values()))
        self._batch.clear()

    def _put(self, changed: Sequence[_Changed]) -> None:
        """Store cases, and nothing that is not a Case."""
        if fault := first_fault([text for _, _, text in changed]):
            at, field = fault
            raise VisitcliError("import.not_a_case", file=self._report.file, row=changed[at][0], field=field)
        imports.put(
            self._store,
            [imports.case_row(case, text, earliest_promise(case), self._import_id) for _, case, text in changed],
        )

    def _known(self) -> dict[str, str]:
        """The texts of the batch's cases, as far as there are any."""
        ids = [taken.case["case_id"] for taken, _, _ in self._batch]
        asked = [case_id for case_id in ids if case_id in self._seen] if self._store_is_empty else ids
        return imports.stored(self._store, asked) if asked else {}

    def _brought_up_to_date(self, taken: Taken, before: str | None) -> tuple[Plain, str]:
        text = imports.text_of(taken.case)
        if before is None or before == text:
            return taken.case, text
        case = merged(json.loads(before), taken.case, taken.touched)
        return case, imports.text_of(case)

    def _count(self, before: str | None, text: str, case: Plain) -> None:
        report = self._report
        if before is None:
            report.added += 1
        elif before == text:
            report.unchanged += 1
        else:
            report.updated += 1
            was, now = json.loads(before)["status"], case["status"]
            how = {"closed": "closed", "withdrawn": "recalled"}.get(now) if was == "open" else "reopened"
            if how and "open" in (was, now):
                report.moved(how, [case["case_id"]])

    def _withdraw_absent(self) -> None:
        """The files are the whole portfolio: open cases that they do not name go back to the office.

        Where a refused row does not say whose it is, every absent case could be that one; then nothing is withdrawn.
        """
        absent = [case_id for case_id in imports.open_ids(self._store) if case_id not in self._portfolio.named]
        if absent and self._portfolio.nameless:
            self._report.warn(Finding(0, "case_id", "import.complete_unsure", str(len(absent))))
            return
        for start in range(0, len(absent), BATCH):
            texts = imports.stored(self._store, absent[start : start + BATCH])
            cases = [withdrawn(json.loads(text)) for text in texts.values()]
            self._put([(0, case, imports.text_of(case)) for case in cases])
        self._report.moved("withdrawn", absent)
