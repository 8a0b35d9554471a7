"""Invented people: names, identity numbers, phones. Nobody here exists; what keeps it so is said at each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖"
)
_COMMON = 24  # the first of them carry more than half of all people
_COMPOUND = ("欧阳", "上官", "诸葛", "司徒")
_MEN = "伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国志海峰立新文博天翔晨轩东亮"
_WOMEN = "芳娜敏静丽艳娟霞秀英燕玲桂兰婷雪梅倩颖洁慧琳丹萍红玉莉佳欣怡雅晶蕾薇春凤月思雨瑶悦琪"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# Number ranges that, as far as we know, no operator hands out to people.
_PHONE_RANGES = ("154", "163", "169")
_NEIGHBOURS = ("32", "33", "34", "36", "41", "42", "51")  # where newcomers to Shanghai come from: Jiangsu, Anhui ...


@dataclass(frozen=True, slots=True)
class Person:
    """An invented customer: `sex` is `m` or `f`."""

    name: str
    sex: str
    id_number: str
    phones: tuple[str, ...]


def person(rng: Random, today: date, counties: Sequence[str]) -> Person:
    """Somebody of 22 to 60 years, registered in one of the six-digit `counties`."""
    sex = "m" if rng.random() < 0.68 else "f"
    born = today - timedelta(days=rng.randrange(22 * 365, 60 * 365))
    phones = tuple(_phone(rng) for _ in range(2 if rng.random() < 0.15 else 1))
    return Person(_name(rng, sex), sex, id_number(rng, _county(rng, counties), born, sex), phones)


def _name(rng: Random, sex: str) -> str:
    if rng.random() < 0.012:
        surname = rng.choice(_COMPOUND)
    else:
        surname = rng.choice(_SURNAMES[:_COMMON] if rng.random() < 0.6 else _SURNAMES)
    letters = _MEN if sex == "m" else _WOMEN
    given = rng.choice(letters)
    if len(surname) == 2 or rng.random() < 0.8:
        given += rng.choice(letters)
    return surname + given


def _county(rng: Random, counties: Sequence[str]) -> str:
    prefixes = ("31",) if rng.random() < 0.5 else _NEIGHBOURS
    return rng.choice([code for code in counties if code.startswith(prefixes)])


def id_number(rng: Random, county: str, born: date, sex: str) -> str:
    """Eighteen digits with a right check digit (GB 11643-1999).

    The serial is one of 996 to 999, which the first edition of the standard kept for people over a hundred years
    old: beside a birth date of our time nobody holds such a number.
    """
    serial = rng.choice(("997", "999") if sex == "m" else ("996", "998"))
    body = f"{county}{born:%Y%m%d}{serial}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """The last character of an identity number from its first seventeen (ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def masked(id_number: str) -> str:
    """As offices hide it: `3101**********1234`."""
    return f"{id_number[:4]}**********{id_number[-4:]}"


def _phone(rng: Random) -> str:
    return f"{rng.choice(_PHONE_RANGES)}{rng.randrange(10**8):08d}"
