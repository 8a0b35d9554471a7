"""The made-up days: the same for a seed, and such as a planner can work with."""

from __future__ import annotations

from benchmarks.agents_day import LUNCH, agents_day

from visitcli.planner.chance import PART_STARTS


def test_a_seed_gives_the_same_day_and_another_seed_another() -> None:
    assert agents_day(3, 40) == agents_day(3, 40)
    assert agents_day(3, 40).problem.candidates != agents_day(4, 40).problem.candidates


def test_every_alternative_has_a_chance_that_is_estimated_and_one_that_is_true() -> None:
    day = agents_day(1, 200)
    for candidate in day.problem.candidates:
        truth = day.truth[candidate.case_id]
        assert candidate.alternatives
        assert len(truth) == len(candidate.alternatives)
        for alternative, true in zip(candidate.alternatives, truth, strict=True):
            assert 0 < true < 1
            assert abs(alternative.value - day.worth[candidate.case_id] * alternative.chance) < 0.1
            assert alternative.begins and alternative.begins.open_s == PART_STARTS[alternative.part]


def test_a_third_have_a_workplace_too_but_none_is_visited_on_a_sunday() -> None:
    days = [agents_day(seed, 100) for seed in range(30)]
    for day in days:
        at_work = {c.case_id for c in day.problem.candidates for a in c.alternatives if a.address_kind == "work"}
        assert (not at_work) if day.weekday == 6 else (20 <= len(at_work) <= 50)
    assert {day.weekday for day in days} == set(range(7))
    assert {day.problem.days[0].end_s for day in days} == {18 * 3600, 19 * 3600 + 1800}
    assert all(day.problem.days[0].breaks == (LUNCH,) for day in days)


def test_the_estimate_says_something_of_the_truth_but_not_all() -> None:
    errors, spread = [], []
    for seed in range(10):
        day = agents_day(seed, 100)
        for candidate in day.problem.candidates:
            for alternative, true in zip(candidate.alternatives, day.truth[candidate.case_id], strict=True):
                errors.append(abs(alternative.chance - true))
                spread.append(abs(0.4 - true))
    assert 0.02 < sum(errors) / len(errors) < sum(spread) / len(spread)
