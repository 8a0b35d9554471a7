"""Workbooks as an office program really writes them: LibreOffice's XLSX and XLS of the example list."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Result

pytestmark = pytest.mark.check

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_what_libreoffice_writes_is_the_same_cases(run: Callable[..., Result], tmp_path: Path, kind: str) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice cannot be had here")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, EXAMPLES / "cases.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    first = run("import", EXAMPLES / "cases.xlsx", "--crs", "gcj02", "--json").json["files"][0]
    again = run("import", tmp_path / f"cases.{kind}", "--crs", "gcj02", "--json")
    assert again.status == 0, again.err
    assert again.json["files"][0]["unchanged"] == first["added"]
    assert again.json["files"][0]["rejected"] == []
