"""Which column of a table holds what: the heading row found among titles, its words matched to fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from visitcli.domain.case import Crs
from visitcli.domain.errors import BadInputError
from visitcli.domain.values import PER_CENT, RATE_SIGNS, folded, narrow, plain
from visitcli.domain.vocabulary import CASES, Vocabulary

HEADING_WITHIN = 30  # rows at the top in which the heading is looked for

# A sheet is of a kind when it has all of the first fields and one of the second.
_NEEDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    CASES: (frozenset({"case_id", "name"}), frozenset()),
    "payments": (frozenset({"case_id", "due_date"}), frozenset({"due", "paid_date", "paid"})),
    "contacts": (frozenset({"case_id", "at"}), frozenset({"by", "result", "note"})),
    "promises": (frozenset({"case_id", "due_date"}), frozenset({"amount", "made_at", "status"})),
    "addresses": (frozenset({"case_id", "kind"}), frozenset({"text", "lat", "point"})),
    "holds": (frozenset({"case_id", "code"}), frozenset()),
}
_SHEET_NAMES = {
    "payments": ("还款", "payment", "repayment"),
    "contacts": ("催收记录", "联系", "跟进", "催记", "contact", "call"),
    "promises": ("承诺", "ptp", "promise"),
    "addresses": ("地址", "address"),
    "holds": ("停催", "标记", "hold"),
}
_MANY = frozenset({"phone", "home_address", "work_address", "other_address", "ignored"})
_OWNERS = ("借款人", "主借人", "主贷人", "承租人", "债务人", "客户")
_BRACKETS = re.compile(r"[(\[【{〔〈《]([^)\]】}〕〉》]*)[)\]】}〕〉》]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it stands (from 0), its heading as written, its field ("" for an unknown one).

    `scale`: 10,000 where the heading says 万元. `rate_scale`: how many percent 1 is where the heading says % or ‰.
    `crs`: the coordinate system that the heading names.
    """

    index: int
    heading: str
    field: str = ""
    scale: int = 1
    rate_scale: Decimal | None = None
    crs: Crs | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A table understood: its kind, its columns, and the row (from 1) that its first record may stand in."""

    kind: str
    columns: tuple[Column, ...]
    first_row: int

    @property
    def fields(self) -> frozenset[str]:
        """The known fields of this table."""
        return frozenset(column.field for column in self.columns if column.field)


def find_layout(
    rows: Sequence[Sequence[object]], words: Vocabulary, mapping: Mapping[str, str], sheet: str = ""
) -> Layout | None:
    """The best reading of a table from its first rows; None where no kind of sheet fits.

    `mapping`: field -> heading, for the sheet of cases, before what the vocabulary says.
    """
    found = [layout for kind in words.sheets if (layout := _best(rows, words, kind, mapping))]
    return max(found, key=lambda layout: _rank(layout, folded(sheet)), default=None)


def explain_missing(
    rows: Sequence[Sequence[object]], words: Vocabulary, mapping: Mapping[str, str], file: str
) -> BadInputError:
    """Why a table is not one of cases: no heading row at all, or which columns it lacks."""
    tables = [_layout(rows, at, words, CASES, mapping) for at in range(min(len(rows), HEADING_WITHIN))]
    best = max(tables, key=lambda table: len(table.fields), default=None)
    if best is None or len(best.fields) < 2:
        return BadInputError("import.no_heading", file=file, rows=HEADING_WITHIN)
    lacking = [field for field in ("case_id", "name") if field not in best.fields]
    headings = [column.heading for column in best.columns if column.heading]
    return BadInputError(
        "import.missing_columns", file=file, row=best.first_row - 1, columns=lacking, found=headings[:12]
    )


def _rank(layout: Layout, sheet: str) -> tuple[bool, int]:
    # A sheet's own name decides between readings of the same columns (地址 and 时间 mean little by themselves).
    named = any(folded(word) in sheet for word in _SHEET_NAMES.get(layout.kind, ()))
    return named, len(layout.fields - {"ignored"})


def _best(rows: Sequence[Sequence[object]], words: Vocabulary, kind: str, mapping: Mapping[str, str]) -> Layout | None:
    every, some = _NEEDS[kind]
    best: Layout | None = None
    plainly_known = words.sheets[kind].keys() | {folded(heading) for heading in mapping.values()}
    for at in range(min(len(rows), HEADING_WITHIN)):
        if not any(folded(_BRACKETS.sub("", narrow(plain(cell)))) in plainly_known for cell in rows[at]):
            continue  # no heading row is without one plain word, and looking closer takes time
        layout = _layout(rows, at, words, kind, mapping if kind == CASES else {})
        fits = every <= layout.fields and (not some or some & layout.fields)
        if fits and (best is None or len(layout.fields) > len(best.fields)):
            best = layout
    return best


def _layout(
    rows: Sequence[Sequence[object]], at: int, words: Vocabulary, kind: str, mapping: Mapping[str, str]
) -> Layout:
    headings = [plain(cell) for cell in rows[at]]
    lower = [plain(cell) for cell in rows[at + 1]] if at + 1 < len(rows) else []
    below = _second_line(headings, lower, words.sheets[kind])
    if below:
        width = max(len(headings), len(lower))
        headings = [
            _at(lower, index) or _at(headings, index) for index in range(width)
        ]  # a merged heading's parts stand below it
    columns = _columns(headings, words, kind, mapping)
    return Layout(kind, tuple(columns), at + (3 if below else 2))


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _second_line(headings: Sequence[str], lower: Sequence[str], known: Mapping[str, str]) -> bool:
    """Whether the row below belongs to the heading: known words there, and none under the case number."""
    number = next((i for i, heading in enumerate(headings) if known.get(folded(heading)) == "case_id"), None)
    if number is None or _at(lower, number):
        return False
    return sum(folded(cell) in known for cell in lower if cell) >= 2


def _columns(headings: Sequence[str], words: Vocabulary, kind: str, mapping: Mapping[str, str]) -> list[Column]:
    wanted = {folded(heading): field for field, heading in mapping.items()}
    columns = []
    for index, heading in enumerate(headings):
        field = wanted.pop(folded(heading), None) if heading else None
        column = replace(match(heading, words, kind), index=index)
        columns.append((replace(column, field=field), True) if field else (column, False))
    return _owned_places(_each_once(columns))


def _each_once(columns: Sequence[tuple[Column, bool]]) -> list[Column]:
    """A field belongs to one column, the mapped (True) or else the first; a second 家庭地址 is another address."""
    taken = {column.field for column, mapped in columns if mapped and column.field not in _MANY}
    kept = []
    for column, mapped in columns:
        field = column.field
        if field in taken and not mapped:
            field = "other_address" if field in ("home_address", "work_address") else ""
        if field not in _MANY or field in ("home_address", "work_address"):
            taken.add(field)
        kept.append(replace(column, field=field))
    return kept


def _owned_places(columns: list[Column]) -> list[Column]:
    """Bare 经度 and 纬度 belong to the home, or to the one address that the table has."""
    fields = {column.field for column in columns}
    if "home_address" in fields or not fields & {"home_lon", "home_lat", "home_point"}:
        return columns
    others = [kind for kind in ("work", "other") if f"{kind}_address" in fields and f"{kind}_lon" not in fields]
    if len(others) != 1:
        return columns
    owner = others[0]
    return [
        replace(column, field=f"{owner}_{column.field[5:]}")
        if column.field in ("home_lon", "home_lat", "home_point")
        else column
        for column in columns
    ]


def match(heading: str, words: Vocabulary, kind: str = CASES) -> Column:
    """A heading's field, unit and coordinate system; an unknown one has the field ""."""
    known = words.sheets[kind]
    text = narrow(heading)
    notes = [folded(note) for note in _BRACKETS.findall(text)]
    base = folded(_BRACKETS.sub("", text))
    rate_scale = _rate_scale(text, words)
    for note in notes:
        for word in (note + base, base + note):
            if word in known:
                return Column(0, heading, known[word], rate_scale=rate_scale)
    column = _stripped(base, words, known)
    for note in notes:
        scale = words.units.get(note.removeprefix("单位").removeprefix("unit"), 0)
        column = replace(column, scale=scale or column.scale, crs=_crs(note, words) or column.crs)
    return replace(column, heading=heading, rate_scale=rate_scale)


