"""The package's laws: bytes that follow from the records, cells that come back, tables that frictionless takes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import frictionless
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visitcli.domain.errors import BadInputError
from visitcli.domain.script import parse_script
from visitcli.domain.session import Event
from visitcli.formats import package
from visitcli.formats.formulas import FORMULA_STARTS, guarded, unguarded
from visitcli.formats.package import MediaFile, media_path
from visitcli.formats.package_rows import until_closing
from visitcli.formats.package_tables import TABLES, Tables, meaning
from visitcli.words import LANGUAGES, Words

CREATED = "2026-11-23T17:30:00.000+08:00"
CONTACTS = next(table for table in TABLES if table.name == "contacts")

# Whatever an agent may type or paste, line ends and control characters too; a store holds no lone surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
notes = st.one_of(texts, st.builds(str.__add__, st.sampled_from([*FORMULA_STARTS, "'", "''", '"', ",", ";"]), texts))


def contact(number: int, note: str) -> dict[str, Any]:
    return {
        "record_id": f"019abd3e-0000-7000-8000-{number:012x}", "revision": 1, "case_id": "SH-0001", "agent_id": "A007",
        "at": CREATED, "by": "phone", "result": "no_answer", "note": note,
    }  # fmt: skip


def tables(*records: dict[str, list[dict[str, Any]]]) -> Tables:
    filled = Tables()
    for record in records:
        filled.add(record)
    return filled


def written(records: list[dict[str, Any]], media: tuple[MediaFile, ...] = ()) -> tuple[str, bytes]:
    target = io.BytesIO()
    filled = tables(*({"contacts": [record]} for record in records))
    return package.write(target, filled, media, CREATED), target.getvalue()


@given(notes)
def test_a_guarded_text_runs_nowhere_and_comes_back(text: str) -> None:
    assert not guarded(text).startswith(FORMULA_STARTS)
    assert unguarded(guarded(text)) == text


@given(st.lists(notes, max_size=5))
def test_every_text_comes_back_from_the_table(given_notes: list[str]) -> None:
    filled = tables(*({"contacts": [contact(number, note)]} for number, note in enumerate(given_notes)))
    found = list(csv.DictReader(io.StringIO(filled.contents(CONTACTS).decode("utf-8"), newline="")))
    assert [unguarded(row["note"]) for row in found] == given_notes


@given(st.permutations(range(1, 12)))
def test_the_rows_of_a_record_stand_in_their_order(order: list[int]) -> None:
    offers = [{**contact(1, ""), "seq": seq, "offer": f"o{seq}", "offered": True, "agreed": False} for seq in order]
    table = next(table for table in TABLES if table.name == "offers")
    lines = tables({"offers": offers}).contents(table).decode().splitlines()[1:]
    assert [line.split(",")[3] for line in lines] == [str(seq) for seq in range(1, 12)]


@given(st.lists(notes, min_size=1, max_size=3), st.lists(notes, min_size=1, max_size=3))
def test_other_records_have_another_id(one: list[str], two: list[str]) -> None:
    ids = [written([contact(i, note) for i, note in enumerate(some)])[0] for some in (one, two)]
    assert (ids[0] == ids[1]) == (one == two)


@settings(max_examples=20, deadline=None)
@given(st.lists(notes, min_size=1, max_size=5))
def test_frictionless_takes_whatever_was_typed(tmp_path_factory: pytest.TempPathFactory, typed: list[str]) -> None:
    file = tmp_path_factory.mktemp("package") / "p.zip"
    file.write_bytes(written([contact(number, note) for number, note in enumerate(typed)])[1])
    report = frictionless.validate(str(file))
    assert report.valid, report.flatten(["name", "type", "note"])


def test_an_empty_package_is_one_too(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(written([])[1])
    assert frictionless.validate(str(tmp_path / "p.zip")).valid


def test_the_descriptor_says_what_the_standard_asks_for() -> None:
    _, content = written([contact(1, "")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist()[0] == "datapackage.json"
        assert archive.namelist()[1:] == sorted(archive.namelist()[1:])
        described = json.loads(archive.read("datapackage.json"))
        for resource in described["resources"]:
            data = archive.read(resource["path"])
            assert resource["bytes"] == len(data)
            assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert described["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert described["created"] == CREATED
    keys = {resource["name"]: resource["schema"]["primaryKey"] for resource in described["resources"]}
    assert keys["visits"] == ["record_id", "revision"]
    child = next(resource["schema"] for resource in described["resources"] if resource["name"] == "answers")
    assert child["foreignKeys"] == [
        {"fields": ["record_id", "revision"], "reference": {"resource": "visits", "fields": ["record_id", "revision"]}}
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"record_id": "019abd3e-0000-4000-8000-000000000001"}, "constraint-error"),
        ({"by": "pigeon"}, "constraint-error"),
        ({"at": "yesterday"}, "type-error"),
        ({"case_id": ""}, "constraint-error"),
    ],
)
def test_the_schema_holds_what_it_says(tmp_path: Path, row: dict[str, str], expected: str) -> None:
    (tmp_path / "p.zip").write_bytes(written([contact(1, "") | row])[1])
    report = frictionless.validate(str(tmp_path / "p.zip"))
    assert expected in [error[0] for error in report.flatten(["type"])]


def test_the_schema_knows_rows_without_a_visit_and_records_that_stand_twice(tmp_path: Path) -> None:
    offer = {"record_id": contact(1, "")["record_id"], "revision": 1, "case_id": "SH-0001", "seq": 1, "offer": "part",
             "offered": True, "agreed": False}  # fmt: skip
    filled = tables({"offers": [offer]}, {"contacts": [contact(1, "")]}, {"contacts": [contact(1, "again")]})
    with (tmp_path / "p.zip").open("w+b") as target:
        package.write(target, filled, [], CREATED)
    report = frictionless.validate(str(tmp_path / "p.zip"))
    assert {error[0] for error in report.flatten(["type"])} == {"foreign-key", "primary-key"}


def media_file(folder: Path, content: bytes) -> MediaFile:
    source = folder / "photo.jpg"
    source.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return MediaFile(partial(source.open, "rb"), media_path(sha256, ".jpg"), sha256, len(content))


def test_a_file_that_changed_meanwhile_is_not_packed(tmp_path: Path) -> None:
    file = media_file(tmp_path, b"as it was")
    (tmp_path / "photo.jpg").write_bytes(b"as it is!")
    with pytest.raises(BadInputError) as refused:
        written([], (file,))
    assert refused.value.code == "export.media_changed"


def test_files_go_through_piece_by_piece(tmp_path: Path) -> None:
    size = 64 << 20
    file = media_file(tmp_path, bytes(size))
    told: list[int] = []
    tracemalloc.start()
    try:
        with (tmp_path / "p.zip").open("w+b") as target:
            package.write(target, Tables(), [file], CREATED, told.append)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(told) == size
    assert peak < 8 << 20


def test_only_known_suffixes_stay() -> None:
    assert media_path("ab", ".jpg") == "media/ab.jpg"
    assert media_path("ab", ".xlsx") == media_path("ab", "") == media_path("ab", ".html") == "media/ab.bin"


SCRIPT = parse_script(
    {
        "script_id": "s", "version": "1",
        "questions": [{"name": "a", "part": "record", "type": "text", "label": {"zh": "甲", "en": "a"}}],
        "stops": [{"code": "leave", "effect": "end", "label": {"zh": "走", "en": "leave"}}],
    }
)  # fmt: skip


def journal(*kinds: str) -> list[Event]:
    payloads: dict[str, dict[str, object]] = {
        "answered": {"name": "a", "value": "x"},
        "drafted": {"name": "a", "text": "x and y"},
        "stopped": {"code": "leave"},
        "reopened": {"reason": "r", "lift": True},
    }
    return [Event(seq, kind, CREATED, payloads.get(kind, {})) for seq, kind in enumerate(kinds, start=1)]


@pytest.mark.parametrize(
    ("kinds", "kept"),
    [
        (("begun", "answered", "closed"), 3),
        (("begun", "stopped"), 2),
        (("begun", "answered", "closed", "reopened", "answered"), 3),
        (("begun", "stopped", "reopened", "answered", "closed"), 5),
        (("begun", "answered", "closed", "something_else"), 3),
        (("begun", "drafted", "answered", "drafted", "closed"), 3),
        (("begun", "answered"), 0),
    ],
)
def test_the_audit_ends_where_the_record_was_closed(kinds: tuple[str, ...], kept: int) -> None:
    assert len(until_closing(SCRIPT, journal(*kinds))) == kept


DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("language", "page"), [("en", "office.md"), ("zh", "office.zh.md")])
def test_every_column_of_every_table_is_explained_to_the_office(language: str, page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    words = Words(language)
    for table in TABLES:
        section = text.partition(f"### {table.path}")[2].partition("\n###")[0].partition("\n## ")[0]
        assert words.text(f"package.table.{table.name}") in section, table.path
        wanted = [f"| `{f.name}` | {f.type} | {meaning(words, table.name, f.name)} |" for f in table.fields]
        assert [line for line in section.splitlines() if line.startswith("| `")] == wanted


def test_the_descriptions_are_there_in_both_languages() -> None:
    described = package.descriptor({table.path: b"" for table in TABLES}, [], 0, CREATED)
    for language in LANGUAGES:
        assert Words(language).text("package.description") in described["description"]
        for table, resource in zip(TABLES, described["resources"], strict=True):
            for column, found in zip(table.fields, resource["schema"]["fields"], strict=True):
                assert meaning(Words(language), table.name, column.name) in found["description"]
