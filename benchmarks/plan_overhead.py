"""All of `plan` but the solving, as multiples of `python -c pass` (P): 60 cases, from the command to the table.

    python -m benchmarks.plan_overhead [--runs 20] [--cases 60] [--visits 5000] [--json]

`--seconds 0` ends the search before its first iteration; the first day, made without searching, is in the figure. Each
case has a home and a workplace; a year of visits is what the chances are learned from. Runs of P and of `plan` take
turns, and every figure is the median of its runs. `terminal` plans on a pseudo-terminal (the drawn table and the map),
`files` writes all four kinds of files too. The peak of resident memory is that of the largest process of all.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.startup import on_a_terminal, piped
from benchmarks.year import PASSPHRASE, fill
from visitcli.app.runtime import Given, Runtime

BUDGET, BUDGET_MB = 60, 120
PROBE = """
import sys
from visitcli.__main__ import run
try:
    run()
except SystemExit as end:
    assert not end.code, end.code
finally:
    sys.stderr.write("\\n" + " ".join(sys.modules))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--visits", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = worked_device(Path(folder), options.cases, options.visits)
        medians = measure(Path(folder), environ, options.runs)
        report(medians, peak_memory(environ), numpy_loaded(environ), options.json)
    return 0


def worked_device(folder: Path, cases: int, visits: int) -> dict[str, str]:
    """A store with a year of visits to these open cases, each with two addresses; gives the environment to it."""
    home = folder / "home"
    fill(home, visits=visits, until=datetime.now().astimezone() - timedelta(days=1), cases=cases)
    runtime = Runtime(home, home / "settings.toml", lambda: datetime.now().astimezone(), secrets=Given(PASSPHRASE))
    rolled, store = random.Random(1), runtime.store
    with store.transaction():
        for case_id, body in store.all("SELECT case_id, body FROM cases"):
            placed = {**json.loads(body), "addresses": [_address(kind, case_id, rolled) for kind in ("home", "work")]}
            store.run("UPDATE cases SET body = ? WHERE case_id = ?", (json.dumps(placed), case_id))
    runtime.close()
    return {
        **os.environ,
        "VISITCLI_HOME": str(home),
        "VISITCLI_LANG": "zh",
        "COLUMNS": "200",
        "VISITCLI_PASSPHRASE": PASSPHRASE,
    }


def _address(kind: str, case_id: str, rolled: random.Random) -> dict[str, Any]:
    place = {"lat": round(rolled.gauss(31.2, 0.08), 5), "lon": round(rolled.gauss(121.4, 0.1), 5)}
    return {"kind": kind, "text": f"上海市普陀区无名路{case_id}", "crs": "wgs84", **place}


def _program() -> list[str | Path]:
    return [Path(sys.executable).with_name("visitcli")]


def measure(folder: Path, environ: dict[str, str], runs: int) -> dict[str, float]:
    """Seconds, the median by command."""
    plan = [*_program(), "plan", "--seconds", "0", "--start", "31.2304,121.4737", "--date", "tomorrow"]
    files = [word for kind in ("html", "gpx", "geojson", "ics") for word in (f"--{kind}", folder / f"day.{kind}")]
    commands: dict[str, Callable[[], None]] = {
        "P": lambda: piped([sys.executable, "-c", "pass"], environ),
        "plan (piped)": lambda: piped(plan, environ),
        "plan (terminal)": lambda: on_a_terminal(plan, environ),
        "plan --json": lambda: piped([*plan, "--json"], environ),
        "plan with four files": lambda: piped([*plan, *files], environ),
    }
    piped([*_program(), "unlock"], environ)  # as on every working day
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 2):  # the first two warm the disk's cache
        for name in random.sample(list(commands), len(commands)):
            begun = time.perf_counter()
            commands[name]()
            if turn >= 2:
                times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(values) for name, values in times.items()}


def peak_memory(environ: dict[str, str]) -> float:
    """Megabytes of a plan in an unlocked day. Linux counts to getrusage what the parent of a process had: VmHWM is its
    own."""
    code = (
        "import sys; from visitcli.cli.main import main;"
        " main(['plan', '--seconds', '0', '--start', '31.2304,121.4737', '--date', 'tomorrow', '--json']);"
        " print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)"
    )
    without = {**environ, "VISITCLI_PASSPHRASE": ""}
    done = subprocess.run([sys.executable, "-c", code], env=without, capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1]) / 1024


def numpy_loaded(environ: dict[str, str]) -> bool:
    """Whether planning loads numpy."""
    argv = ["plan", "--seconds", "0", "--date", "tomorrow"]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv = ['visitcli', *{argv!r}]\n{PROBE}"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return "numpy" in done.stderr.split()


def report(medians: dict[str, float], peak: float, numpy: bool, as_json: bool) -> None:
    """Each way of planning as a multiple of P, beside the budget; memory and numpy."""
    base = medians.pop("P")
    multiples = {name: round(seconds / base, 1) for name, seconds in medians.items()}
    if as_json:
        print(
            json.dumps(
                {"p_ms": round(base * 1000, 1), "multiples": multiples, "peak_mb": round(peak, 1), "numpy": numpy}
            )
        )
        return
    print(f"P = python -c pass: {base * 1000:.1f} ms")
    for name, multiple in multiples.items():
        print(f"{name:24} {multiple:6.1f} P   budget {BUDGET} P   {'within' if multiple < BUDGET else 'OVER'}")
    print(f"peak memory {peak:.1f} MB, budget {BUDGET_MB} MB; numpy {'LOADED' if numpy else 'not loaded'}")


if __name__ == "__main__":
    raise SystemExit(main())
