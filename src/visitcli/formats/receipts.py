"""The office's receipt: that a package has arrived, whole, as `{"package_id", "sha256", "received_at"}`, with `journal`
(`{"seq", "chain"}`) where the package holds visits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from visitcli.domain.errors import BadInputError
from visitcli.files import part_of, put
from visitcli.formats.package import Head
from visitcli.formats.package_tables import SHA256, UUID7

LARGEST = 64 * 1024
KEYS = ("package_id", "sha256", "received_at")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`sha256`: of the package's file, lower-case hex. `received_at`: ISO 8601 with offset. `journal`: number and chain
    of the newest event in the package."""

    package_id: str
    sha256: str
    received_at: str
    journal: Head | None = None

    @property
    def document(self) -> dict[str, Any]:
        """As it stands in the file."""
        known = {key: getattr(self, key) for key in KEYS}
        return known | ({"journal": dict(zip(("seq", "chain"), self.journal, strict=True))} if self.journal else {})


def read(path: Path) -> Receipt:
    """The receipt in a file. Raises BadInputError `ack.unreadable`, `ack.malformed` (with `field`)."""
    try:
        with path.expanduser().open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: nobody of that name has a home (~name)
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError("ack.unreadable", file=str(path), reason=reason) from error
    try:
        found = json.loads(raw.decode("utf-8-sig")) if len(raw) <= LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInputError("ack.not_a_receipt", file=str(path))
    package_id, sha256, received_at = (_checked(path, key, found.get(key)) for key in KEYS)
    return Receipt(package_id, sha256, received_at, _head_of(found, path))


def _head_of(document: dict[str, Any], path: Path) -> Head | None:
    """The journal's head in a receipt. Raises BadInputError `ack.malformed`."""
    head = document.get("journal")
    if head is None:
        return None
    if not (
        isinstance(head, dict) and isinstance(head.get("seq"), int) and re.fullmatch(SHA256, str(head.get("chain")))
    ):
        raise BadInputError("ack.malformed", file=str(path), field="journal")
    return head["seq"], str(head["chain"])


def write(receipt: Receipt, target: Path) -> Receipt:
    """Write a receipt, and return the one that stands there in the end.

    An earlier receipt for the same bytes stays. Raises BadInputError `package.receipt_taken` where the name is taken
    by anything else, `package.receipt_unwritable`.
    """
    try:
        if target.exists():
            return _earlier(receipt, target)
        with part_of(target.parent) as (part, stream):
            stream.write((json.dumps(receipt.document, indent=2) + "\n").encode())
            put(part, stream, target)
    except OSError as error:
        raise BadInputError("package.receipt_unwritable", file=str(target), reason=error.strerror or "") from error
    return receipt


def _earlier(receipt: Receipt, target: Path) -> Receipt:
    try:
        earlier = read(target)
    except BadInputError as error:
        raise BadInputError("package.receipt_taken", file=str(target)) from error
    if (earlier.package_id, earlier.sha256) != (receipt.package_id, receipt.sha256):
        raise BadInputError("package.receipt_taken", file=str(target))
    return earlier


def _checked(path: Path, key: str, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    lower = text.lower()
    fits = {
        "package_id": re.fullmatch(UUID7, lower) is not None,
        "sha256": re.fullmatch(SHA256, lower) is not None,
        "received_at": _is_a_time(text),
    }
    if not fits[key]:
        raise BadInputError("ack.malformed", file=str(path), field=key)
    return text if key == "received_at" else lower


def _is_a_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
