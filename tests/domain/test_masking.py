"""What a shared file may say of a customer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.masking import masked_name, masked_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王建国", "王**"),
        ("王*国", "王**"),
        ("王先生", "王**"),
        ("欧阳晓雯", "欧阳**"),
        ("欧阳", "欧**"),  # two characters are a surname and a given name: the whole of it is never shown
        ("欧阳*", "欧**"),
        ("司馬遷", "司馬**"),
        ("阿不都热合曼·买买提", "阿**"),
        ("Wang Wei", "W**"),
        ("  wang wei", "W**"),
        ("O'Neill", "O**"),
        ("(王)小明", "王**"),
        ("किरण", "कि**"),
        ("é́tienne", "É́**"),
        ("𠮷田", "𠮷**"),
        ("", "**"),
        ("*** 12", "**"),
        ("\u202e\x1b王五", "王**"),
    ],
)
def test_a_name_keeps_its_surname_or_its_first_letter(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@given(st.text())
def test_no_more_than_the_surname_is_ever_shown(name: str) -> None:
    shown = masked_name(name)
    assert shown.endswith("**")
    letters = [character for character in shown if character.isalpha()]
    assert len(letters) <= 3  # a compound surname, or a letter that has no capital but three (ΐ)
    assert masked_name(shown).endswith("**")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800001234", "138****1234"),
        ("+86 138-0000-1234", "138****1234"),
        ("１３８００００１２３４", "138****1234"),
        ("138****1234", "138****1234"),
        ("021-55551234", "021****1234"),
        ("55551234", "****1234"),
        ("95588", "****"),
        ("", "****"),
    ],
)
def test_a_phone_number_keeps_its_ends(number: str, shown: str) -> None:
    assert masked_phone(number) == shown


@given(st.text())
def test_no_more_than_seven_digits_are_ever_shown(number: str) -> None:
    assert sum(character.isdigit() for character in masked_phone(number)) <= 7
