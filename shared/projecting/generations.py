"""Generations of a read model: tables side by side, and a view that shows the live one. For the database's owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, CreateView, DropView

from shared.kernel.database import APPLICATION_ROLE
from shared.projecting import checkpoint
from shared.projecting.projection import Projection
from shared.projecting.rows import table_of

_BEGIN: Final = sa.text(
    "INSERT INTO projecting.checkpoints (projection, source, live, generation, version)"
    " VALUES (:projection, :source, :live, :generation, :version)"
)
_TABLES: Final = sa.text("SELECT schemaname FROM pg_tables WHERE tablename = :table AND schemaname LIKE :pattern")
# Live checkpoints are changed and not replaced: whoever waits for their locks sees the new generation.
_TAKE_OVER: Final = sa.text("""
    UPDATE projecting.checkpoints AS c SET generation = b.generation, version = b.version, position = b.position
    FROM projecting.checkpoints AS b
    WHERE c.live AND NOT b.live AND c.projection = :projection AND b.projection = c.projection AND b.source = c.source
""")
_DROP_TAKEN: Final = sa.text("""
    DELETE FROM projecting.checkpoints AS b USING projecting.checkpoints AS c
    WHERE NOT b.live AND c.live AND b.projection = :projection AND c.projection = b.projection AND c.source = b.source
""")
_ADD_SOURCES: Final = sa.text(
    "UPDATE projecting.checkpoints SET live = true WHERE projection = :projection AND NOT live"
)
_DROP_SOURCES: Final = sa.text(
    "DELETE FROM projecting.checkpoints WHERE projection = :projection AND generation <> :generation"
)


def prepare(transaction: sa.Connection, projections: Iterable[Projection]) -> None:
    """Give an empty first generation to each projection that has none; what is there stays."""
    for projection in projections:
        if not checkpoint.stored(transaction, [projection.NAME]):
            generation = max(existing(transaction, projection.TABLE), default=0) + 1
            create(transaction, projection, generation, live=True)
            index(transaction, projection, generation)
            _show(transaction, projection.TABLE, generation)


def create(transaction: sa.Connection, projection: Projection, generation: int, *, live: bool) -> None:
    """An empty table without its secondary indexes, and checkpoints at the beginning of every source."""
    table = table_of(projection.TABLE, generation)
    transaction.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {table.schema}"))
    transaction.execute(CreateTable(table))
    transaction.execute(sa.text(f"GRANT USAGE ON SCHEMA {table.schema} TO {APPLICATION_ROLE}"))
    transaction.execute(sa.text(f"GRANT SELECT, INSERT, UPDATE ON {table.fullname} TO {APPLICATION_ROLE}"))
    facts = {"projection": projection.NAME, "live": live, "generation": generation, "version": projection.VERSION}
    for source in projection.SOURCES:
        transaction.execute(_BEGIN, {**facts, "source": source})


def index(transaction: sa.Connection, projection: Projection, generation: int) -> None:
    """The secondary indexes and the statistics of the planner."""
    table = table_of(projection.TABLE, generation)
    for each in sorted(table.indexes, key=lambda index: str(index.name)):
        each.create(transaction)
    transaction.execute(sa.text(f"ANALYZE {table.fullname}"))


def swap(transaction: sa.Connection, projection: Projection, generation: int) -> None:
    """From the commit on, questions and facts go to this generation. The live checkpoints are held by the caller."""
    _show(transaction, projection.TABLE, generation)
    for statement in (_TAKE_OVER, _DROP_TAKEN, _ADD_SOURCES):
        transaction.execute(statement, {"projection": projection.NAME})
    transaction.execute(_DROP_SOURCES, {"projection": projection.NAME, "generation": generation})


def drop_leftovers(transaction: sa.Connection, projection: Projection) -> list[int]:
    """Drop every generation that is not live: those swapped out, and those of builders that died. Their numbers."""
    live = {each.generation for each in checkpoint.stored(transaction, [projection.NAME])}
    dead = sorted(existing(transaction, projection.TABLE) - live)
    for generation in dead:
        transaction.execute(sa.text(f"DROP TABLE {table_of(projection.TABLE, generation).fullname}"))
    unfinished = sa.text("DELETE FROM projecting.checkpoints WHERE projection = :projection AND NOT live")
    transaction.execute(unfinished, {"projection": projection.NAME})
    return dead


def existing(connection: sa.Connection, table: sa.Table) -> set[int]:
    """The generations for which a table is there."""
    prefix = f"{table.schema}_g"
    known = {"table": table.name, "pattern": prefix.replace("_", r"\_") + "%"}
    found = [name.removeprefix(prefix) for name in connection.execute(_TABLES, known).scalars()]
    return {int(number) for number in found if number.isdigit()}


def _show(transaction: sa.Connection, table: sa.Table, generation: int) -> None:
    transaction.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {table.schema}"))
    transaction.execute(sa.text(f"GRANT USAGE ON SCHEMA {table.schema} TO {APPLICATION_ROLE}"))
    transaction.execute(DropView(table, if_exists=True))
    transaction.execute(CreateView(sa.select(table_of(table, generation)), table.name, schema=table.schema))
    transaction.execute(sa.text(f"GRANT SELECT ON {table.fullname} TO {APPLICATION_ROLE}"))
