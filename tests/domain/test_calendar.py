"""The law of sequence numbers, over any row of replans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.calendar import Entry, revised, uid_of

CASES = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["nine", "ten"]))  # case to when and where it is


def entries(plan: dict[str, str], at: str) -> list[Entry]:
    return [
        Entry(uid=case, date="2026-11-23", begins=when, ends=when, digest=when, changed=at)
        for case, when in plan.items()
    ]


@given(st.lists(CASES, max_size=8))
def test_a_sequence_number_rises_by_one_with_each_change_and_never_without(plans: list[dict[str, str]]) -> None:
    before: dict[str, Entry] = {}
    for number, plan in enumerate(plans):
        after = revised(entries(plan, str(number)), before, ["2026-11-23"], str(number))
        assert set(after) == set(before) | set(plan)
        for uid, entry in after.items():
            assert entry.cancelled == (uid not in plan)
            assert entry.digest == plan.get(uid, "")
            old = before.get(uid)
            if old is None:
                assert (entry.sequence, entry.changed) == (0, str(number))
            elif old.digest == entry.digest:
                assert entry == old
            else:
                assert (entry.sequence, entry.changed) == (old.sequence + 1, str(number))
        assert revised(entries(plan, "later"), after, ["2026-11-23"], "later") == after
        before = after


def test_another_day_is_left_alone() -> None:
    (old,) = entries({"a": "nine"}, "0")
    assert revised([], {"a": old}, ["2026-11-24"], "1") == {}


def test_what_is_cancelled_keeps_its_time_so_that_a_calendar_can_show_it() -> None:
    (old,) = entries({"a": "nine"}, "0")
    gone = revised([], {"a": old}, [old.date], "1")["a"]
    assert gone.cancelled
    assert (gone.begins, gone.ends, gone.sequence) == ("nine", "nine", 1)


def test_a_uid_is_the_same_everywhere_and_says_no_case_number() -> None:
    uid = uid_of("A007", "2026-11-23", "SH-0001", 1)
    assert uid == uid_of("A007", "2026-11-23", "SH-0001", 1)
    assert "SH-0001" not in uid
    others = [
        uid_of("A008", "2026-11-23", "SH-0001", 1),
        uid_of("A007", "2026-11-24", "SH-0001", 1),
        uid_of("A007", "2026-11-23", "SH-0002", 1),
        uid_of("A007", "2026-11-23", "SH-0001", 2),
    ]
    assert len({uid, *others}) == 5
