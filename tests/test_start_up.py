"""Which modules the commands felt at every step must not load, and in which layer heavy ones may stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.stores import key_of

from visitcli.engines import key_file, session_key

HEAVY = (
    "pydantic", "sqlite_utils", "prompt_toolkit", "python_calamine", "tomlkit", "rich", "numpy", "openpyxl",
    "visitcli.planner", "visitcli.engines.gazetteer", "visitcli.domain.script", "visitcli.domain.session",
    "visitcli.formats", "asyncio", "multiprocessing",
)  # fmt: skip

PROBE = """
import json, sys
sys.argv = ["visitcli", *{argv!r}]
from visitcli.__main__ import run
try:
    run()
except SystemExit as end:
    assert not end.code, end.code
finally:
    sys.stderr.write("\\nMODULES" + json.dumps(sorted(sys.modules)))
"""


def loaded(home: Path, *argv: str, **environ: str) -> set[str]:
    variables = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "zh", **environ}
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(argv=list(argv))],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "MODULES" in done.stderr, done.stderr
    found: list[str] = json.loads(done.stderr.partition("MODULES")[2])
    return set(found)


@pytest.fixture
def worked_home(home: Path) -> Path:
    """A store with a finished visit in it, already migrated."""
    from benchmarks.year import fill

    fill(home, visits=3, until=datetime.now().astimezone() - timedelta(hours=1), cases=3)
    return home


@pytest.fixture
def unlocked_home(worked_home: Path) -> Iterator[Path]:
    """The same, its key kept in memory for the day."""
    file = key_file.read(worked_home)
    places = session_key.places(os.environ)
    if not any(session_key.is_in_memory(place.parent) for place in places):
        pytest.skip("no folder in memory here")
    session_key.write(places, file.store_id, key_of(worked_home), datetime.now().astimezone() + timedelta(hours=1))
    yield worked_home
    session_key.forget(places, file.store_id)


def test_an_unlocked_day_opens_the_store_without_a_passphrase_and_its_library(unlocked_home: Path) -> None:
    modules = loaded(unlocked_home, "today", VISITCLI_PASSPHRASE="")
    assert not {name for name in modules if name.startswith("cryptography")}


@pytest.mark.parametrize(
    ("argv", "environ"),
    [
        (["today"], {}),
        ([], {}),
        (["--help"], {}),
        ([], {"_VISITCLI_COMPLETE": "complete_bash", "COMP_WORDS": "visitcli show SH-1", "COMP_CWORD": "2"}),
    ],
    ids=["today", "bare", "help", "completion"],
)
def test_a_hot_command_loads_nothing_heavy(worked_home: Path, argv: list[str], environ: dict[str, str]) -> None:
    modules = loaded(worked_home, *argv, **environ)
    assert not {name for name in HEAVY if name in modules}


def test_the_version_loads_nothing_at_all(home: Path) -> None:
    modules = loaded(home, "--version")
    assert not {"typer", "sqlcipher3", "visitcli.cli", "visitcli.store", "datetime", "json.decoder"} & (
        modules - {"json.decoder"}
    )


def test_completion_offers_case_numbers_with_names(worked_home: Path) -> None:
    program = Path(sys.executable).with_name("visitcli")
    environ = {**os.environ, "VISITCLI_HOME": str(worked_home), "_VISITCLI_COMPLETE": "complete_zsh"}
    environ |= {"_TYPER_COMPLETE_ARGS": "visitcli show SH-100"}
    done = subprocess.run([program], env=environ, capture_output=True, text=True, check=True)
    assert "SH-1000" in done.stdout
    assert "客户000" in done.stdout


def test_completion_makes_no_store(home: Path) -> None:
    loaded(home, _VISITCLI_COMPLETE="complete_bash", COMP_WORDS="visitcli show S", COMP_CWORD="2")
    assert not home.exists()
