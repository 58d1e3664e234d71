"""Drafts in this process's memory: for tests and trials; gone when the process ends."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from services.portal.drafts.store import KEPT, DraftChanged, DraftGone, Stored
from shared.kernel import clock, ids


class MemoryDrafts:
    """Keeps every promise of `DraftStore` but durability."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, tuple[Stored, datetime]] = {}

    def begin(self, content: bytes) -> str:
        secret = ids.new_secret()
        with self._lock:
            self._kept[secret] = Stored(content, 1), clock.now()
        return secret

    def read(self, secret: str) -> Stored:
        found = self._kept.get(secret)
        if found is None or found[1] <= clock.now() - KEPT:
            raise DraftGone
        return found[0]

    def save(self, secret: str, content: bytes, version: int) -> Stored:
        with self._lock:
            if self.read(secret).version != version:
                raise DraftChanged
            stored = Stored(content, version + 1)
            self._kept[secret] = stored, clock.now()
        return stored

    def forget(self, secret: str) -> None:
        self._kept.pop(secret, None)

    def sweep(self) -> int:
        with self._lock:
            over = [secret for secret, (_, changed_at) in self._kept.items() if changed_at <= clock.now() - KEPT]
            for secret in over:
                del self._kept[secret]
        return len(over)
