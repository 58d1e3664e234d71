"""Facts whose reaction failed or was postponed: when it is tried again, or that it waits for an operator.

The row goes when the fact is handled, and not before: whatever else is lost, a row that is due will be tried again.
What an operator discarded is due never: its row stays, and tells why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.envelope import Envelope
from shared.messaging import metrics
from shared.messaging.reaction import Postponed

_metadata: Final = sa.MetaData(schema="messaging")
failures: Final = sa.Table(
    "failures",
    _metadata,
    sa.Column("queue", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("source", sa.Text),
    sa.Column("position", sa.BigInteger),
    sa.Column("attempts", sa.Integer),
    sa.Column("due_at", sa.DateTime(timezone=True)),
    sa.Column("reason", sa.Text),
    sa.Column("failed_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp()),
)


NEVER: Final[sa.ColumnElement[Any]] = sa.literal_column("CAST('infinity' AS timestamptz)")
_SETTLED: Final = tuple(column for column in failures.c if column.name != "due_at")
NO_LOG: Final = ""
"""The source of a message that is no fact."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One fact that one queue could not handle. `due_at` None: parked."""

    queue: str
    event_id: UUID
    source: str
    position: int
    attempts: int
    due_at: datetime | None
    reason: str
    failed_at: datetime


def record(
    transaction: sa.Connection, queue: str, envelope: Envelope, attempts: int, due_at: datetime | None, reason: str
) -> None:
    """Write down that the reaction failed, and when to try again (None: parked)."""
    changing = {"attempts": attempts, "due_at": due_at, "reason": reason}
    key = {"queue": queue, "event_id": envelope.id, "source": envelope.service, "position": envelope.position}
    row = insert(failures).values(**key, **changing)
    again = {**changing, "failed_at": sa.func.clock_timestamp()}
    open_still = failures.c.due_at.is_distinct_from(NEVER)
    transaction.execute(row.on_conflict_do_update(index_elements=["queue", "event_id"], set_=again, where=open_still))


def postpone(transaction: sa.Connection, queue: str, envelope: Envelope, failed_before: int, early: Postponed) -> None:
    """Write down that the reaction is to run later; that is no failure."""
    record(transaction, queue, envelope, failed_before, early.until, str(early))
    metrics.POSTPONED.labels(queue).inc()


def record_message(transaction: sa.Connection, queue: str, message_id: UUID, attempts: int, reason: str) -> None:
    """Write down that a message which is no fact is parked."""
    key = {"queue": queue, "event_id": message_id, "source": NO_LOG, "position": 0}
    row = insert(failures).values(**key, attempts=attempts, due_at=None, reason=reason)
    transaction.execute(row.on_conflict_do_nothing())


def forget(transaction: sa.Connection, queue: str, event_id: UUID) -> None:
    """The fact is handled: nothing is left to be done."""
    this = (failures.c.queue == queue, failures.c.event_id == event_id)
    transaction.execute(sa.delete(failures).where(*this, failures.c.due_at.is_distinct_from(NEVER)))


def discard(transaction: sa.Connection, event_id: UUID, why: str) -> list[Failure]:
    """What is parked of the fact is not tried again, ever. The rows as they are then."""
    reason = sa.literal(f"{why} (") + failures.c.reason + sa.literal(")")
    never = {"due_at": NEVER, "reason": reason, "failed_at": sa.func.clock_timestamp()}
    update = sa.update(failures).where(failures.c.event_id == event_id, failures.c.due_at.is_(None)).values(**never)
    return _settled(transaction, update.returning(*_SETTLED))


def discarded(connection: sa.Connection, queue: str | None = None) -> list[Failure]:
    """What operators discarded, the longest ago first; `failed_at` is when."""
    query = sa.select(*_SETTLED).where(failures.c.due_at == NEVER).order_by(failures.c.failed_at, failures.c.event_id)
    return _settled(connection, _narrowed(query, queue, None))


def recorded_among(connection: sa.Connection, queue: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the facts that are written down as failed, due or not."""
    query = sa.select(failures.c.event_id).where(failures.c.queue == queue, failures.c.event_id.in_(event_ids))
    return set(connection.execute(query).scalars())


def due(connection: sa.Connection, queue: str, moment: datetime, limit: int) -> list[Failure]:
    """What is to be tried again by that moment, the longest waiting first."""
    query = sa.select(failures).where(failures.c.queue == queue, failures.c.due_at <= moment)
    return _failures(connection, query.order_by(failures.c.due_at).limit(limit))


def parked(connection: sa.Connection, queue: str | None = None, event_id: UUID | None = None) -> list[Failure]:
    """What waits for an operator, in the order of parking."""
    query = sa.select(failures).where(failures.c.due_at.is_(None)).order_by(failures.c.failed_at, failures.c.event_id)
    return _failures(connection, _narrowed(query, queue, event_id))


def start_anew(
    transaction: sa.Connection, due_at: datetime, queue: str | None = None, event_id: UUID | None = None
) -> int:
    """Give parked facts all their attempts again; they are due at that moment. How many there were."""
    update = sa.update(failures).where(failures.c.due_at.is_(None)).values(attempts=0, due_at=due_at)
    return transaction.execute(_narrowed(update, queue, event_id)).rowcount


def _narrowed(statement: Any, queue: str | None, event_id: UUID | None) -> Any:
    if queue is not None:
        statement = statement.where(failures.c.queue == queue)
    return statement if event_id is None else statement.where(failures.c.event_id == event_id)


def _settled(connection: sa.Connection, statement: Any) -> list[Failure]:
    """Without the moment that never comes: Python has none."""
    return [Failure(**row, due_at=None) for row in connection.execute(statement).mappings()]


def _failures(connection: sa.Connection, query: sa.Select[Any]) -> list[Failure]:
    return [Failure(**row) for row in connection.execute(query).mappings()]
