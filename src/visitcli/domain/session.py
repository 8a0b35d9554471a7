"""A visit as far as it has come: its journal folded over the script that it began with.

`replay` is a plain left fold, so a visit that was cut off anywhere is where its journal ends. Kinds of events:

- `begun` {agent, partner, …}: kept as `begun`.
- `answered` {name, value}: the newest answer counts; older ones stay in the journal.
- `passed` {name}: an optional question passed over; an answer that it had is taken back.
- `stopped` {code, reason}: a stop condition (script.py says what its effect does).
- `paused` {}, `resumed` {}: put away and taken up again.
- `closed` {}: the record is finished.
- `reopened` {reason, lift}: a correction of a finished visit; with `lift` true its stop conditions are taken back.
- `drafted` {name, text}: what was being typed and is no answer yet; kept until the question is answered or passed.
- `noted` {text}: a remark of the agent's at any point.

Other kinds change nothing here: the journal also holds what other parts of the program record.

An answer counts while its question is relevant and the answer valid. A changed earlier answer can make later ones
irrelevant; they are kept, and count again if it changes back. Questions are relevant by the answers before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from itertools import takewhile
from typing import Literal, cast

from visitcli.domain import answers as an
from visitcli.domain import expression as ex
from visitcli.domain.errors import BadInputError
from visitcli.domain.expression import Value
from visitcli.domain.script import Effect, Question, Script, Stop
from visitcli.domain.script_cards import due

STRICTEST_LAST = ("agent", "supervisor", "office", "nobody")  # who may lift a hold
Status = Literal["open", "paused", "completed", "stopped"]

IDENTITY, CONFIRMED = "identity", "confirmed"
_WEIGHT: tuple[Effect, ...] = ("close", "stop_demand", "pause", "end")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal. `at` is ISO 8601 with offset."""

    seq: int
    kind: str
    at: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop condition that was applied, and the reason in the agent's words."""

    code: str
    reason: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nobody goes there again for `days` (None: until somebody clears it), because of a stop condition or an answer."""

    code: str
    days: int | None

    @property
    def weight(self) -> float:
        """The longer, the heavier; without an end is the heaviest."""
        return float("inf") if self.days is None else self.days


@dataclass(frozen=True, slots=True)
class Progress:
    """Questions settled, and those left of what is relevant now."""

    done: int
    left: int


@dataclass(frozen=True, slots=True)
class _Walk:
    relevant: frozenset[str]
    answers: dict[str, Value]


@dataclass(frozen=True, kw_only=True)
class Session:
    """Where a visit stands. The fields are what the events said; everything else follows from them."""

    script: Script
    begun: Mapping[str, object] = field(default_factory=dict)
    started_at: str = ""
    ended_at: str = ""
    corrected_at: str = ""
    all_answers: Mapping[str, Value] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    stops: tuple[Stopped, ...] = ()
    notes: tuple[str, ...] = ()
    drafts: Mapping[str, str] = field(default_factory=dict)
    corrections: tuple[str, ...] = ()
    is_paused: bool = False
    is_closed: bool = False
    going_since: str = ""
    gone_before: timedelta = timedelta()

    @property
    def status(self) -> Status:
        """`stopped` where a stop condition ended the visit, `completed` where its record was closed."""
        if self.is_closed:
            return "stopped" if "end" in self._effects else "completed"
        return "paused" if self.is_paused else "open"

    @property
    def answers(self) -> dict[str, Value]:
        """The answers that count, in the script's order."""
        return self._walk.answers

    def relevant(self, name: str) -> bool:
        """Whether the question is to be asked, by the answers before it and the stop conditions."""
        return name in self._walk.relevant

    def before(self, name: str) -> dict[str, Value]:
        """The answers that count of the questions before this one: what its constraint may speak of."""
        earlier = takewhile(lambda question: question.name != name, self.script.questions)
        return {q.name: self.answers[q.name] for q in earlier if q.name in self.answers}

    @property
    def next(self) -> str | None:
        """The first question to ask: relevant, without a valid answer, not passed over. None: nothing is left."""
        if "end" in self._effects:
            return None
        return next((question.name for question in self.script.questions if self._is_asked(question)), None)

    @property
    def later(self) -> tuple[str, ...]:
        """Relevant questions without an answer that are offered when the record is read back."""
        if "end" in self._effects:
            return ()
        return tuple(q.name for q in self.script.questions if q.later and q.ask and self._is_due(q))

    @property
    def unasked(self) -> tuple[str, ...]:
        """Relevant questions that nobody is asked (`ask = false`) and that have no answer: for the device to fill."""
        return tuple(q.name for q in self.script.questions if not q.ask and self._is_due(q))

    @property
    def trail(self) -> tuple[str, ...]:
        """The questions asked and settled so far, in order: where "back" leads."""
        return tuple(q.name for q in self.script.questions if q.ask and self.relevant(q.name) and not self._is_due(q))

    @property
    def progress(self) -> Progress:
        """How many questions are settled and how many of those relevant now are left."""
        left = sum(self._is_asked(q) for q in self.script.questions)
        return Progress(len(self.trail), 0 if "end" in self._effects else left)

    def spent(self, now: datetime) -> timedelta:
        """The time at the door so far; pauses, and corrections afterwards, do not count."""
        going = now - datetime.fromisoformat(self.going_since) if self.going_since else timedelta()
        return self.gone_before + max(going, timedelta())

    @property
    def cards(self) -> tuple[str, ...]:
        """The codes of the cards whose time has come."""
        return due(self.script.cards, self.answers, {stopped.code for stopped in self.stops})

    @property
    def identified(self) -> bool:
        """Whether the person at the door is known to be the customer. Before that no word of the debt is shown."""
        return self.answers.get(IDENTITY) == CONFIRMED

    @property
    def stop(self) -> Stopped | None:
        """The stop condition with the strongest effect; of equals the last."""
        return max(reversed(self.stops), key=self._weight, default=None)

    @property
    def offered_stops(self) -> tuple[Stop, ...]:
        """The stop conditions that the screen may list now."""
        return tuple(stop for stop in self.script.stops if self.identified or not stop.discloses)

    @property
    def outcome(self) -> str | None:
        """What the visit has come to; None while a question is left."""
        if self.next is not None:
            return None
        stopped = self.script.stop_by_code.get(self.stop.code) if self.stop else None
        if stopped is not None and stopped.outcome:
            return stopped.outcome
        return self._outcome_by_answers()

    @property
    def hold(self) -> Hold | None:
        """For how long nobody goes there again: the longest that any stop condition or answer asks for; of equally long
        ones, that which the fewest may lift."""
        stops = [self.script.stop_by_code.get(stopped.code) for stopped in self.stops]
        asked = [(Hold(stop.code, stop.hold_days), stop.may_clear) for stop in stops if stop]
        rests = (rest for rest in self.script.rests if ex.evaluate(rest.condition, self.answers))
        asked += [(Hold(rest.name, rest.hold_days), rest.may_clear) for rest in rests]
        standing = [(hold, may_clear) for hold, may_clear in asked if hold.days != 0]
        longest = max(standing, key=lambda one: (one[0].weight, STRICTEST_LAST.index(one[1])), default=None)
        return longest[0] if longest else None

    def _outcome_by_answers(self) -> str | None:
        for outcome in self.script.outcomes:
            if outcome.default or (outcome.condition and ex.evaluate(outcome.condition, self.answers)):
                return outcome.name
        return None

    def _is_asked(self, question: Question) -> bool:
        """Whether it is to be asked in its turn."""
        return question.ask and not question.later and self._is_due(question)

    def _is_due(self, question: Question) -> bool:
        name = question.name
        settled = name in self.answers or (name in self.passed and not question.required)
        return self.relevant(name) and not settled

    def _weight(self, stopped: Stopped) -> int:
        stop = self.script.stop_by_code.get(stopped.code)
        return -1 if stop is None else _WEIGHT.index(stop.effect)

    @cached_property
    def _effects(self) -> frozenset[Effect]:
        known = self.script.stop_by_code
        return frozenset(known[stopped.code].effect for stopped in self.stops if stopped.code in known)

    @cached_property
    def _walk(self) -> _Walk:
        relevant: set[str] = set()
        counted: dict[str, Value] = {}
        halted, relevance = bool(self._effects), self.script.relevance
        for question in self.script.questions:
            if halted and self._falls_away(question):
                continue
            test = relevance.get(question.name)
            if test is not None and not test(counted, None):
                continue
            relevant.add(question.name)
            value = self._valid(question, counted)
            if value is not None:
                counted[question.name] = value
        return _Walk(frozenset(relevant), counted)

    def _falls_away(self, question: Question) -> bool:
        part, effects = question.part, self._effects
        if part == "solution" and effects & {"stop_demand", "pause"}:
            return True
        narrowed = part in ("understanding", "solution") and bool(effects & {"close", "pause"})
        silenced = part == "understanding" and question.discloses and "stop_demand" in effects
        return (narrowed or silenced) and question.name not in self.all_answers

    def _valid(self, question: Question, counted: Mapping[str, Value]) -> Value:
        given = self.all_answers.get(question.name)
        if given is None:
            return None
        try:
            value = an.normalised(question, given)
        except BadInputError:
            return None
        return value if an.holds(question, value, counted) else None


