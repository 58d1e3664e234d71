"""What waits for an operator: facts whose reactions failed for good, and messages that are no facts at all."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Protocol
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.kernel import clock
from shared.messaging import failures
from shared.messaging.feed import Feed
from shared.messaging.inbox import InboxClaim, claim_together


class NoSuchQueue(Exception):
    """Nobody has a work queue of that name."""


class Everything(Enum):
    """All that is parked, in all queues."""

    EVERYTHING = "everything"


EVERYTHING: Final = Everything.EVERYTHING
Selection = UUID | str | Everything
"""One fact (in every queue where it is parked), one work queue, or everything."""


@dataclass(frozen=True, slots=True)
class ParkedFact:
    """One fact parked by one queue. `type` and `parked_at` are None for a message that does not tell them.

    For a message that is no fact, `event_id` is its message id or one made from its octets.
    """

    queue: str
    event_id: UUID
    type: str | None
    attempts: int
    reason: str
    parked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A parked fact with its body as stored: personal fields stay sealed."""

    fact: ParkedFact
    body: str


class Parked(Protocol):
    """The operator's view; what it changes is whether and when facts are tried again."""

    def list(self, queue: str | None = None) -> builtins.list[ParkedFact]:
        """What is parked, the longest first in each queue. Looking changes nothing. Raises NoSuchQueue."""
        ...

    def show(self, event_id: UUID) -> builtins.list[Shown]:
        """The fact, once for each queue where it is parked; empty when it is not."""
        ...

    def redrive(self, selection: Selection) -> int:
        """Let the reactions try again, with all their attempts. How many facts were set going. Raises NoSuchQueue."""
        ...

    def discard(self, event_id: UUID, why: str) -> int:
        """Never try the fact again, in none of the queues where it is parked; `why` is written down. From how many."""
        ...

    def discarded(self, queue: str | None = None) -> builtins.list[ParkedFact]:
        """What was discarded, the longest ago first in each service; `parked_at` is when. Raises NoSuchQueue."""
        ...


@dataclass(frozen=True, slots=True)
class OnBroker:
    """A message in a parked queue: the fact in it, or None when it is none."""

    told: ParkedFact
    fact: Envelope | None


class TableParked:
    """Parked facts in the table `messaging.failures` of each service; `feeds` by the service that owns the log."""

    def __init__(self, engines: Mapping[str, sa.Engine], feeds: Mapping[str, Feed]) -> None:
        self._engines = engines
        self._feeds = feeds

    def list(self, queue: str | None = None) -> builtins.list[ParkedFact]:
        return [shown.fact for shown in self._shown(queue, None)]

    def show(self, event_id: UUID) -> builtins.list[Shown]:
        return self._shown(None, event_id)

    def redrive(self, selection: Selection) -> int:
        queue, event_id = narrowed(selection)
        return sum(self._start_anew(engine, queue, event_id) for engine in self._of(queue))

    def discard(self, event_id: UUID, why: str, on_broker: Sequence[OnBroker] = ()) -> int:
        """`on_broker`: what is to be discarded there, which the tables may not know yet."""
        discarded = 0
        for service, engine in self._engines.items():
            with engine.begin() as transaction:
                for message in on_broker:
                    if service_of(message.told.queue) == service:
                        _write_down(transaction, message)
                discarded += _discard(transaction, event_id, why)
        return discarded

    def discarded(self, queue: str | None = None) -> builtins.list[ParkedFact]:
        found: builtins.list[failures.Failure] = []
        for engine in self._of(queue):
            with engine.connect() as connection:
                found += failures.discarded(connection, queue)
        return [_parked(failure, self._type(failure)) for failure in found]

    def _type(self, failure: failures.Failure) -> str | None:
        return None if failure.source == failures.NO_LOG else self._fact(failure).type

    def _shown(self, queue: str | None, event_id: UUID | None) -> builtins.list[Shown]:
        found: builtins.list[failures.Failure] = []
        for engine in self._of(queue):
            with engine.connect() as connection:
                found += failures.parked(connection, queue, event_id)
        return [_shown(failure, self._fact(failure)) for failure in found]

    def _start_anew(self, engine: sa.Engine, queue: str | None, event_id: UUID | None) -> int:
        with engine.begin() as transaction:
            return failures.start_anew(transaction, clock.now(), queue, event_id)

    def _of(self, queue: str | None) -> builtins.list[sa.Engine]:
        """The database of the queue's service, or all."""
        if queue is None:
            return builtins.list(self._engines.values())
        if service_of(queue) not in self._engines:
            raise NoSuchQueue(queue)
        return [self._engines[service_of(queue)]]

    def _fact(self, failure: failures.Failure) -> Envelope:
        return self._feeds[failure.source].after(failure.position - 1, 1)[0]


def service_of(queue: str) -> str:
    """The service whose reaction takes the queue."""
    return queue.partition(".")[0]


def narrowed(selection: Selection) -> tuple[str | None, UUID | None]:
    """(queue, event id) that a selection asks for."""
    return (
        selection if isinstance(selection, str) else None,
        selection if isinstance(selection, UUID) else None,
    )


def _write_down(transaction: sa.Connection, message: OnBroker) -> None:
    told = message.told
    if message.fact is None:
        failures.record_message(transaction, told.queue, told.event_id, told.attempts, told.reason)
    else:
        failures.record(transaction, told.queue, message.fact, told.attempts, None, told.reason)


def _discard(transaction: sa.Connection, event_id: UUID, why: str) -> int:
    """The inbox knows the fact from now on: copies that come late are not handled, and no sweep finds it missing."""
    found = failures.discard(transaction, event_id, why)
    facts = [failure for failure in found if failure.source != failures.NO_LOG]
    if facts:
        claim_together(transaction, [InboxClaim(each.queue, event_id, each.source, each.position) for each in facts])
    return len(found)


def _shown(failure: failures.Failure, fact: Envelope) -> Shown:
    return Shown(_parked(failure, fact.type), fact.model_dump_json())


def _parked(failure: failures.Failure, fact_type: str | None) -> ParkedFact:
    return ParkedFact(
        failure.queue, failure.event_id, fact_type, failure.attempts, failure.reason, parked_at=failure.failed_at
    )
