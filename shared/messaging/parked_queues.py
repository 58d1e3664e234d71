"""Parked facts in RabbitMQ's parked queues, and those that only the table knows (parked while the broker was away)."""

from __future__ import annotations

import builtins
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pydantic import ValidationError

from shared.contracts.envelope import Envelope
from shared.kernel.ids import derived_id
from shared.messaging.amqp import LOST, address, parameters
from shared.messaging.broker import BrokerUnavailable
from shared.messaging.delivery import ATTEMPTS, FAILED_AT, REASON, without_history
from shared.messaging.parked import NoSuchQueue, OnBroker, ParkedFact, Selection, Shown, TableParked, narrowed
from shared.messaging.topology import FACTS, Topology, parked_queue

MOST: Final = 1_000
"""How many messages of one parked queue are listed: they are held in memory until the last one is read."""


class RabbitParked:
    """`table` is the operator's view of the services' tables: redriving starts the count of attempts anew there."""

    def __init__(self, url: str, table: TableParked, topology: Topology = FACTS) -> None:
        self._url = url
        self._table = table
        self._queues = tuple(topology.subscriptions)

    def list(self, queue: str | None = None) -> builtins.list[ParkedFact]:
        found = [_parked_fact(work_queue, *message) for work_queue, message in self._messages(queue)]
        known = {(fact.queue, fact.event_id) for fact in found}
        return found + [fact for fact in self._table.list(queue) if (fact.queue, fact.event_id) not in known]

    def show(self, event_id: UUID) -> builtins.list[Shown]:
        found = [
            Shown(fact, message[2].decode(errors="replace"))
            for work_queue, message in self._messages(None)
            if (fact := _parked_fact(work_queue, *message)).event_id == event_id
        ]
        known = {shown.fact.queue for shown in found}
        return found + [shown for shown in self._table.show(event_id) if shown.fact.queue not in known]

    def redrive(self, selection: Selection) -> int:
        """Messages go back to their work queue, and leave the parked one when the broker has confirmed that.

        The rows come first: a fact that is lost on the way is due in the table, and the sweep will try it.
        """
        queue, event_id = narrowed(selection)
        moved = {(fact.queue, fact.event_id) for fact in self.list(queue) if event_id in (None, fact.event_id)}
        self._table.redrive(selection)
        with self._channel() as channel:
            channel.confirm_delivery()
            for work_queue in self._chosen(queue):
                _move_back(channel, work_queue, event_id)
        return len(moved)

    def discard(self, event_id: UUID, why: str) -> int:
        """The rows come first: a message that is still parked after a crash is discarded by the same command again."""
        found = [
            OnBroker(told, _fact(message[2]))
            for work_queue, message in self._messages(None)
            if (told := _parked_fact(work_queue, *message)).event_id == event_id
        ]
        in_tables = self._table.discard(event_id, why, found)
        with self._channel() as channel:
            for work_queue in self._queues:
                _remove(channel, work_queue, event_id)
        return max(in_tables, len(found))

    def discarded(self, queue: str | None = None) -> builtins.list[ParkedFact]:
        return self._table.discarded(queue)

    def _messages(self, queue: str | None) -> builtins.list[tuple[str, tuple[Any, Any, bytes]]]:
        """Read without acknowledging: when the channel closes, the queue has them again in their order."""
        with self._channel() as channel:
            return [
                (name, message)
                for name in self._chosen(queue)
                for message in islice(_peeked(channel, parked_queue(name)), MOST)
            ]

    def _chosen(self, queue: str | None) -> tuple[str, ...]:
        if queue is not None and queue not in self._queues:
            raise NoSuchQueue(queue)
        return self._queues if queue is None else (queue,)

    @contextmanager
    def _channel(self) -> Iterator[BlockingChannel]:
        try:
            with pika.BlockingConnection(parameters(self._url)) as connection:
                yield connection.channel()
        except LOST as error:
            what = getattr(error, "reply_text", type(error).__name__)
            raise BrokerUnavailable(f"the broker at {address(self._url)}: {what}") from error


def _peeked(channel: BlockingChannel, queue: str) -> Iterator[tuple[Any, Any, bytes]]:
    waiting = channel.queue_declare(queue, passive=True).method.message_count
    for _ in range(waiting):
        method, properties, body = channel.basic_get(queue)
        if method is None:
            return
        yield method, properties, body


def _move_back(channel: BlockingChannel, work_queue: str, event_id: UUID | None) -> None:
    for method, properties, body in _peeked(channel, parked_queue(work_queue)):
        if event_id in (None, _event_id(properties.message_id, body)):
            properties.headers = without_history(properties.headers or {})
            channel.basic_publish("", work_queue, body, properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)


def _remove(channel: BlockingChannel, work_queue: str, event_id: UUID) -> None:
    for method, properties, body in _peeked(channel, parked_queue(work_queue)):
        if _event_id(properties.message_id, body) == event_id:
            channel.basic_ack(method.delivery_tag)


def _parked_fact(queue: str, _: Any, properties: Any, body: bytes) -> ParkedFact:
    headers = properties.headers or {}
    reason = headers.get(REASON) or headers.get("x-first-death-reason") or "unknown"
    failed_at = headers.get(FAILED_AT)
    return ParkedFact(
        queue=queue,
        event_id=_event_id(properties.message_id, body),
        type=properties.type,
        attempts=int(headers.get(ATTEMPTS, 0)),
        reason=str(reason),
        parked_at=datetime.fromisoformat(failed_at) if failed_at else None,
    )


def _event_id(message_id: str | None, body: bytes) -> UUID:
    fact = _fact(body)
    if fact is None:
        return _uuid(message_id) or derived_id(f"message:{hashlib.sha256(body).hexdigest()}")
    return fact.id


def _fact(body: bytes) -> Envelope | None:
    try:
        return Envelope.model_validate_json(body)
    except ValidationError:
        return None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
