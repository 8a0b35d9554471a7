"""Running visitcli inside the test's own process, with a clock, a home and streams of the test's own."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tests.stores import PASSPHRASE

from visitcli.cli.desk import Environment
from visitcli.cli.main import main
from visitcli.cli.terminal import Terminal
from visitcli.engines import key_file

# A change must not fail to land by the luck of a draw, so the suite always tries the same examples; new ones are
# looked for on purpose: `pytest --hypothesis-profile=search`.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("steady")

# Every store of the tests is encrypted. A guess at their passphrase may be cheap; processes of the tests inherit it.
key_file.COST = key_file.Cost(passes=1, memory_kib=8, lanes=1)
os.environ["VISITCLI_PASSPHRASE"] = PASSPHRASE

BEIJING = timezone(timedelta(hours=8))
MONDAY_MORNING = datetime(2026, 11, 23, 8, 20, tzinfo=BEIJING)


@dataclass
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as the one JSON document that it must be."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The error that stderr carries with --json."""
        found: dict[str, str] = json.loads(self.err)["error"]
        return found


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = MONDAY_MORNING

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        """Move it on, e.g. `days=1`."""
        self.moment += timedelta(**span)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(home: Path, clock: Clock) -> Callable[..., Result]:
    def run_command(*argv: str | Path, stdin: str = "", lang: str = "en", **environ: str) -> Result:
        terminal = Terminal(io.StringIO(stdin), io.StringIO(), io.StringIO())
        variables = {"VISITCLI_HOME": str(home), "VISITCLI_LANG": lang, "VISITCLI_PASSPHRASE": PASSPHRASE}
        variables |= environ
        environment = Environment(environ=variables, clock=clock, terminal=terminal)
        status = main([str(word) for word in argv], environment)
        assert isinstance(terminal.stdout, io.StringIO)
        assert isinstance(terminal.stderr, io.StringIO)
        return Result(status, terminal.stdout.getvalue(), terminal.stderr.getvalue())

    return run_command


FEW_CASES = """\
案件编号,客户姓名,手机号,身份证号,家庭地址,单位地址,逾期金额,逾期天数,剩余本金,月还款额,委案日期,退案日期,经度,纬度
SH-0001,林晓雯,13800000001,,上海市嘉定区安亭镇无名一路1号,,3264.41,45,65000.00,3264.41,2026-11-01,2026-12-31,121.1650,31.2880
SH-0002,周建国,13800000002,,上海市嘉定区南翔镇无名二路2号,上海市嘉定区马陆镇无名三路3号,12880.00,95,88000.00,4290.00,2026-11-01,2026-11-30,121.3120,31.2950
SH-0003,陈思远,13800000003,,上海市青浦区徐泾镇无名四路4号,,980.50,12,30210.00,980.50,2026-11-10,2026-12-31,121.2750,31.1780
"""


@pytest.fixture
def three_cases(run: Callable[..., Result], tmp_path: Path) -> Callable[..., Result]:
    """A store with three small cases in it and the agent set up; gives `run` back."""
    file = tmp_path / "three.csv"
    file.write_text(FEW_CASES, encoding="utf-8")
    assert run("init", "--agent", "A007", "--partner", "王芳").status == 0
    result = run("import", file)
    assert result.status == 0, result.err
    return run


@pytest.fixture
def take(run: Callable[..., Result], tmp_path: Path) -> Callable[..., Callable[..., Result]]:
    """Import these cases (JSON objects, WGS-84); gives `run` back."""

    def take_cases(*cases: dict[str, Any]) -> Callable[..., Result]:
        file = tmp_path / "cases.json"
        file.write_text(json.dumps(list(cases), ensure_ascii=False), encoding="utf-8")
        assert run("init", "--agent", "A007", "--partner", "王芳").status == 0
        done = run("import", file, "--crs", "wgs84")
        assert done.status == 0, done.err
        return run

    return take_cases


@pytest.fixture
def go(run: Callable[..., Result], tmp_path: Path) -> Callable[[str], None]:
    """Visit a case at whose door nobody opens."""
    nobody = tmp_path / "nobody.json"
    nobody.write_text('{"who_opened": "nobody", "card_left": "no", "next_step": "phone"}')

    def go_there(reference: str) -> None:
        done = run("visit", reference, "--answers", nobody)
        assert done.status == 0, done.err

    return go_there
