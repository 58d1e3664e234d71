"""Engines: one way to connect to PostgreSQL."""

from __future__ import annotations

from typing import Final

import orjson
import sqlalchemy as sa

APPLICATION_ROLE: Final = "khamrong_app"
"""Every connection takes this role: it may read facts, append through the function, and no more on a log."""


def connect(url: str, *, size: int = 10, role: str | None = APPLICATION_ROLE) -> sa.Engine:
    """An engine for `postgresql+psycopg://…`. Connections are checked before use and time out after 5 s.

    `role=None` keeps the login's own rights: migrations and the superuser's tools.
    """
    options = "-c timezone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
    if role:
        options += f" -c role={role}"
    return sa.create_engine(
        url,
        pool_size=size,
        max_overflow=size,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,  # parameters hold personal data, and exception texts are logged
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": 5, "options": options, "keepalives_idle": 30},
    )


def run_script(connection: sa.Connection, sql: str) -> None:
    """Run a text of several statements as it stands, within the connection's transaction."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    driver.execute(sql)
