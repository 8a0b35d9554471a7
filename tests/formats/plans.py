"""Plans as `plan` gives them, made up."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

BEIJING = timezone(timedelta(hours=8))


def stop(seq: int = 1, case_id: str = "", **changed: Any) -> dict[str, Any]:
    """A stop of the first day: half an hour, from nine on one after the other."""
    start = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING) + timedelta(minutes=45 * (seq - 1))
    return {
        "seq": seq,
        "case_id": case_id or f"SH-{seq:04d}",
        "name": "王建国",
        "address_kind": "home",
        "address": f"上海市嘉定区安亭镇无名{seq}路1号",
        "lat": 31.28 + seq / 100,
        "lon": 121.16 + seq / 50,
        "crs": "gcj02",
        "approximate": False,
        "radius_m": None,
        "visit_kind": "first_visit",
        "status": "planned",
        "arrive": start.isoformat(),
        "start": start.isoformat(),
        "leave": (start + timedelta(minutes=30)).isoformat(),
        "travel_m": 3000,
        "travel_s": 901,
        "score": 12.5,
        "reasons": [{"code": "overdue", "message": "逾期 95 天"}, {"code": "amount", "message": "逾期 12,880.00 元"}],
        **changed,
    }


def day(*stops: dict[str, Any], date: str = "2026-11-23", **changed: Any) -> dict[str, Any]:
    """A day that begins and ends at home."""
    home = {"lat": 31.2304, "lon": 121.4737, "radius_m": None}
    return {
        "date": date,
        "start": {"at": f"{date}T08:30:00+08:00", **home},
        "end": {"at": f"{date}T18:00:00+08:00", **home},
        "stops": list(stops),
        "breaks": [],
        "totals": {
            "score": 1.0, "travel_m": 9000, "travel_s": 2700, "service_s": 3600, "ends": f"{date}T17:12:00+08:00"
        },
        **changed,
    }  # fmt: skip


def plan(*days: dict[str, Any]) -> dict[str, Any]:
    """The contract's document."""
    return {"plan_id": "p", "seed": 1, "cut": None, "days": list(days), "left_out": [], "warnings": []}
