"""Identifiers that sort by the time they were made: UUID version 7 (RFC 9562, section 5.7)."""

from __future__ import annotations


def uuid7(unix_ms: int, random_bytes: bytes) -> str:
    """A UUIDv7 in its text form from milliseconds since 1970 and ten bytes of randomness."""
    if len(random_bytes) != 10:
        raise ValueError("uuid7 takes ten random bytes")
    value = bytearray((unix_ms & (1 << 48) - 1).to_bytes(6, "big") + random_bytes)
    value[6] = value[6] & 0x0F | 0x70
    value[8] = value[8] & 0x3F | 0x80
    text = value.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
