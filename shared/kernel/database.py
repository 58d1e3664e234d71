"""Engines: one way to connect to PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Any, Final

import orjson
import psycopg
import sqlalchemy as sa

APPLICATION_ROLE: Final = "khamrong_app"
"""Every connection takes this role: it may read facts, append through the function, and no more on a log."""


class CopyFailed(Exception):
    """Rows could not be added. The server's own words would show their values, and exception texts are logged."""


def connect(url: str, *, size: int = 10, role: str | None = APPLICATION_ROLE) -> sa.Engine:
    """An engine for `postgresql+psycopg://…`. Connections that the server closed are replaced before use.

    `role=None` keeps the login's own rights: migrations and the superuser's tools.
    """
    options = "-c timezone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
    if role:
        options += f" -c role={role}"
    engine = sa.create_engine(
        url,
        pool_size=size,
        max_overflow=size,
        pool_use_lifo=True,  # the warm ones first: each has its own prepared statements and plans
        pool_timeout=10,
        hide_parameters=True,  # parameters hold personal data, and exception texts are logged
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": 5, "options": options, "keepalives_idle": 30},
    )
    sa.event.listen(engine, "checkout", _require_open)
    return engine


def _require_open(connection: psycopg.Connection, *_: object) -> None:
    """As SQLAlchemy's pre-ping, without its round trip: a server that closed a connection has left that to be read."""
    try:
        connection.pgconn.consume_input()  # its last words, if any
        connection.pgconn.consume_input()  # the end
    except psycopg.OperationalError as gone:
        raise sa.exc.InvalidatePoolError from gone


def looking(engine: sa.Engine) -> sa.Connection:
    """A connection for single statements: no round trips for a transaction's begin and end."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def run_script(connection: sa.Connection, sql: str) -> None:
    """Run a text of several statements as it stands, within the connection's transaction."""
    _driver(connection).execute(sql)


def copied(connection: sa.Connection, query: str, types: Sequence[str]) -> Generator[tuple[Any, ...], None, None]:
    """The rows of a long query, within the connection's transaction: the server goes on while they are looked at, and
    few are in memory. Close it before anything else is asked; the transaction of one that was not read to its end is
    aborted. `types`: those of the columns."""
    with _driver(connection).cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        copy.set_types(types)
        yield from copy.rows()


def copy_into(connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add many rows, within the connection's transaction; the driver makes text of their values. Raises CopyFailed."""
    names = ", ".join(columns)
    try:
        with _driver(connection).cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise CopyFailed(f"{table}: {type(error).__name__}, {error.sqlstate}") from None


def _driver(connection: sa.Connection) -> psycopg.Connection:
    driver: psycopg.Connection | None = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    return driver
