"""How far a queue's puller has come in the log of each source."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

_metadata: Final = sa.MetaData(schema="messaging")
checkpoints: Final = sa.Table(
    "checkpoints",
    _metadata,
    sa.Column("queue", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger),
)


def checkpoint(connection: sa.Connection, queue: str, source: str) -> int:
    """Every fact up to this position is handled or written down as failed; 0 at the start."""
    query = sa.select(checkpoints.c.position).where(checkpoints.c.queue == queue, checkpoints.c.source == source)
    return connection.execute(query).scalar() or 0


def move_checkpoint(transaction: sa.Connection, queue: str, source: str, position: int) -> None:
    """Forward only: a slower reader of the same queue changes nothing."""
    row = insert(checkpoints).values(queue=queue, source=source, position=position)
    further = sa.func.greatest(checkpoints.c.position, row.excluded.position)
    transaction.execute(row.on_conflict_do_update(index_elements=["queue", "source"], set_={"position": further}))
