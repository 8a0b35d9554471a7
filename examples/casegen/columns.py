"""The flat table: its headings, in the words that Chinese lenders use, and what of a case stands under each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from visitcli.domain.case import Address, AddressKind, Case

Kind = Literal["text", "phone", "money", "count", "percent", "date", "degrees"]
Value = str | int | float | Decimal | date | None  # money is fen

PRODUCTS = {"new_car": "新车贷", "used_car": "二手车贷", "vehicle_secured": "汽车抵押贷", "": ""}
STAGES = {"phone": "电话催收", "on_site": "上门催收", "legal": "法律途径"}
HOLDS = {
    "complaint": "投诉处理中",
    "dispute": "有争议",
    "represented": "已委托律师",
    "vulnerable": "弱势",
    "deceased": "已故",
    "no_visits": "不愿上门",
    "court_stay": "司法中止",
}
CONTACTS = {"phone": "电话", "message": "短信", "letter": "信函", "visit": "外访"}
PROMISES = {"open": "待兑现", "kept": "已兑现", "broken": "未兑现"}
PLACES = {"home": "家庭", "work": "单位", "other": "其他"}


@dataclass(frozen=True, slots=True)
class Column:
    """One heading and how its values are found and written."""

    heading: str
    kind: Kind
    of: Callable[[Case], Value]


def place(case: Case, kind: AddressKind) -> Address | None:
    """The case's first address of a kind."""
    return next((address for address in case.addresses if address.kind == kind), None)


def _text(kind: AddressKind) -> Callable[[Case], Value]:
    return lambda case: address.text if (address := place(case, kind)) else None


def _lat(kind: AddressKind) -> Callable[[Case], Value]:
    return lambda case: address.source_lat if (address := place(case, kind)) else None


def _lon(kind: AddressKind) -> Callable[[Case], Value]:
    return lambda case: address.source_lon if (address := place(case, kind)) else None


def _hours(kind: AddressKind) -> Callable[[Case], Value]:
    return lambda case: address.hours if (address := place(case, kind)) else None


COLUMNS = (
    Column("案件编号", "text", lambda case: case.case_id),
    Column("合同号", "text", lambda case: case.loan.contract),
    Column("客户姓名", "text", lambda case: case.customer.name),
    Column("身份证号", "text", lambda case: case.customer.id_number),
    Column("手机号", "phone", lambda case: "、".join(case.customer.phones)),
    Column("家庭地址", "text", _text("home")),
    Column("经度", "degrees", _lon("home")),
    Column("纬度", "degrees", _lat("home")),
    Column("可访时间", "text", _hours("home")),
    Column("单位名称", "text", lambda case: case.customer.employer),
    Column("单位地址", "text", _text("work")),
    Column("单位经度", "degrees", _lon("work")),
    Column("单位纬度", "degrees", _lat("work")),
    Column("单位可访时间", "text", _hours("work")),
    Column("贷款机构", "text", lambda case: case.loan.lender),
    Column("贷款产品", "text", lambda case: PRODUCTS[case.loan.product]),
    Column("车牌号", "text", lambda case: case.vehicle.plate),
    Column("车架号", "text", lambda case: case.vehicle.vin),
    Column("车型", "text", lambda case: case.vehicle.model),
    Column("贷款本金", "money", lambda case: case.loan.principal_fen),
    Column("剩余本金", "money", lambda case: case.loan.balance_fen),
    Column("逾期金额", "money", lambda case: case.loan.overdue_fen),
    Column("罚息", "money", lambda case: case.loan.penalty_fen),
    Column("逾期天数", "count", lambda case: case.loan.days_overdue),
    Column("逾期期数", "count", lambda case: case.loan.instalments_overdue),
    Column("总期数", "count", lambda case: case.loan.instalments_total),
    Column("已还期数", "count", lambda case: case.loan.instalments_paid),
    Column("月还款额", "money", lambda case: case.loan.instalment_fen),
    Column("年利率", "percent", lambda case: case.loan.rate),
    Column("罚息利率", "percent", lambda case: case.loan.penalty_rate),
    Column("还款日", "count", lambda case: case.loan.due_day),
    Column("放款日期", "date", lambda case: case.loan.start_date),
    Column("到期日期", "date", lambda case: case.loan.end_date),
    Column("逾期开始日期", "date", lambda case: case.loan.overdue_since),
    Column("最近还款日期", "date", lambda case: case.loan.last_payment_date),
    Column("诉讼时效届满日", "date", lambda case: case.loan.limitation_date),
    Column("委案日期", "date", lambda case: case.assigned_date),
    Column("退案日期", "date", lambda case: case.return_date),
    Column("案件状态", "text", lambda case: case.status_text),
    Column("催收阶段", "text", lambda case: STAGES[case.stage]),
    Column("停催原因", "text", lambda case: "、".join(HOLDS[hold.code] for hold in case.holds)),
    Column("停催日期", "date", lambda case: case.holds[0].since if case.holds else None),
    Column("停催说明", "text", lambda case: case.holds[0].note if case.holds else None),
    Column("客户等级", "text", lambda case: case.extra.get("客户等级")),
    Column("备注2", "text", lambda case: case.extra.get("备注2")),
)
HEADINGS = tuple(column.heading for column in COLUMNS)
AT = {heading: index for index, heading in enumerate(HEADINGS)}
