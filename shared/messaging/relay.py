"""The relay of one service: publishes its log, in order, at least once, and never past a fact the broker has not confirmed.

The event table is the outbox. Facts after the checkpoint are published to the topic exchange, persistent and mandatory, with a
window of unconfirmed messages; the checkpoint moves after the confirms. Whatever goes wrong (a fact that no queue takes, a
refusal, a broker that blocks or is away, a database restart), the relay starts again from the checkpoint, after a pause.

One relay at a time leads. Its lock, its reading and its checkpoint share one database connection, so a relay that lost the lock
can do no more than publish a few facts twice.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
import structlog

from shared.contracts.envelope import Envelope
from shared.eventlog.log import Log
from shared.messaging import metrics
from shared.messaging.amqp import LOST, parameters
from shared.messaging.leadership import Leadership, NotLeading
from shared.messaging.publishing import Publishing, Refused
from shared.messaging.window import Hole

_POSITION: Final = sa.text("SELECT position FROM messaging.relay WHERE id = 0")
_MOVE: Final = sa.text("UPDATE messaging.relay SET position = :position WHERE id = 0 AND position < :position")
_EXPECTED: Final = (*LOST, sa.exc.SQLAlchemyError, NotLeading, Refused, Hole)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds. `shortest` to `longest`: between looks into an idle log; `pause` to `longest_pause`: after trouble, doubling."""

    shortest: float = 0.02
    longest: float = 0.1
    pause: float = 0.2
    longest_pause: float = 5.0
    standby: float = 0.5
    confirm: float = 30.0
    blocked: float = 5.0


class Outbox:
    """What the relay needs of its service's database, on the connection that holds the lead."""

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
        window: int = 256,
        rhythm: Rhythm | None = None,
    ) -> None:
        self._service = service
        self._rhythm = rhythm or Rhythm()
        self._leadership = Leadership(engine, f"relay of {service}")
        self._outbox = Outbox(log, self._leadership)
        self._url = amqp_url
        self._exchange = exchange
        self._window = window
        self._stop = threading.Event()

    def stop(self) -> None:
        """End soon: what is under way is confirmed first, if the broker answers."""
        self._stop.set()

    def run(self) -> None:
        """Publish until stopped."""
        pause = 0.0
        while not self._stop.wait(pause):
            before = metrics.PUBLISHED.labels(self._service)
            try:
                pause = self._lead_for_a_while(pause)
            except _EXPECTED as error:
                pause = self._interrupted(error, pause)
        self._leadership.release()
        metrics.LEADING.labels(self._service).set(0)
