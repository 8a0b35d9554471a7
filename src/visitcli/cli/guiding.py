"""Leading an open visit to its end: on the screen, from a file of answers, or line by line from another program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visitcli.cli.desk import Desk
from visitcli.domain.errors import BadInputError, NotFoundError, StoreError, UnfinishedError, UsageError, VisitcliError

if TYPE_CHECKING:
    from visitcli.app.visiting import Visit
    from visitcli.domain.script import Question, Script

OK, UNFINISHED = 0, 7
LONGEST_FILE = 4 * 1024 * 1024
LONGEST_LINE = 256 * 1024
STOP_NAMES = frozenset({"stop", "stop_reason"})
NOTHING: tuple[object, ...] = (None, "", [])  # what says in an answers file that there is no answer

Source = Mapping[str, Any] | str | None  # answers by name, "-" for standard input, None for the screen


def source(desk: Desk, given: str) -> Source:
    """Where the answers come from. A file is read before the visit begins, so that a bad one begins nothing."""
    if given == "-":
        return given
    if given:
        return _read(given)
    if not desk.terminal.interactive or desk.terminal.json or not _on_a_terminal(desk):
        raise UsageError("visit.no_terminal")
    return None


def _on_a_terminal(desk: Desk) -> bool:
    return desk.terminal.stdin.isatty() and desk.terminal.stdout.isatty()


def _read(given: str) -> Mapping[str, Any]:
    try:
        with Path(given).expanduser().open("rb") as stream:
            raw = stream.read(LONGEST_FILE + 1)
    except FileNotFoundError as error:
        raise NotFoundError("visit.no_file", file=given) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise BadInputError("visit.unreadable", file=given, reason=getattr(error, "strerror", None) or "") from error
    try:
        found = json.loads(raw.decode("utf-8-sig")) if len(raw) <= LONGEST_FILE else None
    except (ValueError, RecursionError) as error:
        raise BadInputError("visit.not_json", file=given, reason=str(error)[:120]) from error
    if not isinstance(found, dict):
        raise BadInputError("visit.not_an_object", file=given)
    return found


def guide(desk: Desk, visit: Visit, answers: Source) -> int:
    """Lead the visit and report what it has come to; the exit status."""
    if answers is None:
        return _on_screen(desk, visit)
    if isinstance(answers, str):
        _stream(desk, visit)
    else:
        _fill(visit, answers)
    return report(desk, visit, as_line=answers == "-")


def _on_screen(desk: Desk, visit: Visit) -> int:
    from visitcli.app import attending, scripts
    from visitcli.cli.screen import Beside, run_screen
    from visitcli.cli.ways_view import figures

    end = attending.hours_end(desk.runtime, visit)
    beside = Beside(
        clock=lambda: attending.on_the_clock(desk.runtime, visit, end),
        wording=scripts.wording(),
        figures=lambda: figures(desk, visit),
    )
    result = run_screen(visit, desk.words, color=desk.terminal.color, beside=beside)
    # The screen says itself what comes next: nothing of the debt may stand on the normal screen afterwards.
    return UNFINISHED if result == "paused" else OK


def refuse_unknown(answers: Source, script: Script) -> None:
    """Raise BadInputError `answer.unknown` for a name that the script does not have, before anything is begun."""
    if isinstance(answers, Mapping):
        unknown = [name for name in answers if name not in STOP_NAMES and name not in script.by_name]
        if unknown:
            raise BadInputError("answer.unknown", name=unknown[0], value="", expected="")


def _fill(visit: Visit, answers: Mapping[str, Any]) -> None:
    """Take the answers in the script's order, up to the first required question that has none."""
    try:
        _take(visit, answers)
        if "stop" in answers and not visit.session.is_closed:
            visit.stop(str(answers["stop"]), str(answers.get("stop_reason", "")))
            _take(visit, answers)
    except VisitcliError:
        visit.pause()
        raise
    _end(visit)


def _take(visit: Visit, answers: Mapping[str, Any]) -> None:
    for question in visit.script.questions:
        name, session = question.name, visit.session
        if session.is_closed or not session.relevant(name):
            continue
        if answers.get(name) not in NOTHING:
            if not _stands(visit, question, answers[name]):
                visit.answer(name, answers[name])
        elif question.required and name not in session.answers:
            return
        elif question.ask and not question.required and name not in session.answers and name not in session.passed:
            visit.pass_over(name)


