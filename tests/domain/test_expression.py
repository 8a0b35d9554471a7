"""The expression language: what it means, what it refuses, and that no text breaks it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain import expression as ex
from visitcli.domain.errors import BadInputError

ANSWERS: dict[str, ex.Value] = {
    "who": "customer",
    "reasons": ["illness", "job_lost"],
    "count": 3,
    "amount": "1500.50",
    "day": "2026-11-03",
    "plate": "007",
    "blank": "",
    "none": [],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${who} = 'customer'", True),
        ('${who} != "customer"', False),
        ("${unknown} = ''", True),
        ("${blank} = ''", True),
        ("${none} = ''", True),
        ("${unknown} != 'x'", True),
        ("${unknown} != ''", False),
        ("${unknown} = 'x'", False),
        ("${unknown} < 5", False),
        ("${unknown} >= 0", False),
        ("${unknown} = ${blank}", True),
        ("${count} = 3", True),
        ("${count} >= 3 and ${count} < 4", True),
        ("${count} = '3'", True),
        ("${amount} > 1500", True),
        ("${amount} = 1500.5", True),
        ("${amount} > 900", True),
        ("${amount} > '900'", True),
        ("${plate} = '7'", False),
        ("${plate} = 7", True),
        ("${who} > 5", False),
        ("${who} = 5", False),
        ("${who} != 5", True),
        ("${day} >= '2026-11-03'", True),
        ("${day} < '2026-12-01'", True),
        ("selected(${reasons}, 'illness')", True),
        ("selected(${reasons}, 'ill')", False),
        ("selected(${who}, 'customer')", True),
        ("selected(${unknown}, 'customer')", False),
        ("${reasons} = 'illness job_lost'", True),
        ("not(${who} = 'customer')", False),
        ("not (not(${who} = 'customer'))", True),
        ("${who} = 'a' or ${who} = 'customer' and ${count} = 4", False),
        ("(${who} = 'customer' or ${count} = 4) and 1 = 1.0", True),
        ("-1 < 0", True),
    ],
)
def test_meaning(text: str, expected: bool) -> None:
    assert ex.evaluate(ex.parse(text), ANSWERS) is expected


def test_dot_is_the_value_being_checked() -> None:
    assert ex.evaluate(ex.parse(".>0 and . <= ${count}"), ANSWERS, 2)
    assert not ex.evaluate(ex.parse(". > 0"), ANSWERS, "0.00")
    assert ex.evaluate(ex.parse("not(selected(., 'illness'))"), ANSWERS, ["other"])
    assert ex.evaluate(ex.parse(". = ''"), ANSWERS)


def test_names() -> None:
    text = "${a} = 1 and (selected(${b}, 'x') or not(${c} != ${d})) and . = 1"
    assert ex.names(ex.parse(text)) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 1),
        ("${who}", 7),
        ("${who} = ", 10),
        ("${who} == 'a'", 9),
        ("${who} = 'a", 10),
        ("${w-o} = 'a'", 1),
        ("$who = 'a'", 1),
        ("${a} + 1 = 2", 6),
        ("1 - 1 = 0", 3),
        ("1 = 1 = 1", 7),
        ("count(${a}) = 1", 1),
        ("true()", 1),
        ("not ${a} = 1", 5),
        ("notx(1 = 1)", 1),
        ("selected('a', 'b')", 10),
        ("selected(${a}, ${b})", 16),
        ("selected(${a} 'b')", 15),
        ("(1 = 1", 7),
        ("1 = 1)", 6),
        ("1 = .5", 6),
        ("1 = 1 and", 10),
        ("1 = 1 or or 1 = 1", 10),
        ("1 = 1; 2", 6),
        ("(1) = 1", 3),
        ("__import__('os').system('true') = 1", 1),
    ],
)
def test_nothing_else_parses(text: str, position: int) -> None:
    with pytest.raises(BadInputError) as refused:
        ex.parse(text, where="questions[0].relevant")
    assert refused.value.code == "script.expression"
    assert refused.value.context["position"] == position
    assert refused.value.context["expected"]
    assert refused.value.context["where"] == "questions[0].relevant"


@pytest.mark.parametrize(
    "text", ["(" * 5000 + "1 = 1", "not(" * 400 + "1=1" + ")" * 400, "1 = 1" + " and 1 = 1" * 1000]
)
def test_length_and_nesting_are_bounded(text: str) -> None:
    with pytest.raises(BadInputError):
        ex.parse(text)


_operands = st.one_of(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).map(ex.Name),
    st.just(ex.Dot()),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
    .filter(lambda d: d != 0 or not d.is_signed())
    .map(ex.Number),
    st.text(max_size=12).filter(lambda t: not ("'" in t and '"' in t)).map(ex.Text),
)
_leaves = st.one_of(
    st.builds(ex.Comparison, _operands, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), _operands),
    st.builds(
        ex.Selected,
        _operands.filter(lambda o: isinstance(o, ex.Name | ex.Dot)),
        st.text("abc_' ", max_size=8),
    ),
)
_expressions = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        inner.map(ex.Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ex.And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ex.Or(tuple(parts))),
    ),
    max_leaves=8,
)
_values = st.one_of(st.none(), st.text(max_size=8), st.integers(), st.lists(st.text("abc", max_size=3), max_size=3))


@given(_expressions)
def test_what_is_printed_parses_to_the_same(expression: ex.Expression) -> None:
    assert ex.parse(ex.unparse(expression)) == expression


@given(st.text(max_size=60) | st.text("${}a'\"=!<>().,0 9andornotselected-", max_size=60))
def test_any_text_parses_or_is_refused_as_bad_input(text: str) -> None:
    try:
        parsed = ex.parse(text)
    except BadInputError as refused:
        position = refused.context["position"]
        assert isinstance(position, int) and 1 <= position <= len(text) + 1
    else:
        assert ex.parse(ex.unparse(parsed)) == parsed


@given(_expressions, st.dictionaries(st.sampled_from("abcdefgh"), _values), _values)
def test_evaluating_never_fails_and_not_turns_it_round(
    expression: ex.Expression, answers: dict[str, ex.Value], dot: ex.Value
) -> None:
    assert ex.evaluate(ex.Not(expression), answers, dot) is not ex.evaluate(expression, answers, dot)


@given(_values, _values)
def test_equal_and_different_exclude_each_other(left: ex.Value, right: ex.Value) -> None:
    answers = {"a": left, "b": right}
    assert ex.evaluate(ex.parse("${a} = ${b}"), answers) is not ex.evaluate(ex.parse("${a} != ${b}"), answers)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**9, min_value=-(10**9)), st.integers())
def test_numbers_compare_as_decimals(number: Decimal, whole: int) -> None:
    answers: dict[str, ex.Value] = {"a": format(number, "f"), "b": whole}
    assert ex.evaluate(ex.parse("${a} < ${b}"), answers) is (number < whole)