def replay(script: Script, events: Iterable[Event]) -> Session:
    """The session that the events lead to."""
    return reduce(apply, events, Session(script=script))


def apply(session: Session, event: Event) -> Session:
    """The session after one more event."""
    payload = event.payload
    match event.kind:
        case "begun":
            return replace(session, begun=dict(payload), started_at=event.at, going_since=event.at)
        case "answered":
            return _answered(session, str(payload["name"]), payload["value"])
        case "passed":
            return _passed(session, str(payload["name"]))
        case "stopped":
            return _stopped(session, event)
        case "paused":
            return replace(_halted(session, event.at), is_paused=True)
        case "resumed":
            return replace(session, is_paused=False, going_since=event.at)
        case "closed":
            return _closed(session, event)
        case "reopened":
            return _reopened(session, str(payload.get("reason") or ""), lift=payload.get("lift") is True)
        case "drafted":
            return _drafted(session, str(payload["name"]), str(payload["text"]))
        case "noted":
            return replace(session, notes=(*session.notes, str(payload["text"])))
        case _:
            return session


def check(session: Session, name: str, value: object, today: date) -> Value:
    """The value as it may be recorded for the question now.

    Raises BadInputError with `name`, `value`, `expected`: `answer.unknown`, `answer.closed`, `answer.irrelevant`,
    `answer.empty`, `answer.surrogate`, `answer.type`, `answer.too_long`, `answer.choice`, `answer.constraint`,
    `answer.not_before`.
    """
    question = session.script.by_name.get(name)
    if question is None:
        raise BadInputError("answer.unknown", name=name[:80], value="", expected="")
    if session.is_closed:
        raise BadInputError("answer.closed", name=name, value="", expected="")
    if not session.relevant(name):
        raise BadInputError("answer.irrelevant", name=name, value="", expected=question.relevant)
    answer = an.normalised(question, value)
    an.check_constraint(question, answer, session.before(name))
    an.check_not_before(question, answer, today)
    return answer


