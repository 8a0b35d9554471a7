"""Both catalogues say the same things: same keys, same placeholders, and everything that the code asks for."""

from __future__ import annotations

import ast
import ctypes
import json
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter
from types import SimpleNamespace

import pytest

import visitcli
from visitcli.cli.root import COMMANDS
from visitcli.domain.errors import VisitcliError
from visitcli.words import LANGUAGES, Words, language_of

SOURCE = Path(visitcli.__file__).parent
AREAS = sorted(path.stem for path in (SOURCE / "words" / "zh").glob("*.json"))


def catalogue(language: str, area: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((SOURCE / "words" / language / f"{area}.json").read_text(encoding="utf-8"))
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_areas() -> None:
    areas = {language: {p.stem for p in (SOURCE / "words" / language).glob("*.json")} for language in LANGUAGES}
    assert areas["zh"] == areas["en"]


@pytest.mark.parametrize("area", AREAS)
def test_keys_agree(area: str) -> None:
    zh, en = catalogue("zh", area), catalogue("en", area)
    assert set(zh) == set(en)
    assert all(key.startswith(f"{area}.") for key in zh)


@pytest.mark.parametrize("area", AREAS)
def test_placeholders_agree(area: str) -> None:
    zh, en = catalogue("zh", area), catalogue("en", area)
    different = {key: (zh[key], en[key]) for key in zh if placeholders(zh[key]) != placeholders(en[key])}
    # A singular need not repeat the number, and the two languages need not both say it.
    assert not {key for key in different if not key.endswith(".one")}


@pytest.mark.parametrize("area", AREAS)
def test_chinese_is_chinese_and_english_is_english(area: str) -> None:
    zh, en = catalogue("zh", area), catalogue("en", area)
    chinese = re.compile("[\u4e00-\u9fff]")
    bare = re.compile(r"^[\W\d_a-zA-Z:{}]*$")
    not_chinese = {
        k for k, v in zh.items() if v and not chinese.search(v) and not bare.match(v) and ".example" not in k
    }
    # An English sentence may name the heading of a Chinese list, no more.
    not_english = {k for k, v in en.items() if len(chinese.findall(v)) > len(v) / 4}
    assert not not_chinese
    assert not not_english


def commands() -> list[str]:
    areas = []
    for name, (_, functions) in COMMANDS.items():
        areas += [name] if isinstance(functions, str) else [name, *(f"{name}.{sub}" for sub in functions if sub)]
    return areas


@pytest.mark.parametrize("command", commands())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_help_and_an_example(command: str, language: str) -> None:
    words = Words(language)
    assert words(f"{command}.help")
    if not isinstance(COMMANDS.get(command, ("", ""))[1], dict):
        assert words(f"{command}.help.example").startswith("visitcli ")


ERRORS = {kind.__name__ for kind in (VisitcliError, *VisitcliError.__subclasses__())}


def raised_codes() -> set[str]:
    """The codes of every error that the code raises, read from the source."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
                    found.add(first.value)
    return {code for code in found if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", code)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_says_what_and_what_to_do(language: str) -> None:
    words = Words(language)
    codes = raised_codes()
    assert len(codes) > 20
    silent = {code for code in codes if not (words.has(f"{code}.message") and words.has(f"{code}.hint"))}
    assert not silent


def asked_keys() -> set[str]:
    """Keys that stand as plain strings in a call of `words(...)`."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("words", "_words") and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_asked_for_is_there(language: str) -> None:
    words = Words(language)
    assert not {key for key in asked_keys() if not words.has(key)}


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "VISITCLI_LANG": "en"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
    ],
)
def test_the_environment_says_the_language(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


@pytest.mark.parametrize(("said", "language"), [("zh_CN", "zh"), ("en_GB", "en"), (None, "en")])
def test_where_it_says_none_the_system_does(monkeypatch: pytest.MonkeyPatch, said: str | None, language: str) -> None:
    monkeypatch.setattr("locale.getlocale", lambda: (said, "UTF-8"))
    assert language_of({}) == language


@pytest.mark.parametrize(("langid", "language"), [(0x0804, "zh"), (0x0404, "zh"), (0x0C04, "zh"), (0x0409, "en")])
def test_windows_says_it_by_number(monkeypatch: pytest.MonkeyPatch, langid: int, language: str) -> None:
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: langid)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert language_of({}) == language
    assert language_of({"LANG": "zh_CN"}) == "zh"


def test_a_language_that_is_said_costs_no_module() -> None:
    probe = "import sys; from visitcli.words import language_of; language_of({'LANG': 'zh_CN.UTF-8'})"
    probe += "; assert not {'locale', 'ctypes'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
