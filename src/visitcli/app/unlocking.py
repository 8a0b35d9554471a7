"""The key of the store through its life: made at set-up, kept for a day, forgotten, its passphrase changed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from visitcli.app.runtime import Runtime
from visitcli.domain.errors import UsageError
from visitcli.engines import key_file, session_key
from visitcli.store.database import translated

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


def lock(runtime: Runtime) -> bool:
    """Forget the key; whether it was kept."""
    return key_file.exists(runtime.home) and session_key.forget(runtime.memory, key_file.read(runtime.home).store_id)


def change_passphrase(runtime: Runtime, key: bytes, new: str, *, renew_code: bool) -> str:
    """Seal the key (which the old passphrase or the recovery code has opened) for a new passphrase; the new recovery
    code where one was asked for, else "". The store itself stays as it is; a key kept for the day is forgotten.
    """
    key_file.refuse_unfit(new)
    file = key_file.read(runtime.home)
    file = file.with_slot("passphrase", new, key, runtime.random_bytes)
    code = key_file.new_code(runtime.random_bytes) if renew_code else ""
    if code:
        file = file.with_slot("recovery", code, key, runtime.random_bytes)
    with translated(runtime.home / key_file.FILE_NAME):
        key_file.write(runtime.home, file)
    session_key.forget(runtime.memory, file.store_id)
    return code
