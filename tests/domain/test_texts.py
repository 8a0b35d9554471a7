"""Free texts: what is kept of them, and what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.errors import BadInputError
from visitcli.domain.texts import plain_text


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  王芳\t ", "王芳"),
        ("一\r\n二\n三\u2028四\x85五", "一 二 三 四 五"),
        ("a\x00b\x07c\x1b[31md\x7fe\x9bf", "abc[31mdef"),
        ("\u202eevil\u2066\u200e\ufeff", "evil"),
        ("e\u0301", "é"),
        ("क्\u200dष 👨\u200d👩", "क्\u200dष 👨\u200d👩"),
        (" \n\t ", ""),
    ],
)
def test_what_is_kept(given_text: str, kept: str) -> None:
    assert plain_text(given_text, 100, "note") == kept


@pytest.mark.parametrize("broken", ["\ud800", "好\udcff", "\udfff"])
def test_a_lone_surrogate_is_refused(broken: str) -> None:
    with pytest.raises(BadInputError) as refused:
        plain_text(broken, 100, "reason")
    assert (refused.value.code, refused.value.context["name"]) == ("text.surrogate", "reason")


def test_the_limit_counts_what_is_kept() -> None:
    assert plain_text("好" * 80 + "\u202e" * 5 + " " * 5, 80, "agent") == "好" * 80
    with pytest.raises(BadInputError) as refused:
        plain_text("好" * 81, 80, "agent")
    assert (refused.value.code, refused.value.context) == ("text.too_long", {"name": "agent", "limit": 80})


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_becomes_one_clean_line_and_stays_it(text: str) -> None:
    kept = plain_text(text, len(text) * 4 + 1, "note")
    assert plain_text(kept, len(kept), "note") == kept == kept.strip()
    assert len(kept.splitlines()) <= 1
    assert not {char for char in kept if unicodedata.category(char) in ("Cc", "Cf")} - {"\u200c", "\u200d"}
