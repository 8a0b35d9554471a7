"""What the documents say of settings is what the program knows: every key that they name exists, the planning model's
keys are all explained in both languages, with their defaults, and its reckoned examples come out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from visitcli.app.planning_facts import prior_of
from visitcli.domain.settings import Settings, plain, specs
from visitcli.planner.chance import Chances, Observation

ROOT = Path(__file__).parent.parent
PLANNING = ("docs/planning.md", "docs/planning.zh.md")
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    *(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/*.md")),
)
MODEL = ("weights", "chance", "travel")
SECTIONS = "|".join({spec.key.split(".")[0] for _, spec in specs()})
NAMED = re.compile(rf"(?<![\w/])({SECTIONS})\.([a-z_]+)(?![\w./])")
WITH_DEFAULT = re.compile(rf"`((?:{SECTIONS})\.[a-z_]+)` ([0-9.]*[0-9])")
CASE, DAY = "AJ261100114", "2026-11-23"


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_setting_that_a_document_names_exists(document: str) -> None:
    keys = {spec.key for _, spec in specs()}
    found = NAMED.findall(text_of(document))
    named = {f"{section}.{entry}" for section, entry in found if entry not in ("md", "py", "pem", "toml", "age", "pub")}
    assert named <= keys


@pytest.mark.parametrize("document", PLANNING)
def test_every_key_of_the_model_is_named(document: str) -> None:
    model = {spec.key for _, spec in specs() if spec.key.split(".")[0] in MODEL}
    assert not {key for key in model if f"`{key}`" not in text_of(document)}


@pytest.mark.parametrize("document", PLANNING)
def test_the_defaults_are_those_of_the_program(document: str) -> None:
    defaults = {spec.key: plain(getattr(Settings(), name)) for name, spec in specs()}
    said = WITH_DEFAULT.findall(text_of(document))
    assert {key for key, _ in said} >= {key for key in defaults if key.startswith(("weights.", "chance."))}
    assert not {(key, value) for key, value in said if float(value) != defaults[key]}


@pytest.mark.parametrize("document", PLANNING)
def test_both_name_the_same_changes_and_figures(document: str) -> None:
    """The two languages tell the same figures, whatever words stand about them."""
    changes = re.findall(r"^\| `([^`]+)`[^|]*\|", text_of(document), re.MULTILINE)
    assert changes == re.findall(r"^\| `([^`]+)`[^|]*\|", text_of(PLANNING[0]), re.MULTILINE)


@pytest.mark.parametrize(
    ("key", "value", "worth", "evening"),
    [
        ("weights.amount", "20", 93.4, 56.0),
        ("weights.amount", "40", 112.1, 67.3),
        ("chance.home_evening", "0.3", 93.4, 28.0),
    ],
)
def test_the_worked_example_comes_out(
    run: Callable[..., Any], key: str, value: str, worth: float, evening: float
) -> None:
    run("import", ROOT / "examples" / "cases.csv")
    assert run("config", key, value).status == 0
    explained = run("plan", "--date", DAY, "--explain", CASE, "--seconds", "0", "--json").json["explain"]
    at_night = next(way["value"] for way in explained["ways"] if way["part"] == "evening")
    assert (round(explained["worth"], 1), round(at_night, 1)) == (worth, evening)
    assert all(str(worth) in text_of(document) for document in PLANNING)


def test_what_ten_visits_teach_comes_out() -> None:
    prior = prior_of(Settings())
    ten = [Observation(met=number < 6, kind="home", part="morning", weekend=False) for number in range(10)]
    learned, firmer = Chances(prior, ten), Chances(replace(prior, visits=5), ten)
    twice = list(repeat(Observation(met=False, kind="home", part="morning", weekend=False), 2))
    own = [Chances(prior).of_case("home", part, False, twice).value for part in ("morning", "evening")]
    found = [learned.usual("home", "morning", False).value, learned.usual("home", "evening", False).value, *own]
    found.append(firmer.usual("home", "morning", False).value)
    assert [f"{value:.2f}" for value in found] == ["0.37", "0.72", "0.17", "0.56", "0.48"]
    assert all(f"{value:.2f}" in text_of(document) for value in found for document in PLANNING)
