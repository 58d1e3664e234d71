"""One delivery of a fact to a worker, and what becomes of it: done, tried again later, or parked.

Nothing is acknowledged before it is safe: either the effect is committed, or the broker has confirmed a copy in a retry or
parked queue. When neither is possible the message goes back to its queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from typing import Any, Final, Protocol

import sqlalchemy as sa
import structlog

from shared.contracts.envelope import Envelope
from shared.kernel import clock
from shared.messaging import failures, metrics
from shared.messaging.inbox import is_handled, looking, require_claimed
from shared.messaging.received import envelope_in, require_known
from shared.messaging.retries import Park, Retry, after_failure
from shared.messaging.topology import Topology, parked_queue, retry_queue

ATTEMPTS: Final = "x-khamrong-attempts"
REASON: Final = "x-khamrong-reason"
_log = structlog.get_logger(__name__)


class Settlement(Enum):
    """What to tell the broker about the delivery."""

    ACKNOWLEDGE = "acknowledge"
    GIVE_BACK = "give back"
    """`basic.reject` with requeue: from RabbitMQ 4.3 a nack would not count towards the delivery limit."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as received or to be published: octets and properties, whatever they are."""

    body: bytes
    content_type: str | None
    properties: Mapping[str, Any] = field(default_factory=dict)
    """message_id, type, timestamp, correlation_id, app_id: those that were set."""
    headers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def attempts(self) -> int:
        """How often a reaction to it has failed."""
        counted = self.headers.get(ATTEMPTS, 0)
        return counted if isinstance(counted, int) and counted > 0 else 0

    def told(self, attempts: int, reason: str) -> Message:
        """A copy for a retry or parked queue. The broker's own headers go: it would take its copy for a cycle."""
        kept = {name: value for name, value in self.headers.items() if not name.startswith("x-")}
        return replace(self, headers={**kept, ATTEMPTS: attempts, REASON: reason})

    def anew(self) -> Message:
        """A copy that has all its attempts again."""
        return replace(self, headers={name: value for name, value in self.headers.items() if not name.startswith("x-")})


class Forward(Protocol):
    """Publishes to a queue."""

    def __call__(self, queue: str, message: Message) -> None:
        """Returns once the broker has confirmed that the queue has it; raises otherwise, within a time limit."""
        ...


class Deliveries:
    """What a worker does with the messages of its queues."""

    def __init__(self, engine: sa.Engine, topology: Topology, forward: Forward) -> None:
        self._engine = engine
        self._topology = topology
        self._forward = forward

    def opened(self, queue: str, message: Message) -> Envelope | None:
        """The fact to react to; None when it has been handled. Raises Unreadable, or what the database raises."""
        envelope = envelope_in(message.content_type, message.body)
        require_known(envelope)
        with looking(self._engine) as connection:
            return None if is_handled(connection, queue, envelope.id) else envelope

    def finished(self, queue: str, message: Message, envelope: Envelope | None) -> Settlement:
        """The reaction returned, or had been done before (None). Raises NotClaimed, or what the database raises."""
        if envelope is not None:
            require_claimed(self._engine, queue, envelope)
        if message.attempts:
            self._forget(queue, envelope or envelope_in(message.content_type, message.body))
        metrics.HANDLED.labels(queue).inc()
        return Settlement.ACKNOWLEDGE

    def failed(self, queue: str, message: Message, error: Exception) -> Settlement:
        """Move a copy to a retry or parked queue. Never raises."""
        verdict = after_failure(message.attempts, error, len(self._topology.retry_seconds))
        parks = isinstance(verdict, Park)
        target = parked_queue(queue) if isinstance(verdict, Park) else retry_queue(queue, verdict.step)
        told = {"queue": queue, "message_id": str(message.properties.get("message_id"))[:36], "reason": verdict.reason}
        try:
            self._forward(target, message.told(verdict.attempts, verdict.reason))
        except Exception as trouble:  # whatever it was: no copy is certain, so the message goes back
            _log.warning("failed fact given back", trouble=type(trouble).__name__, **told)
            metrics.RETURNED.labels(queue).inc()
            return Settlement.GIVE_BACK
        _log.warning("fact failed", attempts=verdict.attempts, parked=parks, **told)
        (metrics.PARKED if parks else metrics.RETRIED).labels(queue).inc()
        self._mirror(queue, message, verdict)
        return Settlement.ACKNOWLEDGE

    def _mirror(self, queue: str, message: Message, verdict: Retry | Park) -> None:
        """Write down what the broker will do, so that the sweep leaves the fact to it."""
        try:
            envelope = envelope_in(message.content_type, message.body)
            with self._engine.begin() as transaction:
                failures.record(transaction, queue, envelope, verdict.attempts, self._due(verdict), verdict.reason)
        except Exception as trouble:  # no fact at all, or no database: the broker has the copy, which is what counts
            _log.info("failure not written down", queue=queue, trouble=type(trouble).__name__)

    def _due(self, verdict: Retry | Park) -> Any:
        if isinstance(verdict, Park):
            return None
        return clock.now() + timedelta(seconds=self._topology.retry_seconds[verdict.step - 1])

    def _forget(self, queue: str, envelope: Envelope) -> None:
        with self._engine.begin() as transaction:
            failures.forget(transaction, queue, envelope.id)
