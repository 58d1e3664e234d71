"""One delivery of a fact to a worker, and what becomes of it: done, tried again later, or parked.

Nothing is acknowledged before it is safe: either the effect is committed (or that it is postponed), or the broker has
confirmed a copy in a retry or parked queue. When neither is possible the message goes back to its queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol

import structlog

from shared.contracts.envelope import Envelope
from shared.kernel import clock
from shared.messaging import failures, metrics
from shared.messaging.inbox import Looks, NotClaimed, require_claimed
from shared.messaging.reaction import Claim, Desk, Postponed, claims, looks_itself, needs_a_look
from shared.messaging.received import envelope_in, require_known
from shared.messaging.retries import Park, Retry, after_failure, due_after
from shared.messaging.topology import Topology, parked_queue, retry_queue

ATTEMPTS: Final = "x-khamrong-attempts"
REASON: Final = "x-khamrong-reason"
FAILED_AT: Final = "x-khamrong-failed-at"
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

    def after(self, verdict: Retry | Park, moment: datetime) -> Message:
        """A copy for a retry or parked queue, which tells what happened and when."""
        history = {ATTEMPTS: verdict.attempts, REASON: verdict.reason, FAILED_AT: moment.isoformat()}
        return replace(self, headers={**without_history(self.headers), **history})


def without_history(headers: Mapping[str, Any]) -> dict[str, Any]:
    """A message's own headers. Those of the broker go too: it would take its copy for one that goes in circles."""
    return {name: value for name, value in headers.items() if not name.startswith("x-")}


class Forward(Protocol):
    """Publishes to a queue."""

    def __call__(self, queue: str, message: Message) -> None:
        """Returns once the broker has confirmed that the queue has it; raises otherwise, within a time limit."""
        ...


class Deliveries:
    """What a worker does with the messages of its queues."""

    def __init__(self, desk: Desk, topology: Topology, forward: Forward) -> None:
        self._engine = desk.engine
        self._reactions = desk.reactions
        self._topology = topology
        self._forward = forward
        self._looks = Looks(desk.engine)

    def close(self) -> None:
        """After the last delivery."""
        self._looks.close()

    def opened(self, queue: str, message: Message) -> Envelope | None:
        """The fact to react to; None when it is known to be handled. Raises Unreadable, or what the database raises."""
        envelope = envelope_in(message.content_type, message.body)
        require_known(envelope)
        if not needs_a_look(self._reactions.get(queue)):
            return envelope
        return None if self._looks.handled(queue, envelope.id) else envelope

    def returned(self, queue: str, message: Message, envelope: Envelope, claim: Claim) -> Settlement:
        """The reaction returned. Raises NotClaimed, or what the database raises."""
        reaction = self._reactions.get(queue)
        require_claimed(reaction, envelope, claim)
        if message.attempts and claims(reaction) and not self._looks.handled(queue, envelope.id):
            raise NotClaimed.by(queue, envelope)  # its failure, which would be forgotten, is all that remembers it
        return self.finished(queue, message)

    def finished(self, queue: str, message: Message) -> Settlement:
        """The fact is handled. Raises what the database raises."""
        if message.attempts:
            self._forget(queue, envelope_in(message.content_type, message.body))
        metrics.HANDLED.labels(queue).inc()
        return Settlement.ACKNOWLEDGE

    def failed(self, queue: str, message: Message, error: Exception) -> Settlement:
        """Move a copy to a retry or parked queue, or write down when a postponed fact is due. Never raises."""
        if self._was_handled(queue, message):
            return Settlement.ACKNOWLEDGE
        if isinstance(error, Postponed) and self._postponed(queue, message, error):
            return Settlement.ACKNOWLEDGE
        verdict = after_failure(message.attempts, error, len(self._topology.retry_seconds))
        parks = isinstance(verdict, Park)
        target = parked_queue(queue) if isinstance(verdict, Park) else retry_queue(queue, verdict.step)
        told = {"queue": queue, "message_id": str(message.properties.get("message_id"))[:36], "reason": verdict.reason}
        try:
            self._forward(target, message.after(verdict, clock.now()))
        except Exception as trouble:  # noqa: BLE001  whatever it was: no copy is certain, so the message goes back
            _log.warning("failed fact given back", trouble=type(trouble).__name__, **told)
            metrics.RETURNED.labels(queue).inc()
            return Settlement.GIVE_BACK
        _log.warning("fact failed", attempts=verdict.attempts, parked=parks, **told)
        (metrics.PARKED if parks else metrics.RETRIED).labels(queue).inc()
        self._mirror(queue, message, verdict)
        return Settlement.ACKNOWLEDGE

    def _was_handled(self, queue: str, message: Message) -> bool:
        """Whether a reaction that looks itself failed before it came to look, at a fact that is done."""
        if not looks_itself(self._reactions.get(queue)):
            return False
        try:
            return self._looks.handled(queue, envelope_in(message.content_type, message.body).id)
        except Exception as trouble:  # noqa: BLE001  no fact, or no database: then it has failed
            _log.info("not looked up", queue=queue, trouble=type(trouble).__name__)
            return False

    def _postponed(self, queue: str, message: Message, early: Postponed) -> bool:
        """Whether it was written down, for the sweep to hand it out again. Else the broker keeps it, and retries."""
        try:
            envelope = envelope_in(message.content_type, message.body)
            with self._engine.begin() as transaction:
                failures.postpone(transaction, queue, envelope, message.attempts, early)
        except Exception as trouble:  # noqa: BLE001  the database's
            _log.warning("not postponed", queue=queue, trouble=type(trouble).__name__)
            return False
        return True

    def _mirror(self, queue: str, message: Message, verdict: Retry | Park) -> None:
        """Write down what the broker will do, so that the sweep leaves the fact to it."""
        try:
            envelope = envelope_in(message.content_type, message.body)
            due_at = due_after(verdict, self._topology.retry_seconds)
            with self._engine.begin() as transaction:
                failures.record(transaction, queue, envelope, verdict.attempts, due_at, verdict.reason)
        except Exception as trouble:  # noqa: BLE001  no fact, or no database: the copy is what counts
            _log.info("failure not written down", queue=queue, trouble=type(trouble).__name__)

    def _forget(self, queue: str, envelope: Envelope) -> None:
        with self._engine.begin() as transaction:
            failures.forget(transaction, queue, envelope.id)
