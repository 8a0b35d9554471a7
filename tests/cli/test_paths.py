"""Paths that no system could have, given to the commands that read or write one: a coded error, never a bug."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Result

from visitcli.domain.errors import BadInputError
from visitcli.formats import receipts

Run = Callable[..., Result]
LONG = "x" * 300


@pytest.fixture
def something_to_export(three_cases: Run) -> Run:
    three_cases("contact", "SH-0001", "--by", "phone", "--result", "reached")
    return three_cases


@pytest.mark.parametrize("folder", ["~nobody-of-this-name/x", LONG, "file.csv/x"])
def test_export_names_the_folder(
    something_to_export: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "file.csv").write_text("x")
    monkeypatch.chdir(tmp_path)
    result = something_to_export("export", "--to", folder, "--json")
    assert (result.status, result.error["code"]) == (5, "export.not_writable")
    assert folder in result.error["message"]
    assert "()" not in result.error["message"]


@pytest.mark.parametrize("file", ["~nobody-of-this-name/x", LONG, "file.csv/x"])
def test_ack_names_the_receipt(three_cases: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    (tmp_path / "file.csv").write_text("x")
    monkeypatch.chdir(tmp_path)
    result = three_cases("ack", file, "--json")
    assert (result.status, result.error["code"]) == (5, "ack.unreadable")
    assert "()" not in result.error["message"]


@pytest.mark.parametrize("file", ["~nobody-of-this-name/x", LONG])
def test_the_office_is_told_which_package_cannot_be_read(run: Run, file: str) -> None:
    result = run("package", "receipt", file, "--json")
    assert (result.status, result.error["code"]) == (5, "package.unreadable")
    assert file in result.error["message"]


@pytest.mark.parametrize("to", ["~nobody-of-this-name/x", LONG])
def test_the_office_is_told_where_the_receipt_cannot_go(something_to_export: Run, to: str) -> None:
    package = something_to_export("export", "--json").json["package"]
    result = something_to_export("package", "receipt", package, "--to", to, "--json")
    assert (result.status, result.error["code"]) == (5, "package.receipt_unwritable")
    assert to in result.error["message"]


def test_a_path_with_nul_is_no_bug_either() -> None:
    with pytest.raises(BadInputError) as refused:
        receipts.read(Path("a\0b"))
    assert refused.value.code == "ack.unreadable"
