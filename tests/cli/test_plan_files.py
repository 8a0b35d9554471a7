"""`plan --html --gpx --geojson --ics`: the plan as files, whole, private, and never in the place of something else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plan_rules import HOME_BASE, case, planned

from conftest import Result
from visitcli.planner.explaining import ITERATIONS
from visitcli.planner.model import Solution
from visitcli.planner.solver import solve

Run = Callable[..., Result]
Take = Callable[..., Run]
QUICK = ("--seconds", "0.2", "--start", HOME_BASE)
KINDS = ("html", "gpx", "geojson", "ics")


def options(folder: Path) -> list[str | Path]:
    return [word for kind in KINDS for word in (f"--{kind}", folder / f"day.{kind}")]


def test_all_four_are_written_and_named_and_show_no_whole_name(take: Take, tmp_path: Path) -> None:
    run = take(case(1, customer={"name": "欧阳娜娜"}), case(2, customer={"name": "林晓雯"}))
    out = tmp_path / "out"
    out.mkdir()
    result = run("plan", *QUICK, *options(out), "--json", lang="zh")
    assert result.status == 0, result.err
    assert result.json["files"] == {kind: str(out / f"day.{kind}") for kind in KINDS}
    for kind in KINDS:
        text = (out / f"day.{kind}").read_text(encoding="utf-8")
        assert "林" in text
        assert "晓雯" not in text
        assert "娜娜" not in text
    if os.name == "posix":
        assert {(out / f"day.{kind}").stat().st_mode & 0o777 for kind in KINDS} == {0o600}
    assert len(list(out.iterdir())) == len(KINDS)
    assert len(json.loads((out / "day.geojson").read_text(encoding="utf-8"))["features"]) >= 2


def test_a_former_one_is_replaced_and_said(take: Take, tmp_path: Path) -> None:
    run = take(case(1), case(2))
    for lang, said in (("zh", "已写出"), ("en", "Written")):
        result = run("plan", *QUICK, *options(tmp_path), lang=lang)
        assert result.status == 0
        assert result.err.count(said) == len(KINDS)
        assert str(tmp_path / "day.html") in result.err


@pytest.mark.parametrize("kind", KINDS)
def test_another_file_is_left_alone_and_nothing_is_planned(take: Take, tmp_path: Path, kind: str) -> None:
    run = take(case(1))
    precious = tmp_path / "cases.xlsx"
    precious.write_bytes(b"PK\x03\x04 a workbook")
    refused = run("plan", *QUICK, f"--{kind}", precious, "--json")
    assert (refused.status, refused.error["code"]) == (2, "plan.foreign_file")
    assert "cases.xlsx" in refused.error["message"]
    assert precious.read_bytes() == b"PK\x03\x04 a workbook"
    assert run("today", "--json").json["planned"] is None


def test_two_kinds_do_not_go_into_one_file(take: Take, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for other in (tmp_path / "day", tmp_path / "sub" / ".." / "day"):
        refused = take(case(1))("plan", "--gpx", tmp_path / "day", "--ics", other, "--json")
        assert (refused.status, refused.error["code"]) == (2, "plan.same_file")


def test_a_file_in_the_folder_of_nobody_is_no_fault_of_the_program(take: Take) -> None:
    result = take(case(1))("plan", *QUICK, "--gpx", "~nobody-of-that-name/day.gpx", "--json")
    assert (result.status, result.json["error"]["code"]) == (5, "share.cannot_write")


def test_where_a_file_cannot_be_written_the_plan_is_printed_all_the_same(take: Take, tmp_path: Path) -> None:
    run = take(case(1), case(2))
    nowhere = tmp_path / "no such folder" / "day.gpx"
    result = run("plan", *QUICK, "--gpx", nowhere, "--ics", tmp_path / "day.ics", "--json")
    assert (result.status, result.err) == (5, "")
    assert sorted(planned(result.json)) == ["P-0001", "P-0002"]
    assert result.json["files"].keys() == {"ics"}
    assert result.json["error"]["code"] == "share.cannot_write"
    spoken = run("plan", *QUICK, "--gpx", nowhere)
    assert spoken.status == 5
    assert "P-0001" in spoken.out
    assert "day.gpx" in spoken.err


def test_a_plan_that_was_cut_short_is_explained_in_full(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Solution] = []

    def searched(*asked: Any, **how: Any) -> Solution:
        found.append(solve(*asked, **how))
        return found[-1]

    monkeypatch.setattr("visitcli.planner.explaining.solve", searched)
    plan = take(*(case(number) for number in range(30)))("plan", "--seconds", "0", "--explain", "P-0003", "--json").json
    assert (plan["cut"], plan["iterations"]) == ("ceiling", 0)
    assert [(each.cut, each.iterations) for each in found] == [(False, ITERATIONS)]


def test_an_explanation_is_only_a_question(take: Take, tmp_path: Path) -> None:
    run = take(*(case(number) for number in range(3)), case(4, holds=[{"code": "complaint"}]))
    asked = run("plan", *QUICK, "--explain", "P-0004", "--json")
    assert asked.status == 0
    assert asked.json["explain"]["case_id"] == "P-0004"
    assert asked.json["explain"]["summary"]
    assert sorted(planned(asked.json)) == ["P-0000", "P-0001", "P-0002"]
    assert run("today", "--json").json["planned"] is None
    assert "P-0004" in run("plan", *QUICK, "--explain", "P-0004", lang="zh").out
    assert asked.json["warnings"] == []
    run("plan", *QUICK)
    other = run("plan", *QUICK, "--exclude", "P-0001", "--explain", "P-0004")
    assert "not the one that stands" in other.err
    assert "not the one that stands" not in run("plan", *QUICK, "--explain", "P-0004").err
    refused = run("plan", "--explain", "P-0004", "--html", tmp_path / "day.html", "--json")
    assert (refused.status, refused.error["code"]) == (2, "plan.explain_files")
    assert run("plan", "--explain", "nobody", "--json").status == 3


def test_an_offices_own_matrix_is_what_the_way_takes(take: Take, tmp_path: Path) -> None:
    run = take(case(1), case(2))
    matrix = tmp_path / "matrix.csv"
    places = ("base", "P-0001", "P-0002")
    rows = [f"{a},{b},7000,900" for a in places for b in places if a != b]
    matrix.write_text("\n".join(["from,to,metres,seconds", *rows]), encoding="utf-8")
    plan = run("plan", *QUICK, "--matrix", matrix, "--json").json
    assert plan["travel"]["source"] == "matrix"
    assert "matrix.csv" in plan["travel"]["notes"][0]["message"]
    assert [stop["travel_m"] for stop in plan["days"][0]["stops"]] == [7000, 7000]
    assert "7.0" in run("plan", *QUICK, "--matrix", matrix, lang="zh").out
    assert run("plan", "--matrix", tmp_path / "none.csv", "--json").status == 5
