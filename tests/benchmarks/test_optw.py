"""The published format is read to the letter, and scores are counted by nobody who has a stake in them."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from benchmarks.optw import Result, Run, document, made, main, shares
from benchmarks.optw_instances import (
    FormatError,
    Instance,
    decimals_of,
    fault_of,
    made_instance,
    make_folder,
    read_best_known,
    read_folder,
    read_instance,
    score_of,
)

LITTLE = """\
4 1 3 1
0 200
  0 0.00 0.00 0.00 0.00 0 0 0 100
  1 1.00 1.00 10.00 5.00 1 1 1 20 30
  2 3.00 4.00 2.50 7.00 4 2 1 2 0 9
  3 0.00 40.00 10 50 1 1 1 0 100
"""


def little(folder: Path, name: str = "little", text: str = LITTLE) -> Instance:
    path = folder / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    return read_instance(path)


def test_columns_are_read_with_a_list_of_any_length(tmp_path: Path) -> None:
    instance = little(tmp_path)
    assert [(v.service, v.score, v.opens, v.closes) for v in instance.vertices] == [
        (0, 0, 0, 1000),
        (100, 5, 200, 300),
        (25, 7, 0, 90),
        (100, 50, 0, 1000),
    ]
    assert instance.until == 1000


def test_distances_are_rounded_down_to_the_decimals_that_the_name_asks_for(tmp_path: Path) -> None:
    assert (decimals_of("c101"), decimals_of("rc208"), decimals_of("pr07"), decimals_of("PR11")) == (1, 1, 2, 2)
    assert little(tmp_path).distances[0] == [0, 14, 50, 400]  # 1.4142 -> 1.4
    precise = little(tmp_path, "pr99")
    assert precise.distances[0] == [0, 141, 500, 4000]
    assert precise.until == 10_000
    assert (
        read_instance(tmp_path / "little.txt", decimals=0).distances[0][1] == 10
    )  # 1, in tenths for the service times


def test_a_service_time_finer_than_the_distances_keeps_its_value(tmp_path: Path) -> None:
    instance = little(tmp_path, text=LITTLE.replace("2.50", "2.125"))
    assert (instance.digits, instance.vertices[2].service, instance.distances[0][1]) == (3, 2125, 1400)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("nothing\n", "first line"),
        (LITTLE.replace("1 1 1 20 30", "1 1 20 30"), "line 4"),
        (LITTLE.replace("3.00 4.00", "3.00 four"), "line 5"),
        (LITTLE.rpartition("  3 0")[0], "3 vertices"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_place(tmp_path: Path, text: str, named: str) -> None:
    if "3 vertices" in named:
        text = text.replace("4 1 3 1", "4 1 9 1")
    with pytest.raises(FormatError, match=named):
        little(tmp_path, text=text)


def test_the_checker_holds_windows_the_way_home_and_each_vertex_once(tmp_path: Path) -> None:
    instance = little(tmp_path)
    assert fault_of(instance, []) is None
    assert fault_of(instance, [2, 1]) is None and score_of(instance, [2, 1]) == 12
    assert fault_of(instance, [1, 2]) == "late at vertex 2"  # its service cannot begin after 9
    assert fault_of(instance, [2, 1, 1]) == "a vertex twice"
    assert fault_of(instance, [4]) == fault_of(instance, [0]) == "no such vertex"
    assert fault_of(instance, [1, 3]) == "late at the end"  # served until 30, there by 69.0, done at 79, home at 119


def test_a_visit_may_begin_at_the_closing_time_itself(tmp_path: Path) -> None:
    closes_as_one_arrives = LITTLE.replace("0 9\n", "0 5\n")
    assert fault_of(little(tmp_path, text=closes_as_one_arrives), [2]) is None
    assert fault_of(little(tmp_path, text=LITTLE.replace("0 9\n", "0 4.9\n")), [2]) == "late at vertex 2"


def test_ours_finds_the_best_route_of_a_little_instance_by_the_checkers_word(tmp_path: Path) -> None:
    instance = little(tmp_path, "tiny", made_instance(5, 6))
    best = max(
        score_of(instance, route)
        for length in range(7)
        for route in permutations(range(1, 7), length)
        if fault_of(instance, route) is None
    )
    result = made(Run(instance, "ours", 0.5, 0))
    assert (result.fault, result.score) == (None, best)


def test_made_instances_are_in_the_format_and_the_same_for_a_seed(tmp_path: Path) -> None:
    make_folder(tmp_path)
    (tmp_path / "NOTES.txt").write_text("These are made up.", encoding="utf-8")
    instances, others = read_folder(tmp_path)
    assert [instance.name for instance in instances] == ["c_narrow", "c_wide", "r_narrow", "r_wide"]
    assert others == ["NOTES.txt: the first line is not 'k v N t'"]
    assert all(len(instance.vertices) == 101 for instance in instances)
    assert made_instance(1) == made_instance(1) != made_instance(2)
    with pytest.raises(FormatError, match="c999"):
        read_folder(tmp_path, ["c999"])


def test_shares_are_of_the_best_known_score_and_elsewhere_of_the_best_found() -> None:
    results = [
        Result("a", "ours", 1, 0, 90, 1.0),
        Result("a", "vroom", 1, 0, 80, 1.0),
        Result("b", "ours", 1, 0, 10, 1.0),
        Result("b", "vroom", 1, 0, 0, 1.0, "late at the end"),
    ]
    assert shares(results, {"a": 100.0, "elsewhere": 7.0}) == {
        ("ours", 1): {"a": [90.0], "b": [100.0]},
        ("vroom", 1): {"a": [80.0], "b": [0.0]},
    }
    assert document(results, {"a": 100.0})[1:3] == [
        {"instance": "a", "solver": "vroom", "seconds": 1, "seed": 0, "score": 80, "best_known": 100},
        {"instance": "b", "solver": "ours", "seconds": 1, "seed": 0, "score": 10, "best_known": None},
    ]


def test_from_a_folder_to_the_table_and_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_folder(tmp_path)
    (tmp_path / "best_known_m1.csv").write_text("instance,bks,note\nc_wide,100000,\nother,,\n", encoding="utf-8")
    assert read_best_known(tmp_path) == {"c_wide": 100000.0}
    asked = [str(tmp_path), "--seconds", "0.05", "--seeds", "2", "--solvers", "ours", "--instances", "c_wide,r_narrow"]
    assert main([*asked, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["instance"], row["seed"], row["best_known"]) for row in rows] == [
        ("c_wide", 0, 100000),
        ("c_wide", 1, 100000),
        ("r_narrow", 0, None),
        ("r_narrow", 1, None),
    ]
    assert all(row["score"] > 0 and row["solver"] == "ours" and row["seconds"] == 0.05 for row in rows)
    assert main(asked) == 0
    printed = capsys.readouterr()
    assert "c_wide" in printed.out and "worst" in printed.out
    assert "4/4" in printed.err


def test_a_peer_that_is_not_installed_is_named_and_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda _module: None)
    make_folder(tmp_path)
    asked = [str(tmp_path), "--seconds", "0.02", "--seeds", "1", "--instances", "r_narrow"]
    assert main([*asked, "--solvers", "ours,ortools"]) == 0
    printed = capsys.readouterr()
    assert "ortools-tabu: not installed" in printed.err and "ortools-gls: not installed" in printed.err
    assert "ours" in printed.out
    assert main([*asked, "--solvers", "ours,gurobi"]) == 2
    assert "gurobi" in capsys.readouterr().err
