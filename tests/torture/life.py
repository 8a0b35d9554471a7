"""visitcli in a process of the torture's own: on a Monday morning, its passphrase cheap to derive from.

TORTURE_WEAKER is what the power cut harness must find out: `NORMAL` opens the store with synchronous=NORMAL, `no fsync`
leaves files unsynced. TORTURE_DAYS is how many days later it is, TORTURE_BEGAN when the morning began
(seconds of the real clock), so that the commands of one day follow each other.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta, timezone

from visitcli.cli.desk import Environment, system
from visitcli.cli.main import main
from visitcli.engines import key_file
from visitcli.store import database

MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=8)))

if __name__ == "__main__":
    key_file.COST = key_file.Cost(passes=1, memory_kib=8, lanes=1)
    weaker = os.environ.get("TORTURE_WEAKER")
    if weaker == "no fsync":
        os.fsync = lambda fd: None
    if weaker == "NORMAL":
        database._PRAGMAS = tuple(text.replace("= FULL", "= NORMAL") for text in database._PRAGMAS)
    real, began = system(), datetime.now().astimezone()
    if "TORTURE_BEGAN" in os.environ:
        began = datetime.fromtimestamp(float(os.environ["TORTURE_BEGAN"])).astimezone()
    morning = MORNING + timedelta(days=int(os.environ.get("TORTURE_DAYS", "0")))
    sys.exit(main(sys.argv[1:], Environment(os.environ, lambda: morning + (real.clock() - began), real.random_bytes)))
