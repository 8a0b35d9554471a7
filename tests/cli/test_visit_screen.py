"""The guided visit: what the keys do, what stands on the screen and what must not, on every size of terminal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.utils import get_cwidth
from tests.cli.at_the_door import CALM, DEBT, TODAY, Door, DoorVisit

from visitcli.app.scripts import shipped
from visitcli.cli.screen import attached, reading, run_screen
from visitcli.cli.screen.drawing import Typography, draw, wrapped
from visitcli.cli.screen.field import Field
from visitcli.domain.errors import BadInputError, UsageError
from visitcli.words import LANGUAGES, Words

CONFIRMED = "1 1 1"  # the customer, confirmed, willing to talk
TO_THE_AMOUNT = CONFIRMED + " 1 enter 1 2 1 enter 3 enter 3"  # … instalments offered and agreed
TO_THE_DATE = TO_THE_AMOUNT + " 6 enter 3 0 0 0 enter"
TO_THE_PHOTO = CONFIRMED + " 1 enter 1 1 enter"
JPEG = b"\xff\xd8\xff made up"
TO_THE_WORDS = CONFIRMED + " 2 enter 5 2 enter enter 9 enter"


# Answering ----------------------------------------------------------------------------------------------------


def test_nobody_home_takes_at_most_six_keys() -> None:
    door = Door().press("7 1 1 enter")
    assert door.controller.result == "completed"
    assert door.visit.session.outcome == "nobody_home"


def test_a_choice_needs_no_enter_and_says_that_it_is_saved() -> None:
    door = Door().press("1")
    assert door.answers == {"who_opened": "customer"}
    assert "Saved #1" in door.seen()


def test_ticks_are_toggled_and_confirmed_together() -> None:
    door = Door().press(CONFIRMED + " 1 3 1 3 2 enter")
    assert door.answers["reasons"] == ["income_down", "job_lost"]


def test_a_tick_that_the_script_forbids_is_refused_in_its_words_and_stays_to_be_corrected() -> None:
    door = Door().press(CONFIRMED + " 1 enter 5 2 enter enter 1 9 enter")
    assert door.asked == "offered"
    assert "cannot stand beside another offer" in door.seen()
    assert door.press("1 enter").answers["offered"] == ["none"]


def test_an_empty_enter_passes_over_what_is_optional_and_not_what_is_required() -> None:
    door = Door().press("enter")
    assert door.asked == "who_opened"
    assert "needs a choice" in door.seen()
    door.press(CONFIRMED + " 1 enter")
    assert door.visit.events[-1] == ("passed", {"name": "reasons"})
    door = Door().press(CONFIRMED + " 3 enter")
    assert door.asked == "dispute_words"
    assert "needs an answer" in door.seen()


def test_chinese_is_taken_back_one_character_at_a_time() -> None:
    door = Door(lang="zh").press(CONFIRMED + " 3").type("合同金额不对").press("backspace backspace").type("没错")
    door.press("left left backspace").type("都").press("enter")
    assert door.answers["dispute_words"] == "合同金都没错"


def test_the_cursor_stands_where_the_terminal_draws_it() -> None:
    door = Door(lang="zh", columns=40, rows=20).press(CONFIRMED + " 3").type("车贷" * 12)
    drawing = draw(door.controller, 40, 20, Typography())
    assert drawing.cursor is not None
    column, row = drawing.cursor
    line = "".join(text for _, text in drawing.lines[row])
    assert line[:column].endswith("贷")
    assert get_cwidth(line) <= 40


def test_what_is_refused_is_said_and_what_was_typed_stays() -> None:
    door = Door().press(TO_THE_AMOUNT + " 6 enter").type("about 3k").press("enter")
    assert door.asked == "promise_amount"
    assert "about 3k" in door.seen()
    assert "1,500.50" in door.seen()
    door.press("c-u").type("－１").press("enter")
    assert "More than 0" in door.seen()
    door.press("c-u").type("１，５００").press("enter")
    assert door.answers["promise_amount"] == "1500.00"
    assert "1,500" in door.seen()


def test_a_date_is_confirmed_with_its_weekday() -> None:
    door = Door().press(TO_THE_DATE).type("12-1").press("enter")
    assert door.answers["promise_date"] == "2026-12-01"
    assert "Tue 1 Dec 2026" in door.seen()


def test_a_date_that_is_past_is_refused_with_the_day_it_may_be() -> None:
    door = Door(lang="zh").press(TO_THE_DATE).type("2026-11-22").press("enter")
    assert door.asked == "promise_date"
    assert "最早 2026-11-23" in door.seen()


def test_a_full_disk_is_said_and_the_answer_can_be_given_again() -> None:
    door = Door()
    door.visit.full_disk = True
    door.press("1")
    assert door.asked == "who_opened"
    assert "visitcli.db" in door.seen()
    assert "answer again, or pause" in door.seen()
    door.visit.full_disk = False
    assert door.press("1").answers == {"who_opened": "customer"}


def test_a_day_that_is_past_is_not_moved_to_next_year_unsaid() -> None:
    door = Door(lang="zh").press(TO_THE_DATE).type("11月1日").press("enter")
    assert door.asked == "promise_date"
    assert "11月1日已经过了。 如果是 2027 年，请写 2027年11月1日。" in door.seen()
    door.press("c-u").type("2027年11月1日").press("enter")
    assert door.answers["promise_date"] == "2027-11-01"


@pytest.mark.parametrize("words", ["下个月", "过几天"])
def test_words_that_are_no_day_are_said_to_be_none(words: str) -> None:
    door = Door(lang="zh").press(TO_THE_DATE).type(words).press("enter")
    assert f"“{words}”不是具体日期，请写 12月1日、明天、周五 或 +7。" in door.seen()


def test_words_that_are_no_amount_are_said_to_be_none() -> None:
    door = Door(lang="zh").press(TO_THE_AMOUNT + " 6 enter").type("三千左右").press("enter")
    assert "“三千左右”不是具体金额" in door.seen()
    door.press("c-u").type("一千五").press("enter")
    assert door.answers["promise_amount"] == "1500.00"


def test_the_last_visits_answer_stands_beside_the_question() -> None:
    door = Door(DoorVisit(last_time={"who_opened": "family", "remark": "逾期"}))
    assert "Last time: A grown-up relative" in door.seen()


def test_words_written_last_time_are_held_back_until_identity_is_confirmed() -> None:
    door = Door(DoorVisit(last_time={"remark": "三期逾期"}))
    remark = door.visit.script.by_name["remark"]
    assert door.controller.last_time(remark) == ""
    assert door.press(CONFIRMED).controller.last_time(remark) == "三期逾期"


# Going back, and the list -------------------------------------------------------------------------------------


def test_back_and_again_back_and_forward_to_what_is_due() -> None:
    door = Door().press(CONFIRMED + " c-b c-b")
    assert door.asked == "identity"
    assert "1 > Confirmed" in door.seen()
    events = list(door.visit.events)
    door.press("enter")
    assert (door.asked, door.visit.events) == ("account_view", events)
    assert door.press("left up pageup").asked == "who_opened"
    assert door.press("c-b").asked == "who_opened"
    assert "first question" in door.seen()
    assert [door.press("c-f").asked, door.press("right").asked] == ["identity", "introduction"]
    assert door.press("c-f c-f c-f").asked == "account_view"


def test_a_changed_answer_changes_the_way_and_the_later_answers_come_back_with_it() -> None:
    door = Door().press(CONFIRMED + " 2 enter 5 c-b c-b c-b c-b c-b")
    assert door.asked == "identity"
    door.press("2")
    assert door.asked == "card_left"
    assert "ability" not in door.answers
    door.press("c-b 1")
    assert door.answers["ability"] == "none"


def test_typed_and_unsaved_words_are_still_there_after_going_back_and_after_the_list_of_stops() -> None:
    door = Door().press(CONFIRMED + " 3").type("wrong amount").press("c-b enter")
    assert "wrong amount" in door.seen()
    door.press("c-x escape")
    assert "wrong amount" in door.seen()
    assert door.press("enter").answers["dispute_words"] == "wrong amount"


def test_the_list_of_answers_leads_to_each() -> None:
    door = Door().press(CONFIRMED + " c-l")
    assert "Who is at the door? — Probably the customer" in door.seen()
    assert door.press("2").asked == "identity"
    assert door.press("c-l escape").asked == "identity"


def test_the_record_is_read_back_and_can_be_corrected_before_it_is_finished() -> None:
    door = Door(lang="zh").press(TO_THE_DATE).type("12月1日").press("enter 1 enter 1 1 3").type("12-2").press("enter")
    door.press("enter enter enter")
    assert door.asked is None
    door.rows = 60
    assert "客户承诺：2026年12月1日（周二）还 3,000.00 元。" in door.seen()
    assert "没有取得定位" in door.seen()
    assert door.press("c-b").asked == "remark"
    assert door.press("enter enter").controller.result == "completed"
    assert door.visit.session.outcome == "plan_agreed"


# Stopping and pausing -----------------------------------------------------------------------------------------


def test_leave_now_from_a_line_being_typed_wants_a_reason() -> None:
    door = Door().press(CONFIRMED + " 3").type("wro").press("c-x 1")
    assert "I have to go now" in door.seen()
    door.press("enter")
    assert "give the reason" in door.seen()
    door.press("2").type(" (two men)").press("enter")
    assert door.controller.result == "stopped"
    assert door.visit.events[-1] == ("stopped", {"code": "leave_now", "reason": "Tempers are rising (two men)"})


def test_a_stop_that_leaves_the_record_to_be_made_goes_on_there() -> None:
    door = Door().press(CONFIRMED + " 2 c-x a")
    assert "crisis line" in door.seen()
    assert door.press("enter").asked == "customer_words"
    assert door.press("enter").asked == "complaint"
    assert "offered" not in door.visit.session.trail


def test_every_stop_is_a_key_away_and_keeps_its_key() -> None:
    door = Door().press("c-x")
    before = door.controller.stops
    after = Door().press(CONFIRMED + " c-x").controller.stops
    assert len(after) == len(door.visit.script.stops) == 21
    assert after[0][1].code == "leave_now"
    assert 0 < len(before) < len(after)
    assert after[: len(before)] == before  # what discloses comes last: no key is missing at the door


def test_what_a_stop_asks_to_be_written_down_is_kept_as_its_reason_and_may_be_left_empty() -> None:
    door = Door(lang="zh").press("1 c-x 4")
    assert "律师姓名、电话（可跳过）" in door.seen()
    door.type("陈律师 1").press("left right").type("38").press("enter")
    assert door.visit.events[-1] == ("stopped", {"code": "represented", "reason": "陈律师 138"})
    door = Door().press("c-x 4 enter")
    assert door.visit.events[-1] == ("stopped", {"code": "represented", "reason": ""})
    assert ">" not in Door().press("c-x c").seen()  # signs of abuse: nothing to be typed in sight of others


def test_full_width_keys_do_what_half_width_ones_do() -> None:
    door = Door().press("１ １ ｃ-x １")
    assert door.answers == {"who_opened": "customer", "identity": "confirmed", "introduction": "continue"}
    door = Door().press("c-x ａ")
    assert door.controller.stop and door.controller.stop.code == "self_harm"
    assert "Tempers are rising" in Door().press("c-x １ ２").seen()
    door = Door().press(CONFIRMED + " c-l ２")
    assert door.asked == "identity"


@pytest.mark.parametrize("key", ["c-p", "c-c", "sigint", "c-d"])
def test_pause_loses_nothing_and_the_visit_goes_on_where_it_stood(key: str) -> None:
    door = Door().press(CONFIRMED + " " + key)
    assert door.controller.result == "paused"
    door.visit._record("resumed")
    again = Door(door.visit)
    assert again.asked == "account_view"
    assert "answers so far: 3" in again.seen()


def test_pausing_over_unsaved_words_asks_what_becomes_of_them() -> None:
    door = Door().press(CONFIRMED + " 3").type("wrong").press("c-c")
    assert door.controller.result is None
    assert "is not saved" in door.seen()
    assert door.press("escape").controller.result is None
    door.type(" amount").press("c-c enter")
    assert door.controller.result == "paused"
    assert door.answers["dispute_words"] == "wrong amount"
    assert Door().press(CONFIRMED + " 3 x c-c c-c").controller.result == "paused"


def test_a_longer_text_is_kept_while_it_is_typed_and_offered_again_after_a_kill() -> None:
    door = Door().press(CONFIRMED + " 3").type("too short")
    door.controller.keep_typed()
    assert door.visit.events[-1][0] == "answered"
    door.type(" no longer")
    for _ in range(2):
        door.controller.keep_typed()
    assert [kind for kind, _ in door.visit.events].count("drafted") == 1
    again = Door(_same(door.visit))  # without a word of farewell
    assert "too short no longer" in again.seen()
    assert "not saved" in again.seen()
    again.type(", it is wrong").press("enter")
    assert again.answers["dispute_words"] == "too short no longer, it is wrong"
    assert not again.visit.session.drafts
    assert "not saved" not in Door(_same(again.visit)).press("c-b").seen()


def test_what_was_taken_out_again_is_not_offered() -> None:
    door = Door().press(CONFIRMED + " 3").type("the amount is wrong")
    door.controller.keep_typed()
    door.press("c-u")
    door.controller.keep_typed()
    assert "amount" not in Door(_same(door.visit)).seen()


def test_a_hang_up_keeps_what_was_being_typed() -> None:
    door = Door().press(CONFIRMED + " 3").type("the amount is wrong")
    door.controller.hang_up()
    assert [kind for kind, _ in door.visit.events][-2:] == ["drafted", "paused"]


def test_a_draft_that_cannot_be_kept_is_said_and_typing_goes_on() -> None:
    door = Door().press(CONFIRMED + " 3").type("the amount is wrong")
    door.visit.full_disk = True
    door.controller.keep_typed()
    assert "visitcli.db" in door.seen()
    door.visit.full_disk = False
    assert door.press("enter").answers["dispute_words"] == "the amount is wrong"


def test_ctrl_d_removes_a_character_while_something_stands_in_the_line() -> None:
    door = Door().press(CONFIRMED + " 3").type("ab").press("home c-d enter")
    assert door.answers["dispute_words"] == "b"


def test_a_visit_that_another_window_has_closed_ends_the_screen() -> None:
    door = Door()
    door.visit.stop("leave_now", "elsewhere")
    assert door.press("down").controller.result == "stopped"


# What must not be seen ----------------------------------------------------------------------------------------

WORDS_OF_THE_DEBT = {
    "zh": ("逾期", "欠", "贷", "还款", "催", "金融", "债"),
    "en": ("overdue", "debt", "loan", "owe", "pay", "lender", "arrears", "collect"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_the_debt_before_identity_is_confirmed(lang: str) -> None:
    """Every page that can be reached without a confirmed identity, by every choice of every question."""
    waiting, walked = [""], set()
    while waiting:
        keys = waiting.pop()
        door = Door(
            DoorVisit({"who_opened": "family", "remark": "逾期 overdue", "reasons": ["job_lost"]}, shipped()), lang
        )
        door.rows = 60
        door.press(keys)
        if door.visit.session.identified or door.controller.result or (door.asked, keys[:5]) in walked:
            continue
        walked.add((door.asked, keys[:5]))
        pages = ["", "c-l", "c-b", *(f"c-x {key}" for key, _ in door.controller.stops), "c-x"]
        for extra in pages:
            _nothing_of_the_debt(Door(_same(door.visit), lang, rows=60).press(extra).seen(), lang)
        choices = door.controller.asking.question.choices if door.controller.asking else ()
        waiting += [f"{keys} {index}" for index in range(1, len(choices) + 1)]
    assert {name for name, _ in walked} >= {"who_opened", "third_party", "identity", "card_left", "next_step", None}


def _same(visit: DoorVisit) -> DoorVisit:
    other = DoorVisit(visit.last_time, visit.script)
    other.session = visit.session
    return other


def _nothing_of_the_debt(seen: str, lang: str) -> None:
    plain = seen.lower().replace("legal route", "").replace("法律途径", "")
    assert not [word for word in (*WORDS_OF_THE_DEBT[lang], *DEBT.values()) if word in plain], seen


def test_placeholders_of_the_loan_stay_empty_until_identity_is_confirmed() -> None:
    """Even a script that forgot to say `discloses` shows no amount."""
    door = Door()
    account = door.visit.script.by_name["account_view"]
    assert not [value for value in DEBT.values() if value in door.controller.text(account.say)]
    door.press(CONFIRMED)
    assert DEBT["overdue"] in door.controller.text(account.say)
    assert CALM["customer"] in door.controller.text(door.visit.script.by_name["who_opened"].say)


# Drawing ------------------------------------------------------------------------------------------------------

_NAMED_KEYS = (
    """enter backspace left right up down pageup pagedown home end escape tab c-b c-f c-l c-x c-d c-u delete"""
)
_KEYS_MASHED = st.lists(st.sampled_from([*"123459aZ车 ，é", *_NAMED_KEYS.split()]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(keys=_KEYS_MASHED, columns=st.integers(1, 120), rows=st.integers(1, 50), lang=st.sampled_from(LANGUAGES))
def test_any_keys_on_any_size_fit_the_screen(keys: list[str], columns: int, rows: int, lang: str) -> None:
    door = Door(lang=lang, columns=columns, rows=rows).press(CONFIRMED)
    for key in keys:
        door.controller.press(key)
        drawing = draw(door.controller, columns, rows, Typography())
        assert len(drawing.lines) <= rows
        assert max(get_cwidth("".join(text for _, text in line)) for line in drawing.lines) <= max(
            columns, 5
        )  # "> ", 2, cursor


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20), (200, 60)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_long_texts_wrap_whole_and_what_does_not_fit_can_be_scrolled_to(lang: str, columns: int, rows: int) -> None:
    door = Door(lang=lang, columns=columns, rows=rows).press("1 1")
    question = door.visit.script.by_name["introduction"]
    wanted = door.controller.text(question.say)
    joined = "".join(door.seen().split())
    assert "".join(wanted.split()) in joined
    assert "".join(question.choices[-1].label.get(lang).split()) in joined


def test_scrolling_reaches_the_last_line_and_up_from_the_top_goes_back() -> None:
    door = Door(columns=40, rows=10).press(CONFIRMED + " 1")
    assert "more lines" in door.seen()
    assert "Something else" not in door.seen()
    assert "Something else" in door.press("pagedown pagedown pagedown").seen()
    assert "more lines" not in door.seen()
    while door.controller.viewport.top:
        assert door.press("pageup").asked == "reasons"
    assert door.press("pageup").asked == "account_view"


def test_the_line_that_says_how_much_more_there_is_names_the_key() -> None:
    assert "PgDn/space" in Door(columns=40, rows=10).press(CONFIRMED + " 1").seen()
    typing = Door(columns=40, rows=10).press(CONFIRMED + " 1 1 enter")
    assert typing.asked == "reason_words"
    typing.controller.viewport.moved = True
    assert "space" not in typing.seen()


def test_the_header_counts_what_is_done_and_promises_no_end() -> None:
    assert "已答 3" in Door(lang="zh").press(CONFIRMED).seen()
    assert "约" not in Door(lang="zh").press(CONFIRMED).seen().split("\n")[0]


def test_no_western_word_is_torn_apart() -> None:
    text = "已暂停：visitcli visit SH-0001，照片 IMG_20261123_1.jpg（家里）。"
    for columns in range(20, 70):
        lines = wrapped(text, columns)
        for word in ("visitcli", "visit", "SH-0001", "IMG_20261123_1.jpg"):
            assert any(word in line for line in lines), lines
        assert not [line for line in lines if line[0] in "，。）：、；"], lines


def test_without_utf_8_only_ascii_is_drawn_in_english_and_gbk_keeps_its_chinese() -> None:
    door = Door().press(CONFIRMED + " c-l")
    assert door.seen("ascii").isascii()
    assert "?" in door.seen("ascii")
    chinese = Door(lang="zh").press(CONFIRMED).seen("gb18030")
    assert "客户认可账目吗？" in chinese


def test_no_line_begins_with_closing_punctuation() -> None:
    for columns in range(24, 60):
        seen = Door(lang="zh", columns=columns, rows=60).press("1 1").seen()
        assert not [line for line in seen.split("\n") if line.strip()[:1] in tuple("，。？”、；：")]


# Typed values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("12-1", "2026-12-01"), ("12/1", "2026-12-01"), ("12月1日", "2026-12-01"), ("１２月１号", "2026-12-01"),
        ("1-5", "2027-01-05"), ("明天", "2026-11-24"), ("后天", "2026-11-25"), ("tomorrow", "2026-11-24"),
        ("今天", "2026-11-23"), ("+7", "2026-11-30"), ("today+7", "2026-11-30"), ("今天 + 7", "2026-11-30"),
        ("7天后", "2026-11-30"), ("+7天", "2026-11-30"), ("周五", "2026-11-27"), ("下周一", "2026-11-30"),
        ("星期一", "2026-11-30"), ("fri", "2026-11-27"), ("next Monday", "2026-11-30"), ("月底", "2026-11-30"),
        ("下个月底", "2026-12-31"), ("15号", "2026-12-15"), ("23号", "2026-11-23"), ("2-29", "2028-02-29"),
        ("2026-12-1", "2026-12-1"), ("2-30", "2-30"), ("13-1", "13-1"), ("soon", "soon"), ("+9999999", "+9999999"),
        ("下个月5号", "2026-12-05"), ("下月31号", "2026-12-31"), ("本月30日", "2026-11-30"), ("下个月", "下个月"),
    ],
)  # fmt: skip
def test_dates_as_people_type_them(typed: str, wanted: str) -> None:
    today = date(2026, 11, 23) if typed != "2-29" else date(2027, 12, 1)
    assert reading.day(typed, today, ahead=True) == wanted


def test_a_day_without_a_year_is_next_years_only_within_four_months() -> None:
    today = date(2026, 11, 23)
    assert reading.day("3-23", today, ahead=True) == "2027-03-23"
    with pytest.raises(BadInputError, match=r"screen\.date_passed"):
        reading.day("3-24", today, ahead=True)
    assert reading.day("12-31", date(2026, 1, 1), ahead=True) == "2026-12-31"


def test_a_date_that_may_lie_behind_is_the_nearest_one() -> None:
    assert reading.day("12-20", date(2026, 1, 10), ahead=False) == "2025-12-20"
    assert reading.day("1-5", date(2026, 12, 30), ahead=False) == "2027-01-05"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("1,000", "1000"), ("１，０００元", "1000"), ("1.5万", "15000"), ("¥3000.50", "3000.50"), ("3 000 块", "3000"),
        ("10,00", "10,00"), ("1千", "1000"), ("0.00005万", "0.5"), ("-3", "-3"), ("", ""),
        ("1千5", "1500"), ("1万5", "15000"), ("一千五", "1500"), ("一千零五", "1005"), ("一千五百元", "1500"),
        ("两万三", "23000"), ("十二万", "120000"), ("一万零五百", "10500"), ("三百五", "350"), ("十五", "15"),
        ("一百二十万", "1200000"), ("1万5千", "15000"), ("3k", "3000"), ("５ｗ", "50000"), ("1500元整", "1500"),
        ("1千50", "1千50"), ("1.5万3", "1.5万3"), ("12万3,500", "12万3,500"), ("千", "千"), ("三千左右", "三千左右"),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(typed: str, wanted: str) -> None:
    assert reading.amount(typed) == wanted


def test_paths_as_they_are_typed_dragged_and_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "photos").mkdir()
    for name in ("车 1.jpg", "车 2.jpg"):
        (tmp_path / "photos" / name).write_bytes(b"x")
    assert reading.path("~/photos") == str(tmp_path / "photos")
    assert reading.path("'/a b.jpg' ") == reading.path("/a\\ b.jpg") == "/a b.jpg"
    assert reading.completions("~/ph") == ["~/photos/"]
    assert reading.completions("~/photos/车") == ["~/photos/车 1.jpg", "~/photos/车 2.jpg"]
    assert reading.completions("~/nowhere/x") == []


def test_tab_completes_a_path_as_far_as_it_is_clear(tmp_path: Path) -> None:
    for name in ("car1.jpg", "car2.jpg"):
        (tmp_path / name).write_bytes(JPEG)
    door = Door().press(CONFIRMED + " 1 enter 1 1 enter").type(f"{tmp_path}/c").press("tab")
    assert door.asked == "vehicle_photo"
    assert "car1.jpg  car2.jpg" in door.seen()
    door.type("2").press("tab enter")
    assert door.answers["vehicle_photo"] == str(tmp_path / "car2.jpg")


def _photo(tmp_path: Path, name: str, content: bytes) -> tuple[Door, str]:
    path = tmp_path / name
    path.write_bytes(content)
    return Door(lang="zh").press(TO_THE_PHOTO).type(str(path)), str(path)


def test_an_attached_file_is_shown_by_its_own_name_kept_replaced_and_taken_off(tmp_path: Path) -> None:
    door, path = _photo(tmp_path, "车头.jpg", JPEG)
    door.press("enter")
    door.visit.attached = {path: "车头.jpg"}
    door.press("c-b")
    assert door.asked == "vehicle_photo"
    assert "已附上：车头.jpg" in door.seen()
    assert str(tmp_path) not in door.seen()
    events = list(door.visit.events)
    assert door.press("enter").visit.events == events
    assert "车头.jpg" in door.press("c-l").seen()
    door.press("escape c-b backspace")
    assert "取下：车头.jpg" in door.seen()
    assert "已附上" in door.press("backspace").seen()
    door.press("backspace enter")
    assert "vehicle_photo" not in door.answers


def test_a_file_that_is_no_photo_is_asked_about_once(tmp_path: Path) -> None:
    door, path = _photo(tmp_path, "notes.txt", b"made up")
    door.press("enter")
    assert "这不像照片，确定要附上吗" in door.seen()
    assert door.asked == "vehicle_photo"
    assert door.press("enter").answers["vehicle_photo"] == path


@pytest.mark.parametrize("name", ["cases.csv", "cases.XLSX", "cases.json"])
def test_a_table_is_no_photo(tmp_path: Path, name: str) -> None:
    door, _ = _photo(tmp_path, name, JPEG)
    assert "表格不能当照片附上" in door.press("enter enter").seen()
    assert door.asked == "vehicle_photo"


@pytest.mark.parametrize(
    ("kind", "head", "doubt"),
    [
        ("image", JPEG, ""), ("image", b"\x89PNG\r\n\x1a\n", ""), ("image", b"GIF89a", ""),
        ("image", b"RIFF\0\0\0\0WEBP", ""), ("image", b"\0\0\0\x18ftypheic", ""),
        ("image", b"\0\0\0\x18ftypM4A ", "unlike"), ("image", b"RIFF\0\0\0\0WAVE", "unlike"), ("image", b"", "unlike"),
        ("audio", b"ID3\x04", ""), ("audio", b"\xff\xfb\x90", ""), ("audio", b"\0\0\0\x18ftypM4A ", ""),
        ("audio", b"#!AMR\n", ""), ("audio", b"RIFF\0\0\0\0WAVE", ""), ("audio", JPEG, "unlike"),
        ("audio", b"\0\0\0\x18ftypheic", "unlike"), ("file", b"anything", ""),
    ],
)  # fmt: skip
def test_files_are_known_by_their_first_bytes(tmp_path: Path, kind: str, head: bytes, doubt: str) -> None:
    path = tmp_path / "given"
    path.write_bytes(head)
    assert attached.doubt(kind, str(path)) == doubt


def test_what_cannot_be_read_is_no_doubt_of_the_screens(tmp_path: Path) -> None:
    assert attached.doubt("image", str(tmp_path)) == attached.doubt("image", str(tmp_path / "none.jpg")) == ""


# The line being typed -----------------------------------------------------------------------------------------


def test_a_character_of_several_code_points_goes_at_once() -> None:
    field = Field()
    field.insert("ok👍🏽é")
    field.press("backspace")
    assert field.text == "ok👍🏽"
    field.press("backspace")
    assert field.text == "ok"


def test_up_and_down_move_within_what_is_written_before_they_leave_it() -> None:
    door = Door(lang="zh", columns=30, rows=20).press(CONFIRMED + " 3").type("一二三四五六七八九十" * 3)
    door.seen()
    door.press("up")
    assert door.asked == "dispute_words"
    field = door.controller.asking.field if door.controller.asking else Field()
    first, second, third = door.controller.viewport.rows
    assert second < field.cursor < third
    door.press("up up up up pageup")
    assert door.asked == "dispute_words"
    assert field.cursor < second
    before = field.cursor
    door.press("down")
    assert field.cursor - second == before - first
    door.press("c-a c-k up")
    assert door.asked == "account_view"


@given(st.text("ab 车，🏽é1", max_size=60), st.lists(st.sampled_from(["up", "down", "left"]), max_size=9))
def test_between_the_lines_the_cursor_stays_at_a_character(text: str, keys: list[str]) -> None:
    door = Door(columns=24, rows=20).press(CONFIRMED + " 3")
    field = door.controller.asking.field if door.controller.asking else Field()
    field.insert(text)
    for key in keys:
        drawing = draw(door.controller, 24, 20, Typography())
        assert drawing.cursor is None or drawing.cursor[0] < 24
        assert list(door.controller.viewport.rows) == sorted(set(door.controller.viewport.rows))
        if not field.text:
            return
        door.controller.press(key)
        assert door.asked == "dispute_words"
        assert 0 <= field.cursor <= len(field.text)


def test_what_steers_a_terminal_is_never_typed() -> None:
    field = Field()
    field.insert("a\x1b[2Jb\udce4c\r\nd\te\u202ef")
    assert field.text == "a[2Jbc d ef"


@given(st.text(max_size=30), st.lists(st.sampled_from(["left", "right", "home", "end", "backspace", "delete"])))
def test_the_cursor_stays_in_the_line(text: str, keys: list[str]) -> None:
    field = Field()
    field.insert(text)
    for key in keys:
        before = len(field.text)
        assert field.press(key)
        assert 0 <= field.cursor <= len(field.text) <= before


# The terminal around it ---------------------------------------------------------------------------------------


class _Small(DummyOutput):
    def get_size(self) -> Size:
        return Size(rows=6, columns=20)


class _Page(DummyOutput):
    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)


class _Narrow(_Page):
    def get_size(self) -> Size:
        return Size(rows=20, columns=40)


def _run(keys: str, visit: DoorVisit, output: DummyOutput | None = None) -> str:
    with create_pipe_input() as source:
        source.send_text(keys)
        source.close()  # a script of keys that runs out is a terminal that has gone: the visit is paused
        return run_screen(visit, Words("en"), input=source, output=output or DummyOutput())


def test_the_application_takes_real_keys() -> None:
    visit = DoorVisit()
    assert _run("711\r", visit) == "completed"
    assert visit.session.outcome == "nobody_home"


def test_pasted_text_is_one_line_and_presses_no_keys() -> None:
    visit = DoorVisit()
    assert _run("\x1b[200~1\x1b[201~1113\x1b[200~第一行\n第二行\x1b[201~\x7f\r\x10", visit) == "paused"
    assert visit.session.answers["dispute_words"] == "第一行 第二"


def test_a_terminal_that_goes_away_pauses_the_visit() -> None:
    visit = DoorVisit()
    assert _run("111", visit) == "paused"
    assert visit.events[-1][0] == "paused"
    assert visit.session.next == "account_view"


def test_a_bug_ends_the_screen_and_leaves_the_visit_paused() -> None:
    visit = DoorVisit()
    visit.answer = lambda name, value: 1 // 0  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        _run("1", visit)
    assert visit.events == [("paused", {})]


def test_the_line_on_the_normal_screen_says_how_to_go_on_and_names_only_the_case() -> None:
    output = _Page()
    assert _run("\x03", DoorVisit(), output) == "paused"
    assert "".join(output.written).endswith("visitcli visit SH-0001\n")


@pytest.mark.parametrize(("waits", "command"), [(True, "visitcli visit next"), (False, "visitcli today")])
def test_after_the_record_the_next_command_is_named_whole_and_nobody_elses_name(waits: bool, command: str) -> None:
    visit, output = DoorVisit(), _Page()
    visit.another_waits = waits
    assert _run("711\r", visit, output) == "completed"
    said = "".join(output.written).split("\n")
    assert any(line.endswith(command) for line in said)


def test_a_command_is_not_broken_where_the_window_is_narrow() -> None:
    output, visit = _Narrow(), DoorVisit()
    visit.another_waits = True
    _run("711\r", visit, output)
    assert "".join(output.written).endswith("is saved. Next:\nvisitcli visit next\n")


def test_a_window_that_is_too_small_and_a_dumb_terminal_are_refused_with_the_other_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UsageError, match=r"screen\.too_small"):
        _run("", DoorVisit(), _Small())
    for term in ("dumb", ""):
        monkeypatch.setenv("TERM", term)
        with pytest.raises(UsageError, match=r"screen\.dumb"):
            run_screen(DoorVisit(), Words("en"))
    for lang in LANGUAGES:
        assert "--answers" in Words(lang)("screen.dumb.hint") and "--answers" in Words(lang)("screen.too_small.hint")


def test_today_is_the_visits_own_day() -> None:
    door = Door().press(TO_THE_DATE).type("tomorrow").press("enter")
    assert door.answers["promise_date"] == date(TODAY.year, TODAY.month, TODAY.day + 1).isoformat()
