"""Drafts in the portal's database, sealed."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from services.portal.drafts.sealing import DraftSealer, DraftUnreadable
from services.portal.drafts.store import KEPT, DraftChanged, DraftGone, Stored
from shared.kernel import clock, ids

_BEGIN: Final = sa.text("INSERT INTO drafts (draft_id, version, sealed, changed_at) VALUES (:id, 1, :sealed, :now)")
_READ: Final = sa.text("SELECT sealed, version FROM drafts WHERE draft_id = :id AND changed_at > :oldest")
_SAVE: Final = sa.text(
    "UPDATE drafts SET sealed = :sealed, version = version + 1, changed_at = :now"
    " WHERE draft_id = :id AND version = :version AND changed_at > :oldest"
)
_FORGET: Final = sa.text("DELETE FROM drafts WHERE draft_id = :id")
_SWEEP: Final = sa.text("DELETE FROM drafts WHERE changed_at <= :oldest")


class PostgresDrafts:
    """Guarantee: what `begin` and `save` returned from is committed, and was never in the database in clear."""

    def __init__(self, engine: sa.Engine, portal_key: bytes) -> None:
        self._engine = engine
        self._sealer = DraftSealer(portal_key)

    def begin(self, content: bytes) -> str:
        secret = ids.new_secret()
        row = {"id": self._sealer.id_of(secret), "sealed": self._sealer.seal(secret, content), "now": clock.now()}
        with self._engine.begin() as transaction:
            transaction.execute(_BEGIN, row)
        return secret

    def read(self, secret: str) -> Stored:
        """One that does not open counts as gone: after a change of the portal's key, citizens begin anew."""
        with self._engine.connect() as connection:
            found = connection.execute(_READ, {"id": self._sealer.id_of(secret), "oldest": clock.now() - KEPT}).first()
        if found is None:
            raise DraftGone
        try:
            return Stored(self._sealer.open(secret, found.sealed), found.version)
        except DraftUnreadable as error:
            raise DraftGone from error

    def save(self, secret: str, content: bytes, version: int) -> Stored:
        now = clock.now()
        row = {"id": self._sealer.id_of(secret), "sealed": self._sealer.seal(secret, content), "version": version}
        with self._engine.begin() as transaction:
            saved = transaction.execute(_SAVE, row | {"now": now, "oldest": now - KEPT}).rowcount
        if not saved:
            self.read(secret)  # gone, or of a later version
            raise DraftChanged
        return Stored(content, version + 1)

    def forget(self, secret: str) -> None:
        with self._engine.begin() as transaction:
            transaction.execute(_FORGET, {"id": self._sealer.id_of(secret)})

    def sweep(self) -> int:
        with self._engine.begin() as transaction:
            return transaction.execute(_SWEEP, {"oldest": clock.now() - KEPT}).rowcount
