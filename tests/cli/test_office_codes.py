"""A supervisor's code: made by the office, pasted by the agent, checked offline."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Clock, Result

Run = Callable[..., Result]
NOBODY = {"who_opened": "nobody", "card_left": "no", "next_step": "visit_again"}
WHY = "主管同意：客户要求今天面谈"


@pytest.fixture
def key(tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "office.pem"
    made = run("office", "key", path, "--json").json
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("config", "office.public_key", made["public_key"]).status == 0
    assert run("init", "--agent", "A-07").status == 0
    return path


@pytest.fixture
def crowd(three_cases: Run, tmp_path: Path) -> Callable[..., Result]:
    """A visit with one person too many, which a supervisor may allow."""
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(NOBODY))

    def go(*more: str) -> Result:
        return three_cases("visit", "SH-0001", "--with", "王芳、李强", "--answers", path, *more, "--json")

    return go


def code_for(run: Run, key: Path, *changes: str, case: str = "SH-0001", rule: str = "cn.crowd", agent: str = "A-07",
             until: str = "2026-11-23T20:00") -> str:  # fmt: skip
    made = run("office", "code", case, rule, "--agent", agent, "--until", until, "--key", key, *changes, "--json")
    assert made.status == 0, made.err
    return str(made.json["code"])


def test_with_the_offices_code_the_rule_is_set_aside_and_the_export_says_so(
    three_cases: Run, crowd: Callable[..., Result], key: Path, tmp_path: Path
) -> None:
    assert crowd().status == 4
    code = code_for(three_cases, key)
    done = crowd("--override", "cn.crowd", "--reason", WHY, "--code", code)
    assert done.status == 0, done.out + done.err
    package = three_cases("export", "--to", tmp_path / "out", "--json").json["package"]
    with zipfile.ZipFile(package) as archive:
        (audit,) = (name for name in archive.namelist() if name.endswith("audit.csv"))
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open(audit), "utf-8-sig")))
    (row,) = (row for row in rows if row["event"] == "override")
    assert (row["node"], row["new-value"]) == ("/rules/cn.crowd", "supervisor")
    assert WHY in row["change-reason"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"case": "SH-0002"}, "override.not_for_this"),
        ({"rule": "cn.met_week"}, "override.not_for_this"),
        ({"agent": "A-08"}, "override.not_for_this"),
    ],
)
def test_a_code_for_something_else_does_not_hold(
    three_cases: Run, crowd: Callable[..., Result], key: Path, change: dict[str, str], why: str
) -> None:
    refused = crowd("--override", "cn.crowd", "--reason", WHY, "--code", code_for(three_cases, key, **change))
    assert (refused.status, [reason["code"] for reason in refused.json["reasons"]]) == (4, [why])


def test_a_code_has_its_time(three_cases: Run, crowd: Callable[..., Result], key: Path, clock: Clock) -> None:
    def why(code: str) -> str:
        return str(crowd("--override", "cn.crowd", "--reason", WHY, "--code", code).json["reasons"][0]["code"])

    assert why(code_for(three_cases, key, "--since", "2026-11-23T15:00")) == "override.too_early"
    assert (
        why(code_for(three_cases, key, "--since", "2026-11-22T08:00", until="2026-11-22T20:00")) == "override.too_late"
    )
    good = code_for(three_cases, key)
    assert why(good[:-1] + ("A" if good[-1] != "A" else "B")) == "override.mistyped"
    three_cases("config", "office.public_key", "")
    assert why(good) == "override.no_office_key"


def test_another_offices_code_is_told(
    three_cases: Run, crowd: Callable[..., Result], key: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    assert three_cases("office", "key", other).status == 0
    refused = crowd("--override", "cn.crowd", "--reason", WHY, "--code", code_for(three_cases, other))
    assert refused.json["reasons"][0]["code"] == "override.other_office"
    assert key.exists()


@pytest.mark.parametrize(
    ("rule", "more", "status", "code"),
    [
        ("cn.hours", (), 4, "override.nobody"),
        ("cn.moon", (), 3, "override.no_rule"),
        ("cn.crowd", ("--until", "2026-11-22T10:00"), 2, "office.times"),
        ("cn.crowd", ("--until", "2027-11-22T10:00"), 2, "office.times"),
        ("cn.crowd", ("--until", "soon"), 2, "rules.at"),
    ],
)
def test_the_office_makes_no_code_that_could_not_hold(
    three_cases: Run, key: Path, rule: str, more: tuple[str, ...], status: int, code: str
) -> None:
    asked = ("--agent", "A-07", *(more or ("--until", "2026-11-23T20:00")), "--key", key)
    refused = three_cases("office", "code", "SH-0001", rule, *asked, "--json")
    assert (refused.status, refused.error["code"]) == (status, code)


def test_a_key_is_never_written_over_and_one_that_others_can_read_is_not_used(three_cases: Run, key: Path) -> None:
    before = key.read_bytes()
    refused = three_cases("office", "key", key, "--json")
    assert (refused.status, refused.error["code"]) == (5, "office.key_exists")
    assert key.read_bytes() == before
    key.chmod(0o644)
    asked = ("--agent", "A-07", "--until", "2026-11-23T20:00")
    refused = three_cases("office", "code", "SH-0001", "cn.crowd", *asked, "--key", key, "--json")
    assert (refused.status, refused.error["code"]) == (5, "office.key_open")
    for name, code in (("gone.pem", "office.no_key"), ("bad.pem", "office.bad_key")):
        path = key.parent / name
        if name == "bad.pem":
            path.write_text("no key")
            path.chmod(0o600)
        refused = three_cases("office", "code", "SH-0001", "cn.crowd", *asked, "--key", path, "--json")
        assert refused.error["code"] == code
