"""Codes that set a rule aside: read back, told from slips, and never good for anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.overrides import Permit, UnreadableCode, fingerprint, read, write
from visitcli.engines import signing

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PERMIT = Permit(agent="A-07", case_id="SH-0001", rule="cn.met_week", since=NOW, until=NOW + timedelta(hours=10))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("office") / "office.pem"
    return path, signing.make_key(path)


@pytest.fixture(scope="module")
def code(office: tuple[Path, bytes]) -> str:
    public, signature = signing.sign(office[0], PERMIT.message)
    return write(PERMIT, public, signature)


def test_a_code_is_read_back_however_it_is_grouped_and_written(code: str, office: tuple[Path, bytes]) -> None:
    found = read(code)
    assert (found.key, found.since, found.until) == (fingerprint(office[1]), PERMIT.since, PERMIT.until)
    assert signing.verifies(office[1], found.signature, PERMIT.message)
    loose = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read(f"\n {loose} \r\n") == found
    assert len(code.replace("-", "")) == 127


def test_any_other_letter_anywhere_is_a_slip(code: str) -> None:
    for at, letter in enumerate(code):
        if letter == "-":
            continue
        for other in "07KZ":
            if other != letter:
                with pytest.raises(UnreadableCode):
                    read(code[:at] + other + code[at + 1 :])
    for at in range(len(code) - 1):
        pair = code[at : at + 2]
        if "-" not in pair and pair[0] != pair[1]:
            with pytest.raises(UnreadableCode):
                read(code[:at] + pair[::-1] + code[at + 2 :])
    for cut in (code[:-1], code[1:], code + "0", "", "hello"):
        with pytest.raises(UnreadableCode):
            read(cut)


@given(st.text(max_size=200))
def test_no_text_is_a_code_by_chance(text: str) -> None:
    with pytest.raises(UnreadableCode):
        read(text)


FIELD = st.text(min_size=0, max_size=12)
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
PERMITS = st.builds(Permit, agent=FIELD, case_id=FIELD, rule=FIELD, since=TIMES, until=TIMES)


@given(PERMITS, PERMITS)
def test_what_is_signed_for_one_permit_is_signed_for_no_other(one: Permit, other: Permit) -> None:
    assert (one == other) is (one.message == other.message)
    assert replace(one, agent=one.agent + one.case_id, case_id="").message != one.message or not one.case_id


def test_a_signature_is_good_for_its_permit_alone(office: tuple[Path, bytes], code: str) -> None:
    signature = read(code).signature
    for change in (
        {"agent": "A-08"}, {"case_id": "SH-0002"}, {"rule": "cn.crowd"}, {"until": PERMIT.until + timedelta(minutes=1)},
        {"since": PERMIT.since - timedelta(minutes=1)},
    ):  # fmt: skip
        assert not signing.verifies(office[1], signature, replace(PERMIT, **change).message)  # type: ignore[arg-type]
    bent = bytes([signature[0] ^ 1]) + signature[1:]
    assert not signing.verifies(office[1], bent, PERMIT.message)
    assert not signing.verifies(b"short", signature, PERMIT.message)
