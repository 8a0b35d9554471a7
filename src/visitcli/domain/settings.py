"""What an agent or the office may set, with its units, its default and what counts as a sensible value.

The file is `settings.toml`; its comments are the catalogue's (`settings.<key>`). A key is written in two parts, the
section and the name: `hours.start`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from typing import Any, Literal

from visitcli.domain.errors import BadInputError, NotFoundError

Kind = Literal["text", "place", "time", "minutes", "number", "integer", "choice", "zone"]


@dataclass(frozen=True, slots=True)
class Spec:
    """One setting: its key in the file, what kind of value it takes, and its bounds (inclusive)."""

    key: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


def _setting(
    key: str, kind: Kind, default: Any, low: float | None = None, high: float | None = None, *choices: str
) -> Any:
    return field(default=default, metadata={"spec": Spec(key, kind, low, high, choices)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting with its default. Minutes, kilometres, yuan and points are named in the key or its comment."""

    company: str = _setting("agent.company", "text", "")
    home_base: str = _setting("home_base.place", "place", "")
    home_base_crs: str = _setting("home_base.crs", "choice", "gcj02", None, None, "gcj02", "wgs84", "bd09")
    timezone: str = _setting("hours.timezone", "zone", "")
    day_start: time = _setting("hours.start", "time", time(9, 0))
    day_end: time = _setting("hours.end", "time", time(18, 0))
    lunch_start: time = _setting("lunch.start", "time", time(12, 0))
    lunch_minutes: int = _setting("lunch.minutes", "minutes", 60, 0, 180)
    home_from: time = _setting("windows.home_from", "time", time(8, 0))
    home_until: time = _setting("windows.home_until", "time", time(21, 0))
    work_from: time = _setting("windows.work_from", "time", time(9, 0))
    work_until: time = _setting("windows.work_until", "time", time(18, 0))
    first_visit_minutes: int = _setting("service.first_visit_minutes", "minutes", 35, 5, 240)
    follow_up_minutes: int = _setting("service.follow_up_minutes", "minutes", 25, 5, 240)
    promise_minutes: int = _setting("service.promise_minutes", "minutes", 15, 5, 240)
    leg_minutes: float = _setting("travel.leg_minutes", "number", 8.0, 0, 120)
    minutes_per_km: float = _setting("travel.minutes_per_km", "number", 3.0, 0.1, 60)
    weight_days_overdue: float = _setting("weights.days_overdue", "number", 30.0, 0, 1000)
    weight_amount: float = _setting("weights.amount", "number", 20.0, 0, 1000)
    weight_promise: float = _setting("weights.promise", "number", 40.0, 0, 1000)
    weight_return_date: float = _setting("weights.return_date", "number", 25.0, 0, 1000)
    weight_last_contact: float = _setting("weights.last_contact", "number", 15.0, 0, 1000)
    weight_stage: float = _setting("weights.stage", "number", 10.0, 0, 1000)
    max_instalments: int = _setting("authority.max_instalments", "integer", 24, 1, 60)


def specs() -> Iterator[tuple[str, Spec]]:
    """Each field's name with its Spec, in the order of the file."""
    for item in fields(Settings):
        yield item.name, item.metadata["spec"]


def by_key(key: str) -> tuple[str, Spec]:
    """Field name and Spec of a key such as `hours.start`. Raises NotFoundError `config.unknown_key`."""
    for name, spec in specs():
        if key in (spec.key, name):
            return name, spec
    raise NotFoundError("config.unknown_key", key=key)


def parse(document: Mapping[str, Any], source: str) -> Settings:
    """Settings from the file's tables. Raises BadInputError `config.value` or NotFoundError `config.unknown_key`."""
    values: dict[str, Any] = {}
    for section, table in document.items():
        if not isinstance(table, Mapping):
            raise BadInputError("config.section", key=section, file=source)
        for entry, raw in table.items():
            name, spec = by_key(f"{section}.{entry}")
            values[name] = value_of(spec, raw)
    settings = Settings(**values)
    if settings.day_start >= settings.day_end:
        raise BadInputError("config.value", key="hours.end", value=f"{settings.day_end:%H:%M}", expected="time_after")
    return settings


def value_of(spec: Spec, raw: object) -> Any:
    """One value, from the file or from the command line, checked against its Spec."""
    try:
        value = _convert(spec, raw)
    except (ValueError, TypeError) as error:
        raise _refused(spec, raw) from error
    out_of_bounds = isinstance(value, int | float) and not (
        (spec.low is None or value >= spec.low) and (spec.high is None or value <= spec.high)
    )
    if out_of_bounds or (spec.choices and value not in spec.choices):
        raise _refused(spec, raw)
    return value


def _convert(spec: Spec, raw: object) -> Any:
    if spec.kind == "time":
        return raw if isinstance(raw, time) else time.fromisoformat(str(raw).replace("：", ":"))
    if spec.kind in ("minutes", "integer"):
        if isinstance(raw, bool) or (isinstance(raw, float) and raw != int(raw)):
            raise ValueError(raw)
        return int(str(raw)) if isinstance(raw, str) else int(raw)  # type: ignore[call-overload]
    if spec.kind == "number":
        value = float(str(raw))
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(raw)
        return value
    if not isinstance(raw, str) or len(raw) > 200:
        raise ValueError(raw)
    return _zone(raw) if spec.kind == "zone" else raw


def _zone(name: str) -> str:
    if name:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(name)
        except ZoneInfoNotFoundError as error:
            raise ValueError(name) from error
    return name


def _refused(spec: Spec, raw: object) -> BadInputError:
    bounds = {"low": spec.low, "high": spec.high, "choices": ", ".join(spec.choices)}
    expected = "choice" if spec.choices else spec.kind
    return BadInputError("config.value", key=spec.key, value=str(raw)[:80], expected=expected, **bounds)


def plain(value: Any) -> str | int | float:
    """A value as TOML, JSON and the screen write it: times as HH:MM."""
    return f"{value:%H:%M}" if isinstance(value, time) else value
