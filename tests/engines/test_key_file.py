"""The key file: opened by passphrase or recovery code and nothing else; damage is told, and the copy opens."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitcli.domain.errors import BadInputError, StoreError
from visitcli.engines import key_file, sealing
from visitcli.engines.key_file import COPY_NAME, FILE_NAME, KeyFile

PASSPHRASE = "清风 two lamps"


def made() -> tuple[KeyFile, bytes, str]:
    file, key = key_file.new(os.urandom)
    code = key_file.new_code(os.urandom)
    file = file.with_slot("passphrase", PASSPHRASE, key, os.urandom)
    return file.with_slot("recovery", code, key, os.urandom), key, code


def test_passphrase_and_recovery_code_open_it(tmp_path: Path) -> None:
    file, key, code = made()
    key_file.write(tmp_path, file)
    for secret in (PASSPHRASE, code, code.lower().replace("-", " "), f" {code} "):
        assert key_file.read(tmp_path).opened(secret) == key


def test_a_full_width_keyboard_types_the_same_passphrase() -> None:
    file, key, _ = made()
    assert file.opened("清风\u3000ｔｗｏ ｌａｍｐｓ") == key


@given(st.text(max_size=40).filter(lambda text: key_file.normalised(text) != PASSPHRASE))
def test_nothing_else_opens_it(secret: str) -> None:
    file, _, _ = made()
    with pytest.raises(StoreError) as refused:
        file.opened(secret)
    assert refused.value.code == "key.wrong"


def test_a_new_passphrase_voids_the_old_one_and_keeps_key_and_code() -> None:
    file, key, code = made()
    changed = file.with_slot("passphrase", "another sentence", key, os.urandom)
    assert (changed.opened("another sentence"), changed.opened(code)) == (key, key)
    with pytest.raises(StoreError):
        changed.opened(PASSPHRASE)


def test_a_slot_moved_into_another_stores_file_does_not_open() -> None:
    file, _, _ = made()
    other, _, _ = made()
    with pytest.raises(StoreError):
        KeyFile(other.store_id, file.slots).opened(PASSPHRASE)


def test_every_flipped_bit_is_noticed_and_the_copy_opens(tmp_path: Path) -> None:
    file, _, _ = made()
    key_file.write(tmp_path, file)
    whole = (tmp_path / FILE_NAME).read_bytes()
    dice = random.Random(5)
    for _ in range(300):
        bit = dice.randrange(len(whole) * 8)
        bent = bytearray(whole)
        bent[bit // 8] ^= 1 << bit % 8
        (tmp_path / FILE_NAME).write_bytes(bent)
        found = key_file.read_one(tmp_path / FILE_NAME)
        assert found is None or found == file  # a blank for a newline changes nothing
        assert key_file.read(tmp_path) == file
    (tmp_path / COPY_NAME).write_bytes(b"{")
    (tmp_path / FILE_NAME).write_bytes(whole[:-9])
    with pytest.raises(StoreError) as refused:
        key_file.read(tmp_path)
    assert refused.value.code == "key.damaged"


def test_a_file_that_asks_for_all_the_memory_is_not_believed(tmp_path: Path) -> None:
    file, _, _ = made()
    key_file.write(tmp_path, file)
    body = json.loads((tmp_path / FILE_NAME).read_text())
    body.pop("check")
    body["slots"][0]["cost"]["memory_kib"] = 1 << 40
    (tmp_path / FILE_NAME).write_text(json.dumps({**body, "check": key_file._check(body)}))
    assert key_file.read_one(tmp_path / FILE_NAME) is None


def test_both_files_are_the_owners_alone(tmp_path: Path) -> None:
    file, _, _ = made()
    key_file.write(tmp_path, file)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        FILE_NAME: 0o600,
        COPY_NAME: 0o600,
    }


def test_a_real_guess_costs_what_rfc_9106_asks_for() -> None:
    assert key_file.Cost() == key_file.Cost(passes=3, memory_kib=65536, lanes=4)


def test_the_office_opens_its_slot_and_nobody_elses(tmp_path: Path) -> None:
    file, key, _ = made()
    office = sealing.make_key(tmp_path / "office.age")
    sealing.make_key(tmp_path / "other.age")
    file = file.for_office(office, key, os.urandom)
    key_file.write(tmp_path, file)
    again = key_file.read(tmp_path)
    assert again == file
    assert again.kinds == ["passphrase", "recovery", "office"]
    assert again.opened_by_office(sealing.read_key(tmp_path / "office.age"), "store.key") == key
    with pytest.raises(BadInputError) as refused:
        again.opened_by_office(sealing.read_key(tmp_path / "other.age"), "store.key")
    assert refused.value.code == "sealing.other_key"
    other = key_file.new(os.urandom)[0]
    with pytest.raises(StoreError) as taken:
        replace(other, office=again.office).opened_by_office(sealing.read_key(tmp_path / "office.age"), "store.key")
    assert taken.value.code == "key.damaged"
    assert PASSPHRASE not in (tmp_path / FILE_NAME).read_text()
