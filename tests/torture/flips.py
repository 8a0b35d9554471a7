"""Flipped bits: `python -m tests.torture.flips [--count 1000] [--json]`.

A store as a kill in the middle of a day leaves it (database, a log with answers in it, key file, anchor, an attached
file) gets one random bit flipped. Then `doctor` must say that something is wrong, or everything that was recorded must
read back identical. Where the database is damaged, `store salvage` must bring back what is readable, true to the
letter, and say how much is not.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import FEW_CASES
from tests.stores import PASSPHRASE, open_store
from tests.torture.life import MORNING

from visitcli.app.runtime import vault_of
from visitcli.cli.desk import Environment
from visitcli.cli.main import main as visitcli
from visitcli.cli.terminal import Terminal
from visitcli.engines import key_file
from visitcli.store.database import FILE_NAME

FILES = (FILE_NAME, f"{FILE_NAME}-wal", key_file.FILE_NAME, key_file.COPY_NAME, "store.anchor")
TABLES = ("cases", "visits", "contacts", "media", "events", "payloads")
Rows = dict[str, list[Any]]


def run(home: Path, *argv: str, stdin: str = "") -> tuple[int, str, str]:
    """A command in this process: status, stdout, stderr."""
    terminal = Terminal(io.StringIO(stdin), io.StringIO(), io.StringIO())
    environ = {"VISITCLI_HOME": str(home), "VISITCLI_LANG": "en", "VISITCLI_PASSPHRASE": PASSPHRASE}
    status = visitcli(list(argv), Environment(environ, lambda: MORNING, terminal=terminal))
    assert isinstance(terminal.stdout, io.StringIO)
    assert isinstance(terminal.stderr, io.StringIO)
    return status, terminal.stdout.getvalue(), terminal.stderr.getvalue()


def as_killed(folder: Path) -> Path:
    """The home of an agent whose device stopped in the middle of a visit."""
    home, left = folder / "home", folder / "left"
    (folder / "three.csv").write_text(FEW_CASES, encoding="utf-8")
    (folder / "car.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(2000) + b"\xff\xd9")
    for command in (("init", "--agent", "A007", "--partner", "王芳"), ("import", str(folder / "three.csv")), ("plan",)):
        assert run(home, *command)[0] == 0
    nobody = {"who_opened": "nobody", "card_left": "no", "next_step": "phone", "house_photo": str(folder / "car.jpg")}
    (folder / "nobody.json").write_text(json.dumps(nobody))
    status, _, said = run(home, "visit", "SH-0002", "--answers", str(folder / "nobody.json"))
    if status:
        del nobody["house_photo"]
        (folder / "nobody.json").write_text(json.dumps(nobody))
        status, _, said = run(home, "visit", "SH-0002", "--answers", str(folder / "nobody.json"))
    assert status == 0, said
    with open_store(home):  # keeps the log from being emptied when the visit is put away
        opening = [("who_opened", "customer"), ("identity", "confirmed"), ("introduction", "continue")]
        words = [("customer_words", f"第{number}句" + "话" * 200) for number in range(12)]
        lines = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in (*opening, *words))
        assert run(home, "visit", "SH-0001", "--answers", "-", stdin=lines)[0] == 7
        shutil.copytree(home, left)
    (left / f"{FILE_NAME}-shm").unlink(missing_ok=True)
    assert (left / f"{FILE_NAME}-wal").stat().st_size > 0
    return left


def everything(home: Path) -> Rows:
    """Every row that was recorded, and what is in the attached files."""
    with open_store(home) as store:
        rows: Rows = {table: store.all(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES}
        vault = vault_of(store)
        rows["attached"] = []
        for (file,) in store.all("SELECT DISTINCT file FROM media ORDER BY file"):
            with vault.open(file) as stream:
                rows["attached"].append(stream.read())
        return rows


def flip(home: Path, chance: random.Random) -> str:
    """Flip one bit of one file, the larger ones more often; which one."""
    files = [path for path in (*(home / name for name in FILES), *(home / "media").glob("*")) if path.exists()]
    path = chance.choices(files, [path.stat().st_size ** 0.5 for path in files])[0]
    raw = bytearray(path.read_bytes())
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    path.write_bytes(raw)
    return path.name if path.parent == home else "attachment"


def torture(count: int, seed: int = 0) -> dict[str, Any]:
    """Flip so many bits, one at a time; what came of it."""
    chance, told = random.Random(seed), Counter[str]()
    faults: list[str] = []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        left = as_killed(Path(name))
        shutil.copytree(left, Path(name) / "whole")
        whole = everything(Path(name) / "whole")
        for number in range(count):
            home = Path(name) / "flipped"
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(left, home)
            file = flip(home, chance)
            status, out, _ = run(home, "doctor", "--json")
            noticed = not json.loads(out)["ok"] if out else bool(status)
            told[f"{file}: {'noticed' if noticed else 'identical'}"] += 1
            if not noticed and everything(home) != whole:
                faults.append(f"{number}: {file} not noticed, and not identical")
            if noticed and file.startswith(FILE_NAME):
                _salvage(home, whole, told, faults, number)
    return {"flips": count, "found": dict(sorted(told.items())), "faults": faults}


def _salvage(home: Path, whole: Rows, told: Counter[str], faults: list[str], number: int) -> None:
    status, out, _ = run(home, "store", "salvage", "--json")
    if status:
        told["salvage: nothing readable (its first pages)"] += 1
        return
    report = json.loads(out)
    with open_store(home) as store:
        for table in TABLES:
            rows = store.all(f"SELECT * FROM {table}")
            untrue = [row for row in rows if row not in whole[table] and table != "visits"]
            if untrue:
                faults.append(f"{number}: salvage invented {table}: {untrue[:1]}")
        kept = store.one("SELECT count(*) FROM events JOIN payloads USING (seq)")
    lost = len(whole["payloads"]) - (kept[0] if kept else 0)
    if lost != report["lost_events"]:
        faults.append(f"{number}: {lost} events lost, salvage says {report['lost_events']}")
    told["salvage: all events" if not lost else "salvage: some events, said how many are lost"] += 1
    told["events salvaged"] += kept[0] if kept else 0
    told["events lost"] += lost


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    key_file.COST = key_file.Cost(passes=1, memory_kib=8, lanes=1)
    found = torture(given.count, given.seed)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for kind, times in found["found"].items():
            print(f"{times:6} {kind}")
        print(f"{found['flips']} flips, {len(found['faults'])} faults")
        for fault in found["faults"][:5]:
            print(f"    {fault}")
    return int(bool(found["faults"]))


if __name__ == "__main__":
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    sys.exit(main())
