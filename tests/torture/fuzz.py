"""Fuzzing the importers: `make fuzz` or `python -m tests.torture.fuzz IMPORTER [--seconds 600]`.

IMPORTER: csv, xlsx, xls, json, jsonl. The reading chain of `import` (recognise, guard, tables or objects, rows, cases)
runs in this process under atheris, with coverage, from valid files as seeds. Whatever is raised and is no refusal of
ours is a crash; so is a row that takes more than a second. Says how many inputs were tried. A crash is kept in the
folder `crashes` of the working directory.

atheris is in no requirements of the project: `make fuzz` has an environment of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import FEW_CASES

ROOT = Path(__file__).parents[2]
IMPORTERS = {"csv": ".csv", "xlsx": ".xlsx", "xls": ".xls", "json": ".json", "jsonl": ".jsonl"}
SLOW = 20.0  # seconds for one input of 64 KB at most; under coverage everything takes five times as long


def seeds(importer: str, folder: Path) -> None:
    """Valid files to begin from."""
    examples = ROOT / "examples"
    if importer == "csv":
        (folder / "few").write_text(FEW_CASES, encoding="utf-8")
        (folder / "gb").write_text(FEW_CASES, encoding="gb18030")
        (folder / "tabs").write_text(FEW_CASES.replace(",", "\t"), encoding="utf-16")
        (folder / "broken").write_bytes((examples / "cases-broken.csv").read_bytes()[:20_000])
    elif importer in ("json", "jsonl"):
        import json

        cases = json.loads((examples / "cases.json").read_text(encoding="utf-8"))
        cases = (cases["cases"] if isinstance(cases, dict) else cases)[:3]
        lines = [json.dumps(case, ensure_ascii=False) for case in cases]
        text = "\n".join(lines) if importer == "jsonl" else json.dumps(cases, ensure_ascii=False)
        (folder / "cases").write_text(text, encoding="utf-8")
    elif importer == "xlsx":
        from tests.torture.hostile import PLAIN, XLSX, book

        (folder / "plain").write_bytes(book(PLAIN))
        (folder / "stored").write_bytes(book(PLAIN, method=0))
        for name in ("xlsx shared text out of range", "xlsx lying dimension", "xlsx names that climb"):
            (folder / name.replace(" ", "-")).write_bytes(XLSX[name]())
    else:
        from tests.torture.hostile import XLSX

        for number, name in enumerate(name for name in XLSX if name.startswith("xls ")):
            (folder / f"xls-{number}").write_bytes(XLSX[name]())
        import xlwt

        book_ = xlwt.Workbook()
        sheet = book_.add_sheet("案件")
        for row, line in enumerate(FEW_CASES.splitlines()):
            for column, cell in enumerate(line.split(",")):
                sheet.write(row, column, cell)
        book_.save(str(folder / "few.xls"))


def read(path: Path) -> int:
    """Read a file as `import` does, without a store; how many rows were taken."""
    from visitcli.app.taking import open_source
    from visitcli.domain.errors import VisitcliError
    from visitcli.domain.rownotes import RowError
    from visitcli.formats.recognise import recognise

    taken = 0
    with contextlib.suppress(VisitcliError):
        source = open_source(recognise(path), {}, None, lambda finding: None)
        for number, row, reader in source.rows():
            with contextlib.suppress(RowError):
                taken += reader.read(row, number) is not None
    return taken


def fuzz(importer: str, seconds: int, count_file: Path) -> None:
    """Under atheris, until the time is up. It ends the process itself."""
    import atheris

    with atheris.instrument_imports(include=["visitcli"]):
        import visitcli.app.importing
        import visitcli.formats.objects
        import visitcli.formats.ole_guard
        import visitcli.formats.tables
        import visitcli.formats.workbook_guard  # noqa: F401
    folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    corpus = folder / "corpus"
    corpus.mkdir()
    seeds(importer, corpus)
    file = folder / f"input{IMPORTERS[importer]}"
    tried = [0, 0, 0.0]

    def one(data: bytes) -> None:
        file.write_bytes(data)
        begun = time.monotonic()
        taken = read(file)
        spent = time.monotonic() - begun
        tried[0] += 1
        tried[1] += bool(taken)
        tried[2] = max(tried[2], spent)
        if tried[0] % 500 == 0:
            count_file.write_text(f"{tried[0]} {tried[1]} {tried[2]:.2f}")
        if spent > SLOW:
            raise TimeoutError(spent)

    Path("crashes").mkdir(exist_ok=True)
    atheris.Setup(
        [sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-max_len=65536", "-artifact_prefix=crashes/",
         "-rss_limit_mb=1500", "-verbosity=0", "-print_final_stats=0"],
        one,
    )  # fmt: skip
    atheris.Fuzz()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("importer", choices=[*IMPORTERS])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--count-file", type=Path)
    given = parser.parse_args(argv)
    if given.count_file:
        fuzz(given.importer, given.seconds, given.count_file)
        return 0
    with tempfile.TemporaryDirectory() as name:
        count = Path(name) / "count"
        again = [sys.executable, "-m", "tests.torture.fuzz", given.importer, "--seconds", str(given.seconds)]
        done = subprocess.run([*again, "--count-file", str(count)], env=os.environ, check=False, capture_output=True)
        tried, taken, slowest = (count.read_text() if count.exists() else "0 0 0").split()
        print(f"{given.importer}: {tried} inputs, {taken} with cases taken, slowest {slowest} s", end=", ")
        print(
            "no crash"
            if done.returncode == 0
            else f"CRASH: {(done.stdout + done.stderr)[-3000:].decode(errors='replace')}"
        )
        return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
