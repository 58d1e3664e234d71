"""One connection of the relay to the broker, from its opening to its end: a window of publisher confirms."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pika
import structlog
from pika.spec import Basic
from sqlalchemy.exc import SQLAlchemyError

from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.kernel import clock
from shared.kernel.crashpoints import crash_here
from shared.messaging import metrics
from shared.messaging.amqp import BLOCKED_SECONDS
from shared.messaging.leadership import NotLeading
from shared.messaging.window import Window

BATCH: Final = 500
"""How many facts are read at once, and after how many confirms the checkpoint is moved at the latest."""
CLOSE_SECONDS: Final = BLOCKED_SECONDS + 1
_log = structlog.get_logger(__name__)


class Refused(Exception):
    """The broker returned a fact (no queue takes it), refused it, or did not confirm it in time."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds. `shortest` to `longest`: between looks into an idle log.

    `pause` to `longest_pause`: after trouble, doubling; `standby`: between attempts to take the lead; `confirm`: how
    long a confirm may take.
    """

    shortest: float = 0.04
    longest: float = 0.1
    pause: float = 0.2
    longest_pause: float = 5.0
    standby: float = 0.5
    confirm: float = 30.0


class Outbox(Protocol):
    """The log to be published, and how far it has been."""

    def position(self) -> int: ...

    def move(self, position: int) -> None: ...

    def after(self, position: int, limit: int) -> list[Envelope]: ...

    def head(self) -> int: ...


class Publishing:
    """Publishes what follows the outbox's position. `run` once."""

    def __init__(
        self, service: str, outbox: Outbox, exchange: str, window: int, rhythm: Rhythm, stop: threading.Event
    ) -> None:
        self._service = service
        self._outbox = outbox
        self._exchange = exchange
        self._rhythm = rhythm
        self._stop = stop
        self._saved = outbox.position()
        self._window = Window(self._saved, window)
        self._waiting: deque[Envelope] = deque()
        self._behind = True
        self._delay = rhythm.shortest
        self._confirmed_at = clock.monotonic()
        self._trouble: BaseException | None = None
        self._ending = False
        self.confirmed = 0

    def run(self, parameters: pika.URLParameters) -> None:
        """Publish until told to stop. Raises Refused, Hole, NotLeading, and what pika and SQLAlchemy raise."""
        self._connection = pika.SelectConnection(parameters, self._opened, self._ended, self._ended)
        self._ioloop: Any = self._connection.ioloop
        self._ioloop.start()
        self._ioloop.close()
        with suppress(SQLAlchemyError, NotLeading):  # the next one starts from the checkpoint that is there
            self._save()
        if self._trouble is not None:
            raise self._trouble

    def _opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._channel_opened)

    def _ended(self, _: Any, reason: BaseException) -> None:
        if not self._ending:
            self._trouble = reason
        self._ioloop.stop()

    def _channel_opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _, reason: self._end(reason))
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._acknowledged, callback=lambda _: self._guarded(self._turn))

    def _turn(self) -> None:
        """Look into the log now and then, and end when told to."""
        self._check_confirms()
        if self._stop.is_set():
            if self._window.is_empty:
                self._end(None)
                return
        else:
            self._delay = self._rhythm.shortest if self._fill() else min(self._delay * 1.5, self._rhythm.longest)
        self._ioloop.call_later(self._delay, lambda: self._guarded(self._turn))

    def _fill(self) -> int:
        """Publish while there is room in the window and facts to publish: those of one look, when that saw the end of
        the log. How many."""
        published = 0
        if not self._waiting:
            self._read()
        while self._window.room > 0 and self._waiting:
            self._publish(self._waiting.popleft())
            published += 1
            if not self._waiting and self._behind:
                self._read()
        return published

    def _read(self) -> None:
        found = self._outbox.after(self._window.last, BATCH)
        self._waiting.extend(found)
        self._behind = len(found) == BATCH
        last = found[-1].position if found else self._window.last
        head = self._outbox.head() if self._behind else last
        metrics.UNPUBLISHED.labels(self._service).set(head - self._window.checkpoint)

    def _publish(self, envelope: Envelope) -> None:
        if self._window.is_empty:
            self._confirmed_at = clock.monotonic()
        self._window.sent(envelope.position)
        properties = pika.BasicProperties(
            content_type=CONTENT_TYPE,
            delivery_mode=pika.DeliveryMode.Persistent,
            message_id=str(envelope.id),
            type=envelope.type,
            timestamp=int(envelope.time.timestamp()),
            correlation_id=str(envelope.correlationid),
            app_id=envelope.service,
        )
        body = envelope.model_dump_json().encode()
        self._channel.basic_publish(self._exchange, envelope.type, body, properties, mandatory=True)

    def _acknowledged(self, frame: Any) -> None:
        self._guarded(lambda: self._take(frame.method))

    def _take(self, method: Any) -> None:
        if isinstance(method, Basic.Nack):
            raise Refused("the broker refused a fact")
        self.confirmed += self._window.confirmed(method.delivery_tag, method.multiple)
        self._confirmed_at = clock.monotonic()
        if self._window.is_empty or self._window.checkpoint - self._saved >= BATCH:
            self._save()
        if not self._stop.is_set() and (self._behind or self._waiting):
            self._fill()

    def _returned(self, _: Any, method: Any, *__: Any) -> None:
        self._end(Refused(f"no queue takes {method.routing_key}"))

    def _check_confirms(self) -> None:
        if not self._window.is_empty and clock.monotonic() - self._confirmed_at > self._rhythm.confirm:
            raise Refused(f"not confirmed within {self._rhythm.confirm:g} s")

    def _save(self) -> None:
        if self._window.checkpoint > self._saved:
            crash_here("relay.published")
            self._outbox.move(self._window.checkpoint)
            metrics.PUBLISHED.labels(self._service).inc(self._window.checkpoint - self._saved)
            self._saved = self._window.checkpoint

    def _guarded(self, work: Callable[[], None]) -> None:
        """Nothing is done after trouble: a confirm that follows a returned fact would move the checkpoint past it."""
        if self._ending:
            return
        try:
            work()
        except Exception as error:  # noqa: BLE001  raised again by `run`
            self._end(error)

    def _end(self, trouble: BaseException | None) -> None:
        if self._ending:
            return
        self._ending, self._trouble = True, trouble
        if self._connection.is_open:
            self._connection.close()
            self._ioloop.call_later(CLOSE_SECONDS, self._ioloop.stop)
