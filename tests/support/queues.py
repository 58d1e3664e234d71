"""A tester's hands on a broker's queues."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import pika
import stamina
from pika.exceptions import ChannelClosedByBroker, NackError

from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.messaging.amqp import parameters


class Queues:
    """One connection; each call is done when the broker has confirmed it."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(parameters(url, heartbeat=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    @stamina.retry(on=NackError, attempts=50, timeout=20, wait_max=1)
    def publish(self, queue: str, body: bytes, content_type: str | None = CONTENT_TYPE, **properties: Any) -> None:
        """Put a message into a queue; one that was just declared may have no leader yet, and refuses."""
        channel = self._connection.channel()
        channel.confirm_delivery()
        given = pika.BasicProperties(content_type=content_type, delivery_mode=2, **properties)
        channel.basic_publish("", queue, body, given, mandatory=True)
        channel.close()

    def deliver(self, queue: str, envelope: Envelope, **properties: Any) -> None:
        """Put a fact into a queue, as the relay's message would get there."""
        body = envelope.model_dump_json().encode()
        self.publish(queue, body, message_id=str(envelope.id), type=envelope.type, **properties)

    def publish_to(self, exchange: str, envelope: Envelope) -> None:
        """Publish a fact to an exchange, as a relay would."""
        channel = self._connection.channel()
        body = envelope.model_dump_json().encode()
        channel.basic_publish(exchange, envelope.type, body, pika.BasicProperties(content_type=CONTENT_TYPE))
        channel.close()

    def depth(self, queue: str) -> int:
        """How many messages are ready; -1 when there is no such queue."""
        channel = self._connection.channel()
        try:
            waiting: int = channel.queue_declare(queue, passive=True).method.message_count
        except ChannelClosedByBroker:
            return -1
        channel.close()
        return waiting

    def take(self, queue: str) -> list[tuple[Any, bytes]]:
        """(properties, body) of all messages; they are gone from the queue."""
        channel = self._connection.channel()
        taken = []
        while (message := channel.basic_get(queue, auto_ack=True))[0] is not None:
            taken.append((message[1], message[2]))
        channel.close()
        return taken

    def declare(self, queue: str, arguments: dict[str, Any]) -> None:
        """Make a queue."""
        channel = self._connection.channel()
        channel.queue_declare(queue, durable=True, arguments=arguments)
        channel.close()

    def delete(self, queue: str) -> None:
        """Delete the queue with what it holds."""
        channel = self._connection.channel()
        channel.queue_delete(queue)
        channel.close()

    def unbind(self, queue: str, exchange: str, key: str) -> None:
        """Take a binding away."""
        channel = self._connection.channel()
        channel.queue_unbind(queue, exchange, key)
        channel.close()

    def bind(self, queue: str, exchange: str, key: str) -> None:
        """Add a binding."""
        channel = self._connection.channel()
        channel.queue_bind(queue, exchange, key)
        channel.close()
