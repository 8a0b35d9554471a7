"""The proposal: the person's need first, the office's review, a call before a door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.next_step import Known, NextStep, proposed

TODAY = date(2026, 11, 24)
PLAIN = Known(today=TODAY, free_from=TODAY)
SOON = TODAY + timedelta(days=5)


@pytest.mark.parametrize(
    ("known", "step", "day"),
    [
        (PLAIN, "visit", TODAY),
        (replace(PLAIN, free_from=SOON), "visit", SOON),
        (replace(PLAIN, agreed_day=SOON), "visit", SOON),
        (replace(PLAIN, status="closed", in_need=True), "close", None),
        (replace(PLAIN, in_need=True, rests=True), "support", TODAY),
        (replace(PLAIN, outcome="disputed"), "office_review", TODAY),
        (replace(PLAIN, complaint=True), "office_review", TODAY),
        (replace(PLAIN, rests=True, resting_until=SOON), "rest", SOON),
        (replace(PLAIN, rests=True), "rest", None),
        (replace(PLAIN, promise_due=SOON), "wait", SOON),
        (replace(PLAIN, promise_due=TODAY - timedelta(days=1)), "visit", TODAY),
        (replace(PLAIN, unmet_in_a_row=3), "phone", TODAY),
        (replace(PLAIN, outcome="considering", last_visit=TODAY), "phone", TODAY + timedelta(days=3)),
        (replace(PLAIN, outcome="refused", days_overdue=181), "legal", TODAY),
        (replace(PLAIN, outcome="refused", limitation=SOON), "legal", TODAY),
        (replace(PLAIN, outcome="refused", days_overdue=180), "visit", TODAY),
    ],
)
def test_what_the_record_proposes(known: Known, step: str, day: date | None) -> None:
    found = proposed(known)
    assert (found.step, found.day) == (step, day)


@given(
    st.builds(
        Known,
        today=st.just(TODAY),
        rests=st.booleans(),
        complaint=st.booleans(),
        in_need=st.booleans(),
        outcome=st.sampled_from(["", "refused", "disputed", "considering", "nobody_home", "promise"]),
        last_visit=st.one_of(st.none(), st.just(TODAY)),
        days_overdue=st.one_of(st.none(), st.integers(0, 900)),
        free_from=st.one_of(st.none(), st.just(SOON)),
        unmet_in_a_row=st.integers(0, 5),
    )
)
def test_nobody_in_need_or_on_hold_is_sent_a_visit_or_to_court(known: Known) -> None:
    found = proposed(known)
    assert isinstance(found, NextStep)
    if known.in_need or known.complaint or known.rests:
        assert found.step not in ("visit", "legal", "phone")
