"""The places of a row: texts, coordinates in one cell or two, and the system that they are in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visitcli.domain import values
from visitcli.domain.case import AddressKind, Crs
from visitcli.domain.columns import Layout
from visitcli.domain.fields import Cells, Plain, Problem, converted, converter
from visitcli.domain.placing import Located, Spot, fault_of, in_order, placed
from visitcli.domain.rownotes import Path, RowNotes
from visitcli.domain.values import folded, plain
from visitcli.domain.vocabulary import Vocabulary

Locate = Callable[[str], Located | None]
Numbers = tuple[float, float]

LONGEST_HOURS = 200
_KINDS: tuple[AddressKind, ...] = ("home", "work", "other")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the reading of a file needs to know: its words, where places lie, the system of its numbers.

    `crs_is_given`: by --crs, so that it counts for more than what headings say. `fractions`: the fields of rates whose
    bare numbers are no percent (see `rates.py`).
    """

    words: Vocabulary
    locate: Locate
    crs: Crs = "gcj02"
    crs_is_given: bool = False
    fractions: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Place:
    """The columns of one address."""

    kind: AddressKind
    text: int | None = None
    lat: int | None = None
    lon: int | None = None
    point: int | None = None
    hours: int | None = None
    crs: Crs | None = None
    latitude_first: bool = False

    @property
    def has_numbers(self) -> bool:
        return self.point is not None or (self.lat is not None and self.lon is not None)


class PlaceColumns:
    """The columns of a sheet that say where its customers are."""

    def __init__(self, layout: Layout, terms: Terms) -> None:
        self._terms = terms
        self._columns = layout.columns
        self._places = _places(layout)
        self._crs_at = next((column.index for column in layout.columns if column.field == "crs"), None)
        self._degrees = Cells(values.degrees)
        self._systems = Cells(converter("code:crs", terms.words))

    def read(self, notes: RowNotes) -> tuple[list[Plain], int]:
        """The row's addresses as they are stored, and how many of them got the centre of a town or county."""
        found, located = [], 0
        for place in self._places:
            text = self._text(place, notes)
            numbers = self._numbers(place, notes)
            if not text and numbers is None:
                continue
            hours = notes.text(place.hours)[:LONGEST_HOURS] if place.hours is not None else ""
            lat, lon = numbers or (None, None)
            spot = Spot(place.kind, text, lat, lon, self._system(place, notes), hours)
            address = placed(spot, self._terms.locate)
            if "lat" not in address:
                notes.say(f"{place.kind}_address", "import.not_located", text)
            located += "approximate" in address
            found.append(address)
        return found, located

    def _text(self, place: _Place, notes: RowNotes) -> str:
        if place.text is None:
            return ""
        text = converted(values.text, notes.cells[place.text])
        return notes.text(place.text)[: values.LONGEST_TEXT] if isinstance(text, Problem) else text or ""

    def _numbers(self, place: _Place, notes: RowNotes) -> Numbers | None:
        """Latitude and longitude, None where there are none that can be used (warned of)."""
        if place.point is not None:
            return self._one_cell(place, place.point, notes)
        if place.lat is None or place.lon is None:
            return None
        lat, lon = self._degrees[notes.cells[place.lat]], self._degrees[notes.cells[place.lon]]
        if lat is None and lon is None:
            return None
        code = _fault(lat, lon)
        if code is None:
            return lat, lon
        notes.say(f"{place.kind}_lat", code, f"{notes.text(place.lat)}, {notes.text(place.lon)}")
        notes.unusable.append(("addresses", place.kind, "numbers"))
        for at in (place.lat, place.lon):
            notes.extra[notes.names[at]] = notes.text(at)[:LONGEST_HOURS]
        return None

    def _one_cell(self, place: _Place, at: int, notes: RowNotes) -> Numbers | None:
        pair = converted(values.point, notes.cells[at])
        if pair is None:
            return None
        code: str | None
        if isinstance(pair, Problem):
            code = pair.code
        else:
            lat, lon = in_order(*pair, latitude_first=place.latitude_first)
            code = fault_of(lat, lon)
            if code is None:
                return lat, lon
        notes.keep(self._columns[at], code, ("addresses", place.kind, "numbers"))
        return None

    def _system(self, place: _Place, notes: RowNotes) -> Crs:
        if self._terms.crs_is_given:
            return self._terms.crs
        own = self._systems[notes.cells[self._crs_at]] if self._crs_at is not None else None
        if own is not None and not isinstance(own, Problem):
            return own  # type: ignore[no-any-return]
        return place.crs or self._terms.crs

    def witnesses(self, row: Sequence[object]) -> list[tuple[str, float, float]]:
        """(address, latitude, longitude) of a row's places whose system nothing in the file names."""
        found = []
        for place in self._places if self._crs_at is None else ():
            if place.text is None or not place.has_numbers or place.crs is not None:
                continue
            numbers = self._silently(place, row)
            if numbers:
                found.append((plain(row[place.text]), *numbers))
        return found

    def _silently(self, place: _Place, row: Sequence[object]) -> Numbers | None:
        notes = RowNotes(row, 0, "", [""] * len(row), lambda _finding: None)
        return self._numbers(place, notes)

    @property
    def named_systems(self) -> frozenset[str]:
        """The coordinate systems that the headings name; "column" where each row names its own."""
        named: set[str] = {place.crs for place in self._places if place.crs and place.has_numbers}
        return frozenset(named | ({"column"} if self._crs_at is not None else set()))

    @property
    def has_numbers(self) -> bool:
        """Whether there are columns for coordinates."""
        return any(place.has_numbers for place in self._places)

    @property
    def paths(self) -> frozenset[Path]:
        """What the sheet speaks of."""
        paths: set[Path] = set()
        for place in self._places:
            paths.add(("addresses", place.kind))
            if place.has_numbers:
                paths.add(("addresses", place.kind, "numbers"))
            if place.hours is not None:
                paths.add(("addresses", place.kind, "hours"))
        return frozenset(paths)

    def __bool__(self) -> bool:
        return bool(self._places)


def _fault(lat: object, lon: object) -> str | None:
    if isinstance(lat, Problem) or isinstance(lon, Problem):
        return "import.coordinates"
    if not isinstance(lat, float) or not isinstance(lon, float):
        return "import.coordinates_half"
    return fault_of(lat, lon)


def _places(layout: Layout) -> list[_Place]:
    places: list[_Place] = []
    for kind in _KINDS:
        texts = [column.index for column in layout.columns if column.field == f"{kind}_address"]
        first = _Place(kind, texts[0] if texts else None)
        for column in layout.columns:
            if column.field == f"{kind}_hours":
                first.hours = column.index
            elif column.field in (f"{kind}_lat", f"{kind}_lon", f"{kind}_point"):
                setattr(first, column.field.rpartition("_")[2], column.index)
                first.crs = column.crs or first.crs
                first.latitude_first = folded(column.heading).startswith("lat")
        if first.text is not None or first.has_numbers:
            places.append(first)
        places += [_Place(kind, index) for index in texts[1:]]
    return places
