"""Real towns, invented doors.

A door is a point within two kilometres of a town's centre, on a road that bears the name of a toy, a sweet or a thing
from a picture book. No road of Shanghai bears one, as far as we know.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from visitcli.domain.case import Crs
from visitcli.domain.geo import from_wgs84
from visitcli.engines.gazetteer import gazetteer

_METRES_PER_DEGREE = 111_195.0
DOOR_RADIUS_M = 2_000.0

_ROADS = (
    "竹蜻蜓", "纸飞机", "千纸鹤", "不倒翁", "拨浪鼓", "万花筒", "玻璃弹珠", "木陀螺", "跷跷板",
    "走马灯", "皮影戏", "积木", "风铃草", "萤火虫", "满天星", "蒲公英", "小蝌蚪", "七星瓢虫",
    "鹅卵石", "海螺号", "糖葫芦", "麦芽糖", "棉花糖", "爆米花", "桂花糕", "绿豆糕", "龙须糖",
    "八音盒", "铁皮青蛙", "九连环",
)  # fmt: skip
_ESTATES = (
    "积木", "风铃", "星河", "月饼", "云朵", "彩虹", "铃鼓", "灯笼", "麦穗", "松果",
)  # fmt: skip
_TRADES = (
    "物流", "食品", "模具", "电子", "纺织", "包装", "装饰", "汽配", "餐饮", "印务", "五金",
    "保洁", "冷链", "塑业", "家具", "园艺", "健身", "传媒",
)  # fmt: skip
# An agent's own ground in the north-west, with a few stops far out, as a real list has them.
_DISTRICTS = {
    "310114": 30, "310113": 22, "310118": 14, "310107": 6, "310112": 9, "310117": 8, "310106": 4,
    "310115": 4, "310116": 2, "310120": 2, "310104": 1, "310151": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """A place to visit: `lat`, `lon` in WGS-84, the gazetteer's town beside it (empty for a door from a file)."""

    text: str
    lat: float
    lon: float
    town: str = ""


@dataclass(frozen=True, slots=True)
class Town:
    """A town whose centre the gazetteer knows; `county` with its province, 上海市嘉定区."""

    name: str
    county: str
    lat: float
    lon: float


def read_gazetteer() -> tuple[list[str], dict[str, list[Town]]]:
    """The six-digit codes of the counties that have towns with a centre, and these towns by code."""
    places = gazetteer()
    towns: dict[str, list[Town]] = {}
    for place in places.towns():
        county = places.county_name(place.code)
        towns.setdefault(place.code, []).append(Town(place.name.removeprefix(county), county, place.lat, place.lon))
    return list(towns), towns


class MadeUpDoors:
    """Doors that do not exist, near towns that do. `towns` by six-digit code of their district."""

    def __init__(self, towns: Mapping[str, Sequence[Town]]) -> None:
        self._towns = {code: found for code, found in towns.items() if found and code in _DISTRICTS}
        self._codes = list(self._towns)
        self._weights = [_DISTRICTS[code] for code in self._codes]

    def home(self, rng: Random, _number: int) -> Door:
        """A flat in a lane, or a house of a village group."""
        return self.other(rng)

    def other(self, rng: Random) -> Door:
        """Where somebody lives, as `home`."""
        town = self._town(rng)
        road = rng.choice(_ROADS)
        if rng.random() < 0.12:
            street = f"{rng.choice(_ESTATES)}村{rng.randrange(1, 19)}组{rng.randrange(1, 60)}号"
        else:
            flat = f"{rng.randrange(1, 19)}{rng.choice(('0', '0', '1'))}{rng.randrange(1, 5)}"
            street = f"{road}路{rng.randrange(18, 2400)}弄{rng.randrange(1, 120)}号{flat}室"
        return self._door(rng, town, street)

    def work(self, rng: Random) -> Door:
        """A firm's address: a number on a road, often a building and a floor."""
        street = f"{rng.choice(_ROADS)}路{rng.randrange(18, 6800)}号"
        if rng.random() < 0.6:
            street += f"{rng.randrange(1, 9)}幢{rng.randrange(1, 12)}楼"
        return self._door(rng, self._town(rng), street)

    def _town(self, rng: Random) -> Town:
        return rng.choice(self._towns[rng.choices(self._codes, self._weights)[0]])

    def _door(self, rng: Random, town: Town, street: str) -> Door:
        distance, angle = DOOR_RADIUS_M * math.sqrt(rng.random()), rng.random() * math.tau
        lat = town.lat + distance * math.cos(angle) / _METRES_PER_DEGREE
        lon = town.lon + distance * math.sin(angle) / (_METRES_PER_DEGREE * math.cos(math.radians(town.lat)))
        named = town.name if rng.random() < 0.85 else ""  # some lists leave the town out
        return Door(f"{town.county}{named}{street}", lat, lon, town.name)


class DoorsFromFile:
    """Addresses of a file, in a shuffled order: customer after customer, each once before any comes twice.

    For measuring only.
    """

    def __init__(self, path: Path, rng: Random) -> None:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            self._doors = [Door(row["address_full"], float(row["lat_wgs84"]), float(row["lon_wgs84"])) for row in rows]
        rng.shuffle(self._doors)

    def home(self, _rng: Random, number: int) -> Door:
        """The address of customer `number`, from 1."""
        return self._doors[(number - 1) % len(self._doors)]

    def work(self, rng: Random) -> Door:
        """Any address of the file."""
        return rng.choice(self._doors)

    other = work


Doors = MadeUpDoors | DoorsFromFile


def in_system(lat: float, lon: float, crs: Crs) -> tuple[float, float]:
    """A WGS-84 point as (lat, lon) of the file's system, six places: a tenth of a metre."""
    lat, lon = from_wgs84(lat, lon, crs)
    return round(lat, 6), round(lon, 6)


def employer(rng: Random) -> str:
    """The name of a firm that does not exist, and says so: 示例 is "example"."""
    return f"上海{rng.choice(_ROADS)}{rng.choice(_TRADES)}示例公司"
