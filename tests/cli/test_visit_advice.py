"""What stands beside the questions: cards, the clock, words to think over, what may be added at the end."""

from __future__ import annotations

import pytest
from tests.cli.at_the_door import Door, DoorVisit

from visitcli.app.scripts import shipped
from visitcli.words import LANGUAGES

TALK = "1 1 1 1 1 1"  # the customer, confirmed, by the number, at the door, willing, recording agreed; then the mood
TO_THE_WORDS = TALK + " 1 1 1 enter 1 1"  # calm, agrees, income went down, this month, within a month


def door(keys: str = "", lang: str = "en") -> Door:
    return Door(DoorVisit(script=shipped()), lang, rows=40).press(keys)


# The mood -----------------------------------------------------------------------------------------------------


def test_two_worsening_readings_bring_the_card_once() -> None:
    at = door(TALK + " 3 1 1 enter 1 1 enter 1")
    assert at.asked == "mood_talk"
    assert at.press("5").controller.page == "card"
    assert "slow down" in at.seen()
    assert "I would be worried too" in at.seen()
    assert at.press("enter").asked == "ability"
    assert at.press("c-b 5").asked == "ability"
    assert at.controller.page == "question"


def test_one_worsening_reading_brings_none() -> None:
    at = door(TALK + " 1 1 1 enter 1 1 enter 1 3")
    assert (at.controller.page, at.asked) == ("question", "ability")


def test_every_key_works_from_a_card() -> None:
    at = door(TALK + " 3 1 1 enter 1 1 enter 1 5")
    assert at.press("c-x 2").controller.stop is not None
    assert at.press("enter").controller.result == "stopped"
    paused = door(TALK + " 3 1 1 enter 1 1 enter 1 5 c-p")
    assert paused.controller.result == "paused"


def test_the_list_of_stops_leads_back_to_the_card_and_not_past_it() -> None:
    at = door(TALK + " 3 1 1 enter 1 1 enter 1 5")
    assert at.press("c-x escape").controller.page == "card"
    assert at.press("c-x 2 escape escape").controller.page == "card"
    assert at.press("enter").asked == "ability"
    assert at.press("c-x escape").controller.page == "question"


def test_the_stops_are_open_while_something_unsaved_is_asked_about() -> None:
    at = door(TO_THE_WORDS).press("t i r e d c-p c-x")
    assert at.controller.page == "stops"
    assert at.press("escape").controller.page == "question"
    assert "> tired" in at.seen()
    assert at.press("c-p c-x 2 enter").controller.result == "stopped"


@pytest.mark.parametrize(("key", "first"), [("2", "Thank them"), ("6", "Check whether")])
def test_a_hardship_brings_its_card(key: str, first: str) -> None:
    at = door(TO_THE_WORDS + " enter " + key)
    assert at.controller.page == "card"
    assert first in at.seen()


def test_words_of_ending_it_bring_the_card_after_the_sentence() -> None:
    at = door(TO_THE_WORDS + " c-x a")
    assert "Thank you for telling me" in at.seen()
    assert "Keep safe" in at.press("enter").seen()
    assert at.press("enter").asked == "customer_words"
    assert not at.visit.session.relevant("offered")


def test_a_card_is_not_told_again_when_the_visit_is_taken_up_again() -> None:
    at = door(TALK + " 3 1 1 enter 1 1 enter 1 5 enter c-p")
    at.visit._record("resumed")
    assert Door(at.visit).controller.page == "question"


# The clock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_clock_reminds_without_losing_what_is_typed(lang: str) -> None:
    at = door(TO_THE_WORDS, lang).type("half a sen")
    at.notice = "quarter"
    said = at.controller.words("screen.clock.quarter")
    assert said in at.seen()
    assert "half a sen" in at.seen()
    at.type("tence").press("enter")
    assert at.answers["reason_words"] == "half a sentence"
    assert said in at.seen()
    assert said not in at.press("1 1").seen()
    at.notice = "half"
    assert at.controller.words("screen.clock.half") in at.seen()


@pytest.mark.parametrize("notice", ["long", "hours"])
def test_over_time_the_way_out_stands_before_the_next_question(notice: str) -> None:
    at = door(TO_THE_WORDS).type("still talking")
    at.notice = notice  # type: ignore[assignment]
    assert "still talking" in at.seen()
    at.press("enter")
    assert at.controller.stop and at.controller.stop.code == "time_over"
    assert "let us stop here" in at.seen()
    assert at.press("escape escape").asked == "care"
    assert at.press("1").asked == "mood_talk"  # asked once; the banner stays
    assert at.controller.words(f"screen.clock.{notice}").split()[-3:] == at.controller.banner.split()[-3:]
    assert at.press("c-x").controller.page == "stops"


def test_over_time_and_agreed_only_the_record_is_made() -> None:
    at = door(TO_THE_WORDS)
    at.notice = "long"
    at.press("enter enter")
    assert at.asked == "customer_words"
    assert at.visit.events[-1] == ("stopped", {"code": "time_over", "reason": ""})
    assert at.press("enter").controller.page == "question"


