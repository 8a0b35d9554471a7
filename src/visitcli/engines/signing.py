"""Ed25519 signatures (RFC 8032) by the `cryptography` library; the office's key lies in a file, the device's in its
store."""

from __future__ import annotations

import os
import stat
from base64 import b64decode, b64encode
from pathlib import Path

from visitcli.domain.errors import BadInputError, NotFoundError

PUBLIC_BYTES = 32
LARGEST_KEY = 4096


def make_key(path: Path) -> bytes:
    """Make a key pair; the private key goes into a new file (PEM, PKCS 8) that its owner alone may read. Gives the
    public key. Raises BadInputError `office.key_exists`, `office.key_unwritable`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise BadInputError("office.key_exists", file=str(path)) from error
    except OSError as error:
        raise BadInputError("office.key_unwritable", file=str(path), reason=error.strerror or "") from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return key.public_key().public_bytes_raw()


def sign(path: Path, message: bytes) -> tuple[bytes, bytes]:
    """Public key and signature by the key of a file. Raises NotFoundError `office.no_key`, BadInputError
    `office.bad_key`, `office.key_open` (others may read it)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            raw = stream.read(LARGEST_KEY)
    except FileNotFoundError as error:
        raise NotFoundError("office.no_key", file=str(path)) from error
    except OSError as error:
        raise BadInputError("office.bad_key", file=str(path)) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise BadInputError("office.key_open", file=str(path))
    try:
        key = load_pem_private_key(raw, None)
    except (ValueError, TypeError) as error:
        raise BadInputError("office.bad_key", file=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInputError("office.bad_key", file=str(path))
    return key.public_key().public_bytes_raw(), key.sign(message)


def verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature of this message is that key's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def written(public_key: bytes) -> str:
    """A key as the settings have it: base64."""
    return b64encode(public_key).decode()


def public_key(text: str) -> bytes | None:
    """The public key of the settings; None where it is none."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if len(raw) == PUBLIC_BYTES else None


def new_key() -> str:
    """A new private key, base64."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return written(Ed25519PrivateKey.generate().private_bytes_raw())


def sign_with(key: str, message: bytes) -> tuple[bytes, bytes]:
    """Public key and signature by a private key as `new_key` gave it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(b64decode(key))
    return private.public_key().public_bytes_raw(), private.sign(message)
