"""What tests may ask of the servers, whether they are child processes or containers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol
from uuid import uuid4

import psycopg
from psycopg import sql

LONGEST_NAME: Final = 40
"""Of a database, before its random part; PostgreSQL cuts identifiers after 63 octets."""


class Server(Protocol):
    """A server that can be stopped in an orderly way or crashed, and comes back with its data at the same address."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def restart(self) -> None: ...


class Database(Server, Protocol):
    """A PostgreSQL."""

    def url(self, database: str = "postgres") -> str: ...
    def ensure_databases(self, names: Iterable[str]) -> None: ...
    def kill(self) -> None: ...


class Broker(Server, Protocol):
    """A RabbitMQ. Before `kill`, `settle` queues that were declared a moment ago."""

    @property
    def uri(self) -> str: ...
    def ctl(self, *arguments: str) -> str: ...
    def settle(self) -> None: ...
    def kill(self) -> None: ...


class ObjectStore(Server, Protocol):
    """An S3 server; `endpoint` is host:port, plain HTTP."""

    @property
    def endpoint(self) -> str: ...
    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...


class MakeDatabase(Protocol):
    """Makes an empty database, or a copy of `template` (nobody may be connected to it); its SQLAlchemy URL."""

    def __call__(self, name: str = "test", *, template: str | None = None) -> str: ...


@contextmanager
def fresh_databases(server: Database) -> Iterator[MakeDatabase]:
    """A maker of uniquely named databases, which are dropped at the end, whoever is still connected."""
    made: list[str] = []

    def make(name: str = "test", *, template: str | None = None) -> str:
        unique = f"{name[:LONGEST_NAME]}_{uuid4().hex[:12]}"
        # Copying files is the faster strategy where the disk is not waited for.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        _execute(server, statement.format(sql.Identifier(unique), sql.Identifier(template or "template1")))
        made.append(unique)
        return server.url(unique)

    yield make
    for name in made:
        _execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def plain_url(url: str) -> str:
    """A SQLAlchemy URL as psycopg wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _execute(server: Database, statement: sql.Composed) -> None:
    with psycopg.connect(plain_url(server.url()), autocommit=True) as connection:
        connection.execute(statement)
