"""Days worked through the real commands, the oracle looking on: what is planned, what is begun, what is refused.

Every store has an agent under one of the packs and some cases with holds, contacts, promises and dates at the edges. On
each of its days the day is planned and visits are tried at odd moments. Nothing that the oracle forbids may be planned
or begun; nothing that it allows may be refused.
"""

from __future__ import annotations

import io
import json
import random
import tempfile
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.oracle.days import CODES, PACKS
from tests.oracle.oracle import forbids
from tests.stores import PASSPHRASE

from visitcli.cli.desk import Environment
from visitcli.cli.main import main
from visitcli.cli.terminal import Terminal

ZONE = timezone(timedelta(hours=8))
RESULTS = {True: "见到本人", False: "无人在家", None: "已到访"}
NOBODY = {"who_opened": "nobody", "card_left": "no", "next_step": "phone"}


class World:
    """One agent's device, and what the oracle knows of its cases."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance, self.folder = chance, folder
        self.pack = chance.choice(PACKS)
        self.first = date(2026, 3, 2) + timedelta(days=chance.randrange(120))
        self.now = datetime(self.first.year, self.first.month, self.first.day, 6, 30, tzinfo=ZONE)
        self.days_off = {self.first + timedelta(days=n): chance.random() < 0.1 for n in range(40)}
        self.known = {f"S-{number}": self._case() for number in range(6)}
        (folder / "nobody.json").write_text(json.dumps(NOBODY))
        self.run("init", "--agent", "A007", "--partner", "王芳", "--jurisdiction", self.pack)
        lines = [f"{day} {'off 节日' if off else 'work'}" for day, off in self.days_off.items()]
        (folder / "days.txt").write_text("\n".join(lines), encoding="utf-8")
        self.run("config", "rules.days_file", str(folder / "days.txt"))
        cases = [self._as_imported(case_id, case) for case_id, case in self.known.items()]
        (folder / "cases.json").write_text(json.dumps(cases, ensure_ascii=False), encoding="utf-8")
        status, out, err = self.run("import", str(folder / "cases.json"), "--crs", "wgs84", "--json")
        assert status == 0, err + out

    def run(self, *argv: str) -> tuple[int, str, str]:
        """A command: status, stdout, stderr."""
        terminal = Terminal(io.StringIO(), io.StringIO(), io.StringIO())
        environ = {"VISITCLI_HOME": str(self.folder / "home"), "VISITCLI_LANG": "en"}
        environ["VISITCLI_PASSPHRASE"] = PASSPHRASE
        status = main(list(argv), Environment(environ, lambda: self.now, terminal=terminal))
        assert isinstance(terminal.stdout, io.StringIO)
        assert isinstance(terminal.stderr, io.StringIO)
        return status, terminal.stdout.getvalue(), terminal.stderr.getvalue()

    def _case(self) -> dict[str, Any]:
        chance, first = self.chance, self.first

        def near(*offsets: int) -> date | None:
            return first + timedelta(days=chance.choice(offsets)) if chance.random() < 0.5 else None

        return {
            "status": chance.choice(("open",) * 6 + ("closed",)),
            "assigned": near(-20, 1, 3),
            "returns": near(2, 5, 60),
            "places": chance.choice((("home",), ("work",), ("home", "work"))),
            "promise": near(1, 2, 4),
            "limitation": near(0, 3, 300) if chance.random() < 0.3 else None,
            "holds": [
                {"code": chance.choice(CODES), "since": near(-5, 2), "until": near(1, 3, 9)}
                for _ in range(chance.choice((0, 0, 0, 1)))
            ],
            "touches": [
                {"day": first - timedelta(days=chance.choice((1, 3, 6, 8, 24, 29, 35, 58))),
                 "by": chance.choice(("visit", "visit", "phone", "letter")), "met": chance.choice((True, False, None))}
                for _ in range(chance.randrange(5))
            ],
        }  # fmt: skip

    def _as_imported(self, case_id: str, case: dict[str, Any]) -> dict[str, Any]:
        def text(day: date | None) -> str | None:
            return day.isoformat() if day else None

        place = {"text": "上海市嘉定区无名路1号", "crs": "wgs84"}
        addresses = [
            {"kind": kind, **place, "lat": 31.28 + number / 100, "lon": 121.2 + int(case_id[2:]) / 50}
            for number, kind in enumerate(case["places"])
        ]
        contacts = [
            {"at": f"{touch['day']}T10:00:00+08:00", "by": touch["by"],
             "result": RESULTS[touch["met"]] if touch["by"] == "visit" else "no answer"}
            for touch in case["touches"]
        ]  # fmt: skip
        loan = {"overdue": "1000", "days_overdue": 30, "limitation_date": text(case["limitation"])}
        holds = [{**hold, "since": text(hold["since"]), "until": text(hold["until"])} for hold in case["holds"]]
        promises = [{"due_date": text(case["promise"]), "amount": "100", "status": "open"}] if case["promise"] else []
        imported = {"case_id": case_id, "status": case["status"], "customer": {"name": "林晓雯"}, "holds": holds}
        imported |= {"addresses": addresses, "loan": loan, "contacts": contacts, "promises": promises}
        dates = {"assigned_date": text(case["assigned"]), "return_date": text(case["returns"])}
        return imported | {name: value for name, value in dates.items() if value}

    def facts(self, case_id: str, moment: datetime, place: str, staff: int | None) -> dict[str, Any]:
        """What the oracle is told."""
        case, today = self.known[case_id], moment.date()
        promise = case["promise"] if case["promise"] and case["promise"] >= today else None
        return {
            "now": moment, "status": case["status"], "assigned": case["assigned"], "returns": case["returns"],
            "place": place, "agreed": False, "promise_due": promise, "touches": case["touches"],
            "holds": case["holds"], "staff": staff, "limitation": case["limitation"], "limitation_reckoned": False,
            "holiday": self.days_off.get(today),
        }  # fmt: skip


def simulate(days: int, seed: int = 0) -> tuple[Counter[str], list[str]]:
    """So many days; what was planned, begun and refused by pack, and where program and oracle differ."""
    chance, counts, faults = random.Random(seed), Counter[str](), []
    left = days
    while left > 0:
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
            world = World(chance, Path(name))
            for number in range(min(8, left)):
                day = world.first + timedelta(days=number)
                faults += _one_day(world, day, counts)
                left -= 1
    return counts, faults


def _one_day(world: World, day: date, counts: Counter[str]) -> list[str]:
    chance = world.chance
    world.now = datetime(day.year, day.month, day.day, 6, 30, tzinfo=ZONE)
    faults, planned = _plan(world, day, counts)
    moments = sorted(chance.choice((479, 480, 540, 600, 1009, 1010, 1129, 1130, 1249, 1250, 1309, 1310))
                     + chance.choice((-1, 0, 0, 1)) for _ in range(4))  # fmt: skip
    for minute in moments:
        world.now = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZONE)
        faults += _try(world, chance.choice(sorted(world.known)), planned, counts)
    return faults


def _plan(world: World, day: date, counts: Counter[str]) -> tuple[list[str], dict[str, str]]:
    status, out, err = world.run(
        "plan", "--date", day.isoformat(), "--from", "06:30", "--until", "23:30", "--start", "31.28,121.2",
        "--seconds", "0.05", "--json",
    )  # fmt: skip
    if status:
        return [f"{world.pack} {day}: plan {status} {err[-200:]}"], {}
    plan = json.loads(out)
    faults, places = [], {}
    for stop in plan["days"][0]["stops"]:
        if stop["status"] == "done":
            continue
        moment = datetime.fromisoformat(stop["start"])
        against = forbids(world.pack, world.facts(stop["case_id"], moment, stop["address_kind"], None))
        counts[f"{world.pack} planned"] += 1
        places[stop["case_id"]] = stop["address_kind"]
        if against:
            faults.append(f"{world.pack} planned {stop['case_id']} at {stop['start']} against {sorted(against)}")
    for case in plan["left_out"]:
        rules = case.get("rules") or []
        if not rules:
            continue
        counts[f"{world.pack} left out"] += 1
        free = [
            f"{minute // 60}:{minute % 60:02}"
            for minute in range(0, 1440, 10)
            for place in world.known[case["case_id"]]["places"]
            if not forbids(world.pack, world.facts(case["case_id"], _at(day, minute), place, None))
        ]
        if free:
            faults.append(f"{world.pack} left out {case['case_id']} on {day} for {rules}, free at {free[:3]}")
    return faults, places


def _at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZONE)


def _try(world: World, case_id: str, planned: dict[str, str], counts: Counter[str]) -> list[str]:
    places = world.known[case_id]["places"]
    place = planned.get(case_id) or (places[0] if len(places) == 1 else "")
    staff = world.chance.choice((2, 2, 2, 3))
    partner = "王芳" if staff == 2 else "王芳、李明"
    answers = str(world.folder / "nobody.json")
    status, _, err = world.run("visit", case_id, "--with", partner, "--answers", answers, "--json")
    against = forbids(world.pack, world.facts(case_id, world.now, place, staff))
    began = status != 4
    counts[f"{world.pack} {'begun' if began else 'refused'}"] += 1
    if began:
        world.known[case_id]["touches"].append({"day": world.now.date(), "by": "visit", "met": False})
    if status not in (0, 4):
        return [f"{world.pack} {case_id} {world.now}: visit {status} {err[-200:]}"]
    if began == bool(against):
        return [
            f"{world.pack} {case_id} at {world.now} ({place}): {'begun' if began else 'refused'}, {sorted(against)}"
        ]
    return []
