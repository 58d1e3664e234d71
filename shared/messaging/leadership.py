"""One process at a time does a thing: a session advisory lock of PostgreSQL on a connection of its own.

Whoever does its reading and writing on that same connection cannot go on after the lock is lost. A pooler that shares
sessions among clients (PgBouncer in transaction mode) must not stand between.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

_TRY: Final = sa.text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_ALIVE: Final = sa.text("SELECT 1")


class NotLeading(Exception):
    """Another process leads, or nobody asked yet."""


class Leadership:
    """Not to be shared among threads."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._connection: sa.Connection | None = None

    @property
    def connection(self) -> sa.Connection:
        """The connection that holds the lock; each statement on it is a transaction of its own. Raises NotLeading."""
        if self._connection is None or self._connection.invalidated:  # SQLAlchemy would reconnect, without the lock
            raise NotLeading(self._name)
        return self._connection

    def held(self) -> bool:
        """Whether this process leads; takes the lead when nobody has it. When this raises, the lead is lost."""
        try:
            return self._still_held() if self._connection else self._taken()
        except (sa.exc.SQLAlchemyError, NotLeading):
            self.release()
            raise

    def release(self) -> None:
        """Let somebody else lead. The connection ends, so that no pool can keep the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _still_held(self) -> bool:
        self.connection.execute(_ALIVE)
        return True

    def _taken(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        try:
            taken = bool(connection.execute(_TRY, {"name": self._name}).scalar_one())
        except BaseException:
            connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            connection.close()
        return taken
