"""What it takes to make an answer durable, beside a bare commit that is synced to the disk.

    python -m benchmarks.durable [--answers 300] [--json]

Both write to the same folder, turn by turn: an answer goes through the rules of the script, the chained journal, the
encrypted store and the anchor; the bare commit is one row into an unencrypted file of the standard library's sqlite3,
with the same settings (WAL, synchronous=FULL). Figures are medians.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from benchmarks.year import PASSPHRASE, fill
from visitcli.app import visiting
from visitcli.app.runtime import Given, Runtime
from visitcli.domain.errors import ForbiddenError

BUDGET = 2.0
MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=8)))
OPENING = (("who_opened", "customer"), ("identity", "confirmed"), ("introduction", "continue"))


def main() -> int:
    """Measure and say it; status 1 where an answer takes twice a bare commit or longer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:  # /tmp may lie in memory, where nothing is synced
        answer, bare = measure(Path(folder).absolute(), options.answers)
    found = {"answer_ms": round(answer * 1000, 3), "bare_ms": round(bare * 1000, 3), "ratio": round(answer / bare, 2)}
    if options.json:
        print(json.dumps(found))
    else:
        print("an answer {answer_ms} ms, a bare synced commit {bare_ms} ms: {ratio} times".format(**found))
    return int(found["ratio"] >= BUDGET)


def measure(folder: Path, answers: int) -> tuple[float, float]:
    """Seconds for one answer and for one bare commit."""
    visit = _visit(folder / "home")
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE answers (seq INTEGER PRIMARY KEY, name TEXT, value TEXT)")
    ours, theirs = [], []
    for number in range(answers + 20):  # the first ones warm up
        text = f"{number}: " + "下月工资到账就还一部分。" * 4
        begun = time.perf_counter()
        visit.answer("customer_words", text)
        middle = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO answers (name, value) VALUES (?, ?)", ("customer_words", text))
        bare.execute("COMMIT")
        ours.append(middle - begun)
        theirs.append(time.perf_counter() - middle)
    return statistics.median(ours[20:]), statistics.median(theirs[20:])


def _visit(home: Path) -> visiting.Visit:
    fill(home, visits=0, until=MORNING - timedelta(days=1))
    runtime = Runtime(home, home / "settings.toml", lambda: MORNING, secrets=Given(PASSPHRASE))
    runtime.store.run("DELETE FROM plans")
    for (case_id,) in runtime.store.all("SELECT case_id FROM cases ORDER BY case_id"):
        try:
            visit = visiting.begin(runtime, case_id, "王芳")
        except ForbiddenError:
            continue
        for name, value in OPENING:
            visit.answer(name, value)
        return visit
    raise SystemExit("no case may be visited")


if __name__ == "__main__":
    sys.exit(main())
