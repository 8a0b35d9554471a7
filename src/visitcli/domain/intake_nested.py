"""From a JSON object to a case: nested like domain.case.Case, money in yuan under the names without `_fen`; or flat,
with headings as keys, which is read like a row of a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from visitcli.domain import values
from visitcli.domain.case import AddressKind
from visitcli.domain.columns import Layout, find_layout
from visitcli.domain.fields import FIELDS, RECORDS, Field, Plain, Problem, converted, converter, ordered
from visitcli.domain.intake import LONGEST_NUMBER, CaseRows, Taken
from visitcli.domain.intake_places import Terms
from visitcli.domain.intake_records import KINDS, record_of
from visitcli.domain.placing import Spot, fault_of, placed
from visitcli.domain.rownotes import LONGEST_KEPT, BrokenLine, Finding, Path, RowError, RowNotes
from visitcli.domain.values import plain
from visitcli.domain.vocabulary import CASES

_GROUPS = ("customer", "loan", "vehicle")
_OWN = frozenset(
    {
        "case_id",
        "addresses",
        "status",
        "status_text",
        "stage",
        "assigned_date",
        "return_date",
        "extra",
        *_GROUPS,
        *RECORDS,
    }
)
_NESTED = frozenset({"customer", "addresses"})


class CaseObjects:
    """Reads the objects of a JSON file. `warn` is given every Finding that does not refuse its object."""

    def __init__(self, terms: Terms, warn: Callable[[Finding], None], mapping: Mapping[str, str]) -> None:
        self.sheet = ""
        self._terms, self._warn, self._mapping = terms, warn, mapping
        self._flat: dict[tuple[str, ...], CaseRows] = {}
        self._convert = {name: converter(about.kind, terms.words) for name, about in FIELDS.items()}
        self._choose = {name: converter(f"code:{name}", terms.words) for name in ("status", "crs", "address_kind")}

    def read(self, found: object, number: int) -> Taken | None:
        """The case in object `number`. Raises RowError."""
        if isinstance(found, BrokenLine):
            raise RowError("row", "import.broken_line", plain(found.text))
        if not isinstance(found, Mapping):
            raise RowError("row", "import.shape", plain(found))
        if not _NESTED & found.keys():
            return self._flat_reader(found).read(list(map(_scalar, found.values())), number)
        notes = RowNotes((), number, "", (), self._warn)
        case_id = self._case_id(found)
        groups = {name: self._group(name, found.get(name), notes) for name in _GROUPS}
        if "name" not in groups["customer"]:
            raise RowError("name", "import.no_name", case_id=case_id)
        addresses, located = self._addresses(found.get("addresses"), notes)
        if not addresses:
            raise RowError("address", "import.no_place", case_id=case_id)
        case: Plain = {"case_id": case_id, "addresses": addresses}
        case |= {name: group for name, group in groups.items() if group}
        case |= self._own(found, notes)
        for kind in RECORDS:
            records = self._records(kind, found.get(kind), notes)
            if records:
                case[kind] = records
        self._keep_unknown(found, notes)
        if notes.extra:
            case["extra"] = notes.extra
        touched = _touched(found).difference(notes.unusable)
        return Taken(ordered("", case), touched | {("extra", key) for key in notes.extra}, number, located)

    def raw(self, found: object) -> dict[str, str]:
        """An object as it stands, for the list of refused rows."""
        if isinstance(found, BrokenLine):
            return {"json": plain(found.text)[:LONGEST_KEPT]}
        if isinstance(found, Mapping) and not any(isinstance(value, dict | list) for value in found.values()):
            return {plain(key): plain(value) for key, value in found.items()}
        return {"json": plain(json.dumps(found, ensure_ascii=False, default=str))[:LONGEST_KEPT]}

    def witnesses(self, found: object) -> list[tuple[str, float, float]]:
        """(address, latitude, longitude) of the places whose system the object does not name."""
        if not isinstance(found, Mapping):
            return []
        if not _NESTED & found.keys():
            try:
                return self._flat_reader(found).witnesses(list(map(_scalar, found.values())))
            except RowError:
                return []
        places = found.get("addresses")
        return [
            (plain(place.get("text")), *numbers)
            for place in (places if isinstance(places, list) else [])
            if isinstance(place, Mapping) and not place.get("crs") and (numbers := _numbers(place)[0])
        ]

    def bare_rates(self, found: object) -> list[tuple[str, object]]:
        """See CaseRows.bare_rates. A nested object's rates are percent, as everything in it is named and measured by
        this program's own terms."""
        if not isinstance(found, Mapping) or _NESTED & found.keys():
            return []
        try:
            return self._flat_reader(found).bare_rates(list(map(_scalar, found.values())))
        except RowError:
            return []

    def _flat_reader(self, found: Mapping[str, Any]) -> CaseRows:
        keys = tuple(map(str, found))
        if keys not in self._flat:
            layout = find_layout([keys], self._terms.words, self._mapping)
            if layout is None or layout.kind != CASES:
                missing = "name" if any(self._terms.words.field_named(key) == "case_id" for key in keys) else "case_id"
                raise RowError(missing, "import.no_name" if missing == "name" else "import.no_case_number")
            if len(self._flat) > 100:
                self._flat.clear()
            self._flat[keys] = CaseRows(Layout(CASES, layout.columns, 1), self._terms, self._warn)
        return self._flat[keys]

    def _case_id(self, found: Mapping[str, Any]) -> str:
        cell = _scalar(found.get("case_id"))
        value = converted(values.number_text, cell)
        if value is None:
            raise RowError("case_id", "import.no_case_number")
        if isinstance(value, Problem) or len(value) > LONGEST_NUMBER:
            raise RowError("case_id", "import.bad_case_number", plain(cell))
        return str(value)

    def _group(self, name: str, found: object, notes: RowNotes) -> Plain:
        into: Plain = {}
        if found is None:
            return into
        if not isinstance(found, Mapping):
            notes.say(name, "import.shape", plain(found))
            return into
        for key, cell in found.items():
            about = FIELDS.get(key)
            if name == "customer" and key in ("phones", "phone"):
                self._phones(cell, into, notes)
            elif about is None or about.group != name:
                _keep(f"{name}.{key}", cell, notes)
            else:
                self._put(into, key, about, cell, notes)
        return ordered(name, into)

    def _put(self, into: Plain, name: str, about: Field, cell: object, notes: RowNotes) -> None:
        nested = isinstance(cell, dict | list)
        value = Problem("import.shape") if nested else converted(self._convert[name], cell)
        if isinstance(value, Problem):
            _keep(name, cell, notes)
            notes.say(name, value.code, plain(cell))
            notes.unusable.append((about.group, about.key) if about.group else (about.key,))
        elif value is not None:
            into[about.key] = value

    def _phones(self, cells: object, into: Plain, notes: RowNotes) -> None:
        good: dict[str, None] = {}
        for cell in cells if isinstance(cells, list) else [cells]:
            taken, bad = values.phones(_scalar(cell))
            good |= dict.fromkeys(taken)
            for each in bad:
                _keep("phone", each, notes)
                notes.say("phone", "import.phone", each)
        if good:
            into["phones"] = list(good)

    def _own(self, found: Mapping[str, Any], notes: RowNotes) -> Plain:
        own: Plain = {"status": "open", "stage": "on_site"}
        for name in ("stage", "assigned_date", "return_date"):
            if name in found:
                self._put(own, name, FIELDS[name], found[name], notes)
        cell = _scalar(found.get("status", found.get("status_text")))
        status = converted(self._choose["status"], cell)
        if isinstance(status, Problem):
            notes.say("status", status.code, plain(cell))
            notes.unusable.append(("status",))
        else:
            own["status"] = status or "open"
        words = plain(_scalar(found.get("status_text")))[: values.LONGEST_TEXT]
        return own | ({"status_text": words} if words else {})

    def _addresses(self, found: object, notes: RowNotes) -> tuple[list[Plain], int]:
        addresses: list[Plain] = []
        for place in found if isinstance(found, list) else []:
            if not isinstance(place, Mapping):
                notes.say("addresses", "import.shape", plain(place))
                continue
            address = self._address(place, notes)
            if address:
                addresses.append(address)
        addresses.sort(key=lambda address: KINDS.index(address["kind"]))
        return addresses, sum("approximate" in address for address in addresses)

    def _address(self, place: Mapping[str, Any], notes: RowNotes) -> Plain | None:
        kind = converted(self._choose["address_kind"], _scalar(place.get("kind")))
        if isinstance(kind, Problem):
            notes.say("addresses.kind", kind.code, plain(place.get("kind")))
        where: AddressKind = kind if kind in KINDS else "home" if kind is None else "other"
        text = plain(_scalar(place.get("text")))[: values.LONGEST_TEXT]
        numbers, code = _numbers(place)
        if code:
            spoken = f"{plain(place.get('lat'))}, {plain(place.get('lon'))}"
            notes.say(f"{where}_lat", code, spoken)
            _keep(f"{where}_lat", spoken, notes)
        if not text and numbers is None:
            return None
        crs = converted(self._choose["crs"], _scalar(place.get("crs")))
        own = None if self._terms.crs_is_given or isinstance(crs, Problem) else crs
        lat, lon = numbers or (None, None)
        hours = plain(_scalar(place.get("hours")))[:200]
        address = placed(Spot(where, text, lat, lon, own or self._terms.crs, hours), self._terms.locate)
        if "lat" not in address:
            notes.say(f"{where}_address", "import.not_located", text)
        return address

    def _records(self, kind: str, found: object, notes: RowNotes) -> list[Plain]:
        if found is None:
            return []
        if not isinstance(found, list):
            notes.say(kind, "import.shape", plain(found))
            return []
        records = []
        for each in found:
            record, wrong = record_of(kind, each, self._terms.words)
            for name, code, value in wrong:
                notes.say(name, code, value)
            if record:
                records.append(record)
        return records

    def _keep_unknown(self, found: Mapping[str, Any], notes: RowNotes) -> None:
        extra = found.get("extra")
        for key, cell in (extra if isinstance(extra, Mapping) else {}).items():
            _keep(plain(key), cell, notes)
        for key, cell in found.items():
            if key not in _OWN:
                _keep(plain(key), cell, notes)


