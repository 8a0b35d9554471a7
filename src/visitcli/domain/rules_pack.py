"""A rule pack (规则包): the rules of one jurisdiction as data, read and checked; and how an office's own extends it.

A pack is TOML: `[pack]` with `id`, `version`, `name_zh`, `name_en` and, where it builds on another, `extends`; then
`[[rule]]` tables with `id`, `kind`, `level`, `override`, `params`, `source`, `source_class`, `zh`, `en`. The sentences
are the rule itself, whole: what a rule forbids can be told from them and its params alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from hashlib import sha256
from typing import Any, Literal

from visitcli.domain.errors import BadInputError

Level = Literal["block", "require", "warn"]
Override = Literal["nobody", "supervisor", "agent"]
SourceClass = Literal["law", "secondary", "unverified", "house"]

LEVELS: tuple[Level, ...] = ("warn", "require", "block")  # the last is the strictest, in each of the three
OVERRIDES: tuple[Override, ...] = ("agent", "supervisor", "nobody")
SOURCE_CLASSES: tuple[SourceClass, ...] = ("law", "secondary", "unverified", "house")
EXEMPTIONS = frozenset({"agreed", "promise_due"})
PLACES = frozenset({"home", "work", "other"})
CHANNELS = frozenset({"phone", "message", "letter"})
ANY_HOLD = "*"
TEXT_LIMIT = 600
_ID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9_]+)+")
_PACK_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LINE = re.compile(r"at line (\d+)")

Check = Literal["time", "count", "words", "places", "weekdays", "exempt", "channels", "dates", "yes_no"]
Stricter = Literal["more", "less", "superset", "subset", "same"]

PARAMS: Mapping[str, tuple[Check, Stricter]] = {
    "from": ("time", "more"),
    "until": ("time", "less"),
    "sunday_from": ("time", "more"),
    "max": ("count", "less"),
    "min": ("count", "more"),
    "days": ("count", "more"),
    "closing_minutes": ("count", "more"),
    "days_before": ("count", "more"),
    "within_days": ("count", "less"),
    "by": ("channels", "subset"),
    "exempt": ("exempt", "subset"),
    "weekdays": ("weekdays", "subset"),
    "places": ("places", "superset"),
    "codes": ("words", "superset"),
    "questions": ("words", "superset"),
    "names": ("words", "superset"),
    "dates": ("dates", "superset"),
    "reckoned": ("yes_no", "same"),
}
"""What a parameter holds, and in which direction it is stricter."""

UNSAID: Mapping[str, Any] = {
    "exempt": (),
    "dates": (),
    "days_before": 0,
    "closing_minutes": 0,
    "weekdays": tuple(range(1, 8)),
    "places": tuple(sorted(PLACES)),
}
"""What a parameter means where a rule does not have it."""

KINDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    kind: (frozenset(needs.split()), frozenset(may.split()))
    for kind, needs, may in (
        ("open", "", ""),
        ("assigned", "", ""),
        ("returned", "", ""),
        ("hours", "from until", "sunday_from places weekdays closing_minutes"),
        ("holiday", "", "dates exempt"),
        ("holiday_unsure", "", ""),
        ("met", "max days", "exempt"),
        ("attempts", "max days", "exempt"),
        ("unanswered", "max", "exempt"),
        ("reached", "max days", ""),
        ("dialled", "max days", ""),
        ("announced", "by within_days", "days_before exempt"),
        ("staff", "min", ""),
        ("crowd", "max", ""),
        ("place", "places", "exempt"),
        ("hold", "codes", ""),
        ("limitation", "reckoned", ""),
        ("promise", "", "exempt"),
        ("asks", "questions", ""),
        ("choices", "names", ""),
    )
}
"""Kind of rule → the parameters that it needs, and those that it may have. What each looks at: domain/rules_check.py"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `kind`: which check reads it; `override`: who may set it aside; `source`: the text that it comes from,
    `source_class` how far that text has been read (`house`: policy of ours or the office's, no law)."""

    id: str
    kind: str
    level: Level
    override: Override
    params: Mapping[str, Any]
    source: str
    source_class: SourceClass
    text: Mapping[str, str]

    @property
    def needs_a_lawyer(self) -> bool:
        """Whether nobody has read the law behind it: to be checked before it is relied on."""
        return self.source_class in ("secondary", "unverified")

    @property
    def document(self) -> dict[str, Any]:
        """The rule as the pack's file has it."""
        return {
            "id": self.id, "kind": self.kind, "level": self.level, "override": self.override,
            "params": dict(self.params), "source": self.source, "source_class": self.source_class,
            **self.text,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The rules in force. `extends`: the packs that it builds on, the nearest first."""

    id: str
    version: str
    name: Mapping[str, str]
    rules: tuple[Rule, ...]
    extends: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The pack whole, as it is kept with a visit that began under it."""
        names = {f"name_{language}": name for language, name in self.name.items()}
        head = {"id": self.id, "version": self.version, **names, "extends": list(self.extends)}
        return {"pack": head, "rule": [rule.document for rule in self.rules]}

    @property
    def text(self) -> str:
        """The same as canonical JSON."""
        import json

        return json.dumps(self.document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """By which a visit remembers the rules that it began under."""
        return sha256(self.text.encode()).hexdigest()

    def by_id(self, rule_id: str) -> Rule | None:
        """The rule of that name."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def base_of(text: str, file: str) -> str | None:
    """The pack that this one builds on; None where it stands alone. Raises as `read` does."""
    extends = _tables(text, file)["pack"].get("extends")
    return str(extends) if extends else None


def read(text: str, file: str, base: Pack | None = None) -> Pack:
    """A pack from its text; with `base`, the rules of both, those of the same id as this one has them.

    Raises BadInputError with the file and its line: `rules.not_toml`, `rules.missing`, `rules.unknown_key`,
    `rules.bad_value`, `rules.twice`, and `rules.loosens` for a rule that nobody may override and that is made milder.
    """
    tables = _tables(text, file)
    lines = _Lines(text, file)
    head = _head(tables["pack"], lines)
    own: dict[str, Rule] = {}
    for number, raw in enumerate(tables.get("rule", [])):
        rule = _rule(raw, number, lines)
        if rule.id in own:
            raise lines.fault("rules.twice", number, "id", rule.id)
        was = base.by_id(rule.id) if base else None
        if was is not None and was.override == "nobody" and (milder := _milder(rule, was)):
            raise lines.fault("rules.loosens", number, milder, rule.id)
        own[rule.id] = rule
    if base is None:
        return replace(head, rules=tuple(own.values()))
    kept = tuple(own.pop(rule.id, rule) for rule in base.rules)
    return replace(head, rules=(*kept, *own.values()), extends=(base.id, *base.extends))


def _tables(text: str, file: str) -> dict[str, Any]:
    import tomllib

    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = _LINE.search(str(error))
        row = int(line[1]) if line else len(text.splitlines())
        raise BadInputError("rules.not_toml", file=file, row=row, reason=str(error)[:200]) from error
    if not isinstance(tables.get("pack"), dict):
        raise BadInputError("rules.missing", file=file, row=1, field="[pack]", value="")
    for key, value in tables.items():
        if key not in ("pack", "rule") or (key == "rule" and not _is_tables(value)):
            raise BadInputError(
                "rules.unknown_key", file=file, row=_Lines(text, file).of_table(key), field=key, value=""
            )
    return tables


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


class _Lines:
    """Where in the file a rule's key stands, for the sentence that refuses it."""

    def __init__(self, text: str, file: str) -> None:
        self._file, self._lines = file, text.splitlines()
        self._rules = [row for row, line in enumerate(self._lines, 1) if line.split("#")[0].strip() == "[[rule]]"]

    def of_table(self, name: str) -> int:
        """The line of a table's head, or of a key at the top."""
        starts = (f"[{name}", f"[[{name}", name)
        return next((row for row, line in enumerate(self._lines, 1) if line.strip().startswith(starts)), 1)

    def of(self, rule: int | None, key: str) -> int:
        """The line of a key in a rule (None: in `[pack]`); of its params where the key belongs there; else of the
        head."""
        first = self._rules[rule] if rule is not None and rule < len(self._rules) else self.of_table("pack")
        wanted = (
            rf"\"?{re.escape(key)}\"?\s*[.=]",
            *([r"params\s*[.=]"] if rule is not None and key in PARAMS else []),
        )
        block = list(self._block(first))
        return next((row for pattern in wanted for row, line in block if re.match(pattern, line)), first)

    def _block(self, first: int) -> Iterator[tuple[int, str]]:
        for row in range(first + 1, len(self._lines) + 1):
            line = self._lines[row - 1].strip()
            if line.startswith("[[") or line == "[pack]":
                return
            yield row, line

    def fault(self, code: str, rule: int | None, key: str, value: object) -> BadInputError:
        """What is wrong, with the file and the line."""
        return BadInputError(code, file=self._file, row=self.of(rule, key), field=key, value=str(value)[:80])


def _head(raw: Mapping[str, Any], lines: _Lines) -> Pack:
    known = {"id", "version", "name_zh", "name_en", "extends"}
    for key in raw:
        if key not in known:
            raise lines.fault("rules.unknown_key", None, key, "")
    for key in known - {"extends"}:
        _require_text(raw, key, None, lines)
    if not _PACK_ID.fullmatch(raw["id"]):
        raise lines.fault("rules.bad_value", None, "id", raw["id"])
    name = {"zh": raw["name_zh"], "en": raw["name_en"]}
    return Pack(id=raw["id"], version=raw["version"], name=name, rules=())


_RULE_KEYS = ("id", "kind", "level", "override", "params", "source", "source_class", "zh", "en")


def _rule(raw: Mapping[str, Any], number: int, lines: _Lines) -> Rule:
    for key in raw:
        if key not in _RULE_KEYS:
            raise lines.fault("rules.unknown_key", number, key, "")
    for key in _RULE_KEYS:
        if key != "params":
            _require_text(raw, key, number, lines)
    choices: dict[str, Collection[str]] = {
        "kind": KINDS, "level": LEVELS, "override": OVERRIDES, "source_class": SOURCE_CLASSES
    }  # fmt: skip
    for key, known in choices.items():
        if raw[key] not in known:
            raise lines.fault("rules.bad_value", number, key, raw[key])
    if not _ID.fullmatch(raw["id"]):
        raise lines.fault("rules.bad_value", number, "id", raw["id"])
    return Rule(
        id=raw["id"], kind=raw["kind"], level=raw["level"], override=raw["override"],
        params=_params(raw, number, lines), source=raw["source"], source_class=raw["source_class"],
        text={"zh": raw["zh"], "en": raw["en"]},
    )  # fmt: skip


def _require_text(raw: Mapping[str, Any], key: str, rule: int | None, lines: _Lines) -> None:
    value = raw.get(key)
    if value is None or value == "":
        raise lines.fault("rules.missing", rule, key, "")
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise lines.fault("rules.bad_value", rule, key, value)


def _params(raw: Mapping[str, Any], number: int, lines: _Lines) -> Mapping[str, Any]:
    params, (needs, may) = raw.get("params", {}), KINDS[raw["kind"]]
    if not isinstance(params, dict):
        raise lines.fault("rules.bad_value", number, "params", params)
    for key in needs - params.keys():
        raise lines.fault("rules.missing", number, key, "")
    for key, value in params.items():
        if key not in needs | may:
            raise lines.fault("rules.unknown_key", number, key, "")
        if not _valid(PARAMS[key][0], value):
            raise lines.fault("rules.bad_value", number, key, value)
    if raw["kind"] == "hours" and params["from"] >= params["until"]:
        raise lines.fault("rules.bad_value", number, "until", params["until"])
    return params


def _valid(check: Check, value: object) -> bool:
    if check == "yes_no":
        return isinstance(value, bool)
    if check == "count":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 3650
    if check == "time":
        return isinstance(value, str) and _is_time(value)
    if not isinstance(value, list):
        return False
    if check == "weekdays":
        return all(isinstance(day, int) and 1 <= day <= 7 for day in value)
    if not all(isinstance(item, str) and 0 < len(item) <= TEXT_LIMIT for item in value):
        return False
    within = {"places": PLACES, "exempt": EXEMPTIONS, "channels": CHANNELS}.get(check)
    return within >= set(value) if within else all(_is_item(check, item) for item in value)


def _is_time(value: str) -> bool:
    if not re.fullmatch(r"\d\d:\d\d", value):
        return False
    try:
        time.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_item(check: Check, item: str) -> bool:
    try:
        if check == "dates":
            date.fromisoformat(f"2024-{item}")
    except ValueError:
        return False
    return True


def _milder(rule: Rule, was: Rule) -> str:
    """The first key in which a rule is milder than it was; "" where it is at least as strict."""
    if rule.kind != was.kind:
        return "kind"
    if LEVELS.index(rule.level) < LEVELS.index(was.level):
        return "level"
    if OVERRIDES.index(rule.override) < OVERRIDES.index(was.override):
        return "override"
    return next(_milder_params(rule.params, was.params), "")


def _milder_params(own: Mapping[str, Any], was: Mapping[str, Any]) -> Iterator[str]:
    for key in {**was, **own}:
        if not _as_strict(PARAMS[key][1], *(params.get(key, UNSAID.get(key)) for params in (own, was))):
            yield key


def _as_strict(stricter: Stricter, own: Any, was: Any) -> bool:
    """Whether a parameter is at least as strict as it was; None is no bound at all."""
    if was is None or own is None:
        return was is None
    if stricter == "superset":
        return ANY_HOLD in own or set(own) >= set(was)
    if stricter == "subset":
        return set(own) <= set(was)
    return bool({"more": own >= was, "less": own <= was, "same": own == was}[stricter])
