"""Files that cannot be taken: each gives one clear coded error, says what to do, and leaves the store as it was."""

from __future__ import annotations

import errno
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hostile_files import SOUND_ROWS, biff, compound, sheet_xml, sound_xls, sound_xlsx, xlsx

HEADING = "案件编号,客户姓名,家庭地址,逾期金额\n"
ROW = "SH-0001,林晓雯,上海市嘉定区安亭镇无名一路1号,999.00\n"

Make = Callable[[Path], object]


def _text(content: str, encoding: str = "utf-8") -> Make:
    return lambda path: path.write_bytes(content.encode(encoding))


def _bytes(content: bytes) -> Make:
    return lambda path: path.write_bytes(content)


def _cut(make: Make, share: float) -> Make:
    def cut(path: Path) -> None:
        make(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return cut


def _bomb(path: Path) -> None:
    xlsx(path, sheet_xml(SOUND_ROWS) + "<x>" + " " * 60_000_000 + "</x>")


def _lying_zip(path: Path) -> None:
    """Says that its sheet is small; what it packs is not."""
    _bomb(path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        size = book.getinfo("xl/worksheets/sheet1.xml").file_size
    claimed, at = size.to_bytes(4, "little"), -1
    while (at := content.find(claimed, at + 1)) >= 0:
        content[at : at + 4] = (4_000).to_bytes(4, "little")
    path.write_bytes(content)


def _laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xlsx(path, sheet_xml(SOUND_ROWS), prologue=f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{entities}]>')


def _shared_text_bomb(path: Path) -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    xlsx(path, f"<sheetData>{cells}</sheetData>", strings=f"<si><t>{'字' * 30_000}</t></si>")


def _far_cell(path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    xlsx(path, sheet_xml(SOUND_ROWS).replace("</sheetData>", far))


def _other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")


def _encrypted_zip(path: Path) -> None:
    sound_xlsx(path)
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)


BAD_FILES: dict[str, tuple[str, Make, str]] = {
    "empty": ("cases.csv", _bytes(b""), "import.empty"),
    "blanks only": ("cases.csv", _bytes(b"\xef\xbb\xbf \r\n\r\n"), "import.empty"),
    "wide blanks only": ("cases.csv", _text("\u3000\u3000\n\u3000"), "import.empty"),
    "form feeds only": ("cases.csv", _bytes(b"\x0c\n\x0c\n"), "import.empty"),
    "empty workbook": ("cases.xlsx", lambda path: xlsx(path, "<sheetData/>"), "import.empty"),
    "binary": ("cases.csv", _bytes(bytes(range(256)) * 40), "import.not_text"),
    "picture": ("cases.xlsx", _bytes(b"\x89PNG\r\n\x1a\n" + bytes(900)), "import.binary"),
    "pdf": ("cases.csv", _bytes(b"%PDF-1.7\n" + b"x" * 900), "import.binary"),
    "wrong encoding": (
        "cases.csv",
        _bytes((HEADING + ROW).encode() + b"SH-2,\xff\xfe\xfa,x,1\n" * 3),
        "import.encoding",
    ),
    "web page as xls": ("cases.xls", _text("<html><table><tr><td>案件编号</td></tr></table></html>"), "import.html"),
    "no heading": ("cases.csv", _text("一,二,三\n1,2,3\n"), "import.no_heading"),
    "missing name": ("cases.csv", _text("案件编号,家庭地址,逾期金额\nSH-1,上海,1\n"), "import.missing_columns"),
    "missing number": ("cases.csv", _text("客户姓名,家庭地址,逾期金额\n张三,上海,1\n"), "import.missing_columns"),
    "missing place": ("cases.csv", _text("案件编号,客户姓名,逾期金额\nSH-1,张三,1\n"), "import.missing_columns"),
    "heading only": ("cases.csv", _text(HEADING), "import.no_rows"),
    "cut in a row": ("cases.csv", _text(HEADING + ROW + "SH-0002,周建"), "import.cut"),
    "cut in a quotation": ("cases.csv", _text(HEADING + ROW + 'SH-0002,周建国,"上海市嘉定区'), "import.cut"),
    "cut in a character": ("cases.csv", _bytes((HEADING + ROW + "SH-0002,周建国").encode()[:-1]), "import.cut"),
    "stray quotation mark": ("cases.csv", _text(HEADING + 'SH-1,"张"三,上海,1\n'), "import.quotes"),
    "endless cell": ("cases.csv", _text(HEADING + f"SH-1,张三,{'x' * 200_000},1\n"), "import.cell_too_long"),
    "too wide": ("cases.csv", _text(HEADING + "SH-1,张三" + ",1" * 1_200 + "\n"), "import.too_many_columns"),
    "cut workbook": ("cases.xlsx", _cut(sound_xlsx, 0.6), "import.damaged"),
    "scratched workbook": ("cases.xlsx", lambda path: _scratch(path), "import.damaged"),
    "protected workbook": (
        "cases.xlsx",
        lambda path: compound(path, {"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
        "import.password",
    ),
    "protected archive": ("cases.xlsx", _encrypted_zip, "import.password"),
    "protected xls": (
        "cases.xls",
        lambda path: compound(path, {"Workbook": biff(SOUND_ROWS, protected=True)}),
        "import.password",
    ),
    "other archive": ("cases.xlsx", _other_zip, "import.not_a_workbook"),
    "word document": ("cases.xls", lambda path: compound(path, {"WordDocument": b"x"}), "import.not_a_workbook"),
    "cut xls": ("cases.xls", _cut(sound_xls, 0.4), "import.damaged"),
    "circular xls": (
        "cases.xls",
        lambda path: compound(path, {"Workbook": biff(SOUND_ROWS)}, circle=True),
        "import.damaged",
    ),
    "far cell in xls": (
        "cases.xls",
        lambda path: compound(path, {"Workbook": biff(SOUND_ROWS, far=(65_535, 65_535))}),
        "import.far_cells",
    ),
    "zip bomb": ("cases.xlsx", _bomb, "import.bomb"),
    "zip bomb that lies": ("cases.xlsx", _lying_zip, "import.bomb"),
    "shared text bomb": ("cases.xlsx", _shared_text_bomb, "import.bomb"),
    "billion laughs": ("cases.xlsx", _laughs, "import.entities"),
    "far cell": ("cases.xlsx", _far_cell, "import.far_cells"),
    "cut JSON": ("cases.json", _text('[{"case_id": "A", "customer": {"name": "张'), "import.cut"),
    "cut JSON after a case": ("cases.json", _text('[{"case_id": "A"},'), "import.cut"),
    "broken JSON": ("cases.json", _text('[{"case_id": "A",, }, {"case_id": "B"}]\n'), "import.json"),
    "JSON Lines without one that is JSON": (
        "cases.jsonl",
        _text('{"case_id" "A"}\n{"case_id" "B"}\n{"case_id": C}\n'),
        "import.json",
    ),
    "cut JSON Lines": ("cases.jsonl", _text('{"case_id": "A"}\n{"case_id": "B'), "import.cut"),
    "JSON without cases": ("cases.json", _text('{"rows": []}'), "import.no_cases"),
    "deep JSON": ("cases.json", _text("[" * 60 + "]" * 60), "import.nesting"),
    "bottomless JSON": ("cases.json", _text('[{"a":' + "[" * 200_000), "import.nesting"),
}


def _scratch(path: Path) -> None:
    sound_xlsx(path)
    content = bytearray(path.read_bytes())
    at = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[at : at + 20] = bytes(20)
    path.write_bytes(content)


@pytest.mark.parametrize("name", BAD_FILES)
def test_one_clear_error_and_the_store_as_it_was(name: str, three_cases: Any, tmp_path: Path) -> None:
    file_name, make, code = BAD_FILES[name]
    file = tmp_path / file_name
    make(file)
    before = three_cases("cases", "--all", "--json").out
    result = three_cases("import", file, "--json", "--complete")
    assert (result.status, result.out) == (5, "")
    assert result.error["code"] == code
    assert file_name in result.error["message"]
    assert result.error["hint"]
    assert three_cases("cases", "--all", "--json").out == before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_bad_file_is_explained_in_both_languages(lang: str, three_cases: Any, tmp_path: Path) -> None:
    for file_name, make, _ in BAD_FILES.values():
        file = tmp_path / file_name
        make(file)
        result = three_cases("import", file, lang=lang)
        assert result.status == 5
        assert "import." not in result.err, "a code without a sentence"
        assert len(result.err.splitlines()) == 2, "one error, one hint"


def test_an_error_in_the_last_row_takes_back_all_before_it(three_cases: Any, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    rows = [f"NEW-{n},张三,上海市嘉定区安亭镇无名路{n}号,1.00\n" for n in range(2_000)]
    file.write_text(HEADING + "".join(rows) + '"NEW-X', encoding="utf-8")
    result = three_cases("import", file, "--json")
    assert result.error["code"] == "import.cut"
    assert len(three_cases("cases", "--all", "--json").json["cases"]) == 3


def test_a_missing_file_is_not_found(run: Any, tmp_path: Path) -> None:
    result = run("import", tmp_path / "none.csv", "--json")
    assert (result.status, result.error["code"]) == (3, "import.no_file")


def test_a_folder_is_named_as_what_it_is(run: Any, tmp_path: Path) -> None:
    result = run("import", tmp_path, "--json")
    assert (result.status, result.error["code"]) == (5, "import.is_folder")


def _forbid(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def guarded(other: Path, *rest: Any, **named: Any) -> Any:
        if other == path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(other, *rest, **named)

    monkeypatch.setattr(Path, "open", guarded)


UNREADABLE: dict[str, tuple[Callable[[Path, pytest.MonkeyPatch], object], int, str]] = {
    "none": (lambda path, _: path.unlink(), 3, "import.no_file"),
    "no permission": (_forbid, 5, "import.no_permission"),
    "a pipe": (lambda path, _: (path.unlink(), os.mkfifo(path)), 5, "import.unreadable"),
    "links in a circle": (lambda path, _: (path.unlink(), path.symlink_to(path)), 5, "import.unreadable"),
}


@pytest.mark.skipif(os.name != "posix", reason="pipes and links are of POSIX")
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told_in_the_users_language(
    name: str, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, status, code = UNREADABLE[name]
    file = tmp_path / "cases.csv"
    file.write_text(HEADING + ROW, encoding="utf-8")
    spoil(file, monkeypatch)
    result = run("import", file, "--json", lang="zh")
    assert (result.status, result.error["code"]) == (status, code)
    foreign = result.error["message"].replace(str(file), "")
    assert not re.search("[A-Za-z]", foreign)


def test_a_file_as_a_folder_is_not_found(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADING + ROW, encoding="utf-8")
    assert run("import", tmp_path / "a.csv" / "b.csv", "--json").status == 3


def test_duplicate_numbers_refuse_the_second_row_only(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text(HEADING + ROW + ROW + ROW.replace("999.00", "1.00"), encoding="utf-8")
    result = run("import", file, "--json")
    report = result.json["files"][0]
    assert result.status == 5
    assert (report["added"], report["unchanged"]) == (1, 1), "the same row twice is no contradiction"
    assert [(each["row"], each["field"], each["code"]) for each in report["rejected"]] == [
        (4, "case_id", "import.duplicate")
    ]
    assert "row 2" in report["rejected"][0]["message"]


def test_one_bad_file_among_several_does_not_hide_the_others(run: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(HEADING + ROW, encoding="utf-8")
    bad.write_bytes(b"")
    result = run("import", bad, good, "--json")
    first, second = result.json["files"]
    assert result.status == 5
    assert first["error"]["code"] == "import.empty"
    assert second["added"] == 1


def test_a_file_that_failed_is_told_with_the_keys_of_the_others(run: Any, tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text(HEADING + ROW, encoding="utf-8")
    result = run("import", good, tmp_path / "none.csv", "--json")
    taken, failed = result.json["files"]
    assert result.status == 5
    assert failed.keys() == taken.keys() | {"error"}
    assert failed["file"] == str(tmp_path / "none.csv")
    assert [failed[name] for name in ("rows", "added", "updated", "unchanged", "withdrawn")] == [0] * 5
    assert (failed["rejected"], failed["warnings"], failed["stored"]) == ([], [], False)


BROKEN_LINES = ['{"case_id" "B"}', '{"case_id": "B"', '{"case_id": "B', "{", "B", "[1", "}"]


@pytest.mark.parametrize("broken", BROKEN_LINES)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_broken_line_costs_only_itself(broken: str, at: int, run: Any, tmp_path: Path) -> None:
    one = {"customer": {"name": "张三"}, "addresses": [{"text": "上海市嘉定区安亭镇"}]}
    lines = [json.dumps(one | {"case_id": f"L-{n}"}) for n in range(2)]
    lines.insert(at, broken)
    file, refused = tmp_path / "cases.jsonl", tmp_path / "refused.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("import", file, "--rejected", refused, "--json")
    report = result.json["files"][0]
    assert (result.status, report["rows"], report["added"]) == (5, 3, 2)
    assert [(each["row"], each["field"], each["code"]) for each in report["rejected"]] == [
        (at + 1, "row", "import.broken_line")
    ]
    assert broken in report["rejected"][0]["message"]
    assert "import.broken_line" in refused.read_text(encoding="utf-8-sig")


def test_one_object_over_many_lines_is_one_object(run: Any, tmp_path: Path) -> None:
    cases = [{"case_id": f"L-{n}", "name": "张三", "address": "上海市嘉定区安亭镇"} for n in range(30)]
    file = tmp_path / "cases.json"
    for text in (
        json.dumps({"cases": cases}, indent=1),
        '{"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]}",
        '{"cases": [\n' + "\n,".join(json.dumps(case) for case in cases) + "\n]}",
    ):
        file.write_text(text, encoding="utf-8")
        assert run("import", file, "--json").json["files"][0]["rows"] == 30


@pytest.mark.parametrize("form", ["array", "object", "lines"])
def test_more_objects_than_any_portfolio_has(
    form: str, three_cases: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visitcli.formats.objects.MOST_OBJECTS", 2)
    one = {"customer": {"name": "张三"}, "addresses": [{"text": "上海市嘉定区安亭镇"}]}
    cases = [one | {"case_id": f"M-{n}"} for n in range(3)]
    texts = {
        "array": json.dumps(cases),
        "object": json.dumps({"cases": cases}),
        "lines": "".join(json.dumps(case) + "\n" for case in cases),
    }
    file = tmp_path / "cases.json"
    for number, code in ((3, "import.too_many_rows"), (2, None)):
        file.write_text(texts[form] if number == 3 else json.dumps(cases[:2]), encoding="utf-8")
        result = three_cases("import", file, "--json")
        assert (result.error["code"] if result.status else None) == code
    assert len(three_cases("cases", "--json").json["cases"]) == 5


def test_a_lying_dimension_hides_no_rows(run: Any, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "dimension.xlsx", sheet_xml(SOUND_ROWS, dimension="A1:B2"))
    assert run("import", file, "--json").json["files"][0]["added"] == 2


def test_what_stands_in_cells_cannot_reach_the_screen(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "escape.csv"
    file.write_text(HEADING + "E-1,张\x1b[31m三\x00[/bold],上海市嘉定区安亭镇\x07一号,1.00\n", encoding="utf-8")
    assert run("import", file).status == 0
    shown = run("cases", "--json").json["cases"][0]["name"]
    assert shown == "张[31m三[/bold]"


def test_lone_surrogates_do_not_reach_the_store(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "surrogate.json"
    case = {"case_id": "S-1", "customer": {"name": "张\ud800三"}, "addresses": [{"text": "上海市嘉定区安亭镇"}]}
    file.write_text(json.dumps([case]), encoding="utf-8")
    assert run("import", file).status == 0
    assert run("cases", "--json").json["cases"][0]["name"] == "张三"
