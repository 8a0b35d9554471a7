"""The code with which a supervisor sets one rule aside (放行码): what the office signs, and how the code is written.

A code names the key that signed it, the time from which and until which it holds, and carries an Ed25519 signature
(RFC 8032) over these, the agent, the case and the rule. It is pasted from a message: 127 letters and digits in groups
of five, of Crockford's alphabet, which has no I, L, O and U; a check sum tells a mistyped code from a wrong one.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

VERSION = 1
SIGNATURE_BYTES, KEY_BYTES, CHECK_BYTES = 64, 4, 2
GROUP = 5
LONGEST = timedelta(days=31)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\n": None, "\r": None, "\t": None})
_SIZE = 1 + KEY_BYTES + 4 + 4 + SIGNATURE_BYTES + CHECK_BYTES

Unreadable = Literal["mistyped", "version"]


class UnreadableCode(ValueError):  # noqa: N818 - what it is, not an error class of the program
    """A text that is no code. `why`: mistyped, or made by a newer version."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """What a code permits: this agent, on this case, may set this rule aside between these times (aware; whole minutes
    count)."""

    agent: str
    case_id: str
    rule: str
    since: datetime
    until: datetime

    @property
    def message(self) -> bytes:
        """What is signed: every field with its length, so that no two permits are written alike."""
        fields = [self.agent, self.case_id, self.rule, str(minutes(self.since)), str(minutes(self.until))]
        raw = [field.encode() for field in fields]
        return b"visitcli-override-1" + b"".join(len(field).to_bytes(4, "big") + field for field in raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that has been read: by which key it says to be signed, when it holds, and the signature."""

    key: bytes
    since: datetime
    until: datetime
    signature: bytes


def minutes(moment: datetime) -> int:
    """Whole minutes since 2020 began."""
    return int((moment - _EPOCH).total_seconds() // 60)


def fingerprint(public_key: bytes) -> bytes:
    """By which a code names its key."""
    return sha256(public_key).digest()[:KEY_BYTES]


def write(permit: Permit, public_key: bytes, signature: bytes) -> str:
    """The code of a signed permit."""
    times = minutes(permit.since).to_bytes(4, "big") + minutes(permit.until).to_bytes(4, "big")
    body = bytes([VERSION]) + fingerprint(public_key) + times + signature
    text = _encoded(body + _check(body))
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def read(text: str) -> Code:
    """The code of a text, however it is grouped. Raises UnreadableCode."""
    body = _decoded(text.upper().translate(_READ_AS))
    if len(body) != _SIZE or _check(body[:-CHECK_BYTES]) != body[-CHECK_BYTES:]:
        raise UnreadableCode("mistyped")
    if body[0] != VERSION:
        raise UnreadableCode("version")
    key, rest = body[1 : 1 + KEY_BYTES], body[1 + KEY_BYTES : -CHECK_BYTES]
    since, until = (_EPOCH + timedelta(minutes=int.from_bytes(rest[at : at + 4], "big")) for at in (0, 4))
    return Code(key=key, since=since, until=until, signature=rest[8:])


def _check(body: bytes) -> bytes:
    """CRC-16 (CCITT): it sees every slip within sixteen bits, so any one letter and any two neighbours exchanged."""
    return crc_hqx(body, 0xFFFF).to_bytes(CHECK_BYTES, "big")


def _encoded(raw: bytes) -> str:
    bits = int.from_bytes(raw, "big")
    length = -(-len(raw) * 8 // 5)
    bits <<= length * 5 - len(raw) * 8
    return "".join(_ALPHABET[bits >> 5 * (length - 1 - at) & 31] for at in range(length))


def _decoded(text: str) -> bytes:
    length = -(-_SIZE * 8 // 5)
    if len(text) != length or any(letter not in _ALPHABET for letter in text):
        raise UnreadableCode("mistyped")
    bits = 0
    for letter in text:
        bits = bits << 5 | _ALPHABET.index(letter)
    spare = length * 5 - _SIZE * 8
    if bits & ((1 << spare) - 1):
        raise UnreadableCode("mistyped")
    return (bits >> spare).to_bytes(_SIZE, "big")
