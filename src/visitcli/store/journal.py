"""The journal: what an agent records, event by event, append-only and chained.

An event's row keeps its number, kind, time and a salted SHA-256 of its payload; `chain` is SHA-256 over the chain
before it and the row. The payload lies in a table of its own: erased by law, it leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from visitcli.domain.session import Event
from visitcli.store import device
from visitcli.store.anchor import Head
from visitcli.store.database import Store

GENESIS = bytes(32)
_GAP = "gap."


def append(
    store: Store,
    *,
    case_id: str,
    visit_id: str | None,
    kind: str,
    at: str,
    payload: dict[str, Any],
    random_bytes: Callable[[int], bytes],
) -> Event:
    """Add one event inside the caller's transaction and return it with its number.

    `at`: ISO 8601 with offset. `random_bytes(n)` gives the salt. Durable once the transaction has ended.
    """
    body = canonical(payload)
    salt = random_bytes(16)
    digest = hashlib.sha256(salt + body.encode()).digest()
    last = newest(store)
    seq = 1 + (last.seq if store.head else _after_the_missing(store, last, at))
    chain = link(last.chain, case_id, visit_id, kind, at, digest)
    store.run(
        "INSERT INTO events (seq, case_id, visit_id, kind, at, digest, chain) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq, case_id, visit_id, kind, at, digest, chain),
    )
    store.run("INSERT INTO payloads (seq, salt, body) VALUES (?, ?, ?)", (seq, salt, body))
    store.head = Head(seq, chain)
    return Event(seq=seq, kind=kind, at=at, payload=payload)


def newest(store: Store) -> Head:
    """Number and chain of the newest event; number 0 and the beginning of the chain where there is none."""
    row = store.one("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1")
    return Head(*row) if row else Head(0, GENESIS)


def holds(store: Store, head: Head) -> bool:
    """Whether the journal has had this head: the event of that number, with that chain."""
    if head.seq == 0:
        return True
    row = store.one("SELECT chain FROM events WHERE seq = ?", (head.seq,))
    return row is not None and bytes(row[0]) == head.chain


def chain_at(store: Store, seq: int) -> bytes:
    """The chain at an event; empty where there is none of that number."""
    row = store.one("SELECT chain FROM events WHERE seq = ?", (seq,))
    return bytes(row[0]) if row else b""


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the journal had lost its newest events: it went on after number `found`, though `expected` had been
    saved; noticed `at`."""

    found: int
    expected: int
    at: str


def gaps(store: Store) -> list[Gap]:
    """Every such place, in the order in which they were noticed."""
    return [Gap(**json.loads(text)) for key, text in sorted(device.read(store).items()) if key.startswith(_GAP)]


def _after_the_missing(store: Store, last: Head, at: str) -> int:
    """The number after which to go on. Where the anchor knows of more than the journal holds, that is written down for
    good, and no number that an agent has been told is given again. Recording goes on: the customer stands at the door.
    """
    known = store.anchor.read()
    if known is None or holds(store, known):
        return last.seq
    note_gap(store, last, known, at)
    store.missing = max(0, known.seq - last.seq)
    return max(last.seq, known.seq)


def note_gap(store: Store, last: Head, known: Head, at: str) -> None:
    """Write down, inside the caller's transaction, that the journal goes on after `last` though `known` was saved."""
    gap = Gap(last.seq, known.seq, at)
    device.write(store, {f"{_GAP}{known.seq:012d}-{last.seq:012d}": json.dumps(asdict(gap))})


def missing(store: Store, known: int) -> int:
    """How many events up to a number are not there, those apart whose loss is written down already."""
    row = store.one("SELECT count(*) FROM events WHERE seq <= ?", (known,))
    noted = sum(gap.expected - gap.found for gap in gaps(store) if gap.expected <= known)
    return max(0, known - (int(row[0]) if row else 0) - noted)


def without_payload(store: Store) -> list[int]:
    """Events whose payload is gone though no erasure speaks of their case."""
    return [
        seq
        for (seq,) in store.all(
            "SELECT e.seq FROM events e LEFT JOIN payloads p USING (seq) WHERE p.seq IS NULL AND e.case_id NOT IN"
            " (SELECT j.value FROM events x JOIN payloads y USING (seq), json_each(y.body, '$.cases') j"
            "  WHERE x.kind = 'erased') ORDER BY e.seq"
        )
    ]


def visits_without_row(store: Store) -> list[tuple[str, str]]:
    """Case and visit of every visit that the journal knows and the projection does not; erased ones apart."""
    return store.all(
        "SELECT DISTINCT e.case_id, e.visit_id FROM events e JOIN payloads USING (seq)"
        " WHERE e.kind = 'begun' AND e.visit_id IS NOT NULL AND e.visit_id NOT IN (SELECT visit_id FROM visits)"
        " ORDER BY e.seq"
    )


def of_visit(store: Store, visit_id: str, after: int = 0) -> list[Event]:
    """The events of one visit in the order in which they were recorded, those after a number."""
    rows = store.all(
        "SELECT e.seq, e.kind, e.at, p.body FROM events e JOIN payloads p ON p.seq = e.seq"
        " WHERE e.visit_id = ? AND e.seq > ? ORDER BY e.seq",
        (visit_id, after),
    )
    return [Event(seq=seq, kind=kind, at=at, payload=json.loads(body)) for seq, kind, at, body in rows]


def canonical(payload: dict[str, Any]) -> str:
    """The one text of a payload: sorted keys, no spaces, UTF-8 as it stands."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(before: bytes, case_id: str, visit_id: str | None, kind: str, at: str, digest: bytes) -> bytes:
    """The chain's next hash: SHA-256 over the one before and the fields of the row, each with its length."""
    digester = hashlib.sha256(before)
    for part in (case_id.encode(), (visit_id or "").encode(), kind.encode(), at.encode(), digest):
        digester.update(len(part).to_bytes(4, "big") + part)
    return digester.digest()


def broken_links(store: Store) -> Iterable[int]:
    """The numbers of events whose chain or payload does not fit; nothing where the journal is whole."""
    before = GENESIS
    for seq, case_id, visit_id, kind, at, digest, chain, salt, body in store.connection.execute(
        "SELECT e.seq, e.case_id, e.visit_id, e.kind, e.at, e.digest, e.chain, p.salt, p.body"
        " FROM events e LEFT JOIN payloads p ON p.seq = e.seq ORDER BY e.seq"
    ):
        fits = chain == link(before, case_id, visit_id, kind, at, digest)
        if body is not None:
            fits = fits and digest == hashlib.sha256(salt + body.encode()).digest()
        if not fits:
            yield seq
        before = chain
