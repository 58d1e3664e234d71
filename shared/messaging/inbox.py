"""The inbox: each fact has its effect once per queue, however often it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

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

_HANDLED: Final = sa.text("SELECT 1 FROM messaging.inbox WHERE queue = :queue AND event_id = :event_id")
_AMONG: Final = sa.text("SELECT event_id FROM messaging.inbox WHERE queue = :queue AND event_id = ANY(:event_ids)")
_CLAIM: Final = sa.text(
    "INSERT INTO messaging.inbox (queue, event_id, source, position) VALUES (:queue, :event_id, :source, :position)"
    " ON CONFLICT DO NOTHING"
)


class NotClaimed(Exception):
    """A reaction returned without having claimed its fact: a defect, told before a fact is lost."""


def handled_among(connection: sa.Connection, queue: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the facts for which the queue's reaction has completed its effect."""
    return set(connection.execute(_AMONG, {"queue": queue, "event_ids": list(event_ids)}).scalars())


def is_handled(connection: sa.Connection, queue: str, event_id: UUID) -> bool:
    """Whether the queue's reaction has completed its effect for this fact."""
    return connection.execute(_HANDLED, {"queue": queue, "event_id": event_id}).scalar() is not None


def claim_for(queue: str, envelope: Envelope) -> Claim:
    """The claim that a reaction calls in its last transaction."""
    row = {"queue": queue, "event_id": envelope.id, "source": envelope.service, "position": envelope.position}

    def claim(transaction: sa.Connection) -> bool:
        return transaction.execute(_CLAIM, row).rowcount == 1

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
