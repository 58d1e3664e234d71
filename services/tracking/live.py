"""Tells those who watch what happens, while it happens: one poller per process for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Final

import sqlalchemy as sa
import structlog

from services.tracking.projections import petition
from shared.contracts.envelope import Envelope
from shared.messaging.feed import Feed
from shared.projecting import checkpoint

SOURCE: Final = "intake"
POLL_SECONDS: Final = 0.25
AFTER_ERROR_SECONDS: Final = 2.0
PAGE: Final = 500
MOST_WAITING: Final = 2_000
"""Facts that a watcher may be behind; one that is slower is let go, and comes back with its last position."""

_log = structlog.get_logger(__name__)


class Watcher:
    """What one of those who watch has not yet been told. `start`: the position after which facts are put here."""

    def __init__(self, start: int) -> None:
        self.start = start
        self._waiting: asyncio.Queue[Envelope | None] = asyncio.Queue(MOST_WAITING)
        self._ended = False

    def offer(self, facts: Sequence[Envelope]) -> None:
        """Put facts in; the end, when there is no room."""
        for fact in facts:
            if self._waiting.qsize() >= MOST_WAITING - 1:
                self.end()
            if self._ended:
                return
            self._waiting.put_nowait(fact)

    def end(self) -> None:
        """After what is waiting, nothing comes."""
        if not self._ended:
            self._ended = True
            self._waiting.put_nowait(None)

    async def told(self) -> AsyncIterator[Envelope]:
        """Facts as they come, until the end."""
        while (fact := await self._waiting.get()) is not None:
            yield fact


class Live:
    """Facts of intake in the order of its log, each after the read model shows it, and none left out.

    For one event loop. Nothing runs while nobody watches.
    """

    def __init__(self, engine: sa.Engine, feeds: Mapping[str, Feed]) -> None:
        self._engine, self._feeds = engine, feeds
        self._watchers: set[Watcher] = set()
        self._position = 0
        self._starting = asyncio.Lock()
        self._poller: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def follow(self, after: int | None, seconds: float) -> AsyncGenerator[Envelope, None]:
        """Everything after a position, then what comes; without a position what comes from now on.

        Ends after about `seconds`, when the watcher is too slow, and when the process stops: whoever comes back with
        the position of the last fact misses none.
        """
        watcher = await self._join()
        ending = asyncio.get_running_loop().call_later(seconds, watcher.end)
        try:
            start = watcher.start if after is None else min(after, watcher.start)
            async for fact in self._history(start, watcher.start):
                yield fact
            async for fact in watcher.told():
                yield fact
        finally:
            ending.cancel()
            self._watchers.discard(watcher)

    def close(self) -> None:
        """End every stream, and new ones at once; from any thread."""
        self._closed = True
        if self._loop and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._end_all)

    def _end_all(self) -> None:
        for watcher in self._watchers:
            watcher.end()

    async def _join(self) -> Watcher:
        async with self._starting:
            if self._poller is None or self._poller.done():
                self._position = await asyncio.to_thread(self._shown)
                self._loop = asyncio.get_running_loop()
                self._poller = self._loop.create_task(self._poll())
            watcher = Watcher(self._position)
            self._watchers.add(watcher)
        if self._closed:
            watcher.end()
        return watcher

    async def _history(self, position: int, end: int) -> AsyncIterator[Envelope]:
        while position < end and not self._closed:
            facts = await asyncio.to_thread(self._feeds[SOURCE].after, position, min(PAGE, end - position))
            for fact in facts:
                yield fact
            position = facts[-1].position if facts else end

    async def _poll(self) -> None:
        while self._watchers or self._starting.locked():
            try:
                facts = await asyncio.to_thread(self._next)
            except Exception as error:  # noqa: BLE001  whatever it was, the watchers wait until it is over
                _log.warning("live_interrupted", error=type(error).__name__)
                await asyncio.sleep(AFTER_ERROR_SECONDS)
                continue
            for watcher in self._watchers:
                watcher.offer(facts)
            if facts:
                self._position = facts[-1].position
            else:
                await asyncio.sleep(POLL_SECONDS)

    def _next(self) -> list[Envelope]:
        shown = self._shown()
        if shown <= self._position:
            return []
        return self._feeds[SOURCE].after(self._position, min(PAGE, shown - self._position))

    def _shown(self) -> int:
        """How far the read model has come in the source."""
        with self._engine.connect() as connection:
            marks = checkpoint.stored(connection, [petition.NAME])
        return next((mark.position for mark in marks if mark.source == SOURCE), 0)
