"""How one gets about on the day that is planned: straight lines, real roads, or the office's own matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from visitcli.app.calibrating import driven_legs
from visitcli.app.runtime import Runtime
from visitcli.domain.clock import clock
from visitcli.domain.errors import NotFoundError, UsageError, VisitcliError
from visitcli.domain.geo import Point
from visitcli.domain.settings import Settings
from visitcli.planner.calibration import Estimate, calibrate
from visitcli.planner.model import Pace, Place, Reason, Travel, Window
from visitcli.planner.travel import AffineTravel, FellBack, Measured, MeasuredTravel
from visitcli.store import cases

if TYPE_CHECKING:
    from visitcli.formats.matrix_file import End

Source = Literal["line", "roads", "matrix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelChoice:
    """How the day is travelled: `travel`, `paces` and `buffer` are for the Problem, `document` for the plan.

    `line`: the straight line's estimate, which also stands in where roads or matrix know no way; `calibrated_from` so
    many driven legs (0: as the settings say).
    """

    travel: Travel
    paces: tuple[Pace, ...]
    buffer: float
    source: Source
    line: AffineTravel
    calibrated_from: int = 0
    notes: tuple[Reason, ...] = ()

    @property
    def fell_back(self) -> FellBack:
        """What had to be estimated; empty before the planner has asked for the legs."""
        return self.travel.fell_back if isinstance(self.travel, MeasuredTravel) else FellBack()

    def document(self, names: Mapping[Place, str] | None = None) -> dict[str, Any]:
        """The plan's `travel`; ask for it when the plan is made. `names`: whose a place is, by case number."""
        names, fell_back = names or {}, self.fell_back
        off_the_map = [{"lat": place.lat, "lon": place.lon, "case_id": names.get(place)} for place in fell_back.places]
        return {
            "source": self.source,
            "leg_s": self.line.leg_s,
            "pace_s_per_km": round(self.line.pace_s_per_km, 1),
            "calibrated_from": self.calibrated_from,
            "buffer_percent": round(self.buffer * 100, 1),
            "paces": [
                {"from": clock(pace.window.open_s), "until": clock(pace.window.close_s), "factor": pace.factor}
                for pace in self.paces
            ],
            "fell_back": {"legs": fell_back.legs, "of": fell_back.of, "places": off_the_map},
            "notes": [{"code": note.code, "context": dict(note.context)} for note in self._said(names)],
        }

    def _said(self, names: Mapping[Place, str]) -> list[Reason]:
        """What the user reads of it: where the times come from, what is kept in hand, what was estimated."""
        context = {
            "count": self.calibrated_from,
            "leg_minutes": round(self.line.leg_s / 60, 1),
            "km_minutes": round(self.line.pace_s_per_km / 60, 1),
        }
        said = [*self.notes]
        if self.source == "line":
            said.append(Reason("calibrated" if self.calibrated_from else "line", context))
        if self.buffer:
            said.append(Reason("buffer", {"percent": round(self.buffer * 100, 1)}))
        if self.fell_back.legs:
            cases = sorted({names[place] for place in self.fell_back.places if place in names})
            legs, places = self.fell_back.legs, len(self.fell_back.places)
            if places:
                said.append(Reason("off_the_map", {"count": places, "legs": legs, "cases": cases}))
            else:
                said.append(Reason("no_way", {"count": legs, "of": self.fell_back.of}))
        return said


