"""What the world outside may do to the runtime."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path

import pytest
from tests.stores import PASSPHRASE

from visitcli.app.runtime import Given, Runtime


@pytest.mark.parametrize("error", [ImportError("pwd"), KeyError("uid"), OSError("no user")])
def test_a_system_without_a_users_name_still_has_an_agent(
    home: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nobody)
    runtime = Runtime(
        home, home / "settings.toml", lambda: datetime(2026, 11, 23).astimezone(), secrets=Given(PASSPHRASE)
    )
    assert runtime.agent.id == "agent"
    runtime.close()
