from __future__ import annotations

import json
from pathlib import Path

import pytest

from visitcli.domain.errors import BadInputError
from visitcli.formats.matrix_file import AtCase, read

HEAD = "from,to,metres,seconds\n"


def written(tmp_path: Path, text: str | bytes, name: str = "ways.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_csv_in_english(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + 'base,SH-1,1200,300\n\n"31.23,121.47",SH-1,800.5,200\n')
    assert read(file) == {("base", AtCase("SH-1")): (1200, 300), ((31.23, 121.47), AtCase("SH-1")): (800.5, 200)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_in_chinese(tmp_path: Path, encoding: str) -> None:
    text = "起点,起点类型,终点,终点类型,米,秒\n出发地,,SH-1,单位,1200,300\n"
    assert read(written(tmp_path, text.encode(encoding))) == {("base", AtCase("SH-1", "work")): (1200, 300)}


@pytest.mark.parametrize("wrapped", [False, True])
def test_json(tmp_path: Path, wrapped: bool) -> None:
    rows = [{"from": "SH-1", "to": "SH-2", "to_kind": "home", "metres": 5, "seconds": 6.5}]
    file = written(tmp_path, json.dumps({"legs": rows} if wrapped else rows), "ways.json")
    assert read(file) == {(AtCase("SH-1"), AtCase("SH-2", "home")): (5, 6.5)}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("SH-1,,1,1", "to"),
        (",SH-1,1,1", "from"),
        ("SH-1,SH-2,far,1", "metres"),
        ("SH-1,SH-2,-1,1", "metres"),
        ("SH-1,SH-2,1,nan", "seconds"),
        ("SH-1,SH-2,1,1e9", "seconds"),
        ("SH-1,SH-2,1", "seconds"),
    ],
)
def test_a_bad_row_is_named_with_its_field(tmp_path: Path, row: str, field: str) -> None:
    file = written(tmp_path, HEAD + "SH-8,SH-9,1,1\n" + row + "\n")
    with pytest.raises(BadInputError, match=r"roads\.matrix_row") as caught:
        read(file)
    assert (caught.value.context["row"], caught.value.context["field"]) == (3, field)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("from,to\nSH-1,SH-2\n", "roads.matrix_columns"),
        ("", "roads.matrix_form"),
        ("{", "roads.matrix_form"),
        ("[1]", "roads.matrix_form"),
        ("[" * 100_000, "roads.matrix_form"),
        (b"\xff\xfe\x00", "roads.matrix_form"),
        (HEAD + "SH-1,SH-2,1,1\nSH-1,SH-2,1,2\n", "roads.matrix_twice"),
        (HEAD + 'SH-1,"SH-2', "roads.matrix_form"),
    ],
)
def test_what_is_no_such_file(tmp_path: Path, text: str | bytes, code: str) -> None:
    with pytest.raises(BadInputError, match=code):
        read(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"roads\.matrix_unreadable"):
        read(tmp_path / "none.csv")
    with pytest.raises(BadInputError, match=r"roads.matrix_(unreadable|form)"):
        read(tmp_path)
