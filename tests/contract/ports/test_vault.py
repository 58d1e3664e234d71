"""What every vault promises, kept by each technology."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from services.documents.vault.folder_vault import FolderVault
from services.documents.vault.memory_vault import MemoryVault
from services.documents.vault.s3_vault import S3Vault
from services.documents.vault.vault import LONGEST_KEY, NotInVault, Vault

PDF = "application/pdf"
KEY = "forms/KT1080767000011/a-1.pdf"


def memory_vault(request: pytest.FixtureRequest) -> Vault:
    return MemoryVault()


def folder_vault(request: pytest.FixtureRequest) -> Vault:
    folder: Path = request.getfixturevalue("tmp_path")
    return FolderVault(folder / "vault")


def s3_vault(request: pytest.FixtureRequest) -> Vault:
    s3 = request.getfixturevalue("s3")
    return S3Vault(s3.endpoint, s3.access_key, s3.secret_key, f"contract-{uuid4().hex}", secure=False)


@pytest.fixture(params=[memory_vault, folder_vault, s3_vault], ids=lambda make: make.__name__)
def vault(request: pytest.FixtureRequest) -> Vault:
    """New and empty; nothing has prepared it yet."""
    make: Callable[[pytest.FixtureRequest], Vault] = request.param
    return make(request)


def test_what_was_put_comes_back_exactly(vault: Vault) -> None:
    content = bytes(range(256)) * 5000
    vault.put(KEY, content, PDF)
    assert vault.get(KEY) == content
    assert vault.exists(KEY)


def test_nothing_is_there_at_first(vault: Vault) -> None:
    assert vault.ready()
    assert not vault.exists(KEY)
    assert list(vault.keys()) == []
    with pytest.raises(NotInVault):
        vault.get(KEY)


def test_putting_again_changes_nothing(vault: Vault) -> None:
    vault.put(KEY, b"one", PDF)
    vault.put(KEY, b"one", PDF)
    assert (vault.get(KEY), list(vault.keys())) == (b"one", [KEY])


def test_a_later_content_takes_the_place_of_an_earlier_one(vault: Vault) -> None:
    vault.put(KEY, b"a longer one", PDF)
    vault.put(KEY, b"two", PDF)
    assert vault.get(KEY) == b"two"


def test_an_empty_content_is_a_content(vault: Vault) -> None:
    vault.put(KEY, b"", PDF)
    assert vault.exists(KEY)
    assert vault.get(KEY) == b""


def test_deleting_is_final_and_may_be_repeated(vault: Vault) -> None:
    vault.put(KEY, b"one", PDF)
    vault.put(KEY, b"two", PDF)
    vault.delete(KEY)
    vault.delete(KEY)
    assert not vault.exists(KEY)
    with pytest.raises(NotInVault):
        vault.get(KEY)


def test_deleting_leaves_the_neighbours(vault: Vault) -> None:
    vault.put(KEY, b"one", PDF)
    vault.put(f"{KEY}.old", b"two", PDF)
    vault.delete(KEY)
    assert list(vault.keys()) == [f"{KEY}.old"]


def test_keys_are_listed_by_prefix_in_order(vault: Vault) -> None:
    for key in ("b/2", "a/1", "b/1/x", "bb"):
        vault.put(key, b"x", PDF)
    assert list(vault.keys()) == ["a/1", "b/1/x", "b/2", "bb"]
    assert list(vault.keys("b/")) == ["b/1/x", "b/2"]
    assert list(vault.keys("b")) == ["b/1/x", "b/2", "bb"]
    assert list(vault.keys("none")) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../x",
        "a/./x",
        "a//x",
        "a/",
        "a\\x",
        "a\x00x",
        "a\n",
        ".incoming/x",
        "a/.x",
        "ใบคำร้อง.pdf",
        "a b",
        "x" * (LONGEST_KEY + 1),
    ],
)
def test_a_key_cannot_leave_the_vault(vault: Vault, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        vault.put(key, b"x", PDF)
    for ask in (vault.get, vault.delete, vault.exists):
        with pytest.raises(ValueError, match="not a key"):
            ask(key)
    assert list(vault.keys()) == []


def test_a_reader_never_sees_half_of_a_content(vault: Vault) -> None:
    contents = [bytes([letter]) * 300_000 for letter in b"abcd"]
    vault.put(KEY, contents[0], PDF)
    writers = [threading.Thread(target=vault.put, args=(KEY, content, PDF)) for content in contents * 3]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert vault.get(KEY) in contents
    assert vault.get(KEY) in contents
