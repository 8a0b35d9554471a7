"""Start-up as multiples of `python -c pass` (P), with a year of finished visits in the store.

    python -m benchmarks.startup [--runs 20] [--visits 5000] [--json]

Every figure is the median of its runs; the runs of all commands and of P take turns, so that a noisy minute touches
all of them alike. `terminal` runs the command on a pseudo-terminal.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.year import PASSPHRASE, fill

BUDGET = {"--version": 2.5, "--help": 9, "today (piped)": 10, "today (terminal)": 13, "unlock": 25}
BUDGET |= {"complete a case number": 10}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--visits", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        fill(home, visits=options.visits, until=datetime.now().astimezone() - timedelta(days=1))
        medians = measure(home, options.runs)
    report(medians, options.json)
    return 0


def measure(home: Path, runs: int) -> dict[str, float]:
    """Seconds, the median by command."""
    program = Path(sys.executable).with_name("visitcli")
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "zh", "PYTHONDONTWRITEBYTECODE": ""}
    environ["VISITCLI_PASSPHRASE"] = PASSPHRASE
    completing = {"_VISITCLI_COMPLETE": "complete_bash", "COMP_WORDS": "visitcli show SH-1", "COMP_CWORD": "2"}
    piped([program, "unlock"], environ)
    commands = {
        "P": lambda: piped([sys.executable, "-c", "pass"], environ),
        "--version": lambda: piped([program, "--version"], environ),
        "--help": lambda: piped([program, "--help"], environ),
        "today (piped)": lambda: piped([program, "today"], environ),
        "today (terminal)": lambda: on_a_terminal([program, "today"], environ),
        "complete a case number": lambda: piped([program], environ | completing),
    }
    commands["unlock"] = lambda: piped([program, "unlock"], environ)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 2):  # the first two warm the disk's cache
        for name in random.sample(list(commands), len(commands)):
            begun = time.perf_counter()
            commands[name]()
            if turn >= 2:
                times[name].append(time.perf_counter() - begun)
    piped([program, "lock"], environ)
    return {name: statistics.median(values) for name, values in times.items()}


def piped(command: list[str | Path], environ: dict[str, str]) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(command, env=environ, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command} exited with {done.returncode}: {done.stderr.decode()}")


def on_a_terminal(command: list[str | Path], environ: dict[str, str]) -> None:
    """Run a command that must succeed on a pseudo-terminal."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            command, env=environ | {"TERM": "xterm-256color"}, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        while True:
            try:
                if not os.read(ours, 65536):
                    break
            except OSError:  # the other end is closed
                break
        if process.wait() != 0:
            raise SystemExit(f"{command} exited with {process.returncode} on a terminal")
    finally:
        os.close(ours)


def report(medians: dict[str, float], as_json: bool) -> None:
    """Each command as a multiple of P, beside its budget."""
    base = medians["P"]
    rows = [{"command": name, "multiple": round(medians[name] / base, 2), "budget": BUDGET[name]} for name in BUDGET]
    if as_json:
        print(json.dumps({"p_ms": round(base * 1000, 1), "commands": rows}))
        return
    print(f"P = python -c pass: {base * 1000:.1f} ms")
    for row in rows:
        verdict = "within" if row["multiple"] <= row["budget"] else "OVER"
        print(f"{row['command']:24} {row['multiple']:6.2f} P   budget {row['budget']:>4} P   {verdict}")


if __name__ == "__main__":
    raise SystemExit(main())
