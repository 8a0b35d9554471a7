"""Which coordinate system a case file speaks, decided from the file: `--crs auto`.

Most rows name the town or county that they lie in, and the gazetteer knows its centre. That gives two kinds of
evidence, each a likelihood, and Bayes' rule weighs the three systems by them, `default` counting twice beforehand.

Alignment: doors lie around their centre in every direction, so under the right system the differences centre to doors
cancel out over many places; under a wrong one all keep the shift (WGS-84 to GCJ-02 about 500 m, GCJ-02 to BD-09 about
900 m, to another side). One place gives one difference, from the median of its rows: ten doors of one town lean the
same way and are not ten witnesses. Its density is a Student t in the plane, since some centres and some rows are
plainly wrong, with an unknown scale that is integrated out, for towns and for counties apart.

Borders: where rows name no town, as in a big city, each row still lies nearer to its own district's seat than to
others, save near the borders, and a shift pushes doors over them. The density of the stated district among those that
the file names is a softmax of the distances, its scale integrated out. A map of K districts has at most 3 K borders
(Euler), and rows on one border err together, so n rows count as 3 K.

Too few places, or places too wide for the shift to show, leave the guess unsure; then `default` is taken and the caller
should say so.

Measured, a hundred files each, doors within 1.5 km of Shanghai's towns: sure of the right system for WGS-84, GCJ-02 and
BD-09 in 40, 61 and 93 files with 20 rows, 82, 87 and 100 with 50, 95, 100 and 100 with 100; sure of a wrong one in 6 of
the 900. Real addresses of inner Shanghai that name a district only (from 360 rows): BD-09 is surely found in 59 % of
samples of 50 and 85 % of 100; the other two lead rightly with 360 rows (chances 0.7 and 0.9) and stay unsure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, exp, hypot, log, radians
from statistics import median
from typing import Literal, NamedTuple

from visitcli.domain.case import Crs
from visitcli.domain.geo import Point, to_wgs84, valid_point

SYSTEMS: tuple[Crs, ...] = ("wgs84", "gcj02", "bd09")
SURE = 0.95  # below this chance of being right the default is taken

_FEWEST_PLACES = 8  # fewer may lean the same way by chance: with seven, one sure guess in eight was wrong
_FREEDOM = 4.0  # of the Student t: one centre in ten may be far off without deciding anything
_SCALES_M = tuple(150.0 * 1.4**step for step in range(12))  # 150 m to 6 km, even in the logarithm
_SLOPES_M = tuple(500.0 * 1.6**step for step in range(8))  # 500 m to 13 km
_NEIGHBOURS_M = 60_000.0
_MOST_BORDER_ROWS = 600  # more add seconds and no certainty
_BORDERS_PER_DISTRICT = 3.0
_FARTHEST_M = {"town": 12_000.0, "county": 60_000.0}  # beyond it a row and its address do not belong together
_METRES_PER_DEGREE = 111_195.0

Level = Literal["town", "county"]
LEVELS: tuple[Level, ...] = ("town", "county")


class Witness(NamedTuple):
    """A row that says where it lies: the centre (WGS-84) of the place that its address names, and its own numbers."""

    place: str
    level: Level
    centre: Point
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Guess:
    """The system to take, and how that was found.

    `crs` is to be taken: `likeliest` where the guess is `sure`, else the default. `confidence` is the chance, 0 to 1,
    that `likeliest` is right. `rows_used` rows named `places_used` places near enough to count.
    """

    crs: Crs
    sure: bool
    likeliest: Crs
    confidence: float
    rows_used: int
    places_used: int


class _Place(NamedTuple):
    level: Level
    rows: int
    misses: tuple[float, ...]  # metres from centre to doors, one a system


def guess_crs(rows: Iterable[Witness], default: Crs = "gcj02") -> Guess:
    """Weigh the three systems on the rows; see the module for how."""
    groups = _by_place(rows)
    places = [place for group in groups if (place := _measure(group))]
    aligned = _alignments(places)
    at_borders = _borders([group for group in groups if group[0].level == "county"])
    before = [log(2.0) if crs == default else 0.0 for crs in SYSTEMS]
    chances = _chances([sum(weights) for weights in zip(before, aligned, at_borders, strict=True)])
    best = max(range(len(SYSTEMS)), key=lambda i: (chances[i], SYSTEMS[i] == default))
    sure = chances[best] >= SURE and len(places) >= _FEWEST_PLACES
    return Guess(
        crs=SYSTEMS[best] if sure else default,
        sure=sure,
        likeliest=SYSTEMS[best],
        confidence=round(chances[best], 4),
        rows_used=sum(place.rows for place in places),
        places_used=len(places),
    )


def _by_place(rows: Iterable[Witness]) -> list[list[Witness]]:
    groups: defaultdict[tuple[str, str], list[Witness]] = defaultdict(list)
    for row in rows:
        if valid_point(row.lat, row.lon) and _metres((row.lat, row.lon), row.centre) < _FARTHEST_M[row.level]:
            groups[row.level, row.place].append(row)
    return list(groups.values())


def _measure(group: Sequence[Witness]) -> _Place | None:
    """How far the median of a place's rows misses its centre under each system; None where no system shifts."""
    middle = median(row.lat for row in group), median(row.lon for row in group)
    readings = [to_wgs84(*middle, crs) for crs in SYSTEMS]
    if len(set(readings)) < len(SYSTEMS):
        return None
    return _Place(group[0].level, len(group), tuple(_metres(reading, group[0].centre) for reading in readings))


