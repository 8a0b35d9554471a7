"""An answer whose `saved` line was seen survives `kill -9`."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.conftest import Clock, Result
from tests.stores import open_store

KILLS = int(os.environ.get("VISITCLI_KILLS", "100"))
WORDS = [f"第{number}次说的话" for number in range(400)]


def one_life(home: Path, seed: int) -> list[tuple[str, int]]:
    """Run a visit, answer the same question over and over, kill it at a random moment.

    Returns value and seq of what it called saved."""
    environ = {**os.environ, "VISITCLI_HOME": str(home), "PYTHONDONTWRITEBYTECODE": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "visitcli", "visit", "SH-0001", "--answers", "-"],
        env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    lines = "".join(json.dumps({"name": "customer_words", "value": word}) + "\n" for word in WORDS)

    def feed() -> None:
        with contextlib.suppress(OSError):
            process.stdin.write(lines.encode())  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]

    threading.Thread(target=feed, daemon=True).start()
    saved = [process.stdout.readline()]  # alive and writing: now any moment will do
    threading.Timer(random.Random(seed).uniform(0, 0.03), process.send_signal, [signal.SIGKILL]).start()
    saved += process.stdout.readlines()
    process.wait()
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    # A line cut off by the kill was never seen whole, so it is no acknowledgement.
    whole = [json.loads(line) for line in saved if line.endswith(b"\n")]
    return [(WORDS[index], reply["seq"]) for index, reply in enumerate(whole) if reply.get("saved")]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_no_acknowledged_answer_is_lost(three_cases: Callable[..., Result], home: Path, clock: Clock) -> None:
    opening = [("who_opened", "customer"), ("identity", "confirmed"), ("introduction", "continue")]
    stdin = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in opening)
    assert three_cases("visit", "SH-0001", "--answers", "-", stdin=stdin).status == 7
    acknowledged: dict[int, str] = {}
    begun = time.monotonic()
    for seed in range(KILLS):
        acknowledged |= {seq: value for value, seq in one_life(home, seed)}
    store = open_store(home)
    kept = {
        seq: json.loads(body).get("value")
        for seq, body in store.all("SELECT seq, body FROM payloads JOIN events USING (seq) WHERE kind = 'answered'")
    }
    store.close()
    lost = {seq: value for seq, value in acknowledged.items() if kept.get(seq) != value}
    assert lost == {}
    assert len(acknowledged) >= KILLS
    clock.moment = datetime.now().astimezone()  # the killed ones lived by the real clock
    assert three_cases("doctor", "--json").json["ok"]
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged answers, {time.monotonic() - begun:.0f} s")
