"""Why a case is on the plan or not, as an agent reads it: every kind of answer, in both languages."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from visitcli.app.planning_explain import Made, explain
from visitcli.app.planning_facts import Known
from visitcli.cli.desk import Desk, Environment
from visitcli.cli.explain_view import render, spoken
from visitcli.cli.terminal import Terminal
from visitcli.domain.case import Address, Promise
from visitcli.domain.rules_check import Finding
from visitcli.planner.candidates import Habits, candidate_over
from visitcli.planner.chance import PARTS, Chances, Observation, Prior
from visitcli.planner.model import Candidate, Day, LeftOut, Place, Problem, Window
from visitcli.planner.solver import solve
from visitcli.planner.travel import AffineTravel, Measured, MeasuredTravel
from visitcli.planner.value import Facts, Weights
from visitcli.words import Words

HOUR = 3600
TODAY = date(2026, 11, 23)
PRIOR = Prior(home=dict(zip(PARTS, (0.4, 0.25, 0.3, 0.25, 0.45, 0.6), strict=True)), work=dict.fromkeys(PARTS, 0.5))
HABITS = Habits(
    home=Window(8 * HOUR, 21 * HOUR),
    work=Window(9 * HOUR, 18 * HOUR),
    service_s={"first_visit": 1800, "follow_up": 1800, "promise_check": 900},
    weights=Weights(),
)


def known(number: int, km_north: float, *against: Finding, **facts: Any) -> Known:
    """A case so far north of where the day begins."""
    home = Address(kind="home", text=f"无名路{number}号", lat=31.2 + km_north / 111.2, lon=121.4, hours="")
    home = replace(home, **facts.pop("address", {}))
    of = Facts(case_id=f"P-{number}", addresses=(home,), last_contact=TODAY, **facts)
    return Known(facts=of, name=f"客户{number}", against_on=(against,))


def made(*entries: Known, hours: float = 1.8, seen: tuple[Observation, ...] = (), done: tuple[str, ...] = ()) -> Made:
    """A plan for these from 9:30 on."""
    chances, candidates, left = Chances(PRIOR, seen), [], {}
    for entry in entries:
        found = candidate_over(entry.facts, (TODAY,), HABITS, chances)
        if entry.against:
            left[entry.facts.case_id] = entry.against
        elif isinstance(found, LeftOut):
            left[found.case_id] = (Finding(found.code),)
        elif entry.facts.case_id not in done:
            candidates.append(found)
    day = Day(start_s=int(9.5 * HOUR), end_s=int((9.5 + hours) * HOUR), start=Place(31.2, 121.4))
    problem = Problem(days=(day,), candidates=tuple(candidates), travel=AffineTravel(480, 180.0))
    solution = solve(problem, seed=1, iterations=300)
    left |= {out.case_id: (Finding(out.code, dict(out.context)),) for out in solution.left_out}
    return Made(
        days=(TODAY,),
        problem=problem,
        solution=solution,
        known={entry.facts.case_id: entry for entry in entries},
        chances=chances,
        habits=HABITS,
        left_out=left,
        done=done,
    )


def shown(plan: Made, case_id: str, lang: str, tmp_path: Path) -> tuple[dict[str, Any], str]:
    """The document in a language, and what stands on the screen."""
    out = io.StringIO()
    terminal = Terminal(io.StringIO(), out, io.StringIO())
    desk = Desk(Environment({"VISITCLI_HOME": str(tmp_path)}, datetime.now), Words(lang), terminal)
    document = spoken(explain(plan, case_id), desk.words)
    json.dumps(document)
    render(document, desk)
    return document, out.getvalue()


STRONG = known(1, 1, days_overdue=200, overdue_fen=3_000_000)
WEAK = known(2, 2, days_overdue=70, overdue_fen=500_000)
OUT = known(3, 1.5, days_overdue=5, stage="phone", promises=(Promise(due_date=date(2026, 12, 1)),))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("没排进", "为什么没排：", "得让出 P-2 客**", "分钟", "总分少", "visitcli plan --include P-3",
                "在办案件的底分", "逾期 5 天",
                 "承诺 2026-12-01 还款，还没到期", "上午（9:30–12:00）", "25%", "设置里是 25%")),
        ("en", ("left out", "Why it was left out:", "the weakest stop in its way", "P-2 客**", "points poorer",
                "--include P-3", "what every open case has", "5 days overdue", "promise running", "25 %")),
    ],
)  # fmt: skip
def test_a_case_that_lost_to_others(lang: str, words: tuple[str, ...], tmp_path: Path) -> None:
    document, screen = shown(made(STRONG, WEAK, OUT), "P-3", lang, tmp_path)
    assert not [word for word in words if word not in screen]
    assert (document["status"], document["findings"][0]["code"]) == ("left_out", "no_time_left")
    assert document["worth"] == pytest.approx(sum(term["points"] for term in document["terms"]), abs=0.01)
    trade = document["trade"]
    assert [swap["case_id"] for swap in trade["swapped"]] == ["P-2"]
    assert trade["swapped"][0]["value"] > trade["at"]["value"]
    assert trade["short"] == pytest.approx(trade["score_without"] - trade["score_with"], abs=0.01)


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("排进了", "可以补上 P-3")), ("en", ("on the plan", "room for P-3"))]
)
def test_a_case_on_the_plan(lang: str, words: tuple[str, ...], tmp_path: Path) -> None:
    document, screen = shown(made(STRONG, WEAK, OUT), "P-2", lang, tmp_path)
    assert not [word for word in words if word not in screen]
    assert (document["status"], document["findings"]) == ("planned", [])
    alone, screen = shown(made(STRONG), "P-1", lang, tmp_path)
    assert alone["trade"]["swapped"] == []
    assert ("补上" if lang == "zh" else "nothing else would come in") in screen


def test_the_roads_are_measured_once_for_the_plan_and_its_explanations() -> None:
    asked: list[int] = []

    def measure(places: Sequence[Place]) -> Measured:
        asked.append(len(places))
        legs = AffineTravel(0, 150.0).legs(places)
        return ([[float(m) for m in row] for row in legs.metres], [[float(s) for s in row] for row in legs.moving_s])

    plan = made(STRONG, WEAK, OUT, known(4, 60))
    roads = MeasuredTravel(measure, leg_s=300, otherwise=AffineTravel(480, 180.0))
    problem = replace(plan.problem, travel=roads)
    solution = solve(problem, seed=1, iterations=300)
    left = {out.case_id: (Finding(out.code, dict(out.context)),) for out in solution.left_out}
    plan = replace(plan, problem=problem, solution=solution, left_out=left)
    said = {case_id: explain(plan, case_id)["changes"] for case_id in plan.known}
    assert said["P-4"][0]["code"] == "alone_too_long"
    assert asked == [5]


FORBIDDEN = [
    (Finding("held", {"hold": "complaint", "until": "2026-12-31"}), "2026-12-31"),
    (Finding("held", {"hold": "represented", "until": ""}), "--"),
    (Finding("stopped", {"stop": "asked_to_leave", "until": "2026-12-01"}), "2026-12-01"),
    (Finding("stopped", {"stop": "refuses_visits", "until": ""}), "--"),
    (Finding("not_open", {"status": "closed"}), "--"),
    (Finding("not_yet", {"date": "2026-11-25"}), "visitcli plan --date 2026-11-25"),
    (Finding("returned", {"date": "2026-11-20"}), "2026-11-20"),
    (Finding("excluded"), "--exclude P-9"),
]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("finding", "said"), FORBIDDEN)
def test_what_a_rule_keeps_away_says_what_would_change_it_and_still_its_worth(
    finding: Finding, said: str, lang: str, tmp_path: Path
) -> None:
    document, screen = shown(made(STRONG, known(9, 1, finding)), "P-9", lang, tmp_path)
    assert document["trade"] is None
    assert [change["code"] for change in document["changes"]] == [finding.code]
    assert document["changes"][0]["message"] in screen
    assert said == "--" or said in screen
    assert len(document["ways"]) == len(PARTS)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("entry", "code", "said"),
    [
        (known(9, 1, address={"hours": "19:30以后"}), "needs_until", "--until 20:00"),
        (known(9, 1, address={"hours": "8:00-9:00"}), "needs_from", "08:30"),
        (known(9, 1, address={"hours": "周末"}), "closed", "--date 2026-11-28"),
        (known(9, 1, address={"hours": "5:00-7:00"}), "closed", "5:00-7:00"),
        (known(9, 60), "alone_too_long", "60.0"),
        (known(9, 1, address={"lat": None, "lon": None}), "no_place", "无名路9号"),
    ],
)
def test_what_does_not_fit_says_what_would_make_it_fit(
    entry: Known, code: str, said: str, lang: str, tmp_path: Path
) -> None:
    document, screen = shown(made(STRONG, entry), "P-9", lang, tmp_path)
    assert [change["code"] for change in document["changes"]] == [code]
    assert said in screen


def test_a_chance_says_what_it_came_from(tmp_path: Path) -> None:
    seen = (*[Observation(True, "home", "morning", False)] * 6, Observation(False, "home", "evening", False))
    own = (Observation(False, "home", "morning", False),)
    document, screen = shown(made(replace_seen(STRONG, own), seen=seen), "P-1", "zh", tmp_path)
    morning = next(way for way in document["ways"] if way["part"] == "morning")
    assert (morning["seen"], morning["met"], morning["own_seen"], morning["own_met"]) == (6, 6, 1, 0)
    assert "这个时段上门 6 次，见到 6 次；这位客户上门 1 次，见到 0 次" in screen
    assert "照别的时段的上门记录改为" in screen


def replace_seen(entry: Known, own: tuple[Observation, ...]) -> Known:
    return replace(entry, facts=replace(entry.facts, seen=own))


def test_a_case_visited_already(tmp_path: Path) -> None:
    document, screen = shown(made(STRONG, WEAK, done=("P-2",)), "P-2", "zh", tmp_path)
    assert (document["status"], document["trade"]) == ("done", None)
    assert "已经去过" in screen


def test_the_candidates_of_this_file_are_candidates() -> None:
    assert isinstance(candidate_over(OUT.facts, (TODAY,), HABITS, Chances(PRIOR)), Candidate)
