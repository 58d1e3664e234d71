"""A vault in a folder of the file system: for the embedded way of running."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from services.documents.vault.vault import NotInVault, VaultUnavailable, checked_key
from shared.kernel.clock import now

INCOMING: Final = ".incoming"
"""Unfinished files; no key begins with a dot."""

STALE_SECONDS: Final = 24 * 60 * 60


class FolderVault:
    """One file per key below `root`, readable by this user alone.

    A content is written beside, forced to the disk and renamed into place, so a crash leaves the old content or the
    new one. What a crash left unfinished is swept a day later, when the vault is next opened.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / INCOMING
        if self.ready():
            self._sweep()

    def put(self, key: str, content: bytes, media_type: str) -> None:
        path = self._path(key)
        with unavailable_when_refused():
            self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(path, content)

    def get(self, key: str) -> bytes:
        path = self._path(key)
        with unavailable_when_refused():
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise NotInVault(key) from None

    def delete(self, key: str) -> None:
        path = self._path(key)
        with unavailable_when_refused():
            path.unlink(missing_ok=True)
            if path.parent.exists():
                force_to_disk(path.parent)

    def exists(self, key: str) -> bool:
        path = self._path(key)
        with unavailable_when_refused():
            return path.is_file()

    def keys(self, prefix: str = "") -> Iterator[str]:
        with unavailable_when_refused():
            kept = [
                path.relative_to(self._root).as_posix()
                for path in self._root.rglob("*")
                if path.is_file() and path.parent != self._incoming
            ]
        return iter(sorted(key for key in kept if key.startswith(prefix)))

    def ready(self) -> bool:
        try:
            self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.access(self._root, os.R_OK | os.W_OK | os.X_OK)
        except OSError:
            return False

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)

    def _write(self, path: Path, content: bytes) -> None:
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        force_to_disk(path.parent)

    def _sweep(self) -> None:
        oldest = now().timestamp() - STALE_SECONDS
        for path in self._incoming.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


@contextmanager
def unavailable_when_refused() -> Iterator[None]:
    """What the operating system refuses (a full disk, missing rights) is `VaultUnavailable`."""
    try:
        yield
    except OSError as error:
        raise VaultUnavailable(f"folder: {type(error).__name__} {error.errno}") from error


def force_to_disk(folder: Path) -> None:
    """A new or removed name survives a power cut only when its folder was forced to the disk too (fsync(2))."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
