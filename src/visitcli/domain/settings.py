"""What an agent or the office may set, with its units, its default and what counts as a sensible value.

The file is `settings.toml`; its comments are the catalogue's (`settings.<key>`). A key is written in two parts, the
section and the name: `hours.start`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from typing import Any, Literal

from visitcli.domain.errors import BadInputError, NotFoundError

TEXT_LIMIT = 200
Kind = Literal["text", "place", "time", "minutes", "number", "integer", "choice", "zone", "weekdays"]


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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)  # a repr of eighty fields costs every command
class Settings:
    """Every setting with its default. Minutes, kilometres, yuan and points are named in the key or its comment."""

    company: str = _setting("agent.company", "text", "")
    agent_phone: str = _setting("safety.agent_phone", "text", "")
    supervisor_phone: str = _setting("safety.supervisor_phone", "text", "")
    home_base: str = _setting("home_base.place", "place", "")
    home_base_crs: str = _setting("home_base.crs", "choice", "gcj02", None, None, "gcj02", "wgs84", "bd09")
    timezone: str = _setting("hours.timezone", "zone", "")
    day_start: time = _setting("hours.start", "time", time(9, 0))
    day_end: time = _setting("hours.end", "time", time(18, 0))
    days_off: str = _setting("hours.days_off", "weekdays", "")
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
    travel_source: str = _setting("travel.source", "choice", "auto", None, None, "auto", "line", "roads", "matrix")
    travel_calibrate: str = _setting("travel.calibrate", "choice", "on", None, None, "on", "off")
    parking_minutes: float = _setting("travel.parking_minutes", "number", 5.0, 0, 120)
    road_factor: float = _setting("travel.road_factor", "number", 1.0, 0.2, 10)
    matrix_file: str = _setting("travel.matrix_file", "text", "")
    buffer_percent: float = _setting("travel.buffer_percent", "number", 15.0, 0, 200)
    morning_rush_from: time = _setting("travel.morning_rush_from", "time", time(7, 30))
    morning_rush_until: time = _setting("travel.morning_rush_until", "time", time(9, 30))
    morning_rush_factor: float = _setting("travel.morning_rush_factor", "number", 1.3, 0.2, 10)
    evening_rush_from: time = _setting("travel.evening_rush_from", "time", time(17, 0))
    evening_rush_until: time = _setting("travel.evening_rush_until", "time", time(19, 30))
    evening_rush_factor: float = _setting("travel.evening_rush_factor", "number", 1.4, 0.2, 10)
    weight_any_visit: float = _setting("weights.any_visit", "number", 10.0, 0, 1000)
    weight_days_overdue: float = _setting("weights.days_overdue", "number", 30.0, 0, 1000)
    weight_amount: float = _setting("weights.amount", "number", 20.0, 0, 1000)
    weight_promise: float = _setting("weights.promise", "number", 40.0, 0, 1000)
    weight_return_date: float = _setting("weights.return_date", "number", 25.0, 0, 1000)
    weight_limitation: float = _setting("weights.limitation", "number", 20.0, 0, 1000)
    weight_last_contact: float = _setting("weights.last_contact", "number", 15.0, 0, 1000)
    weight_stage: float = _setting("weights.stage", "number", 10.0, 0, 1000)
    chance_home_early: float = _setting("chance.home_early", "number", 0.4, 0, 1)
    chance_home_morning: float = _setting("chance.home_morning", "number", 0.25, 0, 1)
    chance_home_midday: float = _setting("chance.home_midday", "number", 0.3, 0, 1)
    chance_home_afternoon: float = _setting("chance.home_afternoon", "number", 0.25, 0, 1)
    chance_home_after_work: float = _setting("chance.home_after_work", "number", 0.45, 0, 1)
    chance_home_evening: float = _setting("chance.home_evening", "number", 0.6, 0, 1)
    chance_home_weekend: float = _setting("chance.home_weekend", "number", 0.5, 0, 1)
    chance_work_early: float = _setting("chance.work_early", "number", 0.3, 0, 1)
    chance_work_morning: float = _setting("chance.work_morning", "number", 0.5, 0, 1)
    chance_work_midday: float = _setting("chance.work_midday", "number", 0.35, 0, 1)
    chance_work_afternoon: float = _setting("chance.work_afternoon", "number", 0.5, 0, 1)
    chance_work_after_work: float = _setting("chance.work_after_work", "number", 0.25, 0, 1)
    chance_work_evening: float = _setting("chance.work_evening", "number", 0.05, 0, 1)
    chance_work_weekend: float = _setting("chance.work_weekend", "number", 0.1, 0, 1)
    chance_other: float = _setting("chance.other", "number", 0.25, 0, 1)
    chance_appointment: float = _setting("chance.appointment", "number", 0.85, 0, 1)
    chance_prior_visits: float = _setting("chance.prior_visits", "number", 20.0, 1, 1000)
    chance_customer_visits: float = _setting("chance.customer_visits", "number", 4.0, 0.5, 100)
    office_key: str = _setting("office.public_key", "text", "")
    seal_key: str = _setting("office.seal_key", "text", "")
    rules_pack: str = _setting("rules.pack", "text", "")
    days_file: str = _setting("rules.days_file", "text", "")
    max_instalments: int = _setting("authority.max_instalments", "integer", 24, 1, 60)
    max_pause_months: int = _setting("authority.max_pause_months", "integer", 3, 0, 24)
    max_extension_months: int = _setting("authority.max_extension_months", "integer", 12, 0, 120)
    penalty_reduction_percent: int = _setting("authority.penalty_reduction_percent", "integer", 0, 0, 100)
    settlement_reduction_percent: int = _setting("authority.settlement_reduction_percent", "integer", 0, 0, 100)
    retention_days: int = _setting("retention.days", "integer", 180, 0, 3650)
    living_floor: float = _setting("budget.living_floor", "number", 1000.0, 0, 100_000)


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
    """Settings from the tables of the file named `source`; what it does not set, or nobody knows, is left out.

    Raises BadInputError `config.section`, `config.file_value`, `config.order` with the file and the key.
    """
    values: dict[str, Any] = {}
    for name, spec in specs():
        section, entry = spec.key.split(".")
        table = document.get(section, {})
        if not isinstance(table, Mapping):
            raise BadInputError("config.section", key=section, file=source)
        if entry in table:
            values[name] = _from_file(spec, table[entry], source)
    settings = Settings(**values)
    _refuse_disorder(settings, source)
    return settings


def unknown_keys(document: Mapping[str, Any]) -> list[str]:
    """What stands in the file's tables and is no setting, as `section.entry`; a section's name where it is empty or
    nobody knows it. It stops nothing: most often it is a slip of the pen, or a newer version's."""
    keys = {spec.key for _, spec in specs()}
    sections = {key.partition(".")[0] for key in keys}
    found = []
    for section, table in document.items():
        if section not in sections:
            found.append(section)
        elif isinstance(table, Mapping):
            found += [key for entry in table if (key := f"{section}.{entry}") not in keys]
    return found


