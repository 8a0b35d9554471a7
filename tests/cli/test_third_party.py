"""Whoever else is at the door learns nothing: on every path of the script without a confirmed identity, no word of
the debt, no creditor and no amount is on the screen, in either language.

Not a sample: the walk takes every choice of every question from the first one on, and at each step looks at every page
that a key leads to. The words are those of `data/scripts/wording.toml` and the figures of the case.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.at_the_door import CALM, DEBT, Door, DoorVisit

from visitcli.app.scripts import shipped, wording
from visitcli.cli.screen.shell import _closing
from visitcli.domain.session import Session
from visitcli.domain.visit_clock import Notice
from visitcli.words import LANGUAGES

LAST_TIME = {
    "who_opened": "family", "third_party": "not_in", "card_left": "yes", "identity": "confirmed", "next_step": "wait",
    "remark": "逾期三期 overdue", "reasons": ["job_lost"], "customer_words": "车贷 the loan",
    "promise_amount": "3264.41",
}  # fmt: skip
NOTICES: tuple[Notice | None, ...] = (None, "quarter", "half", "long", "hours")


def door(session: Session | None = None, lang: str = "zh") -> Door:
    visit = DoorVisit(LAST_TIME, shipped())
    visit.values = {**visit.values, "lender": "晨光汽车金融"}
    if session is not None:
        visit.session = session
    return Door(visit, lang, columns=100, rows=90)


def paths(lang: str) -> Iterator[Door]:
    """Every state that answers lead to without a confirmed identity, from the first question to the last."""
    waiting: list[Session | None] = [None]
    while waiting:
        here = door(waiting.pop(), lang)
        yield here
        question = here.controller.asking.question if here.controller.asking else None
        for index in range(1, len(question.choices) + 1 if question else 0):
            after = door(here.visit.session, lang).press(str(index))
            if not after.visit.session.identified:
                waiting.append(after.visit.session)
        if question and not question.choices:
            waiting.append(door(here.visit.session, lang).type("x").press("enter").visit.session)


def refuse_the_debt(seen: str) -> None:
    plain = seen.lower()
    words = [word for each in wording().debt.values() for word in each]
    figures = [value.strip("¥").lower() for name, value in DEBT.items() if name != "days_overdue"]
    found = [word for word in (*words, *figures, "3264.41", "3,264.41") if word in plain]
    assert not found, (found, seen)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_every_path_without_a_confirmed_identity_nothing_of_the_debt_is_shown(lang: str) -> None:
    ends, asked = 0, set()
    for at in paths(lang):
        refuse_the_debt(at.seen())
        session = at.visit.session
        asked.add(at.asked)
        for keys in ("c-l", "c-b", "c-p", "enter"):
            refuse_the_debt(door(session, lang).press(keys).seen())
        if at.controller.page == "readback":
            done = door(session, lang).press("enter")
            assert done.controller.result == "completed"
            refuse_the_debt(_closing(done.controller, "completed", 100))
            refuse_the_debt(_closing(done.controller, "paused", 100))
            ends += 1
    assert asked == {
        "who_opened", "third_party", "identity", "card_left", "next_step", "left_safe", "incident_words", None,
    }  # fmt: skip
    assert ends > 600


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_stop_and_every_word_of_the_clock_before_identity_is_silent_about_it(lang: str) -> None:
    """From each question: the list, each condition with its sentence, what it comes to; a third person, a child and a
    lone elderly person among them."""
    seen: dict[str | None, Door] = {}
    for at in paths(lang):
        seen.setdefault(at.asked, at)
    codes = set()
    for at in seen.values():
        for key, stop in at.controller.stops:
            page = door(at.visit.session, lang).press(f"c-x {key}")
            codes.add(stop.code)
            refuse_the_debt(page.seen())
            after = page.press("1 enter" if stop.ask_reason else "enter")
            refuse_the_debt(after.seen())
            refuse_the_debt(after.press("enter").seen())
        refuse_the_debt(door(at.visit.session, lang).press("c-x").seen())
        for notice in NOTICES:
            page = door(at.visit.session, lang)
            page.notice = notice
            refuse_the_debt(page.seen())
    assert codes == {stop.code for stop in shipped().stops if not stop.discloses}
    assert {"only_minor", "only_elderly", "wrong_address"} <= codes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_once_identity_is_confirmed_the_same_eyes_see_it(lang: str) -> None:
    """The proof can fail: with the identity confirmed it does."""
    at = door(None, lang).press("1 1 1 1 1 1 1")
    with pytest.raises(AssertionError):
        refuse_the_debt(at.seen())
    assert CALM["customer"] in door(None, lang).seen()
