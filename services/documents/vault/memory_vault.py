"""A vault in this process's memory: for tests and trials; gone when the process ends."""

from __future__ import annotations

from collections.abc import Iterator

from services.documents.vault.vault import NotInVault, checked_key


class MemoryVault:
    """Keeps every promise of `Vault` but durability."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, key: str, content: bytes, media_type: str) -> None:
        self._kept[checked_key(key)] = content

    def get(self, key: str) -> bytes:
        try:
            return self._kept[checked_key(key)]
        except KeyError:
            raise NotInVault(key) from None

    def delete(self, key: str) -> None:
        self._kept.pop(checked_key(key), None)

    def exists(self, key: str) -> bool:
        return checked_key(key) in self._kept

    def keys(self, prefix: str = "") -> Iterator[str]:
        return iter(sorted(key for key in self._kept if key.startswith(prefix)))

    def ready(self) -> bool:
        return True
