"""Logins that were begun and wait for their answer. Each is taken out once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.identity.login import LIFETIME, Attempt
from shared.kernel.secrets import keyed_hash

_BEGIN: Final = sa.text(
    "INSERT INTO login_attempts (state_hash, login_id, attempt, begun_at) VALUES (:state, :login_id, :attempt, :at)"
).bindparams(sa.bindparam("attempt", type_=JSONB))
_TAKE: Final = sa.text("DELETE FROM login_attempts WHERE state_hash = :state RETURNING login_id, attempt, begun_at")
_SWEEP: Final = sa.text("DELETE FROM login_attempts WHERE begun_at < :before")


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt and the id of the login that it is, or would have been."""

    login_id: UUID
    attempt: Attempt


class Attempts:
    """Found by the hash of their `state` alone; the state itself is not kept."""

    def __init__(self, engine: sa.Engine, pepper: bytes) -> None:
        self._engine, self._pepper = engine, pepper

    def begin(self, login_id: UUID, attempt: Attempt) -> None:
        """Remember the attempt, and forget those that took too long."""
        kept = asdict(attempt)
        begun_at, state = kept.pop("begun_at"), kept.pop("state")
        row = {"state": self._hash(state), "login_id": login_id, "attempt": kept, "at": begun_at}
        with self._engine.begin() as transaction:
            transaction.execute(_SWEEP, {"before": begun_at - 2 * LIFETIME})
            transaction.execute(_BEGIN, row)

    def take(self, state: str) -> Begun | None:
        """The attempt, for the first who asks; None for a state that is unknown or was answered before."""
        with self._engine.begin() as transaction:
            row = transaction.execute(_TAKE, {"state": self._hash(state)}).one_or_none()
        return Begun(row.login_id, _attempt(state, row.attempt, row.begun_at)) if row else None

    def _hash(self, state: str) -> str:
        return keyed_hash(self._pepper, f"state\n{state}")


def _attempt(state: str, kept: dict[str, str], begun_at: datetime) -> Attempt:
    return Attempt(state=state, begun_at=begun_at, **kept)
