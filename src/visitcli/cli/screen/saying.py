"""What is said below the line when an answer is refused or cannot be kept."""

from __future__ import annotations

from collections.abc import Callable

from visitcli.cli.terminal import clean
from visitcli.domain.errors import BadInputError, VisitcliError
from visitcli.domain.script import MEDIA, Question
from visitcli.domain.texts import Bilingual
from visitcli.words import Words


def refusal(error: VisitcliError, question: Question | None, words: Words, text: Callable[[Bilingual], str]) -> str:
    """The sentence for an error. `question`: the one being answered. `text`: fills a text of the script."""
    context = {key: str(value) for key, value in error.context.items()}
    if not isinstance(error, BadInputError):
        return _said(error, words, context, words("screen.again"))
    if question is not None:
        if error.code == "answer.constraint" and question.constraint_message:
            return text(question.constraint_message)
        if error.code == "answer.type":
            kind = "path" if question.type in MEDIA else question.type
            return clean(words(f"screen.expected.{kind}", value=context["value"]))
        context["name"] = text(question.label)
    return _said(error, words, context, words.get(f"{error.code}.hint", "", **context))


def _said(error: VisitcliError, words: Words, context: dict[str, str], hint: str) -> str:
    message = words.get(f"{error.code}.message", error.code, **context)
    return clean(f"{message} {hint}".strip())
