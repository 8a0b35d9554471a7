"""visitcli in a process of its own whose clock begins at the time that the first argument gives, and goes on from
there: at night, or on a holiday, a rule would forbid what the tests do."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta

from visitcli.cli.desk import Environment
from visitcli.cli.main import main


def run() -> int:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(errors="surrogateescape" if stream is sys.stdin else "replace")  # type: ignore[union-attr]
    begun, counted = datetime.fromisoformat(sys.argv[1]), time.monotonic()
    return main(sys.argv[2:], Environment(os.environ, lambda: begun + timedelta(seconds=time.monotonic() - counted)))


if __name__ == "__main__":
    sys.exit(run())