def value_of(spec: Spec, raw: object) -> Any:
    """One value, from the file or from the command line, checked against its Spec. Raises BadInputError
    `config.value`."""
    try:
        value = _convert(spec, raw)
    except (ValueError, KeyError, TypeError, OverflowError, BadInputError) as error:
        raise _refused(spec, raw) from error
    out_of_bounds = isinstance(value, int | float) and not (
        (spec.low is None or value >= spec.low) and (spec.high is None or value <= spec.high)
    )
    if out_of_bounds or (spec.choices and value not in spec.choices):
        raise _refused(spec, raw)
    return value


def _from_file(spec: Spec, raw: object, source: str) -> Any:
    try:
        return value_of(spec, raw)
    except BadInputError as error:
        raise BadInputError("config.file_value", file=source, **error.context) from error


_IN_ORDER = (
    ("day_start", "day_end"),
    ("home_from", "home_until"),
    ("work_from", "work_until"),
    ("morning_rush_from", "morning_rush_until"),
    ("evening_rush_from", "evening_rush_until"),
)


def _refuse_disorder(settings: Settings, source: str) -> None:
    keys = {name: spec.key for name, spec in specs()}
    for first, then in _IN_ORDER:
        begins, ends = getattr(settings, first), getattr(settings, then)
        if begins >= ends:
            context = {"file": source, "key": keys[then], "value": plain(ends)}
            raise BadInputError("config.order", **context, other=keys[first], bound=plain(begins))