def check_stop(session: Session, code: str) -> Stop:
    """The stop condition of that code. Raises BadInputError `answer.stop` (unknown) or `answer.closed`."""
    stop = session.script.stop_by_code.get(code)
    if stop is None:
        raise BadInputError(
            "answer.stop", name="stop", value=code[:80], expected=", ".join(session.script.stop_by_code)
        )
    if session.is_closed:
        raise BadInputError("answer.closed", name="stop", value=code, expected="")
    return stop


def _halted(session: Session, at: str) -> Session:
    """The clock of the visit stands still from here on."""
    if not session.going_since:
        return session
    return replace(session, gone_before=session.spent(datetime.fromisoformat(at)), going_since="")


def _answered(session: Session, name: str, value: object) -> Session:
    given = {**session.all_answers, name: cast(Value, value)}
    return _drafted(replace(session, all_answers=given, passed=session.passed - {name}), name, "")


def _passed(session: Session, name: str) -> Session:
    given = {key: value for key, value in session.all_answers.items() if key != name}
    return _drafted(replace(session, all_answers=given, passed=session.passed | {name}), name, "")


def _drafted(session: Session, name: str, text: str) -> Session:
    others = {key: value for key, value in session.drafts.items() if key != name}
    return replace(session, drafts={**others, name: text} if text else others)


def _stopped(session: Session, event: Event) -> Session:
    code, reason = str(event.payload["code"]), str(event.payload.get("reason") or "")
    stopped = replace(session, stops=(*session.stops, Stopped(code, reason, event.at)))
    stop = session.script.stop_by_code.get(code)
    if stop is None or stop.effect != "end":
        return stopped
    return _closed(stopped, event)


def _closed(session: Session, event: Event) -> Session:
    """A visit ended when it first was; closing it again after a correction is not its end."""
    corrected = event.at if session.ended_at else ""
    return replace(
        _halted(session, event.at),
        is_closed=True,
        is_paused=False,
        ended_at=session.ended_at or event.at,
        corrected_at=corrected,
    )


def _reopened(session: Session, reason: str, *, lift: bool) -> Session:
    stops = () if lift else session.stops
    corrections = (*session.corrections, reason)
    return replace(session, is_closed=False, is_paused=False, stops=stops, corrections=corrections)
