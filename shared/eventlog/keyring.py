"""One key per data subject, wrapped by a key-encryption key, in a database of its own.

Destroying a subject's key erases what it sealed: in the log, in messages, in read models and in every backup of
them (PDPA B.E. 2562 s. 33). The keyring is backed up apart from the logs and with a short retention.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects.postgresql import insert

from shared.kernel import ids
from shared.kernel.database import looking

_NONCE_OCTETS: Final = 12
_PROOF: Final = UUID(int=0)
"""No person: its key tells whether a key-encryption key is the one that the keyring was begun with."""

_metadata = sa.MetaData()
subject_keys = sa.Table(
    "subject_keys",
    _metadata,
    sa.Column("subject", sa.Uuid, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
)


class WrongKeyEncryptionKey(Exception):
    """A stored key does not open: the keyring was begun with another key-encryption key, or the row was changed."""


class Keyring(Protocol):
    """Holds the keys of data subjects. An erased subject never gets a key again."""

    def ensure(self, subjects: Sequence[UUID]) -> dict[UUID, bytes]:
        """The keys, made where there were none; a subject that was erased is left out."""
        ...

    def keys(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys that exist; a subject that is unknown or erased is left out."""
        ...

    def erase(self, subject: UUID) -> None:
        """Destroy the key for good; again is no error."""
        ...


class PostgresKeyring:
    """The keyring in PostgreSQL; keys leave the database wrapped (AES-256-GCM, the subject as AAD).

    No key is made with a key-encryption key that does not open the keyring's own: WrongKeyEncryptionKey.
    """

    def __init__(self, engine: sa.Engine, key_encryption_key: bytes) -> None:
        self._engine = engine
        self._kek = AESGCM(key_encryption_key)
        self._proven = False

    def ensure(self, subjects: Sequence[UUID]) -> dict[UUID, bytes]:
        if not self._proven:
            self._proven = _PROOF in self._ensured([_PROOF])
        return self._ensured(subjects) if subjects else {}

    def _ensured(self, subjects: Sequence[UUID]) -> dict[UUID, bytes]:
        made = {subject: ids.new_key() for subject in sorted(subjects)}  # one order for all: no deadlock
        rows = [{"subject": subject, "wrapped": self._wrapped(subject, key)} for subject, key in made.items()]
        with looking(self._engine) as connection:  # one statement, or several that need not stand together
            missing = insert(subject_keys).on_conflict_do_nothing().returning(subject_keys.c.subject)
            stored = connection.execute(missing, rows)
            fresh = set(stored.scalars())
        found = self.keys(set(made) - fresh) if len(fresh) < len(made) else {}
        return {subject: made[subject] for subject in fresh} | found

    def keys(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        wanted = list(subjects)
        query = sa.select(subject_keys.c.subject, subject_keys.c.wrapped).where(
            subject_keys.c.subject == sa.any_(sa.literal(wanted, sa.ARRAY(sa.Uuid))),
            subject_keys.c.wrapped.is_not(None),
        )
        with looking(self._engine) as connection:
            return {row.subject: self._unwrapped(row.subject, row.wrapped) for row in connection.execute(query)}

    def erase(self, subject: UUID) -> None:
        tombstone = {"wrapped": None, "erased_at": sa.func.now()}
        statement = insert(subject_keys).values(subject=subject, **tombstone)
        with self._engine.begin() as tx:
            tx.execute(statement.on_conflict_do_update(index_elements=["subject"], set_=tombstone))

    def _wrapped(self, subject: UUID, key: bytes) -> bytes:
        nonce = ids.new_nonce()
        return nonce + self._kek.encrypt(nonce, key, subject.bytes)

    def _unwrapped(self, subject: UUID, wrapped: bytes) -> bytes:
        try:
            return self._kek.decrypt(wrapped[:_NONCE_OCTETS], wrapped[_NONCE_OCTETS:], subject.bytes)
        except InvalidTag as error:
            raise WrongKeyEncryptionKey(f"the key of {subject} does not open") from error


class MemoryKeyring:
    """The keyring in memory, for tests and for tools that must not keep keys."""

    def __init__(self) -> None:
        self._keys: dict[UUID, bytes | None] = {}

    def ensure(self, subjects: Sequence[UUID]) -> dict[UUID, bytes]:
        for subject in subjects:
            self._keys.setdefault(subject, ids.new_key())
        return self.keys(subjects)

    def keys(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        found = ((subject, self._keys.get(subject)) for subject in subjects)
        return {subject: key for subject, key in found if key is not None}

    def erase(self, subject: UUID) -> None:
        self._keys[subject] = None