def _convert(spec: Spec, raw: object) -> Any:
    if spec.kind == "time":
        return _time(raw)
    if spec.kind in ("minutes", "integer"):
        if isinstance(raw, bool) or (isinstance(raw, float) and raw != int(raw)):
            raise ValueError(raw)
        return int(str(raw)) if isinstance(raw, str) else int(raw)  # type: ignore[call-overload]
    if spec.kind == "number":
        value = float(str(raw))
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(raw)
        return value
    if not isinstance(raw, str):
        raise ValueError(raw)
    text = _plain(raw, spec.key)
    if spec.kind == "weekdays":
        return _weekdays(text)
    return _zone(text) if spec.kind == "zone" else text


def _plain(raw: str, key: str) -> str:
    if not raw:
        return raw
    from visitcli.domain.texts import plain_text  # a millisecond that most settings files do not need

    return plain_text(raw, TEXT_LIMIT, key)


def _time(raw: object) -> time:
    """A time of day to the minute, as a person writes it (9:00, 09:00, 09：00) or as TOML does (09:00:00)."""
    written = raw.isoformat() if isinstance(raw, time) else str(raw)
    found = re.fullmatch("([0-9]{1,2})[:：]([0-9]{2})(?:[:：]00)?", written.strip())
    if found is None:
        raise ValueError(written)
    return time(int(found[1]), int(found[2]))


_WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7, "天": 7}
_WEEKDAYS |= {name: number for names in ("一二三四五六日", "1234567") for number, name in enumerate(names, 1)}
_BETWEEN_WEEKDAYS = re.compile(r"周|星期|礼拜|(?<=[A-Za-z]{3})[a-z]+|[\s,，、;；/和]+")


def _weekdays(text: str) -> str:
    """Days of the week as a person writes them (周六、周日; Sat, Sun; 6 7) as their numbers, Monday is 1: "6,7"."""
    names = re.findall("[A-Za-z]{3}|[^A-Za-z]|[A-Za-z]+", _BETWEEN_WEEKDAYS.sub("", text))
    found = {_WEEKDAYS[name.lower()] for name in names}
    if len(found) == 7:
        raise ValueError(text)
    return ",".join(str(number) for number in sorted(found))


def weekdays_off(settings: Settings) -> frozenset[int]:
    """The days of the week on which nobody works, Monday is 1."""
    return frozenset(int(number) for number in settings.days_off.split(",") if number)


def _zone(name: str) -> str:
    if name:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(name)
        except (LookupError, OSError) as error:  # OSError: a folder of zones (Asia), a name too long
            raise ValueError(name) from error
    return name


def _refused(spec: Spec, raw: object) -> BadInputError:
    bounds = {"low": spec.low, "high": spec.high, "choices": ", ".join(spec.choices)}
    expected = "choice" if spec.choices else spec.kind
    return BadInputError("config.value", key=spec.key, value=_shown(raw), expected=expected, **bounds)


def _shown(raw: object) -> str:
    """The value short enough to be shown; of what is no plain value, only its kind."""
    if isinstance(raw, list | Mapping):
        return "[…]" if isinstance(raw, list) else "{…}"
    if isinstance(raw, int) and abs(raw) >= 10**80:  # Python itself refuses to write very long numbers
        return "…"
    return str(raw)[:80]


def plain(value: Any) -> str | int | float:
    """A value as TOML, JSON and the screen write it: times as HH:MM."""
    return f"{value:%H:%M}" if isinstance(value, time) else value
