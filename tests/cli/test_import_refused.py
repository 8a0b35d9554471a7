"""`import --rejected`: refused rows as a file to be mended and imported again."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.values import clean
from visitcli.formats.formulas import FORMULA_STARTS, guarded

LIST = "案件编号,客户姓名,家庭地址\nR-1,,上海市嘉定区安亭镇1号\nR-2,张三,上海市嘉定区安亭镇2号\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "office.csv"
    found.write_text(LIST, encoding="utf-8")
    return found


def _linked(path: Path, link: Callable[[Path, Path], None]) -> Path:
    link(path, path.with_name("link.csv"))
    return path.with_name("link.csv")


@pytest.mark.parametrize("name", ["itself", "another way", "symbolic link", "hard link"])
def test_a_case_file_is_never_written_over(name: str, run: Any, file: Path) -> None:
    target = {
        "itself": lambda: file,
        "another way": lambda: file.parent / ".." / file.parent.name / file.name,
        "symbolic link": lambda: _linked(file, lambda old, new: new.symlink_to(old)),
        "hard link": lambda: _linked(file, lambda old, new: new.hardlink_to(old)),
    }[name]()
    other = file.with_name("other.csv")
    other.write_text(LIST, encoding="utf-8")
    result = run("import", other, file, "--rejected", target, "--json")
    assert (result.status, result.error["code"]) == (5, "import.rejected_is_input")
    assert file.read_text(encoding="utf-8") == LIST
    assert run("cases", "--all", "--json").json["cases"] == [], "nothing was read before the mistake was told"


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_readable_file_in_its_place_does_not_stay_readable(run: Any, file: Path, tmp_path: Path) -> None:
    target = tmp_path / "refused.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o644)
    with target.open(encoding="utf-8") as before:
        assert run("import", file, "--rejected", target).status == 5
        assert before.read() == "old", "a new file takes the name, the old one is not written into"
    assert target.stat().st_mode & 0o777 == 0o600
    assert "R-1" in target.read_text(encoding="utf-8-sig")


def test_a_refused_list_that_fails_half_way_leaves_the_old_one(
    run: Any, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "refused.csv"
    target.write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    run("init")
    with monkeypatch.context() as patched:
        patched.setattr("visitcli.files.os.fsync", full)
        result = run("import", file, "--rejected", target, "--json")
    assert (result.status, result.json["error"]["code"]) == (5, "import.cannot_write")
    assert result.json["files"][0]["added"] == 1, "what became of the file is told all the same"
    assert target.read_text(encoding="utf-8") == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"office.csv", "refused.csv", "home"}


@pytest.mark.parametrize("where", [".", "none/refused.csv", "office.csv/refused.csv"])
def test_a_place_that_takes_no_refused_rows_is_told_before_anything_is_read(
    where: str, run: Any, file: Path, tmp_path: Path
) -> None:
    result = run("import", file, "--rejected", tmp_path / where, "--json")
    assert (result.status, result.error["code"]) == (5, "import.rejected_unwritable")
    assert run("cases", "--json").json["cases"] == []
    spoken = run("import", file, "--rejected", tmp_path / where, "--json", lang="zh").error["message"]
    assert not re.search("[A-Za-z]", spoken.replace(str(tmp_path / where), ""))
    assert {path.name for path in tmp_path.iterdir()} == {"office.csv", "home"}, "the trial left nothing behind"


def test_no_formula_of_a_file_runs_in_the_list_of_its_refused_rows(run: Any, tmp_path: Path) -> None:
    formulas = ["=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x"]
    head = ",".join(["案件编号", "客户姓名", "家庭地址", *(f"列{n}" for n in range(len(formulas)))])
    file, refused = tmp_path / "a.csv", tmp_path / "refused.csv"
    file.write_text(f"{head}\nR-1,,上海市嘉定区安亭镇1号,{','.join(formulas)}\n", encoding="utf-8")
    run("import", file, "--rejected", refused)
    rows = list(csv.reader(io.StringIO(refused.read_text(encoding="utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]
    assert [clean(cell) for cell in rows[1][3 : 3 + len(formulas)]] == formulas


@given(st.one_of(st.text(), st.builds(str.__add__, st.sampled_from([*FORMULA_STARTS, "'", "''", "'="]), st.text())))
def test_the_import_reads_a_guarded_cell_as_it_was(text: str) -> None:
    cell = clean(text)
    assert clean(guarded(cell)) == cell
