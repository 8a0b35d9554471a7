"""The key of the store, wrapped in a file of its own: one slot for the passphrase, one for the recovery code, and where
the office has given its public key, one that only the office opens (age v1, engines/sealing.py).

The key is 48 random bytes (SQLCipher's raw key and salt). Each slot seals it with ChaCha20-Poly1305 (RFC 8439) under a
key that Argon2id (RFC 9106, second recommended option: 3 passes, 64 MiB, 4 lanes) derives from what a person knows. A
checksum tells a damaged file from a wrong passphrase; the file is kept twice, since without it the store is lost.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from base64 import b32encode
from binascii import crc32, unhexlify
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from visitcli.domain.errors import StoreError
from visitcli.files import part_of, put

FILE_NAME = "store.key"
COPY_NAME = "store.key.copy"
KEY_BYTES = 48
SHORTEST = 8  # characters of a passphrase
LONGEST = 1024
_CODE_BYTES = 20
_CODE_GROUP = 4
_LARGEST_FILE = 64 * 1024
_LARGEST_MEMORY = 4 * 1024 * 1024  # KiB: a file that asks for more has not been written by us


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guess costs: Argon2id's passes, memory in KiB, lanes."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


COST = Cost()


@dataclass(frozen=True, slots=True)
class Slot:
    """The store's key sealed for one secret; `kind` is passphrase or recovery, the rest hexadecimal."""

    kind: str
    cost: Cost
    salt: str
    nonce: str
    sealed: str


@dataclass(frozen=True, slots=True)
class OfficeSlot:
    """The store's key sealed for the office: its public key (`age1…`) and the age file, hexadecimal."""

    recipient: str
    sealed: str


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A store's name (16 random bytes, hexadecimal) and the slots of its key."""

    store_id: str
    slots: tuple[Slot, ...]
    office: OfficeSlot | None = None

    def opened(self, secret: str) -> bytes:
        """The key, by the passphrase or the recovery code. Raises StoreError `key.wrong`."""
        code = plain_code(secret)
        for slot in self.slots:
            text = code if slot.kind == "recovery" else normalised(secret)
            key = _unsealed(slot, text, self.store_id) if text else None
            if key is not None:
                return key
        raise StoreError("key.wrong")

    def with_slot(self, kind: str, secret: str, key: bytes, random_bytes: Callable[[int], bytes]) -> KeyFile:
        """The file with this kind's slot made anew."""
        others = tuple(slot for slot in self.slots if slot.kind != kind)
        return replace(self, slots=(*others, _sealed(kind, secret, key, self.store_id, random_bytes)))

    def for_office(self, recipient: str, key: bytes, random_bytes: Callable[[int], bytes]) -> KeyFile:
        """The file with the office's slot made anew. Raises BadInputError `sealing.bad_recipient`."""
        from visitcli.engines import sealing

        public, target = sealing.recipient(recipient), io.BytesIO()
        sealer = sealing.Sealer(target, public, random_bytes)
        sealer.write(self.store_id.encode() + key)
        sealer.close()
        return replace(self, office=OfficeSlot(sealing.written(public), target.getvalue().hex()))

    def opened_by_office(self, secret: bytes, path: str) -> bytes:
        """The key, by the office's private key. Raises StoreError `key.no_office`, `key.damaged` (the slot is another
        store's); BadInputError `sealing.other_key`, `sealing.altered`, `sealing.cut`."""
        from visitcli.engines import sealing

        if self.office is None:
            raise StoreError("key.no_office", path=path)
        content = sealing.Unsealed(io.BytesIO(unhexlify(self.office.sealed)), secret, path).readall()
        name, key = content[: len(self.store_id)], content[len(self.store_id) :]
        if name != self.store_id.encode() or len(key) != KEY_BYTES:
            raise StoreError("key.damaged", path=path)
        return key

    @property
    def kinds(self) -> list[str]:
        """What opens it."""
        return [*(slot.kind for slot in self.slots), *(["office"] if self.office else [])]


def new(random_bytes: Callable[[int], bytes]) -> tuple[KeyFile, bytes]:
    """A store's name without slots yet, and its key."""
    return KeyFile(random_bytes(16).hex(), ()), random_bytes(KEY_BYTES)


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """A recovery code: 160 random bits in groups of four letters and digits."""
    letters = b32encode(random_bytes(_CODE_BYTES)).decode()
    return "-".join(letters[i : i + _CODE_GROUP] for i in range(0, len(letters), _CODE_GROUP))


