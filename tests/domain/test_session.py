"""The visit as a fold: what is asked next, what counts, what a stop does; and the laws that hold for any walk."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scripts import document, question, shipped, text

from visitcli.domain.errors import BadInputError
from visitcli.domain.expression import Value
from visitcli.domain.script import Question, Script, parse_script
from visitcli.domain.script_lint import STOP_CODES, speaks_of_debt
from visitcli.domain.session import Event, Progress, Session, Stopped, apply, check, check_stop, replay

TODAY = date(2026, 11, 23)
AT = "2026-11-23T10:00:00+08:00"
SHIPPED = shipped()

PROMISE: dict[str, Value] = {
    "who_opened": "customer",
    "identity": "confirmed",
    "introduction": "continue",
    "account_view": "agrees",
    "reasons": ["illness", "income_down"],
    "ability": "monthly",
    "vehicle_seen": "yes",
    "offered": ["instalments", "pause"],
    "agreed": "instalments",
    "instalment_count": 3,
    "promise_amount": "1200.50",
    "promise_date": "2026-12-05",
    "promise_channel": "app",
    "complaint": "no",
    "mood": "relieved",
    "next_step": "wait",
}


def event(kind: str, **payload: Any) -> Event:
    return Event(0, kind, AT, payload)


def answered(**answers: Value) -> list[Event]:
    return [event("answered", name=name, value=value) for name, value in answers.items()]


def walked(script: Script, answers: dict[str, Value]) -> Session:
    """Answer in the order in which the session asks, passing over what is optional and has no answer."""
    session = replay(script, [event("begun", agent="A007", partner="王芳")])
    while (name := session.next) is not None:
        if name in answers:
            value = check(session, name, answers[name], TODAY)
            session = apply(session, event("answered", name=name, value=value))
        elif not script.by_name[name].required:
            session = apply(session, event("passed", name=name))
        else:
            break
    return session


def test_a_whole_visit_with_a_promise() -> None:
    session = walked(SHIPPED, PROMISE)
    assert session.next is None
    assert session.outcome == "plan_agreed"
    assert list(session.answers) == [q.name for q in SHIPPED.questions if q.name in PROMISE]
    assert len(session.trail) <= 40
    assert session.status == "open"
    closed = apply(session, event("closed"))
    assert (closed.status, closed.ended_at) == ("completed", AT)


@pytest.mark.parametrize(
    ("answers", "outcome", "most"),
    [
        ({"who_opened": "nobody", "card_left": "yes", "next_step": "visit_again"}, "nobody_home", 4),
        ({"who_opened": "minor", "next_step": "visit_again"}, "no_suitable_person", 3),
        ({"who_opened": "wrong_address", "next_step": "update_address"}, "wrong_address", 3),
        ({"who_opened": "family", "third_party": "not_in", "card_left": "no", "next_step": "phone"}, "message_left", 5),
        ({"who_opened": "other", "third_party": "moved", "next_step": "update_address"}, "customer_moved", 4),
        (
            {"who_opened": "customer", "identity": "failed", "card_left": "no", "next_step": "phone"},
            "identity_unconfirmed",
            5,
        ),
    ],
)
def test_short_ways(answers: dict[str, Value], outcome: str, most: int) -> None:
    session = walked(SHIPPED, answers)
    assert session.next is None
    assert session.outcome == outcome
    assert len(session.trail) <= most


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"agreed": "full"}, "promise"),
        ({"agreed": "think_over"}, "considering"),
        ({"agreed": "refused"}, "refused"),
        ({"agreed": "voluntary_sale"}, "plan_agreed"),
        ({"offered": ["none"]}, "no_agreement"),
        ({"account_view": "disputes", "dispute_words": "利息算多了"}, "disputed"),
        ({"introduction": "later"}, "postponed"),
        ({"introduction": "declined"}, "visit_declined"),
    ],
)
def test_what_a_talk_comes_to(changes: dict[str, Value], outcome: str) -> None:
    session = walked(SHIPPED, {**PROMISE, **changes})
    assert session.next is None
    assert session.outcome == outcome


def test_a_changed_answer_hides_later_ones_and_gives_them_back() -> None:
    session = walked(SHIPPED, PROMISE)
    moved = apply(session, *answered(introduction="later"))
    assert "promise_amount" not in moved.answers
    assert moved.all_answers["promise_amount"] == "1200.50"
    assert not moved.relevant("agreed")
    back = apply(moved, *answered(introduction="continue"))
    assert back.answers == session.answers
    assert back.next is None


def test_an_answer_that_is_no_longer_valid_is_asked_again() -> None:
    script = parse_script(
        document(
            question("most", "integer", required=True),
            question("amount", "decimal", required=True, constraint=". <= ${most}"),
        )
    )
    session = replay(script, answered(most=100, amount="80"))
    assert session.next is None
    lowered = apply(session, *answered(most=50))
    assert lowered.next == "amount"
    assert lowered.answers == {"most": 50}
    assert apply(lowered, *answered(most=90)).next is None


def test_passing_takes_an_answer_back_and_a_required_question_cannot_be_passed() -> None:
    session = walked(SHIPPED, {**PROMISE, "reason_words": "住院"})
    passed = apply(session, event("passed", name="reason_words"))
    assert "reason_words" not in passed.answers
    assert passed.next is None
    assert apply(passed, *answered(reason_words="住院")).answers == session.answers
    assert apply(session, event("passed", name="mood")).next == "mood"


def test_what_only_the_device_knows_is_never_asked() -> None:
    session = replay(SHIPPED, [])
    assert session.next == "who_opened"
    assert session.unasked == ("position",)
    located = apply(session, *answered(position="31.2880 121.1650"))
    assert located.unasked == ()
    assert located.progress == Progress(0, session.progress.left)
    assert located.answers == {"position": "31.2880 121.1650"}


def test_pause_and_resume() -> None:
    session = replay(SHIPPED, [*answered(who_opened="customer"), event("paused")])
    assert (session.status, session.next) == ("paused", "identity")
    assert apply(session, event("resumed")).status == "open"


def test_leaving_now_ends_it_at_once_with_the_reason() -> None:
    session = replay(SHIPPED, [*answered(who_opened="customer"), event("stopped", code="leave_now", reason="有狗")])
    assert (session.status, session.next, session.outcome) == ("stopped", None, "left_early")
    assert session.stop == Stopped("leave_now", "有狗", AT)
    assert session.answers == {"who_opened": "customer"}
    assert session.ended_at == AT


@pytest.mark.parametrize("code", ["disputes_debt", "self_harm"])
def test_stopping_the_demand_drops_the_solution_and_keeps_the_record(code: str) -> None:
    session = apply(walked(SHIPPED, PROMISE), event("stopped", code=code))
    assert session.status == "open"
    assert not [name for name in session.answers if SHIPPED.by_name[name].part == "solution"]
    assert "mood" in session.answers
    early = replay(SHIPPED, [*answered(who_opened="customer", identity="confirmed"), event("stopped", code=code)])
    assert early.next == "identity_method"


def test_closing_keeps_what_was_answered_and_asks_no_more_of_it() -> None:
    names = list(PROMISE)
    begun = {name: PROMISE[name] for name in names[: names.index("agreed")]}
    session = apply(walked(SHIPPED, begun), event("stopped", code="time_over"))
    assert session.answers["offered"] == ["instalments", "pause"]
    assert session.next == "customer_words"
    assert not session.relevant("agreed")
    done = walked_on(session, {"complaint": "no", "mood": "calm", "next_step": "phone"})
    assert done.outcome == "no_agreement"


def walked_on(session: Session, answers: dict[str, Value]) -> Session:
    while (name := session.next) is not None:
        kind = event("answered", name=name, value=answers[name]) if name in answers else event("passed", name=name)
        session = apply(session, kind)
    return session


def test_the_weightiest_stop_is_the_visits() -> None:
    codes = ("time_over", "self_harm", "disputes_debt")
    session = replay(SHIPPED, [event("stopped", code=code) for code in codes])
    assert session.stop is not None
    assert session.stop.code == "self_harm"
    assert [stopped.code for stopped in session.stops] == list(codes)


def test_a_correction_reopens_and_may_lift_the_stop() -> None:
    ended = replay(SHIPPED, [*answered(who_opened="customer"), event("stopped", code="wrong_address")])
    kept = apply(ended, event("reopened", reason="门牌写错"))
    assert (kept.status, kept.next, kept.corrections) == ("open", None, ("门牌写错",))
    assert apply(kept, event("closed")).status == "stopped"
    lifted = apply(ended, event("reopened", reason="按错键", lift=True))
    assert (lifted.stop, lifted.next) == (None, "identity")


def test_before_identity_no_stop_that_speaks_of_the_debt_is_offered() -> None:
    early = replay(SHIPPED, answered(who_opened="customer"))
    assert not any(speaks_of_debt(stop.label.zh + stop.say.zh) for stop in early.offered_stops)
    assert {stop.code for stop in SHIPPED.stops} - {stop.code for stop in early.offered_stops} == {
        "court_stay",
        "disputes_debt",
        "limitation_expired",
    }
    late = apply(early, *answered(identity="confirmed"))
    assert {stop.code for stop in late.offered_stops} == set(STOP_CODES)


def test_a_draft_is_no_answer_and_goes_when_the_question_is_settled() -> None:
    begun = replay(SHIPPED, [event("drafted", name="remark", text="门口有")])
    drafted = apply(begun, event("drafted", name="remark", text="门口有一辆"))
    assert drafted.drafts == {"remark": "门口有一辆"}
    assert (drafted.answers, drafted.next) == (begun.answers, begun.next)
    assert not apply(drafted, event("drafted", name="remark", text="")).drafts
    assert not apply(drafted, event("passed", name="remark")).drafts
    assert not apply(drafted, *answered(remark="门口有一辆车")).drafts
    assert apply(drafted, *answered(who_opened="customer")).drafts


def test_notes_and_events_of_other_parts() -> None:
    session = replay(SHIPPED, [event("noted", text="邻居说白天没人"), event("override", rule="CN-1")])
    assert session.notes == ("邻居说白天没人",)
    assert session == replay(SHIPPED, [event("noted", text="邻居说白天没人")])


SMALL = parse_script(
    document(
        question("words"),
        question("count", "integer", constraint=". > 0"),
        question("amount", "decimal"),
        question("day", "date"),
        question("future", "date", not_before="today"),
        question("one", "select_one", choices=["a", "b"]),
        question("many", "select_multiple", choices=["a", "b", "c"]),
        question("photo", "image"),
        question("place", "geopoint"),
        question("hidden", relevant="${one} = 'b'"),
        stops=[{"code": "leave", "effect": "end", "label": text()}],
    )
)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("words", "  两行\r\n字\x1b[31m ", "两行\n字[31m"),
        ("count", 3, 3),
        ("count", "１２", 12),
        ("count", "1,200", 1200),
        ("count", "3.0", 3),
        ("amount", "１，２００．５０", "1200.50"),
        ("amount", "007.50", "7.50"),
        ("amount", 100, "100.00"),
        ("amount", "-0", "0.00"),
        ("day", "2026-11-03", "2026-11-03"),
        ("day", "２０２６年１１月３日", "2026-11-03"),
        ("day", "2026/11/3", "2026-11-03"),
        ("day", "20261103", "2026-11-03"),
        ("future", "2026-11-23", "2026-11-23"),
        ("one", "b", "b"),
        ("many", ["c", "a", "c"], ["a", "c"]),
        ("photo", " pics/车.jpg ", "pics/车.jpg"),
        ("place", "31.2, 121.4", "31.2 121.4"),
        ("place", "-31.20 121.47370", "-31.20 121.47370"),
    ],
)
def test_values_take_their_one_form(name: str, value: object, expected: Value) -> None:
    assert check(replay(SMALL, []), name, value, TODAY) == expected


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("nobody", "x", "unknown"),
        ("hidden", "x", "irrelevant"),
        ("words", "", "empty"),
        ("words", " \x07 ", "empty"),
        ("words", None, "type"),
        ("words", "a\udc80", "surrogate"),
        ("words", "x" * 4001, "too_long"),
        ("count", 0, "constraint"),
        ("count", True, "type"),
        ("count", 1.5, "type"),
        ("count", "1.5", "type"),
        ("count", "three", "type"),
        ("count", "1,20", "type"),
        ("count", 10**15, "too_long"),
        ("count", "9" * 400, "too_long"),
        ("words", 10**15, "type"),
        ("words", {"a": [1]}, "type"),
        ("count", "9" * 16, "too_long"),
        ("amount", "1e5", "type"),
        ("amount", "NaN", "type"),
        ("amount", 1.5, "type"),
        ("day", "2026-02-30", "type"),
        ("day", "tomorrow", "type"),
        ("day", 20261103, "type"),
        ("future", "2026-11-22", "not_before"),
        ("one", "c", "choice"),
        ("one", ["a"], "choice"),
        ("many", "a", "type"),
        ("many", [], "empty"),
        ("many", ["a", "x"], "choice"),
        ("many", ["\ud800"], "surrogate"),
        ("photo", "a\nb", "type"),
        ("photo", "a\x00b", "type"),
        ("photo", "x" * 1001, "too_long"),
        ("place", "91 0", "type"),
        ("place", "0 181", "type"),
        ("place", "31.2", "type"),
    ],
)
def test_values_that_cannot_be_taken(name: str, value: object, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        check(replay(SMALL, []), name, value, TODAY)
    assert refused.value.code == f"answer.{code}"
    assert refused.value.context["name"] == name
    assert len(str(refused.value.context["value"])) <= 81


@pytest.mark.parametrize("name", ["count", "words", "day"])
def test_a_number_too_long_to_print_is_refused_too(name: str) -> None:
    with pytest.raises(BadInputError):
        check(replay(SMALL, []), name, 10**6000, TODAY)


def test_a_finished_visit_takes_no_answer_and_no_stop() -> None:
    session = replay(SMALL, [event("stopped", code="leave")])
    with pytest.raises(BadInputError, match=r"answer\.closed"):
        check(session, "words", "x", TODAY)
    with pytest.raises(BadInputError, match=r"answer\.closed"):
        check_stop(session, "leave")
    with pytest.raises(BadInputError, match=r"answer\.stop"):
        check_stop(replay(SMALL, []), "nap")


@given(st.sampled_from(SMALL.questions), st.text(max_size=20) | st.integers() | st.lists(st.text("abc", max_size=2)))
@example(next(asked for asked in SMALL.questions if asked.type == "decimal"), 10**13)
def test_check_gives_a_value_that_stands_or_refuses(asked: Question, value: object) -> None:
    session = replay(SMALL, [])
    try:
        taken = check(session, asked.name, value, date.min)
    except BadInputError:
        return
    assert check(session, asked.name, taken, date.min) == taken
    assert apply(session, event("answered", name=asked.name, value=taken)).answers == {asked.name: taken}


def _valid_answers(asked: Question) -> st.SearchStrategy[Value]:
    names = [choice.name for choice in asked.choices]
    kinds: dict[str, st.SearchStrategy[Value]] = {
        "select_one": st.sampled_from(names or ["-"]),
        "select_multiple": st.lists(st.sampled_from(names or ["-"]), min_size=1, max_size=3),
        "integer": st.integers(-3, 70),
        "decimal": st.integers(-3, 5000).map(str),
        "date": st.dates(date(2026, 11, 1), date(2027, 2, 1)).map(date.isoformat),
        "geopoint": st.just("31.2 121.4"),
    }
    return kinds.get(asked.type, st.just("字"))


_answer_events = st.sampled_from(SHIPPED.questions).flatmap(
    lambda q: _valid_answers(q).map(lambda value: event("answered", name=q.name, value=value))
)
_events = st.one_of(
    _answer_events,
    st.sampled_from(SHIPPED.questions).map(lambda q: event("passed", name=q.name)),
    st.sampled_from(STOP_CODES).map(lambda code: event("stopped", code=code)),
    st.sampled_from([event(kind) for kind in ("paused", "resumed", "closed")]),
    st.booleans().map(lambda lift: event("reopened", reason="错", lift=lift)),
)
_journals = st.lists(_events, max_size=25)


@given(_journals, _journals)
def test_replay_is_a_left_fold(first: list[Event], second: list[Event]) -> None:
    session = replay(SHIPPED, first)
    for one in second:
        session = apply(session, one)
    assert session == replay(SHIPPED, first + second)


@given(_journals)
def test_next_is_relevant_and_open_and_answers_count(journal: list[Event]) -> None:
    session = replay(SHIPPED, journal)
    assert all(session.relevant(name) for name in session.answers)
    assert all(session.all_answers[name] is not None for name in session.answers)
    if session.next is not None:
        assert session.relevant(session.next)
        assert session.next not in session.answers
        assert session.next not in session.trail
        assert session.outcome is None
    assert session.progress.done == len(session.trail)
    assert (session.next is None) == (session.progress.left == 0)


@given(_journals, _answer_events)
def test_answering_the_same_again_changes_nothing(journal: list[Event], again: Event) -> None:
    once = replay(SHIPPED, [*journal, again])
    assert apply(once, again) == once


@given(st.permutations(answered(**PROMISE)))
def test_the_order_of_answers_does_not_matter(order: list[Event]) -> None:
    session = replay(SHIPPED, order)
    assert session.answers == replay(SHIPPED, answered(**PROMISE)).answers
    assert list(session.answers) == [q.name for q in SHIPPED.questions if q.name in PROMISE]


@given(st.data())
def test_a_walk_of_valid_answers_ends_and_never_shows_the_debt_too_early(data: st.DataObject) -> None:
    session = replay(SHIPPED, [event("begun", agent="A007")])
    for steps in count():
        if session.next is None:
            break
        assert steps < len(SHIPPED.questions)
        asked = SHIPPED.by_name[session.next]
        if not session.identified:
            assert not any(speaks_of_debt(words.zh) or speaks_of_debt(words.en) for words in asked.texts)
        if not asked.required and data.draw(st.booleans()):
            session = apply(session, event("passed", name=asked.name))
            continue
        value = data.draw(_valid_answers(asked).filter(partial(_taken, session, asked.name)))
        session = apply(session, event("answered", name=asked.name, value=value))
    assert session.outcome in SHIPPED.outcome_by_name


def _taken(session: Session, name: str, value: Value) -> bool:
    try:
        check(session, name, value, TODAY)
    except BadInputError:
        return False
    return True


@pytest.mark.parametrize("code", ["recording_refused", "limitation_expired", "active_duty"])
def test_when_the_demand_stops_nothing_of_the_debt_is_asked_any_more(code: str) -> None:
    """Nobody is brought to acknowledge a debt that may be time-barred; what was answered stands."""
    met = {name: PROMISE[name] for name in ("who_opened", "identity", "introduction")}
    session = walked_on(apply(walked(SHIPPED, met), event("stopped", code=code)), PROMISE)
    assert not {"account_view", "reasons", "ability", "offered"} & set(session.trail)
    assert "mood" in session.answers


@pytest.mark.parametrize("order", [("only_elderly", "family_event"), ("family_event", "only_elderly")])
def test_of_two_equally_long_rests_that_stands_which_the_fewest_may_lift(order: tuple[str, str]) -> None:
    from visitcli.app.scripts import shipped
    from visitcli.domain.session import Stopped

    script = shipped()
    days = {script.stop_by_code[code].hold_days for code in order}
    assert len(days) == 1
    session = Session(script=script, stops=tuple(Stopped(code, "") for code in order))
    assert session.hold is not None and session.hold.code == "only_elderly"
