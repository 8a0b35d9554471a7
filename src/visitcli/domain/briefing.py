"""The briefing before a visit (心理准备): three reminders that fit this case, by what is on record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Reminder = Literal[
    "safety", "self_harm", "third_person", "disputed", "angry_before", "low_before", "in_need",
    "broken_promise", "never_met", "first_time", "listen", "time_to_think", "no_pressure",
]  # fmt: skip
HOW_MANY = 3
SAFETY_STOPS = frozenset({"violence", "abuse_signs", "intoxicated"})
NEED = frozenset({"job_lost", "illness", "family", "income_down"})

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is on record of the visits so far: the answers of each, the oldest first, the stop conditions that came up,
    how many visits in a row met nobody, whether a promise was broken, and whether anybody met the customer before."""

    answers: Sequence[Answers] = ()
    stops: frozenset[str] = frozenset()
    unmet_in_a_row: int = 0
    promise_broken: bool = False
    met_before: bool = False


def last(past: Past, name: str) -> Any:
    """The last answer to a question; None where nobody has answered it."""
    return next((answers[name] for answers in reversed(past.answers) if answers.get(name) not in (None, "", [])), None)


def moods(past: Past) -> list[str]:
    """The mood at the end of each visit that noted it, the oldest first."""
    return [str(answers["mood"]) for answers in past.answers if answers.get("mood")]


def reminders(past: Past) -> list[Reminder]:
    """The three that matter most here: safety and harm first, then what was hard last time, then what always helps."""
    fitting = [name for name, fits in _FITS if fits(past)]
    return fitting[:HOW_MANY]


def _needs(past: Past) -> bool:
    said = last(past, "reasons") or ()
    return bool(NEED & set(said)) or last(past, "care") not in (None, "none")


_FITS: tuple[tuple[Reminder, Callable[[Past], bool]], ...] = (
    ("safety", lambda past: bool(past.stops & SAFETY_STOPS) or last(past, "left_safe") == "incident"),
    ("self_harm", lambda past: "self_harm" in past.stops),
    ("disputed", lambda past: last(past, "account_view") == "disputes" or "disputes_debt" in past.stops),
    ("third_person", lambda past: last(past, "who_opened") in ("family", "colleague", "other", "elder", "minor")),
    ("angry_before", lambda past: moods(past)[-1:] == ["angry"]),
    ("low_before", lambda past: moods(past)[-1:] in (["low"], ["worried"])),
    ("in_need", _needs),
    ("broken_promise", lambda past: past.promise_broken),
    ("never_met", lambda past: past.unmet_in_a_row >= HOW_MANY),
    ("first_time", lambda past: not past.answers and not past.met_before),
    ("listen", lambda _past: True),
    ("time_to_think", lambda _past: True),
    ("no_pressure", lambda _past: True),
)
