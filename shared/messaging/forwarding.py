"""A worker's own publishing to retry and parked queues: confirmed, mandatory, within a time limit.

It has a connection of its own, because a broker in a disk or memory alarm holds back the connections that publish,
and the one that consumes must go on. After any error the connection is dropped: in confirm mode the confirm of a
returned message is still under way, and the next publish would take it for its own.
"""

from __future__ import annotations

from typing import Any, Final

import eventlet
from eventlet.semaphore import Semaphore
from kombu.connection import Connection
from kombu.messaging import Producer

from shared.kernel import clock
from shared.messaging.delivery import Message

SECONDS: Final = 5.0
IDLE_SECONDS: Final = 10.0
"""An idle connection may have died unnoticed (no heartbeats are sent on it); it is not used again after this."""
_PERSISTENT: Final = 2


class NotForwarded(Exception):
    """The broker did not confirm in time."""


class Forwarder:
    """Publishes one message at a time; calls from several green threads wait for each other, within the same limit."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._url = url
        self._seconds = seconds
        self._turn = Semaphore()
        self._connection: Connection | None = None
        self._producer: Producer | None = None
        self._used_at = 0.0

    def __call__(self, queue: str, message: Message) -> None:
        """Returns once the broker has confirmed. Raises NotForwarded, or what kombu raises."""
        with eventlet.Timeout(self._seconds, NotForwarded(f"not confirmed within {self._seconds:g} s")), self._turn:
            try:
                self._publish(queue, message)
            except BaseException:
                self._drop()
                raise

    def close(self) -> None:
        """Close the connection."""
        self._drop()

    def _publish(self, queue: str, message: Message) -> None:
        self._ready().publish(
            message.body,
            exchange="",
            routing_key=queue,
            mandatory=True,
            delivery_mode=_PERSISTENT,
            content_type=message.content_type or "application/octet-stream",
            content_encoding="binary",
            headers=dict(message.headers),
            retry=False,
            **message.properties,
        )
        self._used_at = clock.monotonic()

    def _ready(self) -> Producer:
        if self._producer is not None and clock.monotonic() - self._used_at > IDLE_SECONDS:
            self._drop()
        if self._producer is None:
            options: dict[str, Any] = {
                "confirm_publish": True,
                "read_timeout": self._seconds,
                "write_timeout": self._seconds,
            }
            self._connection = Connection(self._url, connect_timeout=self._seconds, transport_options=options)
            self._producer = Producer(self._connection.channel(), auto_declare=False)
        return self._producer

    def _drop(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            connection.collect(socket_timeout=0.1)
