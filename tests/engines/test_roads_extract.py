from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.errors import BadInputError
from visitcli.engines.roads_extract import inspect


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def blob(kind: bytes, content: bytes, *, packed: bool = True) -> bytes:
    body = field(2, len(content)) + field(3, zlib.compress(content)) if packed else field(1, content)
    header = field(1, kind) + field(3, len(body))
    return len(header).to_bytes(4, "big") + header + body


def zigzag(degrees: float) -> int:
    nano = round(degrees * 1e9)
    return nano * 2 if nano >= 0 else -nano * 2 - 1


BOX = b"".join(field(n, zigzag(d)) for n, d in ((1, -0.5), (2, 121.5), (3, 31.25), (4, -31.0)))
HEADER = field(1, BOX) + field(4, b"OsmSchema-V0.6") + field(32, 1_600_000_000)
DATA = blob(b"OSMData", b"x" * 500)


def written(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "some.osm.pbf"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("packed", [True, False])
def test_an_extract_says_where_and_when_it_is(tmp_path: Path, packed: bool) -> None:
    content = blob(b"OSMHeader", HEADER, packed=packed) + DATA * 3
    found = inspect(written(tmp_path, content))
    assert found.extent == (-31.0, -0.5, 31.25, 121.5)
    assert found.data_at == "2020-09-13T12:26:40+00:00"
    assert found.bytes == len(content)


def test_one_that_does_not_say_it(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, blob(b"OSMHeader", field(4, b"OsmSchema-V0.6")) + DATA))
    assert (found.extent, found.data_at) == (None, None)


@pytest.mark.parametrize("content", [b"", b"<osm/>", b"PK\x03\x04" + b"0" * 500, b"\0\0\0\x05hello", DATA])
def test_what_is_no_extract(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadInputError, match=r"roads\.not_pbf"):
        inspect(written(tmp_path, content))


@given(st.integers(1, 100_000))
def test_a_download_that_broke_off(tmp_path_factory: pytest.TempPathFactory, lost: int) -> None:
    whole = blob(b"OSMHeader", HEADER) + DATA * 3
    first = len(blob(b"OSMHeader", HEADER))
    cut = whole[: -(lost % (len(whole) - first - 1) + 1)]
    if (len(cut) - first) % len(DATA) == 0:
        return  # cut between two blobs, which nobody can tell
    with pytest.raises(BadInputError, match=r"roads\.cut_off"):
        inspect(written(tmp_path_factory.mktemp("cut"), cut))


@given(st.binary(max_size=300))
def test_anything_else_is_refused_and_not_stumbled_over(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    header = blob(b"OSMHeader", content, packed=False)
    for file in (content, header):
        try:
            inspect(written(tmp_path_factory.mktemp("any"), file))
        except BadInputError as error:
            assert error.code in ("roads.not_pbf", "roads.cut_off")


@pytest.mark.skipif(os.name == "nt", reason="no pipes in the file system")
def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInputError, match=r"roads\.not_pbf"):
        inspect(tmp_path / "pipe")
    with pytest.raises(BadInputError, match=r"roads\.unreadable"):
        inspect(tmp_path / "none")
