"""A plan as a calendar file (iCalendar, RFC 5545), one event a stop, that can be opened again after every replan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from visitcli.domain.calendar import Entry, revised, uid_of
from visitcli.formats.shared_plan import Day, Plan, Say, Stop, is_locked, name_of, place_of, position, stops_of, utc

FOLD = 75  # octets of a line, its end not counted (RFC 5545, 3.1)
IN_HAND_MIN = 10  # the alarm for an appointment goes off this long before it is time to set off
# RFC 5545, 3.4, wants at least one component; a day without a visit has this one.
_NO_EVENT = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def ics(
    plan: Plan, say: Say, *, agent: str, before: Mapping[str, Entry], now: datetime
) -> tuple[bytes, dict[str, Entry]]:
    """The file's bytes, and what is to be kept once it is written, by UID.

    `before`: what was last written of these days. The same plan gives the same bytes: an event's DTSTAMP is when it was
    last changed. A visit that is planned no more stays in the file as cancelled.
    """
    changed = now.astimezone(UTC).isoformat(timespec="seconds")
    stops = dict(_entries(plan, agent, changed))
    entries = revised(stops, before, [day["date"] for day in plan["days"]], changed)
    by_uid = {entry.uid: stop for entry, stop in stops.items()}
    ordered = sorted(entries.values(), key=lambda entry: (utc(entry.begins), entry.uid))
    events = [line for entry in ordered for line in _event(entry, by_uid.get(entry.uid), say)]
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//visitcli//visitcli//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(say('share.title'))}",
        *(events or _NO_EVENT),
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines), entries


def _entries(plan: Plan, agent: str, changed: str) -> Iterator[tuple[Entry, Stop]]:
    seen: Counter[tuple[str, str]] = Counter()
    for day, stop in stops_of(plan):
        visit = day["date"], stop["case_id"]
        seen[visit] += 1
        yield _entry(day, stop, uid_of(agent, *visit, seen[visit]), changed), stop


def _entry(day: Day, stop: Stop, uid: str, changed: str) -> Entry:
    begins, ends = utc(stop["start"]).isoformat(), utc(stop["leave"]).isoformat()
    place = stop["address"], stop["approximate"], stop["radius_m"]
    matters = (begins, ends, position(stop), place, _alarm_min(stop))
    digest = sha256(repr(matters).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Entry(uid=uid, date=day["date"], begins=begins, ends=ends, digest=digest, changed=changed)


def _alarm_min(stop: Stop) -> int | None:
    """Minutes before an appointment at which to set off, and a few in hand; None where there is none to keep."""
    if not is_locked(stop) or stop["status"] != "planned":
        return None
    return -(-int(stop["travel_s"]) // 60) + IN_HAND_MIN


def _event(entry: Entry, stop: Stop | None, say: Say) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_stamp(entry.changed)}"
    yield f"LAST-MODIFIED:{_stamp(entry.changed)}"
    yield f"DTSTART:{_stamp(entry.begins)}"
    yield f"DTEND:{_stamp(entry.ends)}"
    yield "CLASS:PRIVATE"
    if stop is None:
        yield "STATUS:CANCELLED"
        yield f"SUMMARY:{_escaped(say('share.cancelled'))}"
    else:
        yield "STATUS:CONFIRMED"
        yield f"SUMMARY:{_escaped(say('share.visit', name=name_of(stop)))}"
        yield from _where(stop, say)
        yield from _alarm(stop, say)
    yield "END:VEVENT"


def _where(stop: Stop, say: Say) -> Iterator[str]:
    if stop["address"]:
        yield f"LOCATION:{_escaped(place_of(stop, say))}"
    found = position(stop)
    if found:
        yield f"GEO:{found[0]:.6f};{found[1]:.6f}"


def _alarm(stop: Stop, say: Say) -> Iterator[str]:
    minutes = _alarm_min(stop)
    if minutes is None:
        return
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:-PT{minutes}M"
    yield f"DESCRIPTION:{_escaped(say('share.visit', name=name_of(stop)))}"
    yield "END:VALARM"


def _stamp(moment: str) -> str:
    return f"{utc(moment):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11; line ends are gone already."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """The line with its end, broken so that no part is longer than 75 octets and no character is cut."""
    parts, room = [b""], FOLD
    for character in line:
        octets = character.encode()
        if len(parts[-1]) + len(octets) > room:
            parts.append(b"")
            room = FOLD - 1  # the blank that begins a continued line counts
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"
