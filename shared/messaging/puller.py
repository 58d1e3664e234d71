"""Pulls a queue's facts from their owners and hands them to the reaction.

Embedded, this is how facts travel: continuously. In the full way it is the repair: slowly, it finds facts that the
broker lost or never had (a deleted queue, a missing binding) and handles them. Either way:

* the checkpoint only passes facts that are handled or written down as failed, so a crash at any point loses none;
* a failing fact waits for its next attempt, or parked for an operator, and a postponed one for its hour, while the
  others go on;
* one process at a time pulls a queue.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog

from shared.contracts.envelope import Envelope
from shared.kernel import clock
from shared.kernel.database import looking
from shared.messaging import failures, metrics
from shared.messaging.bell import Bell
from shared.messaging.checkpoints import checkpoint, move_checkpoint
from shared.messaging.feed import Feed
from shared.messaging.inbox import handle_once, handled_among
from shared.messaging.leadership import Leadership
from shared.messaging.reaction import Postponed, React, claims
from shared.messaging.received import require_known
from shared.messaging.retries import after_failure, due_after
from shared.messaging.routing import any_matches, exact_types
from shared.messaging.topology import FACTS, Topology

BATCH: Final = 100
GATHER_SECONDS: Final = 0.02
"""After a ring: what is committed in the same moment is looked at together."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait between looks (seconds; longer while nothing comes), and how old a fact must be to be pulled.

    Retries that are due wait the same grace, so that a broker which does its work is not overtaken.
    """

    shortest: float
    longest: float
    grace: float = 0.0
    after_error: float = 5.0


CONTINUOUS: Final = Pace(shortest=0.05, longest=0.2)
SWEEP: Final = Pace(shortest=15.0, longest=15.0, grace=60.0, after_error=15.0)


class Puller:
    """One queue's puller. `feeds`: the logs of all services whose facts the queue takes; `bell`: who tells of new ones
    before the next look is due."""

    def __init__(
        self,
        queue: str,
        feeds: Sequence[Feed],
        engine: sa.Engine,
        react: React,
        *,
        topology: Topology = FACTS,
        pace: Pace = CONTINUOUS,
        bell: Bell | None = None,
    ) -> None:
        self.queue = queue
        self._feeds = {feed.service: feed for feed in feeds}
        self._engine = engine
        self._react = react
        self._patterns = topology.subscriptions[queue]
        self._types = exact_types(self._patterns)
        self._delays = topology.retry_seconds
        self._pace = pace
        self._bell = bell or Bell()
        self._grace = timedelta(seconds=pace.grace)
        self._careful = claims(react)
        self._leadership = Leadership(engine, f"puller of {queue}")

    def run(self, stop: threading.Event) -> None:
        """Look again and again until told to stop. Outages of the database or an owner are waited out."""
        delay = 0.0
        while not stop.is_set():
            heard = self._bell.rung
            try:
                came = self.step(stop)
            except Exception as error:  # noqa: BLE001  whatever it was: the next look starts from the checkpoint
                _log.warning("pulling interrupted", queue=self.queue, error=type(error).__name__)
                stop.wait(self._pace.after_error)
                continue
            delay = 0.0 if came else min(max(delay * 2, self._pace.shortest), self._pace.longest)
            if delay and self._bell.wait(heard, delay):
                delay = 0.0
                stop.wait(GATHER_SECONDS)
        self.end()

    def wake(self) -> None:
        """Look at once, or end when told to stop."""
        self._bell.ring()

    def end(self) -> None:
        """Let another process pull."""
        self._leadership.release()

    def step(self, stop: threading.Event | None = None) -> int:
        """One look: what is due again, then what is new. How many facts it passed; 0 when another process pulls."""
        if not self._leadership.held():
            return 0
        stop = stop or threading.Event()
        passed, errors = self._try_again(stop), []
        for feed in self._feeds.values():
            try:
                passed += self._pull(feed, stop)
            except Exception as error:  # noqa: BLE001  the other owners' facts go on
                errors.append(error)
        if errors:
            raise errors[0]
        # A fact that ended the process is among the first of a continuous puller, and any of a sweep's few.
        self._careful = self._careful and self._pace.grace > 0
        return passed

    def _pull(self, feed: Feed, stop: threading.Event) -> int:
        with looking(self._engine) as connection:
            before = checkpoint(connection, self.queue, feed.service)
        new, passed = self._ripe(feed, before), 0
        settled = self._settled(new)
        try:
            for envelope in new:
                if stop.is_set():
                    break
                if envelope.id not in settled and any_matches(self._patterns, envelope.type):
                    self._handle(envelope, failed_before=0, recorded=self._careful)
                passed += 1
        finally:
            if passed:
                self._move(feed.service, new[passed - 1].position)
        return passed

    def _ripe(self, feed: Feed, position: int) -> list[Envelope]:
        """What follows and is old enough. A sweep hardly ever finds any: it asks for one first, not for a page."""
        ripe = clock.now() - self._grace
        if self._grace and not any(envelope.time <= ripe for envelope in feed.after(position, 1, self._types)):
            return []
        return [envelope for envelope in feed.after(position, BATCH, self._types) if envelope.time <= ripe]

    def _settled(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        if not envelopes:
            return set()
        ids = [envelope.id for envelope in envelopes]
        with looking(self._engine) as connection:
            return handled_among(connection, self.queue, ids) | failures.recorded_among(connection, self.queue, ids)

    def _move(self, source: str, position: int) -> None:
        with self._engine.begin() as transaction:
            move_checkpoint(transaction, self.queue, source, position)

    def _try_again(self, stop: threading.Event) -> int:
        with looking(self._engine) as connection:
            due = failures.due(connection, self.queue, clock.now() - self._grace, BATCH)
        tried = 0
        for failure in due:
            feed = self._feeds.get(failure.source)
            if feed is None or stop.is_set():
                continue
            for envelope in feed.after(failure.position - 1, 1):
                self._handle(envelope, failure.attempts, recorded=True)
                tried += 1
        return tried

    def _handle(self, envelope: Envelope, failed_before: int, recorded: bool) -> None:
        """`recorded`: the attempt is written down before it is made, so that one which ends the process counts."""
        if recorded:
            self._failed(envelope, failed_before, BrokenOff(), counted=False)
        try:
            require_known(envelope)
            handle_once(self._engine, self.queue, self._react, envelope)
        except Postponed as early:
            with self._engine.begin() as transaction:
                failures.postpone(transaction, self.queue, envelope, failed_before, early)
            return
        except Exception as error:  # noqa: BLE001  a reaction may raise anything; it is written down
            self._failed(envelope, failed_before, error)
            return
        metrics.HANDLED.labels(self.queue).inc()
        if recorded:
            with self._engine.begin() as transaction:
                failures.forget(transaction, self.queue, envelope.id)

    def _failed(self, envelope: Envelope, failed_before: int, error: Exception, counted: bool = True) -> None:
        verdict = after_failure(failed_before, error, len(self._delays))
        due_at = due_after(verdict, self._delays)
        with self._engine.begin() as transaction:
            failures.record(transaction, self.queue, envelope, verdict.attempts, due_at, verdict.reason)
        if counted:
            (metrics.RETRIED if due_at else metrics.PARKED).labels(self.queue).inc()
            told = {"attempts": verdict.attempts, "reason": verdict.reason, "parked": due_at is None}
            _log.warning("fact failed", queue=self.queue, event_id=str(envelope.id), type=envelope.type, **told)


class BrokenOff(Exception):
    """Written down before a reaction runs that may end the process; replaced or removed when it does not."""


class Dispatcher:
    """Runs pullers, one thread each: the embedded way's messaging, and the full way's repair."""

    def __init__(self, pullers: Sequence[Puller]) -> None:
        self._stop = threading.Event()
        self._pullers = tuple(pullers)
        self._threads = [
            threading.Thread(target=puller.run, args=(self._stop,), name=f"puller-{puller.queue}", daemon=True)
            for puller in pullers
        ]

    def start(self) -> None:
        """Start pulling. A dispatcher starts once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask the pullers to end after the fact in hand."""
        self._stop.set()
        for puller in self._pullers:
            puller.wake()

    def join(self, timeout: float = 30.0) -> bool:
        """Wait until they have ended; False when one still runs after `timeout` seconds."""
        deadline = clock.monotonic() + timeout
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - clock.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)
