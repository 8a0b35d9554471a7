"""What planning by straight lines loses on real roads: `python -m benchmarks.roads EXTRACT.osm.pbf [--days N]`.

Days are drawn by the extract's own streets (places that a car reaches from every other one), planned with each idea of
travel, and then driven: a leg takes 5 min to park and walk, and what the road matrix says. The agent goes in the
planned order, begins on arrival (not before the window opens), and passes over a visit that could no longer end in its
window or would bring the day's end too late: it is missed.

- `plain`: 1.3 x straight line at the roads' mean speed, and the 5 min.
- `settings`: the affine form as a new agent has it, 8 min a leg and 3 min a straight km.
- `affine`: the same form, calibrated from 40 legs driven on earlier days (planner.calibration).
- `roads`: the matrix itself. A `+15 %` behind a name: with the default buffer.

Also printed: how the matrix agrees with the engine's own routes. Needs the extra `roads`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from random import Random
from statistics import fmean, median, stdev

from visitcli.domain.errors import NotFoundError
from visitcli.domain.geo import Point, distance_m
from visitcli.engines.roads import Roads
from visitcli.engines.roads_build import build
from visitcli.planner.calibration import DrivenLeg, Estimate, calibrate
from visitcli.planner.model import Alternative, Candidate, Day, Place, Problem, Stop, Travel, Window
from visitcli.planner.solver import solve
from visitcli.planner.travel import AffineTravel, MeasuredTravel

HOUR = 3600
PARKING_S, BUFFER, DETOUR, DRIVEN = 300, 0.15, 1.3, 40
LUNCH, OPENS, CLOSES = Window(12 * HOUR, 13 * HOUR), 8 * HOUR + 1800, 18 * HOUR
STREETS = ("residential", "unclassified", "tertiary", "secondary", "primary")
BY_THE_STREET_M, MOST_DRAWS = 150, 50
SETTINGS = AffineTravel(480, 180.0)


@dataclass(frozen=True, slots=True)
class Ground:
    """Places on the extract, the first of them the base, with metres and driving seconds by road between all."""

    places: list[Place]
    metres: list[list[float]]
    seconds: list[list[float]]

    def measured(self, places: Iterable[Place]) -> tuple[list[list[float | None]], list[list[float | None]]]:
        """As planner.travel.MeasuredTravel asks for it."""
        at = [self.places.index(place) for place in places]
        metres, seconds = ([[table[i][j] for j in at] for i in at] for table in (self.metres, self.seconds))
        return metres, seconds  # type: ignore[return-value]


@dataclass(slots=True)
class Driven:
    """What became of a planned day."""

    planned: int = 0
    planned_value: float = 0.0
    made: int = 0
    value: float = 0.0
    late_s: float = 0.0  # after the time that was planned, over all visits made
    road_m: float = 0.0


def drawn(roads: Roads, count: int, random: Random) -> list[Point]:
    """Points anywhere within the extract."""
    south, west, north, east = roads.map.extent
    return [(random.uniform(south, north), random.uniform(west, east)) for _ in range(count)]


def addresses(roads: Roads, points: list[Point]) -> list[Point]:
    """Those of the points where people live: by a street, not by a farm track or on a mountain."""
    asked = [{"lat": lat, "lon": lon, "search_cutoff": BY_THE_STREET_M} for lat, lon in points]
    found = []
    for point, answer in zip(points, roads._ask("locate", locations=asked, verbose=True), strict=True):
        kinds = [edge["edge"]["classification"] for edge in answer.get("edges") or ()]
        if kinds and kinds[0]["use"] == "road" and kinds[0]["classification"] in STREETS:
            found.append(point)
    return found


def ground(roads: Roads, count: int, random: Random) -> Ground:
    """So many places within the extract from which every other one is reached."""
    points: list[Point] = []
    for _ in range(MOST_DRAWS):
        points += addresses(roads, drawn(roads, 200, random))
        if len(points) >= 2 * count:
            break
    points = points[: 2 * count]
    metres, seconds = roads.matrix(points)
    kept = list(range(len(points)))
    while kept:
        missing = {i: sum(seconds[i][j] is None or seconds[j][i] is None for j in kept) for i in kept}
        worst = max(kept, key=lambda i: missing[i])
        if not missing[worst]:
            break
        kept.remove(worst)
    kept = kept[:count]
    table = [[[rows[i][j] or 0.0 for j in kept] for i in kept] for rows in (metres, seconds)]
    return Ground([Place(*points[i]) for i in kept], table[0], table[1])


def plain(found: Ground) -> AffineTravel:
    """Every kilometre at the roads' mean speed, 1.3 times the straight line."""
    pairs = list(permutations(range(len(found.places)), 2))
    speed = sum(found.metres[i][j] for i, j in pairs) / sum(found.seconds[i][j] for i, j in pairs)
    return AffineTravel(PARKING_S, DETOUR * 1000 / speed)


