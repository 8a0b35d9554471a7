"""A whole invented case: who, where, which loan, and what the office has done about it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from visitcli.domain.case import (
    Address,
    AddressKind,
    Case,
    Contact,
    ContactBy,
    Crs,
    Customer,
    Hold,
    HoldCode,
    Loan,
    Payment,
    Promise,
    Stage,
)

from .loans import car, lacking, loan
from .people import masked, person
from .places import Door, Doors, employer, in_system

# Which case of every 150 is special, so that each kind is there at any number of cases.
_HOLDS: dict[int, tuple[HoldCode, str]] = {
    7: ("complaint", "客户投诉催收时段不当，客服处理中"),
    23: ("dispute", "客户称已还两期未入账，待核对流水"),
    41: ("represented", "已委托律师，只与律师联系"),
    58: ("vulnerable", "客户住院治疗"),
    77: ("deceased", "家属告知客户已故，待核实死亡证明"),
    90: ("no_visits", "客户书面要求不上门，只接受电话"),
    104: ("court_stay", "法院受理个人债务集中清理，中止催收"),
    119: ("complaint", "12378 转办投诉，十五日内答复"),
}
_CLOSED = {15: "closed", 60: "closed", 99: "closed", 140: "closed", 33: "withdrawn", 112: "withdrawn"}
_PROMISED_TODAY = (4, 52)
_PROMISED_TOMORROW = (81,)
_RETURNS_TODAY = 47
_WENT_BACK = 68
_PERIOD = 150

_CALLS = (
    ("无人接听", ""),
    ("关机", ""),
    ("拒接", ""),
    ("接通-本人", "称货款未到，月底再看"),
    ("接通-本人", "称已换工作，工资下月发"),
    ("接通-本人", "表示困难，问能否延期"),
    ("接通-家人", "家人称会转告，未提欠款"),
    ("停机", ""),
)
_VISITS = (
    ("无人在家", "留函"),
    ("见到本人", "态度平和，称生意回款慢"),
    ("见到家人", "家人称白天不在家"),
    ("已搬离", "邻居称半年前搬走"),
)
_REMARKS = ("", "", "", "", "晚上在家", "小区需登记", "家里有狗", "无电梯", "车常停地库", "请带对账单")


@dataclass(frozen=True, slots=True)
class World:
    """What every case of a file shares: the day, the doors, the counties people come from, the file's system."""

    today: date
    doors: Doors
    counties: Sequence[str]
    crs: Crs
    seed: int


def case(world: World, number: int) -> Case:
    """Case `number` (from 1) of this world: the same whatever the number of cases."""
    rng = Random(f"{world.seed}/{number}")
    place = number % _PERIOD
    who = person(rng, world.today, world.counties)
    owned = car(rng)
    terms, payments = loan(rng, world.today, f"CL{world.today:%y}{rng.randrange(10**4):04d}{number:05d}", owned)
    assigned, returned = _assignment(rng, world.today, terms, place)
    works = rng.random() < 0.55
    status = _CLOSED.get(place, "open")
    customer = Customer(
        name=who.name,
        id_number=masked(who.id_number) if rng.random() < 0.08 else who.id_number,
        phones=who.phones,
        employer=employer(rng) if works else "",
    )
    made = Case(
        case_id=f"AJ{world.today:%y%m}{number:05d}",
        customer=customer,
        addresses=_addresses(rng, world, number, works),
        stage=_stage(rng, terms),
        loan=terms,
        vehicle=owned.vehicle,
        payments=payments,
        contacts=_contacts(rng, world.today, terms),
        promises=_promises(rng, world.today, terms, payments, place),
        holds=_holds(rng, world.today, place),
        assigned_date=assigned,
        return_date=returned,
        extra={"客户等级": rng.choices("ABC", (20, 55, 25))[0], "备注2": rng.choice(_REMARKS)},
        status_text="催收中",
    )
    return settled(made, status) if status != "open" else made


def settled(made: Case, status: str) -> Case:
    """The case as the office hands it over once it is paid off (结清) or taken back (撤案)."""
    if status == "withdrawn":
        return replace(made, status="withdrawn", status_text="撤案")
    paid = replace(made.loan, balance_fen=0, overdue_fen=0, penalty_fen=0, days_overdue=0, instalments_overdue=0)
    return replace(made, status="closed", status_text="结清", loan=paid)


def _assignment(rng: Random, today: date, terms: Loan, place: int) -> tuple[date, date]:
    days = rng.choice((30, 60, 90))
    assigned = today - timedelta(days=rng.randrange(1, max(2, min(days, terms.days_overdue or 1))))
    if place == _RETURNS_TODAY:
        return today - timedelta(days=30), today
    if place == _WENT_BACK:
        return today - timedelta(days=31), today - timedelta(days=1)
    return assigned, assigned + timedelta(days=days)


