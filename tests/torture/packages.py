"""Mutated packages, and one large one: `python -m tests.torture.packages [--count 10000] [--megabytes 200]`.

Says how many mutations of each kind were refused with which code; none may be accepted. Then a package of that size
is sealed, verified and opened in child processes whose peak memory is measured. Exit status 1 where a mutation was
accepted or the memory passed 40 MB above a start.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from visitcli.app import receiving
from visitcli.domain.errors import VisitcliError
from visitcli.engines import sealing, signing
from visitcli.formats import envelope, package
from visitcli.formats.envelope import Manifest
from visitcli.formats.package_tables import Tables

LIMIT_MB = 40
CREATED = "2026-11-23T17:30:00.000+08:00"
Mutation = tuple[str, bytes, bool]  # its kind, its bytes, whether they are the plain contents still to be sealed


def mutations(raw: bytes, count: int, chance: random.Random) -> Iterator[Mutation]:
    """Changes of the sealed bytes, and changes of what is inside by somebody who can seal but not sign."""
    for number in range(count):
        at = chance.randrange(len(raw))
        head = chance.randrange(min(400, len(raw)))
        other = chance.randbytes(chance.randrange(1, 40))
        changed = {
            0: ("bit", raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]),
            1: ("cut", raw[:at]),
            2: ("behind", raw + other),
            3: ("head", raw[:head] + bytes([raw[head] ^ chance.randrange(1, 256)]) + raw[head + 1 :]),
            4: ("inserted", raw[:at] + other + raw[at:]),
            5: ("left out", raw[:at] + raw[at + len(other) :]),
            6: ("overwritten", raw[:at] + other + raw[at + len(other) :]),
            7: ("swapped", raw[at:] + raw[:at]),
        }
        if number % 10 < 8:
            kind, mutated = changed[number % 10]
            if mutated != raw:
                yield kind, mutated, False
            else:
                yield "behind", raw + b"\0", False
        else:
            yield "inside", chance.randbytes(8), True


def run_mutations(
    given: Iterable[Mutation], secret: bytes, key: Path, sender: str, folder: Path
) -> tuple[list[str], Counter[str]]:
    """The kinds that were accepted, and how often each code refused the others."""
    accepted, refusals = [], Counter[str]()
    original = next(path for path in sorted(folder.rglob("*.zip.age")))
    plain = sealing.Unsealed(io.BytesIO(original.read_bytes()), secret, "original").readall()
    file = folder / "mutated.zip.age"
    means = receiving.Means(key=key, sender=sender)
    for kind, raw, inside in given:
        file.write_bytes(_sealed_with_a_change(plain, raw, sealing.public_of(secret)) if inside else raw)
        try:
            receiving.verify(file, means)
        except VisitcliError as error:
            refusals[f"{kind}: {error.code}"] += 1
        else:
            accepted.append(kind)
    return accepted, refusals


def _sealed_with_a_change(plain: bytes, seed: bytes, public: bytes) -> bytes:
    chance = random.Random(seed)
    at = chance.randrange(len(plain))
    target = io.BytesIO()
    sealer = sealing.Sealer(target, public)
    sealer.write(plain[:at] + bytes([plain[at] ^ 1 << chance.randrange(8)]) + plain[at + 1 :])
    sealer.close()
    return target.getvalue()


def make(folder: Path, media_bytes: int) -> tuple[Path, Path, str]:
    """A sealed package with a file of that size in it: its file, the office's key file, the sender's key."""
    key, pem = folder / "office.age", folder / "agent.pem"
    recipient = sealing.make_key(key)
    sender = signing.written(signing.make_key(pem))
    media = []
    if media_bytes:
        photo, digester = folder / "big.jpg", hashlib.sha256()
        with photo.open("wb") as stream:
            for number in range(media_bytes >> 20):
                piece = number.to_bytes(4, "big") * (1 << 18)
                stream.write(piece)
                digester.update(piece)
        sha256 = digester.hexdigest()
        place = package.media_path(sha256, ".jpg")
        media.append(package.MediaFile(partial(photo.open, "rb"), place, sha256, media_bytes >> 20 << 20))
    inner = folder / "inner.zip"
    with inner.open("w+b") as stream:
        package_id = package.write(stream, Tables(), media, CREATED)
        stream.seek(0)
        sha256, size = package.sha256_of(stream)
        manifest = Manifest(
            agent="A007", sender=sender, recipient=recipient, sequence=1, previous="", records=0, size=size,
            name=f"visitcli-20261123-A007-{package_id}.zip", package_id=package_id, sha256=sha256,
        )  # fmt: skip
        _, signature = signing.sign(pem, envelope.signed_message(manifest.text))
        stream.seek(0)
        target = folder / f"{manifest.name}.age"
        with target.open("wb") as out:
            sealer = sealing.Sealer(out, sealing.recipient(recipient))
            envelope.write(sealer, manifest, signature, stream)
            sealer.close()
    return target, key, sender


_CHILD = """
import resource, sys
from functools import partial
from pathlib import Path
from tests.torture import packages
from visitcli.app import receiving
from visitcli.engines import sealing
what, folder, megabytes = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
if what == "seal":
    file, key, sender = packages.make(folder, megabytes << 20)
    (folder / "sender").write_text(sender)
elif what != "start":
    file = next(folder.glob("*.zip.age"))
    means = receiving.Means(key=folder / "office.age", sender=(folder / "sender").read_text())
    if what == "verify":
        receiving.verify(file, means)
    else:
        receiving.open_(file, folder / "out", means)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peaks(folder: Path, megabytes: int) -> dict[str, int]:
    """Peak memory (MB) of a child that does nothing, seals, verifies and opens a package of that size."""
    (folder / "out").mkdir()
    found = {}
    for what in ("start", "seal", "verify", "open"):
        command = [sys.executable, "-c", _CHILD, what, str(folder), str(megabytes)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[what] = int(done.stdout)
    return found


def main() -> int:
    """Run both and say the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.packages", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, key, sender = make(folder, 0)
        given = mutations(file.read_bytes(), asked.count, random.Random(asked.seed))
        accepted, refusals = run_mutations(given, sealing.read_key(key), key, sender, folder)
    for kind, count in sorted(refusals.items()):
        print(f"{count:6} {kind}")
    print(f"{len(accepted)} of {asked.count} mutations accepted: {sorted(set(accepted))}")
    with tempfile.TemporaryDirectory() as name:
        found = peaks(Path(name), asked.megabytes)
    print(f"peak memory at {asked.megabytes} MB: " + ", ".join(f"{what} {count} MB" for what, count in found.items()))
    return int(bool(accepted) or max(found.values()) - found["start"] > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
