"""How one gets about on the day that is planned: straight lines, real roads, or the office's own matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from visitcli.app.calibrating import driven_legs
from visitcli.app.runtime import Runtime
from visitcli.domain.settings import Settings
from visitcli.planner.calibration import Estimate, calibrate
from visitcli.planner.model import Pace, Place, Reason, Travel, Window
from visitcli.planner.travel import AffineTravel, FellBack, MeasuredTravel

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
                {"from": _clock(pace.window.open_s), "until": _clock(pace.window.close_s), "factor": pace.factor}
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
            counts = {"count": self.fell_back.legs, "of": self.fell_back.of, "places": len(self.fell_back.places)}
            code = "off_the_map" if self.fell_back.places else "no_way"
            said.append(Reason(code, {**counts, "cases": cases}))
        return said


def travel_for(runtime: Runtime, *, start: Place | None = None, matrix: Path | None = None) -> TravelChoice:
    """The travel of a plan, as the settings say. `matrix`: the office's file, given on the command line; `start` is
    what the file calls `base`."""
    settings = runtime.settings
    paces = _paces(settings)
    line, legs = _line(runtime, settings, paces)
    return TravelChoice(
        travel=line,
        paces=paces,
        buffer=settings.buffer_percent / 100,
        source="line",
        line=line,
        calibrated_from=legs,
    )


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


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"
