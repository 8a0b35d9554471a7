"""Which modules the commands felt at every step must not load, and in which layer heavy ones may stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    from datetime import datetime, timedelta

    from benchmarks.year import fill

    fill(home, visits=3, until=datetime.now().astimezone() - timedelta(hours=1), cases=3)
    return home


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
