"""The key of the store through its life: made at set-up, kept for a day, forgotten, its passphrase changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError, NotFoundError, StoreError, UsageError
from visitcli.engines import key_file, sealing, session_key
from visitcli.files import part_of, put
from visitcli.store.database import translated

_LARGEST_TEXT = 64 * 1024
LONGEST = timedelta(hours=24)
_SPAN = re.compile(r"(?:(\d{1,2})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?")


def is_set_up(runtime: Runtime) -> bool:
    """Whether the store has its key."""
    return key_file.exists(runtime.home)


def span(text: str) -> timedelta:
    """`8h`, `90m`, `1h30m` as a length of time. Raises UsageError `unlock.bad_span`."""
    found = _SPAN.fullmatch(text.strip().lower())
    hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0)
    length = timedelta(hours=hours, minutes=minutes)
    if not timedelta() < length <= LONGEST:
        raise UsageError("unlock.bad_span", value=text)
    return length


def unlock(runtime: Runtime, length: timedelta) -> tuple[datetime, Path]:
    """Keep the key in memory for this long; until when, and where. The passphrase is asked for even where the store is
    unlocked: a longer day is the agent's to decide, not that of who holds the device.

    Raises StoreError `unlock.no_safe_place`, `key.*`.
    """
    file = key_file.read(runtime.home)
    key = runtime.unsealed(file)
    until = runtime.clock() + length
    return until, session_key.write(runtime.memory, file.store_id, key, until)


def let_the_office_in(runtime: Runtime, file: Path) -> str:
    """Give the key file a slot that the office's key opens; `file` holds the office's public key (`age1…`). Gives that
    key. Raises NotFoundError `office.no_key`, BadInputError `sealing.bad_recipient`, `office.secret_key` (the file is
    the office's private one)."""
    try:
        with file.expanduser().open("rb") as stream:
            text = stream.read(_LARGEST_TEXT).decode("utf-8-sig", "replace")
    except (OSError, RuntimeError) as error:
        raise NotFoundError("office.no_key", file=str(file)) from error
    if "AGE-SECRET-KEY-" in text.upper():
        raise BadInputError("office.secret_key", file=str(file))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    known = key_file.read(runtime.home)
    changed = known.for_office(lines[0] if lines else "", runtime.key, runtime.random_bytes)
    with translated(runtime.home / key_file.FILE_NAME):
        key_file.write(runtime.home, changed)
    assert changed.office is not None  # noqa: S101 - it has just been made
    return changed.office.recipient


def recover(file: Path, office_key: Path, target: Path, random_bytes: Callable[[int], bytes]) -> str:
    """What the office does for an agent who has lost passphrase and recovery code: write the agent's key file anew with
    a new recovery code, which it gives. The store itself is not needed.

    Raises NotFoundError `office.no_key`, `key.missing`; StoreError `key.no_office`, `key.damaged`; BadInputError
    `sealing.*`, `office.recovered_exists`.
    """
    known = _key_file_at(file)
    key = known.opened_by_office(sealing.read_key(office_key.expanduser()), str(file))
    code = key_file.new_code(random_bytes)
    target = target.expanduser().absolute()
    if target.exists():
        raise BadInputError("office.recovered_exists", file=str(target))
    with translated(target), part_of(target.parent) as (part, stream):
        stream.write(key_file.text(known.with_slot("recovery", code, key, random_bytes)))
        put(part, stream, target)
    return code


def take_over(runtime: Runtime, file: Path) -> key_file.KeyFile:
    """The key file that the office has written anew, for this store. Raises StoreError `key.other_store`,
    `key.missing`, `key.damaged`."""
    given = _key_file_at(file)
    if key_file.exists(runtime.home) and key_file.read(runtime.home).store_id != given.store_id:
        raise StoreError("key.other_store", path=str(file))
    return given


def _key_file_at(file: Path) -> key_file.KeyFile:
    try:
        with file.expanduser().open("rb") as stream:
            return key_file.parsed(stream.read(_LARGEST_TEXT), str(file))
    except (OSError, RuntimeError) as error:
        raise StoreError("key.missing", path=str(file)) from error


def lock(runtime: Runtime) -> bool:
    """Forget the key; whether it was kept."""
    return key_file.exists(runtime.home) and session_key.forget(runtime.memory, key_file.read(runtime.home).store_id)


def change_passphrase(runtime: Runtime, file: key_file.KeyFile, key: bytes, new: str, *, renew_code: bool) -> str:
    """Seal the key (which the old passphrase or the recovery code has opened) for a new passphrase; the new recovery
    code where one was asked for, else "". The store itself stays as it is; a key kept for the day is forgotten.
    """
    key_file.refuse_unfit(new)
    file = file.with_slot("passphrase", new, key, runtime.random_bytes)
    code = key_file.new_code(runtime.random_bytes) if renew_code else ""
    if code:
        file = file.with_slot("recovery", code, key, runtime.random_bytes)
    with translated(runtime.home / key_file.FILE_NAME):
        key_file.write(runtime.home, file)
    session_key.forget(runtime.memory, file.store_id)
    return code
