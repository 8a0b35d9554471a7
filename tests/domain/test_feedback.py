"""The record of a visit: drawn from reserved names, only from answers that count."""

from __future__ import annotations

import json

from scripts import document, question, shipped

from visitcli.domain.expression import Value
from visitcli.domain.feedback import record
from visitcli.domain.script import parse_script
from visitcli.domain.session import Event, Session, apply, replay

AT = "2026-11-23T10:00:00+08:00"
TALK: dict[str, Value] = {
    "position": "31.2880 121.1650",
    "who_opened": "customer",
    "identity": "confirmed",
    "introduction": "continue",
    "recording_consent": "agreed",
    "account_view": "agrees",
    "reasons": ["illness"],
    "ability": "monthly",
    "vehicle_seen": "yes",
    "vehicle_photo": "media/ab12.jpg",
    "offered": ["instalments", "pause"],
    "agreed": "instalments",
    "instalment_count": 3,
    "promise_amount": "1200.5",
    "promise_date": "2026-12-05",
    "promise_channel": "app",
    "customer_words": "下月发工资就还",
    "complaint": "yes",
    "complaint_words": "来得太早",
    "mood": "worried",
    "next_step": "wait",
    "next_date": "2026-12-06",
    "recording": "media/cd34.m4a",
}


def _visit(answers: dict[str, Value], *more: Event) -> Session:
    begun = Event(1, "begun", AT, {"agent": "A007", "partner": "王芳"})
    said = [Event(2, "answered", AT, {"name": name, "value": value}) for name, value in answers.items()]
    return replay(shipped(), [begun, *said, *more])


def _closed(answers: dict[str, Value]) -> Session:
    session = _visit(answers)
    for _ in session.script.questions:
        if session.next is None:
            break
        session = apply(session, Event(3, "passed", AT, {"name": session.next}))
    return apply(session, Event(4, "closed", "2026-11-23T10:40:00+08:00", {}))


def test_a_recording_counts_only_after_a_yes() -> None:
    for consent in ("refused", None):
        answers = {name: value for name, value in TALK.items() if name != "recording_consent"}
        answers |= {"recording_consent": consent} if consent else {}
        assert "recording" not in _visit(answers).answers
    assert "recording" in _visit(TALK).answers


def test_a_talk_with_a_promise() -> None:
    kept = record(_closed(TALK))
    assert kept["promise"] == {
        "amount_fen": 120050,
        "due_date": "2026-12-05",
        "channel": "app",
        "instalments": 3,
    }
    assert kept["offers"] == [
        {"kind": "instalments", "offered": True, "agreed": True},
        {"kind": "pause", "offered": True, "agreed": False},
    ]
    assert kept["media"] == [
        {"question": "vehicle_photo", "type": "image", "path": "media/ab12.jpg"},
        {"question": "recording", "type": "audio", "path": "media/cd34.m4a"},
    ]
    assert kept["answers"] == {**TALK, "promise_amount": "1200.50"}
    assert kept["position"] == {"lat": 31.288, "lon": 121.165}
    assert (kept["outcome"], kept["status"], kept["stop"]) == ("plan_agreed", "completed", None)
    assert (kept["agent"], kept["partner"]) == ("A007", "王芳")
    assert (kept["started_at"], kept["ended_at"]) == (AT, "2026-11-23T10:40:00+08:00")
    assert (kept["mood"], kept["next_step"], kept["next_date"]) == ("worried", "wait", "2026-12-06")
    assert (kept["complaint"], kept["complaint_words"]) == (True, "来得太早")
    assert kept["reasons"] == ["illness"]


def test_the_record_is_plain_json() -> None:
    kept = record(_closed(TALK))
    assert json.loads(json.dumps(kept)) == kept


def test_nobody_home() -> None:
    kept = record(_closed({"who_opened": "nobody", "card_left": "yes", "next_step": "visit_again"}))
    assert (kept["outcome"], kept["promise"], kept["offers"], kept["position"]) == ("nobody_home", None, [], None)
    assert (kept["mood"], kept["customer_words"], kept["complaint"]) == ("", "", False)


def test_a_promise_counts_only_while_its_question_does() -> None:
    kept = record(_closed({**TALK, "agreed": "refused"}))
    assert (kept["promise"], kept["outcome"]) == (None, "refused")
    half = dict(TALK)
    del half["promise_date"]
    assert record(_visit(half))["promise"] is None


def test_what_the_customer_proposed_was_not_offered() -> None:
    kept = record(_closed({**TALK, "agreed": "voluntary_sale"}))
    assert kept["offers"] == [
        {"kind": "instalments", "offered": True, "agreed": False},
        {"kind": "pause", "offered": True, "agreed": False},
        {"kind": "voluntary_sale", "offered": False, "agreed": True},
    ]
    assert record(_closed({**TALK, "offered": ["none"]}))["offers"] == []


def test_a_stop_leaves_no_promise_and_says_why() -> None:
    stopped = Event(9, "stopped", AT, {"code": "disputes_debt", "reason": "利息算错"})
    kept = record(_visit(TALK, stopped))
    assert kept["stop"] == {"code": "disputes_debt", "reason": "利息算错", "at": AT}
    assert kept["stops"] == [kept["stop"]]
    assert (kept["promise"], kept["offers"]) == (None, [])


def test_a_promise_is_told_to_the_fen() -> None:
    for text, fen in (("0.01", 1), ("1.2", 120), ("1,015.55", 101555), ("3000", 300000)):
        kept = record(_closed({**TALK, "promise_amount": text}))
        promise = kept["promise"]
        assert isinstance(promise, dict)
        assert promise["amount_fen"] == fen


def test_a_script_without_the_reserved_names_still_gives_a_record() -> None:
    script = parse_script(document(question("words")))
    kept = record(replay(script, [Event(1, "answered", AT, {"name": "words", "value": "字"})]))
    assert kept["answers"] == {"words": "字"}
    assert (kept["promise"], kept["offers"], kept["media"], kept["complaint"]) == (None, [], [], False)
