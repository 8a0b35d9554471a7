"""The linter: silent on our script, and each finding fires on a script broken in that one way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scripts import document, named, question, shipped, shipped_document, text

from visitcli.domain.script import parse_script
from visitcli.domain.script_lint import lint, speaks_of_debt

WORDS = Path(__file__).parents[2] / "src" / "visitcli" / "words"


def _found(broken: dict[str, Any]) -> set[tuple[str, str]]:
    return {(problem.code.removeprefix("script."), problem.where) for problem in lint(parse_script(broken))}


def test_our_script_has_no_problem() -> None:
    assert lint(shipped()) == []


def _q(name: str) -> Any:
    return lambda d: named(d["questions"], name)


def _drop(d: dict[str, Any], table: str, name: str) -> None:
    d[table].remove(named(d[table], name))


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (lambda d: _q("third_party")(d).update(relevant="${nobody_knows} = 1"), "unknown_name", "third_party.relevant"),
        (lambda d: _q("third_party")(d).update(relevant="${mood} = 'calm'"), "later_name", "third_party.relevant"),
        (lambda d: _q("promise_amount")(d).update(constraint=". < ${mood}"), "later_name", "promise_amount.constraint"),
        (lambda d: _q("identity")(d).update(relevant="${identity} = 'failed'"), "cycle", "identity.relevant"),
        (
            lambda d: _q("identity")(d).update(relevant="${who_opened} = 'custmer'"),
            "unknown_choice",
            "identity.relevant",
        ),
        (
            lambda d: _q("reason_words")(d).update(relevant="selected(${reasons}, 'x')"),
            "unknown_choice",
            "reason_words.relevant",
        ),
        (
            lambda d: _q("offered")(d).update(constraint="not(selected(., 'nothing'))"),
            "unknown_choice",
            "offered.constraint",
        ),
        (lambda d: _q("mood")(d).update(choices=[]), "no_choices", "mood.choices"),
        (
            lambda d: _q("mood")(d)["choices"].extend({"name": f"m{i}", "label": text()} for i in range(9)),
            "too_many_choices",
            "mood.choices",
        ),
        (
            lambda d: _q("mood")(d)["choices"].append({"name": "calm", "label": text()}),
            "duplicate_choice",
            "mood.choices",
        ),
        (lambda d: _q("mood")(d)["label"].pop("en"), "no_translation", "mood.label"),
        (lambda d: _q("mood")(d)["choices"][0]["label"].pop("zh"), "no_translation", "mood.choices.calm"),
        (lambda d: _q("complaint")(d)["say"].update(en=""), "no_translation", "complaint.say"),
        (lambda d: _q("who_opened")(d)["say"].update(en="Hello?"), "placeholders_differ", "who_opened.say"),
        (lambda d: _drop(d, "questions", "customer_words"), "missing_act", "customer_words"),
        (lambda d: _q("complaint")(d).update(required=False), "missing_act", "complaint"),
        (lambda d: _q("next_step")(d).update(relevant="${mood} = 'calm'"), "missing_act", "next_step"),
        (lambda d: _q("who_opened")(d).update(required=False), "missing_act", "who_opened"),
        (
            lambda d: _q("introduction")(d)["say"].update(zh="{agent} {lender}", en="{agent} {lender}"),
            "missing_act",
            "introduction",
        ),
        (
            lambda d: _q("identity")(d).update(choices=[{"name": "confirmed", "label": text()}]),
            "missing_act",
            "identity",
        ),
        (lambda d: _q("promise_amount")(d).update(type="text"), "reserved_type", "promise_amount.type"),
        (lambda d: _q("reasons")(d).update(discloses=False, hint=text("{overdue}")), "not_marked", "reasons"),
        (
            lambda d: _q("who_opened")(d).update(hint={"zh": "他欠了多少？", "en": "Hm"}),
            "debt_before_identity",
            "who_opened",
        ),
        (
            lambda d: _q("who_opened")(d).update(hint={"zh": "嗯", "en": "Ask about the Loan"}),
            "debt_before_identity",
            "who_opened",
        ),
        (lambda d: _q("third_party")(d).update(say=text("{lender}")), "debt_before_identity", "third_party"),
        (lambda d: _q("third_party")(d).update(discloses=True), "debt_before_identity", "third_party"),
        (
            lambda d: _q("next_step")(d)["choices"][0].update(label={"zh": "催收", "en": "Go on"}),
            "debt_before_identity",
            "next_step",
        ),
        (
            lambda d: _q("introduction")(d).update(relevant="${identity} != 'failed'"),
            "debt_before_identity",
            "introduction",
        ),
        (
            lambda d: _q("account_view")(d).update(
                relevant="${introduction} = 'continue' or ${third_party} = 'not_in'"
            ),
            "debt_before_identity",
            "account_view",
        ),
        (
            lambda d: _q("ability")(d).update(relevant="${account_view} = 'agrees' and ${account_view} = 'unsure'"),
            "unreachable",
            "ability.relevant",
        ),
        (
            lambda d: _q("card_left")(d).update(relevant="${who_opened} = 'nobody' and ${identity} = 'failed'"),
            "unreachable",
            "card_left.relevant",
        ),
        (
            lambda d: _q("instalment_count")(d).update(relevant="${promise_amount} > 10000000"),
            "later_name",
            "instalment_count.relevant",
        ),
        (
            lambda d: _q("promise_date")(d).update(relevant="${instalment_count} > 60"),
            "unreachable",
            "promise_date.relevant",
        ),
    ],
)
def test_each_finding_fires(change: Any, code: str, where: str) -> None:
    broken = shipped_document()
    change(broken)
    assert (code, f"questions.{where}") in _found(broken)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: _drop(d, "stops", "self_harm"), ("missing_stop", "stops.self_harm")),
        (
            lambda d: named(d["stops"], "self_harm").update(outcome="gone"),
            ("unknown_outcome", "stops.self_harm.outcome"),
        ),
        (
            lambda d: named(d["stops"], "disputes_debt").update(discloses=False),
            ("debt_before_identity", "stops.disputes_debt"),
        ),
        (lambda d: named(d["stops"], "violence").update(say=text("{balance}")), ("not_marked", "stops.violence")),
        (lambda d: named(d["stops"], "violence").update(note=text("{balance}")), ("not_marked", "stops.violence")),
        (
            lambda d: named(d["stops"], "represented").update(note={"zh": "欠多少", "en": "How much"}),
            ("debt_before_identity", "stops.represented"),
        ),
        (
            lambda d: named(d["stops"], "represented").update(note={"zh": "律师", "en": ""}),
            ("no_translation", "stops.represented.note"),
        ),
        (
            lambda d: named(d["stops"], "violence").update(label={"zh": "打人"}),
            ("no_translation", "stops.violence.label"),
        ),
        (lambda d: d["outcomes"].pop(), ("no_default_outcome", "outcomes")),
        (lambda d: d["outcomes"].insert(0, d["outcomes"].pop()), ("unreachable_outcome", "outcomes.refused")),
        (lambda d: named(d["outcomes"], "refused").pop("when"), ("unreachable_outcome", "outcomes.refused")),
        (
            lambda d: named(d["outcomes"], "refused").update(when="${agreed} = 'full' and ${offered} = 'none'"),
            ("unreachable_outcome", "outcomes.refused.when"),
        ),
        (
            lambda d: named(d["outcomes"], "nobody_home").update(label={"zh": "欠款人不在", "en": "Out"}),
            ("debt_before_identity", "outcomes.nobody_home"),
        ),
        (
            lambda d: named(d["outcomes"], "no_agreement").update(label={"zh": "嗯", "en": "No repayment"}),
            ("debt_before_identity", "outcomes.no_agreement"),
        ),
        (lambda d: named(d["outcomes"], "promise").pop("label"), None),
    ],
)
def test_stops_and_outcomes(change: Any, problem: tuple[str, str] | None) -> None:
    broken = shipped_document()
    change(broken)
    if problem is None:
        with pytest.raises(Exception, match="missing"):
            _found(broken)
    else:
        assert problem in _found(broken)


def test_a_ring_of_two_is_found_on_both() -> None:
    ring = document(question("a", relevant="${b} = 'x'"), question("b", relevant="${a} = 'x'"))
    assert {("cycle", "questions.a.relevant"), ("cycle", "questions.b.relevant")} <= _found(ring)


def test_numbers_and_dates_are_decided_at_their_edges() -> None:
    small = document(
        question("n", "integer", constraint=". >= 2 and . <= 5"),
        question("day", "date"),
        question("edge", relevant="${n} > 4 and ${day} < '2026-01-01' and ${day} > '2025-01-01'"),
        question("over", relevant="${n} > 5"),
    )
    found = {where for code, where in _found(small) if code == "unreachable"}
    assert found == {"questions.over.relevant"}


def test_what_cannot_be_decided_is_not_accused_but_not_trusted_with_the_debt() -> None:
    names = [f"q{index}" for index in range(14)]
    choices = ["a", "b", "c"]
    wide = [question(name, "select_one", choices=choices) for name in names]
    never = " and ".join(f"${{{name}}} = 'a'" for name in names) + f" and ${{{names[-1]}}} = 'b'"
    guarded = question("figures", relevant=f"{never} and ${{identity}} = 'confirmed'", discloses=True)
    identity = question("identity", "select_one", required=True, choices=["confirmed", "failed"])
    found = _found(document(*wide, identity, guarded))
    assert ("unreachable", "questions.figures.relevant") not in found
    assert ("debt_before_identity", "questions.figures") in found


@pytest.mark.parametrize("words", ["您逾期了", "欠款", "还款", "贷款", "your debt", "the LOAN", "you owe", "{lender}"])
def test_words_of_the_debt(words: str) -> None:
    assert speaks_of_debt(words)


@pytest.mark.parametrize("words", ["请问{customer}在吗？", "Is {customer} in?", "a following step", "平时几点在家？"])
def test_neutral_words(words: str) -> None:
    assert not speaks_of_debt(words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_has_its_sentence(language: str) -> None:
    words = json.loads((WORDS / language / "script.json").read_text(encoding="utf-8"))
    broken = shipped_document()
    _q("identity")(broken).update(relevant="${identity} = 'x' and ${mood} = 'y' and ${z} = ''")
    _q("mood")(broken).update(choices=[], label={"zh": "{plate}", "en": "a"}, say={"zh": "{overdue}"})
    _q("who_opened")(broken)["choices"] *= 2
    broken["stops"] = broken["stops"][1:]
    broken["outcomes"].insert(0, broken["outcomes"].pop())
    problems = lint(parse_script(broken))
    assert len({problem.code for problem in problems}) >= 10
    for problem in problems:
        assert words[f"{problem.code}.message"].format(where=problem.where, **problem.context)
        assert words[f"{problem.code}.hint"].format(where=problem.where, **problem.context)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda d: d["cards"][0].update(text={"zh": "您欠款", "en": "Hm"}),
            ("debt_before_identity", "cards.slow_down"),
        ),
        (lambda d: d["cards"][0].update(text={"zh": "听"}), ("no_translation", "cards.slow_down.text")),
        (lambda d: d["cards"][3].update(stop="gone"), ("missing_stop", "cards.blake.stop")),
        (lambda d: d["cards"][1].update(when="${nobody} = 1"), ("unknown_name", "cards.texas.when")),
        (lambda d: _q("next_date")(d).update(default="nobody"), ("unknown_name", "questions.next_date.default")),
        (lambda d: _q("promise_date")(d).update(default="next_date"), ("later_name", "questions.promise_date.default")),
        (lambda d: _q("next_date")(d).update(default="income"), ("default_type", "questions.next_date.default")),
    ],
)
def test_cards_and_defaults(change: Any, problem: tuple[str, str]) -> None:
    broken = shipped_document()
    change(broken)
    assert problem in _found(broken)