def travel_for(
    runtime: Runtime,
    *,
    start: Place | None = None,
    matrix: Path | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> TravelChoice:
    """The travel of a plan, as the settings say.

    `matrix`: the office's file, given on the command line, which goes before the settings; `start` is what that file
    calls `base`; `interrupted` is asked while roads are measured, and ends that by a KeyboardInterrupt. With
    `travel.source` auto a matrix file that is set is taken, else a road map that was built, else straight lines. Raises
    BadInputError `roads.matrix_*`; where roads are asked for by name UsageError `roads.not_installed`, NotFoundError
    `roads.no_map`, BadInputError `roads.damaged`; UsageError `roads.no_matrix`.
    """
    settings, paces = runtime.settings, _paces(runtime.settings)
    line, legs = _line(runtime, settings, paces)
    file = matrix or _matrix_file(runtime)
    source = _source(settings, file) if matrix is None else "matrix"
    travel: Travel = line
    notes: list[Reason] = []
    if source == "matrix" and file:
        travel = _by_matrix(runtime, file, start, line)
        notes.append(Reason("matrix", {"file": file.name}))
    elif source in ("roads", "auto"):
        roads, notes = _by_roads(runtime, line, interrupted, asked_for=source == "roads")
        travel, source = (roads, "roads") if roads else (line, "line")
    return TravelChoice(
        travel=travel,
        paces=paces,
        buffer=settings.buffer_percent / 100,
        source=source,  # type: ignore[arg-type]
        line=line,
        calibrated_from=legs,
        notes=tuple(notes),
    )


def _source(settings: Settings, file: Path | None) -> str:
    if settings.travel_source == "matrix" and file is None:
        raise UsageError("roads.no_matrix")
    return "matrix" if settings.travel_source == "auto" and file else settings.travel_source


def _matrix_file(runtime: Runtime) -> Path | None:
    """The settings' file; a relative path counts from the settings' own folder."""
    named = runtime.settings.matrix_file
    return runtime.settings_path.parent / Path(named).expanduser() if named else None


def _by_roads(
    runtime: Runtime, line: AffineTravel, interrupted: Callable[[], bool], *, asked_for: bool
) -> tuple[MeasuredTravel | None, list[Reason]]:
    """Travel by the map that was built. Where nobody asked for it by name, what is in its way is only a note."""
    from visitcli.engines import roads_map

    road_map = roads_map.current(runtime.home)
    if road_map is None:
        if asked_for:
            raise NotFoundError("roads.no_map")
        return None, []
    from visitcli.engines.roads import Roads

    settings = runtime.settings
    try:
        roads = Roads(road_map)
    except VisitcliError as error:
        if asked_for:
            raise
        return None, [Reason("no_engine" if isinstance(error, UsageError) else "map_damaged", {})]
    travel = MeasuredTravel(
        lambda places: roads.matrix([(place.lat, place.lon) for place in places], interrupted=interrupted),
        leg_s=round(settings.parking_minutes * 60),
        otherwise=line,
        factor=settings.road_factor,
    )
    day = (road_map.data_at or road_map.built_at)[:10]
    return travel, [Reason("roads", {"map": road_map.source, "date": day})]


def _by_matrix(runtime: Runtime, file: Path, start: Place | None, line: AffineTravel) -> MeasuredTravel:
    from visitcli.formats import matrix_file

    known: dict[tuple[Point, Point], tuple[float, float]] = {}
    find = cache(partial(_end_of, runtime, start))
    for (origin, target), way in matrix_file.read(file).items():
        here, there = find(origin), find(target)
        if here and there:
            known[here, there] = way

    def measure(places: Sequence[Place]) -> Measured:
        points = [_rounded(place.lat, place.lon) for place in places]
        ways = [[known.get((a, b)) for b in points] for a in points]
        metres, seconds = ([[way and way[part] for way in row] for row in ways] for part in (0, 1))
        return metres, seconds

    return MeasuredTravel(measure, leg_s=round(runtime.settings.parking_minutes * 60), otherwise=line)


def _end_of(runtime: Runtime, start: Place | None, end: End) -> Point | None:
    """Where an end of a matrix's row lies; None where nobody knows the case, or it has no such place."""
    if end == "base":
        return _rounded(start.lat, start.lon) if start else None
    if isinstance(end, tuple):
        return _rounded(*end)
    body = cases.body(runtime.store, end.case_id) or {}
    for address in body.get("addresses", ()):
        if address.get("lat") is not None and end.kind in ("", address["kind"]):
            return _rounded(address["lat"], address["lon"])
    return None


def _rounded(lat: float, lon: float) -> Point:
    """To a metre, so that a place is the same place in a file that writes fewer digits."""
    return round(lat, 5), round(lon, 5)


def _line(runtime: Runtime, settings: Settings, paces: tuple[Pace, ...]) -> tuple[AffineTravel, int]:
    """The straight line's estimate, and how many driven legs stand behind it."""
    estimate = Estimate(settings.leg_minutes * 60, settings.minutes_per_km * 60)
    if settings.travel_calibrate == "on":
        estimate = calibrate(driven_legs(runtime, paces), estimate)
    return AffineTravel(round(estimate.fixed_s), estimate.pace_s_per_km), estimate.legs


def _paces(settings: Settings) -> tuple[Pace, ...]:
    rushes = (
        (settings.morning_rush_from, settings.morning_rush_until, settings.morning_rush_factor),
        (settings.evening_rush_from, settings.evening_rush_until, settings.evening_rush_factor),
    )
    return tuple(
        Pace(Window(*(at.hour * 3600 + at.minute * 60 for at in (begins, ends))), factor)
        for begins, ends, factor in rushes
        if factor != 1
    )
