"""Make the example case files: invented people, doors, numbers and loans around real towns near Shanghai.

    python examples/make_cases.py                       all files, as they stand in this folder
    python examples/make_cases.py --addresses FILE.csv  with the places of a file, for measuring only
    python examples/make_cases.py --flat --rows 100000  one clean flat CSV (or --xlsx) of any length

The same options give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

from casegen.broken import COUNT, broken_csv  # noqa: E402
from casegen.day_two import second_day  # noqa: E402
from casegen.nested import nested_json  # noqa: E402
from casegen.places import Doors, DoorsFromFile, MadeUpDoors, read_gazetteer  # noqa: E402
from casegen.story import World, case  # noqa: E402
from casegen.tables import flat_rows, office_csv, table  # noqa: E402

TODAY = date(2026, 11, 23)
SEED, CASES = 20261123, 150
_PATTERNS = 2_000  # loans that the rows of a flat file go round in


def make_files(world: World, count: int, out: Path) -> None:
    """The first day's three files, the second day's, and the one with faults."""
    from casegen.workbook import office_workbook

    cases = [case(world, number) for number in range(1, count + 1)]
    faulty = [case(world, 90_000 + number) for number in range(1, COUNT + 1)]
    _write(out / "cases.csv", office_csv(cases, world.today))
    _write(out / "cases.xlsx", office_workbook(cases, world.today))
    _write(out / "cases.json", nested_json(cases))
    tomorrow = world.today + timedelta(days=1)
    _write(out / "day2.csv", office_csv(second_day(world, cases), tomorrow, principal_in_wan=True))
    _write(out / "cases-broken.csv", broken_csv(faulty))


def make_flat(world: World, rows: int, path: Path) -> None:
    """One clean table for measuring, UTF-8 CSV or XLSX by the name's ending."""
    from casegen.columns import HEADINGS

    found = flat_rows([case(world, number) for number in range(1, min(rows, _PATTERNS) + 1)], rows)
    if path.suffix == ".xlsx":
        from casegen.flat_workbook import flat_workbook

        _write(path, flat_workbook(found))
    else:
        _write(path, table([HEADINGS, *found], "utf-8"))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    print(f"{path.name}  {len(content):,} bytes")


def main(arguments: list[str] | None = None) -> None:
    """Read the options, make the files."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if not asked.flat and (asked.rows or asked.xlsx):
        parser.error("--rows, --xlsx: with --flat only")
    if asked.out == HERE and (asked.addresses or asked.flat):
        raise SystemExit(
            "这些文件只供测量：请用 --out 另指一个文件夹。 For measuring only: name another folder with --out."
        )
    asked.out.mkdir(parents=True, exist_ok=True)
    counties, towns = read_gazetteer()
    doors: Doors = MadeUpDoors(towns)
    if asked.addresses:
        print(
            "警告：这些文件把真实门牌配给了虚构的欠款人，只供测量，不得公开。\n"
            "Warning: these files give real doors to invented debtors. For measuring only; never publish them.",
            file=sys.stderr,
        )
        doors = DoorsFromFile(asked.addresses, Random(f"{asked.seed}/addresses"))
    world = World(today=asked.today, doors=doors, counties=counties, crs=asked.crs, seed=asked.seed)
    if asked.flat:
        make_flat(world, asked.rows or asked.cases, asked.out / ("flat.xlsx" if asked.xlsx else "flat.csv"))
    else:
        make_files(world, asked.cases, asked.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=CASES, metavar="N", help="how many cases (default %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="default %(default)s")
    parser.add_argument(
        "--today", type=date.fromisoformat, default=TODAY, metavar="YYYY-MM-DD", help="default %(default)s"
    )
    parser.add_argument("--addresses", type=Path, metavar="FILE.csv", help="columns address_full, lon_wgs84, lat_wgs84")
    parser.add_argument("--crs", choices=("wgs84", "gcj02", "bd09"), default="gcj02", help="default %(default)s")
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="default: this folder")
    parser.add_argument("--flat", action="store_true", help="one clean flat table instead of the example files")
    parser.add_argument("--rows", type=int, metavar="N", help="with --flat: how many rows")
    parser.add_argument("--xlsx", action="store_true", help="with --flat: XLSX instead of CSV")
    return parser


if __name__ == "__main__":
    main()
