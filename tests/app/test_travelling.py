"""What a plan is told of its travel, from the settings, the visits on the device and the office's file."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Clock, Result
from tests.roads_here import EXTRACT, builder, needs_roads
from tests.stores import PASSPHRASE

from visitcli.app.calibrating import driven_legs
from visitcli.app.runtime import Given, Runtime
from visitcli.app.travelling import TravelChoice, travel_for
from visitcli.cli.travel_view import travel_lines
from visitcli.cli.waiting import Wait
from visitcli.domain.errors import NotFoundError, UsageError, VisitcliError
from visitcli.planner.model import Pace, Place, Window
from visitcli.words import Words

__all__ = ["builder"]
Run = Callable[..., Result]
ANSWERS = '{"who_opened": "nobody", "card_left": "yes", "next_step": "phone"}'
HERE, THERE, NOWHERE = Place(60.1700, 24.9410), Place(60.1750, 24.9480), Place(31.2, 121.4)
BASE = Place(31.2304, 121.4737)


@pytest.fixture
def runtime(home: Path, clock: Clock) -> Runtime:
    return Runtime(home, home / "settings.toml", clock, secrets=Given(PASSPHRASE))


def settings(runtime: Runtime, text: str) -> None:
    runtime.settings_path.parent.mkdir(exist_ok=True, parents=True)
    runtime.settings_path.write_text(text, encoding="utf-8")
    runtime.forget()


def said(choice: TravelChoice, language: str = "en") -> list[str]:
    return travel_lines(choice.document(), Words(language))


def test_the_settings_hold_where_nothing_is_known(runtime: Runtime) -> None:
    choice = travel_for(runtime)
    assert (choice.source, choice.buffer, choice.calibrated_from) == ("line", 0.15, 0)
    assert choice.paces == (
        Pace(Window(7 * 3600 + 1800, 9 * 3600 + 1800), 1.3),
        Pace(Window(17 * 3600, 19 * 3600 + 1800), 1.4),
    )
    document = choice.document()
    assert (document["leg_s"], document["pace_s_per_km"], document["buffer_percent"]) == (480, 180.0, 15.0)
    assert document["paces"][0] == {"from": "07:30", "until": "09:30", "factor": 1.3}
    assert said(choice) == [
        "Travel estimated from straight lines: 8 min a leg + 3 min a km.",
        "15 % of the driving time is kept in hand.",
    ]
    json.dumps(document)


def test_a_rush_of_factor_one_and_no_buffer_say_nothing(runtime: Runtime) -> None:
    settings(runtime, "[travel]\nbuffer_percent = 0\nmorning_rush_factor = 1\nevening_rush_factor = 1\n")
    choice = travel_for(runtime)
    assert (choice.paces, choice.buffer, len(said(choice))) == ((), 0, 1)


def visit(run: Run, tmp_path: Path, case_id: str) -> None:
    (tmp_path / "answers.json").write_text(ANSWERS, encoding="utf-8")
    assert run("visit", case_id, "--answers", tmp_path / "answers.json").status == 0


def test_own_legs_calibrate_the_line(three_cases: Run, clock: Clock, runtime: Runtime, tmp_path: Path) -> None:
    clock.forward(hours=2)  # 10:20
    visit(three_cases, tmp_path, "SH-0001")
    clock.forward(minutes=30)
    visit(three_cases, tmp_path, "SH-0002")
    clock.forward(minutes=90)  # lunch from 12 is cut out
    visit(three_cases, tmp_path, "SH-0003")
    first, second = driven_legs(runtime, ())
    assert (round(first.km), round(first.seconds / 60)) == (14, 30)
    assert (round(second.km), round(second.seconds / 60)) == (13, 70)
    clock.forward(days=1)
    visit(three_cases, tmp_path, "SH-0001")
    assert len(driven_legs(runtime, ())) == 2
    doubled = driven_legs(runtime, [Pace(Window(10 * 3600, 11 * 3600), 2.0)])
    assert [leg.km for leg in doubled] == [2 * first.km, second.km]

    choice = travel_for(runtime)
    assert choice.calibrated_from == 2
    assert choice.line.pace_s_per_km != 180
    assert said(choice, "zh")[0].startswith("路程按您自己跑过的 2 程校准：每程 ")
    settings(runtime, '[travel]\ncalibrate = "off"\n')
    assert (travel_for(runtime).calibrated_from, travel_for(runtime).line.pace_s_per_km) == (0, 180)


def places_of(run: Run) -> tuple[Place, Place]:
    found = []
    for case_id in ("SH-0001", "SH-0002"):
        address = next(a for a in run("show", case_id, "--json").json["addresses"] if not a["approximate"])
        found.append(Place(address["lat"], address["lon"]))
    return found[0], found[1]


def test_the_offices_file_goes_before_the_line(three_cases: Run, runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "ways.csv"
    file.write_text("起点,终点,米,秒\nbase,SH-0001,30000,2400\nSH-0001,SH-0002,15000,1500\nSH-77,base,1,1\n")
    one, two = places_of(three_cases)
    choice = travel_for(runtime, start=BASE, matrix=file)
    legs = choice.travel.legs([BASE, one, two])
    assert choice.source == "matrix"
    assert (legs.fixed_s, legs.moving_s[0][1], legs.metres[1][2], legs.moving_s[1][2]) == (300, 2400, 15000, 1500)
    assert (choice.fell_back.legs, choice.fell_back.of, choice.fell_back.places) == (4, 6, ())
    assert choice.document()["fell_back"] == {"legs": 4, "of": 6, "places": []}
    assert said(choice)[::2] == [
        "Travel by the office's own file (ways.csv).",
        "4 of 6 ways are not known, estimated from straight lines.",
    ]
    line = choice.line.legs([BASE, one, two])
    assert legs.fixed_s + legs.moving_s[2][0] == line.fixed_s + line.moving_s[2][0]


def test_the_settings_name_the_file_beside_them(three_cases: Run, runtime: Runtime) -> None:
    settings(runtime, '[travel]\nsource = "matrix"\n')
    with pytest.raises(UsageError, match=r"roads\.no_matrix"):
        travel_for(runtime)
    (runtime.home / "ways.csv").write_text("from,to,metres,seconds\nSH-0001,SH-0002,15000,1500\n")
    for source in ("auto", "matrix"):
        settings(runtime, f'[travel]\nsource = "{source}"\nmatrix_file = "ways.csv"\n')
        assert travel_for(runtime).source == "matrix"
    settings(runtime, '[travel]\nsource = "line"\nmatrix_file = "ways.csv"\n')
    assert travel_for(runtime).source == "line"


def test_roads_by_name_need_a_map(runtime: Runtime) -> None:
    settings(runtime, '[travel]\nsource = "roads"\n')
    with pytest.raises(NotFoundError, match=r"roads\.no_map"):
        travel_for(runtime)


@needs_roads
@pytest.mark.usefixtures("builder")
def test_a_map_is_taken_when_it_is_there(run: Run, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("roads", "build", EXTRACT).status == 0
    choice = travel_for(runtime)
    legs = choice.travel.legs([HERE, THERE, NOWHERE])
    assert (choice.source, legs.fixed_s) == ("roads", 300)
    way = run("roads", "way", "60.17,24.941", "60.175,24.948", "--json").json
    assert legs.moving_s[0][1] == pytest.approx(way["seconds"], abs=1)
    assert legs.metres[0][1] == pytest.approx(way["metres"], abs=2)
    assert choice.fell_back.places == (NOWHERE,)
    document = choice.document({NOWHERE: "SH-0009"})
    assert document["fell_back"]["places"] == [{"lat": 31.2, "lon": 121.4, "case_id": "SH-0009"}]
    assert travel_lines(document, Words("zh"))[-1] == "有 1 处查不到路程，按直线估算：SH-0009"
    assert said(choice)[-1] == "No known way to one place, estimated from a straight line."

    settings(runtime, "[travel]\nroad_factor = 2\n")
    slower = travel_for(runtime).travel.legs([HERE, THERE])
    assert slower.moving_s[0][1] == pytest.approx(2 * legs.moving_s[0][1], abs=2)

    for tiles in (runtime.home / "roads").glob("map-*/tiles"):
        tiles.rename(tiles.with_name("gone"))
    damaged = travel_for(runtime)
    assert damaged.source == "line"
    assert said(damaged)[0].startswith("The map cannot be opened")
    monkeypatch.setattr("visitcli.engines.roads.find_spec", lambda name: None)
    assert said(travel_for(runtime))[0].startswith("There is a map but not the roads extra")
    settings(runtime, '[travel]\nsource = "roads"\n')
    with pytest.raises(VisitcliError, match=r"roads\.not_installed"):
        travel_for(runtime)


@needs_roads
@pytest.mark.usefixtures("builder")
def test_control_c_ends_the_measuring_of_roads(
    run: Run, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("roads", "build", EXTRACT).status == 0
    address = {"kind": "home", "text": "Bulevardi 1", "lat": HERE.lat, "lon": HERE.lon}
    file = tmp_path / "cases.json"
    case = {"case_id": "H-1", "customer": {"name": "Aino"}, "addresses": [address], "assigned_date": "2026-11-01"}
    file.write_text(json.dumps({"crs": "wgs84", "cases": [case]}), encoding="utf-8")
    assert run("import", file).status == 0
    assert run("plan").status == 0
    monkeypatch.setattr(Wait, "show", lambda _wait, _text: signal.raise_signal(signal.SIGINT))
    stopped = run("plan", "--now", "--json")
    assert (stopped.status, stopped.out) == (130, "")