def calibrated(found: Ground, random: Random) -> AffineTravel:
    """The affine form after some days' work: legs between near places, as a planned day has them."""
    legs = []
    for _ in range(DRIVEN):
        i, *others = random.sample(range(len(found.places)), 6)
        j = min(others, key=lambda other: found.seconds[i][other])
        a, b = found.places[i], found.places[j]
        km = distance_m((a.lat, a.lon), (b.lat, b.lon)) / 1000
        legs.append(DrivenLeg(km, PARKING_S + found.seconds[i][j]))
    known = calibrate(legs, Estimate(SETTINGS.leg_s, SETTINGS.pace_s_per_km))
    return AffineTravel(round(known.fixed_s), known.pace_s_per_km)


def day_of(found: Ground, random: Random) -> tuple[Day, tuple[Candidate, ...]]:
    """A day from the base and back: half of the customers are there all day, the others for some hours."""
    base = found.places[0]
    day = Day(start_s=OPENS, end_s=CLOSES, start=base, end=base, breaks=(LUNCH,))
    candidates = []
    for number, place in enumerate(found.places[1:], 1):
        opens, hours = random.randrange(8, 16) * HOUR, random.choice([2, 3, 4])
        window = Window(8 * HOUR, 20 * HOUR) if random.random() < 0.5 else Window(opens, opens + hours * HOUR)
        value, service_s = round(random.lognormvariate(3.5, 0.5), 1), random.randrange(15, 36) * 60
        alternative = Alternative(place=place, windows=(window,), service_s=service_s, value=value)
        candidates.append(Candidate(case_id=f"C{number:03}", alternatives=(alternative,)))
    return day, tuple(candidates)


def drive(found: Ground, stops: Iterable[Stop]) -> Driven:
    """The planned stops, in their order, on the road."""
    outcome, clock, here = Driven(), OPENS, 0
    for stop in stops:
        outcome.planned += 1
        outcome.planned_value += stop.alternative.value
        there, window = found.places.index(stop.alternative.place), stop.alternative.windows[0]
        begins = max(_on(clock, PARKING_S + found.seconds[here][there]), window.open_s)
        if begins < LUNCH.close_s and begins + stop.alternative.service_s > LUNCH.open_s:
            begins = LUNCH.close_s
        leaves = begins + stop.alternative.service_s
        if leaves > window.close_s or _on(leaves, PARKING_S + found.seconds[there][0]) > CLOSES:
            continue
        outcome.made += 1
        outcome.value += stop.alternative.value
        outcome.late_s += max(begins - stop.start_s, 0)
        outcome.road_m += found.metres[here][there]
        clock, here = leaves, there
    outcome.road_m += found.metres[here][0]
    return outcome


def _on(clock: float, seconds: float) -> int:
    """The clock after some driving, which pauses for lunch."""
    before = max(min(LUNCH.open_s - clock, seconds), 0)
    if before >= seconds and clock < LUNCH.open_s:
        return round(clock + seconds)
    return round(max(clock, LUNCH.close_s) + seconds - before)


