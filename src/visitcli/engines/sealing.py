"""Files sealed for one reader: age v1 (https://age-encryption.org/v1) with an X25519 recipient, so that any age program
opens ours and we open theirs. Streamed: one piece of 64 KiB is held at a time."""

from __future__ import annotations

import hmac
import io
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from visitcli.domain.errors import BadInputError, NotFoundError
from visitcli.engines import bech32

HEAD = b"age-encryption.org/v1\n"
CHUNK, TAG, KEY_BYTES = 64 << 10, 16, 32
LARGEST_HEADER = 64 << 10
LARGEST_KEY_FILE = 16 << 10
_PUBLIC, _SECRET = "age", "age-secret-key-"
_WRAPPING, _ZERO = b"age-encryption.org/v1/X25519", bytes(12)


def make_key(path: Path) -> str:
    """Make a key pair; the private key goes into a new file as age-keygen writes it, for its owner alone. Gives the
    public key (`age1…`). Raises BadInputError `office.key_exists`, `office.key_unwritable`."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    key = X25519PrivateKey.generate()
    public = bech32.encode(_PUBLIC, key.public_key().public_bytes_raw())
    text = f"# public key: {public}\n{bech32.encode(_SECRET, key.private_bytes_raw()).upper()}\n"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise BadInputError("office.key_exists", file=str(path)) from error
    except OSError as error:
        raise BadInputError("office.key_unwritable", file=str(path), reason=error.strerror or "") from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text.encode())
        stream.flush()
        os.fsync(stream.fileno())
    return public


def recipient(text: str) -> bytes:
    """The public key of an `age1…` text. Raises BadInputError `sealing.bad_recipient`."""
    try:
        found = bech32.decode(_PUBLIC, text.strip())
    except ValueError as error:
        raise BadInputError("sealing.bad_recipient", value=text[:80]) from error
    if len(found) != KEY_BYTES:
        raise BadInputError("sealing.bad_recipient", value=text[:80])
    return found


def written(public: bytes) -> str:
    """A public key as `age1…`."""
    return bech32.encode(_PUBLIC, public)


def read_key(path: Path) -> bytes:
    """The private key of a key file. Raises NotFoundError `office.no_key`; BadInputError `sealing.bad_key`,
    `office.key_open` (others may read it)."""
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            text = stream.read(LARGEST_KEY_FILE).decode("ascii", "replace")
    except FileNotFoundError as error:
        raise NotFoundError("office.no_key", file=str(path)) from error
    except OSError as error:
        raise BadInputError("sealing.bad_key", file=str(path)) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise BadInputError("office.key_open", file=str(path))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        (line,) = lines
        secret = bech32.decode(_SECRET, line)
        if len(secret) != KEY_BYTES:
            raise ValueError(len(secret))
    except ValueError as error:
        raise BadInputError("sealing.bad_key", file=str(path)) from error
    return secret


def public_of(secret: bytes) -> bytes:
    """The public key of a private one."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


class Sealer:
    """Encrypts what is written to it into `target`; `close` writes the last piece. Without it the file stays cut."""

    def __init__(self, target: IO[bytes], public: bytes, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        file_key, nonce = random_bytes(16), random_bytes(16)
        target.write(_header(file_key, public, random_bytes(KEY_BYTES)) + nonce)
        self._target, self._held, self._count = target, bytearray(), 0
        self._cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))

    def write(self, data: bytes) -> None:
        """Encrypt; a full piece is held back until more comes, because the last one is marked."""
        self._held += data
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def close(self) -> None:
        """Write the last piece. The target stays open."""
        self._put(bytes(self._held), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._count, last), piece, None))
        self._count += 1


