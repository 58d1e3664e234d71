"""Sessions of people who logged in: opaque to the browser, kept here, found by a hash. See docs/adr/0008."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from shared.kernel import clock, ids
from shared.kernel.secrets import keyed_hash

HANDOVER_LIFETIME: Final = timedelta(seconds=60)
_COLUMNS: Final = "session_id, person_id, provider, assurance_level, began_at, seen_at"
_HAND_OVER: Final = sa.text(
    "INSERT INTO handovers (handover_hash, person_id, provider, assurance_level, made_at)"
    " VALUES (:hash, :person_id, :provider, :assurance_level, :at)"
)
_TAKE_OVER: Final = sa.text(
    "DELETE FROM handovers WHERE handover_hash = :hash RETURNING person_id, provider, assurance_level, made_at"
)
_OLD_HANDOVERS: Final = sa.text("DELETE FROM handovers WHERE made_at < :before")
_BEGIN: Final = sa.text(
    f"INSERT INTO sessions ({_COLUMNS}, session_hash)"
    " VALUES (:session_id, :person_id, :provider, :assurance_level, :at, :at, :hash)"
)
_ALIVE: Final = "began_at > :began_after AND seen_at > :seen_after"
_SEE: Final = sa.text(f"UPDATE sessions SET seen_at = :at WHERE session_hash = :hash AND {_ALIVE} RETURNING {_COLUMNS}")
_GOES_ON: Final = sa.text(f"SELECT 1 FROM sessions WHERE session_id = :session_id AND {_ALIVE}")
_OF_PERSON: Final = sa.text(
    f"SELECT {_COLUMNS} FROM sessions WHERE person_id = :person_id AND {_ALIVE} ORDER BY began_at"
)
_END: Final = sa.text(f"DELETE FROM sessions WHERE session_hash = :hash RETURNING {_COLUMNS}")
_END_ALL: Final = sa.text("DELETE FROM sessions WHERE person_id = :person_id")
_END_AT: Final = sa.text("DELETE FROM sessions WHERE person_id = :person_id AND provider = :provider")
_HAND_OVERS_AT: Final = sa.text("DELETE FROM handovers WHERE person_id = :person_id AND provider = :provider")
_ENDED: Final = sa.text("DELETE FROM sessions WHERE began_at <= :began_after OR seen_at <= :seen_after")


@dataclass(frozen=True, slots=True)
class Limits:
    """A session ends when it was not used for `idle`, and in any case after `whole`."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Session:
    """One login of one person. `session_id` is no secret: it names the session in tokens and lists."""

    session_id: UUID
    person_id: UUID
    provider: str
    assurance_level: str | None
    began_at: datetime
    seen_at: datetime


class Sessions:
    """Guarantees: a hand-over makes one session, within a minute; ended, idle and old sessions open nothing."""

    def __init__(self, engine: sa.Engine, pepper: bytes, limits: Limits) -> None:
        self._engine, self._pepper, self.limits = engine, pepper, limits

    def hand_over(self, transaction: sa.Connection, person_id: UUID, provider: str, assurance: str | None) -> str:
        """A one-time secret for whoever keeps the browser's session."""
        secret, now = ids.new_secret(), clock.now()
        transaction.execute(_OLD_HANDOVERS, {"before": now - HANDOVER_LIFETIME})
        row = {"person_id": person_id, "provider": provider, "assurance_level": assurance, "at": now}
        transaction.execute(_HAND_OVER, {"hash": self._hash("handover", secret), **row})
        return secret

    def begin(self, handover: str) -> tuple[str, Session] | None:
        """(secret, session) for a hand-over that was not taken yet; every login begins a session with a new secret."""
        with self._engine.begin() as transaction:
            row = transaction.execute(_TAKE_OVER, {"hash": self._hash("handover", handover)}).one_or_none()
            now = clock.now()
            if row is None or now - row.made_at > HANDOVER_LIFETIME:
                return None
            transaction.execute(_ENDED, self._alive(now))
            secret = ids.new_secret()
            session = Session(ids.new_id(), row.person_id, row.provider, row.assurance_level, now, now)
            transaction.execute(_BEGIN, {**_row(session), "hash": self._hash("session", secret), "at": now})
        return secret, session

    def see(self, secret: str) -> Session | None:
        """The session that the secret stands for, which was used now; None when it has ended."""
        now = clock.now()
        values = {"hash": self._hash("session", secret), "at": now, **self._alive(now)}
        with self._engine.begin() as transaction:
            row = transaction.execute(_SEE, values).one_or_none()
        return Session(*row) if row else None

    def goes_on(self, session_id: UUID) -> bool:
        """Whether the session has not ended."""
        with self._engine.connect() as connection:
            values = {"session_id": session_id, **self._alive(clock.now())}
            return connection.execute(_GOES_ON, values).scalar() is not None

    def of(self, person_id: UUID) -> list[Session]:
        """The person's sessions that go on, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_PERSON, {"person_id": person_id, **self._alive(clock.now())})
            return [Session(*row) for row in rows]

    def end(self, secret: str) -> Session | None:
        """End the session; None when it had ended."""
        with self._engine.begin() as transaction:
            row = transaction.execute(_END, {"hash": self._hash("session", secret)}).one_or_none()
        return Session(*row) if row else None

    def end_all(self, person_id: UUID) -> int:
        """End every session of the person; how many."""
        with self._engine.begin() as transaction:
            return transaction.execute(_END_ALL, {"person_id": person_id}).rowcount

    def end_at(self, person_id: UUID, provider: str) -> int:
        """End the sessions that this provider's logins began, and those about to begin; how many there were."""
        login = {"person_id": person_id, "provider": provider}
        with self._engine.begin() as transaction:
            transaction.execute(_HAND_OVERS_AT, login)
            return transaction.execute(_END_AT, login).rowcount

    def _alive(self, now: datetime) -> dict[str, datetime]:
        return {"began_after": now - self.limits.whole, "seen_after": now - self.limits.idle}

    def _hash(self, kind: str, secret: str) -> str:
        return keyed_hash(self._pepper, f"{kind}\n{secret}")


def _row(session: Session) -> dict[str, Any]:
    return {
        "session_id": session.session_id,
        "person_id": session.person_id,
        "provider": session.provider,
        "assurance_level": session.assurance_level,
    }
