"""Streams that pass through: they end when the process is about to end, and do not hold it up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress


class Relays:
    """For one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._leaving = False

    def leave(self) -> None:
        """End every stream, and new ones at once."""
        self._leaving = True
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    async def until_leaving(self, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """The chunks as they come."""
        end = asyncio.get_running_loop().create_future()
        self._waiting.add(end)
        following: asyncio.Future[bytes] | None = None
        try:
            while not self._leaving:
                following = asyncio.ensure_future(_next(chunks))
                await asyncio.wait({following, end}, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    return
                try:
                    yield following.result()
                except StopAsyncIteration:
                    return
        finally:
            self._waiting.discard(end)
            if following and not following.done():
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    return await anext(chunks)