def compare(roads: Roads, days: int, cases: int, seed: int, iterations: int) -> dict[str, list[Driven]]:
    """Every way of planning, driven on the same days."""
    outcomes: dict[str, list[Driven]] = {}
    for number in range(days):
        random = Random(f"roads {seed} {number}")
        found = ground(roads, cases + 1, random)
        day, candidates = day_of(found, random)
        real = MeasuredTravel(found.measured, leg_s=PARKING_S, otherwise=SETTINGS)
        affine = calibrated(found, random)
        planners: dict[str, tuple[Travel, float]] = {
            "plain": (plain(found), 0),
            "settings": (SETTINGS, 0),
            "settings +15 %": (SETTINGS, BUFFER),
            "affine": (affine, 0),
            "affine +15 %": (affine, BUFFER),
            "roads": (real, 0),
            "roads +15 %": (real, BUFFER),
        }
        for name, (travel, buffer) in planners.items():
            problem = Problem(days=(day,), candidates=candidates, travel=travel, buffer=buffer)
            solution = solve(problem, seed=seed, iterations=iterations)
            outcomes.setdefault(name, []).append(drive(found, solution.routes[0].stops))
        print(f"\rday {number + 1} of {days}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return outcomes


def agreement(roads: Roads, seed: int, count: int = 30) -> dict[str, float]:
    """How the matrix agrees with the engine's own routes, pair by pair."""
    random = Random(f"agreement {seed}")
    anywhere = drawn(roads, 6 * count, random)
    points = [point for point, on in zip(anywhere, roads.on_the_map(anywhere), strict=True) if on][:count]
    _, seconds = roads.matrix(points)
    apart, both_none, one_none = [], 0, 0
    for i, j in permutations(range(len(points)), 2):
        known = seconds[i][j]
        try:
            taken = roads.way(points[i], points[j]).seconds
        except NotFoundError:
            both_none, one_none = both_none + (known is None), one_none + (known is not None)
            continue
        if known is None:
            one_none += 1
        else:
            apart.append((abs(taken - known), known))
    return {
        "pairs": len(apart),
        "within_1_s": sum(gap <= 1 for gap, _ in apart) / len(apart),
        "median_gap_s": median(gap for gap, _ in apart),
        "mean_gap_share": sum(gap for gap, _ in apart) / sum(known for _, known in apart),
        "both_unreachable": both_none,
        "only_one_unreachable": one_none,
    }


def table(outcomes: dict[str, list[Driven]]) -> list[dict[str, float | str]]:
    """Means over the days; value as a share of what planning by road collects on the same day."""
    rows: list[dict[str, float | str]] = []
    for name, driven in outcomes.items():
        shares = [one.value / best.value for one, best in zip(driven, outcomes["roads"], strict=True)]
        made = sum(one.made for one in driven)
        rows.append(
            {
                "planner": name,
                "value_share": round(fmean(shares), 4),
                "spread": round(stdev(shares), 4) if len(shares) > 1 else 0.0,
                "planned": round(fmean(one.planned for one in driven), 2),
                "made": round(fmean(one.made for one in driven), 2),
                "missed": round(fmean(one.planned - one.made for one in driven), 2),
                "late_min": round(sum(one.late_s for one in driven) / made / 60, 1),
                "road_km": round(fmean(one.road_m for one in driven) / 1000, 1),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=4000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        road_map = build(asked.extract, Path(home), built_at="", progress=lambda _share: None)
        roads = Roads(road_map)
        agrees = agreement(roads, asked.seed)
        rows = table(compare(roads, asked.days, asked.cases, asked.seed, asked.iterations))
    if asked.json:
        print(json.dumps({"extract": asked.extract.name, "agreement": agrees, "days": rows}))
        return
    print(f"{asked.extract.name}: " + ", ".join(f"{key} {value:.4g}" for key, value in agrees.items()))
    print("planner            value    +-   planned  made  missed  late min  road km")
    for row in rows:
        print(
            f"{row['planner']:<16} {row['value_share']:>7.1%} {row['spread']:>6.1%} {row['planned']:>8}"
            f" {row['made']:>6} {row['missed']:>6} {row['late_min']:>8} {row['road_km']:>9}"
        )


if __name__ == "__main__":
    main()
