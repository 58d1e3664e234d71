"""Forgetting persons: at their wish, and those who logged in but never made an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from shared.eventlog.keyring import Keyring
from shared.kernel import clock

KEEP_UNREGISTERED: Final = timedelta(hours=24)
_DUE: Final = sa.text("INSERT INTO erasures (person_id) VALUES (:person_id) ON CONFLICT DO NOTHING")
_ALL_DUE: Final = sa.text("SELECT person_id FROM erasures LIMIT 100")
_DONE: Final = sa.text("DELETE FROM erasures WHERE person_id = :person_id")
_UNREGISTERED: Final = sa.text(
    "WITH gone AS (DELETE FROM persons AS p WHERE NOT registered AND seen_at < :before"
    " AND NOT EXISTS (SELECT FROM staff WHERE staff.citizen_hash = p.citizen_hash) RETURNING person_id)"
    " INSERT INTO erasures (person_id) SELECT person_id FROM gone"
)


class Erasing:
    """Guarantee: a person whose erasure is committed loses the key, also when the process dies in between: what is due
    is a row that goes when the key is gone. Destroying a key again is no error."""

    def __init__(self, engine: sa.Engine, keyring: Keyring) -> None:
        self._engine, self._keyring = engine, keyring

    def due(self, transaction: sa.Connection, person_id: UUID) -> None:
        """Note, with the fact that says so, that the person's key must go."""
        transaction.execute(_DUE, {"person_id": person_id})

    def sweep(self) -> int:
        """Destroy the keys that are due, and those of people who did not register within a day; how many."""
        with self._engine.begin() as transaction:
            transaction.execute(_UNREGISTERED, {"before": clock.now() - KEEP_UNREGISTERED})
            due = list(transaction.execute(_ALL_DUE).scalars())
        for person_id in due:
            self._keyring.erase(person_id)
            with self._engine.begin() as transaction:
                transaction.execute(_DONE, {"person_id": person_id})
        return len(due)
