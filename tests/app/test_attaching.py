"""Attaching what is no file, or no longer one: refused by a code, at once, and nothing is left behind."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stores import open_store

from visitcli.app import attaching
from visitcli.app.attaching import attach
from visitcli.app.runtime import vault_of
from visitcli.domain.errors import BadInputError, StoreError
from visitcli.store.database import Store

posix = pytest.mark.skipif(os.name != "posix", reason="the kind of file is POSIX's")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    store = open_store(home)
    yield store
    store.close()


def code_of(store: Store, given: str | Path) -> str:
    with pytest.raises(BadInputError) as refused:
        attach(vault_of(store), "vehicle_photo", str(given))
    assert refused.value.context["file"] == str(given)
    assert list(store.media.iterdir()) == []
    return refused.value.code


@pytest.mark.parametrize(
    "given",
    ["gone.jpg", "车" * 300 + ".jpg", "a\0b.jpg", "~nobody-of-this-name/x.jpg", "file.csv/x.jpg", "x/" * 3000],
    ids=["gone", "long name", "NUL", "no home", "below a file", "long path"],
)
def test_what_cannot_be_there_is_not_found(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    (tmp_path / "file.csv").write_text("x")
    monkeypatch.chdir(tmp_path)
    assert code_of(store, given) == "attach.not_found"


@posix
def test_nobody_is_waited_for_at_a_pipe(store: Store, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert code_of(store, tmp_path / "pipe.jpg") == "attach.not_a_file"


@posix
def test_a_folder_a_device_and_a_socket_are_no_files(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert {code_of(store, given) for given in (tmp_path, "/dev/null", "socket")} == {"attach.not_a_file"}


@posix
def test_a_link_that_leads_to_itself_is_unreadable(store: Store, tmp_path: Path) -> None:
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    assert code_of(store, tmp_path / "loop.jpg") == "attach.unreadable"


@pytest.mark.parametrize(("trouble", "code"), [(errno.EACCES, "unreadable"), (errno.EIO, "unreadable")])
def test_what_may_not_be_opened_is_unreadable(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: int, code: str
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(trouble, os.strerror(trouble), str(path))

    monkeypatch.setattr(attaching, "open_at_once", refuse)
    assert code_of(store, tmp_path / "photo.jpg") == f"attach.{code}"
    assert code_of(store, tmp_path) == ("attach.not_a_file")  # as Windows refuses to open a folder


def test_a_card_that_fails_is_not_the_stores_disk(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"made up")

    def fail(descriptor: int, length: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(attaching.os, "read", fail)
    assert code_of(store, photo) == "attach.unreadable"


def test_a_file_that_grows_while_it_is_copied_is_too_large(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"12345678")
    monkeypatch.setattr(attaching, "LARGEST", 4)
    monkeypatch.setattr(attaching, "_unfit", lambda status: "")
    assert code_of(store, photo) == "attach.too_large"


def test_a_full_disk_is_still_the_stores(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"made up")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError) as refused:
        attach(vault_of(store), "vehicle_photo", str(photo))
    assert refused.value.code == "store.full"
    assert list(store.media.iterdir()) == []
