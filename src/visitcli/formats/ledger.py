"""The office's ledger: which agent signs by which key, and which packages have come from them, in order.

A JSON file: {"agents": {agent: {"key": base64, "packages": [{"sequence", "sha256"}]}}}."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visitcli.domain.errors import BadInputError
from visitcli.files import part_of, put
from visitcli.formats.envelope import Manifest
from visitcli.formats.package_tables import SHA256

LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger in a file, as it was read."""

    path: Path
    agents: dict[str, dict[str, Any]]

    @staticmethod
    def read(path: Path) -> Ledger:
        """A ledger that is not there yet is empty. Raises BadInputError `ledger.unreadable`."""
        try:
            with path.open("rb") as stream:
                raw = stream.read(LARGEST + 1)
        except FileNotFoundError:
            return Ledger(path, {})
        except OSError as error:
            raise BadInputError("ledger.unreadable", file=str(path)) from error
        try:
            agents = json.loads(raw)["agents"]
            if len(raw) > LARGEST or not all(_is_sound(agent) for agent in agents.values()):
                raise BadInputError("ledger.unreadable", file=str(path))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInputError("ledger.unreadable", file=str(path)) from error
        return Ledger(path, agents)

    def refuse_out_of_turn(self, manifest: Manifest, file: str, *, trusted: bool, skip: bool) -> None:
        """A package that has been entered already is fine again; nothing else with an old number is.

        `trusted`: the sender's key was given, so that an agent who is not in the ledger may be entered. `skip`: do
        without the packages that are missing before. Raises BadInputError `ledger.unknown_sender`,
        `ledger.other_key`, `ledger.replayed`, `ledger.gap`, `ledger.other_before`.
        """
        said = {"file": file, "agent": manifest.agent, "sequence": manifest.sequence}
        agent = self.agents.get(manifest.agent)
        if agent is None and not trusted:
            raise BadInputError("ledger.unknown_sender", **said, sender=manifest.sender)
        if agent is not None and agent["key"] != manifest.sender:
            raise BadInputError("ledger.other_key", **said)
        taken = agent["packages"] if agent else []
        if {"sequence": manifest.sequence, "sha256": manifest.sha256} in taken:
            return
        last: dict[str, Any] = taken[-1] if taken else {"sequence": 0, "sha256": ""}
        if manifest.sequence <= last["sequence"]:
            raise BadInputError("ledger.replayed", **said, last=last["sequence"])
        if manifest.sequence > last["sequence"] + 1:
            if not skip:
                raise BadInputError("ledger.gap", **said, last=last["sequence"])
        elif manifest.previous != last["sha256"]:
            raise BadInputError("ledger.other_before", **said)

    def enter(self, manifest: Manifest) -> None:
        """Write a package in. Raises BadInputError `ledger.unwritable`."""
        agent = self.agents.setdefault(manifest.agent, {"key": manifest.sender, "packages": []})
        entry = {"sequence": manifest.sequence, "sha256": manifest.sha256}
        if entry in agent["packages"]:
            return
        agent["packages"].append(entry)
        try:
            with part_of(self.path.parent) as (part, stream):
                stream.write((json.dumps({"agents": self.agents}, ensure_ascii=False, indent=1) + "\n").encode())
                put(part, stream, self.path)
        except OSError as error:
            raise BadInputError("ledger.unwritable", file=str(self.path), reason=error.strerror or "") from error


def _is_sound(agent: dict[str, Any]) -> bool:
    return isinstance(agent["key"], str) and all(
        type(entry["sequence"]) is int and re.fullmatch(SHA256, entry["sha256"]) for entry in agent["packages"]
    )
