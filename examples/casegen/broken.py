"""Rows that must be refused or warned of, one fault each, with a column that says what should happen."""

from __future__ import annotations

from collections.abc import Sequence

from visitcli.domain.case import Case

from .columns import AT, HEADINGS
from .tables import clean_row, table

_TAKEN = "接收：这一行没有问题"
_FAULTS: tuple[tuple[dict[str, str], str], ...] = (
    ({}, _TAKEN),
    ({"案件编号": ""}, "拒收：没有案件编号"),
    ({"客户姓名": ""}, "拒收：没有客户姓名"),
    (
        {"家庭地址": "", "经度": "", "纬度": "", "单位地址": "", "单位经度": "", "单位纬度": ""},
        "拒收：没有地址也没有坐标",
    ),
    ({"身份证号": "1.10101E+17"}, "告警：身份证号被表格软件舍入，末几位已丢失；保留原样，不使用"),
    ({"身份证号": "110101198513450019"}, "告警：身份证号的出生日期不存在；保留原样，不使用"),
    ({"手机号": "154123456"}, "告警：手机号只有九位；保留原样，不使用"),
    ({"案件编号": "{first}"}, "拒收：案件编号与第 2 行重复"),
    ({"逾期金额": "面议"}, "告警：逾期金额不是数字；保留原样，不使用"),
    ({"委案日期": "2026/13/45"}, "告警：委案日期不存在；保留原样，不使用"),
    ({"经度": "999", "纬度": "31.2"}, "告警：经度超出范围；改用地名中心"),
    ({}, _TAKEN),
)
COUNT = len(_FAULTS)


def broken_csv(cases: Sequence[Case]) -> bytes:
    """One row a fault, on `COUNT` sound cases. Headings in row 1, GB18030."""
    rows = [_spoilt(case, cases[0].case_id, *fault) for case, fault in zip(cases, _FAULTS, strict=True)]
    return table([[*HEADINGS, "说明"], *rows], "gb18030")


def _spoilt(case: Case, first: str, cells: dict[str, str], remark: str) -> list[str]:
    row = clean_row(case)
    for heading, value in cells.items():
        row[AT[heading]] = value.replace("{first}", first)
    return [*row, remark]
