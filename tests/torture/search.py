"""A byte search after a whole day: `python -m tests.torture.search [--json]`.

A day is worked with personal data that stands nowhere else (names, phones, identity numbers, addresses, what was said,
a photo), in a home, a temporary folder, a cache and a memory folder of its own. Then every byte of every file there is
searched for each of them, in the encodings in which it could stand, compressed entries unpacked too. What the agent
asked for in the clear must be found, and is listed; anything else is a fault. After `store purge` nothing may be found
in a decrypted copy of the database either.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite
from tests.cli.test_visit import PROMISE
from tests.stores import PASSPHRASE, key_of
from tests.torture.crashes import ROOT

SEEDED = {
    "name": "欧阳清嘉",
    "phone": "13900006173",
    "identity": "310114199003076173",
    "address": "无名清嘉路6173弄9号",
    "employer": "清嘉样品厂",
    "relative": "欧阳慕远",
    "words": "孩子住院六一七三，实在拿不出来",
    "note": "门口有一双小孩的鞋六一七三",
    "plate": "沪A6173Z",
    "contract": "HT-61736173-X",
    "photo": "PHOTO-6173-OF-A-CAR",
}
ASKED = ("asked", "three.json")  # the case file and what was written on request


def cases() -> list[dict[str, Any]]:
    """Cases as an office gives them."""
    address = {"kind": "home", "text": f"上海市嘉定区安亭镇{SEEDED['address']}", "lat": 31.288, "lon": 121.165}
    work = {"kind": "work", "text": f"上海市嘉定区马陆镇{SEEDED['employer']}", "lat": 31.31, "lon": 121.28}
    loan = {"contract": SEEDED["contract"], "overdue": "3264.41", "balance": "65000", "instalment": "3264.41"}
    loan |= {"days_overdue": 45, "rate": "0.118", "instalments_total": 36}
    person = {"name": SEEDED["name"], "phones": [SEEDED["phone"]], "id_number": SEEDED["identity"]}
    relations = [{"name": SEEDED["relative"], "relation": "spouse", "phone": SEEDED["phone"]}]
    case = {"customer": person, "addresses": [address, work], "loan": loan, "vehicle": {"plate": SEEDED["plate"]}}
    case |= {"assigned_date": "2026-11-01", "return_date": "2026-12-31", "relations": relations}
    return [{"case_id": f"BS-{number:04d}", **case} for number in range(3)]


class Day:
    """The folders of one day, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.asked = folder / "asked"
        for name in ("asked", "tmp", "user", "run"):
            (folder / name).mkdir(mode=0o700)
        self.failed: list[str] = []
        self.began = time.time()

    def run(self, *argv: str | Path, stdin: str = "", days: int = 0) -> str:
        """A command in a process of its own; what it printed."""
        user = self.folder / "user"
        environ = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
        environ |= {"VISITCLI_HOME": str(self.home), "VISITCLI_LANG": "zh", "VISITCLI_PASSPHRASE": PASSPHRASE}
        environ |= {"HOME": str(user), "TMPDIR": str(self.folder / "tmp"), "XDG_RUNTIME_DIR": str(self.folder / "run")}
        environ |= {"XDG_CACHE_HOME": str(user / "cache"), "XDG_STATE_HOME": str(user / "state")}
        environ |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PYTHONDONTWRITEBYTECODE": "1", "TORTURE_DAYS": str(days)}
        environ["TORTURE_BEGAN"] = str(self.began)
        done = subprocess.run(
            [sys.executable, "-m", "tests.torture.life", *map(str, argv)], env=environ, input=stdin,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode not in (0, 7):
            self.failed.append(f"{' '.join(map(str, argv))}: {done.returncode} {done.stderr[-300:]}")
        return done.stdout

    def work(self) -> None:
        """From the morning's import to the evening's export."""
        file, photo = self.folder / "three.json", self.asked / "car.jpg"
        file.write_text(json.dumps(cases(), ensure_ascii=False), encoding="utf-8")
        photo.write_bytes(b"\xff\xd8\xff\xe0" + SEEDED["photo"].encode() * 50 + b"\xff\xd9")
        self.run("init", "--agent", "A007", "--partner", "王芳")
        self.run("import", file, "--crs", "wgs84")
        self.run("office", "seal-key", self.asked / "office.key")
        public = (self.asked / "office.key").read_text().split("public key: ")[1].split()[0]
        self.run("config", "office.seal_key", public)
        self.run("plan", "--html", self.asked / "day.html", "--ics", self.asked / "day.ics")
        self.run("cases")
        self.run("show", "BS-0000")
        self.run("brief", "BS-0000")
        self.run("options", "BS-0000", "--income", "8000", "--essentials", "3000", "--sheet", self.asked / "sheet.html")
        said = {**PROMISE, "customer_words": SEEDED["words"], "remark": SEEDED["note"], "vehicle_seen": "yes"}
        answers = self.asked / "answers.json"
        answers.write_text(json.dumps({**said, "vehicle_photo": str(photo)}, ensure_ascii=False), encoding="utf-8")
        self.run("visit", "BS-0000", "--answers", answers)
        half = [("who_opened", "customer"), ("identity", "confirmed"), ("introduction", "continue")]
        lines = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in half)
        words = json.dumps({"name": "customer_words", "value": SEEDED["words"]}) + "\n"
        self.run("visit", "BS-0001", "--answers", "-", stdin=lines + words)  # left open
        self.run("contact", "BS-0002", "--by", "phone", "--result", "no_answer", "--note", SEEDED["note"])
        self.run("correct", "BS-0000", "--reason", SEEDED["note"], "--answers", answers)
        self.run("export")
        self.run("export", "--plain", "--to", self.asked / "plain")
        self.run("legal", "BS-0000", "--to", self.asked / "legal")
        self.run("store", "backup")
        self.run("today")
        self.run("doctor")


