"""Rows that are new are added by COPY, others are put in their place: both ways they are the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

import services.intake.projections
import services.notification.projections
import services.survey.projections
import services.tracking.projections
from shared.kernel.database import CopyFailed, connect
from shared.projecting.rows import add, load, store, sums
from tests.support.servers import MakeDatabase

PROJECTIONS: Final = (
    *services.intake.projections.PROJECTIONS,
    *services.notification.projections.PROJECTIONS,
    *services.survey.projections.PROJECTIONS,
    *services.tracking.projections.PROJECTIONS,
)


class State(StrEnum):
    """As projections hold states."""

    FILED = "filed"


KINDS: Final[list[tuple[Any, list[Any]]]] = [
    (sa.Uuid(), [UUID(int=7), str(UUID(int=8)), None]),
    (sa.Text(), ["น้ำ\tที่\\N\n'\"", "", State.FILED, None]),
    (sa.Integer(), [-1, 0, None]),
    (sa.SmallInteger(), [2, None]),
    (sa.BigInteger(), [2**60, None]),
    (sa.Double(), [0.1, 7.882, 1e-7, None]),
    (sa.Boolean(), [True, False, None]),
    (sa.Date(), [date(2024, 7, 8), "2024-07-09", None]),
    (sa.DateTime(timezone=True), [datetime(2024, 7, 8, 10, 56, 42, 123456, UTC), "2024-07-08T17:56:42+07:00", None]),
    (JSONB(), [{"$enc": "v1", "f": "ก\\u0000"}, [], [1, {"a": None}], "text", None]),
]


def column(place: int) -> str:
    return f"c{place}"


def table(name: str) -> sa.Table:
    columns = [sa.Column(column(place), kind) for place, (kind, _) in enumerate(KINDS)]
    return sa.Table(name, sa.MetaData(schema="public"), sa.Column("id", sa.Integer, primary_key=True), *columns)


ROWS: Final = [
    {"id": number, **{column(place): values[number % len(values)] for place, (_, values) in enumerate(KINDS)}}
    for number in range(20)
]


@pytest.fixture
def transaction(make_database: MakeDatabase) -> Iterator[sa.Connection]:
    engine = connect(make_database(), role=None)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_rows_are_the_same(transaction: sa.Connection) -> None:
    added, stored = table("added"), table("stored")
    for each in (added, stored):
        each.create(transaction)
    add(transaction, added, ROWS)
    store(transaction, stored, ROWS)
    keys = [row["id"] for row in ROWS]
    assert load(transaction, added, keys) == load(transaction, stored, keys)
    assert sums(transaction, added) == sums(transaction, stored)


def test_every_kind_of_column_is_tried() -> None:
    dialect = sa.create_engine("postgresql+psycopg://").dialect
    columns = (each for projection in PROJECTIONS for each in projection.TABLE.columns)
    used = {each.type.compile(dialect).partition(" COLLATE")[0] for each in columns}
    assert used <= {kind.compile(dialect) for kind, _ in KINDS}


def test_what_cannot_be_added_is_told_without_its_values(transaction: sa.Connection) -> None:
    refused = table("refused")
    refused.create(transaction)
    with pytest.raises(CopyFailed) as told:
        add(transaction, refused, [ROWS[0] | {column(3): 812345678}])
    assert str(told.value) == "public.refused: NumericValueOutOfRange, 22003"
    assert told.value.__cause__ is None