# Words --------------------------------------------------------------------------------------------------------


def test_judging_words_are_remarked_upon_as_they_are_typed_and_kept() -> None:
    at = door(TO_THE_WORDS, "zh").type("客户态度")
    assert "评价" not in at.seen()
    assert "“态度恶劣”是评价，不是事实" in at.type("恶劣").seen()
    at.press("enter")
    assert at.answers["reason_words"] == "客户态度恶劣"
    at = door(TO_THE_WORDS).type("He is a LIAR")
    assert "never to be said" in at.seen()
    at.press("backspace backspace backspace backspace")
    assert "never to be said" not in at.seen()


def test_pasted_words_are_remarked_upon_too() -> None:
    at = door(TO_THE_WORDS)
    at.controller.paste("all excuses")
    assert "an opinion" in at.seen()


def test_a_reason_for_leaving_is_looked_at_and_before_identity_the_debt_is_not_written_down() -> None:
    at = door("c-x 1").type("the loan")
    assert "Identity is not confirmed" in at.seen()
    at = door(TALK + " c-x 1").type("he was rude")
    assert "an opinion" in at.seen()


# What may be added, and what stands in the line already -----------------------------------------------------------


def test_what_is_asked_later_is_offered_when_the_record_is_read_back() -> None:
    at = door("1 1 1 1 3 enter 1 1 1 enter 1")
    assert (at.controller.page, at.asked) == ("readback", None)
    assert [question.name for _, question in at.controller.later] == ["opinion", "remark"]
    at.press("1").type("seemed worried about the neighbours").press("enter")
    assert at.controller.page == "readback"
    assert at.answers["opinion"].startswith("seemed")
    assert [question.name for _, question in at.controller.later] == ["remark"]
    assert at.press("enter").controller.result == "completed"


def test_the_day_of_the_promise_stands_in_the_line_for_the_next_contact() -> None:
    at = door(TO_THE_WORDS + " enter 1 1 1 1 1 enter 1 5 0 0 enter").type("12-1").press("enter 1 1 enter 1 1 1 3")
    assert at.asked == "next_date"
    assert "> 2026-12-01" in at.seen()
    other = at.type("12-5").press("enter")
    assert other.answers["next_date"] == "2026-12-05"
    other.press("c-b enter")
    assert other.answers["next_date"] == "2026-12-05"


def test_enter_takes_what_stands_there_and_backspace_changes_it() -> None:
    keys = TO_THE_WORDS + " enter 1 1 1 1 1 enter 1 5 0 0 enter"
    at = door(keys).type("12-1").press("enter 1 1 enter 1 1 1 3 enter")
    assert at.answers["next_date"] == at.answers["promise_date"] == "2026-12-01"
    at = door(keys).type("12-1").press("enter 1 1 enter 1 1 1 3 backspace 2 enter")
    assert at.answers["next_date"] == "2026-12-02"


def test_an_emptied_proposal_passes_the_question_over() -> None:
    keys = TO_THE_WORDS + " enter 1 1 1 1 1 enter 1 5 0 0 enter"
    at = door(keys).type("12-1").press("enter 1 1 enter 1 1 1 3 c-u enter")
    assert "next_date" not in at.answers
    assert at.asked == "left_safe"


# The ways of the script -------------------------------------------------------------------------------------------


def test_where_others_can_hear_nothing_more_is_said() -> None:
    at = door("1 1 1 5")
    assert at.asked == "next_step"
    assert at.press("2 1 enter").controller.result == "completed"
    assert at.visit.session.outcome == "postponed"


def test_without_consent_to_be_recorded_there_is_no_talk_of_it() -> None:
    at = door("1 1 1 1 1 2")
    assert not at.visit.session.relevant("account_view")
    assert at.asked == "customer_words"


def test_the_budget_is_asked_where_it_matters_only() -> None:
    assert door(TO_THE_WORDS + " enter 1 1 1").asked == "vehicle_seen"  # can catch up at once
    assert door(TO_THE_WORDS + " enter 1 1 4").asked == "income"


@pytest.mark.parametrize(
    ("keys", "asked"), [("1 1", "identity_method"), ("1 1 1", "talk_place"), (TALK[:-2], "recording_consent")]
)
def test_what_the_script_insists_on_is_not_passed_over_at_the_door(keys: str, asked: str) -> None:
    at = door(keys + " enter")
    assert at.asked == asked
    assert "optional" not in at.seen()
    assert "needs a choice" in at.seen()


def test_what_each_way_out_comes_to_stands_beside_the_choice_and_never_before_identity() -> None:
    at = door(TO_THE_WORDS + " enter 1 1 1 1")
    assert at.asked == "offered"
    at.figures = {"catch_up": "CNY 816.10 a month", "": "only a pause"}
    assert "Catch up in instalments  CNY 816.10 a month" in at.seen()
    assert "only a pause" in at.seen()
    early = door()
    early.figures = at.figures
    assert "816.10" not in early.seen()
