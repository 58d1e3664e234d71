"""Filters of the queue that members of staff gave a name, in the portal's database, sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.kernel import ids

MOST: Final = 30
_NONCE: Final = 12
_PURPOSE: Final = b"khamrong/portal/saved filters"
_LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:staff_id AS text), 0))")
_OF: Final = sa.text("SELECT filter_id, sealed FROM saved_filters WHERE staff_id = :staff_id ORDER BY filter_id")
_KEEP: Final = sa.text(
    "INSERT INTO saved_filters (filter_id, staff_id, sealed) VALUES (:filter_id, :staff_id, :sealed)"
)
_FORGET: Final = sa.text("DELETE FROM saved_filters WHERE filter_id = :filter_id AND staff_id = :staff_id")


class TooMany(Exception):
    """There are `MOST` already."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """`query` is the filter as an address says it."""

    filter_id: UUID
    name: str
    query: Mapping[str, str]


class SavedFilters:
    """Each belongs to one position: nobody sees or removes another's. After a change of the portal's key those from
    before are gone."""

    def __init__(self, engine: sa.Engine, portal_key: bytes) -> None:
        self._engine = engine
        self._cipher = AESGCM(HKDF(SHA256(), 32, None, _PURPOSE).derive(portal_key))

    def of(self, staff_id: str) -> list[SavedFilter]:
        """The oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OF, {"staff_id": staff_id}).all()
        return [*self._opened(rows)]

    def keep(self, staff_id: str, name: str, query: Mapping[str, str]) -> UUID:
        """One more. The same name and question again are the one that is there. Raises TooMany."""
        with self._engine.begin() as transaction:
            transaction.execute(_LOCK, {"staff_id": staff_id})
            there = [*self._opened(transaction.execute(_OF, {"staff_id": staff_id}).all())]
            if same := next((each for each in there if (each.name, each.query) == (name, query)), None):
                return same.filter_id
            if len(there) >= MOST:
                raise TooMany
            filter_id = ids.new_id()
            row = {"filter_id": filter_id, "staff_id": staff_id, "sealed": self._sealed(filter_id, name, query)}
            transaction.execute(_KEEP, row)
        return filter_id

    def forget(self, staff_id: str, filter_id: UUID) -> None:
        """Forgetting what is not there is fine."""
        with self._engine.begin() as transaction:
            transaction.execute(_FORGET, {"staff_id": staff_id, "filter_id": filter_id})

    def _sealed(self, filter_id: UUID, name: str, query: Mapping[str, str]) -> bytes:
        nonce, text = ids.new_nonce(), orjson.dumps({"name": name, "query": dict(query)})
        return nonce + self._cipher.encrypt(nonce, text, filter_id.bytes)

    def _opened(self, rows: Any) -> Iterator[SavedFilter]:
        for filter_id, sealed in rows:
            try:
                text = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], filter_id.bytes)
            except InvalidTag:
                continue
            yield SavedFilter(filter_id, **orjson.loads(text))
