"""The rows of a generation: loaded by key, stored in bulk, summed up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, insert

from shared.contracts.envelope import Envelope
from shared.kernel.database import copy_into
from shared.projecting.projection import Key, Projection, Row, column_names, fold, keyed


@lru_cache
def table_of(table: sa.Table, generation: int) -> sa.Table:
    """The table of one generation: `tracking_g3.petition` for `tracking.petition`."""
    return table.to_metadata(sa.MetaData(), schema=f"{table.schema}_g{generation}")


def key_column(table: sa.Table) -> sa.Column[Any]:
    """The one column of the primary key."""
    (column,) = table.primary_key.columns
    return column


def apply_facts(
    transaction: sa.Connection, projection: Projection, generation: int, envelopes: Sequence[Envelope]
) -> None:
    """Fold facts into the rows of a generation: one SELECT, one upsert. The caller holds the checkpoint."""
    table = table_of(projection.TABLE, generation)
    facts = keyed(projection, envelopes)
    rows = load(transaction, table, {key for key, _ in facts})
    store(transaction, table, [*fold(projection, rows, facts).values()])


def load(transaction: sa.Connection, table: sa.Table, keys: Collection[Key]) -> dict[Key, Row]:
    """The rows that there are, by key."""
    if not keys:
        return {}
    column, names = key_column(table), column_names(table)
    query = sa.select(table).where(column == sa.any_(sa.literal(list(keys), sa.ARRAY(column.type))))
    rows = [dict(zip(names, row, strict=True)) for row in transaction.execute(query)]
    return {row[column.name]: row for row in rows}


def store(transaction: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert the rows, or put them in the place of those with their keys."""
    if rows:
        transaction.execute(_upsert(table), {"rows": orjson.dumps(rows).decode()})


def add(transaction: sa.Connection, table: sa.Table, rows: Iterable[Row]) -> None:
    """Insert many rows that are not there yet: in a third of the time that `store` takes."""
    columns = [(str(column.name), isinstance(column.type, JSONB)) for column in table.columns]
    copy_into(transaction, table.fullname, column_names(table), (_values(row, columns) for row in rows))


def _values(row: Row, columns: Sequence[tuple[str, bool]]) -> list[Any]:
    return [
        orjson.dumps(row[name]).decode() if is_json and row[name] is not None else row[name]
        for name, is_json in columns
    ]


@lru_cache
def _upsert(table: sa.Table) -> sa.Insert:
    """All rows as one JSON parameter: a statement of one shape, parsed once, whatever the number of rows."""
    names, key = column_names(table), key_column(table).name
    like: sa.ColumnElement[Any] = sa.literal_column(f"NULL::{table.fullname}")
    given = sa.func.jsonb_populate_recordset(like, sa.cast(sa.bindparam("rows", type_=sa.Text), JSONB))
    statement = insert(table).from_select(names, sa.select(*given.table_valued(*names).c))
    changed = {name: statement.excluded[name] for name in names if name != key}
    return statement.on_conflict_do_update(index_elements=[key], set_=changed)


def sums(connection: sa.Connection, table: sa.Table) -> tuple[int, str]:
    """How many rows there are, and a SHA-256 over all their values in the order of the key."""
    columns = sorted(table.columns, key=lambda column: str(column.name))
    row = sa.func.sha256(sa.func.convert_to(sa.cast(sa.func.row(*columns), sa.Text), "UTF8"))
    nothing = sa.literal(b"", sa.LargeBinary)
    rows = sa.func.coalesce(sa.func.string_agg(row, aggregate_order_by(nothing, key_column(table))), nothing)
    query = sa.select(sa.func.count(), sa.func.encode(sa.func.sha256(rows), "hex")).select_from(table)
    count, checksum = connection.execute(query).one()
    return int(count), str(checksum)
