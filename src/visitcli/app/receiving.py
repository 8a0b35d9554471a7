"""The office's side: a package that has arrived is read through, and a receipt is written for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError
from visitcli.formats import receipts
from visitcli.formats.package_check import Checked, check
from visitcli.formats.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Received:
    """A package found whole, and the receipt that stands at `path`."""

    package: Checked
    receipt: Receipt
    path: Path


def receive(runtime: Runtime, file: Path, to: Path | None = None) -> Received:
    """Check a package and write its receipt beside it (or to `to`). The store is not opened.

    Raises BadInputError `package.*` (see formats/package_check.py and formats/receipts.py).
    """
    file = _absolute(file, "package.unreadable")
    target = _absolute(to, "package.receipt_unwritable") if to else file.with_name(f"{file.stem}.receipt.json")
    found = check(file)
    at = runtime.now().isoformat(timespec="milliseconds")
    return Received(found, receipts.write(Receipt(found.package_id, found.sha256, at), target), target)


def _absolute(path: Path, code: str) -> Path:
    try:
        return path.expanduser().absolute()
    except (OSError, RuntimeError) as error:  # nobody of that name has a home (~name); the folder we are in is gone
        raise BadInputError(code, file=str(path), reason=str(error)) from error
