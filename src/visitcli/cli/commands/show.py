"""`visitcli show`: the whole file of one case, as an agent reads it before leaving (客户资料审核)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visitcli.cli.completion import case_numbers
from visitcli.cli.desk import Desk
from visitcli.cli.terminal import width
from visitcli.domain.ledger import picture
from visitcli.domain.texts import fill

if TYPE_CHECKING:
    from visitcli.domain.script import Script

LOAN_LINES = (
    "contract", "lender", "principal", "balance", "overdue", "penalty", "instalment", "days_overdue",
    "instalments_overdue", "instalments_total", "instalments_paid", "rate", "penalty_rate", "due_day", "start_date",
    "end_date", "overdue_since", "last_payment_date", "limitation_date",
)  # fmt: skip
MONEY = frozenset({"principal", "balance", "overdue", "penalty", "instalment"})
PERCENT = frozenset({"rate", "penalty_rate"})
LATEST_CONTACTS, LATEST_VISITS = 8, 5


def show(ctx: typer.Context, case: Annotated[str, typer.Argument(metavar="CASE", autocompletion=case_numbers)]) -> None:
    from visitcli.app import reviewing
    from visitcli.app.unmasking import unmask

    desk: Desk = ctx.obj
    document = reviewing.whole_file(desk.runtime, case)
    unmask(desk.runtime, document["case_id"], "show")
    if desk.terminal.json:
        desk.terminal.document(document)
        return
    view = _View(desk, document)
    desk.terminal.out(view.title())
    for title, lines in view.sections():
        found = [line for line in lines if line]
        if found and title:
            desk.terminal.out(title)
        for line in found:
            desk.terminal.out(f"  {line}")


class _View:
    """The lines of each section; a section without lines is left out."""

    def __init__(self, desk: Desk, document: dict[str, Any]) -> None:
        self.words, self.terminal, self.file = desk.words, desk.terminal, document
        self.store = desk.runtime.store

    def title(self) -> str:
        """Case, customer, status, stage."""
        file, words = self.file, self.words
        status, stage = words(f"field.status.{file['status']}"), words(f"field.stage.{file['stage']}")
        return f"{file['case_id']}  {file['customer'].get('name', '')}  {status}  {stage}"

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        words, file = self.words, self.file
        yield "", self._heads()
        yield words("show.next_step"), [self._next_step()]
        yield words("show.holds"), [self._hold(hold) for hold in file["holds"]]
        yield words("show.customer"), self._fields(file["customer"], ("id_number", "employer")) + self._phones()
        yield words("show.loan"), self._product() + self._fields(file["loan"], LOAN_LINES)
        yield words("show.vehicle"), self._fields(file["vehicle"], ("plate", "model", "vin"))
        yield words("show.addresses"), [line for address in file["addresses"] for line in self._address(address)]
        yield words("show.payments"), self._payments()
        yield words("show.promises"), [self._promise(promise) for promise in file["promises"]]
        yield words("show.contacts"), self._contacts()
        yield words("show.visits"), list(self._visits())
        yield words("show.extra"), self._pairs(list(file["extra"].items()))

    def _next_step(self) -> str:
        step, words = self.file["next_step"], self.words
        key = "next_step.until" if step["step"] in ("rest", "wait") else "next_step.from"
        day = words(key, date=step["date"]) if step["date"] else ""
        why = words.get(f"next_step.why.{step['why']}", "") or words("next_step.why.outcome")
        return words("next_step.line", step=words(f"next_step.{step['step']}"), day=day, why=why)

    def _heads(self) -> list[str]:
        dates = [(key, self.file.get(key)) for key in ("assigned_date", "return_date")]
        lines = self._pairs([(self.words(f"show.{key}"), value) for key, value in dates if value])
        kept = self.file.get("keep_until")
        lines += self._pairs([(self.words("show.keep_until"), kept)] if kept else [])
        text = self.file.get("status_text")
        return lines + self._pairs([(self.words("show.status_text"), text)] if text else [])

    def _fields(self, table: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
        rows = [
            (self.words(f"show.{key}"), self._value(key, table[key]))
            for key in keys
            if table.get(key) not in (None, "")
        ]
        return self._pairs(rows)

    def _value(self, key: str, value: object) -> str:
        if key in MONEY:
            return self.words("cli.money", amount=f"{_grouped(str(value))}")
        return f"{value}%" if key in PERCENT else str(value)

    def _pairs(self, rows: Sequence[tuple[str, object]]) -> list[str]:
        edge = max((width(head) for head, _ in rows), default=0) + 2
        return [f"{head}{' ' * (edge - width(head))}{value}" for head, value in rows]

    def _product(self) -> list[str]:
        product = self.file["loan"].get("product")
        return [self.words(f"field.product.{product}")] if product else []

    def _phones(self) -> list[str]:
        phones = self.file["customer"].get("phones", [])
        return self._pairs([(self.words("show.phones"), "  ".join(phones))] if phones else [])

    def _hold(self, hold: dict[str, Any]) -> str:
        until = self.words("show.until", date=hold["until"]) if hold.get("until") else ""
        return f"! {self._hold_words(hold)} {until} {hold.get('note') or ''}".rstrip()

    def _hold_words(self, hold: dict[str, Any]) -> str:
        if not hold.get("recorded_here"):
            return self.words(f"field.hold.{hold['code']}")
        from visitcli.app import scripts

        return scripts.rest_label(hold["code"], self.words.language)

    def _address(self, address: dict[str, Any]) -> Iterator[str]:
        yield f"{self.words('field.kind.' + address['kind'])}: {address['text'] or '-'}"
        if address.get("lat") is not None:
            where = f"{address['lat']:.6f},{address['lon']:.6f}"
            if address.get("approximate"):
                yield "    " + self.words("show.approximate", where=where, radius=address.get("radius_m", ""))
            else:
                yield "    " + self.words("show.point", where=where, crs=self.words(f"field.crs.{address['crs']}"))
        else:
            yield "    " + self.words("show.no_point")
        if address.get("hours"):
            yield "    " + self.words("show.hours", hours=address["hours"])

    def _payments(self) -> list[str]:
        payments = self.file["payments"]
        if not payments:
            return []
        shape = picture(payments)
        marks = {"paid": "●", "late": "◐", "partial": "◔", "missed": "○", "due": "·"}
        if not self.terminal.draws_unicode:
            marks = {"paid": "#", "late": "+", "partial": "-", "missed": "O", "due": "."}
        lines = [f"{year}  {' ' * lead}{''.join(marks[mark] for mark in row)}" for year, lead, row in shape]
        used = [mark for mark in marks if any(mark in row for _, _, row in shape)]
        return [*lines, "  ".join(f"{marks[mark]} {self.words('show.payment.' + mark)}" for mark in used)]

    def _promise(self, promise: dict[str, Any]) -> str:
        amount = self.words("cli.money", amount=_grouped(promise["amount"])) if promise.get("amount") else ""
        return f"{promise['due_date']}  {amount}  {self.words('field.promise.' + promise.get('status', 'open'))}"

    def _contacts(self) -> list[str]:
        contacts = self.file["contacts"]
        lines = [
            "  ".join(
                part
                for part in (
                    str(contact["at"])[:16].replace("T", " "),
                    self.words.get(f"field.by.{contact['by']}", contact["by"]),
                    self.words.get(f"contact.result.{contact.get('result', '')}", contact.get("result", "")),
                    contact.get("note") or "",
                )
                if part
            )
            for contact in contacts[-LATEST_CONTACTS:]
        ]
        more = len(contacts) - LATEST_CONTACTS
        return [self.words("show.earlier", count=more), *lines] if more > 0 else lines

    def _visits(self) -> Iterator[str]:
        visits = self.file["visits"]
        if not visits:
            return
        if len(visits) > LATEST_VISITS:
            yield self.words("show.earlier", count=len(visits) - LATEST_VISITS)
        newest: dict[str, Any] = next((visit for visit in reversed(visits) if visit["outcome"]), visits[-1])
        for visit in visits[-LATEST_VISITS:]:
            yield self._visit(visit)
            if visit is newest:
                yield from self._answers(newest)

    def _visit(self, visit: dict[str, Any]) -> str:
        status = self.words(f"field.visit.{visit['status']}")
        revised = self.words("show.revision", number=visit["revision"]) if visit["revision"] > 1 else ""
        outcome = self._script(visit).outcome_by_name.get(visit["outcome"] or "")
        label = outcome.label.get(self.words.language) if outcome else ""
        people = self.words("show.by", agent=visit["agent"], partner=visit["partner"] or "-")
        stop = self._stop(visit)
        at = visit["started_at"][:16].replace("T", " ")
        return "  ".join(part for part in (at, status, label, stop, revised, people) if part)

    def _stop(self, visit: dict[str, Any]) -> str:
        found = self._script(visit).stop_by_code.get(visit["stop"]["code"]) if visit["stop"] else None
        if found is None:
            return ""
        words = (found.label.get(self.words.language), visit["stop"]["reason"])
        return self.words("show.stopped_by", stop=" ".join(word for word in words if word))

    def _answers(self, visit: dict[str, Any]) -> Iterator[str]:
        script, language = self._script(visit), self.words.language
        for name, value in visit["answers"].items():
            question = script.by_name[name]
            labels = {choice.name: choice.label.get(language) for choice in question.choices}
            shown = [labels.get(str(item), str(item)) for item in (value if isinstance(value, list) else [value])]
            yield f"    {fill(question.label.get(language), self._known())}  {' / '.join(shown)}"

    def _known(self) -> dict[str, str]:
        """What the labels' placeholders stand for."""
        customer, vehicle = self.file["customer"], self.file["vehicle"]
        return {
            "customer": customer["name"],
            "id_tail": (customer["id_number"] or "")[-4:],
            "plate": vehicle["plate"] or "",
            "model": vehicle["model"] or "",
        }

    def _script(self, visit: dict[str, Any]) -> Script:
        from visitcli.app import scripts

        return scripts.of_visit(self.store, visit["script_sha256"])


def _grouped(amount: str) -> str:
    whole, _, cents = amount.partition(".")
    return f"{int(whole):,}.{cents}" if cents else f"{int(whole):,}"
