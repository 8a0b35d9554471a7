"""One SQLite file, through one connection, made in one place.

The engine is sqlcipher3 (SQLCipher 4: every page encrypted with AES-256 and authenticated): its SQLite lies outside
the WAL-reset corruption range in which Python 3.11's own does (docs/adr/0001). The key comes raw from the key file.
Every acknowledged answer is on the disk before it is acknowledged: WAL with synchronous=FULL.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlcipher3 import dbapi2 as sqlite

from visitcli.domain.errors import StoreError, VisitcliError
from visitcli.files import part_of, put

if TYPE_CHECKING:
    from visitcli.store.anchor import Anchor, Head

FILE_NAME = "visitcli.db"
DAMAGED = "damaged"  # folders of files as they were when a damaged log was met
ANCHOR = "store.anchor"
RESERVE = "store.reserve"
RESERVE_BYTES = 1 << 20  # room for some sixty answers on a disk that is full
APPLICATION_ID = 0x56495343  # "VISC"
SCHEMA_VERSION = 3
BUSY_MS = 30_000  # an import of a long file holds the store for some seconds; an answer at the door waits that long

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
)

Row = tuple[Any, ...]
Done = TypeVar("Done")
Values = Sequence[object] | Mapping[str, object]  # for `?` and for `:name`


class Store:
    """An open store: the connection and where it lies. SQL is written only in this package."""

    def __init__(self, folder: Path, connection: sqlite.Connection, key: bytes) -> None:
        self.folder = folder
        self.connection = connection
        self._key = key
        self.head: Head | None = None  # of what this connection has committed, or is about to
        self.missing = 0  # saved events that were found to be missing when the store was opened

    @cached_property
    def anchor(self) -> Anchor:
        """The newest event's hash outside the database."""
        from visitcli.store.anchor import Anchor  # which needs cryptographic hashes; many commands do not

        return Anchor(self.folder, self.secret("anchor"))

    @property
    def path(self) -> Path:
        """The database file."""
        return self.folder / FILE_NAME

    @property
    def media(self) -> Path:
        """The folder of attached files, made at first use."""
        folder = self.folder / "media"
        private_folder(folder)
        return folder

    def secret(self, purpose: str) -> bytes:
        """32 bytes that follow from the store's key, for one purpose alone."""
        return secret_of(self._key, purpose)

    def all(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row of a query."""
        rows: list[Row] = self.connection.execute(sql, values).fetchall()
        return rows

    def one(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = self.connection.execute(sql, values).fetchone()
        return row

    def run(self, sql: str, values: Values = ()) -> int:
        """A statement that changes something; returns the number of rows changed."""
        return int(self.connection.execute(sql, values).rowcount)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when the block has ended. The lock is taken at once: taken later it can fail."""
        self.connection.execute("BEGIN IMMEDIATE")
        before = self.head
        try:
            yield
        except BaseException:
            self.head = before
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        if self.head is not None and self.head != before:
            self.anchor.follow(self.head)

    def with_room(self, action: Callable[[], Done]) -> Done:
        """What an action gives that is one transaction; where the disk is full, the reserve is given up and it is done
        again."""
        try:
            return action()
        except (sqlite.Error, OSError) as error:
            explained = explain(error)
            if explained is None or explained.code != "store.full" or not use_reserve(self.folder):
                raise
        return action()

    def checkpoint(self) -> None:
        """Bring everything from the write-ahead log into the database and onto the disk, the anchor with it. What
        another process is just reading stays in the log until later."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.anchor.sync()
        keep_reserve(self.folder)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self.connection.close()
        if "anchor" in self.__dict__:
            self.anchor.close()


def open_store(folder: Path, key: bytes) -> Store:
    """Open the store of a folder, making or migrating it where needed. `key`: 48 bytes, SQLCipher's raw key and salt.

    Raises StoreError: `store.newer` (made by a newer version), `store.foreign` (another program's file),
    `store.damaged`, `store.readonly`, `store.full`, `store.busy`, `store.vanished` (its anchor is there, the file is
    not).
    """
    with translated(folder / FILE_NAME):
        private_folder(folder)
        if not (folder / FILE_NAME).exists():
            _refuse_vanished(folder)
        _create_file(folder / FILE_NAME)
        store = _opened(folder, key)
        try:
            _bring_up_to_date(store)
        except BaseException:
            store.close()
            raise
        return store


def open_existing(folder: Path, key: bytes) -> Store | None:
    """The store of a folder as it stands, neither made nor migrated; None where there is none. For `doctor`.

    Raises as `open_store` does."""
    path = folder / FILE_NAME
    if not path.exists():
        _refuse_vanished(folder)
        return None
    with translated(path):
        store = _opened(folder, key)
        _refuse_foreign(store)
        return store


def keep_reserve(folder: Path) -> None:
    """Have a file that can be given up when the disk is full; where there is no room for it now, later."""
    path = folder / RESERVE
    with contextlib.suppress(OSError):
        if path.exists() and path.stat().st_size == RESERVE_BYTES:
            return
        with part_of(folder) as (part, stream):
            stream.write(os.urandom(RESERVE_BYTES))  # what is all alike would take no room on some disks
            put(part, stream, path)


def use_reserve(folder: Path) -> bool:
    """Give the reserve up; whether there was one."""
    try:
        (folder / RESERVE).unlink()
    except OSError:
        return False
    return True


def _refuse_vanished(folder: Path) -> None:
    if (folder / ANCHOR).exists():
        raise StoreError("store.vanished", path=str(folder / FILE_NAME))


def open_file(path: Path, key: bytes) -> Store:
    """A copy of a store under a name of its own, as it stands. Raises as `open_store` does."""
    store = Store(path.parent, _connect(path, key), key)
    _refuse_foreign(store)
    return store


def secret_of(key: bytes, purpose: str) -> bytes:
    """32 bytes that follow from a store's key, for one purpose alone (HMAC-SHA-256 as a key derivation)."""
    import hmac

    return hmac.digest(key, b"visitcli " + purpose.encode(), "sha256")


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def _create_file(path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _opened(folder: Path, key: bytes) -> Store:
    """The store, and a copy of its files where its log is damaged: SQLite drops what comes after the damage and removes
    the log with it, though most can still be read (store/salvage.py)."""
    log = folder / f"{FILE_NAME}-wal"
    was_left = log.exists() and log.stat().st_size > 0
    store = Store(folder, _connect(folder / FILE_NAME, key), key)
    if was_left:
        with contextlib.suppress(sqlite.Error, OSError):  # what is worse than this, other checks say
            from visitcli.store.journal import newest

            known, last = store.anchor.read(), newest(store)
            if known is not None and last.seq < known.seq:
                store.missing = known.seq - last.seq
                _keep_evidence(folder, last.seq)
    return store


def _keep_evidence(folder: Path, last: int) -> None:
    """The folder's name ends with the number of the newest event that can be read."""
    import shutil
    import time

    kept = folder / f"{DAMAGED}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{last}"
    private_folder(kept)
    for name in (FILE_NAME, f"{FILE_NAME}-wal", ANCHOR):
        with contextlib.suppress(FileNotFoundError):
            shutil.copy(folder / name, kept / name)
            (kept / name).chmod(0o600)


def _connect(path: Path, key: bytes) -> sqlite.Connection:
    # mode=rw: a file that has vanished must be an error, never a new and empty store.
    connection = sqlite.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if not connection.execute("PRAGMA cipher_version").fetchone():  # another engine would ignore the key without a word
        raise StoreError("store.no_cipher", path=str(path))
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    return connection


def _refuse_foreign(store: Store) -> int:
    # One statement, so that another process which makes the store at this moment is seen before or after it, not half.
    row = store.one(
        "SELECT v.user_version, a.application_id, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_user_version v, pragma_application_id a"
    )
    version, owner, tables = (int(value) for value in row or (0, 0, 0))
    if owner != APPLICATION_ID and (version or tables):
        raise StoreError("store.foreign", path=str(store.path))
    if version > SCHEMA_VERSION:
        raise StoreError("store.newer", path=str(store.path), found=version, known=SCHEMA_VERSION)
    return version


def _bring_up_to_date(store: Store) -> None:
    version = _refuse_foreign(store)
    if version == SCHEMA_VERSION:
        return
    from visitcli.store.migrations import migrate

    migrate(store, version)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite or the disk says into a StoreError that names the file."""
    try:
        yield
    except VisitcliError:
        raise
    except (sqlite.Error, OSError) as error:
        translation = explain(error, path)
        if translation is None:
            raise
        raise translation from error


_BY_NAME = {
    "SQLITE_FULL": "store.full",
    "SQLITE_NOTADB": "store.damaged",
    "SQLITE_CORRUPT": "store.damaged",
    "SQLITE_READONLY": "store.readonly",
    "SQLITE_CANTOPEN": "store.readonly",
    "SQLITE_PERM": "store.readonly",
    "SQLITE_BUSY": "store.busy",
    "SQLITE_LOCKED": "store.busy",
    "SQLITE_IOERR": "store.disk",
}


_BY_TEXT = {
    "disk is full": "store.full",
    "not a database": "store.damaged",
    "malformed": "store.damaged",
    "readonly": "store.readonly",
    "unable to open": "store.readonly",
    "locked": "store.busy",
    "disk I/O": "store.disk",
}


def explain(error: BaseException, path: Path | None = None) -> StoreError | None:
    """The StoreError for what SQLite or the disk said; None where it is a bug and not the store's state."""
    where = str(path) if path else FILE_NAME
    if isinstance(error, sqlite.Error):
        name = getattr(error, "sqlite_errorname", "") or ""
        code = next((code for prefix, code in _BY_NAME.items() if name.startswith(prefix)), None)
        code = code or next((code for text, code in _BY_TEXT.items() if text in str(error)), None)
        return StoreError(code, path=where, reason=str(error)) if code else None
    if isinstance(error, OSError):
        import errno

        codes = {errno.ENOSPC: "store.full", errno.EDQUOT: "store.full", errno.EROFS: "store.readonly"}
        codes |= {errno.EACCES: "store.readonly", errno.EPERM: "store.readonly", errno.EIO: "store.disk"}
        codes |= {errno.ENOTDIR: "store.readonly", errno.EEXIST: "store.readonly", errno.EFBIG: "store.full"}
        code = codes.get(error.errno or 0)
        return StoreError(code, path=error.filename or where, reason=error.strerror or "") if code else None
    return None
