"""Published instances of the orienteering problem with time windows: reading them, checking a route, making new ones.

The format is that of the TOPTW test instances of KU Leuven. A first line `k v N t`, a second `D Q`, then a line a
vertex: `i x y d S f a list O C`, where d is the service time, S the score, `list` has a entries, and O and C are the
earliest and the latest begin of service. Vertex 0 is start and end of the route and its C the time by which the route
must be back. Distances are Euclidean, rounded down: to one decimal (Solomon's instances) or two (Cordeau's).

All arithmetic is in integers, so that a distance is rounded down and never off by a bit.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isqrt
from pathlib import Path
from random import Random


class FormatError(ValueError):
    """A file is not in the format; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Vertex:
    """`service`, `opens`, `closes` in the instance's unit of time; the last two bound the begin of service."""

    x: Decimal
    y: Decimal
    service: int
    score: int | float
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Instance:
    """Vertices and the distances between them in whole units: `10 ** digits` of them are one unit of the file."""

    name: str
    digits: int
    vertices: tuple[Vertex, ...]
    distances: list[list[int]]

    @property
    def until(self) -> int:
        """When the route must be back."""
        return self.vertices[0].closes


def decimals_of(name: str) -> int:
    """To how many decimals distances are rounded down, by the instance's name: Cordeau's (pr01 ...) two, others one."""
    return 2 if name.lower().startswith("pr") else 1


def read_instance(path: Path, decimals: int | None = None) -> Instance:
    """The instance in a file. Raises FormatError."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    rows = [(number, line.split()) for number, line in enumerate(lines, 1) if line.split()]
    try:
        count = int(rows[0][1][2])
    except (IndexError, ValueError):
        raise FormatError(f"{path.name}: the first line is not 'k v N t'") from None
    raw = [_vertex_row(path.name, number, words) for number, words in rows[2:]]
    if len(raw) < count or not raw:
        raise FormatError(f"{path.name}: {len(raw)} vertices, the first line says {count}")
    decimals = decimals_of(path.stem) if decimals is None else decimals
    digits = max([decimals, *(_places(value) for row in raw for value in (row[2], row[4], row[5]))])
    vertices = tuple(
        Vertex(x, y, _scaled(service, digits), _plain(score), _scaled(opens, digits), _scaled(closes, digits))
        for x, y, service, score, opens, closes in raw
    )
    return Instance(path.stem, digits, vertices, _distances(vertices, decimals, digits))


def _vertex_row(name: str, number: int, words: list[str]) -> list[Decimal]:
    """x, y, service, score, opening, closing."""
    try:
        if len(words) != 9 + int(words[6]):
            raise FormatError(f"{name}, line {number}: {len(words)} columns, not i x y d S f a list O C")
        return [Decimal(words[i]) for i in (1, 2, 3, 4, -2, -1)]
    except (IndexError, ValueError, InvalidOperation) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{name}, line {number}: not i x y d S f a list O C") from None


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _scaled(value: Decimal, digits: int) -> int:
    return int(value.scaleb(digits))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _distances(vertices: Sequence[Vertex], decimals: int, digits: int) -> list[list[int]]:
    """Euclidean, rounded down at `decimals`, in units of 10 ** -digits."""
    fine = max([decimals, *(_places(value) for v in vertices for value in (v.x, v.y))])
    points = [(_scaled(v.x, fine), _scaled(v.y, fine)) for v in vertices]
    coarser, unit = 10 ** (fine - decimals), 10 ** (digits - decimals)
    return [[isqrt((a - c) ** 2 + (b - d) ** 2) // coarser * unit for c, d in points] for a, b in points]


def read_folder(
    folder: Path, names: Sequence[str] = (), decimals: int | None = None
) -> tuple[list[Instance], list[str]]:
    """The folder's instances by name (those named, where any are), and the other text files in it.

    Raises FormatError for a named instance that is missing or cannot be read.
    """
    if names:
        return [read_instance(_named(folder, name), decimals) for name in names], []
    instances, others = [], []
    for path in sorted(folder.glob("*.txt")):
        try:
            instances.append(read_instance(path, decimals))
        except FormatError as error:
            others.append(str(error))
    return instances, others


def _named(folder: Path, name: str) -> Path:
    path = folder / f"{name}.txt"
    if not path.is_file():
        raise FormatError(f"{folder}: no {name}.txt")
    return path


def read_best_known(folder: Path, file: Path | None = None) -> dict[str, float]:
    """Best known scores by instance, from the columns `instance` and `bks` of a CSV file: the one given, else
    `best_known_m1.csv` in the folder, else none."""
    path = file or folder / "best_known_m1.csv"
    if not path.is_file():
        if file:
            raise FormatError(f"{file}: no such file")
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row["instance"]: float(row["bks"]) for row in csv.DictReader(lines) if row.get("bks")}


def fault_of(instance: Instance, route: Sequence[int]) -> str | None:
    """What is wrong with visiting these vertices in this order, from 0 back to 0; None for a valid route."""
    if len(set(route)) != len(route):
        return "a vertex twice"
    if not all(0 < vertex < len(instance.vertices) for vertex in route):
        return "no such vertex"
    clock, here = instance.vertices[0].opens, 0
    for there in route:
        vertex = instance.vertices[there]
        clock = max(clock + instance.distances[here][there], vertex.opens)
        if clock > vertex.closes:
            return f"late at vertex {there}"
        clock, here = clock + vertex.service, there
    if clock + instance.distances[here][0] > instance.until:
        return "late at the end"
    return None


def score_of(instance: Instance, route: Sequence[int]) -> int | float:
    """The score of a valid route."""
    return sum(instance.vertices[vertex].score for vertex in route)


def made_instance(seed: int, vertices: int = 100, *, clustered: bool = False, wide: bool = False) -> str:
    """The text of a made-up instance: points anywhere or in ten clusters of a field of 100 x 100, narrow windows or
    wide ones around moments of the day, scores of 1 to 50."""
    random = Random(f"optw {seed} {vertices} {clustered} {wide}")
    until, service = (1000, 60) if clustered else (240, 10)
    centres = [(random.uniform(0, 100), random.uniform(0, 100)) for _ in range(10)]
    lines = [f"4 10 {vertices} 1", "0 200", f"0 50.00 50.00 0.00 0.00 0 0 0 {until}"]
    for number in range(1, vertices + 1):
        x, y = random.uniform(0, 100), random.uniform(0, 100)
        if clustered:
            centre = random.choice(centres)
            x, y = random.gauss(centre[0], 4), random.gauss(centre[1], 4)
        width = random.randint(until // 4, until // 2) if wide else random.randint(until // 24, until // 12)
        opens = random.randint(0, until - width)
        score = random.randint(1, 50)
        lines.append(f"{number} {x:.2f} {y:.2f} {service:.2f} {score:.2f} 1 1 1 {opens} {opens + width}")
    return "\n".join(lines) + "\n"


def make_folder(folder: Path) -> None:
    """Four made-up instances: anywhere and clustered, with narrow windows and with wide ones."""
    for clustered, letter in ((False, "r"), (True, "c")):
        for wide, kind in ((False, "narrow"), (True, "wide")):
            text = made_instance(1, clustered=clustered, wide=wide)
            (folder / f"{letter}_{kind}.txt").write_text(text, encoding="utf-8")