def hits(folder: Path) -> dict[str, list[str]]:
    """What was found where: the paths below the folder with the names of what stands in them in the clear."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            there = sorted({name for content in _contents(path) for name in _in(content)})
            if there or any(name in path.name for name in SEEDED.values()):
                found[str(path.relative_to(folder))] = there
    return found


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def _in(content: bytes) -> Iterator[str]:
    for name, value in SEEDED.items():
        if any(form in content for form in _forms(value)):
            yield name


def _forms(value: str) -> set[bytes]:
    """A text as it could stand in a file."""
    raw = [value.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    return {*raw, json.dumps(value)[1:-1].encode(), value.encode().hex().encode(), b64encode(value.encode())[:-4]}


def decrypted(home: Path, folder: Path) -> Path:
    """The database as a plain file: what somebody with the key could still find in it."""
    plain = folder / "plain.db"
    connection = sqlite.connect(str(home / "visitcli.db"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key_of(home).hex()}'\"")
    connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.close()
    return plain


def torture() -> dict[str, Any]:
    """Work a day, search; purge, search again."""
    with tempfile.TemporaryDirectory() as name:
        day = Day(Path(name))
        day.work()
        files = sum(path.is_file() for path in day.folder.rglob("*"))
        found = hits(day.folder)
        asked = {path: there for path, there in found.items() if path.startswith(ASKED)}
        faults = [f"{path}: {', '.join(there)}" for path, there in found.items() if path not in asked]
        copy = Path(name) / "decrypted"
        copy.mkdir()
        decrypted(day.home, copy)
        if not hits(copy):
            faults.append("the search finds nothing in a decrypted copy: it proves nothing")
        shutil.rmtree(copy)
        copy.mkdir()
        leave = day.asked / "leave.json"
        leave.write_text('{"stop": "asked_to_leave"}')
        day.run("visit", "BS-0001", "--answers", leave)
        sealed = next((day.home / "exports").glob("*.age"), None)
        if sealed is None:
            faults.append("nothing was sealed")
        _acknowledge(day)
        out = day.run("store", "purge", "--yes", "--json", days=400)
        purged = json.loads(out or "{}").get("cases", [])
        decrypted(day.home, copy)
        left = hits(copy)
        again = {path: there for path, there in hits(day.folder).items() if not path.startswith((*ASKED, "decrypted"))}
        faults += [f"after purge, {path}: {', '.join(there)}" for path, there in {**left, **again}.items()]
        return {
            "files": files, "asked_for_in_the_clear": asked, "faults": faults, "failed": day.failed, "purged": purged
        }  # fmt: skip


def _acknowledge(day: Day) -> None:
    """The office takes everything: of all that is left, a plain package and its receipt."""
    out = day.run("export", "--plain", "--to", day.asked / "last", "--json")
    package = Path(json.loads(out)["package"])
    day.run("package", "receipt", package)
    day.run("ack", package.with_name(f"{package.stem}.receipt.json"))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    found = torture()
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print(f"{found['files']} files searched for {len(SEEDED)} seeded texts; purged: {', '.join(found['purged'])}")
        for path, there in found["asked_for_in_the_clear"].items():
            print(f"    asked for in the clear: {path} ({', '.join(there)})")
        for fault in (*found["faults"], *found["failed"]):
            print(f"    FAULT {fault}")
    return int(bool(found["faults"] or found["failed"]))


if __name__ == "__main__":
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    sys.exit(main())
