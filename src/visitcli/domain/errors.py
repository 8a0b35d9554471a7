"""What can go wrong, as codes. An error carries a code and its context and no words: `cli` finds the sentence in
the catalogue (`words/*/errors.json`) and the exit status here, in one place."""

from __future__ import annotations

from typing import ClassVar


class VisitcliError(Exception):
    """A failure that the user can act on.

    `code` names the sentence in the catalogue (`errors.<code>`), `context` fills its placeholders
    (what, where: file, row, field). `exit_status` is the contract's.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, /, **context: object) -> None:
        super().__init__(code)
        self.code = code
        self.context = context

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value!r}" for key, value in self.context.items())
        return f"{self.code}({details})"


class UsageError(VisitcliError):
    """The command was asked in a way that cannot be understood, or it names more than one thing."""

    exit_status = 2


class NotFoundError(VisitcliError):
    """What the command names is not in the store."""

    exit_status = 3


class ForbiddenError(VisitcliError):
    """A rule forbids it."""

    exit_status = 4


class BadInputError(VisitcliError):
    """A file or a value that cannot be taken."""

    exit_status = 5


class StoreError(VisitcliError):
    """The store cannot be used: locked, damaged, from a newer version, no room, no access."""

    exit_status = 6


class UnfinishedError(VisitcliError):
    """Declined by the user, or not brought to its end."""

    exit_status = 7
