"""Bech32 (BIP 173) without its limit on length: how age writes its keys."""

from __future__ import annotations

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, raw: bytes) -> str:
    """The text of these bytes, lower-case."""
    values = _regrouped(raw, 8, 5, pad=True)
    check = _checksum([*_spread(prefix), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    signs = [*values, *(check >> 5 * (5 - at) & 31 for at in range(6))]
    return prefix + "1" + "".join(_ALPHABET[sign] for sign in signs)


def decode(prefix: str, text: str) -> bytes:
    """The bytes of a text with this prefix, all lower- or all upper-case. Raises ValueError."""
    if text not in (text.lower(), text.upper()) or not text.isascii():
        raise ValueError("case")
    found, mark, rest = text.lower().rpartition("1")
    if found != prefix or not mark or len(rest) < 6:
        raise ValueError("prefix")
    values = [_ALPHABET.index(sign) for sign in rest]
    if _checksum([*_spread(prefix), *values]) != 1:
        raise ValueError("check sum")
    return bytes(_regrouped(bytes(values[:-6]), 5, 8, pad=False))


def _spread(prefix: str) -> list[int]:
    return [*(ord(sign) >> 5 for sign in prefix), 0, *(ord(sign) & 31 for sign in prefix)]


def _checksum(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate(_GENERATOR):
            check ^= generator if top >> at & 1 else 0
    return check


def _regrouped(values: bytes, width: int, into: int, *, pad: bool) -> list[int]:
    held, bits, found = 0, 0, []
    for value in values:
        held, bits = held << width | value, bits + width
        while bits >= into:
            bits -= into
            found.append(held >> bits & ((1 << into) - 1))
        held &= (1 << bits) - 1
    if pad and bits:
        found.append(held << (into - bits))
    elif not pad and (bits >= width or held):
        raise ValueError("padding")
    return found
