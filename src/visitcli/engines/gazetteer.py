"""Where an address lies when its file gives no coordinates: the centre of its town, else of its county.

The gazetteer (`data/gazetteer/`, see SOURCES.md there) names every county and town of China; about three towns in ten
and nearly all counties have a coordinate. An address is read from left to right, province, city, county, town, each
by the longest name that fits into what was read before; short names (上海松江九亭) and abolished ones (江干区) count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from visitcli.domain.crs_guess import Level, Witness
from visitcli.domain.geo import Point, distance_m

# Nine in ten places lie within these. County: measured on real addresses, median 3.1 km, 90th percentile 10.5 km.
# Town: measured median 1.2 km on rural addresses; the county's own ratio of 90th percentile to median gives 4 km.
COUNTY_RADIUS_M = 10_500
TOWN_RADIUS_M = 4_000

_DATA = Path(__file__).parent.parent / "data" / "gazetteer"
_SCAN_CHARS = 40  # how far into a text the county may stand
_NEAR_M = 150_000  # a namesake further away than this is no better a guess than none
_NOISE = re.compile(r"[\s,，、。.;；:：()（）·/|-]+|中国|市辖区|省直辖县级行政区划|自治区直辖县级行政区划")
_ROAD = re.compile(
    r"[东南西北中上下大支新老]?[一二三四五六七八九十]?(?:[路街道巷弄村里屯苑园]|大[道街]|公路|小区|花园|大厦|广场)"
)
_TOWN_KINDS = ("镇", "街道", "乡", "苏木")
_COUNTY_KINDS = ("区", "县", "市")
_PEOPLES = (
    "各族|满族|蒙古族?|回族|藏族|维吾尔族?|苗族|彝族|壮族|布依族|朝鲜族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|"
    "黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族?|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|"
    "仡佬族|锡伯族?|普米族|塔吉克族?|怒族|独龙族|裕固族|保安族|鄂温克族|鄂伦春族"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})*自治[县旗州]$")
_OWN_NAME_IS_PEOPLE = {"东乡族自治县": "东乡", "鄂温克族自治旗": "鄂温克", "鄂伦春自治旗": "鄂伦春"}


@dataclass(frozen=True, slots=True)
class Place:
    """A centre that stands for an address: WGS-84, true within `radius_m` metres nine times in ten.

    `name` is the official one from the province down, `code` the county's six digits (GB/T 2260).
    """

    name: str
    code: str
    lat: float
    lon: float
    radius_m: int
    level: Level


class _County(NamedTuple):
    province: str
    city: str
    name: str
    centre: str
    towns: str


class _Town(NamedTuple):
    name: str
    stem: str
    point: Point | None


class Gazetteer:
    """Finds places by name. Reads its tables once; towns are unpacked county by county as they are asked for."""

    def __init__(self, places: str, former_names: str) -> None:
        """`places` and `former_names`: the two tables' text, as SOURCES.md describes them."""
        self._counties: dict[str, _County] = {}
        for line in places.splitlines():
            code, *rest = line.split("\t")
            self._counties[code] = _County(*rest)
        self._names = _name_index(self._counties, former_names)
        self._reach: dict[str, int] = {}
        for name in self._names:
            self._reach[name[0]] = max(self._reach.get(name[0], 0), len(name))
        self._unpacked: dict[str, tuple[_Town, ...]] = {}
        self._by_town: dict[str, list[str]] = {}

    def locate(self, text: str, near: Point | None = None) -> Place | None:
        """The centre of the town, else of the county, that the address names.

        `near`, a WGS-84 point, picks among namesakes (朝阳区 is in Beijing and in Changchun) within 150 km. None where
        no county or town is named, several are meant alike, or the gazetteer has no coordinate.
        """
        clean = _NOISE.sub("", text)
        codes, end = self._counties_meant(clean)
        code = codes[0] if len(codes) == 1 else self._nearest(codes, near)
        if code is None:
            return None
        return self._town_place(code, clean, end) or self._county_place(code)

    def witness(self, text: str, lat: float, lon: float) -> Witness | None:
        """What a row with an address and numbers of an unknown system says to `guess_crs`; None where it names none."""
        place = self.locate(text)
        return Witness(place.name, place.level, (place.lat, place.lon), lat, lon) if place else None

    def centre(self, code: str) -> Point | None:
        """The seat of a county, WGS-84; None where the code or its coordinate is unknown."""
        county = self._counties.get(code)
        return _point(county.centre) if county else None

    def county_name(self, code: str) -> str:
        """Official name of a county from the province down, each word once. Raises KeyError for an unknown code."""
        county = self._counties[code]
        return "".join(dict.fromkeys((county.province, county.city, county.name)))

    def towns(self) -> Iterator[Place]:
        """Every town that has a coordinate, in the order of the codes."""
        for code in self._counties:
            for town in self._towns_of(code):
                if place := self._as_place(code, town):
                    yield place

    def _counties_meant(self, text: str) -> tuple[list[str], int]:
        """The codes of the counties that the text may mean, and where the last name before the town ended."""
        scopes, end = self._read(text)
        if all(len(scope) == 6 for scope in scopes):
            return scopes, end
        return self._counties_of_town(text[end:], scopes), end

    def _read(self, text: str) -> tuple[list[str], int]:
        """The code prefixes that the text's names leave (two digits a province, four a city, six a county; `""` for
        none) and where the last name ended. More than one prefix means namesakes."""
        scopes, end, at = [""], 0, 0
        while at < min(len(text), _SCAN_CHARS):
            hit = self._longest(text, at, scopes, joined=at == end)
            if hit is None:
                at += 1
                continue
            scopes, length = hit
            end = at = at + length
            if all(len(scope) == 6 for scope in scopes):
                break
        return scopes, end

    def _longest(self, text: str, at: int, scopes: list[str], joined: bool) -> tuple[list[str], int] | None:
        """The longest name at a place that fits the scopes, as (narrowed scopes, its length).

        A name that is short for another counts only where it joins the name before (or begins the text) and no road
        is called so: 上海松江 is a county, 上海市松江路 is a road.
        """
        for length in range(min(self._reach.get(text[at], 0), len(text) - at), 1, -1):
            found = self._names.get(text[at : at + length])
            if found is None or not (found.full or joined):
                continue
            if found.short and _ROAD.match(text, at + length):
                continue
            if narrowed := _narrow(scopes, found.codes):
                return narrowed, length
        return None

    def _counties_of_town(self, rest: str, scopes: list[str]) -> list[str]:
        """Counties within the scopes that have the town with which the rest of the address begins (木渎镇…)."""
        if not self._by_town:
            for code in self._counties:
                for town in self._towns_of(code):
                    self._by_town.setdefault(town.name, []).append(code)
        for length in range(min(len(rest), 12), 1, -1):
            codes = self._by_town.get(rest[:length])
            if codes:
                return [code for code in codes if any(code.startswith(scope) for scope in scopes)]
        return []

    def _nearest(self, codes: Iterable[str], near: Point | None) -> str | None:
        if near is None:
            return None
        ranked = [(distance_m(near, centre), code) for code in codes if (centre := self.centre(code))]
        distance, code = min(ranked, default=(_NEAR_M, None))
        return code if distance < _NEAR_M else None

    def _town_place(self, code: str, text: str, end: int) -> Place | None:
        """The county's town that the text names: with its kind anywhere (any kind: many 乡 became 镇), or by its bare
        name right after the county's. The longest name wins, then the one that stands there as it is."""
        best: _Town | None = None
        best_rank = (0, False)
        for town in self._towns_of(code):
            if town.stem not in text:
                continue
            rank = (len(town.stem), town.name in text)
            if rank > best_rank and _names_town(text, end, town):
                best, best_rank = town, rank
        return self._as_place(code, best) if best else None

    def _as_place(self, code: str, town: _Town) -> Place | None:
        if town.point is None:
            return None
        return Place(self.county_name(code) + town.name, code, *town.point, TOWN_RADIUS_M, "town")

    def _county_place(self, code: str) -> Place | None:
        centre = self.centre(code)
        return Place(self.county_name(code), code, *centre, COUNTY_RADIUS_M, "county") if centre else None

    def _towns_of(self, code: str) -> tuple[_Town, ...]:
        if code not in self._unpacked:
            packed = self._counties[code].towns
            self._unpacked[code] = tuple(map(_unpack_town, packed.split(";"))) if packed else ()
        return self._unpacked[code]


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that visitcli ships, read at first use."""
    texts = ((_DATA / name).read_text(encoding="utf-8") for name in ("places.tsv", "former_names.tsv"))
    return Gazetteer(*texts)


class _Name(NamedTuple):
    """What a name means: `full` may stand anywhere, others only right after another name; `short` is nobody's
    official name and may as well be a road's."""

    codes: list[str]
    full: bool
    short: bool


