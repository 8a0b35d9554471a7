"""`visitcli roads`: the road map on this device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.desk import Desk
from visitcli.domain.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from visitcli.app.roads import Directions
    from visitcli.engines.roads import Turn
    from visitcli.engines.roads_map import RoadMap

SYSTEMS = ("wgs84", "gcj02", "bd09")
_ALONG = frozenset({"start", "start_right", "start_left", "continue", "becomes", "stay_straight", "roundabout_exit"})


def build(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE.osm.pbf")]) -> None:
    from visitcli.app import roads
    from visitcli.cli.waiting import Wait

    desk: Desk = ctx.obj
    wait = Wait(desk.terminal)
    try:
        wait.show(desk.words("roads.building", percent=0))
        built = roads.build(
            desk.runtime, file, lambda share: wait.show(desk.words("roads.building", percent=round(share * 100)))
        )
    finally:
        wait.clear()
    if desk.terminal.json:
        desk.terminal.document(roads.described(built))
        return
    _tell(desk, built)
    desk.terminal.note(desk.words("roads.next"))


def show(ctx: typer.Context) -> None:
    from visitcli.app import roads

    desk: Desk = ctx.obj
    found = roads.show(desk.runtime)
    if desk.terminal.json:
        desk.terminal.document({"map": roads.described(found) if found else None})
    elif found:
        _tell(desk, found)
        if not roads.described(found)["usable"]:
            desk.terminal.note(desk.words("roads.not_usable"))
    else:
        raise NotFoundError("roads.no_map")


def way(
    ctx: typer.Context,
    from_: Annotated[str, typer.Argument(metavar="FROM")],
    to: Annotated[str, typer.Argument(metavar="TO")],
    crs: Annotated[str, typer.Option("--crs", metavar="|".join(SYSTEMS))] = "wgs84",
) -> None:
    from visitcli.app import roads

    desk: Desk = ctx.obj
    if crs not in SYSTEMS:
        raise UsageError("plan.crs", value=crs, known=SYSTEMS)
    found = roads.way(desk.runtime, from_, to, crs)  # type: ignore[arg-type]
    if desk.terminal.json:
        desk.terminal.document(_document(desk, found))
        return
    total = {"km": f"{found.way.metres / 1000:.1f}", "minutes": _minutes(found.way.seconds)}
    desk.terminal.out(desk.words("roads.way", origin=found.origin.name, target=found.target.name, **total))
    for number, turn in enumerate(found.way.turns, 1):
        desk.terminal.out(f"{number:>3}  {_sentence(desk, turn)}")
    desk.terminal.note(desk.words("roads.no_traffic"))


def remove(ctx: typer.Context) -> None:
    from visitcli.app import roads

    desk: Desk = ctx.obj
    gone = roads.remove(desk.runtime)
    if desk.terminal.json:
        desk.terminal.document({"removed": gone.source, "bytes": gone.bytes})
        return
    desk.terminal.note(desk.words("roads.removed", source=gone.source, size=_megabytes(gone.bytes)))


def _tell(desk: Desk, found: RoadMap) -> None:
    south, west, north, east = found.extent
    desk.terminal.out(desk.words("roads.map", source=found.source, size=_megabytes(found.bytes)))
    corners = {"south": south, "west": west, "north": north, "east": east}
    desk.terminal.out(desk.words("roads.extent", **{side: f"{degrees:.4f}" for side, degrees in corners.items()}))
    data = found.data_at[:10] if found.data_at else desk.words("roads.date_unknown")
    desk.terminal.out(desk.words("roads.dates", data=data, built=found.built_at[:10]))


def _sentence(desk: Desk, turn: Turn) -> str:
    """A turn in words: what to do, onto or along which road, then how far."""
    words = desk.words
    text = words(f"roads.turn.{turn.kind}", exit=turn.exit or 1)
    if turn.street:
        text += words("roads.along" if turn.kind in _ALONG else "roads.onto", street=turn.street)
    return text + (words("roads.far", far=_far(desk, turn.metres)) if turn.metres else "")


def _far(desk: Desk, metres: int) -> str:
    if metres < 1000:
        return desk.words("roads.metres", metres=max(round(metres, -1), 10))
    return desk.words("roads.km", km=f"{metres / 1000:.1f}")


def _document(desk: Desk, found: Directions) -> dict[str, Any]:
    ends = {
        key: {"name": place.name, "lat": place.lat, "lon": place.lon, "radius_m": place.radius_m}
        for key, place in (("from", found.origin), ("to", found.target))
    }
    turns = [
        {
            "kind": turn.kind,
            "message": _sentence(desk, turn),
            "street": turn.street,
            "metres": turn.metres,
            "seconds": turn.seconds,
            "exit": turn.exit,
        }
        for turn in found.way.turns
    ]
    return {**ends, "metres": found.way.metres, "seconds": found.way.seconds, "turns": turns}


def _minutes(seconds: int) -> int:
    return max(round(seconds / 60), 1)


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.1f}"
