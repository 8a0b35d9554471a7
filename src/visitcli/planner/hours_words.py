"""The words in which an office says when somebody is at an address, as one pattern with a name for each kind of word.

Texts are NFKC-normalised, in lower case, and Chinese hours are digits already (`in_digits`).
"""

from __future__ import annotations

import re

DAY_S = 86_400
H = 3600
DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6} | {str(n): n - 1 for n in range(1, 8)}
ENGLISH_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}

# Days. 节假日 is no day of the week: it is understood so that what is said of it goes for no other day.
GROUPS: tuple[tuple[str, range], ...] = (
    (r"非工作日|休息日|公休日?|周末|双休日?|weekends?", range(5, 7)),
    (r"非周末|工作日|平日|周内|weekdays?|(?:working|business) days?", range(5)),
    (r"每天|每日|天天|全周|每(?=晚|$)|daily|every ?day", range(7)),
    (r"(?:法定)?节假日|假日|(?:public )?holidays?", range(0)),
)
_NO_DAY = r"(?![次般天整直定个起家早间月号点时])"  # 周五一般在家: no second day
_ONE = rf"(?:(?:周|星期|礼拜)[一二三四五六日天1-7]{_NO_DAY}|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
TO = r"\s*(?:[-~—–−‐〜]+|至|到|to|until|till)\s*"
_DAY_SPAN = rf"{_ONE}{TO}(?:{_ONE}|[一二三四五六日天]{_NO_DAY}|[1-7](?![\d:.点时]))"
_AND = r"\s*(?:[、,/&和及与跟或]|and|or)?\s*"
_DAY_LIST = rf"{_ONE}(?:{_AND}{_ONE}|[、/和及与]?[一二三四五六日天]{_NO_DAY})*"
_GROUP = "|".join(words for words, _ in GROUPS)

# Times of day.
PARTS: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    (r"中午(?:以|之)?后", ((12 * H, DAY_S),)),
    (r"中午(?:以|之)?前", ((0, 12 * H),)),
    (r"早晚", ((6 * H, 10 * H), (18 * H, 22 * H))),
    (r"早上|早晨|清晨", ((6 * H, 10 * H),)),
    (r"上午|morning", ((8 * H, 12 * H),)),
    (r"中午|午间|\bnoon|lunch ?time", ((11 * H, 14 * H),)),
    (r"下午|午后|afternoon", ((12 * H, 18 * H),)),
    (r"傍晚", ((17 * H, 20 * H),)),
    (r"下班(?:以|之)?后|晚上|晚间|夜晚|夜间|夜里|晚|evening|after work", ((18 * H, 22 * H),)),
    (r"白天|日间|daytime", ((8 * H, 18 * H),)),
)
MORNING, NOON, EVENING = r"凌晨|清晨|早晨|早上|上午|早", r"中午", r"下午|午后|傍晚|晚上|晚间|夜晚|夜间|夜里|晚|夜"
_CLOCK = rf"(?:{MORNING}|{NOON}|{EVENING})?\s*(?<!\d)\d{{1,2}}"
_REST = r"(?:[:.][0-5]\d|\s*[点时](?:整|半|[1一]刻|[3三]刻|[0-5]?\d分?)?)?(?!\d)\s*(?:[ap]\.?m\b\.?)?"
_THEN = rf"{_CLOCK}{_REST}(?!\s*[号楼层室岁月日天周年元%小个])"
_TIME = rf"(?<![\d./-]){_THEN}"
READ_TIME = re.compile(
    rf"(?P<part>{MORNING}|{NOON}|{EVENING})?\s*(?P<hour>\d{{1,2}})"
    r"(?:[:.](?P<minute>\d\d)|\s*[点时](?:整|(?P<half>半)|(?P<quarters>[1一3三])刻|(?P<past>\d{1,2}))?)?"
    r"分?\s*(?:(?P<half_day>[ap])\.?m)?"
)

WORD = re.compile(
    "|".join(
        (
            r"(?P<end>[;,\n。()|或])",
            r"(?P<without>除了?(?P<excepted>[^;,。()]{1,12}?)(?:以外|之外|外))",
            rf"(?P<days>{_DAY_SPAN}|{_DAY_LIST}|{_GROUP})",
            r"(?P<early_late>[早朝](?P<early>\d{1,2})[点时]?晚(?P<late>\d{1,2})[点时]?(?![:\d半]))",
            rf"(?P<span>(?P<opens>{_TIME}){TO}(?P<closes>{_THEN}))",
            rf"(?P<after>(?P<since>{_TIME})\s*(?:以后|之后|过后|往后|后|起|开始)|\b(?:after|from|since)\s*(?P<since_>{_TIME}))",
            rf"(?P<before>(?P<till>{_TIME})\s*(?:以前|之前|前|为止)|\b(?:before|until|till|by)\s*(?P<till_>{_TIME}))",
            r"(?P<whole>全天|整天|全日|24小时|随时|任何时间|any ?time|all day|24/7)",
            # 不休, 无休 mean open; what is said after 休息日 is said of the weekend.
            r"(?P<open>[不无]休息?|没有?休息)",
            r"(?P<away>不在|没人|无人|没有人|外出|出门|除外|以外|之外|勿|不方便|不便|不要|不得|不可|不能|不接待|谢绝"
            r"|except|\bnot?\b|\baway\b)",
            r"(?P<not>除了?)",
            r"(?P<rest>休息|歇业|不营业|不上班|放假|关门|打烊|(?<![轮调单双])休(?![闲假一二\d])|closed)",
            r"(?P<unsure>不|非|上班|[轮调]休|可能|有时|偶尔|maybe|sometimes)",
            "(?P<part>" + "|".join(words for words, _ in PARTS) + ")",
        )
    )
)

_NUMERAL = r"二?十[一二三四五六七八九]?|[零一二两三四五六七八九]"
_HOUR = re.compile(rf"(?<![周期拜])(?:{_NUMERAL})(?=[点时])|(?<=[朝早晚])[一二三四五六七八九十]+(?=[朝晚;,。()\s]|$)")
_MINUTE = re.compile(r"(?<=\d[点时])[零二三四五]?十?[一二三四五六七八九]?(?=分)|(?<=\d[点时])[二三四五]?十五?")
_UNITS = {"零": 0, "两": 2} | {sign: number for number, sign in enumerate("一二三四五六七八九", 1)}


def in_digits(text: str) -> str:
    """The text with the hours and minutes that stand in Chinese numerals (九点半, 朝九晚五) in digits."""
    return _MINUTE.sub(_number, _HOUR.sub(_number, text))


def _number(match: re.Match[str]) -> str:
    tens, ten, units = match[0].rpartition("十")
    return str((_UNITS.get(tens, 1) if ten else 0) * 10 + _UNITS.get(units, 0)) if match[0] else ""
