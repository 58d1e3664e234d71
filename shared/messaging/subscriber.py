"""Follows facts, for staff tools: each fact once, history first, then as it happens.

The owners' feeds are the truth: what is yielded comes from them, by position, or has the position right after the last
one. A broker, where there is one, only tells early; what it loses, doubles or reorders changes nothing.
No order is promised among the facts of different services.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from typing import Final, Protocol

import pika
import structlog
from pydantic import ValidationError

from shared.contracts.envelope import Envelope
from shared.kernel import clock
from shared.messaging.amqp import LOST, parameters
from shared.messaging.feed import Feed
from shared.messaging.routing import exact_types, matches

PAGE: Final = 500
POLL_SECONDS: Final = 0.2
LIVE_POLL_SECONDS: Final = 2.0
"""With a broker: how long a fact stays unnoticed that the broker lost."""
STOP_SECONDS: Final = 0.2
"""How long it may take until somebody who wants to stop is heard."""
MOST_WAITING: Final = 10_000
_log = structlog.get_logger(__name__)


class Live(Protocol):
    """Tells early about facts; may lose, double and reorder them."""

    def wait(self) -> Envelope | None:
        """The next fact, or None when it is time to look into the feeds."""
        ...

    def close(self) -> None: ...


class PollingLive:
    """Without a broker: look into the feeds now and then."""

    def __init__(self, seconds: float = POLL_SECONDS, stop: threading.Event | None = None) -> None:
        self._seconds = seconds
        self._stop = stop or threading.Event()

    def wait(self) -> Envelope | None:
        self._stop.wait(self._seconds)
        return None

    def close(self) -> None:
        """Nothing is held."""


class RabbitLive:
    """A queue of one's own that the broker deletes with the connection; made again when the connection was lost."""

    def __init__(
        self,
        url: str,
        pattern: str,
        exchange: str = "facts",
        seconds: float = LIVE_POLL_SECONDS,
        stop: threading.Event | None = None,
    ) -> None:
        self._parameters = parameters(url)
        self._pattern = pattern
        self._exchange = exchange
        self._seconds = seconds
        self._stop = stop or threading.Event()
        self._connection: pika.BlockingConnection | None = None
        self._messages = self._consume()

    def wait(self) -> Envelope | None:
        try:
            return self._next()
        except LOST as error:
            _log.info("live facts interrupted", error=type(error).__name__)
            self.close()
            self._messages = self._consume()
            self._stop.wait(self._seconds)
            return None

    def close(self) -> None:
        """Disconnect."""
        connection, self._connection = self._connection, None
        if connection is not None and connection.is_open:
            with suppress(*LOST):
                connection.close()

    def _next(self) -> Envelope | None:
        if self._connection is None:
            return next(self._messages)
        ending = clock.monotonic() + self._seconds
        while not self._stop.is_set() and clock.monotonic() < ending:
            fact = next(self._messages)
            if fact is not None:
                return fact
        return None

    def _consume(self) -> Iterator[Envelope | None]:
        self._connection = pika.BlockingConnection(self._parameters)
        channel = self._connection.channel()
        limits = {"x-max-length": MOST_WAITING}  # the oldest go: they will be read from the feeds
        queue = channel.queue_declare("", exclusive=True, auto_delete=True, arguments=limits).method.queue
        channel.queue_bind(queue, self._exchange, self._pattern)
        yield None  # the feeds are read after the binding, so nothing falls between
        for _, _, body in channel.consume(queue, auto_ack=True, inactivity_timeout=min(self._seconds, STOP_SECONDS)):
            yield _envelope(body)


def subscribe(
    pattern: str,
    feeds: Sequence[Feed],
    live: Live,
    from_position: Mapping[str, int] | int | None = 0,
    stop: threading.Event | None = None,
) -> Iterator[Envelope]:
    """Facts whose type fits the pattern (`petition.*`, `#`), each once, for ever or until `stop` is set.

    `from_position`: only facts after it; by service, or one for all; None: only facts from now on. `live` is closed at
    the end. Raises what a feed raises.
    """
    followed = [Followed(feed, pattern, _start(feed, from_position)) for feed in feeds]
    by_service = {one.service: one for one in followed}
    stop = stop or threading.Event()
    looked_at = float("-inf")
    with closing(live):
        while not stop.is_set():
            fact = live.wait()
            if fact is None or clock.monotonic() - looked_at > LIVE_POLL_SECONDS:
                for one in followed:
                    yield from one.rest()
                looked_at = clock.monotonic()
            elif fact.service in by_service:
                yield from by_service[fact.service].up_to(fact)


class Followed:
    """One service's facts, by position: what was yielded is not yielded again, and nothing is left out."""

    def __init__(self, feed: Feed, pattern: str, position: int) -> None:
        self.service = feed.service
        self._feed = feed
        self._pattern = pattern
        self._types = exact_types([pattern])
        self._position = position

    def up_to(self, fact: Envelope) -> Iterator[Envelope]:
        """A fact that was told of, after those before it that were not."""
        if fact.position == self._position + 1:
            yield from self._passed([fact])
        elif fact.position > self._position:
            yield from self.rest()

    def rest(self) -> Iterator[Envelope]:
        """All that the feed has."""
        while page := self._feed.after(self._position, PAGE, self._types):
            yield from self._passed(page)

    def _passed(self, facts: Sequence[Envelope]) -> Iterator[Envelope]:
        for fact in facts:
            self._position = fact.position
            if matches(self._pattern, fact.type):
                yield fact


def _start(feed: Feed, from_position: Mapping[str, int] | int | None) -> int:
    if from_position is None:
        return feed.head()
    return from_position if isinstance(from_position, int) else from_position.get(feed.service, 0)


def _envelope(body: bytes | None) -> Envelope | None:
    try:
        return Envelope.model_validate_json(body) if body else None
    except ValidationError:
        return None
