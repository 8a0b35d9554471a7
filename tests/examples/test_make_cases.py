"""The example files are what the script makes, everybody in them is invented, and their sums agree."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from visitcli.domain.geo import distance_m, to_wgs84
from visitcli.engines.gazetteer import gazetteer

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
TODAY = date(2026, 11, 23)
TEXT_FILES = ("cases.csv", "cases.json", "day2.csv", "cases-broken.csv")
Rows = list[dict[str, str]]


def make(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(EXAMPLES / "make_cases.py"), *options]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"}
    )


def office_rows(name: str) -> Rows:
    """The cases of an office's CSV file, without title, total and empty rows."""
    text = (EXAMPLES / name).read_text(encoding="gb18030")
    lines = list(csv.reader(io.StringIO(text, newline="")))[2:]
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    return [row for row in rows if row["案件编号"] not in ("", "合计")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    done = make("--out", str(folder))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((EXAMPLES / "cases.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", TEXT_FILES)
def test_the_committed_file_is_what_the_script_makes(made: Path, name: str) -> None:
    assert (made / name).read_bytes() == (EXAMPLES / name).read_bytes()


def test_the_committed_workbook_is_what_the_script_makes(made: Path) -> None:
    """Part by part: another machine's zlib may pack the same parts into other bytes."""

    def parts(path: Path) -> list[tuple[str, bytes]]:
        with zipfile.ZipFile(path) as book:
            return [(info.filename, book.read(info)) for info in book.infolist()]

    assert parts(made / "cases.xlsx") == parts(EXAMPLES / "cases.xlsx")


def test_twice_made_is_the_same_workbook(made: Path, tmp_path: Path) -> None:
    make("--out", str(tmp_path))
    assert (tmp_path / "cases.xlsx").read_bytes() == (made / "cases.xlsx").read_bytes()


def test_another_seed_makes_other_people(made: Path, tmp_path: Path) -> None:
    make("--out", str(tmp_path), "--seed", "7", "--cases", "5")
    assert (tmp_path / "cases.json").read_bytes()[:200] != (made / "cases.json").read_bytes()[:200]


def test_the_examples_are_small_and_tell_nothing_of_the_machine() -> None:
    files = [path for path in EXAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 700_000
    for path in files:
        assert not re.search(rb"/(?:home|root|work|tmp|Users)/|https?://(?!schemas\.)", path.read_bytes()), path.name


def test_identity_numbers_are_right_and_belong_to_nobody(cases: list[dict[str, Any]]) -> None:
    numbers = [case["customer"]["id_number"] for case in cases]
    whole = [number for number in numbers if "*" not in number]
    assert 0 < len(numbers) - len(whole) < len(numbers) // 5
    assert len(set(whole)) == len(whole)
    for number in whole:
        # ISO 7064 MOD 11-2 read as a polynomial in 2, the check digit with weight 1: the sum leaves 1.
        value = sum((10 if digit == "X" else int(digit)) * 2**power for power, digit in enumerate(reversed(number)))
        assert value % 11 == 1, number
        assert gazetteer().county_name(number[:6])
        age = TODAY.year - date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}").year
        assert 21 <= age <= 61
        assert 996 <= int(number[14:17]) <= 999


def test_phones_have_eleven_digits_of_ranges_without_an_operator(cases: list[dict[str, Any]]) -> None:
    phones = [phone for case in cases for phone in case["customer"]["phones"]]
    assert all(re.fullmatch(r"1(?:54|63|69)\d{8}", phone) for phone in phones)


def test_every_door_lies_near_the_town_that_its_address_names(cases: list[dict[str, Any]]) -> None:
    doors = [address for case in cases for address in case["addresses"] if "lat" in address]
    towns = 0
    for door in doors:
        place = gazetteer().locate(door["text"])
        assert place is not None, door["text"]
        away = distance_m((place.lat, place.lon), to_wgs84(door["lat"], door["lon"], "gcj02"))
        towns += place.level == "town"
        assert away <= (2_010 if place.level == "town" else 45_000), door["text"]
    assert towns > len(doors) * 0.75


def test_roads_and_firms_are_the_invented_ones(cases: list[dict[str, Any]]) -> None:
    source = (EXAMPLES / "casegen" / "places.py").read_text(encoding="utf-8")
    for case in cases:
        assert case["customer"].get("employer", "示例公司").endswith("示例公司")
        for address in case["addresses"]:
            road = re.search(r"(?:[区镇道])([^区镇道]{2,4})(?:路\d|村\d)", address["text"])
            assert road is not None, address["text"]
            assert f'"{road[1]}"' in source, address["text"]


def test_the_sums_of_each_loan_agree(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        loan = {key: Decimal(value) for key, value in case["loan"].items() if re.fullmatch(r"[\d.]+", str(value))}
        if case["status"] == "closed":
            assert loan["overdue"] == loan["balance"] == 0
            continue
        lacking = [Decimal(item["due"]) - Decimal(item.get("paid", "0")) for item in case["payments"]]
        missed = [item for item, lacks in zip(case["payments"], lacking, strict=True) if lacks]
        assert loan["overdue"] == sum(lacking) + loan["penalty"]
        assert loan["instalments_overdue"] == len(missed)
        assert loan["instalments_overdue"] + loan["instalments_paid"] == len(case["payments"])
        assert 6 <= len(case["payments"]) <= 36
        assert loan["days_overdue"] == (TODAY - date.fromisoformat(missed[0]["due_date"])).days > 0
        assert case["loan"]["overdue_since"] == missed[0]["due_date"] <= case["assigned_date"]
        assert_annuity(loan)


def assert_annuity(loan: dict[str, Decimal]) -> None:
    """The instalments at the stated rate pay the principal off, and the balance is on the way there."""
    monthly, left = loan["rate"] / 1200, loan["principal"]
    for _ in range(int(loan["instalments_total"])):
        left = left * (1 + monthly) - loan["instalment"]
    assert abs(left) < Decimal("1.00")
    left = loan["principal"]
    for _ in range(int(loan["instalments_paid"])):
        left = left * (1 + monthly) - loan["instalment"]
    assert abs(left - loan["balance"]) < Decimal("0.50")


def test_there_are_enough_cases_of_every_kind(cases: list[dict[str, Any]]) -> None:
    counts = Counter(case["status"] for case in cases)
    assert counts["open"] >= 120
    assert counts["closed"] and counts["withdrawn"]
    assert {case["stage"] for case in cases} == {"phone", "on_site", "legal"}
    assert {case["loan"]["product"] for case in cases} == {"new_car", "used_car", "vehicle_secured"}
    assert len({hold["code"] for case in cases for hold in case.get("holds", [])}) == 7
    promises = [promise for case in cases for promise in case.get("promises", [])]
    assert {promise["status"] for promise in promises} == {"open", "kept", "broken"}
    assert sum(promise["due_date"] == TODAY.isoformat() for promise in promises) == 2
    works = sum(any(address["kind"] == "work" for address in case["addresses"]) for case in cases)
    assert 0.3 < works / len(cases) < 0.5


def test_the_three_files_hold_the_same_cases(cases: list[dict[str, Any]]) -> None:
    rows = office_rows("cases.csv")
    book = CalamineWorkbook.from_path(str(EXAMPLES / "cases.xlsx"))
    lines = book.get_sheet_by_name("案件").to_python()[2:]
    sheet = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    assert (
        [row["案件编号"] for row in rows] == [row["案件编号"] for row in sheet] == [case["case_id"] for case in cases]
    )
    for row, cells, case in zip(rows, sheet, cases, strict=True):
        assert row["客户姓名"].strip() == cells["客户姓名"] == case["customer"]["name"]
        assert row["身份证号"] == cells["身份证号"] == case["customer"]["id_number"]
        assert amount(row["贷款本金"]) == Decimal(str(cells["贷款本金"])) == Decimal(case["loan"]["principal"])
        assert amount(row["逾期金额"]) == Decimal(str(cells["逾期金额"])) == Decimal(case["loan"]["overdue"])
        assert str(cells["退案日期"]) == case["return_date"]
    payments = book.get_sheet_by_name("还款记录").to_python()
    assert len(payments) - 1 == sum(len(case["payments"]) for case in cases)


def amount(text: str) -> Decimal:
    """A hand-written amount in yuan; full-width digits are digits to Decimal."""
    plain = text.replace(",", "").replace("．", ".")
    number = Decimal(plain.rstrip("万元"))
    return number * 10_000 if "万" in plain else number


def test_the_usual_dirt_is_there() -> None:
    text = (EXAMPLES / "cases.csv").read_text(encoding="gb18030")
    for dirt in (
        r"\d万元,",
        r'"\d+,\d{3}\.\d\d"',
        r"[０-９]{2}",
        r"2026/\d/\d",
        r"2026年\d+月",
        r",2026\d{4},",
        r"\n合计,",
    ):
        assert re.search(dirt, text), dirt
    assert len({line.count(",") for line in text.splitlines() if '"' not in line}) == 1


def test_the_second_day_differs_from_the_first() -> None:
    first, second = ({row["案件编号"]: row for row in office_rows(name)} for name in ("cases.csv", "day2.csv"))
    was_open = {number for number, row in first.items() if row["案件状态"] == "催收中"}
    later = {number: second[number]["案件状态"] for number in was_open & second.keys()}
    assert Counter(later.values()).keys() == {"催收中", "结清", "撤案"}
    assert len(first.keys() - second.keys()) == 1
    assert len(second.keys() - first.keys()) == 6
    still = [number for number, status in later.items() if status == "催收中"]
    assert 5 <= sum(amount(first[number]["逾期金额"]) > amount(second[number]["逾期金额"]) for number in still) <= 20


def test_each_broken_row_says_what_should_happen() -> None:
    text = (EXAMPLES / "cases-broken.csv").read_text(encoding="gb18030")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["说明"].partition("：")[0] for row in rows} == {"接收", "拒收", "告警"}
    assert rows[7]["案件编号"] == rows[0]["案件编号"]
    assert rows[4]["身份证号"] == "1.10101E+17"


def test_addresses_of_a_file_come_with_a_warning_and_never_into_the_examples(tmp_path: Path) -> None:
    source = tmp_path / "places.csv"
    source.write_text(
        "address_full,district,lon_wgs84,lat_wgs84\n上海市嘉定区无名路1号,嘉定区,121.25,31.37\n", encoding="utf-8"
    )
    refused = make("--addresses", str(source))
    assert refused.returncode == 1
    assert "--out" in refused.stderr
    done = make("--addresses", str(source), "--out", str(tmp_path / "out"), "--cases", "3", "--crs", "bd09")
    assert done.returncode == 0
    assert "never publish" in done.stderr
    found = json.loads((tmp_path / "out" / "cases.json").read_text(encoding="utf-8"))
    pins = [address for case in found for address in case["addresses"] if "lat" in address]
    assert {address["text"] for case in found for address in case["addresses"]} == {"上海市嘉定区无名路1号"}
    assert pins and all(distance_m((31.37, 121.25), to_wgs84(pin["lat"], pin["lon"], "bd09")) < 1 for pin in pins)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_flat_table_has_as_many_rows_as_asked_for(tmp_path: Path, ending: str) -> None:
    options = ["--xlsx"] if ending == "xlsx" else []
    done = make("--flat", "--rows", "2500", "--out", str(tmp_path), *options)
    assert done.returncode == 0, done.stderr
    if ending == "csv":
        with (tmp_path / "flat.csv").open(encoding="utf-8", newline="") as file:
            rows: list[Any] = list(csv.reader(file))
    else:
        rows = CalamineWorkbook.from_path(str(tmp_path / "flat.xlsx")).get_sheet_by_index(0).to_python()
        assert isinstance(rows[1][rows[0].index("委案日期")], date)
        assert isinstance(rows[1][rows[0].index("逾期金额")], float)
    assert len(rows) == 2501
    assert len({row[0] for row in rows}) == 2501


def test_the_photo_is_a_small_jpeg() -> None:
    photo = (EXAMPLES / "photo.jpg").read_bytes()
    assert photo.startswith(b"\xff\xd8\xff\xe0") and photo.endswith(b"\xff\xd9")
    assert len(photo) < 5_000
