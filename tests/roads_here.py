"""What the tests of the roads take from the virtual environment, put there by tests/fetch_roads.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

EXTRACT = Path(sys.prefix) / "roads" / "Helsinki.osm.pbf"
BUILDER = Path(sys.prefix) / "roads" / "valhalla" / "bin"

needs_roads = pytest.mark.skipif(
    not EXTRACT.exists(), reason="the roads extra or its extract is not here: make .venv/.dev"
)


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The builder on PATH, which pyvalhalla for CPython 3.11 does not bring along."""
    if BUILDER.is_dir():
        monkeypatch.setenv("PATH", str(BUILDER), prepend=":")
