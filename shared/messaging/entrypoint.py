"""`@reacts_to(queue)`: a method of a nameko service as the reaction to a queue's facts.

Where nameko's own consumer would lose or repeat facts, this one differs:
* a fact whose handler raised goes to a delayed retry, then to the parked queue, and is acknowledged after that;
* queues are not declared while consuming (nameko waits for ever when the arguments differ), but checked before;
* each reaction has a channel and a prefetch of its own, and what it has done at the same moment shares a frame;
* stopping waits for the reactions in hand and acknowledges them; it does not wait for a broker that is away;
* a connection that breaks while acknowledging does not end the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from socket import SHUT_RDWR
from types import TracebackType
from typing import Any, Final

import eventlet
import structlog
from amqp.exceptions import AMQPError
from eventlet.event import Event
from eventlet.semaphore import Semaphore
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.message import Message as Received
from kombu.messaging import Consumer
from kombu.mixins import ConsumerMixin
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension

from shared.contracts.envelope import Envelope
from shared.messaging.acknowledging import Acknowledgements
from shared.messaging.declaring import declare
from shared.messaging.delivery import Deliveries, Message, Settlement
from shared.messaging.inbox import claim_for
from shared.messaging.reaction import Claim, Desk
from shared.messaging.topology import Topology

SETUP: Final = "khamrong"
PREFETCH: Final = 10
LOOK_SECONDS: Final = 0.2
MOST_PAUSE_SECONDS: Final = 3.0
_PROPERTIES: Final = ("message_id", "type", "timestamp", "correlation_id", "app_id")
_log = structlog.get_logger(__name__)
_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType] | None


@dataclass(frozen=True, slots=True)
class Setup:
    """What the entrypoints of one worker share, in nameko's configuration under `SETUP`."""

    url: str
    desk: Desk
    topology: Topology
    deliveries: Deliveries
    heartbeat: int
    drain_seconds: float


class DeskProvider(DependencyProvider):
    """`desk = DeskProvider()` in a service class gives its methods the desk: `self.desk.reactions[queue]`."""

    def get_dependency(self, worker_ctx: Any) -> Desk:
        setup: Setup = self.container.config[SETUP]
        return setup.desk


