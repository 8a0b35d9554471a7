"""The vocabulary of case files that visitcli ships: `data/import/vocabulary.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from visitcli.domain.vocabulary import Vocabulary, vocabulary

PATH = Path(__file__).parent.parent / "data" / "import" / "vocabulary.toml"


@cache
def shipped() -> Vocabulary:
    """The shipped vocabulary, read at first use."""
    with PATH.open("rb") as file:
        return vocabulary(tomllib.load(file))
