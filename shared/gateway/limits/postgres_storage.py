"""Windows of the `limits` library in PostgreSQL, shared by all processes of the service."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from limits.storage import Storage

from shared.kernel import clock

# Unlogged: counting costs no write to disk; after a crash of the server the windows begin anew.
_SCHEMA: Final = """
CREATE SCHEMA IF NOT EXISTS {service};
CREATE UNLOGGED TABLE {service}.failure_windows (
    key text PRIMARY KEY,
    failures integer NOT NULL,
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX failure_windows_by_end ON {service}.failure_windows (ends_at);
GRANT USAGE ON SCHEMA {service} TO khamrong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON {service}.failure_windows TO khamrong_app;
"""

# A window begins with the first failure in it.
_INCREMENT: Final = """
    INSERT INTO {service}.failure_windows AS w (key, failures, ends_at)
    VALUES (:key, :amount, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN w.ends_at > clock_timestamp() THEN w.failures ELSE 0 END + excluded.failures,
        ends_at = CASE WHEN w.ends_at > clock_timestamp() THEN w.ends_at ELSE excluded.ends_at END
    RETURNING failures
"""
_DECREMENT: Final = (
    "UPDATE {service}.failure_windows SET failures = greatest(failures - :amount, 0)"
    " WHERE key = :key AND ends_at > clock_timestamp() RETURNING failures"
)
_FAILURES: Final = "SELECT failures FROM {service}.failure_windows WHERE key = :key AND ends_at > clock_timestamp()"
_END: Final = "SELECT extract(epoch FROM ends_at) FROM {service}.failure_windows WHERE key = :key"
_CLEAR: Final = "DELETE FROM {service}.failure_windows WHERE key = :key"
_RESET: Final = "DELETE FROM {service}.failure_windows"
_SWEEP: Final = "DELETE FROM {service}.failure_windows WHERE ends_at < clock_timestamp()"
_SWEEP_SECONDS: Final = 600.0


def schema(service: str) -> str:
    """The SQL that makes the windows of a service; the role khamrong_app must exist."""
    return _SCHEMA.format(service=service)


class PostgresStorage(Storage):
    """Fixed windows: counting is one statement of its own, so concurrent counts are never lost."""

    STORAGE_SCHEME = None

    def __init__(self, engine: sa.Engine, service: str) -> None:
        super().__init__()
        self._service = service
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._swept_at = clock.monotonic()

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self._sweep_sometimes()
        return self._run(_INCREMENT, key=key, seconds=expiry, amount=amount) or 0

    def decr(self, key: str, amount: int = 1) -> int:
        """Take back what `incr` counted, within the same window. What is left."""
        return self._run(_DECREMENT, key=key, amount=amount) or 0

    def get(self, key: str) -> int:
        return self._run(_FAILURES, key=key) or 0

    def get_expiry(self, key: str) -> float:
        return float(self._run(_END, key=key) or clock.now().timestamp())

    def check(self) -> bool:
        return self._run("SELECT 1") == 1

    def reset(self) -> int | None:
        with self._engine.connect() as connection:
            return connection.execute(self._of_service(_RESET)).rowcount

    def clear(self, key: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(self._of_service(_CLEAR), {"key": key})

    def _run(self, statement: str, **values: str | int) -> int | None:
        with self._engine.connect() as connection:
            found: int | None = connection.execute(self._of_service(statement), values).scalar()
            return found

    def _of_service(self, statement: str) -> sa.TextClause:
        return sa.text(statement.format(service=self._service))

    def _sweep_sometimes(self) -> None:
        if clock.monotonic() - self._swept_at > _SWEEP_SECONDS:
            self._swept_at = clock.monotonic()
            with self._engine.connect() as connection:
                connection.execute(self._of_service(_SWEEP))
