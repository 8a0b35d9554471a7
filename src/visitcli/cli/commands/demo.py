"""`visitcli demo`: a whole day on invented cases, in a throw-away folder, without a question asked."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import typer

from visitcli.cli.desk import Desk, Environment
from visitcli.cli.terminal import Terminal
from visitcli.domain.errors import NotFoundError

BEIJING = timezone(timedelta(hours=8))
MORNING = datetime(2026, 11, 23, 8, 20, tzinfo=BEIJING)  # the day that the examples are made for
HOME_BASE = "31.2304,121.4737"


def demo(ctx: typer.Context) -> int:
    desk: Desk = ctx.obj
    folder = Path(tempfile.mkdtemp(prefix="visitcli-demo-"))
    day = _Day(desk, folder, desk.environment.random_bytes(16).hex())
    day.walk()
    failed = [step for step in day.done if step["status"] != 0]
    if desk.terminal.json:
        summary = {"ok": not failed, "home": str(folder / "home"), "package": day.package, "steps": day.done}
        desk.terminal.document(summary)
    else:
        desk.terminal.out(desk.words("demo.failed" if failed else "demo.end", folder=folder, package=day.package or ""))
    return 1 if failed else 0


def examples() -> Path:
    """The folder of the example cases: package data where installed, the repository's in a checkout."""
    here = Path(__file__).resolve()
    for folder in (here.parents[2] / "data" / "examples", here.parents[4] / "examples"):
        if (folder / "cases.xlsx").is_file():
            return folder
    raise NotFoundError("demo.no_examples")


@dataclass
class _Clock:
    """The demo's own clock, in its own process only."""

    moment: datetime = MORNING

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=2)
        return self.moment

    def until(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)


@dataclass
class _Day:
    """The steps of the day: each a command as an agent would type it, run in this process."""

    desk: Desk
    folder: Path
    passphrase: str  # the folder is thrown away and with it what this opens
    clock: _Clock = field(default_factory=_Clock)
    done: list[dict[str, Any]] = field(default_factory=list)

    def walk(self) -> None:
        """Import, plan, three visits, a call, export, the office's receipt."""
        say = self._say
        say("demo.begin", "init", "--agent", "A007", "--partner", self.desk.words("demo.partner"))
        say(None, "config", "agent.company", self.desk.words("demo.company"))
        say(None, "config", "home_base.place", HOME_BASE)
        say("demo.import", "import", str(examples() / "cases.xlsx"))
        say("demo.plan", "plan")
        stops = self._stops()
        for stop, (story, answers) in zip(stops, self._visits(), strict=False):
            self.clock.until(datetime.fromisoformat(stop["arrive"]))
            file = self._file(f"{stop['case_id']}.json", answers)
            say(f"demo.visit.{story}", "visit", stop["case_id"], "--answers", file)
        if stops:
            say("demo.contact", "contact", stops[-1]["case_id"], "--by", "phone", "--result", "no_answer")
        self.clock.until(MORNING + timedelta(hours=9, minutes=40))
        say("demo.export", "export", "--to", str(self.folder / "out"))
        if self.package:
            receipt = str(self.folder / "receipt.json")
            say("demo.office", "package", "receipt", self.package, "--to", receipt)
            say("demo.ack", "ack", receipt)
        say("demo.doctor", "doctor")
        say("demo.today", "today")

    def _visits(self) -> list[tuple[str, dict[str, Any]]]:
        """Three doors: a promise, nobody home, and one where one has to leave."""
        words = self.desk.words
        promise = {
            "who_opened": "customer",
            "identity": "confirmed",
            "introduction": "continue",
            "account_view": "agrees",
            "reasons": ["income_down"],
            "reason_words": words("demo.reason"),
            "ability": "monthly",
            "vehicle_seen": "yes",
            "vehicle_use": "customer",
            "vehicle_photo": str(examples() / "photo.jpg"),
            "offered": ["instalments"],
            "agreed": "instalments",
            "instalment_count": 3,
            "promise_amount": "1200.00",
            "promise_date": (MORNING + timedelta(days=8)).date().isoformat(),
            "promise_channel": "app",
            "customer_words": words("demo.words"),
            "complaint": "no",
            "mood": "relieved",
            "next_step": "wait",
        }
        nobody = {"who_opened": "nobody", "card_left": "yes", "next_step": "visit_again"}
        leaving = {
            **{key: promise[key] for key in ("who_opened", "identity", "introduction")},
            "stop": "serious_illness",
        }
        return [("promise", promise), ("nobody", nobody), ("stop", leaving)]

    def _say(self, story: str | None, *command: str) -> None:
        """Tell what comes, run it, keep its result. In words the person sees the command and what it answered."""
        from visitcli.cli.main import main

        terminal = self.desk.terminal
        if not terminal.json:
            if story:
                terminal.out(f"\n{self.desk.words(story)}")
            terminal.out(f"$ visitcli {' '.join(self._shown(word) for word in command)}")
            terminal.stdout.flush()
            status = main([*command], self._environment(terminal.stdout))
            self.done.append({"command": list(command), "status": status})
            return
        out = io.StringIO()
        status = main([*command, "--json"], self._environment(out))
        result = json.loads(out.getvalue()) if out.getvalue().strip() else None
        self.done.append({"command": list(command), "status": status, "result": result})

    def _stops(self) -> list[dict[str, Any]]:
        """The stops of the plan that was just made."""
        from visitcli.cli.desk import new_desk
        from visitcli.store import plans

        desk = new_desk(self._environment(io.StringIO()), [])
        try:
            plan = plans.latest(desk.runtime.store, MORNING.date().isoformat())
        finally:
            desk.close()
        return [stop for day in (plan or {"days": []})["days"] for stop in day["stops"]]

    @property
    def package(self) -> str | None:
        """The file that was exported."""
        return next((str(path) for path in sorted((self.folder / "out").glob("*.zip"))), None)

    def _environment(self, stdout: Any) -> Environment:
        # One stream for both, so that a transcript in a file is in order.
        stderr = self.desk.terminal.stderr if self.desk.terminal.json else stdout
        terminal = Terminal(io.StringIO(), stdout, stderr, interactive=False)
        environ = {**self.desk.environment.environ, "VISITCLI_HOME": str(self.folder / "home")}
        environ |= {"VISITCLI_LANG": self.desk.words.language, "VISITCLI_PASSPHRASE": self.passphrase}
        return Environment(environ, self.clock, self.desk.environment.random_bytes, terminal)

    def _file(self, name: str, answers: Mapping[str, Any]) -> str:
        path = self.folder / name
        path.write_text(json.dumps(answers, ensure_ascii=False, indent=2), encoding="utf-8")
        return str(path)

    def _shown(self, word: str) -> str:
        return Path(word).name if word.startswith((str(self.folder), str(examples()))) else word