class Unsealed(io.RawIOBase):
    """What a sealed file holds, to be read once from its beginning.

    Only what is authentic comes out. The end is authentic once `read` has given nothing.
    Raises BadInputError: `sealing.not_sealed`, `sealing.other_key` (not for this key), `sealing.cut`,
    `sealing.altered`; each with `file`.
    """

    def __init__(self, source: IO[bytes], secret: bytes, file: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        self._source, self._file, self._count = source, file, 0
        file_key = _file_key(source, secret, file)
        nonce = source.read(16)
        if len(nonce) < 16:
            raise BadInputError("sealing.cut", file=file)
        self._cipher = ChaCha20Poly1305(_hkdf(file_key, nonce, b"payload"))
        self._next = source.read(CHUNK + TAG)
        self._piece = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """As of any raw stream."""
        while not self._piece and not self._ended:
            self._piece = memoryview(self._following())
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count

    def _following(self) -> bytes:
        sealed, self._next = self._next, b""
        if len(sealed) == CHUNK + TAG:
            self._next = self._source.read(CHUNK + TAG)
        self._ended = not self._next
        if len(sealed) < TAG:
            raise BadInputError("sealing.cut", file=self._file)
        piece = self._opened(sealed, last=self._ended)
        if piece is None or (self._ended and not piece and self._count):
            cut = self._ended and self._opened(sealed, last=False) is not None
            raise BadInputError("sealing.cut" if cut else "sealing.altered", file=self._file)
        self._count += 1
        return piece

    def _opened(self, sealed: bytes, *, last: bool) -> bytes | None:
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(_nonce(self._count, last), sealed, None)
        except InvalidTag:
            return None


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of 32 bytes."""
    return hmac.digest(hmac.digest(salt or bytes(32), secret, "sha256"), info + b"\1", "sha256")


def _text(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """Strict base64 without padding. Raises ValueError."""
    raw = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _text(raw) != text:
        raise ValueError(text)
    return raw


def _header(file_key: bytes, public: bytes, ephemeral: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    share = public_of(ephemeral)
    wrapping = _hkdf(_shared(ephemeral, public), share + public, _WRAPPING)
    body = ChaCha20Poly1305(wrapping).encrypt(_ZERO, file_key, None)
    head = HEAD + b"-> X25519 " + _text(share) + b"\n" + _text(body) + b"\n---"
    return head + b" " + _text(_mac(file_key, head)) + b"\n"


def _mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, b"", b"header"), head, "sha256")


def _shared(secret: bytes, public: bytes) -> bytes:
    """Raises ValueError where the public key is a point of low order."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))


def _file_key(source: IO[bytes], secret: bytes, file: str) -> bytes:
    if source.read(len(HEAD)) != HEAD:
        raise BadInputError("sealing.not_sealed", file=file)
    lines = _lines(source, file)
    try:
        head, stanzas, mac = _parsed(lines)
    except ValueError as error:
        raise BadInputError("sealing.altered", file=file) from error
    for arguments, body in stanzas:
        file_key = _unwrapped(arguments, body, secret)
        if file_key is None:
            continue
        if not hmac.compare_digest(_mac(file_key, head), mac):
            raise BadInputError("sealing.altered", file=file)
        return file_key
    raise BadInputError("sealing.other_key", file=file)


def _lines(source: IO[bytes], file: str) -> Iterator[bytes]:
    left = LARGEST_HEADER
    while left > 0:
        line = source.readline(left)
        if not line.endswith(b"\n"):
            raise BadInputError("sealing.altered" if len(line) == left else "sealing.cut", file=file)
        left -= len(line)
        yield line[:-1]
    raise BadInputError("sealing.altered", file=file)


_Stanza = tuple[list[bytes], bytes]


def _parsed(lines: Iterator[bytes]) -> tuple[bytes, list[_Stanza], bytes]:
    """What the header's code is reckoned over, its stanzas, and the code. Raises ValueError."""
    head = HEAD
    stanzas: list[_Stanza] = []
    for line in lines:
        if line.startswith(b"--- "):
            mac = _bytes(line[4:])
            if len(mac) != 32 or not stanzas:
                raise ValueError(line)
            return head + b"---", stanzas, mac
        if not line.startswith(b"-> "):
            raise ValueError(line)
        arguments, body = line[3:].split(b" "), b""
        if not all(argument and all(33 <= sign <= 126 for sign in argument) for argument in arguments):
            raise ValueError(line)
        head += line + b"\n"
        for text in lines:
            head += text + b"\n"
            body += _bytes(text)
            if len(text) < 64:
                break
            if len(text) > 64:
                raise ValueError(text)
        stanzas.append((arguments, body))
    raise ValueError(head)


def _unwrapped(arguments: list[bytes], body: bytes, secret: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    if len(arguments) != 2 or arguments[0] != b"X25519" or len(body) != 16 + TAG:
        return None
    try:
        share = _bytes(arguments[1])
        wrapping = _hkdf(_shared(secret, share), share + public_of(secret), _WRAPPING)
        return ChaCha20Poly1305(wrapping).decrypt(_ZERO, body, None)
    except (ValueError, InvalidTag):
        return None
