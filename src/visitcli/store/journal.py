"""The journal: what an agent records, event by event, append-only and chained.

An event's row keeps its number, kind, time and a salted SHA-256 of its payload; `chain` is SHA-256 over the chain
before it and the row. The payload lies in a table of its own: erased by law, it leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from visitcli.domain.session import Event
from visitcli.store.database import Store

GENESIS = bytes(32)


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
    last = store.one("SELECT chain FROM events ORDER BY seq DESC LIMIT 1")
    chain = link(last[0] if last else GENESIS, case_id, visit_id, kind, at, digest)
    row = store.one(
        "INSERT INTO events (case_id, visit_id, kind, at, digest, chain) VALUES (?, ?, ?, ?, ?, ?) RETURNING seq",
        (case_id, visit_id, kind, at, digest, chain),
    )
    assert row is not None  # noqa: S101 - RETURNING gives a row
    store.run("INSERT INTO payloads (seq, salt, body) VALUES (?, ?, ?)", (row[0], salt, body))
    return Event(seq=row[0], kind=kind, at=at, payload=payload)


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
