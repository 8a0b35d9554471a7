"""Every code that the import can give has its sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import visitcli
from visitcli.formats.vocabulary_file import shipped

SOURCE = Path(visitcli.__file__).parent
ENGLISH = json.loads((SOURCE / "words" / "en" / "import.json").read_text(encoding="utf-8"))

_PARTS = ("domain", "formats", "app")
_CODE = re.compile(r'"(import\.[a-z_]+)"')


def _codes(pattern: re.Pattern[str]) -> set[str]:
    files = (file for part in _PARTS for file in (SOURCE / part).glob("*.py"))
    return {code for file in files for code in pattern.findall(file.read_text(encoding="utf-8"))}


def test_every_code_has_a_message() -> None:
    codes = _codes(_CODE)
    codes |= {f"import.unknown_{kind}" for kind in shipped().values}
    codes |= {f"import.id_{fault}" for fault in ("rounded", "length", "birth_date", "checksum")}
    assert len(codes) > 50
    assert {code for code in codes if f"{code}.message" not in ENGLISH} == set()


def test_every_error_of_a_file_has_a_hint() -> None:
    raised = re.compile(r'(?:BadInputError|NotFoundError|UsageError)\(\s*"(import\.[a-z_]+)"')
    assert {code for code in _codes(raised) if f"{code}.hint" not in ENGLISH} == set()


def test_every_warning_has_a_name_for_its_kind() -> None:
    messages = {key.removesuffix(".message") for key in ENGLISH if key.endswith(".message")}
    errors = {key.removesuffix(".hint") for key in ENGLISH if key.endswith(".hint")}
    refusals = {"no_case_number", "no_name", "no_place", "duplicate", "too_many_cells", "broken_line"}
    without = {code for code in messages - errors if f"{code}.kind" not in ENGLISH}
    assert without == {f"import.{name}" for name in refusals}
