"""A store that looks like a year's work: cases, finished visits with journals and records, contacts, a plan."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

from visitcli.app.runtime import Given, Runtime
from visitcli.app.visiting import Visit, begin
from visitcli.domain.errors import ForbiddenError
from visitcli.store import plans
from visitcli.store.database import Store

PASSPHRASE = "a year of made-up doors"  # noqa: S105 - of stores in throw-away folders
ANSWERS = {"who_opened": "nobody", "card_left": "yes", "next_step": "phone"}


def fill(home: Path, *, visits: int, until: datetime, cases: int = 200) -> None:
    """Fill the store of `home`: one visit through the program, the others as its copies with ids and times of their
    own, so that a year is there in seconds and looks to every query like the real thing."""
    runtime = Runtime(home, home / "settings.toml", lambda: until, secrets=Given(PASSPHRASE))
    store = runtime.store
    _cases(store, cases)
    pattern = _one_visit(home, until)
    _copies(runtime, pattern, visits, cases, until)
    _plan(store, until + timedelta(days=1), cases)
    runtime.close()


def _cases(store: Store, count: int) -> None:
    with store.transaction():
        store.run("INSERT INTO imports VALUES (1, '2026-01-01', 'year', '', 'gcj02', 0, '{}')")
        for number in range(count):
            case_id = f"SH-{1000 + number}"
            body = {
                "case_id": case_id,
                "customer": {"name": f"客户{number:03d}", "phones": ["13800000000"]},
                "addresses": [{"kind": "home", "text": "上海市嘉定区安亭镇无名路1号", "lat": 31.29, "lon": 121.16}],
                "loan": {"overdue_fen": 326441, "days_overdue": 30 + number},
            }
            row = (case_id, "open", "on_site", f"客户{number:03d}", 30 + number, 326441, None, None, None, 1)
            store.run(f"INSERT INTO cases VALUES ({'?, ' * 10}?)", (*row, json.dumps(body, ensure_ascii=False)))  # noqa: S608


def _one_visit(home: Path, until: datetime) -> str:
    """On the last day before, at ten in the morning, on which the rules let it be made."""
    for days in range(1, 30):
        moment = (until - timedelta(days=days)).replace(hour=10)
        runtime = Runtime(home, home / "settings.toml", lambda moment=moment: moment, secrets=Given(PASSPHRASE))  # type: ignore[misc]
        try:
            return _finished(begin(runtime, "SH-1000", "同事"))
        except ForbiddenError:
            continue
        finally:
            runtime.close()
    raise KeyError(until.isoformat())


def _finished(visit: Visit) -> str:
    for name, value in ANSWERS.items():
        visit.answer(name, value)
    while (left := visit.session.next) is not None:
        visit.pass_over(left)
    visit.close()
    return visit.visit_id


def _copies(runtime: Runtime, pattern: str, count: int, cases: int, until: datetime) -> None:
    store, dice = runtime.store, random.Random(1)
    row = store.one("SELECT * FROM visits WHERE visit_id = ?", (pattern,))
    if row is None:
        raise KeyError(pattern)
    columns = [name for _, name, *_ in store.all("PRAGMA table_info(visits)")]
    events = store.all(
        "SELECT kind, digest, chain, salt, body FROM events JOIN payloads USING (seq) WHERE visit_id = ?", (pattern,)
    )
    with store.transaction():
        for number in range(count - 1):
            at = until - timedelta(days=365 * (number + 1) / count)
            values = dict(zip(columns, row, strict=True))
            values |= {"visit_id": runtime.new_id(), "case_id": f"SH-{1000 + dice.randrange(cases)}"}
            values |= {
                "started_at": at.isoformat(timespec="milliseconds"),
                "ended_at": at.isoformat(timespec="milliseconds"),
            }
            store.run(f"INSERT INTO visits VALUES ({', '.join('?' * len(columns))})", list(values.values()))  # noqa: S608
            for kind, digest, chain, salt, body in events:
                seq = store.one(
                    "INSERT INTO events (case_id, visit_id, kind, at, digest, chain)"
                    " VALUES (?, ?, ?, ?, ?, ?) RETURNING seq",
                    (values["case_id"], values["visit_id"], kind, values["started_at"], digest, chain),
                )
                store.run("INSERT INTO payloads VALUES (?, ?, ?)", (seq[0] if seq else 0, salt, body))


def _plan(store: Store, day: datetime, cases: int) -> None:
    date = day.date().isoformat()
    stops = [{"seq": n + 1, "case_id": f"SH-{1000 + n}", "status": "planned"} for n in range(min(12, cases))]
    plans.save(store, {"plan_id": "year", "days": [{"date": date, "stops": stops}], "left_out": []}, day.isoformat())
