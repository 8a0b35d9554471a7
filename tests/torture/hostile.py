"""Hostile and broken case files: `python -m tests.torture.hostile [--json] [KIND …]`.

Each kind is made here and given to the real `import` in a process of its own. A refused one must be refused by its name
with a message that says what to do, within 100 P of processor time (P = `python -c pass`) and 60 MB of memory in all.
One that is taken must account for each of its rows: taken, refused, or named as no case.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.conftest import FEW_CASES
from tests.stores import PASSPHRASE
from tests.torture.crashes import ROOT, call

MOST_P, MOST_MB = 100, 60
HEAD = "案件编号,客户姓名,家庭地址"
ROW = "H-{0},林晓雯,上海市嘉定区安亭镇无名一路{0}号"
_WRAPPED = """
import sys
from tests.torture import life
from visitcli.cli.desk import Environment, system
from visitcli.cli.main import main
import os
status = main(sys.argv[1:], Environment(os.environ, lambda: life.MORNING))
sys.stdout.flush()
with open("/proc/self/status") as file:
    peak = next(line for line in file if line.startswith("VmHWM")).split()[1]
sys.stderr.write("\\n" + peak)
sys.exit(status)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one kind. `rows`: of an accepted file, those accounted for of those in it."""

    kind: str
    status: int
    code: str
    message: str
    p: float
    mb: float
    rows: str = ""
    fault: str = ""


# ------------------------------------------------------------------------------------------------- workbooks


def book(sheet: str, *, strings: str = "", extra: dict[str, bytes] | None = None, method: int = 8) -> bytes:
    """An XLSX with one sheet, its `sheetData` given."""
    main_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main_ns}" xmlns:r="{relations}"><sheets><sheet name="a" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main_ns}">{sheet}</worksheet>',
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main_ns}">{strings}</sst>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive, warnings.catch_warnings(action="ignore"):
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def cells(rows: Sequence[Sequence[str]], *, first: int = 1) -> str:
    """Rows of inline texts."""
    return "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for column, text in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, start=first)
    )


HEADS = tuple(HEAD.split(","))
ROWS = [HEADS, *(tuple(ROW.format(n).split(",")) for n in range(3))]
PLAIN = f"<sheetData>{cells(ROWS)}</sheetData>"


def _doctype(inner: str) -> bytes:
    raw = book(PLAIN)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, inner.encode() + text if name.endswith("sheet1.xml") else text)
    return target.getvalue()


def _lying_sizes() -> bytes:
    raw = bytearray(book(f"<sheetData>{cells(ROWS)}{' ' * 30_000_000}</sheetData>"))
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"xl/worksheets/sheet1.xml"))
    raw[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(raw)


def _encrypted() -> bytes:
    raw = bytearray(book(PLAIN))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        raw[at + offset] |= 1
    return bytes(raw)


def _overlapping() -> bytes:
    """Entries of the directory that all lead to the same bytes (a quine of a bomb without nesting)."""
    kernel = b"<a>" + b" " * 20_000_000 + b"</a>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", 8) as archive:
        archive.writestr("xl/workbook.xml", kernel)
    raw = target.getvalue()
    end = raw.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", raw[end + 16 : end + 20])[0]
    one = raw[start:end]
    many = b"".join(one.replace(b"xl/workbook.xml", b"xl/workbook.%03d" % n) for n in range(200))
    tail = bytearray(raw[end:])
    tail[8:12] = struct.pack("<HH", 201, 201)
    tail[12:16] = struct.pack("<I", len(one) * 201)
    return raw[:start] + one + many + bytes(tail)


def _ole(loop: bool) -> bytes:
    """A compound file: its allocation table leads round in a circle, or out of the file."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)  # one FAT sector, the directory in sector 1
    struct.pack_into("<IIIII", header, 56, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))
    fat = struct.pack("<128I", 0xFFFFFFFD, *([1] * 127 if loop else [0x7FFFFFFF] * 127))
    return bytes(header) + fat + bytes(512 * 4)


