"""`visitcli store`: backups, restoring, salvaging, and erasing what is no longer needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.desk import Desk
from visitcli.domain.errors import UnfinishedError, UsageError

if TYPE_CHECKING:
    from visitcli.app.erasing import Receipt

Yes = Annotated[bool, typer.Option("--yes", "-y")]
ReceiptFile = Annotated[Path | None, typer.Option("--receipt", metavar="FILE")]


def backup(
    ctx: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR")] = None,
    keep: Annotated[int, typer.Option("--keep", metavar="N", min=1, max=365)] = 7,
) -> None:
    from visitcli.app import backing_up

    desk: Desk = ctx.obj
    made = backing_up.back_up(desk.runtime, to, keep)
    if desk.terminal.json:
        document = {"backup": str(made.path), "bytes": made.bytes, "made_at": made.about.made_at}
        document |= {"rows": made.about.rows, "journal": {"seq": made.about.seq, "chain": made.about.chain}}
        desk.terminal.document({**document, "media": made.media, "removed": [str(path) for path in made.removed]})
        return
    desk.terminal.out(str(made.path))
    rows = made.about.rows
    desk.terminal.note(
        desk.words("store.backup.done", cases=rows["cases"], visits=rows["visits"], events=made.about.seq)
    )
    if made.media:
        desk.terminal.note(desk.words("store.backup.media", count=made.media))
    if to is None:
        desk.terminal.note(desk.words("store.backup.elsewhere"))


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    over_newer: Annotated[bool, typer.Option("--over-newer")] = False,
) -> None:
    from visitcli.app import restoring

    desk: Desk = ctx.obj
    done = restoring.restore(desk.runtime, file, over_newer=over_newer)
    if desk.terminal.json:
        document: dict[str, Any] = {"restored": str(file), "made_at": done.about.made_at, "rows": done.about.rows}
        document |= {"given_up_events": done.given_up, "media": done.media}
        desk.terminal.document({**document, "replaced": str(done.aside) if done.aside else None})
        return
    rows = done.about.rows
    made_at = done.about.made_at[:16].replace("T", " ")
    desk.terminal.out(desk.words("store.restore.done", made_at=made_at, cases=rows["cases"], visits=rows["visits"]))
    if done.given_up:
        desk.terminal.note(desk.words("store.restore.given_up", count=done.given_up))
    if done.aside:
        desk.terminal.note(desk.words("store.aside", folder=str(done.aside)))


def salvage(ctx: typer.Context) -> int:
    from visitcli.app import salvaging

    desk: Desk = ctx.obj
    report = salvaging.run(desk.runtime)
    if desk.terminal.json:
        document: dict[str, Any] = {"whole": report.whole, "rows": report.rows, "lost_events": report.lost_events}
        document |= {"unreadable": {table: [list(gap) for gap in gaps] for table, gaps in report.gaps.items()}}
        document |= {"rebuilt_visits": list(report.rebuilt), "bare_references": report.bare}
        desk.terminal.document({**document, "replaced": str(report.aside)})
        return 0
    say, rows = desk.words, report.rows
    desk.terminal.out(say("store.salvage.done", cases=rows["cases"], visits=rows["visits"], events=rows["events"]))
    for table, gaps in report.gaps.items():
        desk.terminal.note(say("store.salvage.gap", table=table, count=len(gaps)))
    if report.rebuilt:
        desk.terminal.note(say("store.salvage.rebuilt", count=len(report.rebuilt)))
    if report.bare:
        desk.terminal.note(say("store.salvage.bare", count=report.bare))
    key = "store.salvage.lost" if report.lost_events else "store.salvage.nothing_lost"
    desk.terminal.note(say(key, count=report.lost_events))
    desk.terminal.note(say("store.aside", folder=str(report.aside)))
    return 0


def purge(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    yes: Yes = False,
    receipt: ReceiptFile = None,
) -> None:
    from visitcli.app import erasing

    desk: Desk = ctx.obj
    due = erasing.due(desk.runtime)
    if dry_run:
        _tell_due(desk, due)
        return
    if not desk.terminal.json:
        _tell_due(desk, due)
    if due.cases:
        _confirm(desk, yes, desk.words("store.purge.ask", count=len(due.cases)))
    _tell_receipt(desk, erasing.purge(desk.runtime), receipt)


def erase(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
    with_unsent: Annotated[bool, typer.Option("--with-unsent")] = False,
    yes: Yes = False,
    receipt: ReceiptFile = None,
) -> None:
    from visitcli.app import erasing, lookup

    desk: Desk = ctx.obj
    case_id = lookup.case_id(desk.runtime, case)
    _confirm(desk, yes, desk.words("store.erase.ask", case_id=case_id))
    _tell_receipt(desk, erasing.erase(desk.runtime, case_id, reason, with_unsent=with_unsent), receipt)


def _confirm(desk: Desk, yes: bool, question: str) -> None:
    """What cannot be undone is asked for; a machine says --yes."""
    if yes:
        return
    if not desk.terminal.can_ask:
        raise UsageError("store.say_yes")
    desk.terminal.stderr.write(question + " ")
    desk.terminal.stderr.flush()
    if desk.terminal.stdin.readline().strip().lower() not in ("y", "yes", "是"):
        raise UnfinishedError("store.declined")


def _tell_due(desk: Desk, due: Any) -> None:
    if desk.terminal.json:
        document = {"cases": list(due.cases), "before": due.before.isoformat()}
        waiting = [{"case_id": case.case_id, "unsent": case.unsent} for case in due.unsent]
        desk.terminal.document({**document, "waiting": waiting})
        return
    key = "store.purge.due" if due.cases else "store.purge.none"
    numbers = desk.words("options.and").join(due.cases)
    desk.terminal.note(desk.words(key, count=len(due.cases), cases=numbers, before=due.before.isoformat()))
    if due.unsent:
        numbers = desk.words("options.and").join(case.case_id for case in due.unsent)
        desk.terminal.note(desk.words("store.purge.waiting", count=len(due.unsent), cases=numbers))


def _tell_receipt(desk: Desk, made: Receipt, file: Path | None) -> None:
    from visitcli.cli.terminal import as_json
    from visitcli.files import part_of, put

    document = made.document
    if file is not None:
        target = file.expanduser().absolute()
        with part_of(target.parent) as (part, stream):
            stream.write((as_json(document) + "\n").encode())
            put(part, stream, target)
    if desk.terminal.json:
        desk.terminal.document(document)
        return
    if not made.cases and not made.refused_rows:
        return
    say = desk.words
    desk.terminal.out(say("store.erased.done", cases=len(made.cases), visits=made.erased.visits,
                          events=made.erased.events, attachments=len(made.erased.files)))  # fmt: skip
    desk.terminal.out(say("store.erased.journal", seq=made.head[0], chain=made.head[1][:16]))
    if made.files:
        desk.terminal.note(say("store.erased.files", count=len(made.files)))
    desk.terminal.note(say("store.erased.elsewhere"))
