"""Two agents' windows at once: `python -m tests.torture.at_once [--answers 200]`.

Two processes answer the same visit, and a third one another visit, all at the same time. Nothing that any of them
called saved may be lost; one that is told that the store is in use may say so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.stores import PASSPHRASE, open_store
from tests.torture.crashes import OPENING, ROOT, call, set_up

from visitcli.store import journal


def torture(answers: int) -> dict[str, Any]:
    """So many answers from each of three windows; what was acknowledged and what was lost."""
    with tempfile.TemporaryDirectory() as name:
        home = set_up(Path(name))
        first = "".join(json.dumps({"name": name, "value": value}) + "\n" for name, value in OPENING)
        call(home, "visit", "SH-0002", "--answers", "-", stdin=first, allowed=(0, 7))
        windows = [_window(home, case, mark, answers) for case, mark in (("1", "甲"), ("1", "乙"), ("2", "丙"))]
        said = [(process.communicate(lines.encode())[0], words) for process, lines, words in windows]
        saved = {}
        for out, words in said:
            replies = [json.loads(line) for line in out.split(b"\n")[:-1]]
            saved |= {reply["seq"]: words[index] for index, reply in enumerate(replies) if reply.get("saved")}
        with open_store(home) as store:
            kept = {
                seq: json.loads(body).get("value")
                for seq, body in store.all("SELECT seq, body FROM payloads JOIN events USING (seq)")
            }
            broken = list(journal.broken_links(store))
            known, last = store.anchor.read(), journal.newest(store)
        lost = [seq for seq, word in saved.items() if kept.get(seq) != word]
        behind = known is None or known.seq > last.seq
        return {"windows": 3, "acknowledged": len(saved), "lost": len(lost), "broken": len(broken) + behind}


def _window(home: Path, case: str, mark: str, answers: int) -> tuple[subprocess.Popen[bytes], str, list[str]]:
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "en", "VISITCLI_PASSPHRASE": PASSPHRASE}
    environ |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    words = [f"{mark} {number}" for number in range(answers)]
    lines = "".join(json.dumps({"name": "customer_words", "value": word}) + "\n" for word in words)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.life", "visit", f"SH-000{case}", "--answers", "-"],
        env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    return process, lines, words


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=200)
    found = torture(parser.parse_args(argv).answers)
    print("{windows} windows, {acknowledged} acknowledged, {lost} lost, {broken} broken".format(**found))
    return int(bool(found["lost"] or found["broken"]))


if __name__ == "__main__":
    os.environ.setdefault("VISITCLI_PASSPHRASE", PASSPHRASE)
    sys.exit(main())
