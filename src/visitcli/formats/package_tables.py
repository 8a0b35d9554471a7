"""The tables of an export package: their columns, keys and how a value becomes a cell.

Table Schema of Data Package v2 (https://datapackage.org/standard/table-schema/). CSV as in RFC 4180: UTF-8 without a
byte order mark, a heading line, CRLF.

A text cell that a spreadsheet would run as a formula is guarded: see `formulas.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visitcli.formats.formulas import guarded
from visitcli.words import Words

UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
SHA256 = "[0-9a-f]{64}"
LINE_END = "\r\n"
DIALECT = {
    "header": True,
    "delimiter": ",",
    "lineTerminator": LINE_END,
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
}

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its Table Schema type and its constraints."""

    name: str
    type: str = "string"
    constraints: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A resource: one CSV file. `parent`: the table whose (record_id, revision) its rows belong to."""

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    parent: str = ""

    @property
    def path(self) -> str:
        """Its place in the package."""
        return f"{self.name}.csv"

    def place(self, row: Row) -> list[tuple[int, str]]:
        """What the rows of one record are sorted by."""
        order = ("seq",) if _COUNT in self.fields else self.key
        return [_sortable(row[name]) for name in order]


def _needed(name: str, kind: str = "string", **constraints: object) -> Field:
    return Field(name, kind, {"required": True, **constraints})


_RECORD = (_needed("record_id", pattern=UUID7), _needed("revision", "integer", minimum=1))
_CASE = _needed("case_id")
_KEY = ("record_id", "revision")
_COUNT = _needed("seq", "integer", minimum=1)


def _labelled(name: str) -> tuple[Field, Field, Field]:
    return Field(name), Field(f"{name}_zh"), Field(f"{name}_en")


TABLES = (
    Table("visits", _KEY, (
        *_RECORD, _CASE, _needed("agent_id"), Field("partner"),
        _needed("started_at", "datetime"), _needed("ended_at", "datetime"),
        _needed("status", enum=["completed", "stopped"]),
        *_labelled("outcome"), *_labelled("stop"), Field("stop_reason"), Field("stops"),
        Field("who_opened"), Field("identity"), Field("introduction"), Field("ability"), Field("reasons"),
        Field("vehicle_seen"), Field("customer_words"), _needed("complaint", "boolean"), Field("complaint_words"),
        Field("mood"), Field("next_step"), Field("next_date", "date"), Field("remark"), Field("notes"),
        Field("latitude", "number", {"minimum": -90, "maximum": 90}),
        Field("longitude", "number", {"minimum": -180, "maximum": 180}),
        Field("position_crs", "string", {"enum": ["wgs84"]}),
        _needed("outside_hours", "boolean"), Field("correction_reason"),
        _needed("script_id"), _needed("script_version"), _needed("script_sha256", pattern=SHA256),
    )),
    Table("answers", (*_KEY, "name"), (
        *_RECORD, _COUNT, _needed("name"), _needed("part"), _needed("type"), Field("question_zh"),
        Field("question_en"), _needed("value"), Field("label_zh"), Field("label_en"),
    ), parent="visits"),
    Table("contacts", _KEY, (
        *_RECORD, _CASE, _needed("agent_id"), _needed("at", "datetime"),
        _needed("by", enum=["phone", "message", "letter"]), _needed("result"), Field("note"),
    )),
    Table("promises", _KEY, (
        *_RECORD, _CASE, _needed("amount", "number", exclusiveMinimum=0), _needed("currency", enum=["CNY"]),
        _needed("due_date", "date"), *_labelled("channel"), Field("instalments", "integer", {"minimum": 1}),
        _needed("made_at", "datetime"),
    ), parent="visits"),
    Table("offers", (*_KEY, "offer"), (
        *_RECORD, _CASE, _COUNT, _needed("offer"), Field("offer_zh"), Field("offer_en"),
        _needed("offered", "boolean"), _needed("agreed", "boolean"),
    ), parent="visits"),
    Table("media", (*_KEY, "question"), (
        *_RECORD, _CASE, _needed("question"), _needed("type", enum=["image", "audio", "file"]),
        _needed("state", enum=["included", "missing", "damaged"]), Field("path"),
        _needed("sha256", pattern=SHA256), _needed("bytes", "integer", minimum=1), Field("original_name"),
        _needed("attached_at", "datetime"),
    ), parent="visits"),
    Table("holds", _KEY, (
        *_RECORD, _CASE, _needed("agent_id"), _needed("code"), Field("since", "date"), Field("until", "date"),
        Field("reason"), _needed("set_at", "datetime"), Field("visit_id"), Field("cleared_at", "datetime"),
        Field("cleared_by", "string", {"enum": ["agent", "supervisor"]}), Field("cleared_reason"),
    )),
    Table("audit", (*_KEY, "seq"), (
        *_RECORD, _COUNT, _needed("event"), Field("node"), _needed("start", "integer"), Field("end", "integer"),
        Field("latitude", "number"), Field("longitude", "number"), Field("accuracy", "number"), Field("old-value"),
        Field("new-value"), Field("user"), Field("change-reason"),
    ), parent="visits"),
)  # fmt: skip


class Tables:
    """The CSV files of a package as they grow, record by record: a row takes the room of its line and no more.

    Records are added in the order of their ids, so that the same ones give the same bytes; rows of one record are put
    in order here.
    """

    def __init__(self) -> None:
        self.records = 0
        self._files = {table.name: io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for table in TABLES}
        self._writers = {name: csv.writer(file, lineterminator=LINE_END) for name, file in self._files.items()}
        for table in TABLES:
            self._writers[table.name].writerow([column.name for column in table.fields])

    def add(self, record: Mapping[str, Sequence[Row]]) -> None:
        """Take in one record: its rows by the name of their table."""
        self.records += 1
        for table in TABLES:
            rows = sorted(record.get(table.name, ()), key=table.place)
            lines = [[_cell(column, row.get(column.name)) for column in table.fields] for row in rows]
            self._writers[table.name].writerows(lines)

    def contents(self, table: Table) -> bytes:
        """The file of one table as it stands."""
        file = self._files[table.name]
        file.flush()
        return file.buffer.getvalue()


def _sortable(value: object) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, str(value))


def _cell(column: Field, value: object) -> str:
    if value is None:
        return ""
    if column.type == "boolean":
        return "true" if value else "false"
    return guarded(str(value)) if column.type == "string" else str(value)


def schema(table: Table, words: tuple[Words, ...]) -> dict[str, Any]:
    """The Table Schema of a table, described in the languages of the catalogues given."""
    described = {
        "fields": [_described(table, column, words) for column in table.fields],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.parent:
        reference = {"resource": table.parent, "fields": list(_KEY)}
        described["foreignKeys"] = [{"fields": list(_KEY), "reference": reference}]
    return described


def _described(table: Table, column: Field, words: tuple[Words, ...]) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": column.type}
    described["description"] = " / ".join(meaning(language, table.name, column.name) for language in words)
    if column.constraints:
        described["constraints"] = dict(column.constraints)
    return described


def meaning(words: Words, table: str, column: str) -> str:
    """What a column says, in the language of the catalogue; columns that several tables share are described once."""
    own, shared = f"package.column.{table}.{column}", f"package.column.{column}"
    return words.text(own if words.has(own) else shared)
