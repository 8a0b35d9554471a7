"""Planning on a real terminal: Ctrl-C takes the best so far, and a narrow screen gets lines and not a table."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pexpect
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
MANY = 400  # enough that the search is still on when the key is pressed


def test_control_c_takes_the_best_so_far(tmp_path: Path) -> None:
    file, home = tmp_path / "cases.json", tmp_path / "home"
    cases = [
        {
            "case_id": f"P-{number:04d}",
            "customer": {"name": f"客户{number}"},
            "addresses": [
                {
                    "kind": "home",
                    "text": f"无名路{number}号",
                    "lat": 31.1 + number % 20 / 80,
                    "lon": 121.3 + number / 1600,
                }
            ],
            "loan": {"days_overdue": number % 200, "overdue": f"{1000 + number * 37}.00"},
        }
        for number in range(MANY)
    ]
    file.write_text(json.dumps(cases, ensure_ascii=False), encoding="utf-8")
    environ = {**os.environ, "VISITCLI_HOME": str(home), "VISITCLI_LANG": "zh", "TERM": "xterm"}

    def start(*argv: str) -> pexpect.spawn[str]:
        return pexpect.spawn(
            sys.executable, ["-m", "visitcli", *argv], env=environ, dimensions=(60, 60), encoding="utf-8", timeout=30
        )

    imported = start("import", str(file), "--crs", "wgs84")
    imported.expect(pexpect.EOF)
    imported.close()
    assert imported.exitstatus == 0

    planning = start("plan")
    planning.expect("Ctrl-C")
    planning.sendintr()
    planning.expect("已中断")
    planning.expect(pexpect.EOF)
    planning.close()
    assert planning.exitstatus == 0
    lines = [line.rstrip() for line in (planning.before or "").splitlines()]
    first = next(index for index, line in enumerate(lines) if line.startswith(" 1  "))
    assert "P-0" in lines[first]
    assert lines[first + 1].startswith("    家庭 无名路")
    assert "逾期" in lines[first + 2]
