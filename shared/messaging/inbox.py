"""The inbox: each fact has its effect once per queue, however often it arrives."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.envelope import Envelope
from shared.messaging.reaction import Claim, React

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
    """Run the reaction unless the fact was handled; prove that it claimed the fact."""
    with engine.connect() as connection:
        if is_handled(connection, queue, envelope.id):
            return
    react(envelope, claim_for(queue, envelope))
    with engine.connect() as connection:
        if not is_handled(connection, queue, envelope.id):
            raise NotClaimed(f"{queue} did not claim {envelope.type} {envelope.id}")
