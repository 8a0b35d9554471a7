"""A plan as a calendar: read back by icalendar, and what a calendar is told when the plan changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.plans import BEIJING, day, plan, stop

from visitcli.domain.calendar import Entry
from visitcli.formats.ics import ics
from visitcli.words import LANGUAGES, Words

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=BEIJING)


def write(
    document: Mapping[str, Any], before: Mapping[str, Entry] | None = None, language: str = "zh", minutes: int = 0
) -> tuple[bytes, dict[str, Entry]]:
    now = NOW + timedelta(minutes=minutes)
    return ics(document, Words(language), agent="A007", before=before or {}, now=now)


def events(content: bytes) -> list[Any]:
    found = icalendar.Calendar.from_ical(content)
    assert not found.errors
    assert all(not event.errors for event in found.walk("VEVENT"))
    refuse_long_lines(content)
    return list(found.walk("VEVENT"))


def refuse_long_lines(content: bytes) -> None:
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert all(line and len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_is_an_event(language: str) -> None:
    content, _ = write(plan(day(stop(1, approximate=True, radius_m=2500))), language=language)
    (event,) = events(content)
    assert event["SUMMARY"] == {"zh": "拜访 王**", "en": "Visit: 王**"}[language]
    assert event["DTSTART"].dt == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == NOW
    assert event["GEO"].to_ical() == "31.29;121.18"
    assert event["LOCATION"].startswith("上海市嘉定区安亭镇无名1路1号")
    assert "2.5" in event["LOCATION"]
    assert (event["STATUS"], event["CLASS"], event["SEQUENCE"]) == ("CONFIRMED", "PRIVATE", 0)
    text = content.decode().replace("\r\n ", "")
    assert not any(secret in text for secret in ("建国", "12,880", "逾期", "SH-0001"))


def test_only_an_appointment_rings_when_it_is_time_to_set_off() -> None:
    found = events(write(plan(day(stop(1), stop(2, locked=True), stop(3, locked=True, status="done"))))[0])
    alarms = [event.walk("VALARM") for event in found]
    assert [len(alarm) for alarm in alarms] == [0, 1, 0]
    assert alarms[1][0]["TRIGGER"].dt == timedelta(minutes=-26)  # 15 min 1 s of travel, and ten in hand


def test_the_same_plan_gives_the_same_bytes_at_any_time() -> None:
    document = plan(day(stop(1), stop(2)))
    first, after = write(document)
    again, after_again = write(document, after, minutes=50)
    assert first == again
    assert after == after_again


@pytest.mark.parametrize(
    "changed",
    [
        {"start": "2026-11-23T09:05:00+08:00"},
        {"leave": "2026-11-23T09:35:00+08:00"},
        {"lat": 31.3},
        {"address": "上海市嘉定区无名路9号"},
        {"approximate": True},
    ],
)
def test_a_visit_that_moves_keeps_its_uid_and_raises_its_number(changed: dict[str, Any]) -> None:
    old, after = write(plan(day(stop(1), stop(2))))
    new, _ = write(plan(day(stop(1, **changed), stop(2))), after, minutes=50)
    (first, second), (moved, same) = events(old), events(new)
    assert moved["UID"] == first["UID"]
    assert (moved["SEQUENCE"], same["SEQUENCE"]) == (1, 0)
    assert moved["DTSTAMP"].dt == NOW + timedelta(minutes=50)
    assert same == second


def test_the_order_of_numbers_and_the_reasons_are_no_change() -> None:
    old, after = write(plan(day(stop(1))))
    assert write(plan(day({**stop(1), "seq": 4, "reasons": [], "score": 99.0})), after, minutes=9)[0] == old


def test_a_visit_that_fell_out_is_cancelled_once_and_may_come_back() -> None:
    full, without = plan(day(stop(1), stop(2))), plan(day(stop(2)))
    _, after = write(full)
    gone, after = write(without, after, minutes=1)
    cancelled, kept = events(gone)
    assert (cancelled["STATUS"], cancelled["SEQUENCE"], kept["STATUS"]) == ("CANCELLED", 1, "CONFIRMED")
    assert cancelled["DTSTART"].dt == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert cancelled["SUMMARY"] == "拜访已取消"
    assert write(without, after, minutes=2) == (gone, after)
    back, _ = write(full, after, minutes=3)
    assert [(event["STATUS"], event["SEQUENCE"]) for event in events(back)] == [("CONFIRMED", 2), ("CONFIRMED", 0)]


def test_another_day_and_another_agent_have_events_of_their_own() -> None:
    _, one = write(plan(day(stop(1))))
    tomorrow, _ = write(plan(day(stop(1), date="2026-11-24")))
    assert events(tomorrow)[0]["UID"] not in one
    theirs = ics(plan(day(stop(1))), Words("zh"), agent="A008", before={}, now=NOW)[1]
    assert not one.keys() & theirs.keys()


def test_a_case_visited_twice_on_a_day_has_two_events() -> None:
    done, evening = stop(1, "SH-0001", status="done"), stop(2, "SH-0001")
    content, after = write(plan(day(done, evening)))
    assert len({event["UID"] for event in events(content)}) == len(after) == 2


def test_a_day_without_a_visit_is_still_a_calendar() -> None:
    content, after = write(plan(day()))
    assert (events(content), after) == ([], {})
    assert [part.name for part in icalendar.Calendar.from_ical(content).subcomponents] == ["VTIMEZONE"]


@given(st.text(), st.text())
def test_any_name_and_address_can_be_written(name: str, address: str) -> None:
    (event,) = events(write(plan(day(stop(1, name=name, address=address))))[0])
    assert event["SUMMARY"].startswith("拜访")
    assert set("".join(event.get("LOCATION", "").split())) <= set(address)


def test_what_has_no_place_has_none() -> None:
    (event,) = events(write(plan(day(stop(1, lat=None, lon=None, address=""))))[0])
    assert "GEO" not in event
    assert "LOCATION" not in event
