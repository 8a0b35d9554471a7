"""What planning knows: the visits made on the device and those in the office's file, as the chances see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.stores import PASSPHRASE

from conftest import Clock, Result
from visitcli.app.planning_facts import Found, facts_of_open_cases, prior_of
from visitcli.app.runtime import Given, Runtime
from visitcli.domain.settings import Settings
from visitcli.planner.chance import PARTS, Observation

Run = Callable[..., Result]
TODAY = date(2026, 11, 23)  # a Monday
HOME = {"kind": "home", "text": "上海市普陀区无名路1号", "lat": 31.22, "lon": 121.4}
WORK = {"kind": "work", "text": "上海市普陀区无名路2号", "lat": 31.24, "lon": 121.44}
NOBODY = {"who_opened": "nobody", "card_left": "no", "next_step": "phone"}
MOVED = {"who_opened": "other", "third_party": "moved", "next_step": "update_address"}
DECLINED = {
    "who_opened": "customer", "identity": "confirmed", "introduction": "declined", "complaint": "no", "mood": "calm",
    "next_step": "phone",
}  # fmt: skip


def case(number: int, *addresses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"case_id": f"P-{number}", "customer": {"name": f"客户{number}"}, "addresses": addresses or [HOME], **more}


@pytest.fixture
def take(run: Run, tmp_path: Path) -> Callable[..., None]:
    def take_cases(*cases: dict[str, Any]) -> None:
        file = tmp_path / "cases.json"
        file.write_text(json.dumps(cases, ensure_ascii=False), encoding="utf-8")
        assert run("init", "--agent", "A007", "--partner", "王芳").status == 0
        done = run("import", file, "--crs", "wgs84")
        assert done.status == 0, done.err

    return take_cases


@pytest.fixture
def go(run: Run, tmp_path: Path) -> Callable[..., None]:
    def go_there(reference: str, answers: dict[str, str]) -> None:
        file = tmp_path / "answers.json"
        file.write_text(json.dumps(answers))
        done = run("visit", reference, "--answers", file)
        assert done.status == 0, (done.out, done.err)

    return go_there


@pytest.fixture
def facts(home: Path, clock: Clock) -> Callable[..., Found]:
    def read(*days: date) -> Found:
        runtime = Runtime(home, home / "settings.toml", clock, secrets=Given(PASSPHRASE))
        try:
            return facts_of_open_cases(runtime, days or (TODAY,), frozenset())
        finally:
            runtime.close()

    return read


def test_visits_on_the_device_tell_where_when_and_whether_the_customer_was_met(
    take: Callable[..., None], go: Callable[..., None], facts: Callable[..., Found], clock: Clock
) -> None:
    take(case(1), case(2), case(3, WORK))
    go("P-1", NOBODY)
    clock.forward(hours=4)
    go("P-2", DECLINED)
    clock.forward(days=5)
    go("P-3", MOVED)
    found = facts()
    assert {case_id: entry.facts.seen for case_id, entry in found.known.items()} == {
        "P-1": (Observation(False, "home", "early", False),),
        "P-2": (Observation(True, "home", "midday", False),),
        "P-3": (Observation(False, "work", "midday", True, gone=True),),
    }
    assert sorted(map(str, found.observations)) == sorted(
        str(seen) for entry in found.known.values() for seen in entry.facts.seen
    )


def test_of_two_kinds_of_address_the_days_plan_says_at_which_the_visit_was(
    run: Run, take: Callable[..., None], go: Callable[..., None], facts: Callable[..., Found]
) -> None:
    take(case(1, HOME, WORK), case(2, HOME, WORK))
    stop = run("plan", "--exclude", "P-2", "--json").json["days"][0]["stops"][0]
    for number in (1, 2):
        go(f"P-{number}", NOBODY)
    seen = {case_id: entry.facts.seen[0].kind for case_id, entry in facts().known.items()}
    assert seen == {"P-1": stop["address_kind"], "P-2": None}
    assert run("doctor", "--json").json["ok"]


def test_a_visit_that_does_not_tell_counts_for_nothing(
    take: Callable[..., None], go: Callable[..., None], facts: Callable[..., Found]
) -> None:
    take(case(1))
    go("P-1", {"stop": "violence"})
    assert facts().observations == ()


def test_visits_of_cases_that_are_open_no_more_still_teach(
    run: Run, take: Callable[..., None], go: Callable[..., None], facts: Callable[..., Found]
) -> None:
    take(case(1), case(2))
    go("P-1", NOBODY)
    take(case(1, status="closed"), case(2))
    found = facts()
    assert list(found.known) == ["P-2"]
    assert found.observations == (Observation(False, "home", "early", False),)


def test_the_offices_visits_count_too_with_a_part_of_the_day_only_where_they_have_a_time(
    take: Callable[..., None], facts: Callable[..., Found]
) -> None:
    contacts = [
        {"at": "2026-11-07", "by": "visit", "result": "家中无人"},
        {"at": "2026-11-10 18:20", "by": "visit", "result": "见到本人"},
        {"at": "2026-11-11", "by": "visit", "result": "外访"},
        {"at": "2026-11-12", "by": "phone", "result": "本人接听"},
    ]
    take(case(1, contacts=contacts), case(2, HOME, WORK, contacts=contacts[:1]))
    seen = {case_id: entry.facts.seen for case_id, entry in facts().known.items()}
    assert seen["P-1"] == (Observation(False, "home", None, True), Observation(True, "home", "after_work", False))
    assert seen["P-2"] == (Observation(False, None, None, True),)


def test_the_limitation_date_is_the_offices_else_reckoned(
    take: Callable[..., None], facts: Callable[..., Found]
) -> None:
    loan = {"end_date": "2024-03-01"}
    take(case(1, loan=loan), case(2, loan={**loan, "limitation_date": "2028-01-01"}), case(3))
    known = {case_id: entry.facts for case_id, entry in facts().known.items()}
    assert (known["P-1"].limitation_date, known["P-1"].limitation_reckoned) == (date(2027, 3, 1), True)
    assert (known["P-2"].limitation_date, known["P-2"].limitation_reckoned) == (date(2028, 1, 1), False)
    assert known["P-3"].limitation_date is None


def test_what_is_against_a_visit_is_known_for_each_day(take: Callable[..., None], facts: Callable[..., Found]) -> None:
    take(case(1, assigned_date="2026-11-24", return_date="2026-11-25"), case(2))
    known = facts(*(TODAY + timedelta(days=index) for index in range(4))).known
    codes = [[finding.code for finding in against] for against in known["P-1"].against_on]
    assert codes == [["not_yet"], [], [], ["returned"]]
    assert known["P-1"].against[0].code == "not_yet"
    assert (known["P-1"].barred, known["P-2"].barred) == ({0, 3}, frozenset())


def test_the_settings_are_the_prior() -> None:
    prior = prior_of(Settings(chance_home_evening=0.7, chance_prior_visits=9.0, chance_customer_visits=3.0))
    assert (prior.home["evening"], prior.visits, prior.customer_visits) == (0.7, 9.0, 3.0)
    assert prior.home.keys() == prior.work.keys() == set(PARTS)


def test_nobody_home_lowers_the_score_there_and_then_and_the_evening_less(
    run: Run, take: Callable[..., None], go: Callable[..., None]
) -> None:
    """Through the command: the same case, planned for the mornings and the evenings of the next day."""

    def score(*hours: str) -> float:
        day = run("plan", "--date", "2026-11-24", "--from", hours[0], "--until", hours[1], "--json").json["days"][0]
        return float(day["stops"][0]["score"])

    take(case(1, loan={"days_overdue": 200}))
    before = score("08:00", "09:10"), score("19:00", "21:00")
    go("P-1", NOBODY)
    after = score("08:00", "09:10"), score("19:00", "21:00")
    # The worth falls too (somebody was there today), by the same share in both.
    assert after[0] / before[0] < 0.95 * after[1] / before[1]
