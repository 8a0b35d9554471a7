"""A case as the office gives it: one customer, one car loan in arrears, the places to visit.

Money is integer fen, dates are calendar dates, coordinates are WGS-84 decimal degrees with the system that the
file spoke beside them. Everything here is the office's word; what the agent records lives in the journal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

CaseStatus = Literal["open", "closed", "withdrawn"]
Stage = Literal["phone", "on_site", "legal"]  # 电话催收 → 上门催收 → 法律途径
Product = Literal["new_car", "used_car", "vehicle_secured", ""]  # 新车贷, 二手车贷, 汽车抵押贷
AddressKind = Literal["home", "work", "other"]
ContactBy = Literal["phone", "message", "letter", "visit"]
Crs = Literal["wgs84", "gcj02", "bd09"]
HoldCode = Literal[
    "complaint", "dispute", "represented", "vulnerable", "deceased", "no_visits", "court_stay", "other"
]  # fmt: skip
PromiseStatus = Literal["open", "kept", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who owes. `id_number` and `phones` stand as the file had them; masked ones (3101****1234) are accepted."""

    name: str
    id_number: str = ""
    phones: tuple[str, ...] = ()
    employer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """The contract. Amounts in fen; `rate` and `penalty_rate` in percent a year; `due_day` is a day of the month;
    `limitation_date` (诉讼时效届满日): the last day on which the office can still sue, as the office reckons it."""

    contract: str = ""
    lender: str = ""
    product: Product = ""
    principal_fen: int | None = None
    balance_fen: int | None = None
    overdue_fen: int | None = None
    penalty_fen: int | None = None
    instalment_fen: int | None = None
    days_overdue: int | None = None
    instalments_overdue: int | None = None
    instalments_total: int | None = None
    instalments_paid: int | None = None
    rate: Decimal | None = None
    penalty_rate: Decimal | None = None
    due_day: int | None = None
    start_date: date | None = None
    end_date: date | None = None
    overdue_since: date | None = None
    last_payment_date: date | None = None
    limitation_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """The car that the loan bought or that secures it."""

    plate: str = ""
    vin: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A place where the customer may be met.

    `lat`, `lon`: WGS-84. `crs`: the system that they came in: of the file's own numbers, kept in `source_lat`,
    `source_lon`, or of the gazetteer, WGS-84.
    `approximate`: the point is the centre of a town or county from the gazetteer, true within `radius_m` metres.
    `hours`: when somebody is there, as the office wrote it.
    """

    kind: AddressKind
    text: str
    lat: float | None = None
    lon: float | None = None
    crs: Crs | None = None
    source_lat: float | None = None
    source_lon: float | None = None
    approximate: bool = False
    radius_m: int | None = None
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One instalment of the payment record: what was due, what came, and when."""

    due_date: date
    due_fen: int | None = None
    paid_date: date | None = None
    paid_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact that the office knows of. `at` is a date or a date and time, ISO 8601, as exact as the file was."""

    at: str
    by: ContactBy
    result: str = ""
    note: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the customer said would be paid, and when."""

    due_date: date
    amount_fen: int | None = None
    made_at: date | None = None
    status: PromiseStatus = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why this case must not be visited for now (投诉处理中, 有争议, 已委托律师, 弱势, 已故, 不愿上门, 司法中止)."""

    code: HoldCode
    since: date | None = None
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything the office knows of one case. `extra` keeps the columns that nobody knew, by their heading."""

    case_id: str
    customer: Customer
    addresses: tuple[Address, ...]
    status: CaseStatus = "open"
    status_text: str = ""
    stage: Stage = "on_site"
    loan: Loan = field(default_factory=Loan)
    vehicle: Vehicle = field(default_factory=Vehicle)
    payments: tuple[Payment, ...] = ()
    contacts: tuple[Contact, ...] = ()
    promises: tuple[Promise, ...] = ()
    holds: tuple[Hold, ...] = ()
    assigned_date: date | None = None
    return_date: date | None = None
    extra: dict[str, str] = field(default_factory=dict)
