"""How fast a long case file comes in, and in how much memory, beside `sqlite-utils insert` of the same file.

    python benchmarks/import_speed.py [--rows 100000] [--runs 5] [--json]

Makes a clean table of 40 columns with examples/make_cases.py, as CSV and as XLSX, and runs whole processes side by
side, one after the other in turn, each into a new store. Prints the median wall time, the peak resident memory of any
run, and the ratios that the project holds itself to (issue 2): CSV in under 200 MB and 1.5 times the time of
sqlite-utils, XLSX in under 400 MB and twice the time of the CSV. Ends with status 1 where one of them does not hold.
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
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {"csv_to_sqlite_utils": 1.5, "csv_mb": 200.0, "xlsx_to_csv": 2.0, "xlsx_mb": 400.0}


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak resident megabytes of a whole process. Raises RuntimeError where it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{command[0]}: {said.decode(errors='replace')[-500:]}")
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there
    return seconds, usage.ru_maxrss * unit / 1_000_000


def compare(folder: Path, rows: int, runs: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Run each of the three in turn, `runs` times."""
    _make(folder, rows)
    programs = Path(sys.executable).parent
    csv, xlsx, home = (str(folder / name) for name in ("flat.csv", "flat.xlsx", "home"))
    visitcli, beside = str(programs / "visitcli"), str(programs / "sqlite-utils")
    commands = {
        "sqlite-utils CSV": [beside, "insert", str(folder / "beside.db"), "cases", csv, "--csv"],
        "visitcli CSV": [visitcli, "import", csv, "--home", home, "--json"],
        "visitcli XLSX": [visitcli, "import", xlsx, "--home", home, "--json"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    megabytes: dict[str, float] = dict.fromkeys(commands, 0.0)
    for run in range(1, runs + 1):
        for name, command in commands.items():
            shutil.rmtree(folder / "home", ignore_errors=True)
            (folder / "beside.db").unlink(missing_ok=True)
            took, peak = measured(command)
            seconds[name].append(took)
            megabytes[name] = max(megabytes[name], peak)
            say(f"run {run}/{runs}  {name:17} {took:6.2f} s  {peak:5.0f} MB")
    medians = {name: median(all_of) for name, all_of in seconds.items()}
    found = {
        "csv_to_sqlite_utils": medians["visitcli CSV"] / medians["sqlite-utils CSV"],
        "csv_mb": megabytes["visitcli CSV"],
        "xlsx_to_csv": medians["visitcli XLSX"] / medians["visitcli CSV"],
        "xlsx_mb": megabytes["visitcli XLSX"],
    }
    return {
        "rows": rows,
        "runs": runs,
        "median_s": {name: round(value, 2) for name, value in medians.items()},
        "peak_mb": {name: round(value) for name, value in megabytes.items()},
        "found": {name: round(value, 2) for name, value in found.items()},
        "targets": TARGETS,
        "holds": {name: value <= TARGETS[name] for name, value in found.items()},
    }


def _make(folder: Path, rows: int) -> None:
    maker = [
        sys.executable,
        str(ROOT / "examples" / "make_cases.py"),
        "--flat",
        "--rows",
        str(rows),
        "--out",
        str(folder),
    ]
    for more in ([], ["--xlsx"]):
        subprocess.run([*maker, *more], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Print the figures; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    say: Callable[[str], None] = (lambda _line: None) if asked.json else print
    with tempfile.TemporaryDirectory() as folder:
        result = compare(Path(folder), asked.rows, asked.runs, say)
    if asked.json:
        print(json.dumps(result, indent=2))
    for name, value in result["found"].items():
        say(f"{name:20} {value:7.2f}  (at most {TARGETS[name]:g}) {'holds' if result['holds'][name] else 'MISSED'}")
    return 0 if all(result["holds"].values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
