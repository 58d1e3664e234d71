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

from shared.kernel import ids
from shared.kernel.database import looking

_NONCE_OCTETS: Final = 12
_PROOF: Final = UUID(int=0)
"""No person: its key tells whether a key-encryption key is the one that the keyring was begun with."""

_ENSURE: Final = sa.text("""
    WITH asked AS (
        SELECT * FROM unnest(CAST(:subjects AS uuid[]), CAST(:wrapped AS bytea[])) AS asked (subject, wrapped)
    ), made AS (
        INSERT INTO subject_keys (subject, wrapped) SELECT * FROM asked ON CONFLICT DO NOTHING RETURNING subject
    )
    SELECT subject, NULL FROM made
    UNION ALL
    SELECT subject, known.wrapped FROM subject_keys AS known JOIN asked USING (subject)
    WHERE known.wrapped IS NOT NULL
""")
_KEYS: Final = sa.text(
    "SELECT subject, wrapped FROM subject_keys WHERE subject = ANY(CAST(:subjects AS uuid[])) AND wrapped IS NOT NULL"
)
_ERASE: Final = sa.text(
    "INSERT INTO subject_keys (subject, erased_at) VALUES (:subject, now())"
    " ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, erased_at = now()"
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
        wrapped = [self._wrapped(subject, key) for subject, key in made.items()]
        with looking(self._engine) as connection:
            found = connection.execute(_ENSURE, {"subjects": list(made), "wrapped": wrapped}).all()
        keys = {subject: self._unwrapped(subject, known) if known else made[subject] for subject, known in found}
        unseen = made.keys() - keys.keys()  # erased, or made by somebody else since the statement began
        return keys | self.keys(unseen) if unseen else keys

    def keys(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        with looking(self._engine) as connection:
            found = connection.execute(_KEYS, {"subjects": list(subjects)}).all()
        return {subject: self._unwrapped(subject, wrapped) for subject, wrapped in found}

    def erase(self, subject: UUID) -> None:
        with self._engine.begin() as transaction:
            transaction.execute(_ERASE, {"subject": subject})

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