def _stage(rng: Random, terms: Loan) -> Stage:
    missed = terms.instalments_overdue or 0
    if missed == 1 and rng.random() < 0.5:
        return "phone"
    return "legal" if missed >= 5 and rng.random() < 0.5 else "on_site"


def _addresses(rng: Random, world: World, number: int, works: bool) -> tuple[Address, ...]:
    hours = rng.choice(("", "", "", "18:30后在家", "周末在家"))
    found = [_address(rng, world, "home", world.doors.home(rng, number), hours)]
    if works and rng.random() < 0.75:
        work_hours = rng.choice(("周一至周五 09:00-18:00", "周一至周六 08:30-17:30", "做二休一"))
        found.append(_address(rng, world, "work", world.doors.work(rng), work_hours))
    if rng.random() < 0.07:
        found.append(_address(rng, world, "other", world.doors.other(rng), ""))
    return tuple(found)


def _address(rng: Random, world: World, kind: AddressKind, door: Door, hours: str) -> Address:
    if rng.random() < 0.1:  # nobody ever put a pin on it
        return Address(kind=kind, text=door.text, hours=hours)
    lat, lon = in_system(door.lat, door.lon, world.crs)
    return Address(
        kind=kind,
        text=door.text,
        lat=round(door.lat, 6),
        lon=round(door.lon, 6),
        crs=world.crs,
        source_lat=lat,
        source_lon=lon,
        hours=hours,
    )


def _contacts(rng: Random, today: date, terms: Loan) -> tuple[Contact, ...]:
    """Calls, messages, a letter, visits since the first missed day, as the office's list has them."""
    days, missed = terms.days_overdue or 1, terms.instalments_overdue or 1
    made = [_contact(rng, today, days, "phone", _CALLS) for _ in range(rng.randrange(1, 3 + min(missed, 4)))]
    made += [_contact(rng, today, days, "message", (("已发送", "还款提醒"),)) for _ in range(rng.randrange(0, 3))]
    if missed >= 3 and rng.random() < 0.5:
        made.append(_contact(rng, today, days, "letter", (("已寄出", "催款函"),)))
    if missed >= 2:
        made += [_contact(rng, today, days, "visit", _VISITS) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
    return tuple(sorted(made, key=lambda contact: contact.at))


def _contact(rng: Random, today: date, days: int, by: ContactBy, results: Sequence[tuple[str, str]]) -> Contact:
    on = today - timedelta(days=rng.randrange(1, days + 1))
    result, note = rng.choice(results)
    at = f"{on:%Y-%m-%d}" if by == "letter" else f"{on:%Y-%m-%d}T{rng.randrange(9, 19):02d}:{rng.randrange(60):02d}"
    who = f"外访{rng.randrange(1, 7):02d}" if by == "visit" else f"坐席{rng.randrange(1, 30):02d}"
    return Contact(at=at, by=by, result=result, note=note, who=who)


def _promises(rng: Random, today: date, terms: Loan, payments: tuple[Payment, ...], place: int) -> tuple[Promise, ...]:
    found = []
    late = [item for item in payments if item.paid_date and lacking(item) == 0 and _days_late(item) > 4]
    if late and rng.random() < 0.6:
        kept = late[-1]
        on = kept.paid_date or kept.due_date
        found.append(Promise(due_date=on, amount_fen=kept.due_fen, made_at=on - timedelta(days=3), status="kept"))
    days, one = terms.days_overdue or 0, terms.instalment_fen
    if days > 20 and rng.random() < 0.3:
        due = today - timedelta(days=rng.randrange(2, days - 10))
        made_at = due - timedelta(days=rng.randrange(2, 6))
        found.append(Promise(due_date=due, amount_fen=one, made_at=made_at, status="broken"))
    ahead = _promised_in(rng, place)
    if ahead is not None:
        made_at = today - timedelta(days=min(3, max(1, days - 1)))
        found.append(Promise(due_date=today + timedelta(days=ahead), amount_fen=one, made_at=made_at))
    return tuple(found)


def _promised_in(rng: Random, place: int) -> int | None:
    """In how many days an open promise falls due, None without one."""
    if place in _PROMISED_TODAY:
        return 0
    if place in _PROMISED_TOMORROW:
        return 1
    return rng.randrange(2, 9) if rng.random() < 0.08 and place not in _CLOSED else None


def _days_late(payment: Payment) -> int:
    return (payment.paid_date - payment.due_date).days if payment.paid_date else 0


def _holds(rng: Random, today: date, place: int) -> tuple[Hold, ...]:
    if place not in _HOLDS:
        return ()
    code, note = _HOLDS[place]
    return (Hold(code=code, since=today - timedelta(days=rng.randrange(3, 15)), note=note),)
