"""Rebuilds a projection beside the running one and swaps it in."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa
import stamina
import structlog
from sqlalchemy.exc import OperationalError

from shared.kernel import clock
from shared.messaging.feed import Feed
from shared.projecting import checkpoint, generations
from shared.projecting.buffer import MOST_ROWS, Buffer
from shared.projecting.pages import by_time
from shared.projecting.projection import Projection
from shared.projecting.rows import sums, table_of

_LOCK_NOT_AVAILABLE: Final = "55P03"
_SWAP_ATTEMPTS: Final = 20
_log = structlog.get_logger(__name__)


class RebuildRunning(Exception):
    """Another process rebuilds this projection."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a rebuild did. `same` is None where there was nothing to compare with: no live rows, or another VERSION."""

    projection: str
    generation: int
    facts: int
    seconds: float
    rows: int
    live_rows: int
    same: bool | None
    swapped: bool


class Rebuild:
    """One rebuild of one projection. `engine` is the owner's (`connect(url, role=None)`); `most_rows` stay in memory.

    Guarantees: the live generation serves and goes on until the swap, and stays untouched when the rebuild dies or the
    rows differ; the swap is one transaction at equal positions of both, so no fact is lost or applied twice.
    """

    def __init__(
        self, engine: sa.Engine, projection: Projection, feeds: Mapping[str, Feed], *, most_rows: int = MOST_ROWS
    ) -> None:
        self._engine, self._projection, self._feeds, self._most_rows = engine, projection, feeds, most_rows
        self._facts = 0

    def run(self, *, accept_difference: bool = False) -> Report:
        """Build, compare, swap, drop the old. Rows that differ are swapped in only when that is accepted.

        Raises RebuildRunning, and whatever a fold, a feed or the database raises: a rebuild stops at the first error.
        """
        started = clock.monotonic()
        with self._alone():
            generation = self._begin()
            try:
                self._fill(generation)
                report = self._finish(generation, accept_difference)
            finally:
                self._drop_leftovers()
        _log.info("projection_rebuilt", projection=report.projection, facts=report.facts, swapped=report.swapped)
        return replace(report, seconds=clock.monotonic() - started)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        key = {"key": f"projecting:{self._projection.NAME}"}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(sa.text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))"), key).scalar():
                raise RebuildRunning(self._projection.NAME)
            try:
                yield
            finally:
                connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)

    def _begin(self) -> int:
        self._drop_leftovers()
        with self._engine.begin() as transaction:
            generation = max(generations.existing(transaction, self._projection.TABLE), default=0) + 1
            generations.create(transaction, self._projection, generation, live=False)
        return generation

    def _fill(self, generation: int) -> None:
        """Up to where the live generation is, a bufferful of rows in a transaction."""
        filled = True
        while filled:
            with self._patient() as transaction, uncollected():
                filled = self._advance(transaction, generation, self._ends(transaction))

    def _advance(self, transaction: sa.Connection, generation: int, ends: Mapping[str, int]) -> bool:
        """Apply the next facts, at most a bufferful; whether there were any."""
        marks = checkpoint.stored(transaction, [self._projection.NAME], live=False)
        buffer = Buffer(self._projection, generation, self._most_rows)
        reached = {mark.source: mark.position for mark in marks}
        for facts in by_time(self._feeds, reached, ends):
            buffer.apply(transaction, facts)
            reached[facts[-1].service] = facts[-1].position
            self._facts += len(facts)
            if buffer.is_full:
                break
        buffer.flush(transaction)
        checkpoint.move(transaction, [mark.at(reached[mark.source]) for mark in marks])
        return any(mark.position < reached[mark.source] for mark in marks)

    def _ends(self, connection: sa.Connection, *, hold: bool = False) -> dict[str, int]:
        """Where the live generation is; where it does not fold a source, the owner's head."""
        live = checkpoint.stored(connection, [self._projection.NAME], hold=hold)
        ends = {mark.source: mark.position for mark in live}
        new = [source for source in self._projection.SOURCES if source not in ends]
        return ends | {source: self._feeds[source].head() for source in new}

    def _finish(self, generation: int, accept_difference: bool) -> Report:
        with self._patient() as transaction:
            generations.index(transaction, self._projection, generation)
        for attempt in stamina.retry_context(on=_is_lock_timeout, attempts=_SWAP_ATTEMPTS, timeout=None):
            with attempt:
                return self._swap(generation, accept_difference)
        raise AssertionError("the last attempt returns or raises")

    def _swap(self, generation: int, accept_difference: bool) -> Report:
        self._fill(generation)
        with self._patient() as transaction:
            transaction.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            ends = self._ends(transaction, hold=True)
            while self._advance(transaction, generation, ends):
                continue
            report = self._compared(transaction, generation)
            if report.same is False and not accept_difference:
                return report
            generations.swap(transaction, self._projection, generation)
        return replace(report, swapped=True)

    def _compared(self, transaction: sa.Connection, generation: int) -> Report:
        name, table = self._projection.NAME, self._projection.TABLE
        rows, checksum = sums(transaction, table_of(table, generation))
        live = next(iter(checkpoint.stored(transaction, [name])), None)
        live_rows, same = 0, None
        if live and live.version == self._projection.VERSION:
            live_rows, live_checksum = sums(transaction, table_of(table, live.generation))
            same = (rows, checksum) == (live_rows, live_checksum)
        return Report(name, generation, self._facts, 0.0, rows, live_rows, same, swapped=False)

    @contextmanager
    def _patient(self) -> Iterator[sa.Connection]:
        """A transaction that may take its time, and think between statements."""
        with self._engine.begin() as transaction:
            transaction.execute(sa.text("SET LOCAL statement_timeout = 0"))
            transaction.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            yield transaction

    def _drop_leftovers(self) -> None:
        with self._engine.begin() as transaction:
            generations.drop_leftovers(transaction, self._projection)


@contextmanager
def uncollected() -> Iterator[None]:
    """Rows have no cycles, and looking for some in a full buffer takes longer than folding it (measured: 40 %)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _is_lock_timeout(error: Exception) -> bool:
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE
