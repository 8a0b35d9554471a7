"""Each reminder comes up where it fits, and never more than three."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.briefing import HOW_MANY, Past, last, moods, reminders


def past(*answers: dict[str, Any], **more: Any) -> Past:
    return Past(answers=answers, **more)


@pytest.mark.parametrize(
    ("reminder", "fits", "not_so"),
    [
        ("safety", past({}, stops=frozenset({"violence"})), past({}, stops=frozenset({"only_minor"}))),
        ("safety", past({"left_safe": "incident"}), past({"left_safe": "yes"})),
        ("self_harm", past({}, stops=frozenset({"self_harm"})), past({})),
        ("disputed", past({"account_view": "disputes"}), past({"account_view": "agrees"})),
        ("third_person", past({"who_opened": "family"}), past({"who_opened": "customer"})),
        ("angry_before", past({"mood": "angry"}), past({"mood": "angry"}, {"mood": "calm"})),
        ("low_before", past({"mood": "low"}), past({"mood": "calm"})),
        ("in_need", past({"reasons": ["job_lost"]}), past({"reasons": ["payment_channel"]})),
        ("in_need", past({"care": "health"}), past({"care": "none"})),
        ("broken_promise", past({}, promise_broken=True), past({})),
        ("never_met", past({}, unmet_in_a_row=3), past({}, unmet_in_a_row=2)),
        ("first_time", past(), past({})),
        ("first_time", past(), past(met_before=True)),
    ],
)
def test_a_reminder_comes_up_where_it_fits(reminder: str, fits: Past, not_so: Past) -> None:
    assert reminder in reminders(fits)
    assert reminder not in reminders(not_so)


@given(st.lists(st.fixed_dictionaries({}, optional={"mood": st.sampled_from(["calm", "angry", "low"])}), max_size=5))
def test_there_are_always_three(answers: list[dict[str, Any]]) -> None:
    found = reminders(past(*answers))
    assert len(found) == len(set(found)) == HOW_MANY
    assert len(moods(past(*answers))) == sum("mood" in one for one in answers)


def test_the_last_answer_counts_and_an_empty_one_does_not() -> None:
    assert last(past({"reasons": ["illness"]}, {"reasons": []}), "reasons") == ["illness"]
    assert last(past(), "reasons") is None
