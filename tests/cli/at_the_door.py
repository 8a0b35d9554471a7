"""A visit without a store, and a screen to read it from: over the shipped script, or its first version, a shorter one
that the tests of the keys are written for (and visits begun with it go on)."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from visitcli.app.scripts import wording
from visitcli.cli.screen.advice import Beside
from visitcli.cli.screen.controller import Controller
from visitcli.cli.screen.drawing import Typography, draw
from visitcli.domain.errors import BadInputError, StoreError
from visitcli.domain.script import Script, parse_script
from visitcli.domain.session import Event, Session, apply, check
from visitcli.domain.visit_clock import Notice
from visitcli.words import Words

TODAY = date(2026, 11, 23)  # a Monday
AT = "2026-11-23T10:00:00+08:00"
DEBT = {"lender": "晨光汽车金融", "overdue": "¥12,345.00", "balance": "¥80,000.00", "instalment": "¥3,000.00",
        "days_overdue": "45"}  # fmt: skip
CALM = {"customer": "林晓雯", "agent": "A007", "partner": "王芳", "company": "安心资产", "plate": "沪A12345",
        "model": "朗逸", "today": TODAY.isoformat()}  # fmt: skip


@cache
def first_version() -> Script:
    """The script as it was first shipped."""
    return parse_script(tomllib.loads((Path(__file__).parent / "script_1_0.toml").read_text(encoding="utf-8")))


class DoorVisit:
    """What run_screen needs of a visit; every event is kept in `events`."""

    case_id = "SH-0001"

    def __init__(self, last_time: dict[str, Any] | None = None, script: Script | None = None) -> None:
        self.script = script or first_version()
        self.session = Session(script=self.script)
        self.values = CALM | DEBT
        self.last_time = last_time or {}
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.full_disk = False
        self.attached: dict[str, str] = {}
        self.another_waits = False

    def _record(self, kind: str, **payload: Any) -> int:
        if self.full_disk:
            raise StoreError("store.full", path="visitcli.db", reason="")
        self.events.append((kind, payload))
        self.session = apply(self.session, Event(len(self.events), kind, AT, payload))
        return len(self.events)

    def answer(self, name: str, value: object) -> int:
        return self._record("answered", name=name, value=check(self.session, name, value, TODAY))

    def pass_over(self, name: str) -> int:
        if self.script.by_name[name].required:
            raise BadInputError("answer.required", name=name, value="", expected="")
        return self._record("passed", name=name)

    def draft(self, name: str, text: str) -> int:
        return self._record("drafted", name=name, text=text)

    def stop(self, code: str, reason: str = "") -> int:
        return self._record("stopped", code=code, reason=reason)

    def pause(self) -> None:
        self._record("paused")

    def close(self) -> None:
        self._record("closed")


class Door:
    """The controller with keys pressed by name: `press("7 1 enter")`, and what is seen."""

    def __init__(self, visit: DoorVisit | None = None, lang: str = "en", columns: int = 80, rows: int = 24) -> None:
        self.visit = visit or DoorVisit()
        self.columns, self.rows = columns, rows
        self.notice: Notice | None = None
        self.figures: dict[str, str] = {}
        self.controller = Controller(
            self.visit, Words(lang), Beside(lambda: self.notice, wording(), lambda: self.figures)
        )

    def press(self, keys: str) -> Door:
        for key in keys.split():
            self.controller.press(key)
            self.seen()  # as on a terminal, every key is followed by a drawing
        return self

    def type(self, text: str) -> Door:
        for char in text:
            self.controller.press(char)
        return self

    def seen(self, encoding: str = "utf-8") -> str:
        return draw(self.controller, self.columns, self.rows, Typography(encoding)).text

    @property
    def asked(self) -> str | None:
        return self.controller.asking.question.name if self.controller.asking else None

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.visit.session.answers)
