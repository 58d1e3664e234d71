"""What may happen to a broker, for as long as a block lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.servers import Broker


@contextmanager
def crashed(broker: Broker) -> Iterator[None]:
    """Killed, and started again at the end."""
    broker.kill()
    try:
        yield
    finally:
        broker.start()


@contextmanager
def full_disk(broker: Broker) -> Iterator[None]:
    """The disk alarm: the broker holds publishers back."""
    broker.ctl("set_disk_free_limit", "9999GB")
    try:
        yield
    finally:
        broker.ctl("set_disk_free_limit", "50MB")