def _name_index(counties: dict[str, _County], former_names: str) -> dict[str, _Name]:
    """Every name of a province, city or county, official, short and former, with the code prefixes that it means."""
    official: dict[str, dict[str, None]] = {}
    short: dict[str, dict[str, None]] = {}
    for scope, name in _official_names(counties):
        official.setdefault(name, {})[scope] = None
        for other in _short_names(name):
            short.setdefault(other, {})[scope] = None
    for line in former_names.splitlines():
        name, code = line.split("\t")
        official.setdefault(name, {})[code] = None
    for scope, county in counties.items():
        for other in _other_kinds(county.name):
            if other not in official:
                short.setdefault(other, {})[scope] = None
    index = {name: _Name(list(codes), False, True) for name, codes in short.items()}
    for name, codes in official.items():
        # Two characters (城区, 郊区, 赵县) turn up inside other words: they may not stand anywhere.
        index[name] = _Name(list(codes | short.get(name, {})), len(name) > 2, False)
    return index


def _official_names(counties: dict[str, _County]) -> Iterator[tuple[str, str]]:
    """(code prefix, name) of each province, city and county; a city that is one county has that county's code."""
    cities: dict[tuple[str, str], list[str]] = {}
    provinces: dict[str, str] = {}
    for code, county in counties.items():
        provinces[code[:2]] = county.province
        if county.city != county.province:
            cities.setdefault((code[:4], county.city), []).append(code)
        yield code, county.name
    yield from provinces.items()
    for (prefix, name), codes in cities.items():
        yield (codes[0] if len(codes) == 1 else prefix), name