def _chances(weights: Sequence[float]) -> list[float]:
    """Shares of 1 from logarithms of weights."""
    top = max(weights)
    shares = [exp(weight - top) for weight in weights]
    return [share / sum(shares) for share in shares]


def _alignments(places: Sequence[_Place]) -> list[float]:
    """Logarithm of the density of the places' misses, one a system."""
    return [
        sum(_alignment([(place.misses[i], place.rows) for place in places if place.level == level]) for level in LEVELS)
        for i in range(len(SYSTEMS))
    ]


def _alignment(misses: Sequence[tuple[float, int]]) -> float:
    """Logarithm of the density of some (miss in metres, rows of the place), averaged over the unknown scale."""
    if not misses:
        return 0.0
    logs = []
    for scale in _SCALES_M:
        total = 0.0
        for miss, rows in misses:
            variance = scale * scale * (0.5 + 0.5 / rows)
            total -= log(variance) + (_FREEDOM + 2.0) / 2.0 * log(1.0 + miss * miss / (_FREEDOM * variance))
        logs.append(total)
    return _log_sum(logs)


def _borders(districts: Sequence[Sequence[Witness]]) -> list[float]:
    """Logarithm of the density of the stated districts given where the rows lie, one a system."""
    seats = [group[0].centre for group in districts]
    rows = [row for group in districts for row in group]
    if len(seats) < 2:
        return [0.0] * len(SYSTEMS)
    rows = rows[:: len(rows) // _MOST_BORDER_ROWS + 1]
    rivals = {seat: [other for other in seats if 0 < _metres(other, seat) < _NEIGHBOURS_M] for seat in seats}
    share = min(1.0, _BORDERS_PER_DISTRICT * len(seats) / len(rows))
    return [share * _stated_district([_leads(row, crs, rivals[row.centre]) for row in rows]) for crs in SYSTEMS]


def _leads(row: Witness, crs: Crs, rivals: Sequence[Point]) -> list[float]:
    """By how many metres the row is nearer to each rival seat than to its own."""
    here = to_wgs84(row.lat, row.lon, crs)
    own = _metres(here, row.centre)
    return [own - _metres(here, rival) for rival in rivals]


def _stated_district(rows: Sequence[Sequence[float]]) -> float:
    logs = []
    for slope in _SLOPES_M:
        total = 0.0
        for leads in rows:
            total -= log(1.0 + sum(exp(min(lead / slope, 300.0)) for lead in leads))
        logs.append(total)
    return _log_sum(logs)


def _log_sum(logs: Sequence[float]) -> float:
    top = max(logs)
    return top + log(sum(exp(value - top) for value in logs))


def _metres(a: Point, b: Point) -> float:
    """Distance on a plane, exact enough (0.1 %) over a county and quick."""
    return _METRES_PER_DEGREE * hypot(a[0] - b[0], (a[1] - b[1]) * cos(radians(b[0])))
