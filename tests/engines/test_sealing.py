"""The age file: what goes in comes out, only for whom it was sealed, only whole."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visitcli.domain.errors import BadInputError, NotFoundError
from visitcli.engines import bech32, sealing

SECRET = bytes(range(1, 33))
PUBLIC = sealing.public_of(SECRET)
CHUNK, TAG = sealing.CHUNK, sealing.TAG

# The identity, recipient and file of a peer: pyrage 1.3 (the Rust age) sealed "a peer's words\n" for this key.
PEER_KEY = "AGE-SECRET-KEY-1FJY5UM0X5V8NHLK6LZGYGW2PVDGLRCLEXQS6QLSHCJ7DCV58HECQ2R4FCV"
PEER_PUBLIC = "age1qc6nq86s7y9echxse6yla95nc9cjsscp62mrmpk0hrkdelaqu9dqrp0jtz"
PEER_FILE = bytes.fromhex(
    "6167652d656e6372797074696f6e2e6f72672f76310a2d3e205832353531392045326b724d76694d4f637a702f306f557342"
    "746d6c46594e64775873394f7842425830506755517571434d0a2b32707a33422f4246496446682f5252347970392f516853"
    "756a396b6e433349576268355a716353356b510a2d3e20672d6772656173650a77634d3141463974684f3169313457757041"
    "4f325273572f6a2f4c546c4d507a67394a67553464506e4376504f5a4f6f68535a6f67513752343150393436634c0a467464"
    "3075754169776f2f7867553237612b78444341647467626564734568525958702b31716e3946316b3350666a2f4844657262"
    "6b64744f446d462f4f52480a66434d0a2d2d2d206677634a6f4c377574625a517664735348546a5a6e75777a436b63662b6b"
    "4736596b78366476492f4665670aaa00ce2da2552c89de7b1a70970a136094c1f5b4abd33e0d09166eb5932f4d26dd46c866"
    "5465f8a6347df64e8d7810"
)


def sealed(plain: bytes, public: bytes = PUBLIC) -> bytes:
    target = io.BytesIO()
    sealer = sealing.Sealer(target, public)
    for at in range(0, len(plain), 50_000):
        sealer.write(plain[at : at + 50_000])
    sealer.close()
    return target.getvalue()


def opened(raw: bytes, secret: bytes = SECRET) -> bytes:
    return sealing.Unsealed(io.BytesIO(raw), secret, "f.age").readall()


def refused(raw: bytes, secret: bytes = SECRET) -> str:
    with pytest.raises(BadInputError) as caught:
        opened(raw, secret)
    return caught.value.code


SIZES = st.one_of(
    st.integers(0, 3 * CHUNK), st.builds(lambda n, d: max(0, n * CHUNK + d), st.integers(0, 3), st.integers(-2, 2))
)


@settings(max_examples=40)
@given(SIZES)
def test_any_size_comes_back(size: int) -> None:
    plain = (b"0123456789abcdefghijklmnopqrstuvwxyz!" * (size // 37 + 1))[:size]
    raw = sealed(plain)
    assert opened(raw) == plain
    assert len(raw) == len(sealed(b"")) + size + TAG * (max(0, size - 1) // CHUNK)


@given(st.binary(max_size=60))
def test_bech32_comes_back_and_sees_a_changed_sign(raw: bytes) -> None:
    text = bech32.encode("age", raw)
    assert bech32.decode("age", text) == bech32.decode("age", text.upper()) == raw
    wrong = text[:-1] + ("q" if text[-1] != "q" else "p")
    with pytest.raises(ValueError, match="check sum"):
        bech32.decode("age", wrong)


def test_what_a_peer_sealed_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "peer.key"
    file.write_text(f"# made by age\n{PEER_KEY}\n")
    file.chmod(0o600)
    secret = sealing.read_key(file)
    assert sealing.written(sealing.public_of(secret)) == PEER_PUBLIC
    assert opened(PEER_FILE, secret) == b"a peer's words\n"


def test_sealing_the_same_twice_gives_other_bytes() -> None:
    assert sealed(b"same") != sealed(b"same")


def test_another_key_opens_nothing() -> None:
    assert refused(sealed(b"secret"), bytes(range(2, 34))) == "sealing.other_key"


def test_a_file_cut_between_pieces_is_told_as_cut() -> None:
    raw = sealed(b"x" * (2 * CHUNK + 5))
    start = len(raw) - 5 - TAG
    assert refused(raw[:start]) == "sealing.cut"
    assert refused(raw[: start - CHUNK - TAG]) == "sealing.cut"


def test_a_file_cut_anywhere_is_refused() -> None:
    raw = sealed(b"x" * 300)
    assert {refused(raw[:at]) for at in range(len(raw))} <= {
        "sealing.cut", "sealing.altered", "sealing.not_sealed", "sealing.other_key",
    }  # fmt: skip


def test_every_flipped_bit_and_every_byte_behind_is_refused() -> None:
    raw = sealed(b"x" * 100)
    for at in range(len(raw)):
        assert refused(raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :])
    assert refused(raw + b"\0") == "sealing.altered"


def test_pieces_in_another_order_are_refused() -> None:
    raw = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    size, end = CHUNK + TAG, 1 + TAG
    head, one, two, last = (
        raw[: -2 * size - end],
        raw[-2 * size - end : -size - end],
        raw[-size - end : -end],
        raw[-end:],
    )
    assert opened(head + one + two + last)
    assert refused(head + two + one + last) == "sealing.altered"
    assert refused(head + one + last) == "sealing.altered"


def test_a_header_without_end_is_not_read_to_its_end() -> None:
    assert refused(sealing.HEAD + b"-> X25519 " + b"A" * 10_000_000) == "sealing.altered"
    assert refused(sealing.HEAD + b"-> x\n\n" * 100_000) == "sealing.altered"


def test_a_recipient_with_a_slip_of_the_pen_is_refused() -> None:
    text = sealing.written(PUBLIC)
    assert sealing.recipient(f" {text}\n") == PUBLIC
    for wrong in ("", text[:-1], text + "q", "age1", bech32.encode("age", b"short"), bech32.encode("agf", PUBLIC)):
        with pytest.raises(BadInputError):
            sealing.recipient(wrong)


def test_the_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "office.age"
    public = sealing.make_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert sealing.written(sealing.public_of(sealing.read_key(file))) == public
    with pytest.raises(BadInputError, match="key_exists"):
        sealing.make_key(file)
    file.chmod(0o644)
    with pytest.raises(BadInputError, match="key_open"):
        sealing.read_key(file)
    with pytest.raises(NotFoundError):
        sealing.read_key(tmp_path / "none")


MEASURE = """
import io, resource, sys
from visitcli.engines import sealing
class Sink(io.RawIOBase):
    def write(self, data): return len(data)
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sealer = sealing.Sealer(Sink(), sealing.public_of(bytes(range(1, 33))))
for _ in range(64): sealer.write(bytes(1 << 20))
sealer.close()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts in KB on Linux")
def test_sealing_64_mb_takes_little_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 16 * 1024