def _short_names(name: str) -> Iterator[str]:
    """What people say for an official name: 松江 for 松江区, 延边 and 延边州 for 延边朝鲜族自治州, 广西 and so on."""
    stem = _OWN_NAME_IS_PEOPLE.get(name) or _AUTONOMOUS.sub("", name)
    if stem == name:
        stem = re.sub(r"(?:壮族|回族|维吾尔)?自治区$|地区$|新区$|林区$|特区$|[省市区县旗盟]$", "", name)
    if len(stem) > 1 and stem != name:
        yield stem
        if name.endswith("自治州"):
            yield stem + "州"
        if name.endswith("自治县"):
            yield stem + "县"


def _other_kinds(name: str) -> Iterator[str]:
    """The same county under the kind that it had or may get: 即墨市 for 即墨区, 射阳市 for 射阳县."""
    if name[-1] in _COUNTY_KINDS and len(name) > 2 and not name.endswith(("自治县", "新区", "林区", "特区")):
        for kind in _COUNTY_KINDS:
            if kind != name[-1]:
                yield name[:-1] + kind


def _narrow(scopes: list[str], codes: list[str]) -> list[str]:
    """The codes that lie within a scope, and the scopes that lie within a code, each once."""
    found: dict[str, None] = {}
    for scope in scopes:
        for code in codes:
            if code.startswith(scope):
                found[code] = None
            elif scope.startswith(code):
                found[scope] = None
    return list(found)


def _unpack_town(packed: str) -> _Town:
    name, _, point = packed.partition(",")
    kind = next((kind for kind in _TOWN_KINDS if name.endswith(kind)), "")
    return _Town(name, name.removesuffix(kind), _point(point))


def _names_town(text: str, end: int, town: _Town) -> bool:
    if len(town.stem) > 1 and text.startswith(town.stem, end) and not _ROAD.match(text, end + len(town.stem)):
        return True
    at = text.find(town.stem)
    while at >= 0:
        if text.startswith(_TOWN_KINDS, at + len(town.stem)):
            return True
        at = text.find(town.stem, at + 1)
    return False


def _point(text: str) -> Point | None:
    lat, comma, lon = text.partition(",")
    return (float(lat), float(lon)) if comma else None