def xls_that_spans(dimensions: bytes) -> bytes:
    """A compound file with one workbook stream, whose sheet says what it spans."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begins = struct.pack("<6H", 0x0600, 5, 0x0DBB, 0x07CC, 0, 6) + bytes(4)
    sheet = struct.pack("<6H", 0x0600, 0x10, 0x0DBB, 0x07CC, 0, 6) + bytes(4)
    name = struct.pack("<IHBB", 0, 0, 1, 0) + b"a"
    before = record(0x0809, begins) + record(0x0085, name) + record(0x000A, b"")
    at = len(before)
    name = struct.pack("<IHBB", at, 0, 1, 0) + b"a"
    cell = struct.pack("<3HH", 0, 0, 0, 1) + b"\0x"
    rest = record(0x0809, sheet) + record(0x0200, dimensions + b"\0\0") + record(0x0204, cell) + record(0x000A, b"")
    stream = (record(0x0809, begins) + record(0x0085, name) + record(0x000A, b"") + rest).ljust(4096, b"\0")
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE, *([0xFFFFFFFF] * 118))
    entries = b""
    for title, kind, start, size in (("Root Entry", 5, 0xFFFFFFFE, 0), ("Workbook", 2, 2, 4096)):
        text = (title + "\0").encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, *([0xFFFFFFFF] * 3))
        entries += bytes(36) + struct.pack("<IQ", start, size)
    header = bytearray(_ole(loop=False)[:512])
    return bytes(header) + fat + entries.ljust(512, b"\0") + stream


XLSX: dict[str, Callable[[], bytes]] = {
    "xlsx zip bomb": lambda: book(f"<sheetData>{cells(ROWS)}{' ' * 300_000_000}</sheetData>"),
    "xlsx overlapping entries": _overlapping,
    "xlsx lies about its sizes": _lying_sizes,
    "xlsx billion laughs": lambda: _doctype(
        '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    ),
    "xlsx external entity": lambda: _doctype('<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "xlsx lying dimension": lambda: book(f'<dimension ref="A1:C2"/>{PLAIN}'),
    "xlsx dimension of the whole sheet": lambda: book(f'<dimension ref="A1:XFD1048576"/>{PLAIN}'),
    "xlsx cell at XFD1048576": lambda: book(
        f'<sheetData>{cells(ROWS)}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    ),
    "xlsx cell without end": lambda: book(
        f'<sheetData>{cells(ROWS)}<row r="99999999999"><c r="ZZZZZZZZ99999999999"><v>1</v></c></row></sheetData>'
    ),
    "xlsx cell bomb": lambda: book(
        "<sheetData>"
        + "".join(f'<row r="{n}">' + "<c><v>1</v></c>" * 900 + "</row>" for n in range(1, 20_000))
        + "</sheetData>"
    ),
    "xlsx shared text bomb": lambda: book(
        "<sheetData>"
        + "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5000))
        + "</sheetData>",
        strings=f"<si><t>{'x' * 1_000_000}</t></si>",
    ),
    "xlsx shared text out of range": lambda: book(
        f'<sheetData>{cells(ROWS)}<row r="9"><c r="A9" t="s"><v>999999</v></c></row></sheetData>',
        strings="<si><t>x</t></si>",
    ),
    "xlsx part named twice": lambda: book(PLAIN, extra={"xl/worksheets/sheet1.xml": b"<worksheet/>"}),
    "xlsx 6000 parts": lambda: book(PLAIN, extra={f"xl/media/{n}.xml": b"<a/>" for n in range(6000)}),
    "xlsx names that climb": lambda: book(PLAIN, extra={"../../../etc/cron.d/x": b"<a/>", "/etc/x": b"<a/>"}),
    "xlsx macros and an embedded program": lambda: book(
        PLAIN, extra={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(99), "xl/embeddings/o.bin": b"MZ" + bytes(99)}
    ),
    "xlsx with a password": _encrypted,
    "xlsx cut in half": lambda: book(PLAIN)[: len(book(PLAIN)) // 2],
    "xlsx of another kind": lambda: book(PLAIN).replace(b"xl/workbook.xml", b"xl/workbook.odt"),
    "xlsx deeply nested": lambda: book("<sheetData>" + "<row>" * 100_000 + "</sheetData>"),
    "xlsx in UTF-16": lambda: _utf16(),
    "xls whose table goes round in a circle": lambda: _ole(loop=True),
    "xls whose table leads out of the file": lambda: _ole(loop=False),
    "xls that says it spans four billion rows": lambda: xls_that_spans(struct.pack("<2I2H", 0, 0xFFFFFFF0, 0, 0x7FFF)),
    "xls that spans less than nothing": lambda: xls_that_spans(struct.pack("<2I2H", 9, 3, 9, 3)),
    "xls cut after its head": lambda: _ole(loop=True)[:600],
}


def _utf16() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(PLAIN))) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.decode().encode("utf-16") if name.endswith("sheet1.xml") else text)
    return target.getvalue()


# ------------------------------------------------------------------------------------------------ text files


def csv(*rows: str, head: str = HEAD) -> bytes:
    """A CSV file of these rows."""
    return "\n".join([head, *rows, ""]).encode()


GOOD_LINE = '{"case_id": "H-1", "name": "林晓雯", "address": "上海市嘉定区安亭镇无名一路1号"}'
GOOD = [ROW.format(n) for n in range(3)]
TEXT: dict[str, Callable[[], bytes]] = {
    "csv with NUL bytes": lambda: csv(*GOOD).replace("林".encode(), b"\x00" * 40),
    "csv quote without end": lambda: csv('"' + GOOD[0], *[ROW.format(n) for n in range(200_000)]),
    "csv one line of 50 MB": lambda: csv(GOOD[0] + "x" * 50_000_000),
    "csv 100,000 columns": lambda: csv(*GOOD, head=HEAD + "".join(f",列{n}" for n in range(100_000))),
    "csv in two encodings": lambda: csv(*GOOD) + "H-9,陈思远,上海市".encode("gb18030") + b"\xff\xfe\xfd\n",
    "csv in UTF-16 cut in a character": lambda: csv(*GOOD).decode().encode("utf-16")[:-1],
    "csv cut in a row": lambda: csv(*GOOD).rstrip(b"\n")[:-30],
    "csv of blanks": lambda: b"\n \t\n" * 1000,
    "csv columns named by code": lambda: csv(
        *(f"{row},1,2,3" for row in GOOD), head=HEAD + ',rowid,"a""b\'; DROP TABLE cases;--",__class__'
    ),
    "csv escape codes, markup and directions in names": lambda: csv(
        "H-1,\x1b[2J\x1b]0;x\x07[/bold]\u202e林,上海市嘉定区安亭镇无名一路1号", GOOD[1]
    ),
    "csv formulas in names": lambda: csv(*(f"H-{n},{c}cmd|'/c calc'!A0,上海市嘉定区" for n, c in enumerate("=+-@"))),
    "csv case number of 5000 characters": lambda: csv("H" * 5000 + ",林晓雯,上海市嘉定区", GOOD[1]),
    "json nested 100,000 deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "json nested in a case": lambda: b'[{"case_id": "H-1", "x": ' + b'{"a": ' * 5000 + b"1" + b"}" * 5000 + b"}]",
    "json numbers that are none": lambda: json.dumps(
        [
            {
                "case_id": "H-1",
                "customer": {"name": "林"},
                "addresses": [{"kind": "home", "text": "上海市嘉定区", "lat": float("nan"), "lon": float("inf")}],
                "loan": {"overdue": 1e999},
            }
        ]
    ).encode(),
    "json an integer of 5 million digits": lambda: (
        b'[{"case_id": "H-1", "loan": {"overdue": ' + b"9" * 5_000_000 + b"}}]"
    ),
    "json keys twice": lambda: b'[{"case_id": "H-1", "case_id": "H-2", "customer": {"name": "x"}}]',
    "json cut": lambda: json.dumps([{"case_id": f"H-{n}", "customer": {"name": "x"}} for n in range(100)]).encode()[
        :-40
    ],
    "json of no cases": lambda: b'{"users": [{"a": 1}], "roles": []}',
    "json lines, one broken": lambda: b"\n".join(
        [GOOD_LINE.encode(), b'{"case_id": ', b'{"case_id": "H-3", "name": "x"}', b""]
    ),
    "json lines, one of 5 MB": lambda: (
        b'{"case_id": "H-1", "note": "' + b"x" * 5_000_000 + b'"}\n' + b'{"case_id":"H-2"}\n'
    ),
    "a web page": lambda: b"<!DOCTYPE html><table><tr><td>x</td></tr></table>",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a program": lambda: b"\x7fELF" + bytes(range(256)) * 20,
    "a database": lambda: b"SQLite format 3\x00" + bytes(4000),
    "random bytes": lambda: bytes((n * 197 + n // 7) % 256 for n in range(20_000)),
}
PLACES = ("a folder", "a pipe", "a device", "a link to nothing", "a link round in a circle", "nothing")


def place(kind: str, folder: Path) -> Path:
    """What is no file at all."""
    path = folder / "odd.csv"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a device":
        return Path("/dev/zero")
    elif kind == "a link to nothing":
        path.symlink_to(folder / "gone")
    elif kind == "a link round in a circle":
        path.symlink_to(path)
    return path


# ---------------------------------------------------------------------------------------------------- the trial


def rows_in(kind: str, content: bytes) -> int:
    """How many rows a file has that can be taken: as whoever made it counts them."""
    if kind.startswith("xlsx"):
        return len(ROWS) - 1 + (1 if "out of range" in kind else 0)
    if kind.startswith("json lines"):
        return sum(bool(line.strip()) for line in content.split(b"\n"))
    if kind.startswith("json"):
        return 1
    return sum(bool(line.strip()) for line in content.split(b"\n")) - 1


def torture(kinds: Sequence[str] = ()) -> list[Told]:
    """Give each kind to `import`, in a store with three cases, unlocked for the day."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        (folder / "three.csv").write_text(FEW_CASES, encoding="utf-8")
        call(home, "init", "--agent", "A007", "--partner", "王芳")
        call(home, "import", str(folder / "three.csv"))
        p = _pass()
        found = []
        for kind in kinds or (*XLSX, *TEXT, *PLACES):
            content = {**XLSX, **TEXT}.get(kind, lambda: b"")()
            path = folder / ("odd.xlsx" if kind in XLSX else "odd.csv")
            if kind in PLACES:
                path = place(kind, folder)
            else:
                path.write_bytes(content)
            found.append(_try(home, kind, path, content, p))
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            elif path.is_relative_to(folder):
                path.unlink(missing_ok=True)
        return found


