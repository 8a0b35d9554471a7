"""`rehearse`: which scenarios there are, and which fits a case."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from visitcli.app import lookup
from visitcli.app.runtime import Runtime
from visitcli.domain.errors import BadInputError, NotFoundError
from visitcli.domain.rehearsal import Scenario, parse_scenario
from visitcli.store import visits

LARGEST = 1024 * 1024
# What was met last time -> what to rehearse; the first that fits.
_BY_STOP = {
    "self_harm": "self_harm", "disputes_debt": "denies_debt", "intoxicated": "intoxicated", "violence": "angry",
    "recording_refused": "filming", "serious_illness": "crying", "bereavement": "crying",
}  # fmt: skip
_BY_MOOD = {"angry": "angry", "low": "crying"}
_BY_REASON = {"job_lost": "job_lost", "income_down": "job_lost", "illness": "crying"}


@cache
def names() -> tuple[str, ...]:
    """The names of the shipped scenarios, in order."""
    folder = resources.files("visitcli") / "data" / "rehearse"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def scenario(name: str) -> Scenario:
    """A shipped scenario by its name, or one of the office's own by its file (`….toml`).

    Raises NotFoundError `rehearse.unknown`; BadInputError `rehearse.unreadable`, and those of `parse_scenario`.
    """
    if name.endswith(".toml"):
        return _own(Path(name).expanduser())
    if name not in names():
        raise NotFoundError("rehearse.unknown", value=name[:40], known=", ".join(names()))
    text = (resources.files("visitcli") / "data" / "rehearse" / f"{name}.toml").read_text(encoding="utf-8")
    return _parsed(text, name)


def fitting(runtime: Runtime, reference: str) -> str:
    """The scenario that fits what was met last at a case; the one of the day where nothing is known."""
    case_id = lookup.case_id(runtime, reference)
    for visit in reversed(visits.of_case(runtime.store, case_id)):
        record = visit["record"]
        if record is None:
            continue
        found = [_BY_STOP.get(visit["stop_code"] or ""), _BY_MOOD.get(record["mood"] or "")]
        found += ["relative"] if record["who_opened"] not in (None, "nobody", "customer") else []
        found += [_BY_REASON.get(reason) for reason in record["reasons"]]
        fits = next((name for name in found if name), None)
        if fits:
            return fits
    return of_today(runtime)


def of_today(runtime: Runtime) -> str:
    """Another one every day."""
    return names()[runtime.today().toordinal() % len(names())]


def _own(path: Path) -> Scenario:
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise BadInputError("rehearse.unreadable", file=str(path), reason=error.strerror or "") from error
    try:
        if len(raw) > LARGEST:
            raise ValueError(len(raw))
        return _parsed(raw.decode("utf-8-sig"), str(path))
    except ValueError as error:
        raise BadInputError("rehearse.unreadable", file=str(path), reason=str(error)) from error


def _parsed(text: str, _name: str) -> Scenario:
    import tomllib

    return parse_scenario(tomllib.loads(text))
