"""The chance to meet: laws that any sound way of learning it keeps, and what an agent expects of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.case import AddressKind
from visitcli.planner.chance import (
    DAY_S,
    HIGHEST,
    LOWEST,
    PARTS,
    Chance,
    Chances,
    Observation,
    Part,
    Prior,
    part_ends,
    part_of,
)

PRIOR = Prior(
    home=dict(zip(PARTS, (0.40, 0.25, 0.30, 0.25, 0.45, 0.60), strict=True)),
    work=dict(zip(PARTS, (0.30, 0.50, 0.35, 0.50, 0.25, 0.05), strict=True)),
)
KINDS: tuple[AddressKind, ...] = ("home", "work", "other")

kinds = st.sampled_from(KINDS)
parts = st.sampled_from(PARTS)
observations = st.builds(
    Observation,
    met=st.booleans(),
    kind=st.none() | kinds,
    part=st.none() | parts,
    weekend=st.none() | st.booleans(),
    gone=st.booleans(),
)
histories = st.lists(observations, max_size=40)
cells = st.tuples(kinds, parts, st.booleans())
priors = st.builds(
    Prior,
    home=st.fixed_dictionaries({part: st.floats(0, 1) for part in PARTS}),
    work=st.fixed_dictionaries({part: st.floats(0, 1) for part in PARTS}),
    other=st.floats(0, 1),
    home_weekend=st.floats(0, 1),
    work_weekend=st.floats(0, 1),
    visits=st.floats(1, 1000),
    customer_visits=st.floats(0.5, 100),
)


@given(priors, histories, histories, cells)
def test_a_chance_lies_between_never_and_always(
    prior: Prior, all_seen: list[Observation], own: list[Observation], cell: tuple[AddressKind, Part, bool]
) -> None:
    found = Chances(prior, all_seen).of_case(*cell, own)
    assert all(LOWEST <= chance <= HIGHEST for chance in (found.value, found.prior, found.pooled, found.usual))


@given(histories, histories, cells, st.data())
def test_no_chance_falls_when_a_visit_had_met_the_customer(
    all_seen: list[Observation], own: list[Observation], cell: tuple[AddressKind, Part, bool], data: st.DataObject
) -> None:
    before = Chances(PRIOR, all_seen).of_case(*cell, own)
    if all_seen:
        at = data.draw(st.integers(0, len(all_seen) - 1))
        better = [replace(seen, met=True) if i == at else seen for i, seen in enumerate(all_seen)]
        assert Chances(PRIOR, better).usual(*cell).value >= before.usual - 1e-12
    if own:
        at = data.draw(st.integers(0, len(own) - 1))
        better = [replace(seen, met=True) if i == at else seen for i, seen in enumerate(own)]
        assert Chances(PRIOR, all_seen).of_case(*cell, better).value >= before.value - 1e-12


@given(histories, cells)
def test_one_more_success_there_and_then_raises_it_and_a_failure_lowers_it(
    all_seen: list[Observation], cell: tuple[AddressKind, Part, bool]
) -> None:
    now = Chances(PRIOR, all_seen).usual(*cell).value
    for met in (True, False):
        after = Chances(PRIOR, [*all_seen, Observation(met, *cell)]).usual(*cell).value
        assert (after >= now) if met else (after <= now)
        assert abs(after - now) <= 1 / (PRIOR.visits + 1)


@given(histories, histories, cells, st.randoms(use_true_random=False))
def test_the_order_of_the_visits_does_not_matter(
    all_seen: list[Observation], own: list[Observation], cell: tuple[AddressKind, Part, bool], random: object
) -> None:
    mixed, mixed_own = list(all_seen), list(own)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(mixed_own)  # type: ignore[attr-defined]
    first, again = Chances(PRIOR, all_seen).of_case(*cell, own), Chances(PRIOR, mixed).of_case(*cell, mixed_own)
    assert again.value == pytest.approx(first.value, rel=1e-9)


@given(cells)
def test_a_new_agent_begins_with_the_settings(cell: tuple[AddressKind, Part, bool]) -> None:
    prior = PRIOR.chance(*cell)
    assert Chances(PRIOR).of_case(*cell) == Chance(value=prior, prior=prior, pooled=prior, usual=prior)


@given(cells, st.integers(0, 100))
def test_many_visits_say_it_themselves(cell: tuple[AddressKind, Part, bool], percent: int) -> None:
    seen = [Observation(i % 100 < percent, *cell) for i in range(20_000)]
    assert Chances(PRIOR, seen).usual(*cell).value == pytest.approx(percent / 100, abs=0.0101)


@given(cells, st.booleans())
def test_many_visits_of_one_customer_say_it_for_that_customer(
    cell: tuple[AddressKind, Part, bool], always: bool
) -> None:
    own = [Observation(always, *cell)] * 2_000
    assert Chances(PRIOR).of_case(*cell, own).value == pytest.approx(HIGHEST if always else LOWEST, abs=0.005)


def test_an_agent_who_goes_in_the_evening_and_meets_as_expected_learns_nothing_of_the_morning() -> None:
    seen = [Observation(i % 10 < 6, "home", "evening", False) for i in range(1_000)]
    assert Chances(PRIOR, seen).usual("home", "morning", False).value == pytest.approx(0.25, abs=0.001)


def test_what_goes_better_than_expected_there_lifts_the_other_parts_and_other_kinds_not() -> None:
    better = Chances(PRIOR, [Observation(True, "home", "evening", False)] * 30)
    assert better.usual("home", "morning", False).value > 0.3
    assert better.usual("work", "morning", False).value == 0.5
    dated = Chances(PRIOR, [Observation(True, "home")] * 30)  # a date only: nobody knows which part
    assert dated.usual("home", "morning", False).value > 0.3


def test_a_weekday_tells_of_the_weekend_until_the_weekend_tells_itself() -> None:
    weekdays = [Observation(False, "home", "morning", False)] * 60
    alone = Chances(PRIOR, weekdays).usual("home", "morning", True).value
    assert alone < PRIOR.chance("home", "morning", True) - 0.1
    both = Chances(PRIOR, weekdays + [Observation(True, "home", "morning", True)] * 200)
    assert both.usual("home", "morning", True).value > 0.85
    assert both.usual("home", "morning", False).value < 0.35


def test_nobody_home_in_the_morning_counts_most_against_another_morning_there() -> None:
    chances, missed = Chances(PRIOR), [Observation(False, "home", "morning", False)]

    def left(kind: AddressKind, part: Part, weekend: bool) -> float:
        """What is left of the chance, as a share of it."""
        return chances.of_case(kind, part, weekend, missed).value / chances.usual(kind, part, weekend).value

    shares = [left("home", "morning", False), left("home", "morning", True), left("home", "evening", False)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(4 / 5)  # Beta-binomial: 4 visits' worth of prior, one without success
    assert shares[-1] > 0.93
    assert left("work", "morning", False) > 0.97
    assert chances.of_case("home", "evening", False, missed).value > 0.55  # it may come back in the evening


def test_who_has_moved_away_is_hardly_met_there_at_any_time_but_may_be_elsewhere() -> None:
    gone = [Observation(False, "home", "morning", False, gone=True)]
    chances = Chances(PRIOR)
    assert chances.of_case("home", "evening", False, gone).value < 0.25
    assert chances.of_case("work", "morning", False, gone).value > 0.47


@pytest.mark.parametrize(
    ("clock", "part"),
    [("00:00", "early"), ("09:29", "early"), ("09:30", "morning"), ("12:00", "midday"), ("13:59", "midday"),
     ("14:00", "afternoon"), ("17:00", "after_work"), ("19:00", "evening"), ("23:59", "evening")],
)  # fmt: skip
def test_the_parts_of_the_day(clock: str, part: Part) -> None:
    hours, minutes = clock.split(":")
    assert part_of(int(hours) * 3600 + int(minutes) * 60) == part


def test_the_parts_leave_no_gap() -> None:
    assert [part_of(part_ends(part)) for part in PARTS[:-1]] == list(PARTS[1:])
    assert part_ends(PARTS[-1]) == DAY_S


def test_the_prior_of_a_weekend() -> None:
    assert PRIOR.chance("home", "morning", True) == 0.5
    assert PRIOR.chance("home", "evening", True) == 0.6
    assert PRIOR.chance("work", "morning", True) == 0.1
    assert PRIOR.chance("work", "evening", True) == 0.05
    assert PRIOR.chance("other", "evening", True) == 0.25


def test_where_a_chance_comes_from_is_told() -> None:
    seen = [Observation(i < 6, "home", "evening", False) for i in range(8)]
    own = [Observation(False, "home", "morning", False), Observation(True, "work", "morning", False)]
    found = Chances(PRIOR, seen).of_case("home", "evening", False, own)
    assert (found.prior, found.seen, found.met, found.own_seen, found.own_met) == (0.6, 8, 6, 2, 1)
    assert found.usual == pytest.approx((20 * 0.6 + 6) / 28)
    assert found.usual != found.value