def _pass() -> float:
    times = []
    for _ in range(7):
        before = os.times()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append(_spent(before))
    return max(statistics.median(times), 0.005)


def _spent(before: os.times_result) -> float:
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _try(home: Path, kind: str, path: Path, content: bytes, p: float) -> Told:
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "zh", "VISITCLI_PASSPHRASE": PASSPHRASE}
    environ |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "TORTURE_CHEAP_KEY": "1"}
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-c", _WRAPPED, "import", str(path), "--json"], env=environ, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    spent = _spent(before) / p
    said, _, peak = done.stderr.rstrip().rpartition("\n")
    mb = int(peak) / 1024 if peak.isdigit() else -1.0
    told: dict[str, Any] = {"kind": kind, "status": done.returncode, "p": round(spent, 1), "mb": round(mb, 1)}
    faults = []
    if done.returncode not in (0, 2, 3, 5):
        faults.append(f"status {done.returncode}: {done.stderr[-200:]}")
    if spent > MOST_P:
        faults.append("too slow")
    if not 0 < mb <= MOST_MB:
        faults.append("too much memory")
    code = message = rows = ""
    try:
        error = json.loads(said.strip().splitlines()[-1])["error"]
        code, message = error["code"], error["message"]
        if path.name not in message and str(path) not in message:
            faults.append("the message does not name the file")
        if not error.get("hint"):
            faults.append("no hint")
    except (ValueError, IndexError, KeyError):
        rows, missing = _accounted(done.stdout, kind, content)
        faults += missing
    return Told(**told, code=code, message=message, rows=rows, fault="; ".join(faults))


def _accounted(out: str, kind: str, content: bytes) -> tuple[str, list[str]]:
    """Rows accounted for of those in the file; what is wrong with it."""
    try:
        (report,) = json.loads(out)["files"]
    except (ValueError, KeyError):
        return "", ["neither refused nor reported"]
    if report.get("error"):
        return "", [] if report["error"].get("message") else ["refused without a word"]
    taken = sum(report[name] for name in ("added", "updated", "unchanged"))
    refused = len({finding["row"] for finding in report["rejected"]})
    wanted = rows_in(kind, content)
    rows = f"{taken}+{refused} of {wanted}"
    return rows, [] if taken + refused == wanted else ["rows dropped silently"]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    found = torture(given.kinds)
    if given.json:
        print(json.dumps([asdict(told) for told in found], ensure_ascii=False, indent=1))
    else:
        for told in found:
            what = told.code or told.rows
            print(f"{told.kind:48} {told.p:6.1f} P {told.mb:6.1f} MB  {told.status} {what:24} {told.fault}")
        print(f"{len(found)} kinds, {sum(bool(told.fault) for told in found)} faults")
    return int(any(told.fault for told in found))


if __name__ == "__main__":
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    sys.exit(main())
