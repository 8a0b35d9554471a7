"""Whether a file can be what a question asks for, by its name and its first bytes: a photo, a recording.

Sources of the signatures: the IANA media types' registrations, and for ISO base media (HEIC, M4A) ISO/IEC 14496-12,
whose brand stands at byte 8.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal

from visitcli.files import open_at_once

Doubt = Literal["", "never", "unlike"]

_TABLES = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".json", ".jsonl"})
_HEAD = 12
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_IMAGE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
_SOUNDS = (b"ID3", b"OggS", b"fLaC", b"#!AMR", b"caff", b"\x30\x26\xb2\x75", b"\x1a\x45\xdf\xa3")


def doubt(kind: str, path: str) -> Doubt:
    """What speaks against this file for a question of type `image` or `audio`.

    `never`: it is a table of data. `unlike`: it does not begin as one. "" also for a file that cannot be read: copying
    it in says why.
    """
    if kind not in ("image", "audio"):
        return ""
    if Path(path).suffix.lower() in _TABLES:
        return "never"
    head = _head(path)
    fits = head is None or (_is_image(head) if kind == "image" else _is_sound(head))
    return "" if fits else "unlike"


def _head(path: str) -> bytes | None:
    try:
        descriptor, status = open_at_once(Path(path))
    except (OSError, ValueError):
        return None
    try:
        return os.read(descriptor, _HEAD) if stat.S_ISREG(status.st_mode) else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _is_image(head: bytes) -> bool:
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return webp or head.startswith(_IMAGES) or (head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS)


def _is_sound(head: bytes) -> bool:
    wave = head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0  # MPEG audio and ADTS: eleven bits set
    container = head[4:8] == b"ftyp" and head[8:12] not in _IMAGE_BRANDS
    return wave or frame or container or head.startswith(_SOUNDS)
