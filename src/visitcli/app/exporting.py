"""What goes to the office: one package of all that is finished and not yet acknowledged, and the office's receipts."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from visitcli.app import enveloping, scripts
from visitcli.app.enveloping import Contents, Envelope
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError, NotFoundError
from visitcli.files import part_of, put
from visitcli.formats import package, receipts
from visitcli.formats.package import Advance, Head, MediaFile, media_path, sha256_of
from visitcli.formats.package_rows import rows_of_contact, rows_of_hold, rows_of_visit, until_closing
from visitcli.formats.package_tables import Tables
from visitcli.store import journal, packages, visits
from visitcli.store.database import Store, private_folder
from visitcli.store.packages import Waiting

FOLDER = "exports"
Progress = Callable[[int, int], None]  # bytes of media done, of how many

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Missing:
    """An attached file that could not be packed: it is gone, or no longer what was attached."""

    case_id: str
    question: str
    file: str
    state: str


@dataclass(frozen=True, slots=True)
class Exported:
    """A written package; `path` and `package_id` are None where there was nothing to export. `unfinished`: the cases
    whose visit, or a correction of it, is begun and not ended: that is not in it. `sha256`, `bytes`: of the Data
    Package, in its `envelope` or by itself."""

    path: Path | None = None
    package_id: str | None = None
    records: int = 0
    sha256: str | None = None
    bytes: int = 0
    missing: tuple[Missing, ...] = ()
    unfinished: tuple[str, ...] = ()
    envelope: Envelope | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a receipt has settled: how many records, whether it was known before, and what is left."""

    package_id: str
    records: int
    already: bool
    left: Waiting


def export(
    runtime: Runtime,
    folder: Path | None = None,
    progress: Progress = lambda done, total: None,
    *,
    plain: bool = False,
) -> Exported:
    """Write the package into the folder (or `exports` of the home) and remember what is in it.

    It is sealed where the settings have the office's key for it, unless it is asked for `plain`.

    An unchanged set gives the same file with the same bytes. Raises BadInputError `export.not_a_folder`,
    `export.not_writable`, `export.different_file` (another file has that name), `export.media_changed`.
    """
    target = _folder(folder or runtime.home / FOLDER)
    with packages.snapshot(runtime.store):
        found = _gather(runtime, progress)
        unfinished = tuple(visit["case_id"] for visit in visits.unfinished(runtime.store))
    if not found.records:
        return Exported(unfinished=unfinished)
    with _writable(target):
        sealed = runtime.settings.seal_key and not plain
        written = _write_sealed(runtime, target, found) if sealed else _write(target, found)
    packages.save(
        runtime.store,
        {
            "package_id": written.package_id,
            "at": runtime.now().isoformat(timespec="milliseconds"),
            "sha256": written.sha256,
            "bytes": written.bytes,
        },
        found.records,
    )
    return replace(written, unfinished=unfinished)


def acknowledge(runtime: Runtime, file: Path) -> Acknowledged:
    """Take the office's receipt for a package; taking it again changes nothing.

    Raises NotFoundError `ack.unknown_package` and BadInputError `ack.other_bytes` (the office has not got what was
    written here), `ack.unreadable`, `ack.malformed`, `ack.other_journal` (the journal
    here is not the one that was exported).
    """
    receipt = receipts.read(file)
    known = packages.one(runtime.store, receipt.package_id)
    if known is None:
        raise NotFoundError("ack.unknown_package", file=str(file), package_id=receipt.package_id)
    if known["sha256"] != receipt.sha256:
        context = {"file": str(file), "package_id": receipt.package_id, "found": receipt.sha256[:12]}
        raise BadInputError("ack.other_bytes", **context, expected=str(known["sha256"])[:12])
    _refuse_other_journal(runtime.store, file, receipt)
    taken_at = runtime.now().isoformat(timespec="milliseconds")
    packages.acknowledge(runtime.store, {**receipt.document, "taken_at": taken_at})
    left = packages.waiting(runtime.store)
    return Acknowledged(receipt.package_id, int(known["records"]), bool(known["acknowledged"]), left)


def _refuse_other_journal(store: Store, file: Path, receipt: receipts.Receipt) -> None:
    """The office holds a hash of the journal as it was exported: a journal that has another one there is another."""
    if receipt.journal is None:
        return
    seq, chain = receipt.journal
    if journal.chain_at(store, seq).hex() != chain:
        raise BadInputError("ack.other_journal", file=str(file), seq=seq)


