"""`visitcli legal`: a folder that can be handed on, whole, with nothing in it that must stay at home."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Result

Run = Callable[..., Result]
CASE: dict[str, Any] = {
    "case_id": "P-1",
    "customer": {"name": "魏示例"},
    "addresses": [{"kind": "home", "text": "上海市松江区萤火虫路1号", "lat": 31.03, "lon": 121.22}],
    "loan": {"contract": "=C-1", "overdue": "1000.00", "balance": "9000.00", "end_date": "2025-03-01"},
    "payments": [{"due_date": "2025-02-01", "due": "500.00", "paid_date": "2025-02-03", "paid": "500.00"}],
    "contacts": [
        {"at": "2026-01-10", "by": "phone", "result": "本人接听"},
        {"at": "2026-01-12", "by": "phone", "result": "无人接听"},
    ],
}
VISIT = {
    "who_opened": "customer", "identity": "confirmed", "talk_place": "door", "introduction": "continue",
    "recording_consent": "agreed", "account_view": "agrees", "ability": "none", "care": "health",
    "care_consent": "yes", "care_words": "SECRET-ILLNESS", "care_help": ["more_time"], "vehicle_seen": "no",
    "offered": ["pause"], "agreed": "think_over", "complaint": "no", "mood": "calm", "next_step": "wait",
    "left_safe": "incident", "incident_words": "SECRET-INCIDENT", "opinion": "SECRET-OPINION",
    "customer_words": "下月找到工作就联系",
}  # fmt: skip


@pytest.fixture
def visited(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "cases.json").write_text(json.dumps([CASE], ensure_ascii=False))
    assert run("import", tmp_path / "cases.json").status == 0
    (tmp_path / "answers.json").write_text(json.dumps(VISIT, ensure_ascii=False))
    done = run("visit", "P-1", "--with", "王芳", "--answers", tmp_path / "answers.json", "--json")
    assert done.status == 0, done.out + done.err
    return run


def rows(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_folder_is_whole_and_every_file_is_the_manifests(visited: Run, tmp_path: Path, lang: str) -> None:
    folder = tmp_path / "papers"
    told = visited("legal", "P-1", "--to", folder, "--json", lang=lang).json
    manifest = json.loads((folder / "manifest.json").read_text())
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {*manifest["files"], "manifest.json"} == {*told["files"], "manifest.json"}
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert list(tmp_path.glob(".papers*")) == []
    assert {"ledger.csv", "contacts.csv", "demands.csv", "records.csv", "limitation.csv", "README.txt"} <= found


def test_what_it_says_is_what_is_on_record(visited: Run, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    limitation = visited("legal", "P-1", "--to", folder, "--json").json["limitation"]
    assert limitation["office"] is None and limitation["reckoned"] == "2029-11-23"  # met on 23 November 2026
    assert [(step["kind"], step["effect"]) for step in limitation["steps"]] == [
        ("payment", "before"), ("demand", "interrupts"), ("demand", "interrupts"),
    ]  # fmt: skip
    assert len(rows(folder / "demands.csv")) == 1 + 2
    assert len(rows(folder / "contacts.csv")) == 1 + 3
    assert ["contract", "'=C-1"] in rows(folder / "ledger.csv")
    said = (folder / "records.csv").read_text(encoding="utf-8-sig")
    assert "下月找到工作就联系" in said


def test_health_and_opinions_stay_at_home(visited: Run, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    visited("legal", "P-1", "--to", folder)
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"SECRET" not in path.read_bytes(), path
    assert "SECRET" in json.dumps(visited("show", "P-1", "--json").json)  # it was on record


def test_nothing_is_written_over(visited: Run, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    assert visited("legal", "P-1", "--to", folder).status == 0
    before = (folder / "ledger.csv").read_bytes()
    refused = visited("legal", "P-1", "--to", folder, "--json")
    assert (refused.status, refused.error["code"]) == (5, "legal.not_empty")
    assert (folder / "ledger.csv").read_bytes() == before
    (tmp_path / "empty").mkdir()
    assert visited("legal", "P-1", "--to", tmp_path / "empty").status == 0
    (tmp_path / "file").write_text("x")
    assert visited("legal", "P-1", "--to", tmp_path / "file", "--json").error["code"] == "legal.not_empty"
    assert visited("legal", "P-1", "--to", tmp_path / "file" / "below", "--json").error["code"] == "legal.unwritable"
