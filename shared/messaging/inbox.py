"""The inbox: each fact has its effect once per queue, however often it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.envelope import Envelope
from shared.messaging.reaction import Claim, React, claims

SCHEMA: Final = """
CREATE SCHEMA messaging;
CREATE TABLE messaging.inbox (
    queue text NOT NULL,
    event_id uuid NOT NULL,
    source text NOT NULL,
    position bigint NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (queue, event_id)
);
CREATE TABLE messaging.checkpoints (
    queue text NOT NULL,
    source text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (queue, source)
);
CREATE TABLE messaging.failures (
    queue text NOT NULL,
    event_id uuid NOT NULL,
    source text NOT NULL,
    position bigint NOT NULL,
    attempts integer NOT NULL,
    due_at timestamptz,
    reason text NOT NULL,
    failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (queue, event_id)
);
COMMENT ON COLUMN messaging.failures.due_at IS 'when to try again; NULL: parked';
CREATE TABLE messaging.relay (
    id smallint PRIMARY KEY DEFAULT 0 CHECK (id = 0),
    position bigint NOT NULL
);
COMMENT ON COLUMN messaging.relay.position IS 'every fact up to this position is confirmed by the broker';
INSERT INTO messaging.relay (position) VALUES (0);
GRANT USAGE ON SCHEMA messaging TO khamrong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA messaging TO khamrong_app;
"""

_metadata = sa.MetaData(schema="messaging")
inbox = sa.Table(
    "inbox",
    _metadata,
    sa.Column("queue", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("source", sa.Text),
    sa.Column("position", sa.BigInteger),
)


class NotClaimed(Exception):
    """A reaction returned without having claimed its fact: a defect, told before a fact is lost."""


def handled_among(connection: sa.Connection, queue: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the facts for which the queue's reaction has completed its effect."""
    query = sa.select(inbox.c.event_id).where(inbox.c.queue == queue, inbox.c.event_id.in_(event_ids))
    return set(connection.execute(query).scalars())


def is_handled(connection: sa.Connection, queue: str, event_id: UUID) -> bool:
    """Whether the queue's reaction has completed its effect for this fact."""
    query = sa.select(sa.true()).where(inbox.c.queue == queue, inbox.c.event_id == event_id)
    return connection.execute(query).scalar() is not None


def claim_for(queue: str, envelope: Envelope) -> Claim:
    """The claim that a reaction calls in its last transaction."""
    row = {"queue": queue, "event_id": envelope.id, "source": envelope.service, "position": envelope.position}

    def claim(transaction: sa.Connection) -> bool:
        inserted = insert(inbox).values(row).on_conflict_do_nothing().returning(inbox.c.event_id)
        return transaction.execute(inserted).scalar() is not None

    return claim


def handle_once(engine: sa.Engine, queue: str, react: React, envelope: Envelope) -> None:
    """Run the reaction unless the fact was handled; prove that it claimed the fact. Raises NotClaimed."""
    if not claims(react):
        react(envelope, claim_for(queue, envelope))
        return
    with looking(engine) as connection:
        if is_handled(connection, queue, envelope.id):
            return
    react(envelope, claim_for(queue, envelope))
    require_claimed(engine, queue, envelope)


def require_claimed(engine: sa.Engine, queue: str, envelope: Envelope) -> None:
    """Raises NotClaimed when a reaction returned and the inbox does not hold its fact."""
    with looking(engine) as connection:
        if not is_handled(connection, queue, envelope.id):
            raise NotClaimed(f"{queue} did not claim {envelope.type} {envelope.id}")


def looking(engine: sa.Engine) -> sa.Connection:
    """A connection for single statements: no round trips for a transaction's begin and end."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
