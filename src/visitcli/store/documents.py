"""Scripts (later rule packs) that visits began with, each kept once under the hash of its text."""

from __future__ import annotations

import hashlib

from visitcli.store.database import Store


def keep(store: Store, kind: str, text: str) -> str:
    """Keep a document inside the caller's transaction; returns its SHA-256 in hex."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    store.run("INSERT OR IGNORE INTO documents (sha256, kind, body) VALUES (?, ?, ?)", (sha256, kind, text))
    return sha256


def text(store: Store, sha256: str) -> str:
    """The document of a hash that a visit refers to."""
    row = store.one("SELECT body FROM documents WHERE sha256 = ?", (sha256,))
    if row is None:
        raise KeyError(sha256)
    return str(row[0])
