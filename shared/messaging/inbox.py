"""The inbox: each fact has its effect once per queue, however often it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.kernel.batching import LINGER, GroupCommit
from shared.kernel.database import looking
from shared.messaging.reaction import Claim, React, claims, looks_itself, needs_a_look

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

_HANDLED: Final = sa.text(
    "SELECT queue, event_id FROM messaging.inbox JOIN unnest(CAST(:queues AS text[]), CAST(:event_ids AS uuid[]))"
    " AS asked (queue, event_id) USING (queue, event_id)"
)
_AMONG: Final = sa.text("SELECT event_id FROM messaging.inbox WHERE queue = :queue AND event_id = ANY(:event_ids)")
_CLAIM: Final = sa.text(
    "INSERT INTO messaging.inbox (queue, event_id, source, position)"
    " SELECT * FROM unnest(CAST(:queues AS text[]), CAST(:event_ids AS uuid[]), CAST(:sources AS text[]),"
    " CAST(:positions AS bigint[])) ON CONFLICT DO NOTHING RETURNING queue, event_id"
)


MOST_LOOKS: Final = 256
_Key = tuple[str, UUID]


class NotClaimed(Exception):
    """A reaction returned without having claimed its fact: a defect, told before a fact is lost."""

    @classmethod
    def by(cls, queue: str, envelope: Envelope) -> NotClaimed:
        """Which reaction, and which fact."""
        return cls(f"{queue} did not claim {envelope.type} {envelope.id}")


def handled_among(connection: sa.Connection, queue: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the facts for which the queue's reaction has completed its effect."""
    return set(connection.execute(_AMONG, {"queue": queue, "event_ids": list(event_ids)}).scalars())


class Looks:
    """Whether facts are handled. Looks that come at the same time, for any queue, share one statement."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._together: GroupCommit[_Key, bool] = GroupCommit("inbox", self._look, MOST_LOOKS, linger=LINGER)

    def handled(self, queue: str, event_id: UUID) -> bool:
        """Whether the queue's reaction has completed its effect for this fact."""
        return self._together.submit((queue, event_id)).result()

    def close(self) -> None:
        """Finish the looks that were asked for."""
        self._together.close()

    def _look(self, asked: Sequence[_Key]) -> list[bool]:
        with looking(self._engine) as connection:
            handled = _handled(connection, asked)
        return [key in handled for key in asked]


@dataclass(slots=True)
class InboxClaim:
    """The claim of one fact for one queue."""

    queue: str
    event_id: UUID
    source: str
    position: int
    made: bool = False

    def __call__(self, transaction: sa.Connection) -> bool:
        """See `Claim`."""
        return claim_together(transaction, [self])[0]


def claim_for(queue: str, envelope: Envelope) -> InboxClaim:
    """The claim that a reaction calls in its last transaction."""
    return InboxClaim(queue, envelope.id, envelope.service, envelope.position)


def claim_together(transaction: sa.Connection, claims: Sequence[Claim]) -> list[bool]:
    """What each claim would say, for effects that share a transaction. Of two claims of the same fact one is True."""
    ordered = sorted(claims, key=_key_of)  # the same order everywhere: no deadlock
    rows = {
        "queues": [claim.queue for claim in ordered],
        "event_ids": [claim.event_id for claim in ordered],
        "sources": [claim.source for claim in ordered],
        "positions": [claim.position for claim in ordered],
    }
    fresh = {(queue, event_id) for queue, event_id in transaction.execute(_CLAIM, rows)}
    for claim in claims:
        claim.made = True
    return [_taken_from(fresh, _key_of(claim)) for claim in claims]


def handled_together(connection: sa.Connection, claims: Sequence[Claim]) -> list[bool]:
    """Whether the fact of each claim was handled; then there is nothing left to claim."""
    handled = _handled(connection, [_key_of(claim) for claim in claims])
    for claim in claims:
        claim.made = claim.made or _key_of(claim) in handled
    return [_key_of(claim) in handled for claim in claims]


def _handled(connection: sa.Connection, keys: Sequence[_Key]) -> set[_Key]:
    asked = {"queues": [queue for queue, _ in keys], "event_ids": [event_id for _, event_id in keys]}
    return {(queue, event_id) for queue, event_id in connection.execute(_HANDLED, asked)}


def _key_of(claim: Claim) -> _Key:
    return claim.queue, claim.event_id


def _taken_from(fresh: set[_Key], key: _Key) -> bool:
    if key not in fresh:
        return False
    fresh.remove(key)
    return True


def handle_once(engine: sa.Engine, queue: str, react: React, envelope: Envelope) -> None:
    """Have the fact handled, if it was not; prove that it is. Raises NotClaimed, and what the reaction raises."""
    if needs_a_look(react) and _is_handled(engine, queue, envelope.id):
        return
    try:
        react(envelope, claim_for(queue, envelope))
    except Exception:
        if not looks_itself(react) or not _is_handled(engine, queue, envelope.id):
            raise
        return  # it failed before it came to look, at a fact that is done
    if claims(react) and not _is_handled(engine, queue, envelope.id):
        raise NotClaimed.by(queue, envelope)


def require_claimed(react: React | None, envelope: Envelope, claim: Claim) -> None:
    """After the reaction returned, without asking the database. Raises NotClaimed."""
    if claims(react) and not claim.made:
        raise NotClaimed.by(claim.queue, envelope)


def _is_handled(engine: sa.Engine, queue: str, event_id: UUID) -> bool:
    with looking(engine) as connection:
        return bool(handled_among(connection, queue, [event_id]))
