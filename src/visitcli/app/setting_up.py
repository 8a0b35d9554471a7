"""Who uses this device, and what is set on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visitcli.app.runtime import JURISDICTIONS, Agent, Runtime
from visitcli.domain.errors import BadInputError, UsageError
from visitcli.domain.geo import parse_point
from visitcli.domain.texts import plain_text
from visitcli.engines import sealing, settings_file
from visitcli.store import device

NAME_LIMIT = 80


def set_device_up(runtime: Runtime, named: dict[str, str | None]) -> tuple[Agent, list[str]]:
    """Set what is named (agent, name, partner, jurisdiction), leave the rest; returns what holds and what was set.

    Raises UsageError `init.jurisdiction`, `init.bad_name`; BadInputError `text.*`.
    """
    changes = {key: plain_text(value, NAME_LIMIT, key) for key, value in named.items() if value is not None}
    if changes.get("jurisdiction", "cn") not in JURISDICTIONS:
        raise UsageError("init.jurisdiction", value=changes["jurisdiction"], known=JURISDICTIONS)
    if changes.get("agent") == "":
        raise UsageError("init.bad_name")
    with runtime.store.transaction():
        device.write(runtime.store, changes)
    runtime.sign(b"")  # makes the key that signs what goes to the office
    runtime.forget()
    return runtime.agent, sorted(changes)


def change(runtime: Runtime, key: str, raw: str, comment: Callable[[str], str]) -> Any:
    """Write one setting and return its value. `comment(key)` explains it in a file that is written for the first time.

    Raises NotFoundError `config.unknown_key`; BadInputError `config.*`, `sealing.bad_recipient`.
    """
    if key == "home_base.place":
        _refuse_nowhere(raw)
    if key == "office.seal_key" and raw:
        sealing.recipient(raw)
    value = settings_file.write(runtime.settings_path, key, raw, comment)
    runtime.forget()
    return value


def unknown_keys(runtime: Runtime) -> list[str]:
    """Keys of the settings file that nothing reads."""
    return settings_file.unknown_keys(runtime.settings_path)


def _refuse_nowhere(place: str) -> None:
    if not place or parse_point(place):
        return
    from visitcli.engines.gazetteer import gazetteer

    if gazetteer().locate(place) is None:
        raise BadInputError("config.place", value=place[:80])