class ReactionConsumer(SharedExtension, ConsumerMixin):
    """The worker's connection, with a channel and a consumer for each reaction."""

    def __init__(self) -> None:
        super().__init__()
        self._reactions: list[ReactionEntrypoint] = []
        self._thread: Any = None
        self._consumers: list[Consumer] = []
        self._consuming = Event()
        self._running = False
        self._connected = False
        self._draining = False
        self._in_hand = 0
        self._acknowledging = Semaphore()
        self._acknowledgements: dict[Any, Acknowledgements] = {}  # by channel

    @property
    def connection(self) -> Connection:
        """How to connect; kombu opens its own copies."""
        return Connection(self._setup.url, heartbeat=self._setup.heartbeat, connect_timeout=5)

    @property
    def _setup(self) -> Setup:
        setup: Setup = self.container.config[SETUP]
        return setup

    def register(self, reaction: ReactionEntrypoint) -> None:
        """Before the start: this queue is to be consumed."""
        self._reactions.append(reaction)

    def start(self) -> None:
        """Return once all queues are consumed."""
        self._running = True
        self._thread = self.container.spawn_managed_thread(self._consume)
        self._thread.link(lambda _: self._consuming.ready() or self._consuming.send())
        self._consuming.wait()

    def drain(self) -> None:
        """Take nothing new, let the reactions in hand end and acknowledge them, then disconnect."""
        self._draining = True
        with eventlet.Timeout(self._setup.drain_seconds, False):
            while self._connected and self._running:
                eventlet.sleep(LOOK_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Disconnect at once; what is in hand will be delivered again."""
        if self._running:  # else it is the thread's own end that kills the container, from within the thread
            self._thread.kill()

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        """Connect, however long it takes; kombu itself would pause for 2 s, then 4 s, up to 30 s."""
        self._connected = False
        with self.connection as connection:
            connection.ensure_connection(
                self.on_connection_error, interval_start=0.2, interval_step=0.4, interval_max=MOST_PAUSE_SECONDS
            )
            yield connection

    def on_connection_revived(self) -> None:
        """Whatever was deleted meanwhile is made again. Raises TopologyDiffers, which ends the worker."""
        declare(self._setup.url, self._setup.topology)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Consumer]:
        self._acknowledgements = {channel.connection.channel(): Acknowledgements() for _ in self._reactions}
        pairs = zip(self._reactions, self._acknowledgements, strict=True)
        self._consumers = [self._consumer(reaction, own) for reaction, own in pairs]
        return self._consumers

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **_: Any) -> None:
        self._connected = True
        if not self._consuming.ready():
            self._consuming.send()

    def on_consume_end(self, connection: Any, channel: Any) -> None:
        self._connected = False

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        _log.warning("broker away", error=type(exc).__name__, pause=interval)

    def on_iteration(self) -> None:
        if self._draining:
            for consumer in self._consumers:
                consumer.cancel()
            self.should_stop = self._in_hand == 0

    def settle(self, received: Received, settlement: Settlement) -> None:
        """Tell the broker, soon. When the connection is gone it hands the message out again, and the inbox knows it."""
        own = self._acknowledgements.get(received.channel)
        if own is None:  # of a connection that is gone
            self._in_hand -= 1
        elif settlement is Settlement.ACKNOWLEDGE:
            if not own.ready:
                self.container.spawn_managed_thread(partial(self._acknowledge, received.channel, own))
            own.add(received)
        else:
            with self._acknowledging:
                self._tell(received.channel, partial(own.give_back, received), settled=1)

    def _acknowledge(self, channel: Any, own: Acknowledgements) -> None:
        with self._acknowledging:
            self._tell(channel, own.tell, settled=own.ready)

    def _tell(self, channel: Any, tell: Callable[[], None], settled: int) -> None:
        try:
            tell()
        except (AMQPError, OSError, AttributeError) as error:  # py-amqp raises the last when a connection is lost
            _log.info("not settled with the broker", error=type(error).__name__)
            _break_off(channel)
        finally:
            self._in_hand -= settled

    def _consume(self) -> None:
        try:
            ConsumerMixin.run(self, safety_interval=LOOK_SECONDS)
        finally:
            self._running = False

    def _consumer(self, reaction: ReactionEntrypoint, channel: Any) -> Consumer:
        take = partial(self._take, reaction)
        return Consumer(
            channel,
            queues=[Queue(reaction.queue, no_declare=True)],
            auto_declare=False,
            prefetch_count=reaction.prefetch,
            on_message=take,
            on_decode_error=lambda received, _: take(received),
        )

    def _take(self, reaction: ReactionEntrypoint, received: Received) -> None:
        self._in_hand += 1
        self._acknowledgements[received.channel].take(received)
        self.container.spawn_managed_thread(partial(reaction.handle, received), identifier=reaction.queue)


def _break_off(channel: Any) -> None:
    """Half a frame may be written: whoever reads from the connection finds its end, and begins a new one."""
    with suppress(OSError, AttributeError):
        channel.connection.sock.shutdown(SHUT_RDWR)


class ReactionEntrypoint(Entrypoint):
    """Runs the method for each fact of the queue, at most `prefetch` at a time."""

    consumer = ReactionConsumer()

    def __init__(self, queue: str, prefetch: int = PREFETCH, **options: Any) -> None:
        self.queue = queue
        self.prefetch = prefetch
        super().__init__(**options)

    def setup(self) -> None:
        self.consumer.register(self)

    def stop(self) -> None:
        self.consumer.drain()

    def handle(self, received: Received) -> None:
        """One delivery. Never raises: that would end the worker."""
        message = message_of(received)
        try:
            envelope = self._deliveries.opened(self.queue, message)
            if envelope is None:
                self.consumer.settle(received, self._deliveries.finished(self.queue, message))
                return
        except Exception as error:  # noqa: BLE001  unreadable, or the database is away
            self.consumer.settle(received, self._deliveries.failed(self.queue, message, error))
            return
        self._react(received, message, envelope)

    def _react(self, received: Received, message: Message, envelope: Envelope) -> None:
        claim = claim_for(self.queue, envelope)
        done = partial(self._done, received, partial(self._settlement, message, envelope, claim))
        try:
            self.container.spawn_worker(self, (envelope, claim), {}, handle_result=done)
        except ContainerBeingKilled:
            self.consumer.settle(received, Settlement.GIVE_BACK)

    def _done(
        self,
        received: Received,
        settlement: Callable[[_ErrorInfo], Settlement],
        _: Any,
        result: Any,
        raised: _ErrorInfo,
    ) -> tuple[Any, _ErrorInfo]:
        self.consumer.settle(received, settlement(raised))
        return result, raised

    def _settlement(self, message: Message, envelope: Envelope, claim: Claim, raised: _ErrorInfo) -> Settlement:
        try:
            if raised is not None:
                raise raised[1]
            return self._deliveries.returned(self.queue, message, envelope, claim)
        except Exception as error:  # noqa: BLE001  the reaction's, or the database's
            return self._deliveries.failed(self.queue, message, error)

    @property
    def _deliveries(self) -> Deliveries:
        setup: Setup = self.container.config[SETUP]
        return setup.deliveries


def reacts_to(queue: str, *, prefetch: int = PREFETCH) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The decorated method `(self, envelope, claim)` is the reaction of the queue; see `reaction.React`."""
    decorator: Callable[[Callable[..., None]], Callable[..., None]] = ReactionEntrypoint.decorator(
        queue, prefetch=prefetch
    )
    return decorator


def message_of(received: Received) -> Message:
    """What kombu received, as plain data."""
    body = received.body.encode() if isinstance(received.body, str) else bytes(received.body or b"")
    properties = {name: received.properties[name] for name in _PROPERTIES if name in received.properties}
    return Message(body, received.content_type, properties, received.headers or {})
