"""Connections to RabbitMQ by pika, with a limit on everything that could wait for ever."""

from __future__ import annotations

from typing import Final

import pika
from pika.exceptions import AMQPError

CONNECT_SECONDS: Final = 5.0
BLOCKED_SECONDS: Final = 5.0
"""How long the broker may hold a publisher back (disk or memory alarm) before the connection is given up."""
HEARTBEAT_SECONDS: Final = 10
LOST: Final = (AMQPError, OSError)
"""What pika raises when the broker or the way to it fails."""


def parameters(
    url: str, *, blocked_seconds: float = BLOCKED_SECONDS, heartbeat: int = HEARTBEAT_SECONDS
) -> pika.URLParameters:
    """How to connect: one attempt, with limits; the caller decides about the next one."""
    chosen = pika.URLParameters(url)
    chosen.connection_attempts = 1
    chosen.socket_timeout = CONNECT_SECONDS
    chosen.stack_timeout = CONNECT_SECONDS * 2
    chosen.blocked_connection_timeout = blocked_seconds
    chosen.heartbeat = heartbeat
    return chosen


def address(url: str) -> str:
    """Host and port, for messages that people read."""
    chosen = pika.URLParameters(url)
    return f"{chosen.host}:{chosen.port}"
