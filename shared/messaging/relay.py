"""The relay of one service: publishes its log, in order, at least once, never past a fact that is not confirmed.

The event table is the outbox. Facts after the checkpoint are published to the topic exchange, persistent and
mandatory, with a window of unconfirmed messages; the checkpoint moves after the confirms. Whatever goes wrong (a fact
that no queue takes, a refusal, a broker that blocks or is away, a database restart), the relay starts again from the
checkpoint, after a pause.

One relay at a time leads. Its lock, its reading and its checkpoint share one database connection, so a relay that lost
the lock can do no more than publish a few facts twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from shared.contracts.envelope import Envelope
from shared.eventlog.log import Log
from shared.messaging import metrics
from shared.messaging.amqp import LOST, parameters
from shared.messaging.leadership import Leadership, NotLeading
from shared.messaging.publishing import Publishing, Refused, Rhythm
from shared.messaging.retries import told
from shared.messaging.window import Hole

WINDOW: Final = 256
_POSITION: Final = sa.text("SELECT position FROM messaging.relay WHERE id = 0")
_MOVE: Final = sa.text("UPDATE messaging.relay SET position = :position WHERE id = 0 AND position < :position")
_EXPECTED: Final = (*LOST, SQLAlchemyError, NotLeading, Refused, Hole)
_log = structlog.get_logger(__name__)


class LogOutbox:
    """The relay's part of its service's database, on the connection that holds the lead."""

    def __init__(self, log: Log, leadership: Leadership) -> None:
        self._log = log
        self._leadership = leadership

    def position(self) -> int:
        """The checkpoint."""
        return int(self._leadership.connection.execute(_POSITION).scalar_one())

    def move(self, position: int) -> None:
        """Everything up to this position is confirmed."""
        self._leadership.connection.execute(_MOVE, {"position": position})

    def after(self, position: int, limit: int) -> list[Envelope]:
        """The next facts."""
        return self._log.read_after(self._leadership.connection, position, limit)

    def head(self) -> int:
        """The position of the last fact."""
        return self._log.head(self._leadership.connection)


class Relay:
    """`Relay("intake", engine, log, amqp_url).run()`; `stop()` from a signal handler or another thread."""

    def __init__(
        self,
        service: str,
        engine: sa.Engine,
        log: Log,
        amqp_url: str,
        *,
        exchange: str = "facts",
        window: int = WINDOW,
        rhythm: Rhythm | None = None,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        """`prepare` runs before each connection: it may make exchange and queues that were lost."""
        self._service = service
        self._rhythm = rhythm or Rhythm()
        self._leadership = Leadership(engine, f"relay of {service}")
        self._outbox = LogOutbox(log, self._leadership)
        self._parameters = parameters(amqp_url)
        self._exchange = exchange
        self._window = window
        self._prepare = prepare
        self._stop = threading.Event()
        self._trouble_pause = 0.0

    def stop(self) -> None:
        """End soon: what is under way is confirmed first, if the broker answers."""
        self._stop.set()

    def run(self) -> None:
        """Publish until stopped."""
        pause = 0.0
        while not self._stop.wait(pause):
            try:
                pause = self._standby() if not self._leadership.held() else self._publish()
            except _EXPECTED as error:
                pause = self._interrupted(error)
        self._leadership.release()
        metrics.LEADING.labels(self._service).set(0)

    def _standby(self) -> float:
        metrics.LEADING.labels(self._service).set(0)
        return self._rhythm.standby

    def _publish(self) -> float:
        metrics.LEADING.labels(self._service).set(1)
        self._prepare()
        publishing = Publishing(self._service, self._outbox, self._exchange, self._window, self._rhythm, self._stop)
        try:
            publishing.run(self._parameters)
        finally:
            if publishing.confirmed:
                self._trouble_pause = 0.0
        return 0.0

    def _interrupted(self, error: BaseException) -> float:
        rhythm, told_error = self._rhythm, told(error) if isinstance(error, Exception) else type(error).__name__
        self._trouble_pause = min(max(self._trouble_pause * 2, rhythm.pause), rhythm.longest_pause)
        _log.warning("relay interrupted", service=self._service, reason=told_error, pause=self._trouble_pause)
        metrics.INTERRUPTED.labels(self._service, type(error).__name__).inc()
        with suppress(SQLAlchemyError, NotLeading):  # the broker may be away while the log grows
            metrics.UNPUBLISHED.labels(self._service).set(self._outbox.head() - self._outbox.position())
        return self._trouble_pause
