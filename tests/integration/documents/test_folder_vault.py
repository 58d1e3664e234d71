"""The folder vault and the file system below it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from services.documents.vault.folder_vault import INCOMING, STALE_SECONDS, FolderVault
from services.documents.vault.vault import NotInVault, VaultUnavailable

PDF = "application/pdf"


def test_a_full_disk_leaves_the_old_content_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = FolderVault(tmp_path)
    vault.put("a", b"old", PDF)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VaultUnavailable, match=str(errno.ENOSPC)):
        vault.put("a", b"new", PDF)
    assert vault.get("a") == b"old"
    assert list((tmp_path / INCOMING).iterdir()) == []


def test_only_this_user_can_read(tmp_path: Path) -> None:
    vault = FolderVault(tmp_path / "vault")
    vault.put("a/b", b"x", PDF)
    modes = [path.stat().st_mode & 0o077 for path in (tmp_path / "vault").rglob("*")]
    assert modes
    assert set(modes) == {0}


def test_unfinished_files_are_swept_a_day_later(tmp_path: Path) -> None:
    vault = FolderVault(tmp_path)
    vault.put("a", b"x", PDF)
    fresh, stale = tmp_path / INCOMING / "fresh", tmp_path / INCOMING / "stale"
    for path in (fresh, stale):
        path.write_bytes(b"half")
    before = stale.stat().st_mtime - STALE_SECONDS - 60
    os.utime(stale, (before, before))
    again = FolderVault(tmp_path)
    assert (fresh.exists(), stale.exists()) == (True, False)
    assert list(again.keys()) == ["a"]


def test_a_folder_that_cannot_be_made_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    vault = FolderVault(tmp_path / "file" / "vault")
    assert not vault.ready()
    with pytest.raises(VaultUnavailable):
        vault.put("a", b"x", PDF)
    with pytest.raises((VaultUnavailable, NotInVault)):
        vault.get("a")