def _stands(visit: Visit, question: Question, given: object) -> bool:
    """Whether the answer is recorded already: the same file run again adds nothing to the journal."""
    from visitcli.domain.answers import normalised
    from visitcli.domain.script import MEDIA

    present = visit.session.answers.get(question.name)
    if present is None:
        return False
    if question.type in MEDIA and isinstance(given, str) and not _exists(given):
        return True  # copied in when it was first given, and since then put away
    return normalised(question, given) == present


def _exists(given: str) -> bool:
    try:
        return Path(given).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return True  # `answer` says what is wrong with it


def _end(visit: Visit) -> None:
    """Close the visit where nothing required is left, else put it away."""
    while (name := visit.session.next) is not None and not visit.script.by_name[name].required:
        visit.pass_over(name)
    if visit.session.is_closed:
        return
    if visit.session.next is None:
        visit.close()
    else:
        visit.pause()


def _stream(desk: Desk, visit: Visit) -> None:
    """One JSON object a line in, one line out for each once it is durable. Ctrl-C is the end of the input."""
    try:
        for given in _lines(desk):
            desk.terminal.document(_reply(desk, visit, given), one_line=True)
    except KeyboardInterrupt:
        visit.pause()
        return
    _end(visit)


def _reply(desk: Desk, visit: Visit, given: Any) -> dict[str, Any]:
    try:
        return _take_line(visit, given)
    except VisitcliError as error:
        if isinstance(error, StoreError):
            raise
        name = given.get("name") if isinstance(given, dict) else None
        message = desk.words.get(f"{error.code}.message", error.code, **error.context)
        return {"refused": name, "code": error.code, "message": message}


def _lines(desk: Desk) -> Iterator[Any]:
    """Each line's JSON value; None for a line that has none, or is too long to be an answer."""
    while raw := desk.terminal.stdin.readline(LONGEST_LINE):
        whole = raw
        while not whole.endswith("\n") and (whole := desk.terminal.stdin.readline(LONGEST_LINE)):
            raw = ""
        text = raw.strip().removeprefix("\ufeff")
        if not text and whole is raw:
            continue
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            yield None


def _take_line(visit: Visit, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str) or "value" not in given:
        raise BadInputError("visit.bad_line", name="", value="", expected='{"name": ..., "value": ...}')
    name, value = given["name"], given["value"]
    if name == "stop":
        return {"saved": name, "seq": visit.stop(str(value), str(given.get("reason", "")))}
    if value in NOTHING and name in visit.script.by_name:
        return {"saved": name, "seq": visit.pass_over(name)}
    return {"saved": name, "seq": visit.answer(name, value)}


def report(desk: Desk, visit: Visit, *, as_line: bool = False) -> int:
    """Say what the visit has come to. Unfinished is exit 7 and names the question that waits."""
    result, words = visit.result, desk.words
    if result["stop"]:
        stop = visit.script.stop_by_code.get(result["stop"]["code"])
        result["stop"]["message"] = stop.label.get(words.language) if stop else result["stop"]["code"]
    finished = result["status"] != "paused"
    if as_line:
        desk.terminal.document(result, one_line=True)
    elif desk.terminal.json:
        desk.terminal.document(result)
    elif finished:
        _say_done(desk, visit, result)
    else:
        raise UnfinishedError("visit.paused", case_id=visit.case_id, question=result["next"] or "")
    return OK if finished else UNFINISHED


def _say_done(desk: Desk, visit: Visit, result: Mapping[str, Any]) -> None:
    words = desk.words
    outcome = visit.script.outcome_by_name.get(result["outcome"] or "")
    label = outcome.label.get(words.language) if outcome else result["outcome"] or ""
    desk.terminal.out(words(f"visit.{result['status']}", case_id=visit.case_id, outcome=label))
    if result["stop"]:
        desk.terminal.out(words("visit.stop", stop=result["stop"]["message"]))
    desk.terminal.note(words("visit.position_none") if visit.session.unasked else "")
    desk.terminal.note(words("visit.then"))
