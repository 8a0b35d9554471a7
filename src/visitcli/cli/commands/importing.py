"""`visitcli import`: case files in; a few lines on what is new, changed, closed, gone and refused."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.desk import Desk
from visitcli.cli.telling import sentences, tell
from visitcli.domain.errors import BadInputError, NotFoundError, VisitcliError

if TYPE_CHECKING:
    from visitcli.app.importing import Options, Portfolio, Report
    from visitcli.domain.rownotes import Finding
    from visitcli.formats.refused_rows import RefusedRows

ANY_REFUSED = 5
_EXAMPLES = 3  # of a kind of warning
_REFUSED_SHOWN = 10
_NAMED = 8  # cases that are closed, gone or open again
_LONG_FILE = 2_000_000  # bytes: shorter ones are done before a bar could be read


def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    strict: Annotated[bool, typer.Option("--strict")] = False,
    complete: Annotated[bool, typer.Option("--complete")] = False,
    rejected: Annotated[Path | None, typer.Option("--rejected", metavar="FILE")] = None,
    crs: Annotated[str, typer.Option("--crs", metavar="auto|wgs84|gcj02|bd09")] = "auto",
    map_: Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN")] = None,
) -> int:
    desk: Desk = ctx.obj
    from visitcli.app.importing import Portfolio, parse_mapping, stops_gone
    from visitcli.cli.commands.locking import set_up, show_code
    from visitcli.formats.refused_rows import RefusedRows, is_one_of

    options = _options(desk, dry_run, strict, complete, crs, parse_mapping(map_ or []))
    refused, portfolio = RefusedRows(desk.words), Portfolio()
    if rejected:
        if is_one_of(rejected, files):
            raise BadInputError("import.rejected_is_input", file=str(rejected))
        refused.refuse_unless_writable(rejected)
    code = set_up(desk)
    outcomes = [
        _one(desk, path, replace(options, complete=complete and path is files[-1]), refused, portfolio, len(files) == 1)
        for path in files
    ]
    unwritten = _write(refused, rejected) if rejected else None
    gone = stops_gone(desk.runtime, (found for found in outcomes if not isinstance(found, VisitcliError)))
    if desk.terminal.json:
        documents = [_document(desk, path, found) for path, found in zip(files, outcomes, strict=True)]
        desk.terminal.document(
            {"files": documents, "stops_gone": gone}
            | ({"error": _error(desk, unwritten)} if unwritten else {})
            | ({"recovery_code": code} if code else {})
        )
    else:
        _tell(desk, outcomes, options, rejected if len(refused) and not unwritten else None)
        if gone:
            desk.terminal.out(desk.words("import.stops_gone", cases=_some(desk, gone), count=len(gone)))
        if unwritten:
            tell(desk, unwritten)
        if code:
            show_code(desk, code)
    clean = all(not isinstance(found, VisitcliError) and not found.rejected for found in outcomes)
    return 0 if clean and not unwritten else ANY_REFUSED


def _write(refused: RefusedRows, path: Path) -> BadInputError | None:
    """What kept the refused rows from being written: the import has its result all the same."""
    try:
        refused.write(path)
    except BadInputError as error:
        return error
    return None


def _options(desk: Desk, dry_run: bool, strict: bool, complete: bool, crs: str, mapping: dict[str, str]) -> Options:
    from visitcli.app.importing import Options

    known: dict[str, Any] = {"auto": None, "wgs84": "wgs84", "gcj02": "gcj02", "bd09": "bd09"}
    if crs.lower() not in known:
        raise typer.BadParameter(desk.words("import.bad_crs", value=crs), param_hint="--crs")
    return Options(dry_run=dry_run, strict=strict, complete=complete, crs=known[crs.lower()], mapping=mapping)


def _one(
    desk: Desk, path: Path, options: Options, refused: RefusedRows, portfolio: Portfolio, alone: bool
) -> Report | VisitcliError:
    """One file. A file that cannot be taken ends the command, unless others stand beside it."""
    from visitcli.app.importing import import_file

    try:
        with _progress(desk, path) as progress:
            return import_file(desk.runtime, path, options, progress, refused.add, portfolio)
    except (BadInputError, NotFoundError) as error:
        if alone:
            raise
        portfolio.nameless += 1
        return error


@contextlib.contextmanager
def _progress(desk: Desk, path: Path) -> Iterator[Callable[[float], None]]:
    terminal = desk.terminal
    size = 0
    with contextlib.suppress(OSError):  # what cannot be looked at is told where it is read
        size = path.stat().st_size
    if size < _LONG_FILE or not terminal.shows_progress:
        yield lambda _share: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal.console(terminal.stderr), transient=True) as bar:
        task = bar.add_task(desk.words("import.reading"), total=1.0)
        yield lambda share: bar.update(task, completed=share)


# -- what scripts read -----------------------------------------------------------------------------------------------


def _document(desk: Desk, path: Path, found: Report | VisitcliError) -> dict[str, Any]:
    """What became of one file: the same keys for all, and `error` beside them where it was not taken."""
    from visitcli.app.importing import Report

    failed = {"error": _error(desk, found)} if isinstance(found, VisitcliError) else {}
    report = Report(str(path)) if isinstance(found, VisitcliError) else found
    names = ("file", "rows", "added", "updated", "unchanged", "withdrawn", "closed", "recalled", "reopened")
    return {name: getattr(report, name) for name in names} | {
        "rejected": [_finding(desk, finding) for finding in report.rejected],
        "warnings": [_finding(desk, finding) for finding in report.warnings],
        "warning_counts": report.warning_counts,
        "approximate": report.approximate,
        "named": report.named,
        "would": report.would,
        "crs": asdict(report.crs),
        "stored": report.stored,
        **failed,
    }


def _error(desk: Desk, error: VisitcliError) -> dict[str, str]:
    return {"code": error.code, **sentences(desk, error)}


def _finding(desk: Desk, finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {"row": finding.row, "field": finding.field, "code": finding.code}
    found["message"] = desk.words(f"{finding.code}.message", value=finding.value)
    return found | ({"sheet": finding.sheet} if finding.sheet else {})


# -- what people read ------------------------------------------------------------------------------------------------


def _tell(desk: Desk, outcomes: list[Report | VisitcliError], options: Options, rejected: Path | None) -> None:
    for found in outcomes:
        if isinstance(found, VisitcliError):
            tell(desk, found)
        else:
            _tell_file(desk, found, options)
    if rejected:
        desk.terminal.out(desk.words("import.rejected_written", file=rejected))
    if any(not isinstance(found, VisitcliError) and found.stored for found in outcomes):
        desk.terminal.out(desk.words("import.next"))


def _tell_file(desk: Desk, report: Report, options: Options) -> None:
    words, out, counts = desk.words, desk.terminal.out, report.would or {}
    out(words("import.headline", file=report.file, count=report.rows))
    if report.would is not None:
        out(words("import.strict_stored_nothing"))
    for name in ("added", "updated", "closed", "recalled", "reopened", "withdrawn", "unchanged", "approximate"):
        number = counts.get(name, getattr(report, name))
        if number or name == "added":
            named = counts.get("named", report.named).get(name, [])
            out("  " + words(f"import.count.{name}", count=number) + _named(desk, named))
    _tell_refused(desk, report)
    _tell_warnings(desk, report)
    _tell_crs(desk, report)
    for sheet in report.sheets_passed_over:
        out("  " + words("import.sheet_passed_over", sheet=sheet))
    if options.dry_run:
        out(words("import.dry_run"))


def _named(desk: Desk, case_ids: list[str]) -> str:
    return desk.words("import.named", cases=_some(desk, case_ids)) if case_ids else ""


def _some(desk: Desk, case_ids: list[str]) -> str:
    """The first few case numbers."""
    said = desk.words("import.named_mark").join(case_ids[:_NAMED])
    return said if len(case_ids) <= _NAMED else desk.words("import.named_more", cases=said)


def _tell_refused(desk: Desk, report: Report) -> None:
    if not report.rejected:
        return
    desk.terminal.out("  " + desk.words("import.count.rejected", count=len(report.rejected)))
    for finding in report.rejected[:_REFUSED_SHOWN]:
        desk.terminal.out("    " + _spoken(desk, finding))
    left = len(report.rejected) - _REFUSED_SHOWN
    if left > 0:
        desk.terminal.out("    " + desk.words("import.and_more", count=left))


def _tell_warnings(desk: Desk, report: Report) -> None:
    """Grouped by kind: how many, and the first few."""
    if not report.warning_counts:
        return
    desk.terminal.out("  " + desk.words("import.count.warnings", count=sum(report.warning_counts.values())))
    for code, number in sorted(report.warning_counts.items(), key=lambda item: -item[1]):
        first = [finding for finding in report.warnings if finding.code == code][:_EXAMPLES]
        desk.terminal.out("    " + desk.words(f"{code}.kind") + f" × {number}")
        for finding in first:
            desk.terminal.out("      " + _spoken(desk, finding))


def _spoken(desk: Desk, finding: Finding) -> str:
    message = desk.words(f"{finding.code}.message", value=finding.value)
    if not finding.row:
        return message
    key = "import.in_row_of_sheet" if finding.sheet else "import.in_row"
    return desk.words(key, row=finding.row, sheet=finding.sheet, message=message)


def _tell_crs(desk: Desk, report: Report) -> None:
    decision = report.crs
    if decision.by == "none":
        return
    system, likeliest = (
        desk.words.get(f"import.crs.{crs}", crs) for crs in (decision.crs, decision.likeliest or decision.crs)
    )
    by = "unsure_other" if decision.by == "unsure" and decision.likeliest not in ("", decision.crs) else decision.by
    percent = f"{100 * (decision.confidence or 0):.0f}"
    text = desk.words(f"import.crs_by.{by}", system=system, likeliest=likeliest, percent=percent, count=decision.places)
    desk.terminal.out("  " + text)