def _stripped(base: str, words: Vocabulary, known: Mapping[str, str]) -> Column:
    """The field of a folded heading, if need be without a unit, a system, an owner or a number at its edge."""
    if base in known:
        return Column(0, "", known[base])
    for unit, scale in words.units.items():
        if base.endswith(unit) and base[: -len(unit)] in known:
            return Column(0, "", known[base[: -len(unit)]], scale)
    for system, crs in words.values["crs"].items():
        for rest in (base.removesuffix(system), base.removeprefix(system)):
            if rest != base and (field := known.get(rest)) and field.rpartition("_")[2] in ("lon", "lat", "point"):
                return Column(0, "", field, crs=_as_crs(crs))
    for owner in _OWNERS:
        if base.startswith(owner) and base[len(owner) :] in known:
            return Column(0, "", known[base[len(owner) :]])
    numbered = re.sub(r"[\d一二三四五]+$", "", base)
    field = known.get(numbered, "")
    if numbered != base and field in _MANY:
        first = base.endswith(("1", "一"))
        return Column(0, "", "other_address" if field == "home_address" and not first else field)
    return Column(0, "")


def _rate_scale(heading: str, words: Vocabulary) -> Decimal | None:
    for sign, scale in RATE_SIGNS.items():
        if sign in heading:
            return scale
    return PER_CENT if any(word in folded(heading) for word in words.percents) else None


def _crs(note: str, words: Vocabulary) -> Crs | None:
    systems = words.values["crs"]
    return _as_crs(systems.get(note) or systems.get(note.removesuffix("坐标系").removesuffix("坐标")))


def _as_crs(code: str | None) -> Crs | None:
    return code if code in ("wgs84", "gcj02", "bd09") else None  # type: ignore[return-value]