def plain_code(text: str) -> str:
    """A recovery code as it is derived from: without blanks and hyphens, its misread figures read as letters; "" where
    the text cannot be one."""
    letters = re.sub(r"[\s\-–—]", "", unicodedata.normalize("NFKC", text)).upper()
    letters = letters.translate(str.maketrans("018", "OIB"))
    return letters if re.fullmatch(r"[A-Z2-7]{32}", letters) else ""


def normalised(passphrase: str) -> str:
    """One spelling of a passphrase, whatever the keyboard (NFKC: full-width letters are the plain ones)."""
    return unicodedata.normalize("NFKC", passphrase)


def refuse_unfit(passphrase: str) -> str:
    """The passphrase, where it may be one. Raises StoreError `key.too_short`, `key.too_long`."""
    if len(normalised(passphrase)) < SHORTEST:
        raise StoreError("key.too_short", shortest=SHORTEST)
    if len(passphrase) > LONGEST:
        raise StoreError("key.too_long", longest=LONGEST)
    return passphrase


def exists(folder: Path) -> bool:
    """Whether the folder has a key file, or its copy."""
    return (folder / FILE_NAME).exists() or (folder / COPY_NAME).exists()


def read(folder: Path) -> KeyFile:
    """The key file of a folder, from its copy where the first is damaged. Raises StoreError `key.missing`,
    `key.damaged`."""
    if not exists(folder):
        raise StoreError("key.missing", path=str(folder / FILE_NAME))
    for name in (FILE_NAME, COPY_NAME):
        found = read_one(folder / name)
        if found is not None:
            return found
    raise StoreError("key.damaged", path=str(folder / FILE_NAME))


def read_one(path: Path) -> KeyFile | None:
    """One of the two files; None where it is not there, or damaged."""
    try:
        with path.open("rb") as stream:
            return _parsed(stream.read(_LARGEST_FILE))
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write(folder: Path, file: KeyFile) -> None:
    """Write file and copy, each whole or not at all, readable by their owner only."""
    written = text(file)
    for name in (FILE_NAME, COPY_NAME):
        with part_of(folder) as (part, stream):
            stream.write(written)
            put(part, stream, folder / name)


def text(file: KeyFile) -> bytes:
    """The file as it is written."""
    body: dict[str, object] = {"visitcli_key": 1, "store_id": file.store_id}
    body["slots"] = [asdict(slot) for slot in file.slots]
    if file.office is not None:
        body["office"] = asdict(file.office)
    return json.dumps({**body, "check": _check(body)}, indent=1).encode() + b"\n"


def parsed(content: bytes, path: str) -> KeyFile:
    """A key file that was kept elsewhere. Raises StoreError `key.damaged`."""
    try:
        return _parsed(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("key.damaged", path=path) from error


def _parsed(text: bytes) -> KeyFile:
    body = json.loads(text)
    if body.pop("check") != _check(body) or body["visitcli_key"] != 1:
        raise ValueError(text)
    slots = tuple(Slot(**{**slot, "cost": Cost(**slot["cost"])}) for slot in body["slots"])
    if not all(0 < slot.cost.memory_kib <= _LARGEST_MEMORY for slot in slots):
        raise ValueError(text)
    office = body.get("office")
    return KeyFile(body["store_id"], slots, OfficeSlot(**office) if office else None)


def _check(body: dict[str, object]) -> str:
    return f"{crc32(json.dumps(body, sort_keys=True, separators=(',', ':')).encode()):08x}"


def _sealed(kind: str, secret: str, key: bytes, store_id: str, random_bytes: Callable[[int], bytes]) -> Slot:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, nonce = random_bytes(16), random_bytes(12)
    text = plain_code(secret) if kind == "recovery" else normalised(secret)
    sealed = ChaCha20Poly1305(_derived(text, salt, COST)).encrypt(nonce, key, f"{store_id} {kind}".encode())
    return Slot(kind, COST, salt.hex(), nonce.hex(), sealed.hex())


def _unsealed(slot: Slot, text: str, store_id: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher = ChaCha20Poly1305(_derived(text, unhexlify(slot.salt), slot.cost))
    try:
        return cipher.decrypt(unhexlify(slot.nonce), unhexlify(slot.sealed), f"{store_id} {slot.kind}".encode())
    except InvalidTag:
        return None


def _derived(text: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    return Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib).derive(
        text.encode()
    )