@dataclass
class _Found:
    """Everything that the package is made of, and the count of how far its files have come."""

    advance: Advance
    tables: Tables = field(default_factory=Tables)
    media: dict[str, MediaFile] = field(default_factory=dict)
    records: list[tuple[str, int]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    latest: str = ""
    agent: str = ""
    head: Head | None = None

    def ended(self, record_id: str, revision: int, at: str, agent: str) -> None:
        """Count a record in; the latest gives the package its time and its agent."""
        self.records.append((record_id, revision))
        if not self.latest or datetime.fromisoformat(at) > datetime.fromisoformat(self.latest):
            self.latest, self.agent = at, agent


def _gather(runtime: Runtime, progress: Progress) -> _Found:
    store = runtime.store
    total = 2 * packages.media_bytes_to_export(store)  # each file is read to check it, then to copy it
    found = _Found(_counter(progress, total))
    for visit in packages.visits_to_export(store):
        _add_visit(runtime, found, visit)
    for contact in packages.contacts_to_export(store):
        found.tables.add(rows_of_contact(contact))
        found.ended(contact["contact_id"], 1, contact["at"], contact["agent"])
    for hold in packages.holds_to_export(store):
        found.tables.add(rows_of_hold(hold))
        lifted = hold["cleared_at"]
        found.ended(hold["hold_id"], 2 if lifted else 1, lifted or hold["at"], hold["agent"])
    return found


def _attached(store: Store, visit: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files that the record names, with what is known of each: {question, type, file, sha256, suffix, …}."""
    known = packages.media_of(store, visit["visit_id"])
    files = []
    for item in visit["record"]["media"]:
        sha256, suffix = Path(item["path"]).stem, Path(item["path"]).suffix
        own = {"question": item["question"], "type": item["type"], "file": item["path"]}
        files.append({**own, "sha256": sha256, "suffix": suffix, **known[item["question"], sha256]})
    return files


def _add_visit(runtime: Runtime, found: _Found, visit: Mapping[str, Any]) -> None:
    store = runtime.store
    files = _attached(store, visit)
    for file in files:
        opened = partial(runtime.vault.open, file["file"])
        file["state"] = _state(opened, file, found.advance)
        if file["state"] == "included":
            path = media_path(file["sha256"], file["suffix"])
            found.media[path] = MediaFile(opened, path, file["sha256"], file["bytes"])
        else:
            found.missing.append(Missing(visit["case_id"], file["question"], file["file"], file["state"]))
    script = scripts.of_visit(store, visit["script_sha256"])
    events = journal.of_visit(store, visit["visit_id"])
    found.tables.add(rows_of_visit(visit, script, events, files))
    last = until_closing(script, events)[-1].seq
    if found.head is None or last > found.head[0]:
        found.head = (last, journal.chain_at(store, last).hex())
    found.ended(visit["visit_id"], visit["revision"], visit["ended_at"], visit["agent"])


def _state(opened: Callable[[], IO[bytes]], file: Mapping[str, Any], advance: Advance) -> str:
    try:
        with opened() as stream:
            found = sha256_of(stream, advance)
    except OSError:
        return "missing"
    except BadInputError:  # it does not open any more
        return "damaged"
    return "included" if found == (file["sha256"], file["bytes"]) else "damaged"


def _counter(progress: Progress, total: int) -> Advance:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    return advance


def _folder(folder: Path) -> Path:
    try:
        path = folder.expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise BadInputError("export.not_a_folder", folder=str(path))
        private_folder(path)
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: nobody of that name has a home (~name)
        reason = getattr(error, "strerror", None) or os.strerror(errno.ENOENT)
        raise BadInputError("export.not_writable", folder=str(folder), reason=reason) from error
    return path


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise BadInputError("export.not_writable", folder=str(folder), reason=error.strerror or "") from error


def _write(folder: Path, found: _Found) -> Exported:
    with part_of(folder) as (part, stream):
        package_id = package.write(
            stream, found.tables, list(found.media.values()), found.latest, found.advance, found.head
        )
        stream.seek(0)
        sha256, size = sha256_of(stream)
        target = folder / _name(package_id, found)
        if not target.exists():
            put(part, stream, target)
        elif not _same(target, sha256):
            raise BadInputError("export.different_file", file=str(target))
    return Exported(target, package_id, len(found.records), sha256, size, tuple(found.missing))


def _write_sealed(runtime: Runtime, folder: Path, found: _Found) -> Exported:
    private_folder(runtime.home / enveloping.KEPT)
    with part_of(runtime.home / enveloping.KEPT) as (part, stream):
        enveloping.hide(part)
        package_id = package.write(
            stream, found.tables, list(found.media.values()), found.latest, found.advance, found.head
        )
        stream.seek(0)
        sha256, size = sha256_of(stream)
        contents = Contents(_name(package_id, found), package_id, sha256, size, len(found.records))
        sealed = enveloping.put_in(runtime, folder, contents, stream)
    missing = tuple(found.missing)
    return Exported(sealed.path, package_id, len(found.records), sha256, size, missing, envelope=sealed)


def _name(package_id: str, found: _Found) -> str:
    # An agent's id that is no plain identifier may be a person's name: it stays out of the file's name.
    agent = [found.agent] if _PLAIN.fullmatch(found.agent) else []
    return "-".join(["visitcli", found.latest[:10].replace("-", ""), *agent, package_id]) + ".zip"


def _same(target: Path, sha256: str) -> bool:
    if not target.is_file():
        return False
    with target.open("rb") as stream:
        return sha256_of(stream)[0] == sha256
