"""`python -m tests.oracle [--days 10000] [--worked 10000]`: the engine asked about so many days, and so many days
worked through the real commands. Prints the counts; status 1 where engine or commands and oracle differ."""

from __future__ import annotations

import argparse
import os
import sys

from tests.oracle.days import differences
from tests.oracle.simulation import simulate
from tests.stores import PASSPHRASE

from visitcli.engines import key_file

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=10_000)
    parser.add_argument("--worked", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    key_file.COST = key_file.Cost(passes=1, memory_kib=8, lanes=1)
    counts, differ = differences(given.days, given.seed)
    print(f"asked: {given.days} days, {len(differ)} differences")
    for name, count in sorted(counts.items()):
        print(f"{count:8} {name}")
    worked, faults = simulate(given.worked, given.seed)
    print(f"worked: {given.worked} days, {len(faults)} differences")
    for name, count in sorted(worked.items()):
        print(f"{count:8} {name}")
    for fault in faults[:10]:
        print(f"    {fault}")
    sys.exit(int(bool(differ or faults)))
