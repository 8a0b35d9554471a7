"""What a phone needs, as far as can be looked at here: a wheel of everything for aarch64, and the demo under proot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.check
ROOT = Path(__file__).parents[2]
GLIBC = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")


@pytest.mark.parametrize("version", ["3.11", "3.13"])  # Debian 12 and 13
def test_every_wheel_exists_for_a_phones_processor(version: str, tmp_path: Path) -> None:
    platforms = [word for platform in GLIBC for word in ("--platform", platform)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--only-binary=:all:", *platforms,
         "--python-version", version, "-r", ROOT / "requirements" / "base.txt", "-d", tmp_path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
    assert list(tmp_path.glob("sqlcipher3-*aarch64.whl"))
    assert list(tmp_path.glob("cryptography-*aarch64.whl"))


@pytest.mark.skipif(not shutil.which("proot"), reason="proot is not here")
def test_the_demo_runs_under_proot(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("visitcli")
    environ = {**os.environ, "TMPDIR": str(tmp_path), "VISITCLI_LANG": "zh"}
    done = subprocess.run(
        ["proot", "-0", "-r", "/", program, "demo"], env=environ, capture_output=True, text=True, check=False
    )
    if "ptrace" in done.stderr:
        pytest.skip("proot may not trace here")
    assert done.returncode == 0, done.stderr[-1000:]
