"""Acknowledgements that come at the same moment share a frame where they may: `basic.ack` with `multiple`.

One such frame acknowledges every delivery of its channel up to its tag (AMQP 0-9-1, class basic, method ack), so it is
for those before which nothing is in hand any more; the others are acknowledged one by one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import takewhile
from typing import Protocol


class Delivery(Protocol):
    """A message as kombu receives it."""

    @property
    def delivery_tag(self) -> int: ...

    def ack(self, multiple: bool = ...) -> None: ...

    def requeue(self) -> None: ...


class Acknowledgements:
    """Of one channel."""

    def __init__(self) -> None:
        self._in_hand: dict[int, Delivery] = {}  # by delivery tag, in the order of delivery
        self._ready: set[int] = set()

    @property
    def ready(self) -> int:
        """How many deliveries are to be acknowledged."""
        return len(self._ready)

    def take(self, delivery: Delivery) -> None:
        """A delivery is in hand now."""
        self._in_hand[delivery.delivery_tag] = delivery

    def add(self, delivery: Delivery) -> None:
        """It is to be acknowledged."""
        self._ready.add(delivery.delivery_tag)

    def give_back(self, delivery: Delivery) -> None:
        """It is to go back to its queue, at once."""
        del self._in_hand[delivery.delivery_tag]
        delivery.requeue()

    def tell(self) -> None:
        """Acknowledge what was added. Raises what the connection raises: then the broker hands out the rest again."""
        ready, self._ready = self._ready, set()
        together, apart = shared(self._in_hand, ready)
        *_, last = [None, *map(self._in_hand.pop, together)]
        others = [*map(self._in_hand.pop, apart)]
        if last is not None:
            last.ack(multiple=True)
        for delivery in others:
            delivery.ack()


def shared(in_hand: Iterable[int], ready: Container[int]) -> tuple[list[int], list[int]]:
    """Which of the ready can share a frame, and which cannot. `in_hand`: in the order of delivery, with the ready."""
    tags = list(in_hand)
    together = list(takewhile(ready.__contains__, tags))
    return together, [tag for tag in tags[len(together) :] if tag in ready]
