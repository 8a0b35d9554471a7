"""The border of the store: what comes in is a `domain.case.Case`, to the last key and type.

pydantic holds the dataclasses of the domain to their own annotations, strictly: no unknown key, no number as text, no
date that is none. The import reads cells into the right values by itself, so that a fault found here is one of its own;
it is found before it is stored, and not at a door.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from visitcli.domain.case import Case

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def first_fault(texts: Sequence[str]) -> tuple[int, str] | None:
    """Of cases as JSON texts the first that is none, by its place in the sequence, and where in it; None for none."""
    from pydantic import ValidationError

    try:
        _cases().validate_json(f"[{','.join(texts)}]")
    except ValidationError as error:
        at, *where = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        return int(at), ".".join(map(str, where))
    return None


@cache
def _cases() -> TypeAdapter[list[Case]]:
    from pydantic import ConfigDict, TypeAdapter

    # Of a list, since a plain dataclass takes its settings only from what it stands in.
    return TypeAdapter(list[Case], config=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False))
