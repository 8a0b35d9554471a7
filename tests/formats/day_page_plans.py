"""Made-up plans for the day page, in the contract's shape: as many stops as wanted, around Shanghai or elsewhere."""

from __future__ import annotations

import random
from typing import Any

TOWNS = ("安亭镇", "南翔镇", "马陆镇", "徐行镇", "华亭镇", "外冈镇", "新成路街道", "嘉定镇街道")
STREETS = ("无名一路", "无名二路", "无名三路", "无名四路", "无名五路", "无名六路")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
KINDS = ("first_visit", "follow_up", "promise_check")
REASONS = {
    "zh": ("逾期 95 天", "逾期 26,324.29 元", "承诺当天还款（2026-11-24）"),
    "en": ("95 days overdue", "¥26,324.29 overdue", "promised to pay on this day (2026-11-24)"),
}


def at(minutes: int, day: str = "2026-11-24") -> str:
    """A moment of the day, minutes after midnight."""
    return f"{day}T{minutes // 60:02}:{minutes % 60:02}:00+08:00"


def stop(seq: int, *, language: str = "zh", seed: int = 1, **changes: Any) -> dict[str, Any]:
    """One stop ahead; every value can be given."""
    random_ = random.Random(seed * 1000 + seq)
    begins = 540 + seq * 8
    made = {
        "seq": seq,
        "case_id": f"SH-{seq:04}",
        "name": f"{random_.choice(SURNAMES)}晓{random_.choice('雯东敏强')}",
        "address_kind": "work" if seq % 3 == 0 else "home",
        "address": f"上海市嘉定区{random_.choice(TOWNS)}{random_.choice(STREETS)}{1000 + seq}号",
        "lat": round(31.33 + random_.gauss(0, 0.04), 6),
        "lon": round(121.25 + random_.gauss(0, 0.05), 6),
        "crs": "gcj02",
        "approximate": seq % 5 == 0,
        "radius_m": 4000 if seq % 5 == 0 else None,
        "visit_kind": KINDS[seq % 3],
        "status": "planned",
        "arrive": at(begins),
        "start": at(begins + 1),
        "leave": at(begins + 6),
        "travel_m": 1000 + seq * 37,
        "travel_s": 300 + seq * 7,
        "buffer_s": 60,
        "chance": 0.4,
        "score": 50.0,
        "reasons": [{"code": f"r{n}", "message": message} for n, message in enumerate(REASONS[language])],
    }
    return {**made, **changes}


def done_stop(seq: int, **changes: Any) -> dict[str, Any]:
    """One stop that was made already, as the plan carries it."""
    made = stop(seq, status="done", travel_m=0, travel_s=0, score=0.0, reasons=[])
    del made["chance"], made["buffer_s"]
    return {**made, **changes}


def day(stops: list[dict[str, Any]], *, date: str = "2026-11-24", **changes: Any) -> dict[str, Any]:
    """A day with these stops, a start and a lunch break."""
    made = {
        "date": date,
        "start": {"at": at(540, date), "lat": 31.2304, "lon": 121.4737, "radius_m": None},
        "end": {"at": at(1080, date), "lat": None, "lon": None, "radius_m": None},
        "stops": stops,
        "breaks": [{"start": at(560, date), "end": at(620, date)}],
        "totals": {"score": 100.0, "travel_m": 42_704, "travel_s": 11_532, "service_s": 16_800, "ends": at(1072, date)},
    }
    return {**made, **changes}


def plan(*days: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A plan of these days."""
    left_out = [
        {"case_id": "SH-0901", "code": "no_time_left", "message": "时间不够，最弱的一站更值"},
        {"case_id": "SH-0902", "code": "no_time_left", "message": "时间不够，最弱的一站更值"},
        {"case_id": "SH-0903", "code": "not_open", "message": "已结清"},
    ]
    made = {
        "plan_id": "01a20ada-2c00-7dac-b160-415160b7bd45",
        "seed": 1,
        "cut": None,
        "days": list(days),
        "left_out": left_out,
        "warnings": [{"code": "promise_left_out", "message": "承诺当天还款但没排进，请打电话跟进：SH-0901"}],
    }
    return {**made, **changes}


def many(count: int, language: str = "zh") -> dict[str, Any]:
    """A plan of one day with so many stops."""
    return plan(day([stop(seq, language=language) for seq in range(1, count + 1)]))
