"""A case that the store knows and the same case in a new file: what the file speaks of is the file's, the rest stays.

Cases are JSON values here (`fields.Plain`). What an agent recorded is not part of them.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from visitcli.domain.fields import Plain, ordered
from visitcli.domain.placing import kept_place
from visitcli.domain.rownotes import Path


def merged(stored: Plain, new: Plain, touched: Set[Path]) -> Plain:
    """The stored case brought up to date by a new one that speaks of the `touched` paths."""
    case = dict(stored)
    for group in ("customer", "loan", "vehicle"):
        keys = [path[1] for path in touched if path[0] == group]
        _put(case, group, ordered(group, _replaced(stored.get(group, {}), new.get(group, {}), keys)))
    for key in ("stage", "assigned_date", "return_date"):
        if (key,) in touched:
            _put(case, key, new.get(key))
    _status(case, new, touched)
    _put(case, "addresses", _addresses(stored.get("addresses", []), new["addresses"], touched))
    for key in ("payments", "contacts", "promises", "holds"):
        if (key,) in touched:
            _put(case, key, new.get(key))
    if ("holds",) not in touched:
        _put(case, "holds", _all_holds(case.get("holds", []), new.get("holds", [])))
    _flat_promise(case, new, touched)
    _flat_contact(case, new, touched)
    headings = {path[1] for path in touched if path[0] == "extra"}
    extra = {key: text for key, text in stored.get("extra", {}).items() if key not in headings}
    _put(case, "extra", _in_stored_order(stored.get("extra", {}), extra | new.get("extra", {})))
    return ordered("", case)


def withdrawn(stored: Plain) -> Plain:
    """An open case that is absent from a file that is the whole portfolio. Its office gave no word for it, which is
    how `merged` knows that such a case is open again when it comes back."""
    return ordered("", {key: value for key, value in stored.items() if key != "status_text"} | {"status": "withdrawn"})


def earliest_promise(case: Plain) -> str | None:
    """The due date of the earliest open promise."""
    due = (promise["due_date"] for promise in case.get("promises", ()) if promise["status"] == "open")
    return min(due, default=None)


def _put(case: Plain, key: str, value: Any) -> None:
    if value:
        case[key] = value
    else:
        case.pop(key, None)


def _replaced(stored: Plain, new: Plain, keys: list[str]) -> Plain:
    kept = {key: value for key, value in stored.items() if key not in keys}
    return kept | {key: new[key] for key in keys if key in new}


def _status(case: Plain, new: Plain, touched: Set[Path]) -> None:
    if ("status",) in touched:
        case["status"] = new["status"]
        _put(case, "status_text", new.get("status_text"))
    elif case["status"] == "withdrawn" and not case.get("status_text"):
        case["status"] = "open"


def _addresses(stored: list[Plain], new: list[Plain], touched: Set[Path]) -> list[Plain]:
    """By kind: the kinds of the file are the file's; of an address whose text stands, the rest may stand too."""
    found: list[Plain] = []
    for kind in ("home", "work", "other"):
        before = [address for address in stored if address["kind"] == kind]
        if ("addresses", kind) not in touched:
            found += before
            continue
        numbers, hours = ("addresses", kind, "numbers") in touched, ("addresses", kind, "hours") in touched
        for address in (address for address in new if address["kind"] == kind):
            same = next((old for old in before if old["text"] == address["text"]), None)
            found.append(kept_place(address, same, with_numbers=numbers, with_hours=hours) if same else address)
    return found


def _all_holds(stored: list[Plain], new: list[Plain]) -> list[Plain]:
    """Where a file names a hold that nobody knows, one known before may be what it means: those stay beside the new."""
    codes = {hold["code"] for hold in new}
    return [hold for hold in stored if hold["code"] not in codes] + new


def _flat_promise(case: Plain, new: Plain, touched: Set[Path]) -> None:
    """A row has room for one promise, the open one: promises kept or broken before stay."""
    if ("promises", "flat") in touched:
        past = [promise for promise in case.get("promises", ()) if promise["status"] != "open"]
        _put(case, "promises", past + [promise for promise in new.get("promises", []) if promise not in past])


def _flat_contact(case: Plain, new: Plain, touched: Set[Path]) -> None:
    """A row has room for the last contact: it joins those that are known."""
    if ("contacts", "flat") in touched:
        known = case.get("contacts", [])
        case["contacts"] = known + [contact for contact in new.get("contacts", []) if contact not in known]
        _put(case, "contacts", case["contacts"])


def _in_stored_order(stored: Plain, found: Plain) -> Plain:
    order = [key for key in stored if key in found] + [key for key in found if key not in stored]
    return {key: found[key] for key in order}
