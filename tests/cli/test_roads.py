"""The road map from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Result
from tests.roads_here import EXTRACT, builder, needs_roads

__all__ = ["builder"]
pytestmark = needs_roads
Run = Callable[..., Result]
HERE, THERE = "60.1700,24.9410", "60.1750,24.9480"


@pytest.mark.usefixtures("builder")
def test_from_build_to_remove(run: Run) -> None:
    assert run("roads", "show", "--json").json == {"map": None}
    missing = run("roads", "show")
    assert (missing.status, missing.out) == (3, "")
    built = run("roads", "build", EXTRACT)
    assert (built.status, built.err) == (0, "Plans go by road from now on: visitcli plan\n")
    assert built.out.startswith("map: Helsinki.osm.pbf (0.7 MB)\ncovers: latitude 60.1642 to 60.1791")
    document = run("roads", "show", "--json").json["map"]
    assert document["extent"] == {"south": 60.164155, "west": 24.935176, "north": 60.179113, "east": 24.953415}
    assert (document["source"], document["usable"]) == ("Helsinki.osm.pbf", True)
    assert run("roads", "build", EXTRACT, "--json").json.keys() == document.keys()
    assert run("roads", "show").out == built.out

    way = run("roads", "way", HERE, THERE, lang="zh")
    assert way.out.startswith(f"{HERE} → {THERE}：")
    assert way.out.splitlines()[-1].endswith(("到达", "手边"))
    assert way.err == "时间按路上不堵车算，不含停车和走路。\n"
    as_json = run("roads", "way", HERE, THERE, "--json").json
    assert (as_json["from"]["lat"], as_json["to"]["lon"]) == (60.17, 24.948)
    assert len(as_json["turns"]) == len(way.out.splitlines()) - 1

    off = run("roads", "way", HERE, "60.1,24.0", "--json")
    assert (off.status, off.error["code"]) == (3, "roads.off_the_map")
    removed = run("roads", "remove", "--json")
    assert removed.json["removed"] == "Helsinki.osm.pbf"
    assert run("roads", "remove").status == run("roads", "way", HERE, THERE).status == 3


@pytest.mark.usefixtures("builder")
def test_ends_may_be_cases_and_addresses(three_cases: Run) -> None:
    assert three_cases("roads", "build", EXTRACT).status == 0
    for end in ("SH-0001", "林晓雯", "上海市嘉定区安亭镇无名一路1号"):
        found = three_cases("roads", "way", HERE, end, "--json")
        assert found.error["code"] == "roads.off_the_map"
        assert "31.2" in found.error["message"]
    assert three_cases("roads", "way", HERE, "xyzzy", "--json").error["code"] == "plan.place"
    assert three_cases("roads", "way", HERE, "SH-000", "--json").error["code"] == "cases.ambiguous"


@pytest.mark.usefixtures("builder")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_no_extract_is_said_in_words(run: Run, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "list.osm.pbf"
    file.write_bytes(b"<html>")
    refused = run("roads", "build", file, lang=lang)
    assert refused.status == 5
    assert "list.osm.pbf" in refused.err
    assert ".osm.pbf" in refused.err.splitlines()[-1]
