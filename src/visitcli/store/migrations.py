"""The schema and how it grows: sqlite-utils' migrations, one transaction for all that are pending.

`user_version` is the number of migrations applied, so that an everyday command can tell with one PRAGMA that there
is nothing to do, and never imports sqlite-utils.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlcipher3

from visitcli.store.database import APPLICATION_ID, SCHEMA_VERSION, Store, keep_reserve

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

WAL_TRIES = 100
_FIRST = (
    "CREATE TABLE device (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """CREATE TABLE imports (
        import_id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        crs TEXT NOT NULL,
        row_count INTEGER NOT NULL,
        summary TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE rejected_rows (
        import_id INTEGER NOT NULL REFERENCES imports (import_id),
        row INTEGER NOT NULL,
        field TEXT NOT NULL,
        code TEXT NOT NULL,
        raw TEXT NOT NULL
    ) STRICT""",
    # What lists and today need stands in columns; the whole case as the office gave it is `body`.
    """CREATE TABLE cases (
        case_id TEXT PRIMARY KEY,
        status TEXT NOT NULL CHECK (status IN ('open', 'closed', 'withdrawn')),
        stage TEXT NOT NULL,
        name TEXT NOT NULL,
        days_overdue INTEGER,
        overdue_fen INTEGER,
        assigned_date TEXT,
        return_date TEXT,
        promise_due TEXT,
        import_id INTEGER NOT NULL REFERENCES imports (import_id),
        body TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX cases_by_status ON cases (status, promise_due)",
    # Scripts (later rule packs) that visits began with, each kept once under the hash of its text.
    "CREATE TABLE documents (sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT",
    """CREATE TABLE visits (
        visit_id TEXT PRIMARY KEY,
        case_id TEXT NOT NULL REFERENCES cases (case_id),
        status TEXT NOT NULL CHECK (status IN ('open', 'paused', 'correcting', 'completed', 'stopped')),
        agent TEXT NOT NULL,
        partner TEXT NOT NULL,
        script_sha256 TEXT NOT NULL REFERENCES documents (sha256),
        started_at TEXT NOT NULL,
        ended_at TEXT,
        outcome TEXT,
        stop_code TEXT,
        promise_due TEXT,
        promise_fen INTEGER,
        hold_code TEXT,
        hold_until TEXT,
        revision INTEGER NOT NULL DEFAULT 1,
        record TEXT
    ) STRICT""",
    "CREATE INDEX visits_by_case ON visits (case_id, started_at)",
    "CREATE UNIQUE INDEX one_open_visit_a_case ON visits (case_id) WHERE status IN ('open', 'paused')",
    "CREATE INDEX visits_by_status ON visits (status)",
    "CREATE INDEX visits_by_start ON visits (started_at)",
    "CREATE INDEX visits_by_promise ON visits (promise_due) WHERE promise_due IS NOT NULL",
    # What counts as a record (store/packages.py), without walking the records themselves.
    "CREATE INDEX visits_recorded ON visits (visit_id, revision) WHERE record IS NOT NULL",
    """CREATE TABLE contacts (
        contact_id TEXT PRIMARY KEY,
        case_id TEXT NOT NULL REFERENCES cases (case_id),
        by TEXT NOT NULL CHECK (by IN ('phone', 'message', 'letter')),
        result TEXT NOT NULL,
        note TEXT NOT NULL,
        agent TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX contacts_by_case ON contacts (case_id, at)",
    """CREATE TABLE media (
        visit_id TEXT NOT NULL REFERENCES visits (visit_id),
        question TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        file TEXT NOT NULL,
        original_name TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (visit_id, question, sha256)
    ) STRICT""",
    # The journal. `digest` is a salted hash of the payload, which lies apart so that it can be erased by law while
    # the chain over the digests still stands.
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        case_id TEXT NOT NULL,
        visit_id TEXT,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        digest BLOB NOT NULL,
        chain BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX events_by_visit ON events (visit_id, seq)",
    """CREATE TABLE payloads (
        seq INTEGER PRIMARY KEY REFERENCES events (seq),
        salt BLOB NOT NULL,
        body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE plans (
        plan_id TEXT PRIMARY KEY,
        date TEXT NOT NULL,
        at TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX plans_by_date ON plans (date, at)",
    """CREATE TABLE packages (
        package_id TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        records INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE package_records (
        package_id TEXT NOT NULL REFERENCES packages (package_id),
        record_id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (record_id, revision, package_id)
    ) STRICT""",
    """CREATE TABLE receipts (
        package_id TEXT PRIMARY KEY REFERENCES packages (package_id),
        sha256 TEXT NOT NULL,
        received_at TEXT NOT NULL,
        taken_at TEXT NOT NULL
    ) STRICT""",
)
# What calendar files said last of each visit: the sequence numbers must outlive the files. No customer is named.
_CALENDAR = (
    """CREATE TABLE calendar (
        uid TEXT PRIMARY KEY,
        date TEXT NOT NULL,
        begins TEXT NOT NULL,
        ends TEXT NOT NULL,
        digest TEXT NOT NULL,
        changed TEXT NOT NULL,
        sequence INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX calendar_by_date ON calendar (date)",
)
# The public holidays of a year, read once; and holds set or cleared here (an import replaces the case file's own).
_RULES = (
    """CREATE TABLE holiday_years (
        land TEXT NOT NULL,
        year INTEGER NOT NULL,
        estimated INTEGER NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (land, year)
    ) STRICT""",
    """CREATE TABLE holidays (
        land TEXT NOT NULL,
        date TEXT NOT NULL,
        name_zh TEXT NOT NULL,
        name_en TEXT NOT NULL,
        PRIMARY KEY (land, date)
    ) STRICT""",
    """CREATE TABLE holds (
        hold_id TEXT PRIMARY KEY,
        case_id TEXT NOT NULL,
        visit_id TEXT REFERENCES visits (visit_id),
        code TEXT NOT NULL,
        since TEXT,
        until TEXT,
        reason TEXT NOT NULL,
        agent TEXT NOT NULL,
        at TEXT NOT NULL,
        cleared_at TEXT,
        cleared_by TEXT,
        cleared_reason TEXT
    ) STRICT""",
    "CREATE INDEX holds_by_case ON holds (case_id)",
)


def migrate(store: Store, version: int) -> None:
    """Bring the schema from `version` to the newest; a store that holds something is backed up first."""
    database, migrations = _sqlite_utils(store)
    if version:
        from visitcli.store.copies import copy

        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        copy(store, store.folder / f"visitcli-{stamp}-before-schema-{SCHEMA_VERSION}.backup.db")
    _write_ahead(store)
    with store.transaction():
        row = store.one("PRAGMA user_version")
        if row and row[0] == SCHEMA_VERSION:  # another process was faster
            return
        migrations.apply(database)
        store.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        store.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    keep_reserve(store.folder)
    if not store.anchor.exists:
        from visitcli.store.journal import newest

        store.anchor.replace(newest(store))


def _write_ahead(store: Store) -> None:
    """Switch to WAL. SQLite does not wait for this lock by itself when another process makes the store too."""
    for attempt in range(WAL_TRIES):
        try:
            store.connection.execute("PRAGMA journal_mode = WAL")
        except sqlcipher3.dbapi2.OperationalError:
            if attempt == WAL_TRIES - 1:
                raise
            time.sleep(0.05)
        else:
            return


def _sqlite_utils(store: Store) -> tuple[Database, Migrations]:
    # sqlite-utils catches the exception classes of the module it finds under this name; with the standard library's
    # it would leave transactions open on our connection and lose acknowledged writes.
    sys.modules["pysqlite3"] = sqlcipher3
    sys.modules["pysqlite3.dbapi2"] = sqlcipher3.dbapi2
    from sqlite_utils import Database, Migrations

    migrations = Migrations("visitcli")

    @migrations()
    def first(database: Database) -> None:
        for statement in _FIRST:
            database.execute(statement)

    @migrations()
    def calendar(database: Database) -> None:
        for statement in _CALENDAR:
            database.execute(statement)

    @migrations()
    def rules(database: Database) -> None:
        for statement in _RULES:
            database.execute(statement)

    return Database(store.connection), migrations