def _numbers(place: Mapping[str, Any]) -> tuple[tuple[float, float] | None, str | None]:
    """The place's own numbers, or what is wrong with them. What visitcli worked out before is not a file's word."""
    if place.get("approximate") is True:
        return None, None
    source = "source_" if place.get("source_lat") is not None else ""
    lat, lon = (converted(values.degrees, _scalar(place.get(source + name))) for name in ("lat", "lon"))
    if lat is None and lon is None:
        return None, None
    if isinstance(lat, Problem) or isinstance(lon, Problem):
        return None, "import.coordinates"
    if lat is None or lon is None:
        return None, "import.coordinates_half"
    code = fault_of(lat, lon)
    return (None, code) if code else ((lat, lon), None)


def _touched(found: Mapping[str, Any]) -> frozenset[Path]:
    paths: set[Path] = set()
    for name in _GROUPS:
        group = found.get(name)
        for key in group if isinstance(group, Mapping) else ():
            about = FIELDS.get(key)
            paths.add((name, about.key if about else "phones" if key == "phone" else key))
    for kind in KINDS:
        paths |= {("addresses", kind), ("addresses", kind, "numbers"), ("addresses", kind, "hours")}
    paths |= {(name,) for name in ("stage", "assigned_date", "return_date", *RECORDS) if name in found}
    if "status" in found or "status_text" in found:
        paths.add(("status",))
    return frozenset(paths)


def _keep(name: str, cell: object, notes: RowNotes) -> None:
    text = json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, dict | list) else plain(cell)
    if text:
        notes.extra[name] = plain(text)[:LONGEST_KEPT]


def _scalar(cell: object) -> object:
    """A cell as a table would have it: nothing is "", a nested value is its text."""
    if cell is None:
        return ""
    return json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, dict | list) else cell
