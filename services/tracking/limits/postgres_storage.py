"""Windows of the `limits` library in PostgreSQL, shared by all processes of the service."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from limits.storage import Storage

from shared.kernel import clock

# Unlogged: counting costs no write to disk; after a crash of the server the windows begin anew.
SCHEMA: Final = """
CREATE SCHEMA IF NOT EXISTS tracking;
CREATE UNLOGGED TABLE tracking.failure_windows (
    key text PRIMARY KEY,
    failures integer NOT NULL,
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX failure_windows_by_end ON tracking.failure_windows (ends_at);
GRANT USAGE ON SCHEMA tracking TO khamrong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tracking.failure_windows TO khamrong_app;
"""

# A window begins with the first failure in it.
_INCREMENT: Final = sa.text("""
    INSERT INTO tracking.failure_windows AS w (key, failures, ends_at)
    VALUES (:key, :amount, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN w.ends_at > clock_timestamp() THEN w.failures ELSE 0 END + excluded.failures,
        ends_at = CASE WHEN w.ends_at > clock_timestamp() THEN w.ends_at ELSE excluded.ends_at END
    RETURNING failures
""")
_DECREMENT: Final = sa.text(
    "UPDATE tracking.failure_windows SET failures = greatest(failures - :amount, 0)"
    " WHERE key = :key AND ends_at > clock_timestamp() RETURNING failures"
)
_FAILURES: Final = sa.text(
    "SELECT failures FROM tracking.failure_windows WHERE key = :key AND ends_at > clock_timestamp()"
)
_END: Final = sa.text("SELECT extract(epoch FROM ends_at) FROM tracking.failure_windows WHERE key = :key")
_CLEAR: Final = sa.text("DELETE FROM tracking.failure_windows WHERE key = :key")
_RESET: Final = sa.text("DELETE FROM tracking.failure_windows")
_SWEEP: Final = sa.text("DELETE FROM tracking.failure_windows WHERE ends_at < clock_timestamp()")
_SWEEP_SECONDS: Final = 600.0


class PostgresStorage(Storage):
    """Fixed windows: counting is one statement of its own, so concurrent counts are never lost."""

    STORAGE_SCHEME = None

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__()
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
        return self._run(sa.text("SELECT 1")) == 1

    def reset(self) -> int | None:
        with self._engine.connect() as connection:
            return connection.execute(_RESET).rowcount

    def clear(self, key: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(_CLEAR, {"key": key})

    def _run(self, statement: sa.TextClause, **values: str | int) -> int | None:
        with self._engine.connect() as connection:
            found: int | None = connection.execute(statement, values).scalar()
            return found

    def _sweep_sometimes(self) -> None:
        if clock.monotonic() - self._swept_at > _SWEEP_SECONDS:
            self._swept_at = clock.monotonic()
            with self._engine.connect() as connection:
                connection.execute(_SWEEP)
