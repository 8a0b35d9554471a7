"""The same cases as nested JSON: the field names of visitcli's own case, money as decimal strings in yuan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from visitcli.domain.case import Address, Case
from visitcli.domain.money import in_yuan


def nested_json(cases: Sequence[Case]) -> bytes:
    """An array with one case a line."""
    lines = (json.dumps(_case(case), ensure_ascii=False, separators=(",", ":")) for case in cases)
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _case(case: Case) -> Any:
    fields = asdict(case) | {"addresses": [_address(address) for address in case.addresses]}
    return _filled(in_yuan(fields))


def _address(address: Address) -> dict[str, Any]:
    """The place with the file's own numbers, as an office knows it."""
    return {
        "kind": address.kind,
        "text": address.text,
        "lat": address.source_lat,
        "lon": address.source_lon,
        "hours": address.hours,
    }


def _filled(value: Any) -> Any:
    """Without what is empty; dates and decimals as text."""
    if isinstance(value, dict):
        return {key: _filled(item) for key, item in value.items() if item not in (None, "", (), [], {})}
    if isinstance(value, list | tuple):
        return [_filled(item) for item in value]
    return str(value) if isinstance(value, date | Decimal) else value
