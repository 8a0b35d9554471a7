"""`visitcli options`: the figures of a case, on the screen and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Result

Run = Callable[..., Result]
LOAN = {
    "principal": "152000.00", "balance": "143157.69", "overdue": "17938.98", "penalty": "430.20",
    "instalment": "2918.13", "days_overdue": 180, "instalments_overdue": 6, "instalments_total": 60,
    "instalments_paid": 4, "rate": "5.71", "penalty_rate": "8.56", "due_day": 27,
}  # fmt: skip
CASE: dict[str, Any] = {
    "case_id": "P-1",
    "customer": {"name": "魏示例"},
    "addresses": [{"kind": "home", "text": "上海市松江区萤火虫路1号", "lat": 31.03, "lon": 121.22}],
    "loan": LOAN,
}
CAN_PAY = ("--income", "13,800", "--essentials", "5000", "--dependants", "2")


@pytest.fixture
def one(run: Run, tmp_path: Path) -> Run:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([CASE, {**CASE, "case_id": "P-2", "loan": {"overdue": "500.00"}}], ensure_ascii=False))
    assert run("import", path).status == 0
    return run


def test_every_option_as_json(one: Run) -> None:
    found = one("options", "P-1", *CAN_PAY, "--json").json
    assert found["arrears"] == {
        "principal": "13582.31", "interest": "3926.47", "penalty": "430.20", "compound": "0.00",
        "total": "17938.98", "reckoned": True,
    }  # fmt: skip
    assert (found["budget"]["surplus"], found["budget"]["most"], found["budget"]["from"]) == (
        "5800.00",
        "5220.00",
        "asked",
    )
    options = {option["option"]: option for option in found["options"]}
    assert len(options) == 8 and not options["reduced_penalty"]["available"]
    catch_up = options["catch_up"]
    assert (catch_up["carried"], catch_up["highest"], catch_up["months"]) == (True, "5008.24", 9)
    assert sum(Decimal(row["total"]) for row in catch_up["schedule"]) == Decimal(catch_up["total"])
    assert catch_up["schedule"][-1]["balance"] == "0.00"
    assert catch_up["rate_nominal"] == "7.38"


def test_what_goes_to_dependants_and_what_is_kept_is_taken_off(one: Run) -> None:
    budget = one("options", "P-1", *CAN_PAY, "--support", "800", "--json").json["budget"]
    assert (budget["living"], budget["buffer"], budget["surplus"]) == ("5800.00", "3000.00", "5000.00")
    assert "3,000.00" in one("options", "P-1", *CAN_PAY).out


def test_what_the_file_lacks_is_said(one: Run) -> None:
    options = {option["option"]: option for option in one("options", "P-2", "--json").json["options"]}
    assert options["full"]["total"] == "500.00"
    assert options["pause"]["missing"] == ["balance_fen", "rate", "months_left"]
    assert "remaining principal" in one("options", "P-2").out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_the_screen_nothing_left_is_a_pause(one: Run, lang: str) -> None:
    said = one("options", "P-1", "--income", "3000", "--essentials", "3000", lang=lang).out
    assert {"zh": "缓交", "en": "Pause"}[lang] in said
    assert {"zh": "重新分期", "en": "A new plan"}[lang] not in said
    for word in ("违法", "高利贷", "不用还", "illegal", "usury"):
        assert word not in said


def test_the_household_is_known_from_the_last_visit(one: Run, tmp_path: Path) -> None:
    answers = {
        "who_opened": "customer", "identity": "confirmed", "private_place": "yes", "introduction": "continue",
        "recording_consent": "agreed", "account_view": "agrees", "ability": "monthly", "income": "9000",
        "essentials": "4000", "dependants": 1, "vehicle_seen": "no", "offered": ["instalments"], "agreed": "think_over",
        "complaint": "no", "mood": "calm", "next_step": "wait",
    }  # fmt: skip
    script = {question["name"] for question in one("script", "--json").json["questions"]}
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({name: value for name, value in answers.items() if name in script}))
    visit = one("visit", "P-1", "--with", "王芳", "--answers", path, "--json")
    assert visit.status in (0, 7), visit.err
    if visit.status == 7:
        pytest.fail(f"the script asks {visit.json['next']}")
    budget = one("options", "P-1", "--json").json["budget"]
    assert (budget["from"], budget["income"], budget["dependants"]) == ("visit", "9000.00", 1)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--income", "viel"), "options.amount"),
        (("--income", "100.001"), "options.amount"),
        (("--income", "NaN"), "options.amount"),
        (("--income", "-1"), "options.amount"),
        (("--essentials", "100"), "options.no_income"),
        (("--months", "0"), "options.count"),
        (("--schedule", "moon"), "options.unknown"),
    ],
)
def test_what_makes_no_sense_is_said(one: Run, more: tuple[str, ...], code: str) -> None:
    refused = one("options", "P-1", *more, "--json")
    assert (refused.status, refused.error["code"]) == (2, code)


def test_one_options_schedule_adds_up_on_the_screen(one: Run) -> None:
    said = one("options", "P-1", "--schedule", "catch_up", "--months", "6").out
    assert "2026-11-27" in said and "138,592.40" in said
    assert "cannot be offered" in one("options", "P-1", "--schedule", "reduced_penalty").out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_customers_sheet_is_plain_whole_and_neutral_outside(one: Run, tmp_path: Path, lang: str) -> None:
    from html.parser import HTMLParser

    file = tmp_path / "sheet.html"
    assert one("options", "P-1", *CAN_PAY, "--sheet", file, lang=lang).status == 0
    page = file.read_text(encoding="utf-8")
    HTMLParser().feed(page)
    for word in ("违法", "高利贷", "不用还", "illegal", "usury", "http"):
        assert word not in page
    for needed in ("12378", "12363", "17,938.98", "5,008.24", "7.38"):
        assert needed in page
    outside = page.partition('<div class="cover">')[2].partition("</div>")[0]
    title = page.partition("<title>")[2].partition("</title>")[0]
    for word in ("魏", "款", "债", "逾期", "loan", "debt", "owe", "repay", "arrears"):
        assert word not in (outside + title).casefold()


def test_a_name_from_a_file_is_no_markup_on_the_sheet(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([{**CASE, "customer": {"name": "<b>魏</b>"}}], ensure_ascii=False))
    run("import", path)
    assert run("options", "P-1", "--sheet", tmp_path / "sheet.html").status == 0
    assert "<b>" not in (tmp_path / "sheet.html").read_text(encoding="utf-8")
    refused = run("options", "P-1", "--sheet", tmp_path / "gone" / "sheet.html", "--json")
    assert (refused.status, refused.error["code"]) == (5, "sheet.cannot_write")


def test_in_a_run_of_equal_instalments_the_sheet_loses_none(one: Run, tmp_path: Path) -> None:
    import re

    file = tmp_path / "sheet.html"
    one("options", "P-1", *CAN_PAY, "--sheet", file, "--json")
    options = one("options", "P-1", *CAN_PAY, "--json").json["options"]
    page = file.read_text(encoding="utf-8")
    for option in options:
        if len(option["schedule"]) > 1:
            section = page.partition(f"<h2>{option['label']}</h2>")[2].partition("</section>")[0]
            rows = re.findall(r"<tr><td>.*?</td><td>.*?</td><td>([\d,.]+)(?: × (\d+))?</td>", section)
            paid = sum(Decimal(each.replace(",", "")) * int(times or 1) for each, times in rows)
            assert paid == Decimal(option["total"])
            assert sum(int(times or 1) for _, times in rows) == len(option["schedule"])
