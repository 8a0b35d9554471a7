"""An agent's device: a home with cases, a clock that moves, randomness from a seed, and the day's commands."""

from __future__ import annotations

import io
import json
import random
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.conftest import Clock, Result
from tests.stores import PASSPHRASE, open_store

from visitcli.cli.desk import Environment
from visitcli.cli.main import main
from visitcli.cli.terminal import Terminal
from visitcli.store.database import Store

NOBODY = {"who_opened": "nobody", "card_left": "yes", "next_step": "visit_again"}
PROMISE: dict[str, Any] = {
    "position": "31.2880 121.1650",
    "who_opened": "customer",
    "identity": "confirmed",
    "introduction": "continue",
    "account_view": "agrees",
    "reasons": ["income_down", "illness"],
    "ability": "monthly",
    "vehicle_seen": "yes",
    "offered": ["part", "instalments"],
    "agreed": "instalments",
    "instalment_count": 3,
    "promise_amount": "1500",
    "promise_date": "2026-12-01",
    "promise_channel": "app",
    "customer_words": "=下月工资到账\n就还一部分",
    "complaint": "yes",
    "complaint_words": "'上次来得太早'",
    "mood": "calm",
    "next_step": "wait",
    "remark": '-1+1,"引号"',
}


@dataclass
class Device:
    """`run` gives each command the next minute and the next random bytes of the seed."""

    home: Path
    seed: int = 7
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        assert self.run("init", "--agent", "A007", "--partner", "王芳").status == 0
        store = open_store(self.home)
        with store.transaction():
            _insert_cases(store)
        store.close()

    def run(self, *argv: str | Path, lang: str = "en", stdin: str = "") -> Result:
        self.clock.forward(minutes=1)
        terminal = Terminal(io.StringIO(stdin), io.StringIO(), io.StringIO())
        environ = {"VISITCLI_HOME": str(self.home), "VISITCLI_LANG": lang, "VISITCLI_PASSPHRASE": PASSPHRASE}
        status = main([str(word) for word in argv], Environment(environ, self.clock, self._random.randbytes, terminal))
        assert isinstance(terminal.stdout, io.StringIO)
        assert isinstance(terminal.stderr, io.StringIO)
        return Result(status, terminal.stdout.getvalue(), terminal.stderr.getvalue())

    def visit(self, case: str, answers: dict[str, Any]) -> str:
        """Make a visit and return its id."""
        file = self._file("answers", answers)
        result = self.run("visit", case, "--answers", file, "--json")
        assert result.status == 0, result.out + result.err
        return str(result.json["visit_id"])

    def correct(self, case: str, answers: dict[str, Any], reason: str = "记错了") -> None:
        file = self._file("corrected", answers)
        result = self.run("correct", case, "--reason", reason, "--answers", file, "--json")
        assert result.status == 0, result.out + result.err

    def contact(self, case: str = "SH-0001", note: str = "") -> None:
        more = ("--note", note) if note else ()
        result = self.run("contact", case, "--by", "phone", "--result", "no_answer", *more, "--json")
        assert result.status == 0, result.err

    def export(self, *argv: str | Path) -> dict[str, Any]:
        result = self.run("export", *argv, "--json")
        assert result.status == 0, result.err
        return dict(result.json)

    def receipt(self, package: str | Path) -> Path:
        """What the office sends back."""
        result = self.run("package", "receipt", package, "--json")
        assert result.status == 0, result.err
        return Path(result.json["receipt"])

    def wait(self, **span: float) -> None:
        self.clock.moment += timedelta(**span)

    def photo(self, content: bytes = b"\xff\xd8\xff photo", name: str = "car.jpg") -> Path:
        file = self.home.parent / name
        file.write_bytes(content)
        return file

    def _file(self, name: str, values: dict[str, Any]) -> Path:
        file = self.home.parent / f"{self.home.name}-{name}.json"
        file.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        return file


def _insert_cases(store: Store) -> None:
    store.run("INSERT INTO imports VALUES (1, '2026-11-23T08:00:00+08:00', 'cases.csv', '', 'wgs84', 3, '{}')")
    for number, name in (("SH-0001", "林晓雯"), ("SH-0002", "周建国"), ("SH-0003", "陈思远")):
        body = {"case_id": number, "customer": {"name": name}, "addresses": [{"kind": "home", "text": "无名路1号"}]}
        store.run(
            "INSERT INTO cases (case_id, status, stage, name, import_id, body) VALUES (?, 'open', 'on_site', ?, 1, ?)",
            (number, name, json.dumps(body, ensure_ascii=False)),
        )
