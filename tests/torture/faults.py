"""Failing writes, syncs and memory: `python -m tests.torture.faults [--lives 20] [--json]`. Needs fiu-run (libfiu).

A visit is answered line by line while libfiu lets one kind of system call fail at random, more often from life to life.
Whatever becomes of the process, each answer that it called saved must be in the journal, and the journal whole.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.stores import PASSPHRASE, open_store
from tests.torture.crashes import ROOT, call, set_up

from visitcli.store import journal

# point of libfiu -> how often it fails, from the first life to the last, and errno (28: no room, 5: I/O error)
POINTS: dict[str, tuple[float, float, int]] = {
    "posix/io/rw/pwrite": (0.002, 0.05, 5),
    "posix/io/rw/write": (0.005, 0.1, 28),
    "posix/io/rw/pread": (0.001, 0.05, 5),
    "posix/io/sync/fsync": (0.01, 0.2, 5),
    "posix/io/sync/fdatasync": (0.01, 0.2, 5),
    "posix/io/dir/ftruncate": (0.05, 0.5, 5),
    "libc/mm/malloc": (0.0000005, 0.00005, 12),
    "libc/mm/realloc": (0.00002, 0.002, 12),
}
ANSWERS = 60


def life(home: Path, point: str, probability: float, failinfo: int) -> tuple[dict[int, str], int]:
    """What one process called saved, by number; and its exit status."""
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "en", "VISITCLI_PASSPHRASE": PASSPHRASE}
    environ |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}
    words = [f"{number}: {'说' * 30}" for number in range(ANSWERS)]
    lines = "".join(json.dumps({"name": "customer_words", "value": word}) + "\n" for word in words)
    fiu = f"enable_random name={point},probability={probability},failinfo={failinfo}"
    done = subprocess.run(
        ["fiu-run", "-x", "-c", fiu, sys.executable, "-m", "tests.torture.life", "visit", "SH-0001", "--answers", "-"],
        env=environ, input=lines.encode(), capture_output=True, check=False,
    )  # fmt: skip
    saved = {}
    for index, line in enumerate(done.stdout.split(b"\n")[:-1]):
        try:
            reply = json.loads(line)
        except ValueError:
            break
        if isinstance(reply, dict) and reply.get("saved"):
            saved[int(reply["seq"])] = words[index]
    return saved, done.returncode


def torture(lives: int, points: Sequence[str] = tuple(POINTS), seed: int = 0) -> list[dict[str, Any]]:
    """So many lives under each point; what was acknowledged and what was lost."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        home = set_up(Path(name))
        for point in points:
            low, high, failinfo = POINTS[point]
            chance = random.Random(f"{seed} {point}")
            saved: dict[int, str] = {}
            ends: dict[str, int] = {}
            for number in range(lives):
                rate = low * (high / low) ** (number / max(lives - 1, 1)) * chance.uniform(0.8, 1.25)
                more, status = life(home, point, rate, failinfo)
                saved |= more
                ends[str(status)] = ends.get(str(status), 0) + 1
            found.append({"point": point, "lives": lives, "ends": ends, **_lost(home, saved)})
        checks = json.loads(call(home, "doctor", "--json", allowed=(0, 6)))["checks"]
    # Each life begins on the same morning, so the clock has gone back.
    found[-1]["doctor"] = [check["message"] for check in checks if not check["ok"] and check["name"] != "clock"]
    return found


def _lost(home: Path, saved: dict[int, str]) -> dict[str, Any]:
    with open_store(home) as store:
        kept = {
            seq: json.loads(body).get("value")
            for seq, body in store.all("SELECT seq, body FROM payloads JOIN events USING (seq)")
        }
        broken = list(journal.broken_links(store))
    lost = [seq for seq, word in saved.items() if kept.get(seq) != word]
    return {"acknowledged": len(saved), "lost": len(lost), "broken": len(broken)}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    if not shutil.which("fiu-run"):
        print("fiu-run is not here (Debian: fiu-utils)", file=sys.stderr)
        return 2
    found = torture(given.lives, seed=given.seed)
    if given.json:
        print(json.dumps(found, indent=1))
    else:
        for told in found:
            if told.get("doctor"):
                print("doctor:", *told["doctor"])
            print("{point}: {lives} lives, {acknowledged} acknowledged, {lost} lost, ends {ends}".format(**told))
    return int(any(told["lost"] or told["broken"] or told.get("doctor") for told in found))


if __name__ == "__main__":
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    sys.exit(main())
