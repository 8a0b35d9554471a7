"""Whether a visit met the customer."""

from __future__ import annotations

import pytest

from visitcli.app import scripts
from visitcli.domain import meeting
from visitcli.domain.meeting import result_says, was_met


@pytest.mark.parametrize(
    ("outcome", "identity", "met"),
    [
        ("promise", "confirmed", True),
        ("promise", "", True),
        ("visit_declined", "confirmed", True),
        ("visit_declined", "", None),
        ("needs_care", "confirmed", True),
        ("needs_care", "", None),
        ("nobody_home", "", False),
        ("identity_unconfirmed", "failed", False),
        ("customer_moved", "", False),
        ("a_script_of_the_office", "", None),
    ],
)
def test_the_identity_check_decides_then_the_outcome(outcome: str, identity: str, met: bool | None) -> None:
    assert was_met(outcome, identity) is met


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("见到本人", (True, False)),
        ("本人在家，当面沟通", (True, False)),
        ("见到本人和家人", (True, False)),
        ("未见到本人", (False, False)),
        ("邻居称已搬走，未见到本人", (False, True)),
        ("本人不在", (False, False)),
        ("见到家人", (False, False)),
        ("家中无人", (False, False)),
        ("已搬离", (False, True)),
        ("查无此人", (False, True)),
        ("Met customer", (True, False)),
        ("not met", (False, False)),
        ("Nobody home", (False, False)),
        ("moved away", (False, True)),
        ("外访", (None, False)),
        ("", (None, False)),
    ],
)
def test_what_an_office_writes_of_a_visit(text: str, says: tuple[bool | None, bool]) -> None:
    assert result_says(text) == says


def test_the_outcomes_spoken_of_are_the_shipped_scripts_own() -> None:
    outcomes = {outcome.name for outcome in scripts.shipped().outcomes}
    assert outcomes >= meeting.GONE | meeting._NOT_MET | meeting._MET
